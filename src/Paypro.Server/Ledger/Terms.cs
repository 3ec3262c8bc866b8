using Paypro.Protocol;
using Paypro.Server.Storage;

namespace Paypro.Server.Ledger;

/// <summary>One version of a price. An attempt names the version that held when it was made, so that a later one does not touch it.</summary>
/// <param name="BasisPoints">Of the paid total; 0 to 10,000.</param>
/// <param name="FixedMinor">Added once per order, minor units.</param>
/// <param name="MinimumMinor">The fee is at least this.</param>
/// <param name="MaximumMinor">The fee is at most this; 0 = no maximum.</param>
/// <param name="TaxBasisPoints">Tax on every fee (IVA …); 0 to 10,000.</param>
/// <param name="SettlementDays">Days until a receipt is available; 0 = at once.</param>
/// <param name="BusinessDays">Whether those days skip weekends and the operator's holidays.</param>
/// <param name="ReturnsFee">Whether a return gives the fee and its tax back.</param>
internal sealed record Terms(
    int BasisPoints, long FixedMinor, long MinimumMinor, long MaximumMinor, int TaxBasisPoints, int SettlementDays, bool BusinessDays, bool ReturnsFee)
{
    public static readonly Terms Free = new(0, 0, 0, 0, 0, 0, false, true);

    /// <summary>The longest settlement delay, and the longest time that a reserve is held.</summary>
    public const int MostDays = 3650;

    /// <summary>Characters of the name of what is withheld.</summary>
    public const int LongestName = 60;

    /// <summary>The version's number (<see cref="TermsRow.Id"/>); 0 = the operator has set none, and everything is free.</summary>
    public long Id { get; init; }

    /// <summary>What a refund costs, of its amount; 0 to 10,000.</summary>
    public int RefundBasisPoints { get; init; }

    /// <summary>Added once per refund, minor units.</summary>
    public long RefundFixedMinor { get; init; }

    /// <summary>How much of a receipt is held back as a reserve; 0 to 10,000.</summary>
    public int ReserveBasisPoints { get; init; }

    /// <summary>Calendar days until a reserve is available; 1 to 3650 where there is one.</summary>
    public int ReserveDays { get; init; }

    /// <summary>A receipt adds to the reserve only while the merchant has less than this held in all, minor units; 0 = no cap.</summary>
    public long ReserveCapMinor { get; init; }

    /// <summary>What a certificate calls the tax that is withheld; empty where none is.</summary>
    public string WithholdingName { get; init; } = "";

    /// <summary>Of the gross receipt; 0 to 10,000.</summary>
    public int WithholdingBasisPoints { get; init; }

    /// <summary>What a lost dispute costs, minor units.</summary>
    public long DisputeFeeMinor { get; init; }

    public static Terms Of(TermsRow row) => new(
        row.BasisPoints, row.FixedMinor, row.MinimumMinor, row.MaximumMinor, row.TaxBasisPoints, row.SettlementDays, row.BusinessDays, row.ReturnsFee)
    {
        Id = row.Id,
        RefundBasisPoints = row.RefundBasisPoints,
        RefundFixedMinor = row.RefundFixedMinor,
        ReserveBasisPoints = row.ReserveBasisPoints,
        ReserveDays = row.ReserveDays,
        ReserveCapMinor = row.ReserveCapMinor,
        WithholdingName = row.WithholdingName,
        WithholdingBasisPoints = row.WithholdingBasisPoints,
        DisputeFeeMinor = row.DisputeFeeMinor,
    };

    /// <summary>What cannot be right, with the member's name; null when nothing is wrong.</summary>
    public string? Problem() =>
        BasisPoints is < 0 or > 10_000 ? "basisPoints: must be from 0 to 10000"
        : TaxBasisPoints is < 0 or > 10_000 ? "taxBasisPoints: must be from 0 to 10000"
        : FixedMinor is < 0 or > AmountReader.MaxMinor ? "fixedMinor: must not be negative, nor more than any amount"
        : MinimumMinor is < 0 or > AmountReader.MaxMinor ? "minimumMinor: must not be negative, nor more than any amount"
        : MaximumMinor < 0 || (MaximumMinor > 0 && MaximumMinor < MinimumMinor) ? "maximumMinor: must be 0 or at least minimumMinor"
        : SettlementDays is < 0 or > MostDays ? $"settlementDays: must be from 0 to {MostDays}"
        : RefundBasisPoints is < 0 or > 10_000 ? "refundBasisPoints: must be from 0 to 10000"
        : RefundFixedMinor is < 0 or > AmountReader.MaxMinor ? "refundFixedMinor: must not be negative, nor more than any amount"
        : ReserveBasisPoints is < 0 or > 10_000 ? "reserveBasisPoints: must be from 0 to 10000"
        : ReserveBasisPoints == 0 ? ReserveDays != 0 || ReserveCapMinor != 0 ? "reserveBasisPoints: must be above 0 where the reserve has days or a cap" : Rest()
        : ReserveDays is < 1 or > MostDays ? $"reserveDays: must be from 1 to {MostDays} where there is a reserve"
        : ReserveCapMinor < 0 ? "reserveCapMinor: must be 0 for none, or more"
        : Rest();

    /// <summary>Fee and tax on a paid total; half up to the minor unit. Never negative.</summary>
    public (long FeeMinor, long TaxMinor) On(long paidTotalMinor)
    {
        if (paidTotalMinor <= 0)
        {
            return (0, 0);
        }

        var fee = Math.Max(HalfUp(paidTotalMinor, BasisPoints) + FixedMinor, MinimumMinor);
        if (MaximumMinor > 0)
        {
            fee = Math.Min(fee, MaximumMinor);
        }

        return (fee, HalfUp(fee, TaxBasisPoints));
    }

    /// <summary>
    /// What one more receipt books: the difference to what is booked already, never more than the receipt brings
    /// (the tax yields first to the fee, then nothing is left for the merchant).
    /// </summary>
    public (long FeeMinor, long TaxMinor) OnReceipt(long paidTotalAfterMinor, long bookedFeeMinor, long bookedTaxMinor, long receiptMinor)
    {
        var (fee, tax) = On(paidTotalAfterMinor);
        var feeNow = Math.Clamp(fee - bookedFeeMinor, 0, receiptMinor);
        var taxNow = Math.Clamp(tax - bookedTaxMinor, 0, receiptMinor - feeNow);
        return (feeNow, taxNow);
    }

    /// <summary>Fee and tax of a refund of a pay-in.</summary>
    public (long FeeMinor, long TaxMinor) OnRefund(long amountMinor)
    {
        var fee = HalfUp(amountMinor, RefundBasisPoints) + RefundFixedMinor;
        return (fee, HalfUp(fee, TaxBasisPoints));
    }

    /// <summary>What a lost dispute costs, and the tax on that.</summary>
    public (long FeeMinor, long TaxMinor) OnDispute() => (DisputeFeeMinor, HalfUp(DisputeFeeMinor, TaxBasisPoints));

    /// <summary>What is withheld of a gross receipt, never more than fee and tax leave of it.</summary>
    public long WithheldOf(long grossMinor, long leftMinor) => Math.Min(HalfUp(grossMinor, WithholdingBasisPoints), leftMinor);

    /// <summary>What a gross receipt adds to the reserve: never more than is left of it, nor than the cap allows.</summary>
    /// <param name="grossMinor">The receipt.</param>
    /// <param name="leftMinor">What fee, tax and withholding leave of it.</param>
    /// <param name="heldMinor">All that the merchant has held already.</param>
    public long ReserveOf(long grossMinor, long leftMinor, long heldMinor)
    {
        var reserve = Math.Min(HalfUp(grossMinor, ReserveBasisPoints), leftMinor);
        return ReserveCapMinor == 0 ? reserve : Math.Clamp(ReserveCapMinor - heldMinor, 0, reserve);
    }

    private string? Rest() =>
        WithholdingBasisPoints is < 0 or > 10_000 ? "withholdingBasisPoints: must be from 0 to 10000"
        : WithholdingBasisPoints > 0 != WithholdingName.Length > 0 ? "withholdingName: must be given where something is withheld, and only there"
        : WithholdingName.Length > LongestName ? $"withholdingName: must have at most {LongestName} characters"
        : DisputeFeeMinor is < 0 or > AmountReader.MaxMinor ? "disputeFeeMinor: must not be negative, nor more than any amount"
        : null;

    /// <summary>amount × basisPoints ÷ 10,000, half up; exact for any amount that fits a <see cref="long"/>.</summary>
    private static long HalfUp(long amountMinor, int basisPoints) => (long)(((Int128)amountMinor * basisPoints + 5000) / 10000);
}
