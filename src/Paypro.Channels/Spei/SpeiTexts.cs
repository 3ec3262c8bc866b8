using Paypro.Protocol.Qr;

namespace Paypro.Channels.Spei;

/// <summary>Texts as the rail takes them. Pure.</summary>
internal static class SpeiTexts
{
    /// <summary>The most characters of a name or purpose.</summary>
    public const int Longest = 39;

    private const int LongestKey = 40;

    /// <summary>A name or purpose in ASCII: no accents, and blanks for the marks that STP dislikes; may come out empty.</summary>
    public static string Plain(string text)
    {
        var letters = EmvMerchant.ToAscii(text, 4 * Longest).Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '&' or '/' or '(' or ')' ? letter : ' ');
        var words = string.Concat(letters).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var plain = string.Join(' ', words);
        return (plain.Length > Longest ? plain[..Longest] : plain).TrimEnd();
    }

    /// <summary>An RFC or CURP; <c>ND</c> where there is none that has the form of one.</summary>
    public static string TaxNumber(string? text) =>
        text?.Trim().ToUpperInvariant() is { Length: 12 or 13 or 18 } number && number.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '&') ? number : "ND";

    /// <summary>A text without accents and in small letters, to be compared: the rail writes its errors both ways.</summary>
    public static string Folded(string text) => EmvMerchant.ToAscii(text, 400).ToLowerInvariant();

    /// <summary>A tracking key of any bank; null when it is none.</summary>
    public static string? Key(string? text) =>
        text?.Trim() is { Length: >= 1 and <= LongestKey } key && key.All(static letter => letter is > ' ' and <= '~' and not '|') ? key : null;

    /// <summary>A participant by the three digits that its CLABEs begin with: <c>012</c> for 012 and 40012; null when it is none.</summary>
    public static string? Bank(string? text) => text?.Trim() is { Length: >= 3 and <= 5 } bank && bank.All(char.IsAsciiDigit) ? bank[^3..] : null;
}
