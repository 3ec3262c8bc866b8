using Microsoft.EntityFrameworkCore;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>What a certificate of a month says of one tax and rate.</summary>
/// <param name="Name">What the tax is called.</param>
/// <param name="BasisPoints">Its rate.</param>
/// <param name="Count">Its lines.</param>
/// <param name="GrossMinor">Receipts less what went back of them in this month, minor units.</param>
/// <param name="WithheldMinor">Withheld less given back, minor units; below zero when more went back than came.</param>
internal sealed record WithheldSum(string Name, int BasisPoints, int Count, long GrossMinor, long WithheldMinor);

/// <summary>One booking of a certificate.</summary>
/// <param name="TransferNo">Its transfer in the merchant's bucket.</param>
/// <param name="ValueDate">The merchant's local date, <c>yyyyMMdd</c>.</param>
/// <param name="Number">Of the pay-in.</param>
/// <param name="TradeNo">The merchant's own number of it.</param>
/// <param name="Name">What the tax is called.</param>
/// <param name="BasisPoints">Its rate.</param>
/// <param name="GrossMinor">The receipt; below zero for what went back.</param>
/// <param name="WithheldMinor">Below zero for what was given back.</param>
internal sealed record WithheldLine(long TransferNo, int ValueDate, string Number, string TradeNo, string Name, int BasisPoints, long GrossMinor, long WithheldMinor);

/// <summary>
/// Reads what was withheld from a merchant in a month. What goes back counts in the month in which it went back: a certificate that was given out
/// stays true. A booking is dated before its COMMIT, so a certificate is made not before a minute past the midnight that ends its month, the
/// merchant's local time: a line of the month may become visible until then.
/// </summary>
internal sealed class WithheldReads(IContexts contexts)
{
    /// <summary>Lines of one page.</summary>
    public const int Most = 1000;

    /// <summary>The sums of a month, one for each tax and rate.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="month"><c>yyyyMM</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidOperationException">A line names a version that is not there: the database has lost what it never deletes.</exception>
    public async Task<IReadOnlyList<WithheldSum>> SumsAsync(Merchant merchant, int month, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var sums = await OfMonth(context, merchant, month)
            .GroupBy(w => w.TermsId)
            .Select(g => new { TermsId = g.Key, Count = g.Count(), GrossMinor = g.Sum(w => w.GrossMinor), WithheldMinor = g.Sum(w => w.WithheldMinor) })
            .ToListAsync(cancellation);
        var versions = await VersionsAsync(context, sums.Select(s => s.TermsId), cancellation);
        return
        [
            .. sums.GroupBy(s => (versions[s.TermsId].WithholdingName, versions[s.TermsId].WithholdingBasisPoints))
                .OrderBy(g => g.Key.WithholdingName, StringComparer.Ordinal).ThenBy(g => g.Key.WithholdingBasisPoints)
                .Select(g => new WithheldSum(g.Key.WithholdingName, g.Key.WithholdingBasisPoints, g.Sum(s => s.Count), g.Sum(s => s.GrossMinor), g.Sum(s => s.WithheldMinor))),
        ];
    }

    /// <summary>The bookings of a month in the order in which they were made, at most <see cref="Most"/>.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="month"><c>yyyyMM</c>.</param>
    /// <param name="afterTransferNo">The last one of the page before; 0 for the first page.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="InvalidOperationException">As of <see cref="SumsAsync"/>.</exception>
    public async Task<IReadOnlyList<WithheldLine>> LinesAsync(Merchant merchant, int month, long afterTransferNo, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var lines = await OfMonth(context, merchant, month).Where(w => w.TransferNo > afterTransferNo).OrderBy(w => w.TransferNo).Take(Most).ToListAsync(cancellation);
        var versions = await VersionsAsync(context, lines.Select(l => l.TermsId), cancellation);
        var (bucket, ids) = (merchant.Bucket, lines.Select(l => l.OrderId).Distinct().ToList());
        var orders = await context.Orders.Where(o => o.Bucket == bucket && ids.Contains(o.Id)).Select(o => new { o.Id, o.Number, o.TradeNo }).ToDictionaryAsync(o => o.Id, cancellation);
        return
        [
            .. lines.Select(l => (Line: l, Order: orders[l.OrderId], Version: versions[l.TermsId])).Select(l => new WithheldLine(
                l.Line.TransferNo, l.Line.ValueDate, l.Order.Number, l.Order.TradeNo, l.Version.WithholdingName, l.Version.WithholdingBasisPoints, l.Line.GrossMinor,
                l.Line.WithheldMinor)),
        ];
    }

    /// <summary>The versions that lines name. A line whose version is not there is an error: without it a certificate would say another sum.</summary>
    private static async Task<Dictionary<long, TermsRow>> VersionsAsync(PayproContext context, IEnumerable<long> named, CancellationToken cancellation)
    {
        var ids = named.Distinct().ToList();
        var versions = await context.Terms.AsNoTracking().Where(t => ids.Contains(t.Id)).ToDictionaryAsync(t => t.Id, cancellation);
        var lost = ids.Find(id => !versions.ContainsKey(id));
        return ids.Count == versions.Count ? versions : throw new InvalidOperationException($"Tax was withheld under version {lost} of terms, and there is no such version.");
    }

    private static IQueryable<WithholdingRow> OfMonth(PayproContext context, Merchant merchant, int month)
    {
        var (bucket, no, first, last) = (merchant.Bucket, merchant.No, month * 100 + 1, month * 100 + 31);
        return context.Withholdings.Where(w => w.Bucket == bucket && w.MerchantNo == no && w.ValueDate >= first && w.ValueDate <= last);
    }
}
