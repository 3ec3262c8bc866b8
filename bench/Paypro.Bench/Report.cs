using System.Text;
using Paypro.Bench.Ground;

namespace Paypro.Bench;

/// <summary>What was measured: printed as it comes, and on demand written into the documentation.</summary>
internal sealed class Report
{
    private const string Begin = "<!-- measured: bench/run --save writes from here -->";
    private const string End = "<!-- to here -->";
    private readonly StringBuilder _text = new();

    public void Say(string text)
    {
        Console.WriteLine(text);
        _text.Append(text).Append('\n');
    }

    /// <summary>Replaces what docs/performance.md says was measured.</summary>
    public void Save()
    {
        var path = Path.Combine(Place.Root, "docs", "performance.md");
        var page = File.ReadAllText(path);
        var (from, to) = (page.IndexOf(Begin, StringComparison.Ordinal), page.IndexOf(End, StringComparison.Ordinal));
        if (from < 0 || to < from)
        {
            throw new InvalidOperationException("docs/performance.md has lost the marks between which figures are written.");
        }

        File.WriteAllText(path, $"{page[..from]}{Begin}\n\n{_text.ToString().Trim()}\n\n{page[to..]}");
    }
}
