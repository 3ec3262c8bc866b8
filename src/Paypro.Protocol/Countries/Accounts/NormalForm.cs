using System.Globalization;
using System.Text;

namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// The one form of what people and programs write in several: accounts, codes, keys, identities, phone numbers. It is made once, before
/// the rules, the order's content and the rail see the text; what is signed stays the text as it was sent. A character that is not known
/// here stays, so that a rule can refuse it. No culture and no ICU is asked.
/// </summary>
public static class NormalForm
{
    private const char FirstWide = '\uFF01', LastWide = '\uFF5E', Minus = '\u2212';

    /// <summary>
    /// Digits of any script and full-width characters in ASCII, every blank a plain one and every dash a hyphen, without characters that
    /// are not seen and without blanks at the ends. Codes need no more, since their letter case is the list's to decide.
    /// </summary>
    public static string Plain(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            switch (Rune.GetUnicodeCategory(rune))
            {
                case UnicodeCategory.Format:
                    break;
                case UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    plain.Append(' ');
                    break;
                case UnicodeCategory.DashPunctuation:
                    plain.Append('-');
                    break;
                case UnicodeCategory.DecimalDigitNumber:
                    plain.Append((char)('0' + (int)Rune.GetNumericValue(rune)));
                    break;
                default:
                    plain.Append(rune.Value is >= FirstWide and <= LastWide ? ((char)(rune.Value - FirstWide + '!')).ToString() : rune.Value == Minus ? "-" : rune.ToString());
                    break;
            }
        }

        return plain.ToString().Trim(' ');
    }

    /// <summary>An account, IBAN, IFSC or identity: in capitals, without blanks and the hyphens between its characters.</summary>
    // A point is never left out: a number that became 123456.0 on its way would be another account.
    public static string Account(string text) => Joined(Plain(text), between: "-", anywhere: " ").ToUpperAscii();

    /// <summary>A tax number: as an account, and without the points and strokes between its characters; its check digits find what was no punctuation.</summary>
    public static string TaxNumber(string text) => Joined(Plain(text), between: "-./", anywhere: " ").ToUpperAscii();

    /// <summary>A phone number: without blanks, parentheses and the hyphens between its digits. A plus stays.</summary>
    public static string Phone(string text) => Joined(Plain(text), between: "-", anywhere: " ()");

    /// <summary>Only the letters of English in capitals: another letter that some alphabet calls the same is another one.</summary>
    internal static string ToUpperAscii(this string text) => string.Create(text.Length, text, static (upper, from) =>
    {
        for (var at = 0; at < upper.Length; at++)
        {
            upper[at] = char.IsAsciiLetterLower(from[at]) ? (char)(from[at] - 'a' + 'A') : from[at];
        }
    });

    /// <summary>The same in small letters.</summary>
    internal static string ToLowerAscii(this string text) => string.Create(text.Length, text, static (lower, from) =>
    {
        for (var at = 0; at < lower.Length; at++)
        {
            lower[at] = char.IsAsciiLetterUpper(from[at]) ? (char)(from[at] - 'A' + 'a') : from[at];
        }
    });

    /// <summary>A mark that should stand between two characters says something else at an end: <c>-1</c> is no account.</summary>
    private static string Joined(string text, string between, string anywhere)
    {
        if (text.AsSpan().IndexOfAny(between) < 0 && text.AsSpan().IndexOfAny(anywhere) < 0)
        {
            return text;
        }

        var joined = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            var isLeftOut = anywhere.Contains(text[at]) || (at > 0 && at < text.Length - 1 && between.Contains(text[at]));
            if (!isLeftOut)
            {
                joined.Append(text[at]);
            }
        }

        return joined.ToString();
    }
}
