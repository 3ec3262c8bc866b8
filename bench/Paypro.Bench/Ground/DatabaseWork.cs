using System.Globalization;
using Npgsql;

namespace Paypro.Bench.Ground;

/// <summary>
/// What PostgreSQL has done so far, or between two looks. Pages read are those of one database; the log and the pages written out are
/// the whole server's, so nothing else may run on it.
/// </summary>
/// <param name="PagesRead">Pages that were not in PostgreSQL's own memory.</param>
/// <param name="ReadMs">Time spent reading them, milliseconds, over all connections.</param>
/// <param name="LogBytes">Of the write-ahead log.</param>
/// <param name="PageImages">Pages written to the log whole, because it was their first change after a checkpoint.</param>
/// <param name="PagesWritten">Changed pages that had to be written out to make room.</param>
internal sealed record DatabaseWork(double PagesRead, double ReadMs, double LogBytes, double PageImages, double PagesWritten)
{
    /// <summary>A connection that has nothing to do tells what it did after at most ten seconds.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(11);

    public static readonly string[] Columns = ["Pages read", "Time reading", "Log", "Pages logged whole", "Pages written out"];

    /// <summary>Waits until all connections have told what they did.</summary>
    public static async Task<DatabaseWork> SoFarAsync(BenchDatabase database)
    {
        await Task.Delay(Told);
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT d.blks_read, d.blk_read_time, w.wal_bytes::float8, w.wal_fpi, b.buffers_backend + b.buffers_clean " +
            "FROM pg_stat_database d, pg_stat_wal w, pg_stat_bgwriter b WHERE d.datname = current_database()", connection);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new DatabaseWork(reader.GetInt64(0), reader.GetDouble(1), reader.GetDouble(2), reader.GetInt64(3), reader.GetInt64(4));
    }

    public DatabaseWork Since(DatabaseWork earlier) => new(
        PagesRead - earlier.PagesRead, ReadMs - earlier.ReadMs, LogBytes - earlier.LogBytes, PageImages - earlier.PageImages, PagesWritten - earlier.PagesWritten);

    /// <summary>As cells under <see cref="Columns"/>, for one of so many requests.</summary>
    public string[] Each(int requests) =>
    [
        Number(PagesRead / requests), Table.Ms(ReadMs / requests), Number(LogBytes / 1024 / requests) + " kB", Number(PageImages / requests), Number(PagesWritten / requests),
    ];

    private static string Number(double number) => number.ToString("0.00", CultureInfo.InvariantCulture);
}
