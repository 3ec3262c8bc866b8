using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Nothing authentic that a rail says is lost, its silence decides nothing, and a person can act on the rest.</summary>
public sealed class RailStatementTests
{
    private const long Account = 101;
    private static readonly DecidedBy By = new("operator:1", "operator:2", "letter-7", "checked at the bank");

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>Another payment is there, and the one that goes back has not been told: the rail knows all of it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AReturnBeforeItsPaymentAsksForTheStoryAndIsBooked(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        var shop = await ground.OpenShopAsync();
        var placed = await shop.PayInAsync(300_00);
        Assert.Equal(ApplyResult.Applied, await TellAsync(ground, Said(placed, ObservationKind.Paid, 100_00, "k1", 1)));

        // The rail tells it in any order; it happened in another.
        ground.The<ScriptedChannel>().Answers = _ => Task.FromResult<IReadOnlyList<Observation>>(
            [Said(placed, ObservationKind.Returned, 200_00, "r1", 3), Said(placed, ObservationKind.Paid, 200_00, "k2", 2), Said(placed, ObservationKind.Paid, 100_00, "k1", 1)]);
        Assert.Equal(ApplyResult.Applied, await TellAsync(ground, Said(placed, ObservationKind.Returned, 200_00, "r1", 3)));

        var order = await shop.OrderAsync(placed);
        Assert.Equal((300_00L, 200_00L, OrderState.Paid), (order.PaidMinor, order.ReturnedMinor, order.State));
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(0, await ground.ReadAsync(c => c.Statements.CountAsync(s => s.Outcome == StatementOutcome.Waiting)));
        Assert.Equal(0, await ground.ReadAsync(c => c.Cases.CountAsync(c => c.State == CaseState.Open)));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>The rail cannot be asked: the return is stored and waits, its teller comes again, and the payment brings it in.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AReturnThatWaitsIsStoredAndBookedWithItsPayment(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        var shop = await ground.OpenShopAsync();
        var placed = await shop.PayInAsync(300_00);
        await TellAsync(ground, Said(placed, ObservationKind.Paid, 100_00, "k1", 1));
        ground.The<ScriptedChannel>().Answers = target => Silence(target);
        Assert.Equal(ApplyResult.Waiting, await TellAsync(ground, Said(placed, ObservationKind.Returned, 200_00, "r1", 3)));
        Assert.Equal(ApplyResult.Waiting, await TellAsync(ground, Said(placed, ObservationKind.Returned, 200_00, "r1", 3)));

        var waiting = await ground.ReadAsync(c => c.Statements.SingleAsync(s => s.Outcome == StatementOutcome.Waiting));
        Assert.Equal((200_00L, "r1", placed.Order.Id), (waiting.AmountMinor, waiting.DedupeKey, waiting.OrderId));
        var open = await ground.ReadAsync(c => c.Cases.SingleAsync());
        Assert.Equal((CaseKind.WaitingReturn, CaseState.Open, 2, 200_00L), (open.Kind, open.State, open.Count, open.AmountMinor));

        // The payment is written, and the process ends before it applies what waited: the loop does.
        await shop.PaidAsync(placed, 200_00, "k2");
        await ground.The<WaitingStatements>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(CaseState.Resolved, await ground.ReadAsync(c => c.Cases.Select(c => c.State).SingleAsync()));
        Assert.Equal(StatementOutcome.Booked, await ground.ReadAsync(c => c.Statements.Where(s => s.Id == waiting.Id).Select(s => s.Outcome).SingleAsync()));
        Assert.Equal(ApplyResult.Repeated, await TellAsync(ground, Said(placed, ObservationKind.Returned, 200_00, "r1", 3)));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>Money for a number that nobody has goes back: from suspense, or from the order that it was assigned to meanwhile.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task UnknownMoneyThatGoesBackIsTakenFromWhereItIs(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        var shop = await ground.OpenShopAsync();
        var placed = await shop.PayInAsync(100_00);
        Assert.Equal(ApplyResult.Suspense, await TellAsync(ground, Unknown(ObservationKind.Paid, 100_00, "u1")));
        Assert.Equal(ApplyResult.Applied, await TellAsync(ground, Unknown(ObservationKind.Returned, 100_00, "b1")));
        Assert.Equal(ApplyResult.Repeated, await TellAsync(ground, Unknown(ObservationKind.Returned, 100_00, "b1")));
        Assert.Equal(0, await SuspenseAsync(ground));
        Assert.Equal(AssignResult.WentBack, await AssignAsync(ground, "u1", placed));

        Assert.Equal(ApplyResult.Suspense, await TellAsync(ground, Unknown(ObservationKind.Paid, 100_00, "u2")));
        Assert.Equal(AssignResult.Assigned, await AssignAsync(ground, "u2", placed));
        Assert.Equal(OrderState.Paid, (await shop.OrderAsync(placed)).State);
        Assert.Equal(ApplyResult.Applied, await TellAsync(ground, Unknown(ObservationKind.Returned, 100_00, "b2")));
        Assert.Equal((OrderState.Returned, "RETURNED"), await shop.OrderAsync(placed) is var o ? (o.State, o.Message) : default);
        Assert.Equal(default, await shop.HoldingsAsync());
        Assert.Equal(0, await SuspenseAsync(ground));

        // One that comes before its money waits for it.
        Assert.Equal(ApplyResult.Waiting, await TellAsync(ground, Unknown(ObservationKind.Returned, 70_00, "b3")));
        Assert.Equal(ApplyResult.Suspense, await TellAsync(ground, Unknown(ObservationKind.Paid, 70_00, "u3")));
        Assert.Equal(0, await SuspenseAsync(ground));
        Assert.Equal(0, await ground.ReadAsync(c => c.Cases.CountAsync(c => c.State == CaseState.Open)));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>What cannot be booked is stored with its amount and key, each once; a person decides it, and no merchant's balance moves.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ContradictionsAreStoredAndDecided(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        var shop = await ground.OpenShopAsync();
        var (first, second) = (await shop.PayInAsync(100_00), await shop.PayInAsync(100_00));
        await TellAsync(ground, Said(first, ObservationKind.Paid, 100_00, "k1", 1));
        Assert.Equal(ApplyResult.Contradiction, await TellAsync(ground, Said(first, ObservationKind.Paid, 120_00, "k1", 1)));
        Assert.Equal(ApplyResult.Contradiction, await TellAsync(ground, Said(first, ObservationKind.Paid, 120_00, "k1", 1)));
        Assert.Equal(ApplyResult.Contradiction, await TellAsync(ground, Said(second, ObservationKind.Paid, 100_00, "k1", 1)));
        Assert.Equal(ApplyResult.Refused, await TellAsync(ground, Said(second, ObservationKind.Paid, 55_00, "k9", 1) with { Currency = "USD" }));
        var left = await ground.ReadAsync(c => c.Statements.Where(s => s.BookedAtMs == 0).OrderBy(s => s.AmountMinor).ToListAsync());
        Assert.Equal([55_00L, 100_00, 120_00], left.Select(s => s.AmountMinor));
        Assert.Equal(3, await ground.ReadAsync(c => c.Cases.CountAsync(c => c.State == CaseState.Open)));

        var decisions = ground.The<Decisions>();
        Assert.Equal(Decided.Yes, await decisions.DecideStatementAsync(left[2].Key, accept: false, By, CancellationToken.None));
        Assert.Equal(Decided.Before, await decisions.DecideStatementAsync(left[2].Key, accept: true, By, CancellationToken.None));
        Assert.NotNull((await decisions.DecideStatementAsync(left[1].Key, accept: true, By, CancellationToken.None)).Refusal);
        Assert.NotNull((await decisions.DecideStatementAsync(left[0].Key, accept: true, By, CancellationToken.None)).Refusal);
        Assert.NotNull((await decisions.DecideStatementAsync(new StatementKey(0, 5), accept: true, By, CancellationToken.None)).Refusal);
        Assert.Equal(("statement.reject", "operator:1", "operator:2", "letter-7"), await ground.ReadAsync(c => c.CaseActions.SingleAsync()) is var a ? (a.Action, a.Actor, a.Approver, a.Evidence) : default);
        Assert.Equal(2, await ground.ReadAsync(c => c.Cases.CountAsync(c => c.State == CaseState.Open)));

        // A return of more than ever came: the bank is right, and the difference is ours to explain.
        ground.The<ScriptedChannel>().Answers = target => Silence(target);
        Assert.Equal(ApplyResult.Waiting, await TellAsync(ground, Said(first, ObservationKind.Returned, 150_00, "r1", 2)));
        var waiting = await ground.ReadAsync(c => c.Statements.SingleAsync(s => s.Outcome == StatementOutcome.Waiting));
        Assert.Equal(Decided.Yes, await decisions.DecideStatementAsync(waiting.Key, accept: true, By, CancellationToken.None));
        Assert.Equal(-150_00, await PlatformAsync(ground, AccountKind.Loss));
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(ApplyResult.Repeated, await TellAsync(ground, Said(first, ObservationKind.Returned, 150_00, "r1", 2)));
    }

    /// <summary>At its time the rail does not answer. Nobody knows whether the payer paid, so nothing is said, and it is asked again.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task SilenceEndsNoOrder(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var shop = await ground.OpenShopAsync();
        var (paid, unpaid) = (await shop.PayInAsync(100_00), await shop.PayInAsync(200_00));
        var channel = ground.The<ScriptedChannel>();
        var asked = 0;
        channel.Answers = target =>
        {
            asked++;
            return Silence(target);
        };
        for (var hour = 1; hour <= 25; hour++)
        {
            ground.Time.Pass(TimeSpan.FromHours(1));
            await RunUntilAsync(ground, () => Task.FromResult(asked >= 2 * hour));
        }

        Assert.Equal((OrderState.Pending, OrderState.Pending), ((await shop.OrderAsync(paid)).State, (await shop.OrderAsync(unpaid)).State));
        Assert.Equal(
            new[] { paid.Order.Number, unpaid.Order.Number }.Order(),
            (await ground.ReadAsync(c => c.Cases.Where(c => c.Kind == CaseKind.UnansweredExpiry && c.State == CaseState.Open).Select(c => c.Subject).ToListAsync())).Order());

        channel.Answers = target => Task.FromResult<IReadOnlyList<Observation>>(
            [target.AmountMinor == 100_00 ? Said(paid, ObservationKind.Paid, 100_00, "k1", 1) : Said(unpaid, ObservationKind.Pending, 0, "", 0)]);
        ground.Time.Pass(TimeSpan.FromDays(1));
        await RunUntilAsync(ground, async () => (await shop.OrderAsync(paid)).State != OrderState.Pending && (await shop.OrderAsync(unpaid)).State != OrderState.Pending);
        Assert.Equal((OrderState.Paid, OrderState.Expired), ((await shop.OrderAsync(paid)).State, (await shop.OrderAsync(unpaid)).State));
        Assert.Equal(0, await ground.ReadAsync(c => c.Cases.CountAsync(c => c.State == CaseState.Open)));
    }

    /// <summary>A payout that the rail cannot tell is decided by two people; the rail's own word still counts afterwards.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnUnknownPayoutIsDecided(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var shop = await ground.OpenShopAsync(1_000_00);
        var channel = ground.The<ScriptedChannel>();
        channel.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Unknown("no answer"));
        channel.Answers = target => Silence(target);
        var payout = (await shop.PayoutAsync(100_00))!;
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);

        var decisions = ground.The<Decisions>();
        Assert.NotNull((await decisions.DecidePayoutAsync(payout.Order.Number, paid: false, By with { Evidence = "" }, CancellationToken.None)).Refusal);
        Assert.NotNull((await decisions.DecidePayoutAsync("0000000000000000", paid: false, By, CancellationToken.None)).Refusal);
        Assert.NotNull((await decisions.DecidePayoutAsync(payout.Order.Number, paid: false, By, CancellationToken.None)).Refusal);
        Assert.Equal(OrderState.Pending, (await shop.OrderAsync(payout)).State);

        ground.Time.Pass(TimeSpan.FromDays(2));
        Assert.Equal(Decided.Yes, await decisions.DecidePayoutAsync(payout.Order.Number, paid: false, By, CancellationToken.None));
        Assert.Equal(Decided.Before, await decisions.DecidePayoutAsync(payout.Order.Number, paid: false, By, CancellationToken.None));
        Assert.Equal(new Holdings(1_000_00, 0, 0, 0), await shop.HoldingsAsync());

        // The bank has paid it after all: it is our loss, with a case, and never the merchant's.
        Assert.Equal(ApplyResult.Applied, await TellAsync(ground, Said(payout, ObservationKind.Paid, 100_00, "p1", 1)));
        Assert.Equal(-100_00, await PlatformAsync(ground, AccountKind.Loss));
        Assert.Equal(new Holdings(1_000_00, 0, 0, 0), await shop.HoldingsAsync());
        var open = await ground.ReadAsync(c => c.Cases.SingleAsync(c => c.Kind == CaseKind.PaidAfterDecision));
        Assert.Equal((CaseSeverity.Now, CaseState.Open), (open.Severity, open.State));
        Assert.Equal(Decided.Yes, await decisions.ResolveAsync(open.Key, By));
        Assert.Equal(Decided.Before, await decisions.ResolveAsync(open.Key, By));
        Assert.NotNull((await decisions.ResolveAsync(new CaseKey(0, 5), By)).Refusal);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>Less than asked came too late, in a country without partial payment: a case, and the operator settles it with what came.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnUnderpaidOrderIsSettledWithWhatCame(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync();
        var placed = await shop.PayInAsync(100_00, acceptsPartial: false);
        await shop.ExpireAsync(placed);
        await shop.PaidAsync(placed, 40_00, "late");
        Assert.Equal(OrderState.Expired, (await shop.OrderAsync(placed)).State);
        Assert.Equal((CaseKind.Underpaid, placed.Order.Number), await ground.ReadAsync(c => c.Cases.SingleAsync()) is var open ? (open.Kind, open.Subject) : default);

        var decisions = ground.The<Decisions>();
        Assert.Equal(Decided.Yes, await decisions.SettleAsync(placed.Order.Number, By, CancellationToken.None));
        Assert.Equal(Decided.Before, await decisions.SettleAsync(placed.Order.Number, By, CancellationToken.None));
        var order = await shop.OrderAsync(placed);
        Assert.Equal((OrderState.Paid, 40_00L, 0L), (order.State, PayInBooking.HeldMinor(order), order.SuspenseMinor));
        Assert.Equal(new Holdings(40_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(CaseState.Resolved, await ground.ReadAsync(c => c.Cases.Select(c => c.State).SingleAsync()));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>The clock does not look at all timers in every turn.</summary>
    private static async Task RunUntilAsync(PaymentsGround ground, Func<Task<bool>> holds)
    {
        for (var turn = 0; turn < 200 && !await holds(); turn++)
        {
            await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
            await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        }

        Assert.True(await holds());
    }

    private static async Task<ApplyResult> TellAsync(PaymentsGround ground, Observation said) => Assert.Single(await ground.The<RailStatements>().ApplyAsync(
        ground.The<SnapshotStore>().Current.Accounts[Account], [said], body: null, CancellationToken.None));

    private static Observation Said(Placed placed, ObservationKind kind, long amountMinor, string key, int second) => new()
    {
        Kind = kind, Direction = placed.Attempt.Direction, Reference = placed.Attempt.Reference, AmountMinor = amountMinor, Currency = "MXN", DedupeKey = key,
        RailReference = key, OccurredAtMs = 1_772_700_000_000 + (second * 1000),
    };

    private static Observation Unknown(ObservationKind kind, long amountMinor, string key) => new()
    {
        Kind = kind, Direction = Direction.PayIn, Reference = "646180999999999999", AmountMinor = amountMinor, Currency = "MXN", DedupeKey = key, RailReference = key,
        OccurredAtMs = 1_772_700_000_000,
    };

    private static Task<IReadOnlyList<Observation>> Silence(QueryTarget target) => Task.FromResult<IReadOnlyList<Observation>>(
        [new Observation { Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference }]);

    private static Task<AssignResult> AssignAsync(PaymentsGround ground, string key, Placed placed) =>
        ground.The<AssignSuspense>().AssignAsync(Account, key, placed.Order.Number, "operator:1", CancellationToken.None);

    private static Task<long> SuspenseAsync(PaymentsGround ground) => PlatformAsync(ground, AccountKind.Suspense);

    private static Task<long> PlatformAsync(PaymentsGround ground, AccountKind kind) =>
        ground.ReadAsync(c => c.Accounts.Where(a => a.OwnerType == OwnerType.Platform && a.Kind == kind).SumAsync(a => a.BalanceMinor));
}
