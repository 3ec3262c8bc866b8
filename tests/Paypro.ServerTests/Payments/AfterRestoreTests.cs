using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;

namespace Paypro.ServerTests.Payments;

/// <summary>A copy of the database that was put back gives no number that was given out after it was made.</summary>
public sealed class AfterRestoreTests
{
    private const long Account = 101;
    private static readonly TimeSpan TimeToLive = TimeSpan.FromHours(24);

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task NumbersThatMayHaveBeenGivenOutAreSkippedAndRest(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var offer = ground.The<SnapshotStore>().Current.Accounts[Account];
        var space = offer.PayIns.NumberSpaceFor("va")!;
        await TakeAsync(ground, space, bucket: 5, blocks: 2);
        var copy = await CopyAsync(ground);

        // More on one day than the copy has seen, with starts of nodes between; and a bucket that the copy knows nothing of.
        var lost = await TakeAsync(ground, space, bucket: 5, blocks: 7);
        lost.AddRange(await TakeAsync(ground, space, bucket: 6, blocks: 3));
        await PutBackAsync(ground, copy);
        var (starts, _) = copy;
        var (text, isDone) = await ground.The<AfterRestore>().RunAsync(CancellationToken.None);

        Assert.True(isDone, text);
        var again = await ground.The<AfterRestore>().RunAsync(CancellationToken.None);
        Assert.Equal(text, again.Text);
        Assert.Contains("Channel account 101, ", text, StringComparison.Ordinal);
        Assert.Contains("The first node may be started.", text, StringComparison.Ordinal);
        var given = await TakeAsync(ground, space, bucket: 5, blocks: 20);
        given.AddRange(await TakeAsync(ground, space, bucket: 6, blocks: 20));
        Assert.Empty(given.Intersect(lost));
        Assert.True(await ground.ReadAsync(c => c.Installation.Select(i => i.NodeStarts).SingleAsync()) >= starts + 1000);

        // What is skipped rests as long as what was given out, for when the round comes there again.
        var first = lost.Min(n => SerialOf(space, n)) / NumberPool.BlockSize(space);
        var resting = await ground.ReadAsync(c => c.NumberBlocks.SingleAsync(b => b.ChannelAccountId == Account && b.Kind == space.Kind && b.Bucket == 6 && b.Block == 0));
        Assert.True(resting.RestsUntilMs >= ground.NowMs + (long)(NumberPool.Rest + TimeToLive).TotalMilliseconds);
        Assert.True(first >= 0);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnAccountThatCannotBeReadIsNamed(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await ground.The<ConfigStore>().SaveAsync(async context => (await context.ChannelAccounts.SingleAsync(a => a.Id == Account)).SettingsJson = "nonsense");
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var (text, isDone) = await ground.The<AfterRestore>().RunAsync(CancellationToken.None);
        Assert.False(isDone);
        Assert.Contains("Not skipped, since they cannot be read at present: channel account 101.", text, StringComparison.Ordinal);
    }

    /// <summary>The whole drill on a file: copy, sell, lose, put back, skip, sell.</summary>
    [Fact]
    public async Task ACopiedFileThatIsPutBackSellsOtherNumbers()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite);
        using var key = new MasterKeyFile();
        var start = new ServerStart { Database = database, Environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = key.Path } };
        var file = new SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
        HashSet<string> before;
        await using (var first = await ServerProcess.StartAsync(start))
        {
            before = await SellAsync(first, "before");
            Assert.Equal(0, (await first.StopAsync()).Code);
        }

        using (var connection = new SqliteConnection(database.ConnectionString))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var copy = connection.CreateCommand();
            copy.CommandText = $"VACUUM INTO '{file}.copy'";
            await copy.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            SqliteConnection.ClearPool(connection);
        }

        HashSet<string> lost;
        await using (var second = await ServerProcess.StartAsync(start))
        {
            lost = await SellAsync(second, "lost");
            second.Kill();
        }

        foreach (var ending in (string[])["", "-wal", "-shm"])
        {
            File.Delete(file + ending);
        }

        File.Move(file + ".copy", file);
        var exit = await ServerProcess.RunToExitAsync(start with { Arguments = ["--after-restore"], ReadyWithin = TimeSpan.FromMinutes(3) });
        Assert.True(exit.Code == 0, exit.Output);
        Assert.Contains("In recovery: channel accounts ", exit.Output, StringComparison.Ordinal);
        await using var third = await ServerProcess.StartAsync(start);
        var after = await SellAsync(third, "after");
        Assert.Empty(after.Intersect(lost));
        Assert.Empty(after.Intersect(before));
    }

    private static async Task<HashSet<string>> SellAsync(ServerProcess server, string prefix)
    {
        var merchant = SignedClient.Mexico(server.Http);
        var numbers = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            var answer = await merchant.PostAsync(
                "/v1/paypro/payInApi", ("tradeNo", $"{prefix}-{i}"), ("amount", "300"), ("wayCode", "va"), ("notifyUrl", "http://127.0.0.1:9/n"));
            Assert.True(numbers.Add(answer["paymentInfo"]!), answer.Text);
        }

        return numbers;
    }

    private static async Task<List<string>> TakeAsync(PaymentsGround ground, NumberSpace space, short bucket, int blocks)
    {
        var numbers = new List<string>();
        for (var i = 0; i < blocks; i++)
        {
            // A pool of its own each time, as a node that starts: it takes a block, and the rest of it is lost.
            var pool = new NumberPool(ground.The<IContexts>(), ground.The<BatchWriter>(), ground.Time);
            for (var n = 0; n < 20; n++)
            {
                numbers.Add(await pool.TakeAsync(Account, space, bucket, TimeToLive));
            }
        }

        return numbers;
    }

    private static long SerialOf(NumberSpace space, string number) =>
        long.Parse(number.AsSpan(space.Prefix.Length + 2, space.SerialDigits), System.Globalization.CultureInfo.InvariantCulture);

    private static Task<(int Starts, List<NumberSpaceRow> Spaces)> CopyAsync(PaymentsGround ground) => ground.ReadAsync(async c => (
        await c.Installation.Select(i => i.NodeStarts).SingleAsync(),
        await c.NumberSpaces.AsNoTracking().ToListAsync()));

    /// <summary>The tables of numbers as they were.</summary>
    private static async Task PutBackAsync(PaymentsGround ground, (int Starts, List<NumberSpaceRow> Spaces) copy) => await ground.The<ConfigStore>().SaveAsync(async context =>
    {
        var known = copy.Spaces.ToDictionary(s => (s.ChannelAccountId, s.Kind, s.Bucket), s => s.NextBlock);
        foreach (var space in await context.NumberSpaces.ToListAsync())
        {
            if (known.TryGetValue((space.ChannelAccountId, space.Kind, space.Bucket), out var next))
            {
                space.NextBlock = next;
            }
            else
            {
                context.NumberSpaces.Remove(space);
            }
        }

        foreach (var block in await context.NumberBlocks.ToListAsync())
        {
            if (block.Block >= known.GetValueOrDefault((block.ChannelAccountId, block.Kind, block.Bucket)))
            {
                context.NumberBlocks.Remove(block);
            }
        }
    });
}
