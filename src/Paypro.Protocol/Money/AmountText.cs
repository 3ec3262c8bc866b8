using System.Globalization;

namespace Paypro.Protocol;

/// <summary>
/// Amounts as they are written to merchants. <see cref="decimal"/> is used only as the form of the text: it keeps the number
/// of decimals that it was made with, and nothing is ever calculated in it.
/// </summary>
public static class AmountText
{
    /// <summary>The shortest decimal form: <c>300</c>, <c>300.5</c>, <c>300.05</c>.</summary>
    public static string Shortest(long minor, Currency currency) => ToShortest(minor, currency).ToString(CultureInfo.InvariantCulture);

    /// <summary><c>300</c> when whole, otherwise with all decimals of the currency: <c>300.50</c>.</summary>
    public static string WholeOrFixed(long minor, Currency currency) =>
        minor % currency.UnitMinor == 0
            ? (minor / currency.UnitMinor).ToString(CultureInfo.InvariantCulture)
            : Fixed(minor, currency, currency.MinorDigits);

    /// <summary>With exactly so many decimals: <c>300.00</c>, <c>9998989.0000</c>.</summary>
    /// <param name="minor">Minor units of <paramref name="currency"/>.</param>
    /// <param name="currency">Says how many decimals a minor unit has.</param>
    /// <param name="decimals">Range: the currency's own decimals to 6.</param>
    public static string Fixed(long minor, Currency currency, int decimals) => ToFixed(minor, currency, decimals).ToString(CultureInfo.InvariantCulture);

    /// <summary><see cref="Shortest"/> as a value whose text is that form.</summary>
    public static decimal ToShortest(long minor, Currency currency)
    {
        var scale = currency.MinorDigits;
        while (scale > 0 && minor % 10 == 0)
        {
            minor /= 10;
            scale--;
        }

        return WithScale(minor, scale);
    }

    /// <summary><see cref="Fixed"/> as a value whose text is that form.</summary>
    public static decimal ToFixed(long minor, Currency currency, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(decimals, currency.MinorDigits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 6);
        Int128 scaled = minor;
        for (var digit = currency.MinorDigits; digit < decimals; digit++)
        {
            scaled *= 10;
        }

        return WithScale(scaled, decimals);
    }

    private static decimal WithScale(Int128 value, int scale)
    {
        var size = (UInt128)Int128.Abs(value);
        return new decimal((int)(uint)size, (int)(uint)(size >> 32), (int)(uint)(size >> 64), value < 0, (byte)scale);
    }
}
