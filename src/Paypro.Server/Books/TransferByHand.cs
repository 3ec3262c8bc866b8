using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Books;

/// <summary>A transfer by hand: proposed with its paper, approved by another person, then booked once.</summary>
internal sealed class TransferByHand(TransferCheck check, IdSource ids, TimeProvider time) : IProposalKind
{
    public const string Name = "ledger.transfer";

    public string Kind => Name;

    public string Permission => Permissions.LedgerTransfer;

    /// <summary>No node keeps a picture of it; but decisions that take from the same account must see each other, and those that lock the installation do.</summary>
    public bool IsConfiguration => true;

    /// <summary>Of money on its way, whether it has arrived; all else is looked at again when it is decided.</summary>
    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        // A template is not looked at yet, and may be any text.
        return !long.TryParse(subject[(subject.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture, out var sent) || sent == 0 ? "" : (await context.LedgerOrders.Where(o => o.Id == sent).Select(o => (long?)o.ArrivedBy).SingleOrDefaultAsync())?.ToString(CultureInfo.InvariantCulture);
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) => (await check.CheckAsync(context, WishOf(proposal), 0)).Problem;

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var wish = WishOf(proposal);
        if ((await check.CheckAsync(context, wish, 0)).Problem is { } problem)
        {
            return problem;
        }

        var nowMs = time.NowMs();
        var row = new LedgerOrderRow
        {
            Id = ids.Next(), Template = wish.Template, MerchantNo = wish.MerchantNo, Wish = BookJson.Write(wish), Document = wish.Document, Reason = proposal.Reason, MadeBy = proposal.MadeBy, DecidedBy = by.Text, DecidedAtMs = nowMs,
            ValueDate = wish.ValueDate != 0 ? wish.ValueDate : Clock.LocalDate(nowMs, TimeZoneInfo.Utc).ToNumber(), State = LedgerOrderState.Decided,
            Line = wish.Template == TransferTemplates.TopUp ? TransferCheck.LineOf(wish) : "",
        };
        context.LedgerOrders.Add(row);
        if (wish.Sent != 0)
        {
            await context.LedgerOrders.Where(o => o.Id == wish.Sent).ExecuteUpdateAsync(s => s.SetProperty(o => o.ArrivedBy, row.Id));
        }

        trail.Add(by, "ledger.decide", $"transfer:{row.Id}", after: wish, reason: proposal.Reason, chain: wish.MerchantNo == 0 ? AuditTrail.Platform : Buckets.Of(wish.MerchantNo.ToString(CultureInfo.InvariantCulture)));
        return null;
    }

    private static TransferWish WishOf(ProposalRow proposal) => BookJson.Read<TransferWish>(proposal.Change);
}

/// <summary>
/// Books what was decided. The decision is a row of its own, written with the proposal; booking is a command of the ledger with the row's number in its key. A node that
/// dies in between leaves the row, and whoever finds it books it, or finds it booked.
/// </summary>
internal sealed class BookByHand(IContexts contexts, BatchWriter writer, TransferCheck check, RaiseCases cases, TimeProvider time)
{
    public const string RefusedCase = "transfer-refused";

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private const int Portion = 50, Rounds = 5;

    /// <summary>One turn; true when there may be more.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        List<LedgerOrderRow> waiting;
        await using (var context = contexts.Create())
        {
            waiting = await context.LedgerOrders.AsNoTracking().Where(o => o.State == LedgerOrderState.Decided).OrderBy(o => o.Id).Take(Portion).ToListAsync(cancellation);
        }

        foreach (var order in waiting)
        {
            try
            {
                await BookAsync(order);
            }
            catch (LedgerException error)
            {
                // A rule that the look beforehand does not know: nothing of it is booked, and it keeps none of the others back.
                await BookAsync(order, error.Message.TrimEnd('.'));
            }
        }

        return waiting.Count == Portion;
    }

    /// <summary>Books one decision, or refuses it; again it changes nothing, also where another node found otherwise.</summary>
    /// <param name="order">The decision.</param>
    /// <param name="broken">The rule of the ledger that it breaks; null where none is known.</param>
    public async Task BookAsync(LedgerOrderRow order, string? broken = null)
    {
        var wish = BookJson.Read<TransferWish>(order.Wish);
        for (var round = 0; round < Rounds; round++)
        {
            CheckedTransfer looked;
            await using (var context = contexts.Create())
            {
                looked = await check.CheckAsync(context, wish, order.Id);
            }

            // One that is booked already is not refused for what it did itself: the command finds its key first. Without a place no node can book it.
            var posted = looked is { Template: { } template, Place: { } place }
                ? await writer.WriteAsync(new PostByHand(order, wish, place, template, broken ?? looked.Problem, looked.Guarded, looked.Receipt, time.NowMs()))
                : new PostedByHand(0, broken ?? looked.Problem);
            if (!posted.IsAgain)
            {
                await EndAsync(order, posted, looked.Place?.Bucket ?? 0);
                return;
            }
        }
    }

    /// <summary>Says in the decision's row what the ledger holds of it. A node that ends in between leaves it decided, and the next one finds the same.</summary>
    private async Task EndAsync(LedgerOrderRow order, PostedByHand posted, short bucket)
    {
        if (posted.Refusal is { } refusal)
        {
            await cases.RaiseAsync(RefusedCase, order.Id.ToString(CultureInfo.InvariantCulture), $"The ledger did not take transfer {order.Id} ({order.Template}), which two people decided: {refusal}. Nothing was booked.", CaseSeverity.Today);
        }

        await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            var (state, outcome) = (posted.Refusal is null ? LedgerOrderState.Booked : LedgerOrderState.Refused, OutsideText.Line(posted.Refusal ?? "", 300));
            if (state == LedgerOrderState.Refused)
            {
                await context.LedgerOrders.Where(o => o.ArrivedBy == order.Id).ExecuteUpdateAsync(s => s.SetProperty(o => o.ArrivedBy, 0));
            }

            return await context.LedgerOrders.Where(o => o.Id == order.Id && o.State == LedgerOrderState.Decided).ExecuteUpdateAsync(s => s
                .SetProperty(o => o.State, state).SetProperty(o => o.Bucket, bucket).SetProperty(o => o.TransferNo, posted.TransferNo).SetProperty(o => o.Outcome, outcome));
        });
    }
}
