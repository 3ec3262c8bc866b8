using System.Text;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>One place of a table.</summary>
/// <param name="Text">Trimmed.</param>
/// <param name="IsNumber">Whether the file says that it is a number and not a text, as a workbook does.</param>
internal readonly record struct TableCell(string Text, bool IsNumber)
{
    public static readonly TableCell Empty = new("", IsNumber: false);
}

/// <summary>One row of a table.</summary>
/// <param name="No">As a spreadsheet counts it: the head is mostly 1.</param>
/// <param name="Cells">From the left; empty ones at the end may be missing.</param>
internal sealed record TableLine(int No, IReadOnlyList<TableCell> Cells)
{
    public TableCell this[int column] => column < Cells.Count ? Cells[column] with { Text = Cells[column].Text.Trim() } : TableCell.Empty;
}

/// <summary>Reads comma-separated values (RFC 4180), separated by commas, semicolons or tabs, in UTF-8 or Latin-1.</summary>
internal static class CsvTable
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="content">The file.</param>
    /// <param name="mostRows">So many rows at most, with the head; one more tells that there are more.</param>
    /// <returns>Null when a quotation mark is not closed, or there are characters that no text has.</returns>
    public static IReadOnlyList<TableLine>? Read(byte[] content, int mostRows)
    {
        var text = TextOf(content);
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var separator = SeparatorOf(text);
        var (rows, cells, cell, line, at) = (new List<TableLine>(), new List<TableCell>(), new StringBuilder(), 1, 0);
        while (at < text.Length && rows.Count < mostRows)
        {
            var mark = text[at];
            if (mark == '"' && cell.Length == 0)
            {
                for (at++; ; at++)
                {
                    var end = at < text.Length ? text.IndexOf('"', at) : -1;
                    if (end < 0)
                    {
                        return null;
                    }

                    cell.Append(text, at, end - at);
                    at = end + 1;
                    if (at >= text.Length || text[at] != '"')
                    {
                        break;
                    }

                    cell.Append('"');
                }
            }
            else if (mark == separator)
            {
                EndCell();
                at++;
            }
            else if (mark is '\r' or '\n')
            {
                at += mark == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
                EndLine();
            }
            else
            {
                cell.Append(mark);
                at++;
            }
        }

        EndLine();
        return rows;

        void EndCell()
        {
            // What our own files write so that a spreadsheet does not take a text for a formula.
            var found = cell.ToString();
            cells.Add(new TableCell(found is ['\'', '=' or '+' or '-' or '@', ..] ? found[1..] : found, IsNumber: false));
            cell.Clear();
        }

        void EndLine()
        {
            EndCell();
            if (cells.Exists(c => !string.IsNullOrWhiteSpace(c.Text)) && rows.Count < mostRows)
            {
                rows.Add(new TableLine(line, cells));
            }

            cells = [];
            line++;
        }
    }

    private static string TextOf(byte[] content)
    {
        var bytes = content.AsSpan();
        bytes = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes;
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>What stands most often in the first line, outside of quotation marks.</summary>
    private static char SeparatorOf(string text)
    {
        var head = text.AsSpan(0, text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and var end ? end : text.Length);
        var best = ',';
        foreach (var separator in ",;\t")
        {
            best = head.Count(separator) > head.Count(best) ? separator : best;
        }

        return best;
    }
}
