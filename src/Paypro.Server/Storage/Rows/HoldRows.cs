namespace Paypro.Server.Storage;

/// <summary>Who set a limit, and so whose people approve what is over it. Stored as its number.</summary>
internal enum HoldOwner : short
{
    /// <summary>The merchant's policy.</summary>
    Merchant = 1,

    /// <summary>The operator's terms.</summary>
    Operator = 2,
}

/// <summary>What a limit counts. Stored as its number.</summary>
internal enum HoldKind : short
{
    /// <summary>One payout.</summary>
    Payment = 1,

    /// <summary>What one person of the merchant sends alone in one local day.</summary>
    Person = 2,

    /// <summary>All that goes to one recipient in one local day.</summary>
    Recipient = 3,

    /// <summary>All rows of one file of payouts; it holds the file, not its payouts. A merchant's own alone.</summary>
    Batch = 4,
}

/// <summary>The most that a merchant pays out without somebody else's approval. What is over it is held, not refused.</summary>
internal sealed class HoldLimitRow
{
    public long MerchantNo { get; set; }
    public HoldOwner Owner { get; set; }
    public HoldKind Kind { get; set; }

    /// <summary>Minor units of the merchant's currency; 0 = every payout is held.</summary>
    public long AmountMinor { get; set; }
}

/// <summary>The owners were told that a held payout ends soon. They are told once.</summary>
internal sealed class HoldWarningRow
{
    public short Bucket { get; set; }
    public long OrderId { get; set; }
    public long AtMs { get; set; }
}
