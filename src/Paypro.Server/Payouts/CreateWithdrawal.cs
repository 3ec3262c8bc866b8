using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// Stores the order by which a withdrawal goes over a rail. Its money is reserved since it was asked for, so nothing moves: what is reserved belongs to the order from
/// then on. Whether that or giving the money back comes first is decided here and in the move that gives it back, under the lock of one bucket. Sending begins with
/// <see cref="TakeDuePayout"/>, as for a payout.
/// </summary>
/// <param name="withdrawal">The withdrawal.</param>
/// <param name="order">With everything but its event count, timer and attempt count.</param>
/// <param name="attempt">In state <see cref="AttemptState.Ready"/>.</param>
/// <param name="person">The destination, encrypted.</param>
internal sealed class CreateWithdrawal(WithdrawalRow withdrawal, OrderRow order, AttemptRow attempt, PersonRow person) : WriteCommand<OrderRow?>
{
    public override short Bucket => order.Bucket;

    /// <summary>Who let it go, for its history.</summary>
    public string Cause { get; init; } = "";

    /// <summary>What its person can be found by.</summary>
    public IReadOnlyList<string> FoundBy { get; init; } = [];

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Trades.Add(order.TradeKey);
        foreach (var move in Enum.GetValues<WithdrawalMove>())
        {
            needs.OnceKeys.Add(withdrawal.KeyOf(move));
        }
    }

    /// <summary>The order, this one or the one that was stored before; null where its money is not reserved, or is not any more.</summary>
    protected override OrderRow? Decide(BatchState state)
    {
        if (state.Trades.Find(order.TradeKey) is { } known)
        {
            return known;
        }

        if (!IsDone(WithdrawalMove.Reserve) || IsDone(WithdrawalMove.Void) || IsDone(WithdrawalMove.Post))
        {
            return null;
        }

        var stored = order.Happened(state, EventType.Created, Cause, order.CreatedAtMs).Begins(state, attempt, "clock", parked: "", parkForMs: 0, order.CreatedAtMs);
        state.Orders.Insert(stored.Key, stored);
        state.Trades.Insert(stored.TradeKey, stored);
        state.Persons.Insert(person.Key, person);
        state.CanBeFoundBy(person.Key, FoundBy);
        return stored;

        bool IsDone(WithdrawalMove move) => state.OnceKeys.Find(withdrawal.KeyOf(move)) is not null;
    }
}
