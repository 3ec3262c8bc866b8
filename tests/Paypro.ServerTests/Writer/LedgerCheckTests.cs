using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>The ledger check has teeth: somebody with the database's own powers changes what is booked, and it is found.</summary>
public sealed class LedgerCheckTests
{
    private static readonly string[] Tables = ["transfers", "entries"];

    /// <summary>What is changed, how it is put right again, and a word of the finding.</summary>
    private static readonly (string Tamper, string Undo, string Finding)[] Changes =
    [
        ("UPDATE entries SET amount_minor = amount_minor + 1 WHERE {0} AND transfer_no = 2 AND leg = 1",
            "UPDATE entries SET amount_minor = amount_minor - 1 WHERE {0} AND transfer_no = 2 AND leg = 1", "transfer 2"),
        ("UPDATE entries SET amount_minor = amount_minor * 2 WHERE {0} AND transfer_no = 2",
            "UPDATE entries SET amount_minor = amount_minor / 2 WHERE {0} AND transfer_no = 2", "the hash of transfer 2"),
        ("UPDATE entries SET value_date = value_date + 1 WHERE {0} AND transfer_no = 3", "UPDATE entries SET value_date = value_date - 1 WHERE {0} AND transfer_no = 3",
            "the hash of transfer 3"),
        ("UPDATE transfers SET order_id = order_id + 1 WHERE {0} AND transfer_no = 2", "UPDATE transfers SET order_id = order_id - 1 WHERE {0} AND transfer_no = 2",
            "the hash of transfer 2"),
        ("UPDATE transfers SET transfer_no = 99 WHERE {0} AND transfer_no = 2", "UPDATE transfers SET transfer_no = 2 WHERE {0} AND transfer_no = 99", "is missing"),
        ("UPDATE accounts SET balance_minor = balance_minor + 7 WHERE {0} AND sequence > 0", "UPDATE accounts SET balance_minor = balance_minor - 7 WHERE {0} AND sequence > 0",
            "its entries say otherwise"),
        ("UPDATE accounts SET balance_minor = 5 WHERE {0} AND sequence = 0", "UPDATE accounts SET balance_minor = 0 WHERE {0} AND sequence = 0", "its entries say otherwise"),
        ("UPDATE chains SET last_transfer_no = last_transfer_no - 1 WHERE {0}", "UPDATE chains SET last_transfer_no = last_transfer_no + 1 WHERE {0}", "the chain ends"),
        ("DELETE FROM entries WHERE {0} AND transfer_no = 4 AND leg = 2", "", "does not follow from the one before it"),
    ];

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task FindsWhatSomebodyChanged(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var merchant = (await node.AddMerchantsAsync(1, openingMinor: 100_000))[0];
        var bucket = Node.BucketOf(merchant);
        await BookAsync(node, merchant, 1, 4);
        var check = node.Get<LedgerCheck>();
        await OpenAccountAsync(node, bucket);
        var versionBefore = await node.ReadAsync(c => c.Installation.Select(i => i.ConfigVersion).SingleAsync());

        // Of the changes some are made before the check has seen the rows, all of them after: it looks at old rows again.
        await DisableTriggersAsync(node, engine);
        await TamperAsync(node, Changes[0].Tamper, bucket);
        Assert.Contains(Changes[0].Finding, await FindingAsync(node, check, bucket), StringComparison.Ordinal);
        await TamperAsync(node, Changes[0].Undo, bucket);
        Assert.Equal("", await FindingAsync(node, check, bucket));
        Assert.True(await node.ReadAsync(c => c.LedgerChecks.AnyAsync(r => r.Bucket == bucket && r.TransferNo >= 4 && r.Hash.Length == 32)));

        // On PostgreSQL balances and the chain's end are views: there is nothing beside the entries that could say otherwise.
        foreach (var (tamper, undo, finding) in Changes.Where(c => engine == Engine.Sqlite || !(c.Tamper.StartsWith("UPDATE accounts", StringComparison.Ordinal) || c.Tamper.StartsWith("UPDATE chains", StringComparison.Ordinal))))
        {
            Assert.True(await TamperAsync(node, tamper, bucket) > 0, tamper);
            var found = await FindingAsync(node, check, bucket);
            Assert.True(found.Contains(finding, StringComparison.Ordinal), $"{tamper}: {found}");
            if (undo.Length > 0)
            {
                await TamperAsync(node, undo, bucket);
                Assert.Equal("", await FindingAsync(node, check, bucket));
            }
        }

        var open = await node.ReadAsync(c => c.Cases.SingleAsync(a => a.Kind == "ledger"));
        Assert.Equal($"bucket {bucket.ToString(CultureInfo.InvariantCulture)}", open.Subject);
        Assert.Equal(versionBefore, await node.ReadAsync(c => c.Installation.Select(i => i.ConfigVersion).SingleAsync()));
    }

    /// <summary>Another process has not come to the place yet, and books go on: the finding stays until its cause is gone.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AFindingIsNotForgottenByAProcessThatHasNotSeenIt(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var merchant = (await node.AddMerchantsAsync(1, openingMinor: 1_000_000))[0];
        var bucket = Node.BucketOf(merchant);
        await BookAsync(node, merchant, 1, LedgerCheck.OldTransfersPerTurn + 60);
        var check = node.Get<LedgerCheck>();
        Assert.Equal("", await FindingAsync(node, check, bucket));
        await DisableTriggersAsync(node, engine);
        var late = (LedgerCheck.OldTransfersPerTurn + 30).ToString(CultureInfo.InvariantCulture);
        await TamperAsync(node, $"UPDATE entries SET value_date = value_date + 1 WHERE {{0}} AND transfer_no = {late}", bucket);

        // The second look comes to it in its second turn.
        await check.RunOnceAsync(TestContext.Current.CancellationToken);
        Assert.Contains($"the hash of transfer {late}", await FindingAsync(node, check, bucket), StringComparison.Ordinal);

        for (var start = 0; start < 3; start++)
        {
            await BookAsync(node, merchant, 10_000 + (start * 10), 2);
            Assert.Contains($"the hash of transfer {late}", await FindingAsync(node, Another(node), bucket), StringComparison.Ordinal);
        }

        await TamperAsync(node, $"UPDATE entries SET value_date = value_date - 1 WHERE {{0}} AND transfer_no = {late}", bucket);
        Assert.Equal("", await FindingAsync(node, Another(node), bucket));
        Assert.Equal(1, await node.ReadAsync(c => c.Cases.CountAsync(a => a.Kind == "ledger")));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task GoesOnWhereItWasAndFindsNothingInRightBooks(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        await using var node = await Node.StartAsync(database);
        var merchants = await node.AddMerchantsAsync(5, openingMinor: 100_000);
        for (var round = 1; round <= 3; round++)
        {
            foreach (var merchant in merchants)
            {
                await BookAsync(node, merchant, round * 10, 4);
            }

            // While more is being booked: a check that reads a row too early would find what is not there.
            var booking = Task.WhenAll(merchants.Select(m => BookAsync(node, m, round * 100, 5)));
            do
            {
                Assert.False(await node.Get<LedgerCheck>().RunOnceAsync(CancellationToken.None));
            }
            while (!booking.IsCompleted);

            await booking;
        }

        await node.Get<LedgerCheck>().RunOnceAsync(CancellationToken.None);
        var (rows, chains) = await node.ReadAsync(async c => (await c.LedgerChecks.ToListAsync(), await c.Chains.Where(x => x.LastTransferNo > 0).ToListAsync()));
        Assert.All(rows, row => Assert.Equal("", row.Finding));
        Assert.Equal(chains.Select(c => (c.Bucket, c.LastTransferNo)).Order(), rows.Select(r => (r.Bucket, r.TransferNo)).Order());
        Assert.Equal(0, await node.ReadAsync(c => c.Cases.CountAsync()));
    }

    /// <summary>The check of a process that has just started.</summary>
    private static LedgerCheck Another(Node node) => new(node.Get<IContexts>(), node.Get<BatchWriter>(), node.Get<RaiseCases>(), TimeProvider.System);

    private static async Task BookAsync(Node node, long merchant, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            await node.PayoutAsync(merchant, $"c{i.ToString(CultureInfo.InvariantCulture)}", 10);
        }
    }

    private static async Task<string> FindingAsync(Node node, LedgerCheck check, short bucket)
    {
        await check.RunOnceAsync(CancellationToken.None);
        return await node.ReadAsync(c => c.LedgerChecks.Where(r => r.Bucket == bucket).Select(r => r.Finding).SingleAsync());
    }

    /// <summary>An account that nothing was booked on.</summary>
    private static Task<bool> OpenAccountAsync(Node node, short bucket) => node.WriteAsync(new OpenedOnly(bucket));

    private static Task<int> TamperAsync(Node node, string sql, short bucket) => node.ReadAsync(c => c.Database.ExecuteSqlRawAsync(
        string.Format(CultureInfo.InvariantCulture, sql, $"bucket = {bucket.ToString(CultureInfo.InvariantCulture)}")));

    private static async Task DisableTriggersAsync(Node node, Engine engine)
    {
        foreach (var table in Tables)
        {
            string[] statements = engine == Engine.Postgres
                ? [$"ALTER TABLE {table} DISABLE TRIGGER USER"]
                : [$"DROP TRIGGER {table}_no_update", $"DROP TRIGGER {table}_no_delete"];
            foreach (var statement in statements)
            {
                await node.ReadAsync(c => c.Database.ExecuteSqlRawAsync(statement));
            }
        }
    }

    private sealed class OpenedOnly(short bucket) : WriteCommand<bool>
    {
        public override short Bucket => bucket;

        public override void Declare(Needs needs) => needs.Accounts.Add(AccountId.Platform(bucket, AccountKind.Transit, Paypro.Protocol.Currency.Get("MXN")));

        protected override bool Decide(BatchState state) => true;
    }
}
