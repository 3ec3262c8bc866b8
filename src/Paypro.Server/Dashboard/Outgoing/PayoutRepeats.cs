using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>Which rows of a file were paid before, or are about to be paid by something else.</summary>
internal static class PayoutRepeats
{
    /// <summary>How far back a payout is repeated by a row.</summary>
    public static readonly TimeSpan Within = TimeSpan.FromDays(7);

    private const int Portion = 500;

    /// <summary>A number that has a payout already is a fault.</summary>
    public static async Task MarkUsedAsync(PayproContext context, Merchant merchant, List<PayoutLineRow> lines)
    {
        var (bucket, no) = (merchant.Bucket, merchant.No);
        foreach (var part in lines.Where(l => l.State == PayoutLineState.Ready).Chunk(Portion))
        {
            var numbers = part.Select(l => l.TradeNo).ToList();
            var used = await context.Orders.Where(o => o.Bucket == bucket && o.MerchantNo == no && o.Direction == Direction.Payout && numbers.Contains(o.TradeNo)).Select(o => new { o.TradeNo, o.Number }).ToDictionaryAsync(o => o.TradeNo, o => o.Number);
            foreach (var line in part.Where(l => used.ContainsKey(l.TradeNo)))
            {
                (line.State, line.Fault) = (PayoutLineState.Faulty, $"tradeNo: was used before, for payout {used[line.TradeNo]}");
            }
        }
    }

    /// <summary>
    /// The same account and amount within the last days, by file, hand or API, in a file that is being worked off, or earlier in the same file, is ticked by a person.
    /// </summary>
    /// <param name="batchId">The file's own number.</param>
    /// <param name="lines">In the order of the file.</param>
    public static async Task MarkAsync(PayproContext context, Merchant merchant, long batchId, List<PayoutLineRow> lines, long nowMs)
    {
        var (bucket, no, firstId) = (merchant.Bucket, merchant.No, IdSource.FirstAt(nowMs - (long)Within.TotalMilliseconds));
        var released = (await context.PayoutBatches.Where(b => b.MerchantNo == no && b.Id != batchId && b.State == PayoutFileState.Running)
            .Join(context.PayoutLines.Where(l => l.State == PayoutLineState.Ready), b => b.Id, l => l.BatchId, (b, l) => new { l.Recipient, l.AmountMinor, l.Line, b.Name })
            .ToListAsync()).GroupBy(l => (l.Recipient, l.AmountMinor)).ToDictionary(g => g.Key, g => $"row {g.First().Line} of {g.First().Name}");
        var first = new Dictionary<(string, long), int>();
        foreach (var part in lines.Where(l => l.State == PayoutLineState.Ready).Chunk(Portion))
        {
            var recipients = part.Select(l => l.Recipient).Distinct().ToList();
            var paid = (await context.Persons.Where(p => p.Bucket == bucket && recipients.Contains(p.Recipient) && p.OrderId >= firstId)
                .Join(context.Orders.Where(o => o.Bucket == bucket && o.MerchantNo == no && (o.State == OrderState.Paid || o.State == OrderState.Pending)), p => p.OrderId, o => o.Id, (p, o) => new { p.Recipient, o.AmountMinor, o.Number })
                .ToListAsync()).GroupBy(p => (p.Recipient, p.AmountMinor)).ToDictionary(g => g.Key, g => g.First().Number);
            foreach (var line in part)
            {
                var key = (line.Recipient, line.AmountMinor);
                line.Repeats = paid.GetValueOrDefault(key) ?? released.GetValueOrDefault(key) ?? (first.TryAdd(key, line.Line) ? "" : $"row {first[key]}");
            }
        }
    }
}
