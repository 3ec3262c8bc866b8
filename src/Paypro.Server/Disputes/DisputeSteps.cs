using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Disputes;

/// <summary>A file that somebody adds to a dispute.</summary>
internal sealed record DisputeFile(string Name, byte[] Content);

/// <summary>
/// What people do about disputes. Each step is a row, stored with its line in the audit log and its files; the core carries it out once, and whoever finds one that is
/// not carried out does it.
/// </summary>
internal sealed class DisputeSteps(
    AuditedStore store, IContexts contexts, BatchWriter writer, SnapshotStore snapshots, OrderQueries queries, RefundReads reads, DisputeFiles files, NotificationSignal notifications, IdSource ids,
    TimeProvider time, ILogger<DisputeSteps> log)
{
    public const string NoAnswer = "dispute: can be answered only until its deadline, while it is not decided", NoSuch = "dispute: there is no such dispute", Settled = "dispute: is won or lost already";

    public const int LongestAnswer = 4000;

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private const int Portion = 50, Rounds = 8;

    public static string SubjectOf(long id) => DisputeMoney.SubjectOf(id);

    /// <summary>Opens a dispute. One person does, since it only takes away.</summary>
    /// <param name="by">Who.</param>
    /// <param name="wish">What.</param>
    /// <param name="reason">Why, in his words; the merchant is told.</param>
    /// <param name="added">Files of the bank.</param>
    /// <param name="also">What is stored in the same transaction.</param>
    /// <returns>Its number, or what has to be mended.</returns>
    public async Task<(long Id, string? Problem)> OpenAsync(Actor by, DisputeWish wish, string reason, IReadOnlyList<DisputeFile> added, Action<PayproContext, DisputeStepRow>? also = null)
    {
        var nowMs = time.NowMs();
        if ((wish.Problem(reason, nowMs) ?? DisputeFiles.Problem(added)) is { } wrong)
        {
            return (0, wrong);
        }

        if (await queries.FindAsync(wish.Number.Trim(), CancellationToken.None) is not { Order: var payIn } || await reads.FindAsync(payIn.Key, CancellationToken.None) is not { } picture)
        {
            return (0, "number: no pay-in has this number");
        }

        if (wish.Choose(picture, out var problem) is null)
        {
            return (0, problem);
        }

        var step = await StepAsync(by, payIn, 0, DisputeStepKind.Open, reason.Trim(), added, "dispute.open", wish, also);
        var done = await CarryOutAsync(step);
        return (step.DisputeId, done.State == DisputeStepState.Refused ? done.Outcome : null);
    }

    /// <summary>A merchant answers, in words and files, until the deadline.</summary>
    /// <returns>What has to be mended; null when it is answered.</returns>
    public async Task<string?> AnswerAsync(Actor by, DisputeRow dispute, string text, IReadOnlyList<DisputeFile> added)
    {
        var clean = OutsideText.Lines(text.Trim(), LongestAnswer + 1);
        if (clean.Length > LongestAnswer || (clean.Length == 0 && added.Count == 0))
        {
            return $"text: must answer in at most {LongestAnswer} characters, or add a file";
        }

        if (!dispute.IsOpen || time.NowMs() >= dispute.DeadlineMs)
        {
            return NoAnswer;
        }

        if ((DisputeFiles.Problem(added) ?? await files.TooManyAsync(dispute.Id, added.Count)) is { } wrong)
        {
            return wrong;
        }

        var payIn = (await queries.FindAsync(dispute.Order, CancellationToken.None))!.Order;
        var done = await CarryOutAsync(await StepAsync(by, payIn, dispute.Id, DisputeStepKind.Answer, clean, added, "dispute.answer", null, null));
        return done.State == DisputeStepState.Refused ? done.Outcome : null;
    }

    /// <summary>Says that a dispute is lost. One person does, since it only takes away.</summary>
    /// <returns>What has to be mended; null when it is lost.</returns>
    public async Task<string?> LoseAsync(Actor by, long id, string reason, Action<PayproContext, DisputeStepRow>? also = null)
    {
        if (await FindAsync(id) is not { } dispute)
        {
            return NoSuch;
        }

        if (reason.Trim().Length is 0 or > DisputeWish.LongestReason || !OutsideText.IsClean(reason))
        {
            return "reason: must say in 1 to 300 characters why";
        }

        if (!dispute.IsOpen)
        {
            return Settled;
        }

        var payIn = (await queries.FindAsync(dispute.Order, CancellationToken.None))!.Order;
        var done = await CarryOutAsync(await StepAsync(by, payIn, id, DisputeStepKind.Lose, reason.Trim(), [], "dispute.lose", null, also));
        return done.State == DisputeStepState.Refused ? done.Outcome : null;
    }

    /// <summary>Adds the step that two people have decided, in their transaction.</summary>
    public void AddWin(PayproContext context, AuditTrail trail, DisputeRow dispute, ProposalRow proposal, Actor by)
    {
        var step = new DisputeStepRow
        {
            Id = ids.Next(), Bucket = dispute.Bucket, DisputeId = dispute.Id, OrderId = dispute.OrderId, MerchantNo = dispute.MerchantNo, Kind = DisputeStepKind.Win, Text = proposal.Reason,
            MadeBy = proposal.MadeBy, ApprovedBy = by.Text, MadeAtMs = time.NowMs(), State = DisputeStepState.Decided,
        };
        context.DisputeSteps.Add(step);
        trail.Add(by, WinDispute.Name, SubjectOf(dispute.Id), new { dispute.State }, new { dispute.HeldMinor }, proposal.Reason, dispute.Bucket);
    }

    public async Task<DisputeRow?> FindAsync(long id)
    {
        await using var context = contexts.Create();
        return await context.Disputes.SingleOrDefaultAsync(d => d.Id == id);
    }

    /// <summary>One turn: what somebody decided and is not carried out. One that cannot be keeps none of the others back.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        List<DisputeStepRow> waiting;
        await using (var context = contexts.Create())
        {
            waiting = await context.DisputeSteps.AsNoTracking().Where(s => s.State == DisputeStepState.Decided).OrderBy(s => s.Id).Take(Portion).ToListAsync(cancellation);
        }

        foreach (var step in waiting)
        {
            try
            {
                await CarryOutAsync(step);
            }
            catch (Exception fault) when (fault is WriteInDoubtException or WriterBusyException or WriteFailedException or StaleSnapshotException or LedgerException)
            {
                log.LogError(fault, "Step {Step} of dispute {Dispute} could not be carried out", step.Id, step.DisputeId);
            }
        }

        return false;
    }

    private Task<DisputeStepRow> StepAsync(
        Actor by, OrderRow payIn, long disputeId, DisputeStepKind kind, string text, IReadOnlyList<DisputeFile> added, string action, DisputeWish? wish, Action<PayproContext, DisputeStepRow>? also) =>
        store.SaveAsync((context, trail) =>
        {
            var id = ids.Next();
            var step = new DisputeStepRow
            {
                Id = id, Bucket = payIn.Bucket, DisputeId = disputeId == 0 ? id : disputeId, OrderId = payIn.Id, MerchantNo = payIn.MerchantNo, Kind = kind, Wish = wish?.ToJson() ?? "", Text = text,
                MadeBy = by.Text, MadeAtMs = time.NowMs(), State = DisputeStepState.Decided,
            };
            context.DisputeSteps.Add(step);
            trail.Add(by, action, SubjectOf(step.DisputeId), after: wish is null ? new { order = payIn.Number, files = files.Add(context, by, step.DisputeId, added) }
                : new { order = payIn.Number, wish, files = files.Add(context, by, step.DisputeId, added) }, reason: kind == DisputeStepKind.Answer ? "" : text, chain: payIn.Bucket);
            also?.Invoke(context, step);
            return Task.FromResult(step);
        });

    /// <summary>Carries a step out; again it changes nothing.</summary>
    private async Task<DisputeStepRow> CarryOutAsync(DisputeStepRow step)
    {
        var result = StepResult.Changed;
        for (var round = 0; round < Rounds && result.IsChanged; round++)
        {
            result = await TryAsync(step);
        }

        if (result.IsChanged)
        {
            throw new WriterBusyException();
        }

        var (state, outcome) = (result.Problem is null ? DisputeStepState.Done : DisputeStepState.Refused, result.Problem ?? "");
        await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            return await context.DisputeSteps.Where(s => s.Id == step.Id && s.State == DisputeStepState.Decided).ExecuteUpdateAsync(s => s.SetProperty(x => x.State, state).SetProperty(x => x.Outcome, outcome));
        });
        notifications.Wake();
        await using var after = contexts.Create();
        return await after.DisputeSteps.AsNoTracking().SingleAsync(s => s.Id == step.Id);
    }

    private async Task<StepResult> TryAsync(DisputeStepRow step)
    {
        var picture = (await reads.FindAsync(new OrderKey(step.Bucket, step.OrderId), CancellationToken.None))!;
        var dispute = picture.Disputes.FirstOrDefault(d => d.Id == step.DisputeId);
        var cause = NameOf(step.MadeBy, step.Kind == DisputeStepKind.Answer);
        switch (step.Kind)
        {
            case DisputeStepKind.Open:
                return dispute is not null ? StepResult.Done : await TryOpenAsync(step, picture, cause);
            case DisputeStepKind.Answer:
                return await writer.WriteAsync(new AnswerDispute(dispute!, picture.PayIn.Number, cause, step.MadeAtMs));
            default:
                var facts = await FactsAsync(picture.PayIn, dispute!.ReceiptAccountId, dispute.ReceiptTermsId);
                var by = step.ApprovedBy.Length > 0 ? $"{step.Text} (approved by {NameOf(step.ApprovedBy)})" : step.Text;
                return await writer.WriteAsync(new EndDispute(dispute, facts, picture.PayIn, picture.NotAvailable, step.Kind == DisputeStepKind.Win, cause, by, time.NowMs()));
        }
    }

    private async Task<StepResult> TryOpenAsync(DisputeStepRow step, RefundPicture picture, string cause)
    {
        var wish = DisputeWish.Read(step.Wish);
        if (wish.Choose(picture, out var problem) is not { } receipt)
        {
            return await writer.WriteAsync(new RefuseDispute(new DisputeKey(step.Bucket, step.DisputeId), problem!, step.MadeAtMs));
        }

        var attempt = RefundReads.Of(receipt, picture.Attempts).Attempt;
        var termsId = PayInBooking.TermsOf(picture.PayIn, attempt);
        var facts = await FactsAsync(picture.PayIn, receipt.ChannelAccountId, termsId);
        var snapshot = snapshots.Current;

        // As for a refund, today's price; that of the payment where the merchant has none today.
        var price = snapshot.Merchant(picture.PayIn.MerchantNo) is { } merchant ? snapshot.Terms.At(merchant, Direction.PayIn, attempt?.Way ?? picture.PayIn.Way, step.MadeAtMs) ?? facts.Terms : facts.Terms;
        var (fee, tax) = price.OnDispute();
        return await writer.WriteAsync(new OpenDispute(
            new DisputeRow
            {
                Bucket = step.Bucket, Id = step.DisputeId, OrderId = step.OrderId, MerchantNo = step.MerchantNo, Kind = wish.Kind, AmountMinor = wish.AmountMinor, Currency = picture.PayIn.Currency,
                DeadlineMs = wish.DeadlineMs, Reference = wish.Reference, ReceiptAccountId = receipt.ChannelAccountId, ReceiptKey = receipt.DedupeKey, ReceiptTermsId = termsId, FeeMinor = fee, TaxMinor = tax,
                OpenedBy = cause, OpenedAtMs = step.MadeAtMs,
            },
            facts,
            picture.PayIn,
            picture.NotAvailable));
    }

    private async Task<AttemptRef> FactsAsync(OrderRow payIn, long channelAccountId, long termsId) => new()
    {
        Order = payIn.Key, AttemptNo = 0, MerchantNo = payIn.MerchantNo, Direction = payIn.Direction, Currency = Protocol.Currency.Get(payIn.Currency), Terms = await snapshots.Current.Book.OfAsync(termsId),
        ChannelAccountId = channelAccountId, Cost = default, Reference = "", Rules = snapshots.Current.Rules[payIn.Country],
    };

    /// <summary>As an order's history names him: without an address.</summary>
    private static string NameOf(string actor, bool isMerchant = false) =>
        actor.StartsWith("user:", StringComparison.Ordinal) ? $"{(isMerchant ? "user" : "operator")}:{actor["user:".Length..].Split(' ')[0]}" : actor;
}
