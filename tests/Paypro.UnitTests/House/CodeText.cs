namespace Paypro.UnitTests.House;

/// <summary>Blanks comments and the contents of strings, so that rules read code and not what is said in it. Length and lines stay.</summary>
internal static class CodeText
{
    public static string WithoutCommentsAndStrings(string source)
    {
        var code = source.ToCharArray();
        for (var i = 0; i < source.Length;)
        {
            var end = EndOfBlank(source, i);
            if (end == i)
            {
                i++;
                continue;
            }

            for (; i < end; i++)
            {
                code[i] = source[i] is '\n' ? '\n' : ' ';
            }
        }

        return new string(code);
    }

    /// <summary>Index after the bracket that closes the one at <paramref name="open"/>; the text is already blanked.</summary>
    public static int AfterClosing(string code, int open)
    {
        var (opening, closing) = code[open] switch
        {
            '(' => ('(', ')'),
            '[' => ('[', ']'),
            _ => ('{', '}'),
        };
        var depth = 0;
        for (var i = open; i < code.Length; i++)
        {
            depth += code[i] == opening ? 1 : code[i] == closing ? -1 : 0;
            if (depth == 0)
            {
                return i + 1;
            }
        }

        return code.Length;
    }

    private static int EndOfBlank(string source, int i)
    {
        if (At(source, i, "//"))
        {
            return IndexOrEnd(source, "\n", i);
        }

        if (At(source, i, "/*"))
        {
            return Math.Min(IndexOrEnd(source, "*/", i + 2) + 2, source.Length);
        }

        if (source[i] == '\'')
        {
            return Math.Min(IndexOrEnd(source, "'", i + (At(source, i + 1, "\\") ? 3 : 2)) + 1, source.Length);
        }

        return source[i] is '"' or '$' or '@' ? EndOfString(source, i) : i;
    }

    // Where no string begins at i after all (@identifier), i itself.
    private static int EndOfString(string source, int i)
    {
        var start = i;
        bool interpolated = false, verbatim = false;
        for (; i < source.Length && source[i] is '$' or '@'; i++)
        {
            interpolated |= source[i] == '$';
            verbatim |= source[i] == '@';
        }

        var quotes = 0;
        while (i + quotes < source.Length && source[i + quotes] == '"')
        {
            quotes++;
        }

        if (quotes == 0)
        {
            return start;
        }

        if (quotes >= 3)
        {
            var fence = new string('"', quotes);
            return Math.Min(IndexOrEnd(source, fence, i + quotes) + quotes, source.Length);
        }

        return quotes == 2 && !(verbatim && At(source, i + 2, "\"")) ? i + 2 : EndOfQuoted(source, i + 1, interpolated, verbatim);
    }

    private static int EndOfQuoted(string source, int i, bool interpolated, bool verbatim)
    {
        while (i < source.Length)
        {
            if ((verbatim && At(source, i, "\"\"")) || (!verbatim && source[i] == '\\') || (interpolated && At(source, i, "{{")))
            {
                i += 2;
            }
            else if (source[i] == '"')
            {
                return i + 1;
            }
            else
            {
                i = interpolated && source[i] == '{' ? EndOfHole(source, i) : i + 1;
            }
        }

        return source.Length;
    }

    // A hole of an interpolated string holds code, which may hold strings again.
    private static int EndOfHole(string source, int i)
    {
        for (var depth = 0; i < source.Length;)
        {
            var end = EndOfBlank(source, i);
            if (end > i)
            {
                i = end;
                continue;
            }

            depth += source[i] == '{' ? 1 : source[i] == '}' ? -1 : 0;
            i++;
            if (depth == 0)
            {
                return i;
            }
        }

        return source.Length;
    }

    private static bool At(string source, int i, string text) => string.CompareOrdinal(source, i, text, 0, text.Length) == 0;

    private static int IndexOrEnd(string source, string text, int from)
    {
        var index = from >= source.Length ? -1 : source.IndexOf(text, from, StringComparison.Ordinal);
        return index < 0 ? source.Length : index;
    }
}
