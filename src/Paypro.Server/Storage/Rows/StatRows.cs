using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>
/// What a merchant's orders of half an hour came to, by way: counted again from the orders, never added to. Half an hour, since India's days begin at
/// half past an hour of UTC.
/// </summary>
internal sealed class StatHourRow
{
    public long MerchantNo { get; set; }

    /// <summary>Its beginning, Unix milliseconds UTC.</summary>
    public long SlotMs { get; set; }
    public Direction Direction { get; set; }

    /// <summary>Pay-in: empty where the payer has not chosen.</summary>
    public string Way { get; set; } = "";

    /// <summary>Orders that were created in this time.</summary>
    public int Created { get; set; }

    /// <summary>Of those: succeeded, and still held.</summary>
    public int Paid { get; set; }

    /// <summary>Of those: ended without success. What is neither is pending.</summary>
    public int Failed { get; set; }

    /// <summary>What those hold: what came less what went back; for payouts what went out for good.</summary>
    public long HeldMinor { get; set; }
}

/// <summary>When a span of time was counted again last: so that of several nodes one does it.</summary>
internal sealed class StatRunRow
{
    public string Span { get; set; } = "";
    public long AtMs { get; set; }
}
