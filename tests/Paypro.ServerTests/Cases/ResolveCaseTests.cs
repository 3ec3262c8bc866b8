using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Cases;

/// <summary>A case is the way to the decision of what waits behind it: one person alone does not end it before.</summary>
public sealed class ResolveCaseTests
{
    private static readonly DecidedBy By = new("operator:1", "operator:2", "letter 7", "looked at with the bank");

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatWaitsIsEndedByItsDecisionAlone(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var (ground, decisions) = (cases.Ground, cases.Ground.The<Decisions>());
        var shop = await ground.OpenShopAsync(1_000_00, payIn: new TermsRow(), payout: new TermsRow());
        using var support = await cases.SignedInAsync(Role.Support, "support");

        var suspense = await cases.SuspenseAsync(3, "nobody", 70_00);
        await RefusedAsync(suspense, "its money is still in suspense");
        Assert.True((await decisions.SendBackAsync(new StatementKey(suspense.Bucket, suspense.StatementId), "RB-1", By, CancellationToken.None)).Done);
        await IsOverAsync(suspense);

        var payout = await shop.SentPayoutAsync(100_00);
        await shop.PaidAsync(payout, 100_00, "a");
        Assert.Equal(ApplyResult.Contradiction, await shop.PaidAsync(payout, 100_00, "b"));
        var unpaid = await shop.PayInAsync(50_00);
        Assert.Equal(ApplyResult.Waiting, await shop.ReturnedAsync(unpaid, 50_00, "r"));
        var said = new Observation { Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = "nobody", AmountMinor = 50, Currency = "MXN", DedupeKey = "refused-1", RailReference = "refused-1" };
        await ground.Writer.WriteAsync(new BookSuspense((4, 101), new Statement(said, StatementSource.Callback, ground.The<IdSource>().Next(), 1), null, default, 20260305, 1) { Problem = "an amount that cannot be" });
        foreach (var said2 in (CaseRow[])[await cases.CaseOfAsync(payout), await cases.CaseOfAsync(unpaid), await ground.ReadAsync(c => c.Cases.SingleAsync(x => x.Kind == CaseKind.RefusedStatement))])
        {
            await RefusedAsync(said2, "its statement waits for a decision");
            Assert.Equal(Decided.Yes, await decisions.DecideStatementAsync(new StatementKey(said2.Bucket, said2.StatementId), accept: false, By, CancellationToken.None));
            await IsOverAsync(said2);
        }

        var underpaid = await shop.PayInAsync(100_00, acceptsPartial: false);
        await shop.PaidAsync(underpaid, 60_00, "p");
        Assert.Equal(Expiry.NeedsPerson, await shop.ExpireAsync(underpaid));
        var less = await cases.CaseOfAsync(underpaid);
        await RefusedAsync(less, "what came is still in suspense");
        Assert.True((await decisions.SettleAsync(underpaid.Order.Number, By, CancellationToken.None)).Done);
        await IsOverAsync(less);

        foreach (var to in (AttemptState[])[AttemptState.Held, AttemptState.Screening])
        {
            var kept = (await shop.PayoutAsync(100_00))!;
            Assert.True(await ground.Writer.WriteAsync(new KeepBack(kept.Attempt, kept.Order.TimerDueMs, to, "looked for", 86_400_000, ground.NowMs)));
            if (to == AttemptState.Screening)
            {
                var right = await ground.Writer.WriteAsync(new TakeScreening(kept.Attempt, (await shop.OrderAsync(kept)).TimerDueMs));
                Assert.True(await ground.Writer.WriteAsync(new RecordScreening(kept.Attempt, right, Verdict.NoAnswer, "", 300_000, 86_400_000, ground.NowMs)));
            }

            var held = await cases.CaseOfAsync(kept);
            Assert.Equal(to == AttemptState.Held ? CaseKind.HeldPayout : CaseKind.UnscreenedPayout, held.Kind);
            await RefusedAsync(held, "its payout is still held");
            Assert.True((await decisions.RefuseAsync(kept.Order.Number, By, CancellationToken.None)).Done);
            await IsOverAsync(held);
        }

        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());

        async Task RefusedAsync(CaseRow one, string why)
        {
            Assert.Contains(why, (await support.PostAsync($"/operator/cases/{one.Id}/resolve", ("reason", "nothing to do"))).Html, StringComparison.Ordinal);
            Assert.Equal((CaseState.Open, 0), ((await cases.CaseAsync(one.Id)).State, await ground.ReadAsync(c => c.CaseActions.CountAsync(a => a.CaseId == one.Id && a.Action == "case.resolve"))));
        }

        async Task IsOverAsync(CaseRow one)
        {
            Assert.Equal(CaseState.Resolved, (await cases.CaseAsync(one.Id)).State);
            Assert.Equal(Decided.Before, await decisions.ResolveAsync(one.Key, By));
        }
    }

    /// <summary>Held money goes by its release, or back to its payer: while a part of it is there, or a refund may still fail, its case stays.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AHeldPayInIsResolvedByOneWhenAllOfItWentBack(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var (ground, decisions) = (cases.Ground, cases.Ground.The<Decisions>());
        var shop = await ground.OpenShopAsync(100_00, payIn: new TermsRow { BasisPoints = 100 });
        var payIn = await shop.PayInAsync(200_00) is var placed ? placed with { Attempt = placed.Attempt with { HoldsMoney = true } } : null!;
        await shop.PaidAsync(payIn, 200_00, "a");
        var held = await cases.CaseOfAsync(payIn);
        Assert.Equal(198_00, (await shop.HoldingsAsync()).Held);
        Assert.Contains("is still held", await ResolveAsync(), StringComparison.Ordinal);
        await RefundAsync(150_00, isPaid: true);
        Assert.Contains("is still held", await ResolveAsync(), StringComparison.Ordinal);
        var last = await RefundAsync(50_00, isPaid: false);
        Assert.Contains("is still held", await ResolveAsync(), StringComparison.Ordinal);
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(last, 50_00, "last"));
        Assert.Equal(0, (await shop.HoldingsAsync()).Held);
        Assert.Null(await ResolveAsync());
        Assert.Equal(CaseState.Resolved, (await cases.CaseAsync(held.Id)).State);

        // What comes for it now is held again, and its case is open again.
        ground.Time.Pass(TimeSpan.FromSeconds(1));
        await shop.PaidAsync(payIn, 20_00, "more");
        Assert.Equal(CaseState.Open, (await cases.CaseAsync(held.Id)).State);
        Assert.NotNull(await ResolveAsync());
        Assert.True((await decisions.ReleaseAsync(payIn.Order.Number, By, CancellationToken.None)).Done);
        Assert.Equal((0L, CaseState.Resolved), ((await shop.HoldingsAsync()).Held, (await cases.CaseAsync(held.Id)).State));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());

        async Task<string?> ResolveAsync() => (await decisions.ResolveAsync(held.Key, By)).Refusal;

        async Task<Placed> RefundAsync(long amountMinor, bool isPaid)
        {
            var refund = (await shop.RefundAsync(payIn, amountMinor))!;
            await shop.TakeDueAsync(refund);
            await shop.SentAsync(refund, new SendOutcome.Accepted());
            if (isPaid)
            {
                Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(refund, amountMinor, $"out-{amountMinor}"));
            }

            return refund;
        }
    }
}
