using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

// Long because it is one list, whose entries have nothing to do with each other.

/// <summary>The list: each breaks one promise, and the simulation has to notice each.</summary>
internal static partial class BrokenVariants
{
    public static IReadOnlyList<Variant> All { get; } =
    [
        new SkipDedupe(), new NotifyBeforeCommit(), new ResendUnknown(), new RetryElsewhere(), new NotFoundIsFailure(), new AnswerBeforeCommit(), new DoubtIsFailed(), new ProbeTakenForBatch(),
        new ReleaseTwice(), new ForgetTimer(), new SettleWithoutMarking(), new ReleaseReserveTwice(), new PriceByAnotherVersion(), new ForgetWithheld(), new TrustForgeries(), new IgnoreLease(), new SleepThroughLease(), new SkipBalanceCheck(),
        new LoseOutbox(), new TakeAnyAnswer(), new LoseEntry(), new BreakChain(), new ExpirePaid(), new CascadeAfterUnknown(), new CascadeAfterAcceptance(),
        new StopAsking(), new SkipListing(), new RefundWithoutReserving(), new KeepRefunded(), new FundsAreAVerdict(), new CancellationIsAVerdict(), new SendAfterParkingEnded(), new LaggingBalances(),
        new HoldDisputeTwice(), new ForgetDisputed(), new WinWhatWasTaken(), new LoseAgain(), new DisputeTooMuch(), new WithdrawElsewhere(), new GiveBackAndSend(), new RetryAndKeep(),
    ];

    public static Variant? Find(string name) => All.FirstOrDefault(v => v.Name == name);

    /// <summary>The key that a command looks up, learnt from what it declares.</summary>
    private static Needs NeedsOf(WriteCommand command)
    {
        var needs = new Needs();
        command.Declare(needs);
        return needs;
    }

    /// <summary>The due row of a kind of account before its money is moved; null for any other command.</summary>
    private static SettlementDueRow? DueOf(WriteCommand command, BatchState state, AccountKind kind) =>
        command is SettleDue && NeedsOf(command).SettlementDues.First() is var key && AccountId.Open(new AccountKey(key.Bucket, key.AccountId)).Kind == kind
            ? state.SettlementDues.Find(key)
            : null;

    /// <summary>A movement that was booked is booked again.</summary>
    private sealed class SkipDedupe : Variant
    {
        public override string Name => "skip-dedupe";

        public override IReadOnlyList<string> CaughtBy => [Checks.AppliedOnce];

        public override void Before(WriteCommand command, BatchState state)
        {
            if (command is ApplyPayInStatement)
            {
                foreach (var key in NeedsOf(command).Movements.Where(k => state.Movements.Find(k) is not null))
                {
                    state.Movements.Delete(key);
                }
            }
        }
    }

    private sealed class NotifyBeforeCommit : Variant
    {
        public override string Name => "notify-before-commit";

        public override IReadOnlyList<string> CaughtBy => [Checks.Told];

        public override bool TellsEarly => true;
    }

    /// <summary>A send without an answer is simply sent again.</summary>
    private sealed class ResendUnknown : Variant
    {
        public override string Name => "resend-unknown";

        public override IReadOnlyList<string> CaughtBy => [Checks.SentOnce];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is RecordSend && state.Orders.Find(NeedsOf(command).Orders.First()) is { State: OrderState.Pending } order
                && state.AttemptsOf(order)[^1] is { State: AttemptState.Unknown } attempt)
            {
                state.Attempts.Update(attempt.Key, attempt with { State = AttemptState.Ready });
            }
        }
    }

    /// <summary>A send without an answer is tried at another channel account.</summary>
    private sealed class RetryElsewhere : Variant
    {
        public override string Name => "retry-elsewhere";

        public override IReadOnlyList<string> CaughtBy => [Checks.Elsewhere, Checks.OneAttempt];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is RecordSend && state.Orders.Find(NeedsOf(command).Orders.First()) is { State: OrderState.Pending, AttemptCount: 1 } order
                && state.AttemptsOf(order)[^1] is { State: AttemptState.Unknown } attempt)
            {
                var second = attempt with
                {
                    AttemptNo = 2, State = AttemptState.Ready, ChannelAccountId = attempt.ChannelAccountId == 101 ? 777 : 101, Reference = attempt.Reference + "B",
                };
                state.Attempts.Insert(second.Key, second);
                state.Orders.Update(order.Key, order with { AttemptCount = 2 });
            }
        }
    }

    /// <summary>"Not found" is believed at once.</summary>
    private sealed class NotFoundIsFailure : Variant
    {
        public override string Name => "not-found-is-failure";

        public override IReadOnlyList<string> CaughtBy => [Checks.FailedButPaid];

        public override ChannelTraits Traits(ChannelTraits traits) => traits with { Finality = TimeSpan.FromMinutes(1) };
    }

    private sealed class AnswerBeforeCommit : Variant
    {
        public override string Name => "answer-before-commit";

        public override IReadOnlyList<string> CaughtBy => [Checks.Acknowledged];

        public override bool AnswersEarly => true;
    }

    private sealed class DoubtIsFailed : Variant
    {
        public override string Name => "doubt-is-failure";

        public override IReadOnlyList<string> CaughtBy => [Checks.CertainlyNot, Checks.Acknowledged];

        public override Weather In(Weather drawn) => drawn with { DoubtStored = 0.05 };

        public override bool DoubtIsFailure => true;
    }

    /// <summary>The reply to COMMIT and then the reply to a probe are lost, and the next probe takes its forerunner for the batch.</summary>
    private sealed class ProbeTakenForBatch : Variant
    {
        public override string Name => "probe-taken-for-batch";

        public override IReadOnlyList<string> CaughtBy => [Checks.Acknowledged, Checks.SentOnce, Checks.Fault];

        public override Weather In(Weather drawn) => drawn with { CommitLost = 0.02, ProbeLost = 0.5 };

        public override bool ProbeIsBatch => true;
    }

    /// <summary>A failure told twice gives the reservation back twice.</summary>
    private sealed class ReleaseTwice : Variant
    {
        public override string Name => "release-twice";

        public override IReadOnlyList<string> CaughtBy => [Checks.Frozen, Checks.BelowZero, Checks.Steps];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is (RecordSend or ApplyPayoutStatement) && state.Orders.Find(NeedsOf(command).Orders.First()) is { State: OrderState.Failed } order)
            {
                var currency = Protocol.Currency.Get(order.Currency);
                var frozen = AccountId.Merchant(order.Bucket, order.MerchantNo, AccountKind.Frozen, currency);
                if (NeedsOf(command).Accounts.Contains(frozen) && state.Accounts.Get(frozen).BalanceMinor >= order.AmountMinor)
                {
                    Journal.Post(
                        state, new TransferCause(TransferType.PayoutVoid, "again", order.Id, null, order.CreatedAtMs, 20260305), new Leg(frozen, -order.AmountMinor),
                        new Leg(AccountId.Merchant(order.Bucket, order.MerchantNo, AccountKind.Available, currency), order.AmountMinor));
                }
            }
        }
    }

    /// <summary>Nobody asks about an order that has ended.</summary>
    private sealed class StopAsking : Variant
    {
        public override string Name => "stop-asking";

        public override IReadOnlyList<string> CaughtBy => [Checks.AllMoney, Checks.FailedButPaid];

        public override Weather In(Weather drawn) => drawn with { CallbackLost = 0.5 };

        public override bool Lists(bool drawn) => false;

        public override void After(WriteCommand command, BatchState state)
        {
            foreach (var timer in state.Timers.With(RowFate.Inserted).Where(t => t.Work == TimerWork.AskLate))
            {
                var order = state.Orders.Get(new OrderKey(timer.Bucket, timer.OrderId));
                state.Timers.Delete(timer.Key);
                state.Orders.Update(order.Key, order with { TimerDueMs = 0 });
            }
        }
    }

    /// <summary>A listing's lines are thrown away.</summary>
    private sealed class SkipListing : Variant
    {
        public override string Name => "skip-listing";

        public override IReadOnlyList<string> CaughtBy => [Checks.AllMoney, Checks.FailedButPaid];

        public override Weather In(Weather drawn) => drawn with { CallbackLost = 0.5 };

        public override bool Lists(bool drawn) => true;

        public override bool ListsNothing => true;
    }

    /// <summary>A pay-in does not remember what an open refund has reserved of it.</summary>
    private sealed class RefundWithoutReserving : Variant
    {
        public override string Name => "refund-without-reserving";

        public override IReadOnlyList<string> CaughtBy => [Checks.OrderHolds];

        public override void After(WriteCommand command, BatchState state)
        {
            foreach (var order in command is CreateRefund ? state.Orders.With(RowFate.Updated).Where(o => o.RefundingMinor > 0).ToList() : [])
            {
                state.Orders.Update(order.Key, order with { RefundingMinor = 0 });
            }
        }
    }

    /// <summary>A refund goes out, and its pay-in still says that it holds the money.</summary>
    private sealed class KeepRefunded : Variant
    {
        public override string Name => "keep-refunded";

        public override IReadOnlyList<string> CaughtBy => [Checks.OrderHolds];

        public override void After(WriteCommand command, BatchState state)
        {
            var refunds = command is RecordSend or ApplyPayoutStatement ? state.Orders.With(RowFate.Updated).Where(o => o is { Direction: Direction.Refund, State: OrderState.Paid }).ToList() : [];
            foreach (var refund in refunds)
            {
                var payIn = state.Orders.Get(new OrderKey(refund.Bucket, refund.RefundOf));
                state.Orders.Update(payIn.Key, payIn with { ReturnedMinor = payIn.ReturnedMinor - refund.AmountMinor });
            }
        }
    }

    /// <summary>That our money is used up fails the order.</summary>
    private sealed class FundsAreAVerdict : Variant
    {
        public override string Name => "funds-are-a-verdict";

        public override IReadOnlyList<string> CaughtBy => [Checks.Verdict];

        public override bool FundsAreTheOrders => true;
    }

    /// <summary>That a payout was cancelled afterwards since our money was used up fails the order.</summary>
    private sealed class CancellationIsAVerdict : Variant
    {
        public override string Name => "cancellation-is-a-verdict";

        public override IReadOnlyList<string> CaughtBy => [Checks.Verdict];

        public override bool CancelledIsTheOrders => true;

        public override Weather In(Weather drawn) => drawn with { FundsLater = 1 };
    }

    /// <summary>A parked payout whose time is over is given back and sent all the same.</summary>
    private sealed class SendAfterParkingEnded : Variant
    {
        public override string Name => "send-after-parking-ended";

        public override IReadOnlyList<string> CaughtBy => [Checks.Frozen, Checks.SentOnce, Checks.FailedButPaid];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is EndParked && state.Orders.Find(NeedsOf(command).Orders.First()) is { State: OrderState.Failed } order)
            {
                var attempt = state.AttemptsOf(order)[^1];
                (attempt with { State = AttemptState.Ready }).Save(state);
                (order with { State = OrderState.Pending }).DueAt(state, state.NowMs).Save(state);
            }
        }
    }

    /// <summary>What the rail has accepted is still in its balance: it is spent twice.</summary>
    private sealed class LaggingBalances : Variant
    {
        public override string Name => "lagging-balances";

        public override IReadOnlyList<string> CaughtBy => [Checks.Float];

        public override bool BalancesLag => true;

        public override Weather In(Weather drawn) => drawn with { PotDrained = 0 };
    }

    private sealed class ForgetTimer : Variant
    {
        public override string Name => "forget-timer";

        public override IReadOnlyList<string> CaughtBy => [Checks.Timer];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is RecordSend && state.Orders.Find(NeedsOf(command).Orders.First()) is { TimerDueMs: not 0 } order)
            {
                state.Timers.DeleteUnseen(new TimerKey(order.Bucket, order.TimerDueMs, order.Id));
            }
        }
    }

    private sealed class SettleWithoutMarking : Variant
    {
        private SettlementDueRow? _before;

        public override string Name => "settle-without-marking";

        public override IReadOnlyList<string> CaughtBy => [Checks.Unsettled];

        public override void Before(WriteCommand command, BatchState state) => _before = DueOf(command, state, AccountKind.Unsettled);

        public override void After(WriteCommand command, BatchState state)
        {
            if (_before is { } before)
            {
                state.SettlementDues.Update(before.Key, before with { RunCount = before.RunCount + 1 });
            }
        }
    }

    /// <summary>A reserve that was released is still to be released.</summary>
    private sealed class ReleaseReserveTwice : Variant
    {
        private SettlementDueRow? _before;

        public override string Name => "release-reserve-twice";

        public override IReadOnlyList<string> CaughtBy => [Checks.Held];

        public override void Before(WriteCommand command, BatchState state) => _before = DueOf(command, state, AccountKind.Held);

        public override void After(WriteCommand command, BatchState state)
        {
            if (_before is { } before)
            {
                state.SettlementDues.Update(before.Key, before with { RunCount = before.RunCount + 1 });
            }
        }
    }

    /// <summary>A pay-in names the version that came after the one that held when it was made, so that its money is priced at that.</summary>
    private sealed class PriceByAnotherVersion : Variant
    {
        public override string Name => "price-by-another-version";

        public override IReadOnlyList<string> CaughtBy => [Checks.Terms];

        public override void After(WriteCommand command, BatchState state)
        {
            // Pay-ins and payouts have their versions in turns.
            foreach (var attempt in command is CreatePayIn ? state.Attempts.With(RowFate.Inserted).Where(a => a is { AttemptNo: 1, Direction: Channels.Direction.PayIn }).ToList() : [])
            {
                var held = state.Orders.Get(attempt.OrderKey).TermsId;
                state.Attempts.Update(attempt.Key, attempt with { TermsId = held % 4 == 1 ? held + 2 : held - 2 });
            }
        }
    }

    /// <summary>What was withheld goes to the account and is on no certificate.</summary>
    private sealed class ForgetWithheld : Variant
    {
        public override string Name => "forget-withheld";

        public override IReadOnlyList<string> CaughtBy => [Checks.Withheld];

        public override void After(WriteCommand command, BatchState state)
        {
            foreach (var row in state.Withholdings.With(RowFate.Inserted))
            {
                state.Withholdings.Delete(row.Key);
            }
        }
    }

    private sealed class TrustForgeries : Variant
    {
        public override string Name => "trust-forgeries";

        public override IReadOnlyList<string> CaughtBy => [Checks.RealMoney, Checks.Forged];

        public override Weather In(Weather drawn) => drawn with { Forged = 0.5 };

        public override bool TrustsForgeries => true;
    }

    /// <summary>What is found half-way is sent again, though the rail did not say that this is harmless.</summary>
    private sealed class IgnoreLease : Variant
    {
        public override string Name => "ignore-lease";

        public override IReadOnlyList<string> CaughtBy => [Checks.SentOnce];

        public override Weather In(Weather drawn) => drawn with { CrashAfterCommit = 0.01, CrashAnywhere = 0.002 };

        public override ChannelTraits Traits(ChannelTraits traits) => traits with { RepeatIsHarmless = true };
    }

    /// <summary>A node that stood still goes on as if no time had passed.</summary>
    private sealed class SleepThroughLease : Variant
    {
        public override string Name => "sleep-through-lease";

        public override IReadOnlyList<string> CaughtBy => [Checks.SentOnce, Checks.FailedButPaid];

        public override Weather In(Weather drawn) => drawn with { PauseBeforeSend = 0.3 };

        public override bool SleepsThroughLeases => true;
    }

    /// <summary>A payout is taken whether the money is there or not.</summary>
    private sealed class SkipBalanceCheck : Variant
    {
        private const long Much = 1_000_000_000_000;
        private AccountRow? _before;

        public override string Name => "skip-balance-check";

        public override IReadOnlyList<string> CaughtBy => [Checks.BelowZero];

        public override void Before(WriteCommand command, BatchState state)
        {
            _before = null;
            if (command is CreatePayout && NeedsOf(command).Accounts.Select(state.Accounts.Get).First(a => a.Kind == AccountKind.Available) is var account
                && OrderOf(command).AmountMinor > account.BalanceMinor)
            {
                _before = account;
                state.Accounts.Update(_before.Key, _before with { BalanceMinor = _before.BalanceMinor + Much });
            }
        }

        /// <summary>The command keeps it for itself.</summary>
        private static OrderRow OrderOf(WriteCommand command) => (OrderRow)command.GetType()
            .GetFields(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance).First(f => f.FieldType == typeof(OrderRow)).GetValue(command)!;

        public override void After(WriteCommand command, BatchState state)
        {
            if (_before is { } before)
            {
                var account = state.Accounts.Get(before.Key);
                state.Accounts.Update(before.Key, account with { BalanceMinor = account.BalanceMinor - Much });
                foreach (var entry in state.Entries.With(RowFate.Inserted).Where(e => e.AccountId == before.Id && e.BalanceAfterMinor > Much / 2))
                {
                    state.Entries.Update(entry.Key, entry with { BalanceAfterMinor = entry.BalanceAfterMinor - Much });
                }
            }
        }
    }

    private sealed class LoseOutbox : Variant
    {
        public override string Name => "lose-outbox";

        public override IReadOnlyList<string> CaughtBy => [Checks.Outbox];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is ApplyPayoutStatement && NeedsOf(command).Orders.First() is var key && state.Notifications.Find(key) is { Tries: 0, LeaseUntilMs: 0 })
            {
                state.Notifications.Delete(key);
            }
        }
    }

    private sealed class TakeAnyAnswer : Variant
    {
        public override string Name => "take-any-answer";

        public override IReadOnlyList<string> CaughtBy => [Checks.Outbox];

        public override bool AnyAnswerTakes => true;
    }

    /// <summary>A transfer loses one of its entries.</summary>
    private sealed class LoseEntry : Variant
    {
        public override string Name => "lose-entry";

        public override IReadOnlyList<string> CaughtBy => [Checks.SumZero, Checks.Balance];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is ApplyPayoutStatement && state.Entries.With(RowFate.Inserted) is [.., var last])
            {
                state.Entries.Delete(last.Key);
            }
        }
    }

    /// <summary>A transfer's cause is changed after its hash was made.</summary>
    private sealed class BreakChain : Variant
    {
        public override string Name => "break-chain";

        public override IReadOnlyList<string> CaughtBy => [Checks.Chain];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is ApplyPayInStatement && state.Transfers.With(RowFate.Inserted) is [.., var last])
            {
                state.Transfers.Update(last.Key, last with { BookedAtMs = last.BookedAtMs + 1 });
            }
        }
    }

    /// <summary>An order that was paid at the last moment still runs out.</summary>
    private sealed class ExpirePaid : Variant
    {
        public override string Name => "expire-paid";

        public override IReadOnlyList<string> CaughtBy => [Checks.Steps];

        public override void After(WriteCommand command, BatchState state)
        {
            if (command is TakeDuePayIn && state.Orders.Find(NeedsOf(command).Orders.First()) is { State: OrderState.PartlyPaid } order)
            {
                state.Orders.Update(order.Key, order with { State = OrderState.Expired, FailureCode = "00029" });
            }
        }
    }

    /// <summary>Silence counts as a decline, and the next account of the plan is tried.</summary>
    private sealed class CascadeAfterUnknown : Variant
    {
        public override string Name => "cascade-after-unknown";

        public override IReadOnlyList<string> CaughtBy => [Checks.Elsewhere, Checks.FailedButPaid];

        public override bool SilenceIsDecline => true;
    }

    /// <summary>A failure that is told after the rail had accepted opens the next attempt, as if it had been declined.</summary>
    private sealed class CascadeAfterAcceptance : Variant
    {
        public override string Name => "cascade-after-acceptance";

        public override IReadOnlyList<string> CaughtBy => [Checks.Elsewhere];

        public override void Before(WriteCommand command, BatchState state)
        {
            if (command is ApplyPayoutStatement && SaidBy(command) == ObservationKind.Failed
                && state.Orders.Find(NeedsOf(command).Orders.First()) is { State: OrderState.Pending, AttemptCount: 1 } order
                && state.AttemptsOf(order)[0] is { State: AttemptState.Accepted } accepted)
            {
                var next = accepted with
                {
                    AttemptNo = 2, State = AttemptState.Ready, ChannelAccountId = accepted.ChannelAccountId == 101 ? 777 : 101, Reference = accepted.Reference + "B", SentAtMs = 0,
                };
                (accepted with { State = AttemptState.Failed }).Save(state);
                state.Attempts.Insert(next.Key, next);
                (order with { AttemptCount = 2 }).DueAt(state, state.NowMs).Save(state);
            }
        }

        /// <summary>The command keeps it for itself.</summary>
        private static ObservationKind SaidBy(WriteCommand command) => ((Statement)command.GetType()
            .GetFields(System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance).First(f => f.FieldType == typeof(Statement)).GetValue(command)!).Said.Kind;
    }
}
