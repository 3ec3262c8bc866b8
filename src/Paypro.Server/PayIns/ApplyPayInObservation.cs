using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Applies one statement of a rail about a pay-in: receipt, order, entries, event and outbox row in one transaction. Told
/// twice it counts once; late, partial, double and over-payments are all credited.
/// </summary>
internal sealed class ApplyPayInObservation(AttemptRef attempt, Observation said, string cause, long nowMs) : WriteCommand<ApplyResult>
{
    private readonly OrderAccounts _accounts = new(attempt);
    private readonly int _dueDate = attempt.Rules.DueDate(attempt.Terms, nowMs);

    public override short Bucket => attempt.Order.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(attempt.Order);
        if (said.Kind is not (ObservationKind.Paid or ObservationKind.Returned))
        {
            return;
        }

        needs.Chains.Add(Bucket);
        needs.Receipts.Add(attempt.Movement(said.DedupeKey));
        needs.Accounts.Add(_accounts.Clearing);
        needs.Accounts.Add(_accounts.Fees);
        needs.Accounts.Add(_accounts.Tax);
        if (attempt.Cost != default)
        {
            needs.Accounts.Add(_accounts.ChannelCost);
        }

        needs.DailyTotals.UnionWith(attempt.Totals(nowMs));
        needs.PayerCounts.UnionWith(attempt.Payers);
        if (said.Kind == ObservationKind.Returned)
        {
            needs.Returns.Add(attempt.Movement(said.DedupeKey));
        }

        needs.Movements.Add(attempt.Movement(said.DedupeKey).Everywhere(said.Kind == ObservationKind.Paid ? MovementKind.Receipt : MovementKind.Return));
        if (_dueDate == 0 || said.Kind == ObservationKind.Returned)
        {
            needs.Accounts.Add(_accounts.Available);
            needs.Accounts.Add(_accounts.Receivable);
        }
        else
        {
            needs.Accounts.Add(_accounts.Unsettled);
            needs.SettlementDues.Add(new SettlementDueKey(Bucket, _accounts.Unsettled.Id, _dueDate));
        }

        if (!attempt.Rules.AcceptsPartial || said.Kind == ObservationKind.Returned)
        {
            needs.Accounts.Add(_accounts.Suspense);
        }
    }

    protected override ApplyResult Decide(BatchState state)
    {
        var order = state.Orders.Get(attempt.Order);
        var row = state.Attempts.Get(attempt.Key);
        return said.Kind switch
        {
            ObservationKind.Paid => Paid(state, order, row),
            ObservationKind.Returned => Returned(state, order),
            ObservationKind.Failed => Failed(state, order, row),
            ObservationKind.Pending when row.State is AttemptState.Unknown or AttemptState.Sending => Pending(state, order, row),
            _ => ApplyResult.Nothing,
        };
    }

    private ApplyResult Paid(BatchState state, OrderRow order, AttemptRow row)
    {
        if (state.Receipts.Find(attempt.Movement(said.DedupeKey)) is { } known)
        {
            return known.AmountMinor == said.AmountMinor && known.OrderId == order.Id
                ? ApplyResult.Repeated
                : Contradict(state, order, "the same rail reference was told with other content");
        }

        if (!state.TakeMovement(attempt.Movement(said.DedupeKey), MovementKind.Receipt))
        {
            return Contradict(state, order, BatchState.ToldElsewhere);
        }

        var paidMinor = checked(order.PaidMinor + order.SuspenseMinor + said.AmountMinor);
        var held = !attempt.Rules.AcceptsPartial && !PayInBooking.Suffices(order, paidMinor);
        var transfer = held ? Hold(state, order) : Credit(state, ref order, paidMinor);
        var receipt = new ReceiptRow
        {
            Bucket = Bucket,
            ChannelAccountId = attempt.ChannelAccountId,
            Direction = Direction.PayIn,
            DedupeKey = said.DedupeKey,
            OrderId = order.Id,
            Reference = said.Reference,
            AmountMinor = said.AmountMinor,
            Currency = said.Currency,
            RailReference = said.RailReference,
            OccurredAtMs = said.OccurredAtMs,
            BookedAtMs = nowMs,
            TransferNo = transfer.TransferNo,
            SuspenseReason = held ? "underpaid" : "",
        };
        state.Receipts.Insert(receipt.Key, receipt);
        DailyLimits.Count(state, attempt.Totals(nowMs), said.AmountMinor);
        (row with { State = AttemptState.Done, LeaseUntilMs = 0, CostMinor = row.CostMinor + attempt.Cost.On(said.AmountMinor) }).Save(state);
        if (held)
        {
            (order with { SuspenseMinor = order.SuspenseMinor + said.AmountMinor })
                .Happened(state, EventType.HeldInSuspense, cause, nowMs, receipt.RailReference)
                .Save(state);
            return ApplyResult.Applied;
        }

        PayInBooking.Book(order, state, receipt, paidMinor, cause, nowMs, attempt.Payers);
        return ApplyResult.Applied;
    }

    /// <summary>Too little, in a country that knows no partial payment: the money waits in suspense for the rest.</summary>
    private TransferRow Hold(BatchState state, OrderRow order)
    {
        var cost = attempt.Cost.On(said.AmountMinor);
        return Journal.Post(
            state,
            Cause(TransferType.SuspenseReceipt, order),
            new Leg(_accounts.Clearing, -said.AmountMinor + cost),
            new Leg(_accounts.Suspense, said.AmountMinor),
            new Leg(_accounts.ChannelCost, -cost));
    }

    private TransferRow Credit(BatchState state, ref OrderRow order, long paidMinor)
    {
        var broughtMinor = said.AmountMinor + order.SuspenseMinor;
        var (fee, tax) = PayInBooking.Price(order, attempt.Terms, paidMinor, broughtMinor);
        var netMinor = broughtMinor - fee - tax;
        var cost = attempt.Cost.On(said.AmountMinor);
        var suspenseMinor = order.SuspenseMinor;
        order = order with { FeeMinor = order.FeeMinor + fee, TaxMinor = order.TaxMinor + tax };
        var (repay, credit) = _dueDate == 0
            ? Journal.CreditAvailable(state, _accounts.Available, _accounts.Receivable, netMinor)
            : (default, new Leg(_accounts.Unsettled, netMinor, _dueDate));
        return Journal.Post(
            state,
            Cause(TransferType.PayInReceipt, order),
            new Leg(_accounts.Clearing, -said.AmountMinor + cost),
            new Leg(_accounts.Suspense, -suspenseMinor),
            repay.AmountMinor == 0 ? new Leg(_accounts.Clearing, 0) : repay,
            credit,
            new Leg(_accounts.Fees, fee),
            new Leg(_accounts.Tax, tax),
            new Leg(_accounts.ChannelCost, -cost));
    }

    private ApplyResult Returned(BatchState state, OrderRow order)
    {
        var key = attempt.Movement(said.DedupeKey);
        if (state.Returns.Find(key) is { } known)
        {
            return known.AmountMinor == said.AmountMinor && known.OrderId == order.Id
                ? ApplyResult.Repeated
                : Contradict(state, order, "the same rail reference was told with other content");
        }

        if (order.PaidMinor - order.ReturnedMinor < said.AmountMinor)
        {
            return order.SuspenseMinor < said.AmountMinor
                ? order.PaidMinor + order.SuspenseMinor == 0 ? ApplyResult.OutOfOrder : Contradict(state, order, "more came back than was paid")
                : state.TakeMovement(key, MovementKind.Return) ? ReturnHeld(state, order) : Contradict(state, order, BatchState.ToldElsewhere);
        }

        if (!state.TakeMovement(key, MovementKind.Return))
        {
            return Contradict(state, order, BatchState.ToldElsewhere);
        }

        var whole = order.ReturnedMinor + said.AmountMinor == order.PaidMinor;
        var (fee, tax) = attempt.Terms.ReturnsFee && whole ? (order.FeeMinor, order.TaxMinor) : (0, 0);
        var (take, owe) = Journal.TakeAvailable(state, _accounts.Available, _accounts.Receivable, said.AmountMinor - fee - tax);
        var transfer = Journal.Post(
            state,
            Cause(TransferType.PayInReturn, order),
            take,
            owe,
            new Leg(_accounts.Fees, -fee),
            new Leg(_accounts.Tax, -tax),
            new Leg(_accounts.Clearing, said.AmountMinor));
        Record(state, order, transfer);
        (order with
        {
            ReturnedMinor = order.ReturnedMinor + said.AmountMinor,
            FeeMinor = order.FeeMinor - fee,
            TaxMinor = order.TaxMinor - tax,
            State = whole ? OrderState.Returned : order.State,
            FailureCode = whole ? "00029" : order.FailureCode,
            Message = whole ? "RETURNED" : order.Message,
        })
            .Happened(state, EventType.Returned, cause, nowMs, said.Reason)
            .WithResult(state)
            .Save(state);
        return ApplyResult.Applied;
    }

    /// <summary>
    /// Money that waited in suspense for the rest goes back: nothing was credited and the merchant was told nothing. An order whose
    /// time was over had waited for a person because of that money; without it, it expires like any other.
    /// </summary>
    private ApplyResult ReturnHeld(BatchState state, OrderRow order)
    {
        var transfer = Journal.Post(
            state,
            Cause(TransferType.PayInReturn, order),
            new Leg(_accounts.Suspense, -said.AmountMinor),
            new Leg(_accounts.Clearing, said.AmountMinor));
        Record(state, order, transfer);
        order = (order with { SuspenseMinor = order.SuspenseMinor - said.AmountMinor }).Happened(state, EventType.Returned, cause, nowMs, said.Reason);
        if (order is { SuspenseMinor: 0, TimerDueMs: 0, State: OrderState.Pending })
        {
            order = (order with { Exceptions = order.Exceptions & ~OrderExceptions.NeedsPerson }).LookedAt(state, order.ExpiresAtMs);
        }

        order.Save(state);
        return ApplyResult.Applied;
    }

    private void Record(BatchState state, OrderRow order, TransferRow transfer)
    {
        var back = new ReturnRow
        {
            Bucket = Bucket,
            ChannelAccountId = attempt.ChannelAccountId,
            Direction = Direction.PayIn,
            DedupeKey = said.DedupeKey,
            OrderId = order.Id,
            AmountMinor = said.AmountMinor,
            Currency = said.Currency,
            RailReference = said.RailReference,
            Reason = said.Reason,
            OccurredAtMs = said.OccurredAtMs,
            BookedAtMs = nowMs,
            TransferNo = transfer.TransferNo,
        };
        state.Returns.Insert(back.Key, back);
    }

    private ApplyResult Failed(BatchState state, OrderRow order, AttemptRow row)
    {
        if (row.State == AttemptState.Failed)
        {
            return ApplyResult.Repeated;
        }

        if (row.State == AttemptState.Done)
        {
            return Contradict(state, order, "the rail says failed after it said paid");
        }

        (row with { State = AttemptState.Failed, LeaseUntilMs = 0 }).Save(state);
        order = order.Happened(state, EventType.InstructionDeclined, cause, nowMs, said.Reason);
        PayInFailure.OfAttempt(order, state, attempt.Rules.CodeOf(said.FailureCause), said.Reason, cause, nowMs).Save(state);
        return ApplyResult.Applied;
    }

    /// <summary>The rail has an attempt whose fate we did not know: it waits for its payer like any other.</summary>
    private ApplyResult Pending(BatchState state, OrderRow order, AttemptRow row)
    {
        (row with
        {
            State = AttemptState.Accepted,
            LeaseUntilMs = 0,
            InstructionKind = said.Instruction?.Kind ?? row.InstructionKind,
            InstructionValue = said.Instruction?.Value ?? row.InstructionValue,
            InstructionBank = said.Instruction?.Bank ?? row.InstructionBank,
            InstructionBeneficiary = said.Instruction?.BeneficiaryName ?? row.InstructionBeneficiary,
        }).Save(state);
        order.Happened(state, EventType.InstructionIssued, cause, nowMs, row.Way).LookedAt(state, order.ExpiresAtMs).Save(state);
        return ApplyResult.Applied;
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
