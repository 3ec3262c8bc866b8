using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// Applies one statement of a rail about a payout: post, void or return, once. "Not found" is a failure only after the channel's
/// finality time; what cannot both be true moves no money and waits for a person.
/// </summary>
/// <param name="attempt">The attempt that it is about.</param>
/// <param name="said">The statement; amount and currency are checked here against the order.</param>
/// <param name="cause"><c>callback</c>, <c>query</c> …</param>
/// <param name="saidAtMs">When the rail was asked, or its callback came: what "not found" is true of. Unix milliseconds UTC.</param>
/// <param name="wholeStory">True when the rail was asked and this is all it knows: a return without a payment is then final.</param>
/// <param name="finalityMs">The channel's finality time with the lease (<see cref="CallLeases.FinalityMs"/>).</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class ApplyPayoutObservation(AttemptRef attempt, Observation said, string cause, long saidAtMs, bool wholeStory, long finalityMs, long nowMs)
    : WriteCommand<ApplyResult>
{
    private readonly OrderAccounts _accounts = new(attempt);

    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(attempt.Order);
        if (said.Kind is ObservationKind.Pending or ObservationKind.Unreachable)
        {
            return;
        }

        PayoutMoney.DeclareVoid(needs, attempt, _accounts);
        needs.Accounts.Add(_accounts.Clearing);
        needs.Accounts.Add(_accounts.Fees);
        needs.Accounts.Add(_accounts.Tax);
        if (attempt.Cost != default)
        {
            needs.Accounts.Add(_accounts.ChannelCost);
        }

        if (said.DedupeKey.Length > 0)
        {
            needs.Receipts.Add(attempt.Movement(said.DedupeKey));
            needs.Returns.Add(attempt.Movement(said.DedupeKey));
            needs.Movements.Add(attempt.Movement(said.DedupeKey).Everywhere(MovementKind.Receipt));
            needs.Movements.Add(attempt.Movement(said.DedupeKey).Everywhere(MovementKind.Return));
        }
    }

    protected override ApplyResult Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        return said.Kind switch
        {
            ObservationKind.Paid => Paid(state, order, row),
            ObservationKind.Returned => Returned(state, order, row),
            ObservationKind.Failed => Failed(state, order, row, said.Reason),
            ObservationKind.NotFound when NotFoundIsFinal(order, row) => Failed(state, order, row, "the rail never received it"),
            _ => ApplyResult.Nothing,
        };
    }

    /// <summary>Only for what was sent, was not taken (an accepted send that the rail then denies is no failure but a riddle), and is old enough.</summary>
    private bool NotFoundIsFinal(OrderRow order, AttemptRow row) =>
        order.State == OrderState.Pending
        && row.State is AttemptState.Sending or AttemptState.Unknown
        && Finality.IsOver(row, finalityMs, saidAtMs);

    private ApplyResult Paid(BatchState state, OrderRow order, AttemptRow row)
    {
        var key = attempt.Movement(said.DedupeKey);
        if (state.Receipts.Find(key) is { } known)
        {
            return known.OrderId == order.Id && known.AmountMinor == said.AmountMinor
                ? ApplyResult.Repeated
                : Contradict(state, order, "the same rail reference was told with other content");
        }

        if (order.State != OrderState.Pending)
        {
            return Contradict(state, order, order.State == OrderState.Failed ? "the rail says paid after it failed" : "the rail says paid twice");
        }

        if (said.AmountMinor != order.AmountMinor)
        {
            return Contradict(state, order, "the rail paid another amount");
        }

        if (!state.TakeMovement(key, MovementKind.Receipt))
        {
            return Contradict(state, order, BatchState.ToldElsewhere);
        }

        var reservedMinor = order.AmountMinor + order.FeeMinor + order.TaxMinor;
        var cost = attempt.Cost.On(order.AmountMinor);
        var transfer = Journal.Post(
            state,
            Cause(TransferType.PayoutPost, order),
            new Leg(_accounts.Frozen, -reservedMinor),
            new Leg(_accounts.Clearing, order.AmountMinor + cost),
            new Leg(_accounts.Fees, order.FeeMinor),
            new Leg(_accounts.Tax, order.TaxMinor),
            new Leg(_accounts.ChannelCost, -cost));
        state.Receipts.Insert(key, new ReceiptRow
        {
            Bucket = Bucket,
            ChannelAccountId = attempt.ChannelAccountId,
            Direction = Direction.Payout,
            DedupeKey = said.DedupeKey,
            OrderId = order.Id,
            Reference = said.Reference,
            AmountMinor = said.AmountMinor,
            Currency = said.Currency,
            RailReference = said.RailReference,
            OccurredAtMs = said.OccurredAtMs,
            BookedAtMs = nowMs,
            TransferNo = transfer.TransferNo,
        });
        (row with { State = AttemptState.Done, LeaseUntilMs = 0, CostMinor = cost }).Save(state);
        (order with
        {
            State = OrderState.Paid,
            PaidMinor = order.AmountMinor,
            Utr = said.RailReference,
            SuccessAtMs = said.OccurredAtMs != 0 ? said.OccurredAtMs : nowMs,
            Exceptions = order.Exceptions & ~OrderExceptions.NeedsPerson,
        })
            .Happened(state, EventType.Paid, cause, nowMs, said.RailReference)
            .LookedAt(state, 0)
            .WithResult(state)
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
            return Contradict(state, order, "the rail says failed after it said paid");
        }

        PayoutMoney.Void(state, order, row, attempt, _accounts, attempt.Rules.CodeOf(said.FailureCause), reason, cause, nowMs);
        return ApplyResult.Applied;
    }

    private ApplyResult Returned(BatchState state, OrderRow order, AttemptRow row)
    {
        var key = attempt.Movement(said.DedupeKey);
        if (state.Returns.Find(key) is { } known)
        {
            return known.OrderId == order.Id && known.AmountMinor == said.AmountMinor
                ? ApplyResult.Repeated
                : Contradict(state, order, "the same rail reference was told with other content");
        }

        if (said.AmountMinor != order.AmountMinor)
        {
            return Contradict(state, order, "another amount came back than was paid");
        }

        if (order.State == OrderState.Pending)
        {
            if (!wholeStory)
            {
                return ApplyResult.OutOfOrder;
            }

            if (!state.TakeMovement(key, MovementKind.Return))
            {
                return Contradict(state, order, BatchState.ToldElsewhere);
            }

            // It went and came back before we heard of either: the merchant's reservation is simply given back.
            PayoutMoney.Void(state, order, row, attempt, _accounts, new DocumentedCode(ResultStatus.Failed, ResultMessage.Returned), said.Reason, cause, nowMs);
            Record(state, order, transferNo: 0);
            return ApplyResult.Applied;
        }

        if (order.State != OrderState.Paid)
        {
            return Contradict(state, order, "money came back for a payout that is not paid");
        }

        if (!state.TakeMovement(key, MovementKind.Return))
        {
            return Contradict(state, order, BatchState.ToldElsewhere);
        }

        var (fee, tax) = attempt.Terms.ReturnsFee ? (order.FeeMinor, order.TaxMinor) : (0, 0);
        var (repay, credit) = Journal.CreditAvailable(state, _accounts.Available, _accounts.Receivable, order.AmountMinor + fee + tax);
        var transfer = Journal.Post(
            state,
            Cause(TransferType.PayoutReturn, order),
            new Leg(_accounts.Clearing, -order.AmountMinor),
            new Leg(_accounts.Fees, -fee),
            new Leg(_accounts.Tax, -tax),
            repay,
            credit);
        Record(state, order, transfer.TransferNo);
        (order with
        {
            State = OrderState.Returned,
            ReturnedMinor = order.AmountMinor,
            FeeMinor = order.FeeMinor - fee,
            TaxMinor = order.TaxMinor - tax,
            FailureCode = "00029",
            Message = "RETURNED",
        })
            .Happened(state, EventType.Returned, cause, nowMs, said.Reason)
            .WithResult(state)
            .Save(state);
        return ApplyResult.Applied;
    }

    private void Record(BatchState state, OrderRow order, long transferNo)
    {
        var back = new ReturnRow
        {
            Bucket = Bucket,
            ChannelAccountId = attempt.ChannelAccountId,
            Direction = Direction.Payout,
            DedupeKey = said.DedupeKey,
            OrderId = order.Id,
            AmountMinor = said.AmountMinor,
            Currency = said.Currency,
            RailReference = said.RailReference,
            Reason = said.Reason,
            OccurredAtMs = said.OccurredAtMs,
            BookedAtMs = nowMs,
            TransferNo = transferNo,
        };
        state.Returns.Insert(back.Key, back);
    }

    private ApplyResult Contradict(BatchState state, OrderRow order, string what)
    {
        if (!order.Exceptions.HasFlag(OrderExceptions.Contradiction))
        {
            (order with { Exceptions = order.Exceptions | OrderExceptions.Contradiction })
                .Happened(state, EventType.Contradiction, cause, nowMs, what)
                .Save(state);
        }

        return ApplyResult.Contradiction;
    }

    private TransferCause Cause(TransferType type, OrderRow order) =>
        new(type, cause, order.Id, null, nowMs, attempt.Rules.ValueDate(nowMs));
}
