using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>When a case may be decided, and how. Asked when it is proposed, when it is approved, and once more before it is carried out.</summary>
internal sealed class DecisionRules(SnapshotStore snapshots, CallLeases leases, Decisions decisions, TimeProvider time)
{
    /// <summary>Why one case cannot be decided so, in a sentence; null when it can.</summary>
    public async Task<string?> ProblemAsync(PayproContext context, DecisionWish wish, long caseId)
    {
        wish = wish.Of(caseId);
        if (await CaseQueue.FindAsync(context, caseId) is not { } one)
        {
            return "case: there is no such case";
        }

        // What is taken back was assigned, and so its case is over.
        if (one.State != CaseState.Open && wish.Kind != DecisionKind.TakeBack)
        {
            return "case: is resolved already";
        }

        if (wish.Evidence.Trim().Length is 0 or > DecisionWish.MostEvidence)
        {
            return "evidence: must name in 1 to 200 characters what shows it";
        }

        if (wish.File != 0 && !await HasFileAsync(context, one, wish.File))
        {
            return "file: is no file of this case or its group";
        }

        return wish.Kind switch
        {
            DecisionKind.Paid or DecisionKind.Failed => await OutcomeAsync(context, one, wish),
            DecisionKind.Assign => await AssignAsync(context, one, wish),
            DecisionKind.TakeBack => one.Kind != CaseKind.Suspense ? "case: is about no money in suspense"
                : await decisions.TakeBackProblemAsync(new StatementKey(one.Bucket, one.StatementId), wish.Number, CancellationToken.None),
            DecisionKind.SendBack => await SendBackAsync(context, one, wish),
            DecisionKind.Settle => await SettleAsync(context, one),
            DecisionKind.Release or DecisionKind.Refuse => await HeldAsync(context, one, wish.Kind),
            _ => await StatementAsync(context, one),
        };
    }

    /// <summary>What a decision is made against: who changes it since makes the proposal void.</summary>
    public static async Task<string?> NowAsync(PayproContext context, long caseId)
    {
        if (await CaseQueue.FindAsync(context, caseId) is not { } one)
        {
            return null;
        }

        var seen = (await SeenAsync(context, [one]))[one.Key];
        var order = await context.Orders.Where(o => o.Bucket == one.Bucket && o.Id == one.OrderId).Select(o => new { o.State, o.PaidMinor, o.SuspenseMinor }).SingleOrDefaultAsync();
        var statement = await context.Statements.Where(s => s.Bucket == one.Bucket && s.Id == one.StatementId).Select(s => new { s.Outcome, s.OrderId, s.ReturnedMinor, s.TimesTakenBack }).SingleOrDefaultAsync();
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{one.State} {seen.OpenedAtMs} {seen.Attempts} {order?.State} {order?.PaidMinor} {order?.SuspenseMinor} {statement?.Outcome} {statement?.OrderId} {statement?.ReturnedMinor} {statement?.TimesTakenBack}");
    }

    /// <summary>Cases as they are now: what a decision is made for. Attempts count where money was sent, and the case is about that.</summary>
    public static async Task<Dictionary<CaseKey, DecidedCase>> SeenAsync(PayproContext context, IReadOnlyCollection<CaseRow> cases)
    {
        var ids = cases.Where(c => c.StatementId == 0 && c.OrderId != 0).Select(c => c.OrderId).ToList();
        var sent = ids.Count == 0 ? [] : await context.Orders.Where(o => Buckets.All.Contains(o.Bucket) && ids.Contains(o.Id) && o.Direction != Direction.PayIn).Select(o => new { o.Bucket, o.Id, o.AttemptCount }).ToListAsync();
        var attempts = sent.ToDictionary(o => new OrderKey(o.Bucket, o.Id), o => (int)o.AttemptCount);
        return cases.ToDictionary(c => c.Key, c => new DecidedCase(c.Key, c.OpenedAtMs, c.StatementId == 0 ? attempts.GetValueOrDefault(new OrderKey(c.Bucket, c.OrderId)) : 0));
    }

    /// <summary>Whether one person may assign the money: reference and amount both fit.</summary>
    public static async Task<bool> FitsBothAsync(PayproContext context, DecisionWish wish) =>
        wish is { Kind: DecisionKind.Assign, Cases: [var id] } && await CaseQueue.FindAsync(context, id) is { } one && await SuspenseAsync(context, one) is { } receipt
        && await PayInAsync(context, wish.Number) is { } order && (await Candidates.JudgeAsync(context, receipt, order)).FitsBoth;

    private async Task<string?> OutcomeAsync(PayproContext context, CaseRow one, DecisionWish wish)
    {
        if (one.Kind != CaseKind.UnknownOutcome
            || await context.Orders.SingleOrDefaultAsync(o => o.Bucket == one.Bucket && o.Id == one.OrderId) is not { Direction: not Direction.PayIn } order)
        {
            return "case: is about no payout, refund or withdrawal whose outcome is unknown";
        }

        if (order.State != OrderState.Pending)
        {
            return "case: the outcome of this order is known by now";
        }

        var nowMs = time.NowMs();
        var attempt = await context.Attempts.Where(a => a.Bucket == order.Bucket && a.OrderId == order.Id).OrderByDescending(a => a.AttemptNo).FirstOrDefaultAsync();
        if (attempt is not { State: AttemptState.Sending or AttemptState.Unknown or AttemptState.Accepted } || attempt.LeaseUntilMs > nowMs)
        {
            return "case: nothing of this order is under way at a rail";
        }

        if (wish.Kind == DecisionKind.Paid)
        {
            return null;
        }

        return wish.File == 0 ? "file: a payout that failed needs a file of evidence; add it to the case first"
            : !snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer) ? "case: its channel account is not here, so nobody knows whether the payout can still arrive"
            : !Finality.IsOver(attempt, leases.FinalityMs(offer.TraitsOf(AttemptRefs.DirectionOf(order, attempt), attempt.Way)), nowMs) ? "case: this payout can still arrive; it may be decided as failed after the channel's finality time"
            : null;
    }

    private static async Task<string?> AssignAsync(PayproContext context, CaseRow one, DecisionWish wish) =>
        await SuspenseAsync(context, one) is not { } receipt ? "case: is about no money in suspense"
        : await PayInAsync(context, wish.Number) is not { } order ? "number: no pay-in has this number"
        : order.Currency != receipt.Currency ? "number: the order is in another currency"
        : null;

    private static async Task<string?> SendBackAsync(PayproContext context, CaseRow one, DecisionWish wish) =>
        await SuspenseAsync(context, one) is null ? "case: is about no money in suspense"
        : wish.Evidence.Trim().Length > DecisionWish.MostReference ? "evidence: must be the rail's own reference of what went back, in 1 to 100 characters"
        : null;

    private static async Task<string?> SettleAsync(PayproContext context, CaseRow one) =>
        one.Kind == CaseKind.Underpaid && await context.Orders.AnyAsync(o => o.Bucket == one.Bucket && o.Id == one.OrderId && o.SuspenseMinor == one.AmountMinor && o.SuspenseMinor > 0)
            ? null : "case: is about no pay-in with this much money in suspense";

    private static async Task<string?> HeldAsync(PayproContext context, CaseRow one, DecisionKind kind) =>
        one.Kind is CaseKind.HeldPayout or CaseKind.UnscreenedPayout
            ? await context.Orders.AnyAsync(o => o.Bucket == one.Bucket && o.Id == one.OrderId && o.State == OrderState.Pending) ? null : "case: this payout is not held any more"
        : one.Kind != CaseKind.HeldPayIn ? "case: is about nothing that is held"
        : kind == DecisionKind.Refuse ? "case: this pay-in is paid; give it back by a refund, or release it"
        : await context.Orders.AnyAsync(o => o.Bucket == one.Bucket && o.Id == one.OrderId && (o.Exceptions & OrderExceptions.HoldsMoney) != 0) ? null
        : "case: nothing of this pay-in is held any more";

    private static async Task<string?> StatementAsync(PayproContext context, CaseRow one) =>
        await context.Statements.SingleOrDefaultAsync(s => s.Bucket == one.Bucket && s.Id == one.StatementId) is { Outcome: StatementOutcome.Waiting or StatementOutcome.Contradiction or StatementOutcome.Refused, BookedAtMs: 0 }
            ? null : "case: is about no statement that waits for a decision";

    private static Task<StatementRow?> SuspenseAsync(PayproContext context, CaseRow one) => context.Statements.SingleOrDefaultAsync(
        s => s.Bucket == one.Bucket && s.Id == one.StatementId && s.Outcome == StatementOutcome.Suspense && s.OrderId == 0 && s.Direction == Direction.PayIn && s.Kind == ObservationKind.Paid);

    private static async Task<OrderRow?> PayInAsync(PayproContext context, string number) => OrderNumber.BucketOf(number) is { } bucket
        ? await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Number == number && o.Direction == Direction.PayIn) : null;

    private static Task<bool> HasFileAsync(PayproContext context, CaseRow one, long file)
    {
        var subjects = CaseSubjects.OfFiles(one);
        return context.EvidenceFiles.AnyAsync(f => f.Id == file && subjects.Contains(f.Subject));
    }
}
