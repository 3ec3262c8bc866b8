using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>
/// One version of what a merchant pays for a way and direction. The most exact scope that has a version counts: merchant and way, merchant, country
/// and way, country. Of a scope's versions the newest whose start has come holds. Never changed or deleted: the database refuses it.
/// </summary>
internal sealed record TermsRow
{
    /// <summary>Given by the database; orders and attempts name it. Of two versions with one start the later one holds.</summary>
    public long Id { get; init; }

    /// <summary>0 = every merchant of the country.</summary>
    public long MerchantNo { get; init; }
    public string Country { get; init; } = "";

    /// <summary>Pay-in or payout. What a refund costs stands in the terms of its pay-in.</summary>
    public Direction Direction { get; init; }

    /// <summary>A way code (payouts: the account kind), or <c>*</c>.</summary>
    public string Way { get; init; } = "*";

    /// <summary>When it begins to hold, Unix milliseconds UTC.</summary>
    public long ValidFromMs { get; init; }
    public int BasisPoints { get; init; }
    public long FixedMinor { get; init; }
    public long MinimumMinor { get; init; }
    public long MaximumMinor { get; init; }
    public int TaxBasisPoints { get; init; }
    public int SettlementDays { get; init; }
    public bool BusinessDays { get; init; }
    public bool ReturnsFee { get; init; }
    public int RefundBasisPoints { get; init; }
    public long RefundFixedMinor { get; init; }
    public int ReserveBasisPoints { get; init; }
    public int ReserveDays { get; init; }
    public long ReserveCapMinor { get; init; }

    /// <summary>What a certificate calls it; empty where nothing is withheld.</summary>
    public string WithholdingName { get; init; } = "";
    public int WithholdingBasisPoints { get; init; }
    public long DisputeFeeMinor { get; init; }

    /// <summary>Who added it: <c>operator:…</c>, <c>sandbox</c>.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Who approved it.</summary>
    public string Approver { get; init; } = "";
    public long AddedAtMs { get; init; }
}
