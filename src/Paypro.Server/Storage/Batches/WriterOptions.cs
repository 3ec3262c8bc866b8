using System.ComponentModel.DataAnnotations;

namespace Paypro.Server.Storage;

/// <summary>Settings <c>Paypro__Writer__…</c> of the batch writer.</summary>
internal sealed class WriterOptions
{
    /// <summary>Commands in one batch at most. Range 1 to 2,000; default 400. 1 is one transaction per request, for comparison.</summary>
    [Range(1, 2000)]
    public int BatchSize { get; set; } = 400;

    /// <summary>Writers side by side on PostgreSQL, each with its own buckets. Range 1 to 16; default 2. SQLite has one.</summary>
    [Range(1, 16)]
    public int Lanes { get; set; } = 2;

    /// <summary>Commands with which a lane starts a batch beside another lane's; with fewer it waits for that one's end. Range 1 to 2,000; default 24.</summary>
    [Range(1, 2000)]
    public int Company { get; set; } = 24;

    /// <summary>Commands that may wait per lane; more is 503 with <c>Retry-After</c>. Range 1 to 1,000,000; default 20,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueLength { get; set; } = 20_000;

    /// <summary>
    /// Groups into which PostgreSQL's buckets are split; a batch holds commands of one group. Range 1 to 64; default 1: all buckets in one
    /// batch. SQLite has one.
    /// </summary>
    [Range(1, 64)]
    public int Groups { get; set; } = 1;

    /// <summary>How long a batch is repeated while the database is away, milliseconds. Range 0 to 60,000; default 8,000.</summary>
    [Range(0, 60_000)]
    public int RetryForMs { get; set; } = 8_000;

    /// <summary>How long the fate of a COMMIT is asked for before it is in doubt, milliseconds. Range 1,000 to 300,000; default 20,000.</summary>
    [Range(1000, 300_000)]
    public int DoubtForMs { get; set; } = 20_000;
}
