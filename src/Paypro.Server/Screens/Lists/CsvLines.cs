using System.Text;

namespace Paypro.Server.Screens.Lists;

/// <summary>Comma-separated values (RFC 4180) for programs: columns with fixed names, in UTF-8 with the mark that spreadsheets look for.</summary>
internal static class CsvLines
{
    public static byte[] Of(IEnumerable<IReadOnlyList<string>> lines)
    {
        var text = new StringBuilder("\uFEFF");
        foreach (var line in lines)
        {
            text.AppendJoin(',', line.Select(Quoted)).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A text that a spreadsheet would take for a formula begins with an apostrophe; what reads our files takes it away.</summary>
    public static string Harmless(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? $"'{text}" : text;

    public static string Quoted(string text) => text.AsSpan().IndexOfAny("\",\r\n") >= 0 ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}
