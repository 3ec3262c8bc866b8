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
/// stays true.
/// </summary>
internal sealed class WithheldReads(IContexts contexts)
{
    /// <summary>Lines of one page.</summary>
    public const int Most = 1000;

    /// <summary>The sums of a month, one for each tax and rate.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="month"><c>yyyyMM</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<WithheldSum>> SumsAsync(Merchant merchant, int month, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var sums = await (
            from w in OfMonth(context, merchant, month)
            join t in context.Terms.AsNoTracking() on w.TermsId equals t.Id
            group w by new { t.WithholdingName, t.WithholdingBasisPoints } into g
            select new { g.Key.WithholdingName, g.Key.WithholdingBasisPoints, Count = g.Count(), GrossMinor = g.Sum(w => w.GrossMinor), WithheldMinor = g.Sum(w => w.WithheldMinor) })
            .ToListAsync(cancellation);
        return
        [
            .. sums.OrderBy(s => s.WithholdingName, StringComparer.Ordinal).ThenBy(s => s.WithholdingBasisPoints)
                .Select(s => new WithheldSum(s.WithholdingName, s.WithholdingBasisPoints, s.Count, s.GrossMinor, s.WithheldMinor)),
        ];
    }

    /// <summary>The bookings of a month in the order in which they were made, at most <see cref="Most"/>.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="month"><c>yyyyMM</c>.</param>
    /// <param name="afterTransferNo">The last one of the page before; 0 for the first page.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<IReadOnlyList<WithheldLine>> LinesAsync(Merchant merchant, int month, long afterTransferNo, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await (
            from w in OfMonth(context, merchant, month)
            join t in context.Terms.AsNoTracking() on w.TermsId equals t.Id
            join o in context.Orders on new { w.Bucket, Id = w.OrderId } equals new { o.Bucket, o.Id }
            where o.Bucket == merchant.Bucket && w.TransferNo > afterTransferNo
            orderby w.TransferNo
            select new WithheldLine(w.TransferNo, w.ValueDate, o.Number, o.TradeNo, t.WithholdingName, t.WithholdingBasisPoints, w.GrossMinor, w.WithheldMinor))
            .Take(Most).ToListAsync(cancellation);
    }

    private static IQueryable<WithholdingRow> OfMonth(PayproContext context, Merchant merchant, int month)
    {
        var (bucket, no, first, last) = (merchant.Bucket, merchant.No, month * 100 + 1, month * 100 + 31);
        return context.Withholdings.Where(w => w.Bucket == bucket && w.MerchantNo == no && w.ValueDate >= first && w.ValueDate <= last);
    }
}
