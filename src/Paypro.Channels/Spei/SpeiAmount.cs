using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Paypro.Channels.Spei;

/// <summary>Amounts as STP writes them: digits, and up to two behind a full stop. Nothing else is money. Pure.</summary>
internal static class SpeiAmount
{
    /// <summary>The most that is sent or read, centavos.</summary>
    public const long MaxMinor = 999_999_999_999_99;

    private const int MostDigits = 12;

    /// <summary>Reads an amount; zero is one.</summary>
    public static bool TryRead([NotNullWhen(true)] string? text, out long minor)
    {
        minor = 0;
        if (text is null)
        {
            return false;
        }

        var stop = text.IndexOf('.', StringComparison.Ordinal);
        var (whole, part) = stop < 0 ? (text, "") : (text[..stop], text[(stop + 1)..]);
        if (whole.Length is 0 or > MostDigits || part.Length > 2 || (stop >= 0 && part.Length == 0) || !whole.All(char.IsAsciiDigit) || !part.All(char.IsAsciiDigit))
        {
            return false;
        }

        minor = long.Parse(whole + part.PadRight(2, '0'), NumberStyles.None, CultureInfo.InvariantCulture);
        return true;
    }

    /// <summary>Writes an amount with two decimals, as it is signed and sent.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit the form.</exception>
    public static string Write(long minor) => minor is > 0 and <= MaxMinor
        ? string.Create(CultureInfo.InvariantCulture, $"{minor / 100}.{minor % 100:00}")
        : throw new ArgumentOutOfRangeException(nameof(minor));
}
