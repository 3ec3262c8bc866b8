using System.Globalization;
using System.Text;

namespace Paypro.Server.Platform;

/// <summary>
/// Texts that rails and merchants' servers send, made fit to be stored, logged and shown. PostgreSQL refuses NUL and half characters, and
/// with them the whole statement. What cannot stay becomes U+FFFD and is not removed: without it another text could come out, such as a
/// reference that exists. A text that is a key is never changed: whoever reads it asks <see cref="IsClean"/> and refuses it.
/// </summary>
internal static class OutsideText
{
    private const char Unusable = '\uFFFD';

    /// <summary>Whether it has neither control characters nor half characters.</summary>
    public static bool IsClean(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c) || char.IsSurrogate(c))
            {
                return !HasUnusable(text);
            }
        }

        return true;
    }

    /// <summary>The same of a text that may have tabs and several lines.</summary>
    public static bool AreClean(string lines) => IsClean(lines) || IsClean(lines.Replace('\t', ' ').Replace('\r', ' ').Replace('\n', ' '));

    /// <summary>A text of one line: tabs and line breaks become blanks.</summary>
    /// <param name="text">From outside.</param>
    /// <param name="atMost">UTF-16 units. What is longer is cut before the character that would be cut in two, accents and joined emoji included.</param>
    public static string Line(string text, int atMost) => Clean(Cut(text, atMost), keepsLines: false);

    /// <summary>A text that may have several lines.</summary>
    /// <inheritdoc cref="Line"/>
    public static string Lines(string text, int atMost) => Clean(Cut(text, atMost), keepsLines: true);

    private static string Cut(string text, int atMost)
    {
        if (text.Length <= atMost)
        {
            return text;
        }

        var length = 0;
        for (int next; (next = StringInfo.GetNextTextElementLength(text, length)) + length <= atMost; length += next)
        {
        }

        // One character of more marks than fit is no character of any language.
        return text[..(length > 0 ? length : char.IsHighSurrogate(text[atMost - 1]) ? atMost - 1 : atMost)];
    }

    private static string Clean(string text, bool keepsLines)
    {
        if (IsClean(text))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            // A half character is enumerated as U+FFFD.
            _ = rune.Value is '\t' or '\n' or '\r' ? clean.Append(keepsLines ? (char)rune.Value : ' ')
                : Rune.IsControl(rune) ? clean.Append(Unusable)
                : clean.Append(rune);
        }

        return clean.ToString();
    }

    private static bool HasUnusable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || !Rune.TryGetRuneAt(text, i, out var rune))
            {
                return true;
            }

            i += rune.Utf16SequenceLength - 1;
        }

        return false;
    }
}
