namespace Paypro.Server.Storage;

/// <summary>Where a refund that somebody asked for on the dashboard stands. Stored as its number.</summary>
internal enum RefundOrderState : short
{
    /// <summary>To be made; whoever finds it makes it, under its own number, so once.</summary>
    Wanted = 1,

    /// <summary>The refund is an order now, and has its own state.</summary>
    Made = 2,

    /// <summary>It could not be made; nothing was moved.</summary>
    Refused = 3,
}

/// <summary>A refund that people of the merchant have decided. It is made by the same call as one of the merchant's program.</summary>
internal sealed class RefundOrderRow
{
    public long Id { get; set; }
    public long MerchantNo { get; set; }
    public short Bucket { get; set; }

    /// <summary>The merchant's number of the pay-in, and ours.</summary>
    public string TradeNo { get; set; } = "";
    public string PayInNumber { get; set; } = "";

    /// <summary>The merchant's number of the refund; made from <see cref="Id"/>.</summary>
    public string RefundNo { get; set; } = "";
    public long AmountMinor { get; set; }
    public string Reason { get; set; } = "";

    /// <summary>Who asked for it, and who approved it; empty where nobody had to.</summary>
    public long MadeByUserId { get; set; }
    public string MadeBy { get; set; } = "";
    public string ApprovedBy { get; set; } = "";
    public long MadeAtMs { get; set; }

    /// <summary>The merchant's local day, <c>yyyyMMdd</c>: what one person may give back on one day alone is counted by it.</summary>
    public int Day { get; set; }
    public RefundOrderState State { get; set; }

    /// <summary>Our number of the refund, once it is made.</summary>
    public string Number { get; set; } = "";

    /// <summary>Why it could not be made, in a sentence.</summary>
    public string Outcome { get; set; } = "";
}

/// <summary>What one person of a merchant may give back alone, minor units of its currency; null = as much as he likes. Without a row nothing is limited.</summary>
internal sealed class RefundLimitRow
{
    public long MerchantNo { get; set; }

    /// <summary>With one refund.</summary>
    public long? PaymentMinor { get; set; }

    /// <summary>With all on one of the merchant's local days.</summary>
    public long? PersonDayMinor { get; set; }

    /// <summary>Whether a program's refund above <see cref="PaymentMinor"/> is refused, so that nobody goes round it.</summary>
    public bool ByApi { get; set; }
}
