using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Money that names no order, or takes such money back: it is booked to suspense, with a case, and waits for a person to assign it. A
/// statement of which nothing can be booked is stored, with a case as well.
/// </summary>
/// <param name="at">Bucket and channel account.</param>
/// <param name="statement">The statement.</param>
/// <param name="takeFrom">For a return: the stored receipt in suspense that it takes back, if there is one.</param>
/// <param name="cost">What the rail charges for a receipt.</param>
/// <param name="valueDate">Local, <c>yyyyMMdd</c>.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class BookSuspense(
    (short Bucket, long ChannelAccountId) at, Statement statement, StatementKey? takeFrom, CostTerms cost, int valueDate, long nowMs) : WriteCommand<ApplyResult>
{
    /// <summary>Why it is in suspense.</summary>
    public const string NoOrder = "no order has this number";

    private readonly Observation _said = statement.Said;

    public override short Bucket => at.Bucket;

    /// <summary>Why our own rules do not take it; null when they do.</summary>
    public string? Problem { get; init; }

    private MovementKey Movement => new(Bucket, at.ChannelAccountId, _said.Direction, _said.DedupeKey);

    /// <summary>Only of what is certainly an amount in a currency of ours.</summary>
    private Currency Currency => Currency.Get(_said.Currency);
    private AccountKey Suspense => AccountId.Platform(Bucket, AccountKind.Suspense, Currency);
    private AccountKey Clearing => AccountId.Channel(Bucket, at.ChannelAccountId, AccountKind.Clearing, Currency);
    private AccountKey ChannelCost => AccountId.Channel(Bucket, at.ChannelAccountId, AccountKind.ChannelCost, Currency);
    private bool IsMoney => Problem is null && _said is { Direction: Direction.PayIn, Kind: ObservationKind.Paid or ObservationKind.Returned };
    private MovementKind Kind => _said.Kind == ObservationKind.Paid ? MovementKind.Receipt : MovementKind.Return;

    public override void Declare(Needs needs)
    {
        statement.Declare(needs);
        if (!IsMoney)
        {
            return;
        }

        if (_said.Kind == ObservationKind.Returned && takeFrom is null)
        {
            needs.Movements.Add(Movement.Everywhere(Kind));
            return;
        }

        needs.Book(Movement.Everywhere(Kind), statement.KeyIn(Bucket));

        if (takeFrom is { } receipt)
        {
            needs.Statements.Add(receipt);
        }

        needs.Chains.Add(Bucket);
        needs.Accounts.Add(Suspense);
        needs.Accounts.Add(Clearing);
        if (cost != default)
        {
            needs.Accounts.Add(ChannelCost);
        }
    }

    protected override ApplyResult Decide(BatchState state)
    {
        if (statement.IsSettled(state))
        {
            return ApplyResult.Repeated;
        }

        if (!IsMoney)
        {
            return Leave(state, StatementOutcome.Refused, CaseKind.RefusedStatement, Problem ?? "no order has this reference", ApplyResult.Refused);
        }

        if (state.Movements.Find(Movement.Everywhere(Kind)) is { } known)
        {
            // Booked for an order, or for another unknown reference, it is not more money.
            return known.AmountMinor == _said.AmountMinor && known.StatementBucket == Bucket
                ? Repeat(state)
                : Leave(state, StatementOutcome.Contradiction, CaseKind.Contradiction, "the same movement is booked elsewhere", ApplyResult.Contradiction);
        }

        return _said.Kind == ObservationKind.Paid ? Receive(state) : GiveBack(state);
    }

    private ApplyResult Receive(BatchState state)
    {
        var costMinor = cost.On(_said.AmountMinor);
        var transfer = Journal.Post(
            state,
            new TransferCause(TransferType.SuspenseReceipt, statement.Cause, 0, null, nowMs, valueDate),
            new Leg(Clearing, -_said.AmountMinor + costMinor),
            new Leg(Suspense, _said.AmountMinor),
            new Leg(costMinor == 0 ? Clearing : ChannelCost, -costMinor));
        var row = statement.BookMovement(state, Movement, MovementKind.Receipt, orderId: 0, transfer.TransferNo, nowMs, NoOrder);
        state.Raise(About(row, CaseKind.Suspense) with { Text = $"{CaseChange.Words(row)}. No order has this number: assign the money to its order, or send it back." });
        return ApplyResult.Suspense;
    }

    private ApplyResult GiveBack(BatchState state)
    {
        if (takeFrom is null || state.Statements.Find(takeFrom.Value) is not { Outcome: StatementOutcome.Suspense, OrderId: 0 } receipt
            || receipt.AmountMinor - receipt.ReturnedMinor < _said.AmountMinor)
        {
            return statement.Stored is null
                ? Leave(state, StatementOutcome.Waiting, CaseKind.WaitingReturn, "no such money came for this reference", ApplyResult.Waiting)
                : ApplyResult.Waiting;
        }

        var transfer = Journal.Post(
            state,
            new TransferCause(TransferType.PayInReturn, statement.Cause, 0, null, nowMs, valueDate),
            new Leg(Suspense, -_said.AmountMinor),
            new Leg(Clearing, _said.AmountMinor));
        var row = statement.BookMovement(state, Movement, MovementKind.Return, orderId: 0, transfer.TransferNo, nowMs);
        receipt = receipt with { ReturnedMinor = receipt.ReturnedMinor + _said.AmountMinor };
        state.Statements.Update(receipt.Key, receipt);
        if (receipt.ReturnedMinor == receipt.AmountMinor)
        {
            state.End(Bucket, CaseKind.Suspense, CaseChange.SubjectOf("", receipt), "The rail took the money back.");
        }

        if (statement.Stored is not null)
        {
            state.End(Bucket, CaseKind.WaitingReturn, CaseChange.SubjectOf("", row), "The statement is booked.");
        }

        return ApplyResult.Applied;
    }

    /// <summary>One that waited here was told again meanwhile, and that telling is booked.</summary>
    private ApplyResult Repeat(BatchState state)
    {
        if (statement.Stored is { } stored)
        {
            state.Statements.Update(stored.Key, stored with { Outcome = StatementOutcome.Repeated });
            state.End(Bucket, CaseKind.WaitingReturn, CaseChange.SubjectOf("", stored), "The statement is booked.");
        }

        return ApplyResult.Repeated;
    }

    private ApplyResult Leave(BatchState state, StatementOutcome outcome, string kind, string why, ApplyResult result)
    {
        var row = statement.Leave(state, Bucket, at.ChannelAccountId, 0, outcome, why);
        state.Raise(About(row, kind) with { Text = $"{CaseChange.Words(row)}. It is not booked: {why}." });
        return result;
    }

    private static CaseRow About(StatementRow row, string kind) => new()
    {
        Bucket = row.Bucket,
        Kind = kind,
        Subject = CaseChange.SubjectOf("", row),
        Severity = CaseSeverity.Today,
        ChannelAccountId = row.ChannelAccountId,
        StatementId = row.Id,
        AmountMinor = row.AmountMinor,
        Currency = row.Currency,
    };
}
