using System.Globalization;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <content>What people move: disputes of pay-ins, and withdrawals.</content>
internal sealed partial class Mirror
{
    private readonly Dictionary<DisputeKey, DisputeRow> _disputes = [];
    private readonly Dictionary<OrderKey, DisputeSums> _disputed = [];
    private readonly Dictionary<AccountKey, long> _disputedMinor = [];
    private readonly HashSet<DisputeKey> _watched = [];

    /// <summary>Of a pay-in with its refunds: what all its transfers brought its merchant, and what its refunds cost.</summary>
    private readonly Dictionary<OrderKey, long> _broughtMinor = [];
    private readonly Dictionary<OrderKey, long> _refundCostMinor = [];

    /// <summary>Withdrawals whose money is reserved and that are neither paid, given back nor on their way by a rail.</summary>
    private readonly Dictionary<long, (AccountKey Frozen, long Minor)> _withdrawing = [];
    private readonly HashSet<string> _decidedFailed = [];

    public IReadOnlyDictionary<DisputeKey, DisputeRow> Disputes => _disputes;

    /// <summary>Whether a deadline may pass, or somebody has to be mailed.</summary>
    public bool WatchesDisputes => _watched.Count > 0;

    /// <summary>When a withdrawal's order had a result last, Unix milliseconds.</summary>
    public long WithdrawalResultAtMs { get; private set; }

    /// <summary>How often a person sent on what waited.</summary>
    public int Retried { get; private set; }

    /// <summary>The numbers of the orders that wait for money of ours.</summary>
    public IEnumerable<string> ParkedNumbers => _parked.Select(a => Orders[new OrderKey(a.Bucket, a.OrderId)].Number).Order(StringComparer.Ordinal);

    /// <summary>What stands in held for disputes of a merchant.</summary>
    public long DisputedMinor(AccountKey held) => _disputedMinor.GetValueOrDefault(held);

    /// <summary>Whether a person said of a payout, refund or withdrawal that it failed: its rail may still pay it, at our loss.</summary>
    public bool WasDecidedFailed(string number) => _decidedFailed.Contains(number);

    private DisputeSums DisputedOf(OrderKey payIn) => _disputed.GetValueOrDefault(payIn) ?? DisputeSums.None;

    private void TakeDisputes(BatchState state)
    {
        foreach (var dispute in Changed(state.Disputes))
        {
            var before = _disputes.GetValueOrDefault(dispute.Key);
            CheckDispute(before, dispute);
            if (!_disputed.TryGetValue(dispute.Order, out var sums))
            {
                _disputed.Add(dispute.Order, sums = new DisputeSums());
            }

            var held = AccountId.Merchant(dispute.Bucket, dispute.MerchantNo, AccountKind.Held, Currency.Get(dispute.Currency));
            sums.Add(before, -1);
            sums.Add(dispute, +1);
            _disputedMinor[held] = _disputedMinor.GetValueOrDefault(held) + dispute.HeldMinor - (before?.HeldMinor ?? 0);
            _disputes[dispute.Key] = dispute;
            _ = dispute.State == DisputeState.Open || dispute.Untold ? _watched.Add(dispute.Key) : _watched.Remove(dispute.Key);
        }

        if (state.WithdrawalResults.With(RowFate.Inserted).Count > 0)
        {
            WithdrawalResultAtMs = state.NowMs;
        }
    }

    private void CheckDispute(DisputeRow? before, DisputeRow after)
    {
        if (before is null && _disputes.Values.Any(d => d.Order == after.Order && d.Reference == after.Reference))
        {
            throw new ViolationException(Checks.AppliedOnce, $"the dispute {after.Reference} was opened twice");
        }

        if (before is { IsOpen: false } && (before with { ToldMinor = after.ToldMinor, Untold = after.Untold }) != after)
        {
            throw new ViolationException(Checks.Steps, $"the dispute {after.Reference} was {before.State} and is {after.State}");
        }

        if (after.HeldMinor < 0 || after.HeldMinor > after.ReservedMinor || after.GoneMinor > after.AmountMinor || after.ToldMinor > after.GoneMinor)
        {
            throw new ViolationException(Checks.Disputed, $"the dispute {after.Reference} of {after.AmountMinor} is {after.State} with {after.HeldMinor} held, {after.GoneMinor} gone and {after.ToldMinor} told");
        }
    }

    /// <summary>A transfer's part in what a pay-in brought, and in a withdrawal's way.</summary>
    private void TakeBooked(TransferRow transfer, IReadOnlyList<EntryRow> entries)
    {
        if (transfer.OnceKey?.Split(':') is ["withdrawal", var id, var move])
        {
            TakeMove(long.Parse(id, CultureInfo.InvariantCulture), (WithdrawalMove)short.Parse(move, CultureInfo.InvariantCulture), entries);
        }

        if (transfer.OrderId == 0 || !Orders.TryGetValue(new OrderKey(transfer.Bucket, transfer.OrderId), out var order))
        {
            return;
        }

        if (transfer.Type == TransferType.Loss && !_decidedFailed.Contains(order.Number))
        {
            throw new ViolationException(Checks.FailedButPaid, $"{order.Direction} {order.Number} is booked as our loss, and nobody had called it failed");
        }

        if (order.Direction is Direction.PayIn or Direction.Refund)
        {
            var payIn = order.Direction == Direction.Refund ? new OrderKey(order.Bucket, order.RefundOf) : order.Key;
            foreach (var entry in entries)
            {
                var account = AccountId.Open(new AccountKey(entry.Bucket, entry.AccountId));
                _broughtMinor[payIn] = _broughtMinor.GetValueOrDefault(payIn) + (account.OwnerType == OwnerType.Merchant ? entry.AmountMinor : 0);
                CheckUncovered(transfer, account, entry);
            }
        }
    }

    /// <summary>Available is left with something only by a dispute that holds all of its amount.</summary>
    private void CheckUncovered(TransferRow transfer, AccountRow account, EntryRow entry)
    {
        if (transfer.Type == TransferType.DisputeHold && account.Kind == AccountKind.Available && entry.BalanceAfterMinor > 0
            && _disputes.Values.Any(d => d.OrderId == transfer.OrderId && d.OpenedAtMs == transfer.BookedAtMs && d is { IsOpen: true, GoneMinor: 0, UncoveredMinor: > 0 }))
        {
            throw new ViolationException(Checks.Disputed, $"a dispute of order {transfer.OrderId} is uncovered, and {entry.BalanceAfterMinor} are available");
        }
    }

    private void TakeMove(long id, WithdrawalMove move, IReadOnlyList<EntryRow> entries)
    {
        if (move == WithdrawalMove.Reserve)
        {
            var leg = entries.Single(e => AccountId.Open(new AccountKey(e.Bucket, e.AccountId)).Kind == AccountKind.Frozen);
            var frozen = new AccountKey(leg.Bucket, leg.AccountId);
            _withdrawing.Add(id, (frozen, leg.AmountMinor));
            _reservedMinor[frozen] = _reservedMinor.GetValueOrDefault(frozen) + leg.AmountMinor;
        }
        else if (move is WithdrawalMove.Post or WithdrawalMove.Void)
        {
            TakeReserved(id, $"has the move {move}");
        }
    }

    /// <summary>A withdrawal's reservation ends once: it is paid by hand, given back, or passes to its order.</summary>
    private long TakeReserved(long id, string how)
    {
        if (!_withdrawing.Remove(id, out var reserved))
        {
            throw new ViolationException(Checks.OneWay, $"withdrawal {id} {how}, and was paid by hand, given back or sent by a rail before");
        }

        _reservedMinor[reserved.Frozen] -= reserved.Minor;
        return reserved.Minor;
    }

    /// <summary>A withdrawal's order takes over what was reserved.</summary>
    private void TakeWithdrawal(OrderRow order)
    {
        if (TakeReserved(long.Parse(order.TradeNo, CultureInfo.InvariantCulture), $"is order {order.Number}") != order.AmountMinor)
        {
            throw new ViolationException(Checks.OneWay, $"the order {order.Number} of withdrawal {order.TradeNo} has another amount than was reserved");
        }
    }

    /// <summary>What is disputed of a pay-in, and what of it and its refunds its merchant has.</summary>
    private void CheckDisputed(OrderRow order)
    {
        var sums = DisputedOf(order.Key);
        if (order.DisputedMinor != sums.ReservedMinor || order.FreeMinor < 0)
        {
            throw new ViolationException(
                Checks.Disputed,
                $"{order.Number} says that {order.DisputedMinor} are disputed, its disputes say {sums.ReservedMinor}; of {order.PaidMinor}, {order.ReturnedMinor} went back and {order.RefundingMinor} are being refunded");
        }

        var expectedMinor = order.PaidMinor - order.ReturnedMinor - order.FeeMinor - order.TaxMinor - order.WithheldMinor - _refundCostMinor.GetValueOrDefault(order.Key) - sums.CostMinor;
        if (_broughtMinor.GetValueOrDefault(order.Key) != expectedMinor)
        {
            throw new ViolationException(Checks.Brought, $"{order.Number} brought its merchant {_broughtMinor.GetValueOrDefault(order.Key)}; by what came, went back and is charged it is {expectedMinor}");
        }
    }

    /// <summary>Of all disputes of a pay-in.</summary>
    private sealed class DisputeSums
    {
        public static readonly DisputeSums None = new();

        public long ReservedMinor { get; private set; }

        /// <summary>What a person said is gone, and no rail has told.</summary>
        public long UntoldMinor { get; private set; }

        /// <summary>What those cost that are lost.</summary>
        public long CostMinor { get; private set; }

        public void Add(DisputeRow? dispute, int sign)
        {
            if (dispute is not null)
            {
                ReservedMinor += sign * dispute.ReservedMinor;
                UntoldMinor += sign * (dispute.GoneMinor - dispute.ToldMinor);
                CostMinor += dispute.State == DisputeState.Lost ? sign * (dispute.FeeMinor + dispute.TaxMinor) : 0;
            }
        }
    }
}
