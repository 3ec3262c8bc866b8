using Microsoft.EntityFrameworkCore;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>Balances and statements at any time agree with the entries added up one by one.</summary>
[Collection(DashboardTests.Name)]
public sealed class BookReadTests(DashboardGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AtEveryTimeTheBooksSumToZeroAndAreWhatTheEntriesSay(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (first, second) = (await ground.OpenAsync("EG"), await ground.OpenAsync("EG"));
        var random = new Random(7);
        var startMs = ground.NowMs - 10_000_000;
        for (var i = 0; i < 60; i++)
        {
            // Two nodes' clocks differ: some transfers say that they are older than the one before them.
            var merchant = i % 3 == 0 ? second : first;
            await BookAsync(ground, merchant, i, startMs + (i * 1000) - (i % 5 == 0 ? 2500 : 0), random.Next(1, 500));
        }

        var books = ground.Host.The<BookReads>();
        var entries = await ground.Host.ReadAsync(c => c.Entries.ToListAsync());
        foreach (var atMs in (long[])[0, startMs, startMs + 1, startMs + 30_000, startMs + 59_000, long.MaxValue])
        {
            var balances = await books.TrialBalanceAsync(atMs, CancellationToken.None);
            Assert.All(balances, b => Assert.Equal(0, b.SumMinor));
        }

        // Wherever clocks agree, a time is exact.
        var clear = startMs + 32_500;
        foreach (var account in await books.AccountsAsync(clear, CancellationToken.None))
        {
            if (account.Named.OwnerType == OwnerType.Merchant && (account.Named.OwnerId == first.No || account.Named.OwnerId == second.No))
            {
                Assert.Equal(entries.Where(e => e.AccountId == account.Named.Id && e.BookedAtMs < clear).Sum(e => e.AmountMinor), account.BalanceMinor);
            }
        }

        Assert.Equal(0, (await books.AccountsAsync(0, CancellationToken.None)).Sum(a => Math.Abs(a.BalanceMinor)));
        var now = await books.AccountsAsync(long.MaxValue, CancellationToken.None);
        var stored = await ground.Host.ReadAsync(c => c.Accounts.GroupBy(a => a.Id).Select(g => new { g.Key, Sum = g.Sum(a => a.BalanceMinor) }).ToDictionaryAsync(g => g.Key, g => g.Sum));
        Assert.Equal(stored, now.ToDictionary(a => a.Named.Id, a => a.BalanceMinor));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AStatementsPagesGiveEachEntryOnceAndItsBalances(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (first, second) = (await ground.OpenAsync("PH"), await ground.OpenAsync("PH"));
        var startMs = ground.NowMs - 10_000_000;
        for (var i = 0; i < 40; i++)
        {
            await BookAsync(ground, i % 2 == 0 ? first : second, i, startMs + (i * 1000) - (i % 7 == 0 ? 3200 : 0), 100 + i);
        }

        var statements = ground.Host.The<AccountStatements>();
        var available = AccountId.Merchant(first.Bucket, first.No, AccountKind.Available, first.Country.Currency).Id;

        // The platform's account has a part in each of the two buckets.
        var equity = AccountId.Platform(first.Bucket, AccountKind.Equity, first.Country.Currency).Id;
        foreach (var accountId in (long[])[available, equity])
        {
            var all = await ground.Host.ReadAsync(c => c.Entries.Where(e => e.AccountId == accountId).ToListAsync());
            foreach (var (fromMs, toMs) in ((long, long)[])[(0, long.MaxValue), (startMs + 10_000, startMs + 31_000), (startMs + 10_000, long.MaxValue), (startMs + 31_000, startMs + 31_000)])
            {
                var (lines, page) = (new List<StatementLine>(), "");
                AccountStatement statement;
                do
                {
                    statement = (await statements.ReadAsync(accountId, fromMs, toMs, [], page, 7, CancellationToken.None))!;
                    Assert.True(statement.Lines.Count <= 7);
                    lines.AddRange(statement.Lines);
                    page = statement.Next;
                }
                while (page.Length > 0);

                Assert.Equal(statement.ClosingMinor - statement.OpeningMinor, lines.Sum(l => l.Entry.AmountMinor));
                Assert.Equal(lines.Count, lines.Select(l => l.Entry.Key).Distinct().Count());
                Assert.Equal(statement.ClosingMinor, lines.Count > 0 ? lines[0].BalanceMinor : statement.ClosingMinor);
                Assert.Equal(statement.OpeningMinor, lines.Count > 0 ? lines[^1].BalanceMinor - lines[^1].Entry.AmountMinor : statement.OpeningMinor);
                if (fromMs == 0)
                {
                    Assert.Equal(all.Select(e => e.Key).Order(), lines.Select(l => l.Entry.Key).Order());
                }

                if (accountId == available)
                {
                    Assert.All(lines, l => Assert.Equal(l.Entry.BalanceAfterMinor, l.BalanceMinor));
                }

                var file = new List<StatementLine>();
                await foreach (var portion in statements.AllAsync(accountId, fromMs, toMs, [], 11, CancellationToken.None))
                {
                    file.AddRange(portion);
                }

                Assert.Equal(lines.Select(l => (l.Entry.Key, l.BalanceMinor)).Order(), file.Select(l => (l.Entry.Key, l.BalanceMinor)).Order());
            }
        }

        // A kind of entries alone; the balances are those of all.
        var adjusted = (await statements.ReadAsync(available, 0, long.MaxValue, [TransferType.Adjustment], "", 50, CancellationToken.None))!;
        Assert.NotEmpty(adjusted.Lines);
        Assert.All(adjusted.Lines, l => Assert.Equal(TransferType.Adjustment, l.Transfer.Type));
        Assert.True(adjusted.Lines.Count < (await statements.ReadAsync(available, 0, long.MaxValue, [], "", 50, CancellationToken.None))!.Lines.Count);

        // What an address can hold besides.
        Assert.Equal(20, (await statements.ReadAsync(available, 0, long.MaxValue, [], $"x.5-.{first.Bucket}-999999999999", 50, CancellationToken.None))!.Lines.Count);
        Assert.Empty((await statements.ReadAsync(available, 0, long.MaxValue, [], "nonsense", 50, CancellationToken.None))!.Lines);
        foreach (var wrong in (long[])[0, -1, 7, long.MaxValue, 9_000_000_000_000_000, 3_0000000001_98_484])
        {
            Assert.Null(await statements.ReadAsync(wrong, 0, long.MaxValue, [], "", 50, CancellationToken.None));
        }
    }

    /// <summary>A balance that was told is compared with the books of that time, and what lacks is a case.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task CoverIsWhatIsThereAgainstWhatIsOwed(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var merchant = await ground.OpenAsync("KR");
        var (host, nowMs, currency) = (ground.Host, ground.NowMs, merchant.Country.Currency);
        const long channel = 8_800_000_001;
        var clearing = AccountId.Channel(merchant.Bucket, channel, AccountKind.Clearing, currency);
        await host.The<ConfigStore>().SaveAsync(context =>
        {
            context.ChannelAccounts.Add(new ChannelAccountRow { Id = channel, Channel = "none", Name = "Rail K", Country = "KR", Currency = currency.Code, Open = false });
            context.ChannelPots.Add(new ChannelPotRow { ChannelAccountId = channel, Pot = "payout", BalanceMinor = 900, ToldAtMs = nowMs - 5000 });
            return Task.CompletedTask;
        });
        await PostAsync(ground, "cover-1", nowMs - 9000, TransferType.PayInReceipt, new Leg(clearing, -1000), new Leg(Available(merchant), 1000));
        await PostAsync(ground, "cover-2", nowMs - 1000, TransferType.PayInReceipt, new Leg(clearing, -500), new Leg(Available(merchant), 500));
        var line = await LineAsync();
        var place = Assert.Single(line.Places);
        Assert.Equal(("Rail K", 1500, 900, -100), (place.Name, place.BookedMinor, place.ToldMinor, place.DifferenceMinor));
        Assert.Equal((1500, 0, -100), (line.OwedMinor, line.SurplusMinor, line.ToldSurplusMinor));

        // What the rail says has to last; what the books say is certain.
        var cases = new CoverCases(host.The<Cover>(), host.The<Paypro.Server.Cases.RaiseCases>(), host.The<Paypro.Server.Platform.Installation>(), host.Time);
        await cases.RunOnceAsync(CancellationToken.None);
        Assert.Null(await CaseAsync());
        host.Time.Pass(CoverCases.Lasts);
        await cases.RunOnceAsync(CancellationToken.None);
        Assert.Contains("By what rails and banks say, what is there covers not all that is owed in KRW: 100 lack.", (await CaseAsync())!.Text, StringComparison.Ordinal);
        await host.The<ConfigStore>().SaveAsync(context => context.ChannelPots.Where(p => p.ChannelAccountId == channel).ExecuteUpdateAsync(s => s.SetProperty(p => p.BalanceMinor, 1000)));
        await cases.RunOnceAsync(CancellationToken.None);
        Assert.Equal(CaseState.Resolved, (await CaseAsync())!.State);

        await PostAsync(ground, "cover-3", ground.NowMs, TransferType.Adjustment, new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Fees, currency), -20), new Leg(Available(merchant), 20));
        await cases.RunOnceAsync(CancellationToken.None);
        Assert.Equal(CaseState.Open, (await CaseAsync())!.State);
        Assert.Contains("By the books", (await CaseAsync())!.Text, StringComparison.Ordinal);
        Assert.Equal(-20, (await LineAsync()).SurplusMinor);

        async Task<CoverLine> LineAsync() => (await host.The<Cover>().ReadAsync(CancellationToken.None)).Single(l => l.Currency == currency);

        Task<CaseRow?> CaseAsync() => host.ReadAsync(c => c.Cases.SingleOrDefaultAsync(x => x.Kind == CoverCases.Kind && x.Subject == "KRW"));
    }

    internal static AccountKey Available(TestMerchant merchant) => AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Available, merchant.Country.Currency);

    internal static Task<bool> PostAsync(DashboardGround ground, string once, long atMs, TransferType type, params Leg[] legs) =>
        ground.Host.The<BatchWriter>().WriteAsync(new PostOnce(new TransferCause(type, "test", 0, once, atMs, 20261129), legs));

    private static Task<bool> BookAsync(DashboardGround ground, TestMerchant merchant, int i, long atMs, long amountMinor) => PostAsync(
        ground, $"book-{merchant.No}-{i}", atMs, i % 4 == 2 ? TransferType.Adjustment : TransferType.OpeningBalance,
        new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency), -amountMinor), new Leg(Available(merchant), amountMinor));
}
