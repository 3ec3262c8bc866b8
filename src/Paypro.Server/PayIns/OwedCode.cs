using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Qr;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// The payment code for what is owed now. A code carries its amount, and a payer who has paid a part and scans it again pays the whole again. Nothing
/// is stored for it: it follows from the order and the attempt, so that every node, tab and reload shows the same.
/// </summary>
internal static class OwedCode
{
    /// <summary>
    /// A code that we made ourselves is made again for what is owed, with the same reference: whatever comes with either is the same attempt's. What
    /// the rail made is shown only if it asks for just that, or for nothing.
    /// </summary>
    /// <param name="attempt">With a code as its instruction.</param>
    /// <param name="order">The order.</param>
    /// <param name="owedMinor">Ordered less held.</param>
    /// <param name="offer">The attempt's channel account; null when it is not here.</param>
    /// <param name="merchantName">As the code was made with.</param>
    /// <returns>Null when no code fits.</returns>
    public static string? Of(AttemptRow attempt, OrderRow order, long owedMinor, AccountOffer? offer, string merchantName)
    {
        if (owedMinor <= 0)
        {
            return null;
        }

        if (owedMinor == order.AmountMinor)
        {
            return attempt.InstructionValue;
        }

        var currency = Currency.Get(order.Currency);

        // Made anew from the order's own facts it must be the stored one to the letter; then the amount is all that the other one changes.
        var made = Make(attempt, order, order.AmountMinor, offer, merchantName) == attempt.InstructionValue
            ? Make(attempt, order, owedMinor, offer, merchantName)
            : attempt.InstructionValue;
        return made is not null && QrAmount.Fits(made, owedMinor, currency) ? made : null;
    }

    private static string? Make(AttemptRow attempt, OrderRow order, long amountMinor, AccountOffer? offer, string merchantName)
    {
        if (offer?.Session is not IPayIns payIns)
        {
            return null;
        }

        try
        {
            return payIns.ModeFor(attempt.Way) != InstructionMode.Local ? null : payIns.IssueLocally(new PayInDraft
            {
                Number = order.Number,
                Reference = attempt.Reference,
                Way = attempt.Way,
                AmountMinor = amountMinor,
                Currency = order.Currency,
                ExpiresAtMs = order.ExpiresAtMs,
                MerchantName = merchantName,
            }).Value;
        }
        catch (ArgumentException)
        {
            // The account's settings have changed, and it gives out no such reference any more.
            return null;
        }
    }
}
