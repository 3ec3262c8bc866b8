using System.Security.Cryptography;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>The answer to a creation, of a pay-in or a payout.</summary>
internal abstract record CreateResult
{
    public const string RefusedBefore = "sign: this request was refused before; send it again with a new timestamp";
    public const string UsedElsewhere = "sign: was used before for another request; send this one again with a new timestamp";

    private CreateResult() { }

    public sealed record Created(OrderRow Order) : CreateResult;

    /// <summary>The same number with the same content was there: the first answer again, with the present state.</summary>
    public sealed record Known(OrderRow Order) : CreateResult;

    /// <summary>Nothing was stored; the trade number stays free.</summary>
    /// <param name="Sentence">Why.</param>
    /// <param name="ForNow">Nothing is wrong with the order: it is closed to it for a while, and the same may be taken later.</param>
    public sealed record Refused(string Sentence, bool ForNow = false) : CreateResult;

    /// <summary>What was read before has changed; nothing was stored, and it has to be read again.</summary>
    public sealed record Changed : CreateResult;

    public static CreateResult AgainstKnown(OrderRow known, OrderRow asked) =>
        CryptographicOperations.FixedTimeEquals(known.ContentHash, asked.ContentHash) ? new Known(known)
            : new Refused(known.RefundOf == 0 ? "tradeNo: was used before for an order with other content" : "refundNo: was used before for a refund with other content");
}
