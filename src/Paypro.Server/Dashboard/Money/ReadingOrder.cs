using System.Globalization;

namespace Paypro.Server.Dashboard.Money;

/// <summary>A part of a line, of letters that are set together.</summary>
internal readonly record struct LinePart(int Begin, int End, bool IsRightToLeft);

/// <summary>
/// The order in which parts of a line stand on paper where Arabic letters, which run from the right to the left, stand beside others: the rules of Unicode's annex 9 for one line without
/// control characters. Its first letter says from which side the line is read.
/// </summary>
internal static class ReadingOrder
{
    private enum Kind
    {
        LeftToRight,
        RightToLeft,
        Number,
        Between,
    }

    /// <summary>Parts from the left to the right of the paper; each of one direction, and of one font.</summary>
    public static List<LinePart> Of(string text, Func<int, int, bool> isSameFont)
    {
        var levels = Levels(text);
        var parts = new List<(LinePart Part, int Level)>();
        var begin = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || levels[i] != levels[begin] || !isSameFont(i, begin))
            {
                parts.Add((new(begin, i, levels[begin] == 1), levels[begin]));
                begin = i;
            }
        }

        // Rule L2: from the highest level down, what stands together at a level or above it changes sides.
        for (var level = 2; level >= 1; level--)
        {
            for (var first = 0; first < parts.Count; first++)
            {
                var count = parts.Skip(first).TakeWhile(p => p.Level >= level).Count();
                parts.Reverse(first, count);
                first += count;
            }
        }

        return [.. parts.Select(p => p.Part)];
    }

    /// <summary>A bracket that is read from the right opens to the left.</summary>
    public static char Mirrored(char letter) => "()[]{}<>«»‹›".IndexOf(letter, StringComparison.Ordinal) is >= 0 and var i ? "()[]{}<>«»‹›"[i ^ 1] : letter;

    /// <summary>0 from the left, 1 from the right, 2 from the left within 1.</summary>
    private static int[] Levels(string text)
    {
        var kinds = Kinds(text);
        var isFromRight = First(kinds) == Kind.RightToLeft;
        var levels = new int[text.Length];
        var outer = isFromRight ? Kind.RightToLeft : Kind.LeftToRight;
        for (var i = 0; i < text.Length; i++)
        {
            levels[i] = kinds[i] switch
            {
                Kind.LeftToRight => isFromRight ? 2 : 0,
                Kind.RightToLeft => 1,
                Kind.Number => 2,
                _ => Side(kinds, i, -1, outer) is var before && before == Side(kinds, i, 1, outer) ? before == Kind.RightToLeft ? 1 : isFromRight ? 2 : 0 : isFromRight ? 1 : 0,
            };
        }

        return levels;
    }

    /// <summary>The direction of the first letter; from the left where there is none.</summary>
    private static Kind First(Kind[] kinds) => Array.Find(kinds, k => k is Kind.LeftToRight or Kind.RightToLeft);

    /// <summary>The direction of the nearest letter or number; a number that is left counts as from the right, and so does the line's own side at its ends.</summary>
    private static Kind Side(Kind[] kinds, int i, int step, Kind outer)
    {
        while (i >= 0 && i < kinds.Length && kinds[i] == Kind.Between)
        {
            i += step;
        }

        return i < 0 || i >= kinds.Length ? outer : kinds[i] == Kind.Number ? Kind.RightToLeft : kinds[i];
    }

    private static Kind[] Kinds(string text)
    {
        var kinds = new Kind[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            kinds[i] = CharUnicodeInfo.GetUnicodeCategory(text[i]) switch
            {
                UnicodeCategory.DecimalDigitNumber => Kind.Number,
                UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Format => i > 0 ? kinds[i - 1] : Kind.Between,
                var category when category <= UnicodeCategory.OtherLetter => text[i] is >= '\u0590' and <= '\u08FF' ? Kind.RightToLeft : Kind.LeftToRight,
                _ => Kind.Between,
            };
        }

        // One sign between two digits is the number's; a number behind letters from the left is read with them (rules W4 and W7).
        for (var i = 1; i + 1 < text.Length; i++)
        {
            if (text[i] is '.' or ',' or ':' or '/' or '\u066B' or '\u066C' && kinds[i - 1] == Kind.Number && kinds[i + 1] == Kind.Number)
            {
                kinds[i] = Kind.Number;
            }
        }

        var last = First(kinds);
        for (var i = 0; i < text.Length; i++)
        {
            last = kinds[i] is Kind.LeftToRight or Kind.RightToLeft ? kinds[i] : last;
            kinds[i] = kinds[i] == Kind.Number && last == Kind.LeftToRight ? Kind.LeftToRight : kinds[i];
        }

        return kinds;
    }
}
