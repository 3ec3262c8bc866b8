using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;
using Paypro.Protocol;

namespace Paypro.Server.Screens;

/// <summary>
/// The texts of the screens in one language. The English text is the key; the others stand beside it in <c>Screens/Texts</c>, one file for each area,
/// in the order of <see cref="All"/>. What has no translation is shown in English, and a test fails.
/// </summary>
internal sealed class ScreenTexts
{
    private const string Prefix = "screen-texts/";

    private readonly IReadOnlyDictionary<string, string> _found;
    private readonly Lazy<IReadOnlyList<(Regex English, string Text)>> _patterns;

    private ScreenTexts(string language, string name, string group, string point, IReadOnlyDictionary<string, string> found)
    {
        (Language, Name, _found) = (language, name, found);
        Numbers = new NumberFormatInfo { NumberGroupSeparator = group, NumberDecimalSeparator = point };
        _patterns = new(() => [.. found.Where(f => f.Key.Contains("{0}", StringComparison.Ordinal)).OrderByDescending(f => f.Key.Length).Select(f => (PatternOf(f.Key), f.Value))]);
    }

    /// <summary>The languages of both portals; the first is for everybody whose own is not among them.</summary>
    public static IReadOnlyList<ScreenTexts> All { get; } = Read();

    public static ScreenTexts English => All[0];

    /// <summary>BCP 47.</summary>
    public string Language { get; }

    /// <summary>As its own readers call it.</summary>
    public string Name { get; }

    /// <summary>How the language writes numbers.</summary>
    public NumberFormatInfo Numbers { get; }

    public string this[string english] => _found.GetValueOrDefault(english, english);

    /// <param name="english">With <c>{0}</c>, <c>{1}</c> for the values.</param>
    /// <param name="values">Shown as they are.</param>
    public string this[string english, params object?[] values] => string.Format(CultureInfo.InvariantCulture, this[english], values);

    /// <summary>A sentence that was made elsewhere with its values in it, such as what has to be mended.</summary>
    public string Sentence(string english)
    {
        if (this == English || _found.ContainsKey(english))
        {
            return this[english];
        }

        foreach (var (pattern, text) in _patterns.Value)
        {
            if (pattern.Match(english) is { Success: true } match)
            {
                return string.Format(CultureInfo.InvariantCulture, text, [.. match.Groups.Values.Skip(1).Select(g => g.Value)]);
            }
        }

        return english;
    }

    /// <summary>An amount in groups of three and the currency's digits, without its code: <c>1,234.50</c>.</summary>
    public string Amount(long minor, Currency currency) => AmountText.ToFixed(minor, currency, currency.MinorDigits).ToString(string.Create(CultureInfo.InvariantCulture, $"N{currency.MinorDigits}"), Numbers);

    /// <summary>A count in groups of three.</summary>
    public string Count(long count) => count.ToString("N0", Numbers);

    /// <summary>A share in per cent with two digits; the rate of fees and taxes.</summary>
    public string Percent(int basisPoints) => (basisPoints / 100m).ToString("N2", Numbers) + " %";

    /// <summary>What somebody chose, then what the browser prefers, then English.</summary>
    public static ScreenTexts Choose(string? chosen, IList<StringWithQualityHeaderValue> accepted)
    {
        if (All.FirstOrDefault(t => t.Language == chosen) is { } own)
        {
            return own;
        }

        foreach (var tag in accepted.Where(a => a.Quality != 0).OrderByDescending(a => a.Quality ?? 1).Select(a => a.Value.Value ?? ""))
        {
            if (All.FirstOrDefault(t => t.Language.Split('-')[0].Equals(tag.Split('-')[0], StringComparison.OrdinalIgnoreCase)) is { } found)
            {
                return found;
            }
        }

        return English;
    }

    /// <summary>The texts of one file: the English text, then the others in the order of <see cref="All"/>.</summary>
    public static IReadOnlyDictionary<string, string[]> FileOf(string name)
    {
        using var stream = typeof(ScreenTexts).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize<Dictionary<string, string[]>>(stream)!;
    }

    /// <summary>The names of all files.</summary>
    public static IEnumerable<string> Files => typeof(ScreenTexts).Assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static ScreenTexts[] Read()
    {
        var lines = Files.SelectMany(FileOf).DistinctBy(l => l.Key).ToList();
        IReadOnlyDictionary<string, string> Column(int column) => lines.ToDictionary(l => l.Key, l => l.Value.ElementAtOrDefault(column) ?? l.Key, StringComparer.Ordinal);
        return
        [
            new("en", "English", ",", ".", lines.ToDictionary(l => l.Key, l => l.Key, StringComparer.Ordinal)),
            new("es", "Español", ",", ".", Column(0)),
            new("pt-BR", "Português", ".", ",", Column(1)),
            new("id", "Bahasa Indonesia", ".", ",", Column(2)),
            new("zh-CN", "简体中文", ",", ".", Column(3)),
        ];
    }

    private static Regex PatternOf(string english) =>
        new($"^{string.Join("(.+?)", Regex.Split(english, @"\{[0-9]\}").Select(Regex.Escape))}$", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.NonBacktracking);
}
