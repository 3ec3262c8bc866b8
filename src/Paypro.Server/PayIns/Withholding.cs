using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Tax that is withheld from what merchants receive. It is withheld from each gross receipt in the receipt's own transfer, and given back in
/// proportion with what goes back, so that what is withheld of an order is always a part of what it holds.
/// </summary>
internal static class Withholding
{
    /// <summary>What of an order's withheld tax goes back with a part of what it holds; all of it with all.</summary>
    /// <param name="order">Before the money goes back.</param>
    /// <param name="amountMinor">At most what the order holds; the share is never more than this.</param>
    public static long BackMinor(OrderRow order, long amountMinor)
    {
        var heldMinor = PayInBooking.HeldMinor(order);
        return order.WithheldMinor == 0 ? 0
            : order.WithheldMinor - (long)(((Int128)order.WithheldMinor * (heldMinor - amountMinor) + heldMinor / 2) / heldMinor);
    }

    /// <summary>
    /// The version that a line of what goes back names: that of the attempt, and where it withholds nothing, that of the newest receipt of which
    /// something was withheld.
    /// </summary>
    /// <param name="payIn">Before the money goes back.</param>
    /// <param name="terms">Of the attempt that the money goes back on.</param>
    public static long Under(OrderRow payIn, Terms terms) => terms.WithholdingBasisPoints > 0 ? terms.Id : payIn.WithheldTermsId;

    /// <summary>A line of the month's certificate; none where nothing was withheld.</summary>
    /// <param name="state">The batch.</param>
    /// <param name="transfer">What booked it.</param>
    /// <param name="payIn">Whose money it is.</param>
    /// <param name="termsId">The version that says what the tax is called.</param>
    /// <param name="valueDate">Of the transfer.</param>
    /// <param name="grossMinor">The receipt; below zero for what went back.</param>
    /// <param name="withheldMinor">Below zero for what was given back.</param>
    public static void Store(BatchState state, TransferRow transfer, OrderRow payIn, long termsId, int valueDate, long grossMinor, long withheldMinor)
    {
        if (withheldMinor != 0)
        {
            state.Withholdings.Insert(transfer.Key, new WithholdingRow
            {
                Bucket = transfer.Bucket,
                TransferNo = transfer.TransferNo,
                MerchantNo = payIn.MerchantNo,
                OrderId = payIn.Id,
                TermsId = termsId,
                ValueDate = valueDate,
                GrossMinor = grossMinor,
                WithheldMinor = withheldMinor,
            });
        }
    }
}
