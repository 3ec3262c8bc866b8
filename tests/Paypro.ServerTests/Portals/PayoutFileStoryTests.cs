using System.Data.Common;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Paypro.Channels;
using Paypro.RailDoubles.Spei;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Channels;
using Paypro.ServerTests.Developers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;
using Paypro.ServerTests.Platform;
using Paypro.ServerTests.Sandbox;
using Paypro.ServerTests.Writer;

namespace Paypro.ServerTests.Portals;

/// <summary>
/// Somebody of a merchant's finance pays suppliers by file over the double of STP, which keeps its own memory, while nodes are killed wherever it matters and our money
/// there runs dry and comes back. 30 of them on PostgreSQL; <c>eng/full stories</c> pays 500 on both engines.
/// </summary>
public sealed class PayoutFileStoryTests(ITestOutputHelper output)
{
    private const string Head = "tradeNo,amount,wayCode,customerName,customerMobile,customerEmail,customerAccountType,customerAccount,identity";
    private const long MerchantNo = Node.Mexico;

    /// <summary>Rows that become payouts at once.</summary>
    private const int AtOnce = 25;

    /// <summary>Longer than STP's finality: what it has not had by then it never gets.</summary>
    private static readonly long LongAgoMs = (long)TimeSpan.FromHours(28).TotalMilliseconds;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task EverySupplierIsPaidOnceHoweverNodesDieAndMoneyLacks(Engine engine)
    {
        Assert.SkipUnless(engine == Engine.Postgres || Stories.Times > 1, "eng/full stories runs it");
        var suppliers = Stories.Times > 1 ? 500 : 30;
        using var key = new MasterKeyFile();
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var ground = await SpeiRailGround.StartAsync(engine, database, "--Paypro:MasterKeyFile", key.Path);
        var (host, house, port) = (ground.Host, ground.House, FreePort.Take());
        var address = new Uri($"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}/");
        var business = await host.ReadAsync(c => c.Merchants.Where(m => m.MerchantNo == MerchantNo).Select(m => m.BusinessId).SingleAsync());
        using var finance = await DashboardSession.StartAsync(host.Services, address, Role.MerchantFinance, business);
        using var owner = await DashboardSession.StartAsync(host.Services, address, Role.Owner, business);
        using var treasurer = await DashboardSession.StartAsync(host.Services, address, Role.Finance, 0);
        long[] amounts = [.. Enumerable.Range(0, suppliers).Select(i => 100_00L + i * 1_00)];

        // Two fifths of it is at the rail, which tells its balance; a file of any sum needs a second person.
        var begunMinor = house.BalanceMinor = amounts.Take(suppliers * 2 / 5).Sum();
        await host.Get<ConfigStore>().SaveAsync(context =>
        {
            context.HoldLimits.Add(new HoldLimitRow { MerchantNo = MerchantNo, Owner = HoldOwner.Merchant, Kind = HoldKind.Batch });
            return Task.CompletedTask;
        });
        await host.Get<Pots>().MakeAsync(SpeiRailGround.AccountId, [PotBalance.Payout]);
        await ExecuteAsync(database, "UPDATE channel_pots SET created_at_ms = 1");
        await host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.True(await host.Get<ReadBalances>().ReadNowAsync(host.Get<SnapshotStore>().Current.Accounts[SpeiRailGround.AccountId], CancellationToken.None));
        var openingMinor = await host.BalanceAsync(AccountKind.Available);
        await ground.StopHostAsync();

        var start = new ServerStart { Database = database, Environment = new Dictionary<string, string> { ["Paypro__PublicUrl"] = ground.Callbacks.Address, ["Paypro__MasterKeyFile"] = key.Path } };
        await using var door = await NodeDoor.StartAsync(start, engine == Engine.Sqlite ? 1 : 2, port);
        ground.Callbacks.Target = door.Address;

        // Killed during the upload: all was done, and nobody heard of it.
        var file = Csv(amounts);
        await LoseAsync(door, FormLoss.AfterItWasDone, () => UploadAsync(finance, file));
        await door.ReviveAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await door.SendAgainAsync()).Status);
        Assert.Contains("the same file is not taken twice", (await UploadAsync(finance, file)).Text, StringComparison.Ordinal);
        var path = Assert.Single(Regex.Matches((await finance.GetAsync("/dashboard/payout-files?merchant=1000000001")).Text, "href=\"(/dashboard/payout-files/[0-9]+)\"").Select(m => m.Groups[1].Value).Distinct());

        Assert.DoesNotContain("Something is wrong", (await finance.GetAsync(path)).Text, StringComparison.Ordinal);

        // Killed before the hand-in was read: sent again it counts, and a third time not.
        await LoseAsync(door, FormLoss.BeforeItIsRead, () => finance.PostAsync(path, ("do", "handIn")));
        await door.ReviveAsync();
        Assert.Equal(HttpStatusCode.Redirect, (await door.SendAgainAsync()).Status);
        Assert.Contains("is not where this could be done any more", (await door.SendAgainAsync()).Text, StringComparison.Ordinal);
        Assert.Contains("is your own", (await finance.PostAsync(path, ("do", "approve"))).Text, StringComparison.Ordinal);

        // The first call that reaches STP is cut before it arrives; nobody knows that but STP. The node that took the approval is killed, and the next one while it makes the rows.
        house.Trouble("PUT /speiws", StpTrouble.CutBefore);
        await ExecuteAsync(database, "UPDATE payout_batches SET lease_until_ms = 9000000000000");
        await LoseAsync(door, FormLoss.AfterItWasDone, () => owner.PostAsync(path, ("do", "approve")));
        await KillBetweenRowsAsync(database, door, house, suppliers);
        await LeasesEndAsync(database);
        await door.ReviveAsync();
        await FactorsAreFreshAsync(database);
        for (var click = 0; click < 5; click++)
        {
            Assert.NotEqual(HttpStatusCode.Redirect, (await owner.PostAsync(path, ("do", "approve"))).Status);
        }

        // Every row is a payout, and what the rail has money for is sent: the rest waits, and the result says so.
        await UntilAsync(door, async () => (await owner.GetAsync($"{path}/export")).Text is var text && !text.Contains(",waiting,", StringComparison.Ordinal));
        await SettleAsync(door, house, database, "state IN (1, 2, 3, 4)");
        var early = Results((await owner.GetAsync($"{path}/export")).Text);
        Assert.Equal(suppliers, early.Count);
        Assert.Subset(new HashSet<string> { "paid", "under way", "failed" }, early.Values.Select(r => r.Result).ToHashSet());
        Assert.Equal(house.Orders.Select(o => o.AmountMinor).Order(), early.Values.Where(r => r.Result == "paid").Select(r => r.AmountMinor).Order());
        Assert.Contains(early.Values, r => r.Result == "under way");
        Assert.InRange(house.BalanceMinor, 0, begunMinor);
        Assert.Contains(early.Values, r => r.Result == "failed");

        // Money comes, and both nodes are killed when STP has an order and its answer is on its way.
        var broughtMinor = amounts.Sum();
        house.BalanceMinor += broughtMinor;
        house.Trouble("PUT /speiws", StpTrouble.Changed(_ => { }), times: 2);
        var (read, killed) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        house.Trouble("PUT /speiws", new StpTrouble(StpTroubleKind.CutAfter)
        {
            Before = async () =>
            {
                // The treasurer's own answer must not be lost with the nodes.
                await read.Task;
                door.KillAll();
                killed.TrySetResult();
            },
        });
        await FactorsAreFreshAsync(database);
        Assert.EndsWith("done=saved", (await treasurer.PostAsync($"/operator/channels/{SpeiRailGround.AccountId}/float/read")).Text, StringComparison.Ordinal);
        read.SetResult();
        await killed.Task.WaitAsync(Patience);
        await LeasesEndAsync(database);
        await door.ReviveAsync();
        await SettleAsync(door, house, database, "state IN (1, 2, 3, 4, 7)");

        // What never arrived has certainly failed: it is in the new file, which is paid like the first.
        var first = Results((await owner.GetAsync($"{path}/export")).Text);
        await FactorsAreFreshAsync(database);
        var failed = (await finance.PostAsync($"{path}/failed")).Text;
        Assert.Equal(first.Values.Count(r => r.Result == "failed"), failed.Trim().Split('\n').Length - 1);
        var second = (await UploadAsync(finance, Encoding.UTF8.GetBytes(failed))).Text;
        Assert.EndsWith("done=saved", (await finance.PostAsync(second, ("do", "handIn"))).Text, StringComparison.Ordinal);
        Assert.EndsWith("done=saved", (await owner.PostAsync(second, ("do", "approve"))).Text, StringComparison.Ordinal);
        await UntilAsync(door, async () => !(await owner.GetAsync($"{second}/export")).Text.Contains(",waiting,", StringComparison.Ordinal));
        await SettleAsync(door, house, database, "state IN (1, 2, 3, 4, 7)");
        var later = Results((await owner.GetAsync($"{second}/export")).Text);
        Assert.All(later.Values, r => Assert.Equal("paid", r.Result));
        Assert.Equal(suppliers, first.Values.Count(r => r.Result == "paid") + later.Count);
        foreach (var again in (byte[][])[file, Encoding.UTF8.GetBytes(failed)])
        {
            Assert.Contains("the same file is not taken twice", (await UploadAsync(finance, again)).Text, StringComparison.Ordinal);
        }

        // Each supplier has his money once, by the rail's memory; our books say the same.
        Assert.Equal(Enumerable.Range(0, suppliers).Select(i => (ClabeOf(i), amounts[i])).Order(), house.Orders.Select(o => (o.ToAccount, o.AmountMinor)).Order());
        Assert.All(house.Orders, o => Assert.Equal("LQ", o.State));
        Assert.Equal(begunMinor + broughtMinor - amounts.Sum(), house.BalanceMinor);
        Assert.Empty(house.Faults);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{suppliers} suppliers, {door.Killed} nodes killed, {later.Count} rows paid by the second file"));
        await door.StopNodesAsync();
        await using var node = await Node.StartAsync(database, $"Paypro:MasterKeyFile={key.Path}");
        var feesMinor = await node.ReadAsync(c => c.Orders.Where(o => o.MerchantNo == MerchantNo && o.Direction == Direction.Payout && o.State == OrderState.Paid).SumAsync(o => o.FeeMinor + o.TaxMinor));
        Assert.Equal(openingMinor - amounts.Sum() - feesMinor, await node.BalanceAsync(MerchantNo));
        Assert.Equal(0, await node.BalanceAsync(MerchantNo, AccountKind.Frozen));
        Assert.Equal(amounts.Sum(), await node.ReadAsync(c => c.Accounts.Where(a => a.OwnerType == OwnerType.Channel && a.OwnerId == SpeiRailGround.AccountId && a.Kind == AccountKind.Clearing).SumAsync(a => a.BalanceMinor)));
        Assert.Equal(suppliers, await node.ReadAsync(c => c.Orders.CountAsync(o => o.MerchantNo == MerchantNo && o.Direction == Direction.Payout && o.State == OrderState.Paid)));
        await LedgerAudit.AssertSoundAsync(node.Get<IContexts>());
    }

    /// <summary>Kills every node when the first rows are payouts, none of them is noted yet, and one is being sent. On SQLite nobody can be kept from noting them, so it is as soon as there is one.</summary>
    private static async Task KillBetweenRowsAsync(TestDatabase database, NodeDoor door, StpHouse house, int suppliers)
    {
        const string Rows = "SELECT count(*) FROM orders WHERE direction = 2 AND merchant_no = 1000000001", Noted = "SELECT count(*) FROM payout_batch_lines WHERE state = 4";
        if (database.Engine == Engine.Sqlite)
        {
            await door.ReviveAsync();
        }

        await using var connection = await OpenAsync(database);
        await using var hold = database.Engine == Engine.Sqlite ? null : await connection.BeginTransactionAsync();
        if (hold is not null)
        {
            await ScalarAsync(connection, "LOCK TABLE payout_batch_lines IN EXCLUSIVE MODE", hold);
        }

        // Until now the file had a lease that nobody holds.
        await ExecuteAsync(database, "UPDATE payout_batches SET lease_until_ms = 0");
        var (begun, enough) = (TimeProvider.System.GetTimestamp(), hold is null ? 1 : Math.Min(AtOnce, suppliers));
        while (await ScalarAsync(connection, Rows, hold) < enough || !house.Log.Any(c => c.StartsWith("PUT", StringComparison.Ordinal)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, door.Output);
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }

        door.KillAll();
        if (hold is not null)
        {
            Assert.Equal(0, await ScalarAsync(connection, Noted, hold));
            await hold.RollbackAsync();
        }

        Assert.InRange(await ScalarAsync(connection, Noted, null), 0, suppliers - 1);
    }

    /// <summary>
    /// The leases of dead nodes are over at once, and STP's finality with them: what it does not know now has never arrived. Nodes must stand still.
    /// </summary>
    private static async Task LeasesEndAsync(TestDatabase database)
    {
        const string Open = "direction = 2 AND state IN (2, 4)";
        await ExecuteAsync(database, string.Create(CultureInfo.InvariantCulture, $"UPDATE attempts SET lease_until_ms = 1, sent_at_ms = sent_at_ms - {LongAgoMs} WHERE {Open}"));
        await ExecuteAsync(database, $"UPDATE timers SET due_at_ms = 1 WHERE order_id IN (SELECT order_id FROM attempts WHERE {Open})");
        await ExecuteAsync(database, $"UPDATE orders SET timer_due_ms = 1 WHERE timer_due_ms <> 0 AND id IN (SELECT order_id FROM attempts WHERE {Open})");
        await ExecuteAsync(database, "UPDATE payout_batches SET lease_until_ms = 0");
    }

    /// <summary>Everybody gives a fresh factor: a slow machine takes longer than the five minutes that one counts.</summary>
    private static Task FactorsAreFreshAsync(TestDatabase database) =>
        ExecuteAsync(database, string.Create(CultureInfo.InvariantCulture, $"UPDATE sessions SET factor_at_ms = {TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}"));

    /// <summary>STP carries out what it has, and tells it, until nothing is under way; what nobody has answered for is asked about at once.</summary>
    private static async Task SettleAsync(NodeDoor door, StpHouse house, TestDatabase database, string states)
    {
        await using var connection = await OpenAsync(database);
        await UntilAsync(door, async () =>
        {
            foreach (var order in house.Orders.Where(o => o.State == "C"))
            {
                house.End(order.Key);
                await house.TellAsync(order);
            }

            return await ScalarAsync(connection, $"SELECT count(*) FROM attempts WHERE direction = 2 AND channel_account_id = {SpeiRailGround.AccountId} AND {states}", null) == 0;
        });
    }

    private static async Task UntilAsync(NodeDoor door, Func<Task<bool>> isSo) => Assert.True(await SandboxHost.ComesToBeAsync(isSo, Patience), door.Output);

    private static async Task LoseAsync(NodeDoor door, FormLoss loss, Func<Task> act)
    {
        door.Next = loss;
        await Assert.ThrowsAnyAsync<HttpRequestException>(act);
    }

    private static Task<(HttpStatusCode Status, string Text)> UploadAsync(DashboardSession by, byte[] file) => by.UploadAsync("/dashboard/payout-files/file", "file", file, ("merchant", "1000000001"), ("point", "."));

    /// <summary>What a result file says of each row, by the merchant's number.</summary>
    private static Dictionary<string, (string Result, long AmountMinor)> Results(string csv) => csv.Trim().Split('\n').Skip(1).Select(line => line.Trim().Split(','))
        .ToDictionary(cells => cells[1], cells => (cells[5], (long)(decimal.Parse(cells[3], CultureInfo.InvariantCulture) * 100)));

    private static byte[] Csv(long[] amounts) => Encoding.UTF8.GetBytes(string.Join("\r\n", amounts.Select((minor, i) => string.Create(
        CultureInfo.InvariantCulture, $"s{i},{minor / 100m:0.00},40012,Supplier,5512345678,someone@merchant.example,CLABE,{ClabeOf(i)},58452586558")).Prepend(Head)));

    private static string ClabeOf(int supplier)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"012180{supplier:00000000000}");
        return Enumerable.Range(0, 10).Select(digit => string.Create(CultureInfo.InvariantCulture, $"{body}{digit}")).Single(StpForms.IsClabe);
    }

#pragma warning disable CA2100 // The statements above.
    private static async Task<DbConnection> OpenAsync(TestDatabase database)
    {
        DbConnection connection = database.Engine == Engine.Sqlite ? new SqliteConnection(database.ConnectionString) : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(TestDatabase database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<long> ScalarAsync(DbConnection connection, string sql, DbTransaction? within)
    {
        await using var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, within);
        return await command.ExecuteScalarAsync() is { } found ? Convert.ToInt64(found, CultureInfo.InvariantCulture) : 0;
    }
#pragma warning restore CA2100
}
