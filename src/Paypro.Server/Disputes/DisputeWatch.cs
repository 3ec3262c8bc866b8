using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Mail;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Disputes;

/// <summary>
/// Watches the deadlines of disputes, and mails their merchants: when one is opened, when its deadline nears without an answer, when it has passed, and when it is decided.
/// That a mail was made is a row stored with it: of two nodes that look at once one makes it.
/// </summary>
internal sealed class DisputeWatch(IContexts contexts, BatchWriter writer, AuditedStore store, AccessMails mails, TimeProvider time)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>So long before the deadline it nears; where less than twice that is given to answer, when half of it is over.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromHours(48);

    private const int Portion = 100;

    /// <summary>When the deadline of a dispute nears, Unix milliseconds UTC.</summary>
    public static long NearsAtMs(DisputeRow dispute) => dispute.DeadlineMs - Math.Min((long)Before.TotalMilliseconds, (dispute.DeadlineMs - dispute.OpenedAtMs) / 2);

    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var nowMs = time.NowMs();
        var soonMs = nowMs + (long)Before.TotalMilliseconds;
        List<DisputeRow> unanswered, untold;
        HashSet<long> warned;
        Dictionary<long, string> numbers;
        await using (var context = contexts.Create())
        {
            unanswered = await context.Disputes.Where(d => d.State == DisputeState.Open && d.DeadlineMs <= soonMs).OrderBy(d => d.DeadlineMs).Take(Portion).ToListAsync(cancellation);
            untold = await context.Disputes.Where(d => d.Untold).OrderBy(d => d.Id).Take(Portion).ToListAsync(cancellation);
            var ids = unanswered.ConvertAll(d => d.Id);
            warned = ids.Count == 0 ? [] : [.. await context.DisputeMails.Where(m => ids.Contains(m.DisputeId) && m.Kind == DisputeMailKind.Nears).Select(m => m.DisputeId).ToListAsync(cancellation)];
            numbers = [];
            foreach (var dispute in unanswered)
            {
                numbers[dispute.Id] = await context.Orders.Where(o => o.Bucket == dispute.Bucket && o.Id == dispute.OrderId).Select(o => o.Number).SingleAsync(cancellation);
            }
        }

        foreach (var dispute in unanswered.Where(d => nowMs >= d.DeadlineMs || (nowMs >= NearsAtMs(d) && !warned.Contains(d.Id))))
        {
            if (await writer.WriteAsync(new WatchDispute(dispute, numbers[dispute.Id], nowMs)) && nowMs < dispute.DeadlineMs)
            {
                await MailAsync(dispute, DisputeMailKind.Nears);
            }
        }

        foreach (var dispute in untold)
        {
            await MailAsync(dispute, dispute.State switch
            {
                DisputeState.Won => DisputeMailKind.Won,
                DisputeState.Lost => DisputeMailKind.Lost,
                DisputeState.Lapsed => DisputeMailKind.Lapsed,
                _ => DisputeMailKind.Opened,
            });
            await writer.WriteAsync(new DisputeTold(dispute.Key, dispute.State));
        }

        return unanswered.Count == Portion || untold.Count == Portion;
    }

    private async Task MailAsync(DisputeRow dispute, DisputeMailKind kind)
    {
        try
        {
            await store.SaveAsync(async (context, trail) =>
            {
                if (await context.DisputeMails.AnyAsync(m => m.DisputeId == dispute.Id && m.Kind == kind))
                {
                    return false;
                }

                context.DisputeMails.Add(new DisputeMailRow { DisputeId = dispute.Id, Kind = kind, AtMs = time.NowMs() });
                trail.Add(Actor.Program, "dispute.mail", DisputeSteps.SubjectOf(dispute.Id), after: new { kind }, chain: dispute.Bucket);
                var currency = Currency.Get(dispute.Currency);
                await mails.DisputeAsync(
                    context, MailOf(kind), dispute.MerchantNo, string.Create(CultureInfo.InvariantCulture, $"{AmountText.Fixed(dispute.AmountMinor, currency, currency.MinorDigits)} {currency.Code}"), dispute.DeadlineMs,
                    string.Create(CultureInfo.InvariantCulture, $"/dashboard/disputes/{dispute.Id}"));
                return true;
            });
        }
        catch (DbUpdateException)
        {
            // Another node has made it at the same moment: its row has this key. Where that is not so, the next turn finds it undone.
            await using var context = contexts.Create();
            if (!await context.DisputeMails.AnyAsync(m => m.DisputeId == dispute.Id && m.Kind == kind))
            {
                throw;
            }
        }
    }

    private static MailKind MailOf(DisputeMailKind kind) => kind switch
    {
        DisputeMailKind.Opened => MailKind.DisputeOpened,
        DisputeMailKind.Nears => MailKind.DisputeNears,
        DisputeMailKind.Lapsed => MailKind.DisputeLapsed,
        DisputeMailKind.Won => MailKind.DisputeWon,
        _ => MailKind.DisputeLost,
    };
}
