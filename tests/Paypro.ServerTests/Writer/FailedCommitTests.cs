using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.Server.Storage.Sqlite;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>A COMMIT of SQLite whose flush fails is neither a success nor a failure until the log has been written over or read back.</summary>
public sealed class FailedCommitTests : IAsyncLifetime
{
    private readonly FailingDisk _disk = new();
    private readonly List<string> _images = [];
    private TestDatabase _database = null!;
    private SqliteConnection _reader = null!;
    private SqliteEngine _engine = null!;

    private string Plain => _database.ConnectionString;

    private string File => new SqliteConnectionStringBuilder(Plain).DataSource;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(Engine.Sqlite);
        await using (await Node.StartAsync(_database))
        {
            // Makes the schema.
        }

        // Somebody else has the file open, as in every server: the log is not recovered just because the writer comes back.
        var connection = new SqliteConnectionStringBuilder { DataSource = $"file:{File}?vfs={_disk.Name}", Pooling = false }.ConnectionString;
        _reader = SqliteSettings.Open(connection);
        _engine = new SqliteEngine(connection, new WriterOptions { DoubtForMs = 1000 }, new SystemRandomness(), TimeProvider.System, NullLogger<SqliteEngine>.Instance);
        await RunAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        _engine.Dispose();
        await _reader.DisposeAsync();
        await _database.DisposeAsync();
        _disk.Dispose();
    }

    /// <summary>The hazard: with a crash right then, the transaction that failed is there afterwards. Once it was called a failure it never is.</summary>
    [Fact]
    public async Task WhatWasCalledAFailureIsNotRevivedByACrash()
    {
        FailOnce(() => _images.Add(Image("crashed")));

        await Assert.ThrowsAsync<WriteFailedException>(() => RunAsync(2));

        Assert.Equal<long>([1, 2], Stored(Assert.Single(_images)));
        Assert.Equal<long>([1], Stored(Image("later")));
        await RunAsync(3);
        Assert.Equal<long>([1, 3], Stored(File));
    }

    /// <summary>Somebody recovers the log between the failure and the asking: the batch is stored, and its callers hear that.</summary>
    [Fact]
    public async Task WhatIsRevivedIsAnsweredAsStored()
    {
        FailOnce(() =>
        {
            // Both copies of the index's header: whoever comes next recovers the log.
            using var index = new FileStream(File + "-shm", FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            index.Write(new byte[96]);
        });

        var answer = await RunAsync(2);

        Assert.Equal(2, answer);
        Assert.Equal<long>([1, 2], Stored(Image("later")));
        await RunAsync(3);
        Assert.Equal<long>([1, 2, 3], Stored(File));
    }

    /// <summary>As long as nothing can be written nobody knows; and the writer works again when the disk does.</summary>
    [Fact]
    public async Task ADiskThatStaysBrokenLeavesTheBatchInDoubt()
    {
        _disk.Fails = static () => true;
        await Assert.ThrowsAsync<WriteInDoubtException>(() => RunAsync(2));

        _disk.Fails = static () => false;
        Assert.Equal(3, await RunAsync(3));
        Assert.Equal<long>([1, 3], Stored(Image("later")));
    }

    /// <summary>The asking fails too, a few times: what it has left in the log is not the batch.</summary>
    [Fact]
    public async Task AProbeThatFailsIsNotTakenForTheBatch()
    {
        var failures = 3;
        _disk.Fails = () => failures-- > 0;

        await Assert.ThrowsAsync<WriteFailedException>(() => RunAsync(2));

        Assert.True(failures < 0);
        Assert.Equal<long>([1], Stored(Image("later")));
    }

    private void FailOnce(Action atFailure)
    {
        var failed = false;
        _disk.Fails = () =>
        {
            if (failed)
            {
                return false;
            }

            failed = true;
            atFailure();
            return true;
        };
    }

    private async Task<long> RunAsync(long orderId)
    {
        var command = new HistoryCommand(7, orderId, "test", "");
        await _engine.RunAsync([command]);
        command.Answer();
        return await command.Done;
    }

    /// <summary>The files as a crash would leave them at this moment; the log's index is made anew from the log.</summary>
    private string Image(string name)
    {
        var image = Path.Combine(Path.GetDirectoryName(File)!, name + ".db");
        System.IO.File.Copy(File, image);
        System.IO.File.Copy(File + "-wal", image + "-wal");
        return image;
    }

    private static List<long> Stored(string file)
    {
        using var connection = SqliteSettings.Open(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT order_id FROM events WHERE bucket = 7 ORDER BY order_id";
        var stored = new List<long>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            stored.Add(reader.GetInt64(0));
        }

        return stored;
    }
}
