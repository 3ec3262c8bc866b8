using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Settlement;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A refund from the request to its result, on both engines: every sum, and every way it can go.</summary>
public sealed class RefundMachineTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ItIsReservedSentOnceAndTakenFromItsPayIn(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine);
        var sent = new List<RefundDraft>();
        ground.Channel.Refunds = draft =>
        {
            sent.Add(draft);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted("rail-7"));
        };
        var payIn = await ground.PaidAsync(100_00);
        Assert.Equal(new Holdings(600_00, 0, 0, 0), await ground.Shop.HoldingsAsync());
        var refund = await ground.CreatedAsync(payIn, "r1", "40");
        Assert.Equal(new Holdings(560_00, 40_00, 0, 0), await ground.Shop.HoldingsAsync());
        Assert.IsType<CreateResult.Known>(await ground.RefundAsync(payIn, "r1", "40.00"));
        Assert.Equal("refundNo: was used before for a refund with other content", Assert.IsType<CreateResult.Refused>(await ground.RefundAsync(payIn, "r1", "41")).Sentence);

        await ground.TurnAsync();
        await ground.TurnAsync(TimeSpan.FromMinutes(2));
        var draft = Assert.Single(sent);
        Assert.Equal(
            (refund.Number, 40_00L, 100_00L, "k1", "k1", payIn.Attempt.Reference, "va"),
            (draft.Number, draft.AmountMinor, draft.PaymentMinor, draft.PaymentKey, draft.PaymentReference, draft.PaidReference, draft.Way));
        Assert.Equal((AttemptState.Accepted, "rail-7", Direction.Refund), (await ground.AttemptAsync(refund)) is var a ? (a.State, a.RailId, a.Direction) : default);

        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(Direction.Refund, ObservationKind.Paid, draft.Reference, 40_00, "b1"));
        Assert.Equal(ApplyResult.Repeated, await ground.SayAsync(Direction.Refund, ObservationKind.Paid, draft.Reference, 40_00, "b1"));
        Assert.Equal(new Holdings(560_00, 0, 0, 0), await ground.Shop.HoldingsAsync());
        var (paid, now) = (await ground.OrderAsync(refund.Key), await ground.OrderAsync(payIn.Order.Key));
        Assert.Equal((OrderState.Paid, OrderState.Paid, 40_00L, 0L, 60_00L), (paid.State, now.State, now.ReturnedMinor, now.RefundingMinor, OrderViews.Of(now).HeldMinor));

        // The order's status is as before, so it is not told again; the refund is, at its own address.
        Assert.Equal((1, 1, "https://merchant.example/r"), (now.ResultVersion, paid.ResultVersion, paid.NotifyUrl));
        Assert.Equal(40_00, await RefundedAsync(ground, payIn));
        await ground.SoundAsync();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task RefusedUnknownAndBounced(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine);
        SendOutcome answer = new SendOutcome.Declined("account closed");
        ground.Channel.Refunds = _ => Task.FromResult(answer);
        var payIn = await ground.PaidAsync(100_00);
        var refund = await ground.CreatedAsync(payIn, "refused", "100");
        await ground.TurnAsync();
        Assert.Equal((OrderState.Failed, 0L), ((await ground.OrderAsync(refund.Key)).State, (await ground.OrderAsync(payIn.Order.Key)).RefundingMinor));
        Assert.Equal(new Holdings(600_00, 0, 0, 0), await ground.Shop.HoldingsAsync());

        // Its fate unknown, it is asked about and never sent again.
        answer = new SendOutcome.Unknown("no answer");
        var sends = 0;
        ground.Channel.Refunds = _ =>
        {
            sends++;
            return Task.FromResult(answer);
        };
        refund = await ground.CreatedAsync(payIn, "unknown", "100");
        await ground.TurnAsync();
        var reference = (await ground.AttemptAsync(refund)).Reference;
        var asked = new List<QueryTarget>();
        ground.Channel.Answers = target =>
        {
            asked.Add(target);
            return Task.FromResult<IReadOnlyList<Observation>>([new Observation { Kind = ObservationKind.Pending, Direction = target.Direction, Reference = target.Reference }]);
        };
        await ground.TurnAsync(TimeSpan.FromSeconds(5));
        Assert.Equal((1, Direction.Refund, reference), (sends, Assert.Single(asked).Direction, asked[0].Reference));
        Assert.Equal(OrderState.Pending, (await ground.OrderAsync(refund.Key)).State);
        Assert.Equal("amount: nothing of this pay-in can be refunded", Assert.IsType<CreateResult.Refused>(await ground.RefundAsync(payIn, "more", "1")).Sentence);

        // An operator decides it, with evidence.
        var decided = await ground.Ground.The<Decisions>().DecidePayoutAsync(refund.Number, paid: true, new DecidedBy("operator:1", "operator:2", "statement 7", "seen"), CancellationToken.None);
        Assert.True(decided.Done, decided.Refusal);
        var now = await ground.OrderAsync(payIn.Order.Key);
        Assert.Equal(("00029", ResultMessage.Refunded, 2), (OrderViews.Status(now), OrderViews.Message(now), now.ResultVersion));

        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(Direction.Refund, ObservationKind.Returned, reference, 100_00, "c1"));
        now = await ground.OrderAsync(payIn.Order.Key);
        Assert.Equal(("0000", 100_00L, 3), (OrderViews.Status(now), OrderViews.Of(now).HeldMinor, now.ResultVersion));
        Assert.Equal(new Holdings(600_00, 0, 0, 0), await ground.Shop.HoldingsAsync());
        await ground.SoundAsync();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ManyAtOnceForOneReceiptNeverGiveBackMoreThanCame(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine);
        var payIn = await ground.PaidAsync(100_00);
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => ground.RefundAsync(payIn, $"at-once-{i}", "30")));
        Assert.Equal(3, results.Count(r => r is CreateResult.Created));
        Assert.All(results.OfType<CreateResult.Refused>(), r => Assert.Equal("amount: must be at most 10", r.Sentence));
        Assert.Equal((90_00L, new Holdings(510_00, 90_00, 0, 0)), ((await ground.OrderAsync(payIn.Order.Key)).RefundingMinor, await ground.Shop.HoldingsAsync()));
        await ground.SoundAsync();
    }

    /// <summary>Unsettled money is taken first; settled meanwhile, the rest comes from available, and what failed goes back under its old date.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task SettlementInBetween(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine, openingMinor: 0, payIn: new TermsRow { SettlementDays = 1 });
        ground.Channel.Refunds = _ => Task.FromResult<SendOutcome>(new SendOutcome.Declined("account closed"));
        var payIn = await ground.PaidAsync(100_00);
        Assert.Equal(new Holdings(0, 0, 100_00, 0), await ground.Shop.HoldingsAsync());
        await ground.CreatedAsync(payIn, "r1", "60");
        Assert.Equal(new Holdings(0, 60_00, 40_00, 0), await ground.Shop.HoldingsAsync());
        ground.Ground.Time.Pass(TimeSpan.FromDays(2));
        await ground.Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await ground.Ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(40_00, 60_00, 0, 0), await ground.Shop.HoldingsAsync());
        Assert.StartsWith("amount: ", Assert.IsType<CreateResult.Refused>(await ground.RefundAsync(payIn, "r2", "41")).Sentence, StringComparison.Ordinal);
        await ground.TurnAsync();
        Assert.Equal(new Holdings(40_00, 0, 60_00, 0), await ground.Shop.HoldingsAsync());
        await ground.Ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await ground.Shop.HoldingsAsync());
        await ground.SoundAsync();
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ARailsOwnReturnWaitsForTheRefundAndIsThenBooked(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine);
        var payIn = await ground.PaidAsync(100_00);
        var refund = await ground.CreatedAsync(payIn, "r1", "60");
        await ground.TurnAsync();
        Assert.Equal(ApplyResult.Waiting, await ground.SayAsync(Direction.PayIn, ObservationKind.Returned, payIn.Attempt.Reference, 100_00, "t1"));
        Assert.Empty(await ground.Ground.ReadAsync(c => c.Cases.Where(x => x.OrderId == payIn.Order.Id).ToListAsync()));
        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(Direction.Refund, ObservationKind.Failed, (await ground.AttemptAsync(refund)).Reference));
        var now = await ground.OrderAsync(payIn.Order.Key);
        Assert.Equal((OrderState.Returned, ResultMessage.Returned, OrderExceptions.None), (now.State, now.Message, now.Exceptions));
        Assert.Equal(new Holdings(500_00, 0, 0, 0), await ground.Shop.HoldingsAsync());
        await ground.SoundAsync();
    }

    /// <summary>A rail without refunds: to the account that it named as the sender's, and never to another.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WithoutTheRailsOwnCallItIsAPayoutToTheSender(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine, hasRefunds: false);
        var sent = new List<PayoutDraft>();
        ground.Channel.Sends = draft =>
        {
            sent.Add(draft);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        var cash = await ground.PaidAsync(100_00, "cash");
        Assert.Equal(RefundCreation.NoWayBack, Assert.IsType<CreateResult.Refused>(await ground.RefundAsync(cash, "r1", "40")).Sentence);

        var payIn = await ground.PaidAsync(100_00, "transfer", new Person { Name = "Payer", Account = "012180001234567899" });
        await ground.Ground.LimitAsync(ground.Shop, Direction.Payout, "*", 50_00);
        var refund = await ground.CreatedAsync(payIn, "r1", "40");
        Assert.Equal("amount: is more than this merchant may still pay out today", Assert.IsType<CreateResult.Refused>(await ground.RefundAsync(payIn, "r2", "40")).Sentence);
        await ground.TurnAsync();
        var draft = Assert.Single(sent);
        Assert.Equal(("012180001234567899", "Payer", "CLABE", 40_00L), (draft.Person.Account, draft.Person.Name, draft.AccountType, draft.AmountMinor));
        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(Direction.Payout, ObservationKind.Paid, draft.Reference, 40_00, "b1"));
        Assert.Equal((OrderState.Paid, 40_00L), ((await ground.OrderAsync(refund.Key)).State, (await ground.OrderAsync(payIn.Order.Key)).ReturnedMinor));

        // The rail's total of the pay-in has not lost what another order paid out.
        Assert.Equal(0, await RefundedAsync(ground, payIn));
        await ground.SoundAsync();
    }

    /// <summary>All refunds of a pay-in are read for each, so their number has an end; the others are as they were.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task APayInHasAtMostFiveHundredRefunds(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine);
        var payIn = await ground.PaidAsync(100_00);
        var first = await ground.CreatedAsync(payIn, "r0", "1");
        var ids = ground.Ground.The<Server.Platform.IdSource>();
        await ground.Ground.Writer.WriteAsync(new StoreOrders(
            [.. Enumerable.Range(1, RefundReads.Most - 2).Select(i => first with { Id = ids.Next(), TradeNo = $"r{i}", Number = $"number-{i}", State = OrderState.Failed, TimerDueMs = 0 })]));
        var last = await ground.CreatedAsync(payIn, "last", "1");
        Assert.Equal(RefundCreation.TooMany, Assert.IsType<CreateResult.Refused>(await ground.RefundAsync(payIn, "more", "1")).Sentence);
        Assert.Equal(last.Id, Assert.IsType<CreateResult.Known>(await ground.RefundAsync(payIn, "last", "1")).Order.Id);
        Assert.Equal(2_00, (await ground.OrderAsync(payIn.Order.Key)).RefundingMinor);
    }

    /// <summary>Stores orders as they are.</summary>
    private sealed class StoreOrders(OrderRow[] orders) : WriteCommand<bool>
    {
        public override short Bucket => orders[0].Bucket;

        public override void Declare(Needs needs)
        {
        }

        protected override bool Decide(BatchState state)
        {
            Array.ForEach(orders, o => state.Orders.Insert(o.Key, o));
            return true;
        }
    }

    private static async Task<long> RefundedAsync(RefundGround ground, Placed payIn)
    {
        var queries = ground.Ground.The<OrderQueries>();
        return await queries.RefundedAsync((await queries.AttemptsAsync(payIn.Order.Key, CancellationToken.None))[0], CancellationToken.None);
    }
}
