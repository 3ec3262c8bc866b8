using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Disputes;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <content>What people do: disputes, withdrawals, and sending on.</content>
internal static partial class BrokenVariants
{
    private static AccountKey OfMerchant(short bucket, long merchantNo, AccountKind kind) => AccountId.Merchant(bucket, merchantNo, kind, Currency.Mxn);

    /// <summary>A dispute takes its amount into held a second time, where available has as much.</summary>
    private sealed class HoldDisputeTwice : Variant
    {
        public override string Name => "hold-dispute-twice";

        public override IReadOnlyList<string> CaughtBy => [Checks.Held];

        public override void After(WriteCommand command, BatchState state)
        {
            var dispute = command is OpenDispute ? state.Disputes.Find(NeedsOf(command).Disputes.First()) : null;
            var available = dispute is null ? default : OfMerchant(dispute.Bucket, dispute.MerchantNo, AccountKind.Available);
            if (dispute is { State: DisputeState.Open } && state.Accounts.Get(available).BalanceMinor >= dispute.AmountMinor)
            {
                Journal.Post(
                    state, new TransferCause(TransferType.DisputeHold, "again", dispute.OrderId, null, dispute.OpenedAtMs, 20260305), new Leg(available, -dispute.AmountMinor),
                    new Leg(OfMerchant(dispute.Bucket, dispute.MerchantNo, AccountKind.Held), dispute.AmountMinor));
            }
        }
    }

    /// <summary>A pay-in does not remember what is disputed of it.</summary>
    private sealed class ForgetDisputed : Variant
    {
        public override string Name => "forget-disputed";

        public override IReadOnlyList<string> CaughtBy => [Checks.Disputed];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is OpenDispute && state.Orders.Find(NeedsOf(command).Orders.First()) is { DisputedMinor: > 0 } order)
            {
                state.Orders.Update(order.Key, order with { DisputedMinor = 0 });
            }
        }
    }

    /// <summary>The rail took what a dispute held, and the dispute can still be won.</summary>
    private sealed class WinWhatWasTaken : Variant
    {
        private readonly Dictionary<DisputeKey, DisputeRow> _before = [];

        public override string Name => "win-what-was-taken";

        public override IReadOnlyList<string> CaughtBy => [Checks.Held, Checks.Disputed, Checks.BelowZero];

        public override void Before(WriteCommand command, BatchState state)
        {
            _before.Clear();
            foreach (var dispute in command is ApplyPayInStatement ? NeedsOf(command).Disputes.Select(state.Disputes.Get).Where(d => d.HeldMinor > 0) : [])
            {
                _before.Add(dispute.Key, dispute);
            }
        }

        public override void After(WriteCommand command, BatchState state)
        {
            foreach (var before in _before.Values.Where(d => state.Disputes.Get(d.Key).GoneMinor > d.GoneMinor))
            {
                state.Disputes.Update(before.Key, before);
            }
        }
    }

    /// <summary>That a dispute was lost is forgotten when the rail tells it: the same money goes twice.</summary>
    private sealed class LoseAgain : Variant
    {
        public override string Name => "lose-again";

        public override IReadOnlyList<string> CaughtBy => [Checks.OrderHolds, Checks.AllMoney];

        public override void Before(WriteCommand command, BatchState state)
        {
            foreach (var dispute in command is ApplyPayInStatement ? NeedsOf(command).Disputes.Select(state.Disputes.Get).Where(d => d is { State: DisputeState.Lost, ExpectedMinor: > 0 }).ToList() : [])
            {
                state.Disputes.Update(dispute.Key, dispute with { ToldMinor = dispute.GoneMinor });
            }
        }
    }

    /// <summary>A dispute reserves more than its pay-in still holds.</summary>
    private sealed class DisputeTooMuch : Variant
    {
        public override string Name => "dispute-too-much";

        public override IReadOnlyList<string> CaughtBy => [Checks.Disputed];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is OpenDispute && state.Disputes.Find(NeedsOf(command).Disputes.First()) is { State: DisputeState.Open } dispute)
            {
                var order = state.Orders.Get(dispute.Order);
                state.Disputes.Update(dispute.Key, dispute with { AmountMinor = dispute.AmountMinor + order.FreeMinor + 1 });
                state.Orders.Update(order.Key, order with { DisputedMinor = order.DisputedMinor + order.FreeMinor + 1 });
            }
        }
    }

    /// <summary>A withdrawal goes by another account than the one that two people chose.</summary>
    private sealed class WithdrawElsewhere : Variant
    {
        public override string Name => "withdraw-elsewhere";

        public override IReadOnlyList<string> CaughtBy => [Checks.Elsewhere];

        public override void After(WriteCommand command, BatchState state)
        {
            foreach (var attempt in command is CreateWithdrawal or RetrySend ? state.Attempts.With(RowFate.Inserted).Where(a => state.Orders.Get(a.OrderKey).Direction == Direction.Withdrawal).ToList() : [])
            {
                state.Attempts.Update(attempt.Key, attempt with { ChannelAccountId = attempt.ChannelAccountId == 101 ? 888 : 101 });
            }
        }
    }

    /// <summary>A withdrawal that goes by a rail is given back as well.</summary>
    private sealed class GiveBackAndSend : Variant
    {
        public override string Name => "give-back-and-send";

        public override IReadOnlyList<string> CaughtBy => [Checks.Frozen];

        public override void Declare(WriteCommand command, Needs needs)
        {
            if (command is CreateWithdrawal && NeedsOf(command).Trades.First() is var trade)
            {
                needs.Accounts.Add(OfMerchant(trade.Bucket, trade.MerchantNo, AccountKind.Frozen));
                needs.Accounts.Add(OfMerchant(trade.Bucket, trade.MerchantNo, AccountKind.Available));
            }
        }

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is CreateWithdrawal && state.Trades.Find(NeedsOf(command).Trades.First()) is { State: OrderState.Pending } order && state.Accounts.Get(OfMerchant(order.Bucket, order.MerchantNo, AccountKind.Frozen)).BalanceMinor >= order.AmountMinor)
            {
                Journal.Post(
                    state, new TransferCause(TransferType.WithdrawalVoid, "as well", 0, null, order.CreatedAtMs, 20260305), new Leg(OfMerchant(order.Bucket, order.MerchantNo, AccountKind.Frozen), -order.AmountMinor),
                    new Leg(OfMerchant(order.Bucket, order.MerchantNo, AccountKind.Available), order.AmountMinor));
            }
        }
    }

    /// <summary>What a person sent on is still to be sent by its old attempt.</summary>
    private sealed class RetryAndKeep : Variant
    {
        public override string Name => "retry-and-keep";

        public override IReadOnlyList<string> CaughtBy => [Checks.OneAttempt];

        public override Weather In(Weather drawn) => drawn with { PotMinor = 1000_00, PotDrained = 0.5 };

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is RetrySend && state.AttemptsOf(state.Orders.Get(NeedsOf(command).Orders.First())) is [.., { State: AttemptState.Failed } old, { State: AttemptState.Ready }])
            {
                (old with { State = AttemptState.Ready }).Save(state);
            }
        }
    }
}
