using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>Money that was assigned to the wrong order, by the screens of two operators.</summary>
public sealed class TakeBackTests
{
    /// <summary>Given to the wrong merchant, taken back by two, and given to the right one: from the order's page and from the case's.</summary>
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task MoneyOfTheWrongMerchantIsTakenBackAndGivenToTheRightOne(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var (wrong, right) = (await cases.Ground.OpenShopAsync(payIn: new TermsRow { BasisPoints = 200 }), await cases.Ground.OpenShopAsync(payIn: new TermsRow { BasisPoints = 100 }));
        var (theirs, ours) = (await wrong.PayInAsync(250_00), await right.PayInAsync(250_00));
        using var finance = await cases.SignedInAsync(Role.Finance, "finance");
        using var other = await cases.SignedInAsync(Role.Operations, "operations");
        using var support = await cases.SignedInAsync(Role.Support, "support");
        var bucket = (short)((wrong.Merchant.Bucket + 1) % Buckets.Count);
        var one = await cases.SuspenseAsync(bucket, "nobody", 250_00);
        var path = $"/operator/cases/{one.Id}";
        Assert.Contains("is assigned to no order", (await finance.PostAsync($"{path}/take-back", ("number", theirs.Order.Number), ("evidence", "x"), ("reason", "x"))).Html, StringComparison.Ordinal);
        await ByTwoAsync($"{path}/assign", ("number", theirs.Order.Number), ("evidence", "receipt of the payer"), ("reason", "mistyped"));
        Assert.Equal(new Holdings(245_00, 0, 0, 0), await wrong.HoldingsAsync());

        // The order's page shows it to whoever may; who may not cannot.
        var page = (await finance.GetAsync($"/operator/orders/{theirs.Order.Number}")).Html;
        Assert.Equal($"{path}/take-back", CaseBrowser.LinkOf(page, $"{path}/take-back"));
        Assert.Contains(theirs.Order.Number, (await finance.GetAsync(path)).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("take-back", (await support.GetAsync($"/operator/orders/{theirs.Order.Number}")).Html, StringComparison.Ordinal);
        Assert.Contains("needs the permission suspense.assign", (await support.PostAsync($"{path}/take-back", ("number", theirs.Order.Number), ("evidence", "x"), ("reason", "x"))).Html, StringComparison.Ordinal);
        Assert.Contains("is not assigned to this order", (await finance.PostAsync($"{path}/take-back", ("number", ours.Order.Number), ("evidence", "x"), ("reason", "x"))).Html, StringComparison.Ordinal);
        await ByTwoAsync($"{path}/take-back", ("number", theirs.Order.Number), ("evidence", "mail of the other merchant"), ("reason", "the payer meant the other one"));

        Assert.Equal(default, await wrong.HoldingsAsync());
        var after = await wrong.OrderAsync(theirs);
        Assert.Equal((OrderState.Returned, "00029", 0L, 2), (after.State, after.FailureCode, after.PaidMinor, after.ResultVersion));
        Assert.Equal(CaseState.Open, (await cases.CaseAsync(one.Id)).State);
        var did = await cases.Ground.ReadAsync(c => c.CaseActions.SingleAsync(a => a.Action == "suspense.take-back"));
        Assert.Equal(($"operator:{finance.UserId}", $"operator:{other.UserId}", theirs.Order.Id, one.Id), (did.Actor, did.Approver, did.OrderId, did.CaseId));
        var approver = await cases.Ground.ReadAsync(c => c.Users.SingleAsync(u => u.Id == other.UserId));
        Assert.Contains(
            $"approved by {(approver.Name.Length > 0 ? approver.Name : approver.Email)}",
            WebUtility.HtmlDecode((await support.GetAsync($"/operator/orders/{theirs.Order.Number}")).Html), StringComparison.Ordinal);

        await ByTwoAsync($"{path}/assign", ("number", ours.Order.Number), ("evidence", "receipt of the payer"), ("reason", "the right one"));
        Assert.Equal((OrderState.Paid, 250_00L), await right.OrderAsync(ours) is var paid ? (paid.State, paid.PaidMinor) : default);
        Assert.Equal(new Holdings(247_50, 0, 0, 0), await right.HoldingsAsync());
        Assert.Equal(CaseState.Resolved, (await cases.CaseAsync(one.Id)).State);
        Assert.Equal(3, await cases.Ground.ReadAsync(c => c.Decisions.CountAsync(d => d.State == DecisionState.Done)));
        await LedgerAudit.AssertSoundAsync(cases.Ground.The<IContexts>());

        async Task ByTwoAsync(string to, params (string, string)[] wish)
        {
            Assert.EndsWith("done=proposed", (await finance.PostAsync(to, wish)).Path, StringComparison.Ordinal);
            await other.PostAsync($"/operator/proposals/{(await cases.Ground.ReadAsync(c => c.Proposals.SingleAsync(p => p.State == ProposalState.Open))).Id}", ("do", "approve"));
            await cases.CarryOutAsync();
        }
    }
}
