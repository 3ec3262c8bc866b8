using System.Globalization;
using System.Text;

namespace Paypro.Bench;

/// <summary>A table in Markdown, printed as soon as its row of the bench is done.</summary>
internal sealed class Table(string title, params string[] columns)
{
    private readonly List<string[]> _lines = [];

    public void Add(params string[] cells) => _lines.Add(cells);

    /// <summary>The line that was added last, for whoever waits for a long row.</summary>
    public string Last => string.Join(" | ", _lines[^1]);

    public void Print(Report report)
    {
        var text = new StringBuilder($"\n### {title}\n\n| {string.Join(" | ", columns)} |\n|{string.Concat(Enumerable.Repeat("---|", columns.Length))}\n");
        foreach (var line in _lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", line)} |\n");
        }

        report.Say(text.ToString());
    }

    public static string Rate(double perSecond) => perSecond.ToString("#,##0", CultureInfo.InvariantCulture);

    public static string Ms(double milliseconds) => milliseconds.ToString("0.00", CultureInfo.InvariantCulture) + " ms";

    /// <summary>A ratio against its goal, e.g. <c>0.31× (≥ 0.25×: met)</c>.</summary>
    public static string AtLeast(double ratio, double goal) => Against(ratio, goal, "≥", ratio >= goal);

    public static string AtMost(double ratio, double goal) => Against(ratio, goal, "≤", ratio <= goal);

    public static string Times(double ratio) => ratio.ToString("0.00", CultureInfo.InvariantCulture) + "×";

    private static string Against(double ratio, double goal, string sign, bool met) => string.Create(
        CultureInfo.InvariantCulture, $"{Times(ratio)} ({sign} {goal:0.##}×: {(met ? "met" : "missed")})");
}
