using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Applies one statement of a rail about a pay-in: movement, order, entries, event and outbox row in one transaction. Told twice it
/// counts once; late, partial, double and over-payments are all credited. What cannot be booked is stored, with a case.
/// </summary>
internal sealed class ApplyPayInStatement(AttemptRef attempt, Statement statement, long nowMs) : WriteCommand<ApplyResult>
{
    private readonly Observation _said = statement.Said;
    private readonly OrderAccounts _accounts = new(attempt);
    private readonly PayInCredit _credit = new(
        attempt.Order.Bucket, attempt.MerchantNo, attempt.Currency, attempt.Terms, attempt.Rules, nowMs, attempt.HoldsMoney);

    /// <summary>True when no other statement about the order waits: with this one the order waits for none.</summary>
    public bool LastWaiting { get; init; }

    /// <summary>
    /// The order's <see cref="OrderRow.EventCount"/> when the rail was asked for a total; null for a movement. What is left to book of a total
    /// holds only for what was booked then.
    /// </summary>
    public int? AskedAt { get; init; }

    /// <summary>
    /// A return: the order as it was when <see cref="Shares"/> was read. Whatever changes them, but for the settlement, writes an event of the order.
    /// </summary>
    public OrderRow? SharesAt { get; init; }

    /// <summary>A return: what the order brought and is not available yet.</summary>
    public IReadOnlyList<TakenShare> Shares { get; init; } = [];

    /// <summary>A return: the pay-in's disputes, as they were found after <see cref="SharesAt"/>.</summary>
    public IReadOnlyList<DisputeKey> Disputes { get; init; } = [];

    /// <summary>
    /// A return of money that named no order: the receipt here, which was assigned to the order. On its way there, or taken back since, it is not the order's: then
    /// nothing else that the order holds goes for it, and whoever brought the return has to come again.
    /// </summary>
    public StatementKey? Assigned { get; init; }

    public override short Bucket => attempt.Order.Bucket;

    private PayInShares NotAvailable => new(_accounts, Shares);

    private MovementKey Movement => attempt.Movement(_said.DedupeKey);

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(attempt.Order);
        statement.Declare(needs);
        if (_said.Kind is not (ObservationKind.Paid or ObservationKind.Returned))
        {
            return;
        }

        needs.Chains.Add(Bucket);
        needs.Book(Movement.Everywhere(_said.Kind == ObservationKind.Paid ? MovementKind.Receipt : MovementKind.Return), statement.KeyIn(Bucket));
        needs.Accounts.Add(_accounts.Clearing);
        needs.Accounts.Add(_accounts.Fees);
        needs.Accounts.Add(_accounts.Tax);
        if (attempt.Cost != default)
        {
            needs.Accounts.Add(_accounts.ChannelCost);
        }

        needs.DailyTotals.UnionWith(attempt.Totals(nowMs));
        needs.PayerCounts.UnionWith(attempt.Payers);
        if (_said.Kind == ObservationKind.Returned)
        {
            needs.Accounts.Add(_accounts.Available);
            needs.Accounts.Add(_accounts.Receivable);
            needs.Accounts.Add(_accounts.Suspense);
            NotAvailable.Declare(needs);
            DisputeMoney.Declare(needs, _accounts, Disputes);
            if (Assigned is { } receipt)
            {
                needs.Statements.Add(receipt);
            }

            if (SharesAt is { WithheldMinor: > 0 })
            {
                needs.Accounts.Add(_accounts.TaxWithheld);
            }
        }
        else
        {
            _credit.Declare(needs);
        }
    }

    protected override ApplyResult Decide(BatchState state)
    {
        if (statement.IsSettled(state))
        {
            return ApplyResult.Repeated;
        }

        var order = state.Orders.Get(attempt.Order);
        if (AskedAt is { } askedAt && order.EventCount != askedAt)
        {
            return ApplyResult.Changed;
        }

        return _said.Kind switch
        {
            ObservationKind.Paid => Paid(state, order),
            ObservationKind.Returned => Returned(state, order),
            ObservationKind.Failed => Failed(state, order, state.Attempts.Get(attempt.Key)),
            ObservationKind.Pending when state.Attempts.Get(attempt.Key) is { State: AttemptState.Unknown or AttemptState.Sending } row => Pending(state, order, row),
            _ => ApplyResult.Nothing,
        };
    }

    private ApplyResult Paid(BatchState state, OrderRow order)
    {
        if (state.Movements.Find(Movement.Everywhere(MovementKind.Receipt)) is { } known)
        {
            return statement.AgainstKnown(state, known, order, attempt, LastWaiting, nowMs);
        }

        var held = PayInBooking.WaitsForRest(order, attempt.Rules, _said.AmountMinor);
        var paidMinor = checked(order.PaidMinor + order.SuspenseMinor + _said.AmountMinor);
        var transfer = held ? Hold(state, order) : Credit(state, ref order);
        var row = statement.BookMovement(
            state, Movement, MovementKind.Receipt, order.Id, transfer.TransferNo, nowMs, held ? PayInBooking.Underpaid : "");
        DailyLimits.Count(state, attempt.Totals(nowMs), _said.AmountMinor);
        var paidOn = state.Attempts.Get(attempt.Key);
        (paidOn with { State = AttemptState.Done, LeaseUntilMs = 0, CostMinor = paidOn.CostMinor + attempt.Cost.On(_said.AmountMinor) }).Save(state);
        if (held)
        {
            PayInBooking.KeepWaiting(order, state, row, attempt.HoldsMoney, statement.Cause, nowMs).Save(state);
        }
        else
        {
            PayInBooking.Book(order, state, row, paidMinor, statement.Cause, nowMs, attempt.Payers, attempt.Rules, attempt.LateAfterMs);
        }

        return ApplyResult.Applied;
    }

    /// <summary>Too little, in a country that knows no partial payment: the money waits in suspense for the rest.</summary>
    private TransferRow Hold(BatchState state, OrderRow order)
    {
        var cost = attempt.Cost.On(_said.AmountMinor);
        return Journal.Post(
            state,
            Cause(TransferType.SuspenseReceipt, order),
            new Leg(_accounts.Clearing, -_said.AmountMinor + cost),
            new Leg(_accounts.Suspense, _said.AmountMinor),
            new Leg(_accounts.ChannelCost, -cost));
    }

    private TransferRow Credit(BatchState state, ref OrderRow order)
    {
        var cost = attempt.Cost.On(_said.AmountMinor);
        return _credit.Post(
            state,
            ref order,
            Cause(TransferType.PayInReceipt, order),
            new Leg(_accounts.Clearing, -_said.AmountMinor + cost),
            _said.AmountMinor,
            new Leg(_accounts.ChannelCost, -cost));
    }

    private ApplyResult Returned(BatchState state, OrderRow order)
    {
        if (state.Movements.Find(Movement.Everywhere(MovementKind.Return)) is { } known)
        {
            return statement.AgainstKnown(state, known, order, attempt, LastWaiting, nowMs);
        }

        if (Assigned is { } receipt && state.Statements.Find(receipt)?.OrderId != order.Id)
        {
            return ApplyResult.Changed;
        }

        if (SharesAt is { } seen && seen.EventCount != order.EventCount)
        {
            return ApplyResult.Changed;
        }

        // What open refunds have reserved is on its way back already; what a dispute expects is its money, booked now or when it was lost.
        var parts = DisputeMoney.Match(state, Disputes, attempt.ChannelAccountId, _said.AmountMinor);
        if (order.FreeMinor + parts.Sum(p => p.AgainMinor + p.NewMinor) >= _said.AmountMinor)
        {
            return ReturnCredited(state, order, parts);
        }

        // More went back than came, as far as we know: a payment is missing.
        return order.SuspenseMinor >= _said.AmountMinor ? ReturnHeld(state, order) : statement.Wait(state, order, attempt.ChannelAccountId, nowMs);
    }

    /// <summary>What disputes expected goes for them; of what was booked when a dispute was lost nothing goes a second time (<see cref="DisputeMoney.Gone"/>).</summary>
    private ApplyResult ReturnCredited(BatchState state, OrderRow order, IReadOnlyList<DisputePart> parts)
    {
        var newMinor = _said.AmountMinor - parts.Sum(p => p.AgainMinor);
        DisputeMoney.Tell(state, parts);
        var transferNo = newMinor == 0
            ? parts[0].Dispute.LostTransferNo
            : DisputeMoney.Gone(state, ref order, _accounts, attempt.Terms, NotAvailable, parts, newMinor, isTold: true, Cause(TransferType.PayInReturn, order)).TransferNo;
        statement.BookMovement(state, Movement, MovementKind.Return, order.Id, transferNo, nowMs);
        order = newMinor == 0 ? order : PayInBooking.TakeBack(order, newMinor).WithResult(state);
        order.Settled(state, statement, LastWaiting)
            .Happened(state, EventType.Returned, statement.Cause, nowMs, _said.Reason)
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
            new Leg(_accounts.Suspense, -_said.AmountMinor),
            new Leg(_accounts.Clearing, _said.AmountMinor));
        statement.BookMovement(state, Movement, MovementKind.Return, order.Id, transfer.TransferNo, nowMs);
        order = (order with { SuspenseMinor = order.SuspenseMinor - _said.AmountMinor })
            .Settled(state, statement, LastWaiting)
            .Happened(state, EventType.Returned, statement.Cause, nowMs, _said.Reason);
        (order.SuspenseMinor == 0 ? PayInBooking.NothingHeld(order, state, "The money went back.") : order).Save(state);
        return ApplyResult.Applied;
    }

    private ApplyResult Failed(BatchState state, OrderRow order, AttemptRow row)
    {
        if (row.State == AttemptState.Failed)
        {
            return ApplyResult.Repeated;
        }

        if (row.State == AttemptState.Done)
        {
            return statement.Contradict(state, order, attempt.ChannelAccountId, "money came for it before", nowMs);
        }

        statement.Book(state, Bucket, attempt.ChannelAccountId, order.Id, transferNo: 0, nowMs);
        (row with { State = AttemptState.Failed, LeaseUntilMs = 0 }).Save(state);
        order = order.Happened(state, EventType.InstructionDeclined, statement.Cause, nowMs, _said.Reason);
        PayInFailure.OfAttempt(order, state, attempt.Rules.CodeOf(_said.FailureCause), _said.Reason, statement.Cause, nowMs).Save(state);
        return ApplyResult.Applied;
    }

    /// <summary>The rail has an attempt whose fate we did not know: it waits for its payer like any other.</summary>
    private ApplyResult Pending(BatchState state, OrderRow order, AttemptRow row)
    {
        (row with
        {
            State = AttemptState.Accepted,
            RailId = row.RailId.Length > 0 ? row.RailId : _said.RailId,
            LeaseUntilMs = 0,
            InstructionKind = _said.Instruction?.Kind ?? row.InstructionKind,
            InstructionValue = _said.Instruction?.Value ?? row.InstructionValue,
            InstructionBank = _said.Instruction?.Bank ?? row.InstructionBank,
            InstructionBeneficiary = _said.Instruction?.BeneficiaryName ?? row.InstructionBeneficiary,
        }).Save(state);
        PayInBooking.NothingWaits(order, state, "The rail knows the attempt.").Happened(state, EventType.InstructionIssued, statement.Cause, nowMs, row.Way).DueAt(state, order.ExpiresAtMs).Save(state);
        return ApplyResult.Applied;
    }

    private TransferCause Cause(TransferType type, OrderRow order) =>
        new(type, statement.Cause, order.Id, null, nowMs, attempt.Rules.ValueDate(nowMs));
}
