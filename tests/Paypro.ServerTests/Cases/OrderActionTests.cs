using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>What operators do to one order on its page: end it, open it again by two, send it on.</summary>
public sealed class OrderActionTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task APayInIsEndedByOneAndOpenedAgainByTwo(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync();
        var order = (await shop.HostedAsync(100_00)).Order;
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        using var support = await cases.SignedInAsync(Role.Support, "support");
        var path = $"/operator/orders/{order.Number}";
        Assert.Equal($"{path}/end", CaseBrowser.LinkOf((await finance.GetAsync(path)).Html, $"{path}/end"));
        Assert.DoesNotContain("/end", (await support.GetAsync(path)).Html, StringComparison.Ordinal);
        Assert.Contains("needs the permission orders.expire", (await support.PostAsync($"{path}/end", ("evidence", "x"), ("reason", "x"))).Html, StringComparison.Ordinal);
        Assert.Contains("evidence: must name", Text(await finance.PostAsync($"{path}/end", ("evidence", ""), ("reason", "sold out"))), StringComparison.Ordinal);
        Assert.Contains("reason: must say", Text(await finance.PostAsync($"{path}/end", ("evidence", "a mail"), ("reason", ""))), StringComparison.Ordinal);
        Assert.Contains("it has not expired unpaid", Text(await finance.PostAsync($"{path}/reopen", ("reason", "too early"))), StringComparison.Ordinal);
        Assert.EndsWith("done=saved", (await finance.PostAsync($"{path}/end", ("evidence", "mail of the merchant"), ("reason", "sold out"))).Path, StringComparison.Ordinal);
        Assert.Equal(OrderState.Expired, (await NowAsync()).State);
        var did = await cases.Ground.ReadAsync(c => c.CaseActions.SingleAsync(a => a.OrderId == order.Id));
        Assert.Equal(("payin.expire", $"operator:{finance.UserId}", "mail of the merchant", "sold out"), (did.Action, did.Actor, did.Evidence, did.Text));
        Assert.Equal(1, await cases.Ground.ReadAsync(c => c.Audit.CountAsync(a => a.Action == "payin.expire" && a.Subject == $"order:{order.Number}")));

        Assert.Contains("needs the permission orders.reopen", (await support.PostAsync($"{path}/reopen", ("reason", "x"))).Html, StringComparison.Ordinal);
        Assert.Equal($"{path}/reopen", CaseBrowser.LinkOf((await finance.GetAsync(path)).Html, $"{path}/reopen"));
        Assert.EndsWith("done=proposed", (await finance.PostAsync($"{path}/reopen", ("reason", "the payer stands at the counter"))).Path, StringComparison.Ordinal);
        var proposal = (await cases.Ground.ReadAsync(c => c.Proposals.SingleAsync(p => p.State == ProposalState.Open))).Id;
        Assert.Contains("is your own", Text(await finance.PostAsync($"/operator/proposals/{proposal}", ("do", "approve"))), StringComparison.Ordinal);
        Assert.Contains(order.Number, (await other.GetAsync("/operator/proposals")).Html, StringComparison.Ordinal);
        await other.PostAsync($"/operator/proposals/{proposal}", ("do", "approve"));
        await Task.WhenAll(cases.CarryOutAsync(), cases.CarryOutAsync());
        Assert.Equal((DecisionState.Done, "Carried out."), await cases.Ground.ReadAsync(c => c.Decisions.SingleAsync()) is var decision ? (decision.State, decision.Outcome) : default);
        var open = await NowAsync();
        Assert.True(open is { State: OrderState.Pending } && open.ExpiresAtMs > cases.Ground.NowMs);
        var page = WebUtility.HtmlDecode((await support.GetAsync(path)).Html);
        Assert.Contains("the payer stands at the counter, approved by ", page, StringComparison.Ordinal);
        Assert.DoesNotContain($"operator:{other.UserId}", page, StringComparison.Ordinal);
        Assert.Contains("Open again", page, StringComparison.Ordinal);

        Task<OrderRow> NowAsync() => cases.Ground.ReadAsync(c => c.Orders.AsNoTracking().SingleAsync(o => o.Bucket == order.Bucket && o.Id == order.Id));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task APayoutThatWaitsIsSentOnFromItsPage(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var shop = await cases.Ground.OpenShopAsync(1_000_00);
        var payout = (await shop.PayoutAsync(100_00))!;
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var support = await cases.SignedInAsync(Role.Support, "support");
        var path = $"/operator/orders/{payout.Order.Number}";
        Assert.Equal($"{path}/retry", CaseBrowser.LinkOf((await finance.GetAsync(path)).Html, $"{path}/retry"));
        Assert.DoesNotContain("/retry", (await support.GetAsync(path)).Html, StringComparison.Ordinal);

        // An account without money is offered, since it may have some in a minute, and says so.
        Assert.DoesNotContain("sends nothing now", (await finance.GetAsync(path)).Html, StringComparison.Ordinal);
        var pots = new PotGround(cases.Ground);
        await pots.PutAsync(0);
        Assert.Contains("101 · sandbox MX · sends nothing now", (await finance.GetAsync(path)).Html, StringComparison.Ordinal);
        await pots.PutAsync(null);
        Assert.Contains("needs the permission orders.retry", (await support.PostAsync($"{path}/retry", ("account", "101"), ("reason", "x"))).Html, StringComparison.Ordinal);
        Assert.Contains("account: does not take it now", Text(await finance.PostAsync($"{path}/retry", ("account", "999"), ("reason", "x"))), StringComparison.Ordinal);
        Assert.Contains("reason: must say", Text(await finance.PostAsync($"{path}/retry", ("account", "101"), ("reason", ""))), StringComparison.Ordinal);
        Assert.EndsWith("done=saved", (await finance.PostAsync($"{path}/retry", ("account", "101"), ("reason", "the rail is well again"))).Path, StringComparison.Ordinal);
        var attempts = await cases.Ground.ReadAsync(c => c.Attempts.AsNoTracking().Where(a => a.OrderId == payout.Order.Id).OrderBy(a => a.AttemptNo).ToListAsync());
        Assert.Equal([AttemptState.Failed, AttemptState.Ready], attempts.Select(a => a.State));
        Assert.NotEqual(attempts[0].Reference, attempts[1].Reference);
        await shop.SentAsync(payout, new SendOutcome.Accepted());
        Assert.Equal(AttemptState.Failed, (await cases.Ground.ReadAsync(c => c.Attempts.AsNoTracking().SingleAsync(a => a.OrderId == payout.Order.Id && a.AttemptNo == 1))).State);
        Assert.DoesNotContain("/retry", (await finance.GetAsync($"/operator/orders/{(await shop.HostedAsync(1_00)).Order.Number}")).Html, StringComparison.Ordinal);
        Assert.Equal(1, await cases.Ground.ReadAsync(c => c.Audit.CountAsync(a => a.Action == "payout.retry" && a.Reason == "the rail is well again")));
    }

    private static string Text((string Path, string Html) page) => WebUtility.HtmlDecode(page.Html);
}
