namespace Paypro.Server.Storage;

/// <summary>A month that finance has closed. Never changed or deleted: the database refuses it.</summary>
internal sealed class ClosedMonthRow
{
    /// <summary><c>yyyyMM</c>, by value date.</summary>
    public int Month { get; set; }

    /// <summary>Unix milliseconds UTC.</summary>
    public long ClosedAtMs { get; set; }

    /// <summary>Who proposed it.</summary>
    public string MadeBy { get; set; } = "";

    /// <summary>Who approved it.</summary>
    public string ClosedBy { get; set; } = "";
    public string Reason { get; set; } = "";
}

/// <summary>What an account stood at when a closed month began and when it ended, by value date, all buckets together. Never changed or deleted.</summary>
internal sealed class MonthBalanceRow
{
    /// <summary><c>yyyyMM</c>.</summary>
    public int Month { get; set; }
    public long AccountId { get; set; }
    public long OpeningMinor { get; set; }
    public long ClosingMinor { get; set; }
}

/// <summary>What a merchant was charged in a closed month. Its number follows the one before without a gap. Never changed or deleted.</summary>
internal sealed class FeeStatementRow
{
    /// <summary>1, 2, 3 …</summary>
    public long Number { get; set; }

    /// <summary><c>yyyyMM</c>.</summary>
    public int Month { get; set; }
    public long MerchantNo { get; set; }
    public string Currency { get; set; } = "";

    /// <summary>Fees less what was given back, minor units.</summary>
    public long FeeMinor { get; set; }

    /// <summary>Fees that were charged by hand less those that were given back by hand.</summary>
    public long AdjustmentMinor { get; set; }

    /// <summary>Tax on both.</summary>
    public long TaxMinor { get; set; }

    /// <summary>Tax withheld from receipts.</summary>
    public long WithheldMinor { get; set; }
}

/// <summary>What the operator's own books call an account of ours. The most exact line counts: owner and currency, then owner, then currency, then neither.</summary>
internal sealed class AccountCodeRow
{
    public OwnerType OwnerType { get; set; }
    public AccountKind Kind { get; set; }

    /// <summary>0 = every owner.</summary>
    public long OwnerId { get; set; }

    /// <summary>ISO 4217; empty = every currency.</summary>
    public string Currency { get; set; } = "";
    public string Code { get; set; } = "";
}
