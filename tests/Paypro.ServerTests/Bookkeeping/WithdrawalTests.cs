using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>A merchant's money on its way out: only to a confirmed account of its own, once, and back when the bank says so.</summary>
[Collection(DashboardTests.Name)]
public sealed class WithdrawalTests(DashboardGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AWithdrawalIsRequestedApprovedPaidAndComesBack(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("PK"));
        var people = await TwoOperators.MakeAsync(host);
        var (available, frozen) = (BookReadTests.Available(merchant), AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Frozen, merchant.Country.Currency));
        await OpenAsync(ground, merchant, "first", 10_000_00);
        var bank = await people.BankAsync($"Payouts {merchant.No}", "PKR");
        var atBank = AccountId.Bank(0, bank, AccountKind.Bank, merchant.Country.Currency);
        using var owner = await host.SignedInAsync(Role.Owner, merchant.BusinessId);
        using var finance = await host.SignedInAsync(Role.MerchantFinance, merchant.BusinessId);
        using var support = await host.SignedInAsync(Role.MerchantSupport, merchant.BusinessId);
        (string, string)[] account = [("name", "Main"), ("bank", "A bank"), ("number", "PK36SCBL0000001123456702"), ("holder", "Shop PK")];

        // Two people of the merchant, then the operator, then a day.
        Assert.Equal(HttpStatusCode.Forbidden, (await support.PostAsync("/dashboard/withdrawals/destination", account)).Status);
        Assert.Contains("done=saved", (await finance.PostAsync("/dashboard/withdrawals/destination", account)).Path, StringComparison.Ordinal);
        Assert.False(await host.ReadAsync(c => c.Destinations.AnyAsync(d => d.MerchantNo == merchant.No)));
        var proposal = await host.ReadAsync(c => c.Proposals.Where(p => p.Kind == Destinations.Name && p.BusinessId == merchant.BusinessId).Select(p => p.Id).SingleAsync());
        Assert.Contains("is your own", WebUtility.HtmlDecode((await finance.PostAsync("/dashboard/withdrawals/destination/decide", ("proposal", $"{proposal}"), ("do", "approve"))).Html), StringComparison.Ordinal);
        Assert.Contains("done=saved", (await owner.PostAsync("/dashboard/withdrawals/destination/decide", ("proposal", $"{proposal}"), ("do", "approve"))).Path, StringComparison.Ordinal);
        var destination = await host.ReadAsync(c => c.Destinations.Where(d => d.MerchantNo == merchant.No).Select(d => d.Id).SingleAsync());
        await RefusedAsync("has not confirmed it yet", ("amount", "10"));
        Assert.Null(await host.The<Destinations>().ConfirmAsync(people.First, destination, "the letter was seen"));
        Assert.NotNull(await host.The<Destinations>().ConfirmAsync(people.First, destination, "again"));
        await RefusedAsync("24 hours after", ("amount", "10"));
        await host.The<ConfigStore>().SaveAsync(c => c.Destinations.Where(d => d.Id == destination).ExecuteUpdateAsync(s => s.SetProperty(d => d.UsableFromMs, 1)));

        await RefusedAsync("is more than is available", ("amount", "10000.01"));
        await RefusedAsync("Write the amount", ("amount", "1.234"));
        await RefusedAsync("Write the amount", ("amount", "-5"));
        var other = await ground.OpenAsync("PK");
        Assert.Equal(HttpStatusCode.NotFound, (await owner.PostAsync("/dashboard/withdrawals", ("merchant", $"{other.No}"), ("destination", $"{destination}"), ("amount", "10"))).Status);
        Assert.Contains("there is no such destination", (await host.The<Withdrawals>().RequestAsync(people.First, other.No, destination, 10)).Problem!, StringComparison.Ordinal);

        // Reserved at once; what is taken back is available again.
        Assert.Contains("done=saved", (await owner.PostAsync("/dashboard/withdrawals", ("destination", $"{destination}"), ("amount", "4000.50"))).Path, StringComparison.Ordinal);
        var row = await LastAsync();
        Assert.Equal((WithdrawalState.Waits, 5_999_50, 4_000_50), (row.State, await people.BalanceAsync(available), await people.BalanceAsync(frozen)));
        Assert.Contains("done=saved", (await owner.PostAsync("/dashboard/withdrawals/take-back", ("withdrawal", $"{row.Id}"))).Path, StringComparison.Ordinal);
        Assert.Equal((WithdrawalState.Refused, 10_000_00, 0), ((await LastAsync()).State, await people.BalanceAsync(available), await people.BalanceAsync(frozen)));

        // Approved, paid with the bank's reference, each by two; not before the money is at that bank by the books.
        var id = (await host.The<Withdrawals>().RequestAsync(people.First, merchant.No, destination, 4_000_00)).Row!.Id;
        Assert.Contains("could follow", await DecideAsync(id, new WithdrawalWish("paid", bank, "B-1")), StringComparison.Ordinal);
        Assert.Null(await DecideAsync(id, new WithdrawalWish("approved")));
        Assert.NotNull(await host.The<Withdrawals>().GiveUpAsync(people.First, id, merchant.No, "too late"));
        Assert.Contains("holds less", await DecideAsync(id, new WithdrawalWish("paid", bank, "B-1")), StringComparison.Ordinal);
        await BookReadTests.PostAsync(ground, $"bank-{merchant.No}", ground.NowMs, TransferType.Adjustment, new Leg(atBank, -9_000_00), new Leg(AccountId.Platform(0, AccountKind.Equity, merchant.Country.Currency), 9_000_00));
        Assert.Contains("reference: must be", await DecideAsync(id, new WithdrawalWish("paid", bank)), StringComparison.Ordinal);
        Assert.Null(await DecideAsync(id, new WithdrawalWish("paid", bank, "B-1")));
        var wants = await LastAsync();
        await people.OnTwoNodesAsync(engine, node => Task.WhenAll(node.The<Withdrawals>().MoveAsync(wants), node.The<Withdrawals>().RunOnceAsync(CancellationToken.None)));
        Assert.Equal((WithdrawalState.Paid, 6_000_00, 0, -5_000_00), ((await LastAsync()).State, await people.BalanceAsync(available), await people.BalanceAsync(frozen), await people.BalanceAsync(atBank)));
        Assert.Contains("could follow", await DecideAsync(id, new WithdrawalWish("failed")), StringComparison.Ordinal);

        // Another one is not the same payment of the bank; it fails and is back.
        var failed = (await host.The<Withdrawals>().RequestAsync(people.First, merchant.No, destination, 1_000_00)).Row!.Id;
        Assert.Null(await DecideAsync(failed, new WithdrawalWish("approved")));
        Assert.Contains("another withdrawal has this one", await DecideAsync(failed, new WithdrawalWish("paid", bank, "B-1")), StringComparison.Ordinal);
        Assert.Null(await DecideAsync(failed, new WithdrawalWish("failed")));
        await host.The<Withdrawals>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(6_000_00, await people.BalanceAsync(available));

        // The bank sends the first one back.
        Assert.Null(await DecideAsync(id, new WithdrawalWish("returned", Reference: "R-1")));
        await host.The<Withdrawals>().RunOnceAsync(CancellationToken.None);
        Assert.Equal((10_000_00, -9_000_00), (await people.BalanceAsync(available), await people.BalanceAsync(atBank)));

        // Nothing while the merchant owes, and nothing to an account that was taken away.
        var receivable = AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Receivable, merchant.Country.Currency);
        await BookReadTests.PostAsync(ground, $"owes-{merchant.No}", ground.NowMs, TransferType.Adjustment, new Leg(receivable, -5), new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Fees, merchant.Country.Currency), 5));
        await RefusedAsync("nothing can be withdrawn while you owe", ("amount", "10"));
        var debt = Assert.Single(await host.The<Debts>().ReadAsync(CancellationToken.None), d => d.MerchantNo == merchant.No);
        Assert.Equal(5, debt.AmountMinor);
        await BookReadTests.PostAsync(ground, $"pays-{merchant.No}", ground.NowMs, TransferType.Adjustment, new Leg(receivable, 5), new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Fees, merchant.Country.Currency), -5));
        Assert.DoesNotContain(await host.The<Debts>().ReadAsync(CancellationToken.None), d => d.MerchantNo == merchant.No);
        Assert.Contains("done=saved", (await finance.PostAsync("/dashboard/withdrawals/destination/close", ("destination", $"{destination}"))).Path, StringComparison.Ordinal);
        await RefusedAsync("was taken away", ("amount", "10"));
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/dashboard/withdrawals")).Status);
        await host.The<LedgerCheck>().RunOnceAsync(CancellationToken.None);
        Assert.All(await host.The<BookReads>().ChainsAsync(CancellationToken.None), c => Assert.Equal("", c.Finding));

        async Task RefusedAsync(string sentence, params (string, string)[] fields) =>
            Assert.Contains(sentence, WebUtility.HtmlDecode((await owner.PostAsync("/dashboard/withdrawals", [("destination", $"{destination}"), .. fields])).Html), StringComparison.Ordinal);

        Task<WithdrawalRow> LastAsync() => host.ReadAsync(c => c.Withdrawals.AsNoTracking().Where(w => w.MerchantNo == merchant.No).OrderByDescending(w => w.Id).FirstAsync());

        Task<string?> DecideAsync(long of, WithdrawalWish wish) => people.DoAsync(WithdrawalDecision.Name, WithdrawalDecision.SubjectOf(of), wish);
    }

    /// <summary>Each local day once, less what stays, and only when there is enough.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AScheduleWithdrawsEachDayOnce(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("NG"));
        var people = await TwoOperators.MakeAsync(host);
        await OpenAsync(ground, merchant, "first", 500_00);
        var destination = await ConfirmedAsync(host, merchant);
        using var owner = await host.SignedInAsync(Role.Owner, merchant.BusinessId);
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.PostAsync("/dashboard/withdrawals/schedule", ("destination", "5"), ("weekday", "0"))).Status);
        Assert.Contains("done=saved", (await owner.PostAsync("/dashboard/withdrawals/schedule", ("destination", $"{destination}"), ("weekday", "0"), ("minimum", "100"), ("stays", "50"))).Path, StringComparison.Ordinal);
        Assert.Empty(await RunAsync());

        // The day of today had begun; tomorrow's is made once, whoever looks.
        await YesterdayAsync();
        var made = Assert.Single(await RunAsync());
        Assert.Equal((450_00, WithdrawalState.Waits), (made.AmountMinor, made.State));
        Assert.Single(await RunAsync());
        await YesterdayAsync();
        Assert.Single(await RunAsync());

        // The day and its withdrawal are one transaction, and a day is taken once.
        await YesterdayAsync();
        Assert.NotNull((await host.The<Withdrawals>().RequestAsync(Actor.Program, merchant.No, destination, 1_00, 20200102)).Row);
        Assert.Equal(20200102, await host.ReadAsync(c => c.WithdrawalSchedules.Where(s => s.MerchantNo == merchant.No).Select(s => s.LastDay).SingleAsync()));
        Assert.Null((await host.The<Withdrawals>().RequestAsync(Actor.Program, merchant.No, destination, 1_00, 20200102)).Row);
        Assert.True(await host.The<WithdrawalSchedules>().EndAsync(people.First, merchant.No));
        Assert.False(await host.ReadAsync(c => c.WithdrawalSchedules.AnyAsync(s => s.MerchantNo == merchant.No)));
        Assert.Equal(451_00, await people.BalanceAsync(AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Frozen, merchant.Country.Currency)));

        // What the ledger does not take keeps nothing else back, and is a case.
        await host.The<ConfigStore>().SaveAsync(c =>
        {
            c.Withdrawals.Add(new WithdrawalRow { Id = 1, MerchantNo = merchant.No, Bucket = merchant.Bucket, DestinationId = destination, Currency = merchant.Country.Currency.Code, AmountMinor = 1_00, State = WithdrawalState.Refused, Wants = WithdrawalMove.Void });
            return c.Withdrawals.Where(w => w.Id == made.Id).ExecuteUpdateAsync(s => s.SetProperty(w => w.State, WithdrawalState.Refused).SetProperty(w => w.Wants, WithdrawalMove.Void));
        });
        await host.The<Withdrawals>().RunOnceAsync(CancellationToken.None);
        await host.The<Withdrawals>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(WithdrawalMove.None, await host.ReadAsync(c => c.Withdrawals.Where(w => w.Id == made.Id).Select(w => w.Wants).SingleAsync()));
        Assert.Equal(1, (await host.ReadAsync(c => c.Cases.SingleAsync(k => k.Kind == Withdrawals.StuckCase && k.Subject == "1"))).Count);
        Assert.Equal(1_00, await people.BalanceAsync(AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Frozen, merchant.Country.Currency)));
        await host.The<ConfigStore>().SaveAsync(c => c.Withdrawals.Where(w => w.Id == 1).ExecuteDeleteAsync());

        async Task<List<WithdrawalRow>> RunAsync()
        {
            // After the hour from which a day's withdrawal is made.
            while (TimeZoneInfo.ConvertTime(host.Time.GetUtcNow(), merchant.Country.TimeZone).Hour < WithdrawalSchedules.FromHour)
            {
                host.Time.Pass(TimeSpan.FromHours(1));
            }

            await Task.WhenAll(host.The<WithdrawalSchedules>().RunOnceAsync(CancellationToken.None), host.The<WithdrawalSchedules>().RunOnceAsync(CancellationToken.None));
            return await host.ReadAsync(c => c.Withdrawals.AsNoTracking().Where(w => w.MerchantNo == merchant.No).ToListAsync());
        }

        Task YesterdayAsync() => host.The<ConfigStore>().SaveAsync(c => c.WithdrawalSchedules.Where(s => s.MerchantNo == merchant.No).ExecuteUpdateAsync(s => s.SetProperty(x => x.LastDay, 20200101)));
    }

    /// <summary>A schedule that is set at the moment when its destination is taken away goes with it, or is refused.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task NoScheduleIsLeftOfADestinationThatIsTakenAway(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("NG"));
        var people = await TwoOperators.MakeAsync(host);
        for (var round = 0; round < 8; round++)
        {
            var destination = await ConfirmedAsync(host, merchant);
            var setting = Task.Run(() => host.The<WithdrawalSchedules>().SetAsync(people.First, new WithdrawalScheduleRow { MerchantNo = merchant.No, DestinationId = destination, Weekday = 0 }));
            var closing = Task.Run(() => host.The<Destinations>().CloseAsync(people.Second, destination, 0, "is not theirs"));
            Assert.Null(await closing);
            Assert.Contains(await setting, (string?[])[null, "destination: must be one that the operator has confirmed"]);
            Assert.False(await host.ReadAsync(c => c.WithdrawalSchedules.AnyAsync(s => s.DestinationId == destination)));
        }
    }

    /// <summary>Where the local day is another one than that of UTC, the local one counts, as for all that moves a merchant's money.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AWithdrawalIsBookedOnTheMerchantsLocalDay(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("PK"));
        var people = await TwoOperators.MakeAsync(host);
        await OpenAsync(ground, merchant, "first", 500_00);
        var destination = await ConfirmedAsync(host, merchant);
        while (LocalDate() == Clock.LocalDate(ground.NowMs, TimeZoneInfo.Utc).ToNumber())
        {
            host.Time.Pass(TimeSpan.FromHours(1));
        }

        var (row, _) = await host.The<Withdrawals>().RequestAsync(people.First, merchant.No, destination, 100_00);
        Assert.Null(await host.The<Withdrawals>().GiveUpAsync(people.First, row!.Id, merchant.No, "not now"));
        var frozen = AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Frozen, merchant.Country.Currency);
        var days = await host.ReadAsync(c => c.Entries.Where(e => e.Bucket == frozen.Bucket && e.AccountId == frozen.Id).Select(e => e.ValueDate).ToListAsync());
        Assert.Equal([LocalDate(), LocalDate()], days);

        int LocalDate() => Clock.LocalDate(ground.NowMs, merchant.Country.TimeZone).ToNumber();
    }

    /// <summary>What falls due when, from which entries, and what the runs moved.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task SettlementsSayWhenMoneyIsWhose(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (host, merchant) = (ground.Host, await ground.OpenAsync("ID"));
        var unsettled = AccountId.Merchant(merchant.Bucket, merchant.No, AccountKind.Unsettled, merchant.Country.Currency);
        var equity = AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency);
        await host.The<BatchWriter>().WriteAsync(new PostDue(new Leg(equity, -300), new Leg(unsettled, 300, 20200102), ground.NowMs));
        await host.The<BatchWriter>().WriteAsync(new PostDue(new Leg(equity, -700), new Leg(unsettled, 700, 20990102), ground.NowMs));
        await host.The<Paypro.Server.Settlement.SettlementRun>().RunOnceAsync(CancellationToken.None);
        var lines = await host.The<Settlements>().OfMerchantAsync(merchant.Bucket, merchant.No, merchant.Country.Currency, SettlementPlace.First, 10, CancellationToken.None);
        Assert.Equal([(20990102, 700, 0), (20200102, 300, 300)], lines.Select(l => (l.Line.DueDate, (int)l.Line.AmountMinor, (int)l.Line.MovedMinor)));
        using var finance = await host.SignedInAsync(Role.MerchantFinance, merchant.BusinessId);
        var page = (await finance.GetAsync("/dashboard/settlements?day=2099-01-02")).Html;
        Assert.All((string[])["2020-01-02", "2099-01-02", "7.00", "3.00"], text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.Contains("Receipt", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Receipt", (await finance.GetAsync("/dashboard/settlements?day=2099-01-03")).Html, StringComparison.Ordinal);
        using var auditor = await host.SignedInAsync(Role.Auditor);
        Assert.Contains("2099-01-02", (await auditor.GetAsync("/operator/settlements")).Html, StringComparison.Ordinal);
        Assert.Contains($"{merchant.No}", (await auditor.GetAsync("/operator/settlements/20990102")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.GetAsync("/operator/settlements/19990102")).Status);
        Assert.Equal(HttpStatusCode.OK, (await finance.GetAsync("/dashboard/topups")).Status);
    }

    /// <summary>A destination that can be used.</summary>
    private static async Task<long> ConfirmedAsync(PortalHost host, TestMerchant merchant)
    {
        var id = host.The<IdSource>().Next();
        await host.The<ConfigStore>().SaveAsync(c =>
        {
            c.Destinations.Add(new DestinationRow { Id = id, MerchantNo = merchant.No, Name = "Main", Bank = "A bank", Number = "1", Holder = "Shop", State = DestinationState.Confirmed, UsableFromMs = 1 });
            return Task.CompletedTask;
        });
        return id;
    }

    private static Task<bool> OpenAsync(DashboardGround ground, TestMerchant merchant, string once, long amountMinor) => BookReadTests.PostAsync(
        ground, $"{once}-{merchant.No}", ground.NowMs, TransferType.OpeningBalance, new Leg(AccountId.Platform(merchant.Bucket, AccountKind.Equity, merchant.Country.Currency), -amountMinor), new Leg(BookReadTests.Available(merchant), amountMinor));
}
