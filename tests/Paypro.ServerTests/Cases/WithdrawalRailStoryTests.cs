using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>A withdrawal by a rail as operators do it: chosen with the approval on its page, looked at while it goes, and nothing to book by hand.</summary>
public sealed class WithdrawalRailStoryTests
{
    private const long Destination = 6;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OneProposesAnotherApprovesAndTheRailDoesTheRest(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        cases.Ground.Time.SetToReal();
        var shop = await cases.Ground.OpenShopAsync(20_000_00, payIn: new TermsRow());
        await shop.PayInAsync(1_00);
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        await cases.Ground.The<AuditedStore>().SaveAsync((context, trail) =>
        {
            context.Destinations.Add(new DestinationRow { Id = Destination, MerchantNo = shop.Merchant.No, Name = "Main", Bank = "A bank", Number = "002010077777777771", Holder = "Test", State = DestinationState.Confirmed, UsableFromMs = 1 });
            trail.Add(finance.By, "test", "test");
            return Task.FromResult(true);
        });
        var withdrawals = cases.Ground.The<Withdrawals>();
        var id = (await withdrawals.RequestAsync(finance.By, shop.Merchant.No, Destination, 150_50)).Row!.Id;
        var page = WebUtility.HtmlDecode((await finance.GetAsync("/operator/withdrawals")).Html);
        Assert.Contains("by channel account 101", page, StringComparison.Ordinal);
        Assert.Contains("is no bank of our list", await ProposeAsync(("account", "101"), ("bankCode", "nonsense")), StringComparison.Ordinal);
        Assert.Contains("no such channel account", await ProposeAsync(("account", "99999")), StringComparison.Ordinal);
        Assert.EndsWith("done=proposed", (await finance.PostAsync($"/operator/withdrawals/{id}/decide", ("to", "approved"), ("reason", "as asked"), ("account", "101"))).Path, StringComparison.Ordinal);
        var proposal = await cases.Ground.ReadAsync(c => c.Proposals.Where(p => p.State == ProposalState.Open).Select(p => p.Id).SingleAsync());
        Assert.EndsWith("done=saved", (await other.PostAsync($"/operator/proposals/{proposal}", ("do", "approve"))).Path, StringComparison.Ordinal);
        Assert.DoesNotContain("done=saved", (await other.PostAsync($"/operator/proposals/{proposal}", ("do", "approve"))).Path, StringComparison.Ordinal);

        // Chosen and not handed over yet, then on its way: the page says so, and offers nothing to book.
        Assert.Contains("Waits to be sent", (await finance.GetAsync("/operator/withdrawals?state=sending")).Html, StringComparison.Ordinal);
        await withdrawals.RunOnceAsync(CancellationToken.None);
        cases.Ground.Time.Pass(TimeSpan.FromMinutes(1));
        cases.Rail.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        await cases.Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await cases.Ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        var number = await cases.Ground.ReadAsync(c => c.Withdrawals.Where(w => w.Id == id).Select(w => w.OrderNumber).SingleAsync());
        page = WebUtility.HtmlDecode((await finance.GetAsync("/operator/withdrawals?state=sending")).Html);
        Assert.Contains("At the rail", page, StringComparison.Ordinal);
        Assert.Contains($"/operator/orders/{number}", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"/operator/withdrawals/{id}/decide", page, StringComparison.Ordinal);
        Assert.Contains("could follow", WebUtility.HtmlDecode((await finance.PostAsync($"/operator/withdrawals/{id}/decide", ("to", "paid"), ("reference", "B-1"), ("reason", "paid"))).Html), StringComparison.Ordinal);
        Assert.Contains(number, (await finance.GetAsync($"/operator/orders?kind=withdrawal&merchant={shop.Merchant.No}")).Html, StringComparison.Ordinal);
        Assert.Contains("Withdrawal", (await finance.GetAsync($"/operator/orders/{number}")).Html, StringComparison.Ordinal);

        // No list of the merchant's payouts has it, and nobody but the rail says that it was paid.
        Assert.DoesNotContain(number, (await finance.GetAsync($"/operator/orders?kind=payout&merchant={shop.Merchant.No}")).Html, StringComparison.Ordinal);
        cases.Rail.Answers = target => Task.FromResult<IReadOnlyList<Observation>>(
            [new Observation { Kind = ObservationKind.Paid, Direction = target.Direction, Reference = target.Reference, AmountMinor = 150_50, Currency = "MXN", OccurredAtMs = cases.Ground.NowMs, RailReference = "utr-1", DedupeKey = "m1" }]);
        cases.Ground.Time.Pass(TimeSpan.FromMinutes(2));
        await cases.Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await cases.Ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        await cases.Ground.The<WithdrawalResults>().RunOnceAsync(CancellationToken.None);
        page = (await finance.GetAsync("/operator/withdrawals?state=paid")).Html;
        Assert.Contains("utr-1", page, StringComparison.Ordinal);
        Assert.Equal(new Holdings(20_000_00 - 150_50, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(cases.Ground.The<IContexts>());

        async Task<string> ProposeAsync(params (string, string)[] fields) =>
            WebUtility.HtmlDecode((await finance.PostAsync($"/operator/withdrawals/{id}/decide", [("to", "approved"), ("reason", "as asked"), .. fields])).Html);
    }
}
