using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// Records what the rail answered to a send. Only an answer that is certainly "no" fails the payout; where that is the channel's own trouble, it
/// opens the next attempt in the same transaction, which is sent in its turn. That our money at the rail is used up is no verdict on the order: its next attempt
/// is at an account that has some, or is parked.
/// </summary>
internal sealed class RecordSend(AttemptRef attempt, SendOutcome outcome, long nowMs) : WriteCommand<ApplyResult>
{
    /// <summary>When an accepted payout is asked about if no callback came.</summary>
    public const long QueryAcceptedAfterMs = 60_000;

    /// <summary>When an unknown one is asked about.</summary>
    public const long QueryUnknownAfterMs = 2_000;

    private readonly OrderAccounts _accounts = new(attempt);

    /// <summary>
    /// The attempt to open should the answer allow it, made before; null when the plan has no more. In state <see cref="AttemptState.Parked"/> when it has to wait for
    /// money of ours.
    /// </summary>
    public AttemptRow? Next { get; init; }

    /// <summary>
    /// Whether an earlier call with this reference may have reached the rail. A trouble of the rail's own is then no word about that call: what became
    /// of it is not known.
    /// </summary>
    public bool IsRepeat { get; init; }

    /// <summary>How long an order waits for money of ours at most, milliseconds.</summary>
    public long ParkForMs { get; init; }

    /// <summary>
    /// The end of the lease that the sender was given; null when nobody else can have been given the attempt meanwhile. Another one's call may be under way, and a
    /// trouble of the rail's own with this call is no word about that one.
    /// </summary>
    public long? LeaseUntilMs { get; init; }

    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(attempt.Order);
        if (outcome is SendOutcome.Declined)
        {
            PayoutMoney.DeclareVoid(needs, attempt, _accounts);
        }
    }

    protected override ApplyResult Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);

        // A callback may have been faster than the answer to the call that caused it.
        if (row.State != AttemptState.Sending || order.State != OrderState.Pending)
        {
            return outcome is SendOutcome.Declined && order.State == OrderState.Paid ? DeclinedAfterPaid(state, order) : ApplyResult.Nothing;
        }

        if (outcome is SendOutcome.Declined { Scope: not DeclineScope.Order } && LeaseUntilMs is { } mine && row.LeaseUntilMs != mine)
        {
            return ApplyResult.Nothing;
        }

        switch (outcome)
        {
            case SendOutcome.Accepted accepted:
                (row with { State = AttemptState.Accepted, RailId = accepted.RailId, LeaseUntilMs = 0 }).Save(state);
                order.Happened(state, EventType.Sent, "channel", nowMs).DueAt(state, state.NowMs + QueryAcceptedAfterMs).Save(state);
                break;
            case SendOutcome.Unknown unknown:
                (row with { State = AttemptState.Unknown, RailId = unknown.RailId, LeaseUntilMs = 0 }).Save(state);
                order.Happened(state, EventType.SendUnknown, "channel", nowMs, unknown.Reason).DueAt(state, state.NowMs + QueryUnknownAfterMs).Save(state);
                break;
            case SendOutcome.Declined { Scope: not DeclineScope.Order } declined when IsRepeat:
                (row with { State = AttemptState.Unknown, LeaseUntilMs = 0 }).Save(state);
                order.Happened(state, EventType.SendUnknown, "channel", nowMs, declined.Reason).DueAt(state, state.NowMs + QueryUnknownAfterMs).Save(state);
                break;
            case SendOutcome.Declined declined when Next is not null && Cascade.Opens(declined):
                order.Opens(state, row, Next, "channel", declined.Reason, ParkForMs, nowMs);
                break;
            case SendOutcome.Declined declined when Cascade.Stops(declined):
                // It could not be parked, which is a fault of ours and no verdict either: the order stays, and a person has to look.
                (row with { State = AttemptState.Unknown, LeaseUntilMs = 0 }).Save(state);
                order.Happened(state, EventType.SendUnknown, "channel", nowMs, declined.Reason).DueAt(state, state.NowMs + QueryUnknownAfterMs).Save(state);
                break;
            case SendOutcome.Declined declined:
                order = PayoutMoney.KnownNow(order, state, "The rail declined it.", decided: false, OrderState.Failed);
                PayoutMoney.Void(state, order, row, attempt, _accounts, attempt.Rules.CodeOf(declined.FailureCause), declined.Reason, "channel", nowMs);
                break;
        }

        return ApplyResult.Applied;
    }

    /// <summary>The rail says that it took nothing, and has said that it paid: nothing moves, and a person has to look.</summary>
    private ApplyResult DeclinedAfterPaid(BatchState state, OrderRow order)
    {
        (order with { Exceptions = order.Exceptions | OrderExceptions.Contradiction })
            .Happened(state, EventType.Contradiction, "channel", nowMs, "the rail declined what it has paid")
            .Save(state);
        state.Raise(new CaseRow
        {
            Bucket = Bucket,
            Kind = CaseKind.Contradiction,
            Subject = $"{order.Number}/declined",
            Severity = CaseSeverity.Now,
            OrderId = order.Id,
            ChannelAccountId = attempt.ChannelAccountId,
            AmountMinor = order.AmountMinor,
            Currency = order.Currency,
            Text = $"The rail declined {order.Word().ToLowerInvariant()} {order.Number} in its answer to the call, and has said that it paid it. It is booked as paid.",
        });
        return ApplyResult.Contradiction;
    }
}
