using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Paypro.Channels.Pix;

/// <summary>Amounts as the standard writes them: one to ten digits, a full stop, two digits. Nothing else is money.</summary>
internal static class PixAmount
{
    /// <summary>The most that the form can say, centavos.</summary>
    public const long MaxMinor = 9_999_999_999_99;

    private const int Longest = 13;

    /// <summary>Reads an amount; zero is one.</summary>
    public static bool TryRead([NotNullWhen(true)] string? text, out long minor)
    {
        minor = 0;
        if (text is not { Length: >= 4 and <= Longest } || text[^3] != '.'
            || text.AsSpan(0, text.Length - 3).ContainsAnyExceptInRange('0', '9') || text.AsSpan(text.Length - 2).ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        foreach (var letter in text)
        {
            minor = letter == '.' ? minor : (minor * 10) + letter - '0';
        }

        return true;
    }

    /// <summary>Writes an amount.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It does not fit the form.</exception>
    public static string Write(long minor) => minor is > 0 and <= MaxMinor
        ? string.Create(CultureInfo.InvariantCulture, $"{minor / 100}.{minor % 100:00}")
        : throw new ArgumentOutOfRangeException(nameof(minor));
}
