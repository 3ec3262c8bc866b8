using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// Applies one statement of a rail about a payout, a refund or a withdrawal: post, void or return, once. "Not found" is a failure only after the channel's
/// finality time; what cannot both be true moves no money, is stored and becomes a case.
/// </summary>
/// <param name="attempt">The attempt that it is about.</param>
/// <param name="statement">The statement; amount and currency are checked here against the order.</param>
/// <param name="allKnown">True when the rail was asked and this is all it knows: a return without a payment is then final.</param>
/// <param name="finalityMs">The channel's finality time.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed partial class ApplyPayoutStatement(AttemptRef attempt, Statement statement, bool allKnown, long finalityMs, long nowMs) : WriteCommand<ApplyResult>
{
    private readonly Observation _said = statement.Said;
    private readonly OrderAccounts _accounts = new(attempt);

    /// <summary>True when no other statement about the order waits: with this one the order waits for none.</summary>
    public bool LastWaiting { get; init; }

    /// <summary>The attempt that takes this one's place when the rail cancelled it for want of our money, made before; null when none can be made.</summary>
    public AttemptRow? Next { get; init; }

    /// <summary>How long an order waits for money of ours at most, milliseconds.</summary>
    public long ParkForMs { get; init; }

    /// <summary>What a person did, stored with it when it is applied; null for a rail's own word.</summary>
    public CaseActionRow? Action { get; init; }

    public override short Bucket => attempt.Order.Bucket;

    private MovementKey Movement => attempt.Movement(_said.DedupeKey);

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(attempt.Order);
        statement.Declare(needs);
        if (_said.Kind is ObservationKind.Pending or ObservationKind.Unreachable)
        {
            return;
        }

        PayoutMoney.DeclareVoid(needs, attempt, _accounts);
        needs.Accounts.Add(_accounts.Clearing);
        needs.Accounts.Add(_accounts.Fees);
        needs.Accounts.Add(_accounts.Tax);
        needs.Accounts.Add(_accounts.Loss);
        if (attempt.Cost != default)
        {
            needs.Accounts.Add(_accounts.ChannelCost);
        }

        if (_said.Kind is ObservationKind.Paid or ObservationKind.Returned && _said.DedupeKey.Length > 0)
        {
            needs.Book(Movement.Everywhere(_said.Kind == ObservationKind.Paid ? MovementKind.Receipt : MovementKind.Return), statement.KeyIn(Bucket));
        }
    }

    protected override ApplyResult Decide(BatchState state)
    {
        if (statement.IsSettled(state))
        {
            return ApplyResult.Repeated;
        }

        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        if (statement.Source == StatementSource.Person && !MayBeDecided(state, order, row))
        {
            return ApplyResult.Nothing;
        }

        if (Action is not null)
        {
            state.CaseActions.Insert(Action.Key, Action);
            order = order.Happened(state, EventType.Decided, Action.Actor, nowMs, $"{Action.Action}{(Action.Approver.Length > 0 ? $": approved by {Action.Approver}" : "")}");
        }

        if (row.State == AttemptState.Failed && state.AttemptsOf(order)[^1] is { } current && current.AttemptNo != row.AttemptNo)
        {
            return OfDeclined(state, order, row, current);
        }

        return _said.Kind switch
        {
            ObservationKind.Paid => Paid(state, order, row),
            ObservationKind.Returned => Returned(state, order, row),
            ObservationKind.Failed => Failed(state, order, row, _said.Reason),
            ObservationKind.NotFound when NotFoundIsFinal(order, row) => Failed(state, order, row, "the rail never received it"),
            _ => ApplyResult.Nothing,
        };
    }

    /// <summary>Whether an attempt may be at its rail.</summary>
    public static bool WasSent(AttemptRow attempt) => attempt.State is AttemptState.Sending or AttemptState.Unknown or AttemptState.Accepted;

    /// <summary>
    /// About an attempt that was declined and after which another one was opened. That it is nothing is known. That it paid after all is booked
    /// while nothing else has been sent, which then never is; otherwise it contradicts, and a person decides.
    /// </summary>
    private ApplyResult OfDeclined(BatchState state, OrderRow order, AttemptRow row, AttemptRow current)
    {
        if (_said.Kind is not (ObservationKind.Paid or ObservationKind.Returned))
        {
            return _said.Kind == ObservationKind.Failed ? ApplyResult.Repeated : ApplyResult.Nothing;
        }

        if (state.Movements.Find(Movement.Everywhere(_said.Kind == ObservationKind.Paid ? MovementKind.Receipt : MovementKind.Return)) is { } known)
        {
            return statement.AgainstKnown(state, known, order, attempt, LastWaiting, nowMs);
        }

        if (_said.Kind == ObservationKind.Paid && order.State == OrderState.Pending && (current.State == AttemptState.Ready || current.IsKeptBack))
        {
            KeepingBack.EndCases(state, order, current, "An earlier attempt was paid after all.", "rail");
            (current with { State = AttemptState.Failed }).Save(state);
            return Paid(state, order, row);
        }

        return Contradict(
            state,
            order,
            current.State == AttemptState.Ready || current.IsKeptBack ? "this rail declined the payout, and another one is to send it" : "this rail declined the payout, and it was sent by another one");
    }

    /// <summary>A person decides only what the rail cannot tell: it was sent, its fate is open, and as failed only when nothing can arrive any longer.</summary>
    private bool MayBeDecided(BatchState state, OrderRow order, AttemptRow row) =>
        order.State == OrderState.Pending
        && row.LeaseUntilMs <= state.NowMs
        && WasSent(row)
        && (_said.Kind == ObservationKind.Paid || Finality.IsOver(row, finalityMs, statement.ReceivedAtMs));

    /// <summary>Only for what was sent, was not accepted (an accepted send that the rail then denies proves nothing), and is old enough.</summary>
    private bool NotFoundIsFinal(OrderRow order, AttemptRow row) =>
        order.State == OrderState.Pending
        && row.State is AttemptState.Sending or AttemptState.Unknown
        && Finality.IsOver(row, finalityMs, statement.ReceivedAtMs);

    private ApplyResult Paid(BatchState state, OrderRow order, AttemptRow row)
    {
        if (state.Movements.Find(Movement.Everywhere(MovementKind.Receipt)) is { } known)
        {
            return statement.AgainstKnown(state, known, order, attempt, LastWaiting, nowMs);
        }

        if (_said.AmountMinor != order.AmountMinor)
        {
            return Contradict(state, order, "the payout has another amount");
        }

        if (order.Exceptions.HasFlag(OrderExceptions.Decided))
        {
            return PaidAfterDecision(state, order);
        }

        if (order.State != OrderState.Pending)
        {
            return Contradict(state, order, order.State == OrderState.Failed ? "the payout failed" : "the payout is paid");
        }

        var cost = attempt.Cost.On(order.AmountMinor);
        var transfer = attempt.RefundOf == 0
            ? PayoutMoney.Post(state, order, _accounts, cost, Cause(attempt.IsWithdrawal ? TransferType.WithdrawalPost : TransferType.PayoutPost, order))
            : RefundMoney.Post(state, ref order, attempt, _accounts, cost, Cause(TransferType.RefundPost, order));
        statement.BookMovement(state, Movement, MovementKind.Receipt, order.Id, transfer.TransferNo, nowMs);
        (row with { State = AttemptState.Done, LeaseUntilMs = 0, CostMinor = cost }).Save(state);
        PayoutMoney.KnownNow(order, state, Action is null ? "The rail says paid." : "Decided as paid.", decided: statement.Source == StatementSource.Person, OrderState.Paid, Action?.Actor ?? "rail")
            .WithPayment(_said, nowMs)
            .Happened(state, EventType.Paid, statement.Cause, nowMs, _said.RailReference)
            .AskLate(state, attempt.LateAfterMs)
            .WithResult(state)
            .Save(state);
        return ApplyResult.Applied;
    }

    /// <summary>
    /// A person decided before the rail said so. A payment that was decided is confirmed. One that was decided as failed was given back to
    /// the merchant, who may have paid it again: it is our loss, until a person makes good for it.
    /// </summary>
    private ApplyResult PaidAfterDecision(BatchState state, OrderRow order)
    {
        var transferNo = 0L;
        if (order.State == OrderState.Failed)
        {
            transferNo = PayoutMoney.Lose(state, order, attempt, _accounts, Cause(TransferType.Loss, order));
        }

        statement.BookMovement(state, Movement, MovementKind.Receipt, order.Id, transferNo, nowMs);
        (order with { Exceptions = order.Exceptions & ~OrderExceptions.Decided, Utr = _said.RailReference })
            .Happened(state, EventType.Paid, statement.Cause, nowMs, _said.RailReference)
            .Save(state);
        return ApplyResult.Applied;
    }

    private ApplyResult Failed(BatchState state, OrderRow order, AttemptRow row, string reason)
    {
        if (order.State == OrderState.Failed)
        {
            return ApplyResult.Repeated;
        }

        if (order.State != OrderState.Pending)
        {
            return Contradict(state, order, "the payout is paid");
        }

        if (_said.LacksFunds)
        {
            return CancelledForFunds(state, order, row, reason);
        }

        statement.Book(state, Bucket, attempt.ChannelAccountId, order.Id, transferNo: 0, nowMs);
        PayoutMoney.Void(
            state,
            PayoutMoney.KnownNow(order, state, Action is null ? "The rail says failed." : "Decided as failed.", decided: statement.Source == StatementSource.Person, OrderState.Failed, Action?.Actor ?? "rail"),
            row,
            attempt,
            _accounts,
            attempt.Rules.CodeOf(_said.FailureCause),
            reason,
            statement.Cause,
            nowMs);
        return ApplyResult.Applied;
    }

    private ApplyResult Contradict(BatchState state, OrderRow order, string booked) => statement.Contradict(state, order, attempt.ChannelAccountId, booked, nowMs);

    private TransferCause Cause(TransferType type, OrderRow order) => new(type, statement.Cause, order.Id, null, nowMs, attempt.Rules.ValueDate(nowMs));
}
