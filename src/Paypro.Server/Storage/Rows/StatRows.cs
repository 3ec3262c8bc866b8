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

/// <summary>
/// How orders of half an hour went, by country, channel account and way, and why those failed that did: counted again from the orders and their last attempts, never
/// added to.
/// </summary>
internal sealed class StatOutcomeRow
{
    /// <summary>Its beginning, Unix milliseconds UTC.</summary>
    public long SlotMs { get; set; }
    public string Country { get; set; } = "";

    /// <summary>Of the last attempt; 0 = none was made.</summary>
    public long ChannelAccountId { get; set; }
    public Direction Direction { get; set; }
    public string Way { get; set; } = "";
    public OrderState State { get; set; }

    /// <summary>The status code with which an order failed; empty for others.</summary>
    public string Code { get; set; } = "";

    /// <summary>The sentence of that code, of one of them.</summary>
    public string Text { get; set; } = "";

    /// <summary>So many orders that were created in this time.</summary>
    public int OrderCount { get; set; }

    /// <summary>What those hold: what came less what went back; for payouts what went out for good.</summary>
    public long HeldMinor { get; set; }
}

/// <summary>When a span of time was counted again last: so that of several nodes one does it.</summary>
internal sealed class StatRunRow
{
    public string Span { get; set; } = "";
    public long AtMs { get; set; }
}
