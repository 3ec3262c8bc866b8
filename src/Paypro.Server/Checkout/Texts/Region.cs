using System.Globalization;
using Paypro.Protocol;

namespace Paypro.Server.Checkout.Texts;

/// <summary>
/// How a country writes money, and the languages its payers read, the usual one first. Carried as data rather than taken from the operating
/// system, so that a payer reads the same wherever the server runs, and on images without language data.
/// </summary>
internal sealed record Region
{
    /// <summary>Tags of the languages offered.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>An amount with its sign: <c>Rp{0}</c>.</summary>
    public required string Money { get; init; }

    /// <summary>By language, where it writes the sign otherwise.</summary>
    public IReadOnlyDictionary<string, string> MoneyIn { get; init; } = new Dictionary<string, string>();
    public required string Group { get; init; }
    public required string Decimal { get; init; }

    /// <summary>Groups of two above the thousands: 12,34,567.</summary>
    public bool Lakhs { get; init; }

    /// <summary>Whether a whole amount is written without decimals.</summary>
    public bool HidesZeroes { get; init; }

    /// <summary><c>$1,234.50 MXN</c>.</summary>
    public string Write(long minor, Currency currency, string language)
    {
        var digits = HidesZeroes && minor % currency.UnitMinor == 0 ? 0 : currency.MinorDigits;
        var format = new NumberFormatInfo
        {
            NumberGroupSeparator = Group,
            NumberDecimalSeparator = Decimal,
            NumberGroupSizes = Lakhs ? [3, 2] : [3],
        };
        var number = AmountText.ToFixed(minor, currency, currency.MinorDigits).ToString($"N{digits}", format);
        return MoneyIn.GetValueOrDefault(language, Money).Replace("{0}", number, StringComparison.Ordinal);
    }
}
