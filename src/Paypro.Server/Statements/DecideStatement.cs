using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>What came of deciding a statement.</summary>
internal enum DecideResult
{
    Decided,

    /// <summary>It was decided or booked before; nothing moved.</summary>
    Repeated,
    NoStatement,

    /// <summary>The same movement is booked: accepting it would count it twice.</summary>
    Booked,

    /// <summary>A payout's return that waits while its order is open: what the rail says of the payment decides it.</summary>
    OrderOpen,

    /// <summary>It is not about money in a currency of ours, so there is nothing to book.</summary>
    NoMoney,
}

/// <summary>
/// A person decides a statement that contradicts what is booked, or waits. Rejected, nothing moves. Accepted, the money moved: what came is
/// put into suspense, to be assigned; what left is our loss, until a transfer makes good for it. No merchant's balance is touched here.
/// </summary>
/// <param name="key">The statement.</param>
/// <param name="stored">As it was read; its facts never change.</param>
/// <param name="orderNumber">Its order's number; empty when it has none.</param>
/// <param name="accept">Whether the money moved.</param>
/// <param name="action">Who decides, who approves, with which evidence.</param>
/// <param name="valueDate">Local, <c>yyyyMMdd</c>.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class DecideStatement(StatementKey key, StatementRow stored, string orderNumber, bool accept, CaseActionRow action, int valueDate, long nowMs)
    : WriteCommand<DecideResult>
{
    private readonly Currency? _currency = Currency.All.FirstOrDefault(c => c.Code == stored.Currency);

    public override short Bucket => key.Bucket;

    /// <summary>Money that came to us: a payer's, or a payout that came back.</summary>
    private bool Came => (stored.Direction, stored.Kind) is (Direction.PayIn, ObservationKind.Paid) or (Direction.Payout or Direction.Refund, ObservationKind.Returned);

    private bool IsMoney => _currency is not null && stored.AmountMinor > 0 && stored.DedupeKey.Length > 0 && stored.Kind is ObservationKind.Paid or ObservationKind.Returned;
    private AccountKey Clearing => AccountId.Channel(Bucket, stored.ChannelAccountId, AccountKind.Clearing, _currency!);
    private AccountKey Other => AccountId.Platform(Bucket, Came ? AccountKind.Suspense : AccountKind.Loss, _currency!);

    private bool IsPayoutReturn => stored is { Direction: Direction.Payout or Direction.Refund, Kind: ObservationKind.Returned, OrderId: not 0 };

    /// <summary>The movement that accepting books.</summary>
    private RailMovementKey Movement => stored.Movement.Everywhere(stored.Kind == ObservationKind.Paid ? MovementKind.Receipt : MovementKind.Return);

    public override void Declare(Needs needs)
    {
        needs.Statements.Add(key);
        if (accept && IsPayoutReturn)
        {
            needs.Orders.Add(new OrderKey(Bucket, stored.OrderId));
        }

        if (accept && IsMoney)
        {
            needs.Chains.Add(Bucket);
            needs.Accounts.Add(Clearing);
            needs.Accounts.Add(Other);
            needs.Book(Movement, key);
        }
    }

    protected override DecideResult Decide(BatchState state)
    {
        if (state.Statements.Find(key) is not { } row)
        {
            return DecideResult.NoStatement;
        }

        if (row.Outcome is not (StatementOutcome.Waiting or StatementOutcome.Contradiction or StatementOutcome.Refused) || row.BookedAtMs != 0)
        {
            return DecideResult.Repeated;
        }

        var kind = row.Outcome switch
        {
            StatementOutcome.Waiting => CaseKind.WaitingReturn,
            StatementOutcome.Contradiction => CaseKind.Contradiction,
            _ => CaseKind.RefusedStatement,
        };
        if (accept)
        {
            if (!IsMoney)
            {
                return DecideResult.NoMoney;
            }

            if (IsPayoutReturn && row.Outcome == StatementOutcome.Waiting
                && state.Orders.Find(new OrderKey(Bucket, stored.OrderId)) is { State: OrderState.Pending or OrderState.Paid })
            {
                return DecideResult.OrderOpen;
            }

            if (state.Movements.Find(Movement) is not null)
            {
                return DecideResult.Booked;
            }

            row = Book(state, row);
        }
        else
        {
            row = row with { Outcome = StatementOutcome.Rejected, Note = action.Text };
        }

        state.Statements.Update(key, row);
        state.CaseActions.Insert(action.Key, action with { OrderId = row.OrderId, CaseId = CaseKey.Of(Bucket, kind, CaseChange.SubjectOf(orderNumber, stored)).Id });
        state.End(Bucket, kind, CaseChange.SubjectOf(orderNumber, stored), accept ? "Accepted." : "Rejected.", action.Actor);
        return DecideResult.Decided;
    }

    private StatementRow Book(BatchState state, StatementRow row)
    {
        var sign = Came ? 1 : -1;
        var transfer = Journal.Post(
            state,
            new TransferCause(Came ? TransferType.SuspenseReceipt : TransferType.Loss, action.Actor, row.OrderId, null, nowMs, valueDate),
            new Leg(Clearing, -sign * row.AmountMinor),
            new Leg(Other, sign * row.AmountMinor));
        state.Movements.Insert(Movement, new RailMovementRow
        {
            ChannelAccountId = Movement.ChannelAccountId,
            Direction = Movement.Direction,
            Kind = Movement.Kind,
            DedupeKey = Movement.DedupeKey,
            Bucket = Bucket,
            AmountMinor = row.AmountMinor,
            StatementBucket = Bucket,
            StatementId = row.Id,
        });

        if (Came)
        {
            state.Raise(new CaseRow
            {
                Bucket = Bucket,
                Kind = CaseKind.Suspense,
                Subject = CaseChange.SubjectOf("", row),
                Severity = CaseSeverity.Today,
                ChannelAccountId = row.ChannelAccountId,
                StatementId = row.Id,
                AmountMinor = row.AmountMinor,
                Currency = row.Currency,
                Text = $"{CaseChange.Words(row)}. It was accepted and waits in suspense: assign the money to its order, or send it back.",
            });
        }

        // The money belongs to no order now: it stands in suspense or in loss.
        return row with
        {
            Outcome = Came ? StatementOutcome.Suspense : StatementOutcome.Booked,
            OrderId = 0,
            Note = action.Text,
            BookedAtMs = nowMs,
            TransferNo = transfer.TransferNo,
        };
    }
}
