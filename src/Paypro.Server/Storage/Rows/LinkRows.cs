namespace Paypro.Server.Storage;

/// <summary>A merchant's payment link. What it asks for never changes: it is only closed, for good.</summary>
internal sealed class PaymentLinkRow
{
    public long Id { get; set; }
    public long MerchantNo { get; set; }
    public short Bucket { get; set; }

    /// <summary>ISO 3166 letters of the merchant's country.</summary>
    public string Country { get; set; } = "";

    /// <summary>Made like an order's number. The secret part of the address is derived from it and not stored.</summary>
    public string Number { get; set; } = "";

    /// <summary>What the payer reads, and the remark of the link's orders.</summary>
    public string Title { get; set; } = "";

    /// <summary>Whether it can be paid more than once.</summary>
    public bool Reusable { get; set; }

    /// <summary>Minor units; 0 = the payer types it.</summary>
    public long AmountMinor { get; set; }

    /// <summary>Least and greatest amount that the payer may type, minor units; 0 = what the ways take.</summary>
    public long LeastMinor { get; set; }
    public long MostMinor { get; set; }

    /// <summary>Codes of the ways to pay, with commas between; empty = all that are open.</summary>
    public string Ways { get; set; } = "";

    /// <summary>The sub-merchant for whom its orders are; empty for none.</summary>
    public string SubMerchant { get; set; } = "";

    /// <summary>From when it makes no orders, Unix milliseconds UTC; 0 = it has no end.</summary>
    public long EndsAtMs { get; set; }
    public string MadeBy { get; set; } = "";
    public long MadeAtMs { get; set; }

    /// <summary>When it was closed, Unix milliseconds UTC; 0 = it is not.</summary>
    public long ClosedAtMs { get; set; }
    public string ClosedBy { get; set; } = "";
}
