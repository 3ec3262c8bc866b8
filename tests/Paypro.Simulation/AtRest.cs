using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>What must be true when no order comes any more and everything had its time.</summary>
internal static class AtRest
{
    public static void Check(World world, Shops shops)
    {
        var mirror = world.Mirror;
        foreach (var wish in shops.Wishes)
        {
            if (!wish.IsOver)
            {
                throw new ViolationException(Checks.Ends, $"{wish.TradeNo} was never answered");
            }

            if (wish.Number is not null)
            {
                CheckAcknowledged(mirror, wish, wish.Number);
            }
            else if (mirror.Trades.ContainsKey(Shops.Key(wish)) && (wish.Tries == 1 || wish.Direction != Direction.Refund))
            {
                throw new ViolationException(Checks.Acknowledged, $"{wish.TradeNo} was refused, but it is stored");
            }
        }

        if (mirror.Parked > 0)
        {
            throw new ViolationException(Checks.Ends, $"{mirror.Parked} orders still wait for money");
        }

        foreach (var order in mirror.Orders.Values)
        {
            if (order.State == OrderState.Pending || order.TimerDueMs != 0)
            {
                throw new ViolationException(Checks.Ends, $"{order.Direction} {order.Number} is {order.State} and does not end");
            }

            if (order is { ResultVersion: > 0, Direction: not Direction.Withdrawal } && !mirror.IsTold(order))
            {
                throw new ViolationException(Checks.Outbox, $"{order.Direction} {order.Number} is {order.State}, and its merchant was never told");
            }

            var moved = world.Rail.HasMoved(order.Number);
            if (order.Direction != Direction.PayIn && moved != (order.State == OrderState.Paid) && !mirror.WasDecidedFailed(order.Number))
            {
                throw new ViolationException(Checks.FailedButPaid, $"{order.Direction} {order.Number} is {order.State}, but at the rail its money has {(moved ? "" : "not ")}moved");
            }
        }

        CheckMoney(world);
    }

    /// <summary>What was acknowledged is stored, once, as it was asked for.</summary>
    public static void CheckAcknowledged(Mirror mirror, Wish wish, string number)
    {
        if (!mirror.Trades.TryGetValue(Shops.Key(wish), out var key) || mirror.Orders[key] is not { } order
            || order.Number != number || order.AmountMinor != wish.AmountUnits * 100 || (wish.Number is not null && wish.Number != number))
        {
            throw new ViolationException(Checks.Acknowledged, $"{wish.TradeNo} was acknowledged as {number}, but that is not what is stored");
        }
    }

    private static void CheckMoney(World world)
    {
        var mirror = world.Mirror;
        foreach (var movement in world.Rail.Movements)
        {
            var booked = movement.WentBack
                ? mirror.Returns.Keys.Any(k => Is(k, movement))
                : mirror.Receipts.Keys.Any(k => Is(k, movement)) || WasVoided(mirror, movement);
            if (!booked && !CameBackAfterDecision(world, movement))
            {
                throw new ViolationException(Checks.AllMoney, $"the movement {movement.DedupeKey} of {movement.AmountMinor} ({movement.Direction}, back: {movement.WentBack}) was never booked");
            }
        }

        foreach (var account in mirror.Accounts.Values.Where(a => a.OwnerType == OwnerType.Merchant))
        {
            if (account.Kind is AccountKind.Frozen && account.BalanceMinor != 0)
            {
                throw new ViolationException(Checks.Frozen, $"{account.BalanceMinor} of merchant {account.OwnerId} stays frozen");
            }

            if (account.Kind is AccountKind.Unsettled && account.BalanceMinor != 0)
            {
                throw new ViolationException(Checks.Unsettled, $"{account.BalanceMinor} of merchant {account.OwnerId} was never settled");
            }

            if (account.Kind is AccountKind.Held && account.BalanceMinor != mirror.DisputedMinor(account.Key))
            {
                throw new ViolationException(Checks.Held, $"{account.BalanceMinor} of merchant {account.OwnerId} is held, {mirror.DisputedMinor(account.Key)} of it for disputes that nobody decided");
            }
        }

        static bool Is(MovementKey key, Movement movement) =>
            key.ChannelAccountId == movement.AccountId && key.Direction == movement.Direction && key.DedupeKey == movement.DedupeKey;
    }

    /// <summary>What somebody called failed was paid, which is our loss, and came back: that is a person's to book.</summary>
    private static bool CameBackAfterDecision(World world, Movement movement) =>
        movement.WentBack && world.Rail.Find(movement.Reference) is { } entry && world.Mirror.WasDecidedFailed(entry.Number);

    /// <summary>A payout that went and came back before we heard of either is void, and needs no receipt.</summary>
    private static bool WasVoided(Mirror mirror, Movement movement) =>
        movement.Direction != Direction.PayIn && mirror.Returns.Values.Any(r => r.Direction == movement.Direction && r.TransferNo == 0);
}
