using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>What came of booking that suspense went back.</summary>
internal enum SendBackResult
{
    Done,

    /// <summary>It was booked before; nothing moved.</summary>
    Repeated,

    /// <summary>The rail's reference is booked for another movement.</summary>
    ReferenceTaken,

    /// <summary>The money is not there any more, or not all of it.</summary>
    Gone,
}

/// <summary>
/// All that is left of a receipt in suspense went back, as a person says who has sent it back at the rail. The rail's own reference is the movement's key: when
/// the rail tells the same return it is a repeat.
/// </summary>
/// <param name="receipt">As it was read.</param>
/// <param name="statement">The return, of what was left of it.</param>
/// <param name="action">Who did it, who approved, with which evidence.</param>
/// <param name="valueDate">Local, <c>yyyyMMdd</c>.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class SendBackSuspense(StatementRow receipt, Statement statement, CaseActionRow action, int valueDate, long nowMs) : WriteCommand<SendBackResult>
{
    private readonly Currency _currency = Currency.Get(receipt.Currency);

    public override short Bucket => receipt.Bucket;

    private MovementKey Movement => new(Bucket, receipt.ChannelAccountId, Direction.PayIn, statement.Said.DedupeKey);
    private AccountKey Suspense => AccountId.Platform(Bucket, AccountKind.Suspense, _currency);
    private AccountKey Clearing => AccountId.Channel(Bucket, receipt.ChannelAccountId, AccountKind.Clearing, _currency);

    public override void Declare(Needs needs)
    {
        needs.Statements.Add(receipt.Key);
        needs.Book(Movement.Everywhere(MovementKind.Return), statement.KeyIn(Bucket));
        needs.Chains.Add(Bucket);
        needs.Accounts.Add(Suspense);
        needs.Accounts.Add(Clearing);
    }

    protected override SendBackResult Decide(BatchState state)
    {
        var now = state.Statements.Get(receipt.Key);
        if (state.Movements.Find(Movement.Everywhere(MovementKind.Return)) is { } known)
        {
            return known.StatementBucket == Bucket && now.ReturnedMinor == now.AmountMinor ? SendBackResult.Repeated : SendBackResult.ReferenceTaken;
        }

        var amountMinor = statement.Said.AmountMinor;
        if (now is not { Outcome: StatementOutcome.Suspense, OrderId: 0 } || amountMinor <= 0 || now.AmountMinor - now.ReturnedMinor != amountMinor)
        {
            return SendBackResult.Gone;
        }

        var transfer = Journal.Post(
            state,
            new TransferCause(TransferType.PayInReturn, action.Actor, 0, null, nowMs, valueDate),
            new Leg(Suspense, -amountMinor),
            new Leg(Clearing, amountMinor));
        statement.BookMovement(state, Movement, MovementKind.Return, orderId: 0, transfer.TransferNo, nowMs);
        state.Statements.Update(now.Key, now with { ReturnedMinor = now.AmountMinor });
        state.CaseActions.Insert(action.Key, action);
        state.End(Bucket, CaseKind.Suspense, CaseChange.SubjectOf("", now), "Sent back to where it came from.", action.Actor);
        return SendBackResult.Done;
    }
}
