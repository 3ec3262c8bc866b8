using System.Globalization;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.Server.Disputes;

/// <summary>What came of a step.</summary>
/// <param name="IsChanged">The pay-in has changed since it was read: nothing moved, and it is read again.</param>
/// <param name="Problem">Why it cannot be, in a sentence; null when it is done, now or before.</param>
internal readonly record struct StepResult(bool IsChanged, string? Problem)
{
    public static readonly StepResult Done = new(false, null), Changed = new(true, null);

    public static StepResult No(string problem) => new(false, problem);
}

/// <summary>
/// Opens a dispute, or refuses it for good: its amount is reserved of the pay-in, and taken into held from what the pay-in brought and is not available yet, then from available. What is not
/// there is uncovered; nothing goes below zero.
/// </summary>
/// <param name="dispute">With everything but what is taken.</param>
/// <param name="facts">Of the pay-in, with the channel account of the disputed payment.</param>
/// <param name="seen">The pay-in as it was when the payment was chosen.</param>
/// <param name="notAvailable">What it brought and is not available yet.</param>
internal sealed class OpenDispute(DisputeRow dispute, AttemptRef facts, OrderRow seen, IReadOnlyList<TakenShare> notAvailable) : WriteCommand<StepResult>
{
    public const string TooMuch = "amountMinor: is more than this pay-in still holds, less what is being refunded or disputed";

    private readonly OrderAccounts _accounts = new(facts);
    private readonly PayInShares _shares = new(new OrderAccounts(facts), notAvailable);

    public override short Bucket => dispute.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Orders.Add(dispute.Order);
        needs.Disputes.Add(dispute.Key);
        needs.OnceKeys.Add(RefuseDispute.KeyOf(dispute.Key));
        needs.Accounts.Add(_accounts.Available);
        needs.Accounts.Add(_accounts.Held);
        _shares.Declare(needs);
    }

    protected override StepResult Decide(BatchState state)
    {
        if (state.Disputes.Find(dispute.Key) is not null)
        {
            return StepResult.Done;
        }

        if (state.OnceKeys.Find(RefuseDispute.KeyOf(dispute.Key)) is { } refused)
        {
            return StepResult.No(refused.Cause);
        }

        var order = state.Orders.Get(dispute.Order);
        if (order.EventCount != seen.EventCount)
        {
            return StepResult.Changed;
        }

        if (order.FreeMinor < dispute.AmountMinor)
        {
            return RefuseDispute.Refuse(state, dispute.Key, TooMuch, dispute.OpenedAtMs);
        }

        var taken = _shares.Take(state, dispute.AmountMinor);
        var sharesMinor = taken.Sum(s => s.AmountMinor);
        var availableMinor = Math.Min(state.Accounts.Get(_accounts.Available).BalanceMinor, dispute.AmountMinor - sharesMinor);
        if (sharesMinor + availableMinor > 0)
        {
            Journal.Post(
                state,
                new TransferCause(TransferType.DisputeHold, dispute.OpenedBy, order.Id, null, dispute.OpenedAtMs, facts.Rules.ValueDate(dispute.OpenedAtMs)),
                [.. taken.Select(_shares.Out), new Leg(_accounts.Available, -availableMinor), new Leg(_accounts.Held, sharesMinor + availableMinor)]);
        }

        var stored = dispute with { State = DisputeState.Open, HeldMinor = sharesMinor + availableMinor, TakenFrom = string.Join(',', taken), Untold = true };
        state.Disputes.Insert(stored.Key, stored);
        (order with { DisputedMinor = order.DisputedMinor + stored.AmountMinor })
            .Happened(state, EventType.DisputeOpened, dispute.OpenedBy, dispute.OpenedAtMs, string.Create(CultureInfo.InvariantCulture, $"{dispute.Id}"))
            .Save(state);
        return StepResult.Done;
    }
}

/// <summary>A dispute that cannot be opened is refused for good: another node, which sees the pay-in later, opens it no more.</summary>
/// <param name="key">Of the dispute.</param>
/// <param name="why">In a sentence.</param>
/// <param name="atMs">When it was asked for, Unix milliseconds UTC.</param>
internal sealed class RefuseDispute(DisputeKey key, string why, long atMs) : WriteCommand<StepResult>
{
    public override short Bucket => key.Bucket;

    public static OnceKey KeyOf(DisputeKey key) => new(key.Bucket, string.Create(CultureInfo.InvariantCulture, $"dispute:{key.Id}:0"));

    /// <summary>Notes it, in a batch that holds the bucket's chain.</summary>
    public static StepResult Refuse(BatchState state, DisputeKey key, string why, long atMs)
    {
        Journal.Refuse(state, KeyOf(key), why, atMs);
        return StepResult.No(why);
    }

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Disputes.Add(key);
        needs.OnceKeys.Add(KeyOf(key));
    }

    protected override StepResult Decide(BatchState state) =>
        state.Disputes.Find(key) is not null ? StepResult.Done : state.OnceKeys.Find(KeyOf(key)) is { } refused ? StepResult.No(refused.Cause) : Refuse(state, key, why, atMs);
}

/// <summary>A person says that a dispute is won or lost.</summary>
/// <param name="dispute">As it was read.</param>
/// <param name="facts">Of the pay-in, with the channel account and the terms of the disputed payment.</param>
/// <param name="seen">The pay-in as it was when <paramref name="notAvailable"/> was read.</param>
/// <param name="notAvailable">What it brought and is not available yet.</param>
/// <param name="isWon">Which.</param>
/// <param name="cause">Who says so.</param>
/// <param name="why">In his words.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class EndDispute(
    DisputeRow dispute, AttemptRef facts, OrderRow seen, IReadOnlyList<TakenShare> notAvailable, bool isWon, string cause, string why, long nowMs) : WriteCommand<StepResult>
{
    private readonly OrderAccounts _accounts = new(facts);

    public override short Bucket => dispute.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Chains.Add(Bucket);
        needs.Orders.Add(dispute.Order);
        DisputeMoney.Declare(needs, _accounts, [dispute.Key]);
        needs.Accounts.Add(_accounts.Available);
        needs.Accounts.Add(_accounts.Receivable);
        needs.Accounts.Add(_accounts.Fees);
        needs.Accounts.Add(_accounts.Tax);
        needs.Accounts.Add(_accounts.TaxWithheld);
        needs.Accounts.Add(_accounts.Clearing);
        new PayInShares(_accounts, notAvailable).Declare(needs);
        new PayInShares(_accounts, TakenShare.Parse(dispute.TakenFrom)).Declare(needs);
    }

    protected override StepResult Decide(BatchState state)
    {
        var (order, now) = (state.Orders.Get(dispute.Order), state.Disputes.Get(dispute.Key));
        if (!now.IsOpen)
        {
            return now.State == (isWon ? DisputeState.Won : DisputeState.Lost) ? StepResult.Done : StepResult.No(isWon ? "dispute: was lost meanwhile" : "dispute: was won meanwhile");
        }

        if (order.EventCount != seen.EventCount)
        {
            return StepResult.Changed;
        }

        var valueDate = facts.Rules.ValueDate(nowMs);
        if (isWon)
        {
            DisputeMoney.Won(state, order, now, _accounts, why, new TransferCause(TransferType.DisputeWon, cause, order.Id, null, nowMs, valueDate)).Save(state);
            return StepResult.Done;
        }

        var minor = now.ReservedMinor;
        DisputeMoney.Gone(
            state, ref order, _accounts, facts.Terms, new PayInShares(_accounts, notAvailable), [new DisputePart(now, 0, minor)], minor, isTold: false,
            new TransferCause(TransferType.DisputeLost, cause, order.Id, null, nowMs, valueDate));
        PayInBooking.TakeBack(order, minor).WithResult(state).Save(state);
        return StepResult.Done;
    }
}

/// <summary>The merchant has answered. Somebody has to bring it to the bank.</summary>
/// <param name="dispute">As it was read.</param>
/// <param name="number">The pay-in's.</param>
/// <param name="cause">Who answers.</param>
/// <param name="atMs">When, Unix milliseconds UTC: this counts against the deadline.</param>
internal sealed class AnswerDispute(DisputeRow dispute, string number, string cause, long atMs) : WriteCommand<StepResult>
{
    public override short Bucket => dispute.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(dispute.Order);
        needs.Disputes.Add(dispute.Key);
    }

    protected override StepResult Decide(BatchState state)
    {
        var now = state.Disputes.Get(dispute.Key);
        if (now.AnsweredAtMs >= atMs)
        {
            return StepResult.Done;
        }

        if (!now.IsOpen || atMs >= now.DeadlineMs)
        {
            return StepResult.No(DisputeSteps.NoAnswer);
        }

        state.Disputes.Update(now.Key, now with { State = DisputeState.Answered, AnsweredAtMs = atMs, Untold = now.State == DisputeState.Open && now.Untold });
        DisputeCases.Raise(state, now, number, "was answered by its merchant: bring the answer to the bank before the deadline, and enter what it decides");
        state.Orders.Get(now.Order).Happened(state, EventType.DisputeAnswered, cause, atMs, string.Create(CultureInfo.InvariantCulture, $"{now.Id}")).Save(state);
        return StepResult.Done;
    }
}

/// <summary>The deadline nears, or has passed, and there is no answer.</summary>
/// <param name="dispute">As it was read.</param>
/// <param name="number">The pay-in's.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class WatchDispute(DisputeRow dispute, string number, long nowMs) : WriteCommand<bool>
{
    public override short Bucket => dispute.Bucket;

    public override void Declare(Needs needs)
    {
        needs.Orders.Add(dispute.Order);
        needs.Disputes.Add(dispute.Key);
    }

    /// <summary>Whether it is still open and unanswered.</summary>
    protected override bool Decide(BatchState state)
    {
        var now = state.Disputes.Get(dispute.Key);
        if (now.State != DisputeState.Open)
        {
            return false;
        }

        if (nowMs < now.DeadlineMs)
        {
            DisputeCases.Raise(state, now, number, "is unanswered and its deadline nears: its merchant was mailed; ask it by another way");
            return true;
        }

        state.Disputes.Update(now.Key, now with { State = DisputeState.Lapsed, Untold = true });
        DisputeCases.Raise(state, now, number, "was not answered in time: its money is still held; enter what the bank decides");
        state.Orders.Get(now.Order).Happened(state, EventType.DisputeLapsed, "clock", nowMs, string.Create(CultureInfo.InvariantCulture, $"{now.Id}")).Save(state);
        return true;
    }
}

/// <summary>The merchant's people were mailed what a dispute's state says.</summary>
/// <param name="key">The dispute.</param>
/// <param name="told">The state that the mail tells.</param>
internal sealed class DisputeTold(DisputeKey key, DisputeState told) : WriteCommand<bool>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Disputes.Add(key);

    protected override bool Decide(BatchState state)
    {
        var now = state.Disputes.Get(key);
        if (!now.Untold || now.State != told)
        {
            return false;
        }

        state.Disputes.Update(key, now with { Untold = false });
        return true;
    }
}

/// <summary>The one case of a dispute.</summary>
internal static class DisputeCases
{
    public static void Raise(BatchState state, DisputeRow dispute, string number, string what) => state.Raise(new CaseRow
    {
        Bucket = dispute.Bucket,
        Kind = CaseKind.Dispute,
        Subject = DisputeMoney.SubjectOf(dispute.Id),
        Severity = CaseSeverity.Today,
        OrderId = dispute.OrderId,
        ChannelAccountId = dispute.ReceiptAccountId,
        AmountMinor = dispute.AmountMinor,
        Currency = dispute.Currency,
        Text = string.Create(CultureInfo.InvariantCulture, $"Dispute {dispute.Id} of pay-in {number} {what}."),
    });
}
