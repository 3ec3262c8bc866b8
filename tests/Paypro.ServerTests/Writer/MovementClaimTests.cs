using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>A claim is not a booking: one that was left behind is taken over, one whose batch is under way is waited for.</summary>
public sealed class MovementClaimTests(ITestOutputHelper output)
{
    /// <summary>Both nodes with one group, both with eight, and one of each: the setting is changed node by node.</summary>
    public static TheoryData<int, int> Groups => new() { { 1, 1 }, { 8, 8 }, { 1, 8 } };

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task AClaimThatACrashLeftIsTakenOver(int first, int second)
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        await using var place = await MovementPlace.StartAsync(database, null, first, second);
        for (var node = 0; node < 2; node++)
        {
            await ClaimAsync(database, $"m{node}", bucket: (short)((place.Orders[0].Order.Bucket + 1) % 64), statement: 77 + node);
            Assert.Equal(ApplyResult.Applied, await place.TellAsync($"m{node}", 0, node));
            Assert.Equal(ApplyResult.Repeated, await place.TellAsync($"m{node}", 0, 1 - node));
            Assert.Equal(ApplyResult.Contradiction, await place.TellAsync($"m{node}", 1, 1 - node));
        }

        Assert.Equal(2, await place.AssertEachBookedOnceAsync());
    }

    /// <summary>
    /// The other batch holds its bucket's lock and books. Nothing is booked here before it ends, whatever was looked at before, and then its
    /// booking stands.
    /// </summary>
    [Theory]
    [MemberData(nameof(Groups))]
    public async Task AClaimWhoseBatchIsUnderWayIsWaitedFor(int first, int second)
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        await using var place = await MovementPlace.StartAsync(database, null, first, second);
        Assert.Equal(ApplyResult.Applied, await place.TellAsync("model", 0, 0));
        var bucket = place.Orders[0].Order.Bucket;
        await ClaimAsync(database, "m", bucket, statement: 77);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using (var batch = await source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var transaction = await batch.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await RunAsync(batch, $"SELECT 1 FROM bucket_locks WHERE bucket = {bucket} FOR UPDATE");
            var telling = place.TellAsync("m", 1, 1);
            await WaitForWaiterAsync(source, telling);
            var columns = string.Join(", ", HotTables.Statements.Columns.Select(c => c.Name));
            var values = string.Join(", ", HotTables.Statements.Columns.Select(c => c.Name switch { "id" => "77", "dedupe_key" => "'m'", _ => c.Name }));
            await RunAsync(batch, $"INSERT INTO rail_statements ({columns}) SELECT {values} FROM rail_statements WHERE bucket = {bucket} AND dedupe_key = 'model'");
            Assert.False(telling.IsCompleted);
            await transaction.CommitAsync(TestContext.Current.CancellationToken);

            Assert.Equal(ApplyResult.Contradiction, await telling);
        }

        Assert.Equal(ApplyResult.Repeated, await place.TellAsync("m", 0, 0));
        Assert.Equal(0, await place.First.ReadAsync(c => c.Receipts.CountAsync(r => r.DedupeKey == "m" && r.Id != 77)));
    }

    /// <summary>Whatever reply is lost, of a claim or of a COMMIT, each movement is booked once, and who was told a result was told the truth.</summary>
    [Fact]
    public async Task ALostReplyToAClaimBooksNothingTwice()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
#pragma warning disable CA5394 // Chance, not secrecy: the seed is printed so that a run can be looked at again.
        var random = new Random(seed);
        var armed = false;
        var database = await TestDatabase.CreateAsync(Engine.Postgres);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var proxy = new CuttingProxy(
            settings.Port,
            "enable_hashjoin=off",
            at => !Volatile.Read(ref armed) || at == CutAt.Probe || random.Next(4) != 0 ? Cut.No : (Cut)random.Next(1, 4));
#pragma warning restore CA5394
        (settings.Host, settings.Port, settings.SslMode) = ("127.0.0.1", proxy.Port, SslMode.Disable);
        await using var place = await MovementPlace.StartAsync(database, settings.ConnectionString, 8);
        Volatile.Write(ref armed, true);
        var told = place.Orders.Count + 2;
        var results = new ConcurrentBag<(int Key, ApplyResult Result)>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 30 * told), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            try
            {
                results.Add((i / told, await place.TellAsync($"m{i / told}", (i + i / told) % told, node: i % 2)));
            }
            catch (WriteFailedException)
            {
                // Nothing of it is stored; a rail would come again.
            }
        });
        Volatile.Write(ref armed, false);
        output.WriteLine($"{results.Count} told; {proxy.Count(CutAt.Claim, Cut.BeforeCommit)} claims lost, {proxy.Count(CutAt.Claim, Cut.BeforeReply)} of their replies");

        Assert.True(proxy.Count(CutAt.Claim, Cut.BeforeReply) > 0);
        foreach (var movement in results.GroupBy(r => r.Key))
        {
            Assert.Single(movement, m => m.Result is ApplyResult.Applied or ApplyResult.Suspense);
        }

        Assert.Equal(30, await place.AssertEachBookedOnceAsync());
    }

    private static async Task ClaimAsync(TestDatabase database, string key, short bucket, long statement)
    {
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var connection = await source.OpenConnectionAsync();
        await RunAsync(
            connection,
            $"INSERT INTO rail_movements (channel_account_id, direction, kind, dedupe_key, statement_bucket, statement_id) " +
            $"VALUES (101, {(short)Direction.PayIn}, {(short)MovementKind.Receipt}, '{key}', {bucket}, {statement})");
    }

    /// <summary>Until a session of the database waits for a lock. What ends before has not waited for it.</summary>
    private static async Task WaitForWaiterAsync(NpgsqlDataSource source, Task<ApplyResult> telling)
    {
        while (true)
        {
            Assert.False(telling.IsCompleted, "It was told although the other batch is under way.");
            await using var command = source.CreateCommand(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE NOT l.granted AND a.datname = current_database()");
            if ((long)(await command.ExecuteScalarAsync())! > 0)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

#pragma warning disable CA2100 // Made of numbers and names above.
    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
#pragma warning restore CA2100
}
