using System.Collections.Concurrent;
using System.Globalization;

namespace Paypro.Server.Ledger;

/// <summary>
/// The price of an order, copied onto it when it is created so that a later change of fees does not touch it.
/// Stored as one short text (<see cref="ToString"/>).
/// </summary>
/// <param name="BasisPoints">Of the paid total; 0 to 10,000.</param>
/// <param name="FixedMinor">Added once per order, minor units.</param>
/// <param name="MinimumMinor">The fee is at least this.</param>
/// <param name="MaximumMinor">The fee is at most this; 0 = no maximum.</param>
/// <param name="TaxBasisPoints">Tax on the fee (IVA …); 0 to 10,000.</param>
/// <param name="SettlementDays">Days until a receipt is available; 0 = at once.</param>
/// <param name="BusinessDays">Whether those days skip weekends and the operator's holidays.</param>
/// <param name="ReturnsFee">Whether a return gives the fee and its tax back.</param>
internal sealed record Terms(
    int BasisPoints, long FixedMinor, long MinimumMinor, long MaximumMinor, int TaxBasisPoints, int SettlementDays, bool BusinessDays, bool ReturnsFee)
{
    public static readonly Terms Free = new(0, 0, 0, 0, 0, 0, false, true);

    /// <summary>The longest settlement delay.</summary>
    public const int MostSettlementDays = 3650;

    private static readonly ConcurrentDictionary<string, Terms> Parsed = new(StringComparer.Ordinal);

    /// <summary>What cannot be right, with the column's name; null when nothing is wrong.</summary>
    public string? Problem() =>
        BasisPoints is < 0 or > 10_000 ? "basis_points: must be from 0 to 10000"
        : TaxBasisPoints is < 0 or > 10_000 ? "tax_basis_points: must be from 0 to 10000"
        : FixedMinor is < 0 or > Protocol.AmountReader.MaxMinor ? "fixed_minor: must not be negative, nor more than any amount"
        : MinimumMinor is < 0 or > Protocol.AmountReader.MaxMinor ? "minimum_minor: must not be negative, nor more than any amount"
        : MaximumMinor < 0 || (MaximumMinor > 0 && MaximumMinor < MinimumMinor) ? "maximum_minor: must be 0 or at least minimum_minor"
        : SettlementDays is < 0 or > MostSettlementDays ? $"settlement_days: must be from 0 to {MostSettlementDays}"
        : null;

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

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{BasisPoints},{FixedMinor},{MinimumMinor},{MaximumMinor},{TaxBasisPoints},{SettlementDays}{(BusinessDays ? 'b' : 'c')},{(ReturnsFee ? 'r' : 'k')}");

    public static Terms Parse(string text) => Parsed.TryGetValue(text, out var terms) ? terms : Remember(text);

    private static Terms Remember(string text)
    {
        var p = text.Split(',');
        long N(int i) => long.Parse(p[i], CultureInfo.InvariantCulture);
        var terms = new Terms(
            (int)N(0), N(1), N(2), N(3), (int)N(4), int.Parse(p[5].AsSpan(0, p[5].Length - 1), CultureInfo.InvariantCulture), p[5][^1] == 'b', p[6] == "r");
        if (Parsed.Count < 10_000)
        {
            Parsed[text] = terms;
        }

        return terms;
    }

    /// <summary>amount × basisPoints ÷ 10,000, half up; exact for any amount that fits a <see cref="long"/>.</summary>
    private static long HalfUp(long amountMinor, int basisPoints) => (long)(((Int128)amountMinor * basisPoints + 5000) / 10000);
}
