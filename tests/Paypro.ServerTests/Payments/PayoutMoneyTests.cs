using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A payout's money is reserved, and then posted or given back: exactly once, whatever the rail says and how often.</summary>
[Collection(PaymentTests.Name)]
public sealed class PayoutMoneyTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task PaidPostsTheReservationAndFailedAfterwardsMovesNothing(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await OpenAsync(ground);
        var payout = await shop.SentPayoutAsync(100_00);
        Assert.Equal(new Holdings(894_20, 105_80, 0, 0), await shop.HoldingsAsync());

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.PaidAsync(payout, 100_00, "a")));
        Assert.Equal(1, results.Count(r => r == ApplyResult.Applied));
        Assert.Equal(9, results.Count(r => r == ApplyResult.Repeated));
        Assert.Equal(ApplyResult.Contradiction, await shop.SaidAsync(payout, ObservationKind.Failed));
        Assert.Equal(ApplyResult.Contradiction, await shop.PaidAsync(payout, 100_00, "another movement"));
        Assert.Equal(ApplyResult.Contradiction, await shop.PaidAsync(payout, 99_00, "a"));
        var after = await shop.OrderAsync(payout);
        Assert.Equal((OrderState.Paid, OrderExceptions.Contradiction, 1), (after.State, after.Exceptions, after.ResultVersion));

        // It is asked about as long as it may come back.
        Assert.NotEqual(0, after.TimerDueMs);
        Assert.Equal(new Holdings(894_20, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(2, await shop.TransfersOfAsync(payout));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task FailedGivesAllBackAndPaidAfterwardsMovesNothing(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await OpenAsync(ground);
        var payout = await shop.SentPayoutAsync(100_00);
        Assert.Equal(ApplyResult.Contradiction, await shop.PaidAsync(payout, 100_01, "too much"));
        Assert.Equal(ApplyResult.Applied, await shop.SaidAsync(payout, ObservationKind.Failed));
        Assert.Equal(ApplyResult.Repeated, await shop.SaidAsync(payout, ObservationKind.Failed));
        Assert.Equal(ApplyResult.Contradiction, await shop.PaidAsync(payout, 100_00, "a"));
        Assert.Equal(ApplyResult.Contradiction, await shop.ReturnedAsync(payout, 100_00, "r"));
        var after = await shop.OrderAsync(payout);
        Assert.Equal((OrderState.Failed, "00029", 1, 0L), (after.State, after.FailureCode, after.ResultVersion, after.FeeMinor));
        Assert.Equal(new Holdings(1000_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task DeclinedAtOnceGivesAllBackAndIsSentToNobodyElse(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await OpenAsync(ground);
        var payout = (await shop.PayoutAsync(100_00))!;
        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => shop.TakeDueAsync(payout)));
        Assert.Single(taken, w => w.Action == DueAction.Send);
        Assert.Equal(ApplyResult.Applied, await shop.SentAsync(payout, new SendOutcome.Declined("account closed")));
        Assert.Equal(ApplyResult.Nothing, await shop.SentAsync(payout, new SendOutcome.Accepted()));
        Assert.Equal(OrderState.Failed, (await shop.OrderAsync(payout)).State);
        Assert.Equal(new Holdings(1000_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ReturnedGivesAmountAndFeeBackOnce(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await OpenAsync(ground);
        var payout = await shop.SentPayoutAsync(100_00);
        Assert.Equal(ApplyResult.Waiting, await shop.ReturnedAsync(payout, 100_00, "r"));
        await shop.PaidAsync(payout, 100_00, "a");
        Assert.Equal(ApplyResult.Contradiction, await shop.ReturnedAsync(payout, 50_00, "half"));
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(payout, 100_00, "r"));
        Assert.Equal(ApplyResult.Repeated, await shop.ReturnedAsync(payout, 100_00, "r"));
        Assert.Equal(ApplyResult.Repeated, await shop.PaidAsync(payout, 100_00, "a"));
        Assert.Equal(ApplyResult.Contradiction, await shop.ReturnedAsync(payout, 100_00, "r again"));
        var after = await shop.OrderAsync(payout);
        Assert.Equal((OrderState.Returned, 100_00L, 2), (after.State, after.ReturnedMinor, after.ResultVersion));
        Assert.Equal(new Holdings(1000_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ReturnedBeforeAnyoneSaidPaidGivesTheReservationBack(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await OpenAsync(ground);
        var payout = await shop.SentPayoutAsync(100_00);
        Assert.Equal(ApplyResult.Applied, await shop.SaidAsync(payout, ObservationKind.Returned, 100_00, "r", allKnown: true));
        Assert.Equal(ApplyResult.Repeated, await shop.ReturnedAsync(payout, 100_00, "r"));
        Assert.Equal(OrderState.Failed, (await shop.OrderAsync(payout)).State);
        Assert.Equal(new Holdings(1000_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task NotFoundIsAFailureOnlyAfterFinalityAndOnlyForWhatWasNotAccepted(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await OpenAsync(ground);
        var accepted = await shop.SentPayoutAsync(100_00);
        var unknown = (await shop.PayoutAsync(200_00))!;
        Assert.Equal(ApplyResult.Nothing, await shop.SaidAsync(unknown, ObservationKind.NotFound));
        await shop.TakeDueAsync(unknown);
        Assert.Equal(ApplyResult.Nothing, await shop.SaidAsync(unknown, ObservationKind.NotFound));
        await shop.SentAsync(unknown, new SendOutcome.Unknown("timed out"));

        // The lease is a part of the finality time, because the sender may have slept as long before it sent.
        ground.Time.Pass(TimeSpan.FromMilliseconds(Shop.FinalityMs));
        Assert.Equal(ApplyResult.Nothing, await shop.SaidAsync(unknown, ObservationKind.NotFound));
        Assert.Equal(OrderState.Pending, (await shop.OrderAsync(unknown)).State);

        // An answer is as old as its question, however late it is applied.
        var asked = ground.NowMs;
        ground.Time.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(ApplyResult.Nothing, await shop.SaidAsync(unknown, ObservationKind.NotFound, saidAtMs: asked));
        Assert.Equal(OrderState.Pending, (await shop.OrderAsync(unknown)).State);
        Assert.Equal(ApplyResult.Applied, await shop.SaidAsync(unknown, ObservationKind.NotFound));
        Assert.Equal(ApplyResult.Nothing, await shop.SaidAsync(accepted, ObservationKind.NotFound));
        Assert.Equal(OrderState.Failed, (await shop.OrderAsync(unknown)).State);
        Assert.Equal(OrderState.Pending, (await shop.OrderAsync(accepted)).State);
        Assert.Equal(new Holdings(894_20, 105_80, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APersonIsCalledAfterTheQuestionAndOnlyWhileNobodyKnows(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await OpenAsync(ground);
        var payout = await shop.SentPayoutAsync(100_00);
        ground.Time.Pass(TimeSpan.FromDays(1));
        var sent = await shop.OrderAsync(payout);
        var taken = await ground.Writer.WriteAsync(new TakeDuePayout(sent.Key, sent.TimerDueMs, null, repeatIsHarmless: false, Shop.LeaseMs, ground.NowMs));
        Assert.Equal((DueAction.Query, OrderExceptions.None), (taken.Action, taken.Order!.Exceptions));

        Assert.True(await ground.Writer.WriteAsync(new ReportUnknownOutcome(sent.Key, 1, ground.NowMs)));
        Assert.True(await ground.Writer.WriteAsync(new ReportUnknownOutcome(sent.Key, 1, ground.NowMs)));
        Assert.Equal(OrderExceptions.NeedsPerson, (await shop.OrderAsync(payout)).Exceptions);
        Assert.Equal(1, await ground.ReadAsync(c => c.Events.CountAsync(e => e.OrderId == sent.Id && e.Type == EventType.NeedsPerson)));

        await shop.PaidAsync(payout, 100_00, "a");
        Assert.False(await ground.Writer.WriteAsync(new ReportUnknownOutcome(sent.Key, 1, ground.NowMs)));
        Assert.Equal(OrderExceptions.None, (await shop.OrderAsync(payout)).Exceptions);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APayoutOfAChannelAccountThatIsNotHereIsLookedAtLater(Engine engine)
    {
        // The clock takes every order that is due, so on a ground that nobody shares.
        await using var ground = await PaymentsGround.StartAsync(engine);
        ground.Time.Set(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1));
        var shop = await OpenAsync(ground);
        var payout = (await shop.PayoutAsync(100_00, channelAccountId: 9999))!;
        var dueAtMs = (await shop.OrderAsync(payout)).TimerDueMs;
        Assert.InRange(dueAtMs, 1, ground.NowMs);

        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);

        var after = await shop.OrderAsync(payout);
        Assert.InRange(after.TimerDueMs, dueAtMs + PostponeTimer.ByMs, long.MaxValue);
        Assert.Equal(after.TimerDueMs, await ground.ReadAsync(c => c.Timers.Where(t => t.OrderId == after.Id).Select(t => t.DueAtMs).SingleAsync()));
        Assert.Equal(payout.Order.Number, await ground.ReadAsync(c => c.Cases.Where(a => a.Kind == "no-channel").Select(a => a.Subject).SingleAsync()));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ManyAtOnceReserveNoMoreThanThereIs(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await OpenAsync(ground);

        // 105.80 each with the fee: nine fit into 1,000.00.
        var placed = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => shop.PayoutAsync(100_00)));
        Assert.Equal(9, placed.Count(p => p is not null));
        Assert.Equal(new Holdings(1000_00 - (9 * 105_80), 9 * 105_80, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>1,000.00 in available; a payout costs 5.00 and 16 % tax on it.</summary>
    private static Task<Shop> OpenAsync(PaymentsGround ground) =>
        ground.OpenShopAsync(1000_00, null, new TermsRow { FixedMinor = 5_00, TaxBasisPoints = 1600, ReturnsFee = true });
}
