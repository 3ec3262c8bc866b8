using System.Text.RegularExpressions;
using Paypro.Server.Screens;
using Paypro.UnitTests.House;

namespace Paypro.UnitTests.Screens;

/// <summary>Whatever a screen says stands in a file of texts, in every language, and nothing else does.</summary>
public sealed partial class ScreenTextsTests
{
    private static readonly string[] Rooms = ["Screens", "Operator", "Dashboard", "SelfService"];

    /// <summary>Shown to nobody: what a developer of ours did wrong, and the reference of the operator API, which is in English.</summary>
    private static readonly string[] NoScreens =
    [
        "OperatorApiRoutes.cs", "AccountApiRoutes.cs", "RoutingApiRoutes.cs", "CaseApiRoutes.cs", "OrderApiRoutes.cs", "BookApiRoutes.cs", "ByHandApiRoutes.cs", "WithdrawalApiRoutes.cs", "HeldApiRoutes.cs", "DisputeApiRoutes.cs", "BankApiRoutes.cs", "NoticeApiRoutes.cs", "MonthApiRoutes.cs", "RuleApiRoutes.cs", "OverviewApiRoutes.cs",
        "OperatorOpenApi.cs", "OperatorApi.cs", "AuditedStore.cs", "AuditCheck.cs",
        "ComponentsPage.razor", "PasskeyStore.cs",
    ];

    /// <summary>Names, and what programs read.</summary>
    private static readonly string[] SameEverywhere = ["Paypro", "Enter", "after", "If-Match", "curl"];

    private static readonly IReadOnlyDictionary<string, string[]> Texts = ScreenTexts.Files.SelectMany(ScreenTexts.FileOf).DistinctBy(t => t.Key).ToDictionary(t => t.Key, t => t.Value);

    private static readonly IReadOnlyList<SourceFile> Sources =
    [
        .. SourceTree.Paths.Where(p => p.StartsWith("src/Paypro.Server/", StringComparison.Ordinal)).Where(p => (p.EndsWith(".razor", StringComparison.Ordinal) || p.EndsWith(".cs", StringComparison.Ordinal)) && !NoScreens.Contains(Path.GetFileName(p))).Select(SourceTree.Read),
    ];

    [Fact]
    public void EveryTextOfAScreenIsTranslated()
    {
        var missing = Of(Rooms).Where(f => f.Path.EndsWith(".razor", StringComparison.Ordinal)).SelectMany(f => Looked(f.Text).Select(t => (f.Path, Text: t)))
            .Concat(Of([.. Rooms, "Access"]).Where(f => f.Path.EndsWith(".cs", StringComparison.Ordinal)).SelectMany(f => Sentences(f.Text).Select(t => (f.Path, Text: t))))
            .Where(t => !Texts.ContainsKey(t.Text)).Select(t => $"{t.Path}: \"{t.Text}\"").Distinct().ToList();
        Assert.True(missing.Count == 0, "No file of texts has:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void EveryEntryIsInEveryLanguageWithTheSameValues()
    {
        foreach (var (english, others) in Texts)
        {
            Assert.True(others.Length == ScreenTexts.All.Count - 1 && !others.Any(string.IsNullOrWhiteSpace), $"\"{english}\" is not in every language.");
            foreach (var text in others)
            {
                Assert.True(ValuesOf(english).SetEquals(ValuesOf(text)), $"\"{text}\" has other values than \"{english}\".");
            }
        }
    }

    [Fact]
    public void NoTextStandsInTwoFiles()
    {
        var twice = ScreenTexts.Files.SelectMany(f => ScreenTexts.FileOf(f).Keys.Select(k => (File: f, Key: k))).GroupBy(t => t.Key).Where(g => g.Count() > 1).Select(g => $"\"{g.Key}\" in {string.Join(", ", g.Select(t => t.File))}");
        Assert.Empty(twice);
    }

    [Fact]
    public void NoEntryIsLeftOver()
    {
        var all = Value().Replace(string.Join('\n', Sources.Select(f => f.Text)).Replace("\\\"", "\"", StringComparison.Ordinal), "{}");
        var names = string.Join('\n', SourceTree.Paths.Where(p => p.StartsWith("src/Paypro.Protocol/Countries/", StringComparison.Ordinal)).Where(p => p.EndsWith(".cs", StringComparison.Ordinal)).Select(p => SourceTree.Read(p).Text));
        var left = Texts.Keys.Where(k => !all.Contains(Value().Replace(k, "{}"), StringComparison.Ordinal) && !names.Contains(k, StringComparison.Ordinal)).ToList();
        Assert.True(left.Count == 0, "Nothing says:\n" + string.Join('\n', left));
    }

    /// <summary>Words in the markup itself are in English for everybody.</summary>
    [Fact]
    public void NoScreenHasWordsOutsideItsTexts()
    {
        var found = Of(Rooms).Where(f => f.Path.EndsWith(".razor", StringComparison.Ordinal))
            .SelectMany(f => Words().Matches(MarkupOf(f.Text)).Select(m => m.Groups[1].Value.Trim()).Except(SameEverywhere).Select(w => $"{f.Path}: {w}")).ToList();
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("name: must not be empty", "es")]
    [InlineData("days: must be from 1 to 365", "zh-CN")]
    [InlineData("It needs the permission users.edit. Whoever manages the users can give you a role that has it.", "id")]
    public void ASentenceMadeElsewhereIsTranslatedWithItsValues(string english, string language)
    {
        var texts = ScreenTexts.Choose(language, []);
        var shown = texts.Sentence(english);
        Assert.NotEqual(english, shown);
        Assert.DoesNotContain("{0}", shown, StringComparison.Ordinal);
        Assert.Equal(english, ScreenTexts.English.Sentence(english));
    }

    private static IEnumerable<SourceFile> Of(IEnumerable<string> rooms) => Sources.Where(f => rooms.Any(r => f.Path.StartsWith($"src/Paypro.Server/{r}/", StringComparison.Ordinal)));

    /// <summary>The texts that a component looks up: the literals of the first value between <c>T[</c> and its bracket, but for those that are compared.</summary>
    private static IEnumerable<string> Looked(string source)
    {
        foreach (var start in Lookup().Matches(source).Select(m => m.Index + m.Length))
        {
            var first = FirstValue(source, start);
            foreach (Match literal in Literal().Matches(first))
            {
                var (before, after) = (first[..literal.Index].TrimEnd(), first[(literal.Index + literal.Length)..].TrimStart());
                if (!before.EndsWith("==", StringComparison.Ordinal) && !before.EndsWith("!=", StringComparison.Ordinal) && !before.EndsWith(" is", StringComparison.Ordinal)
                    && !after.StartsWith("=>", StringComparison.Ordinal) && !after.StartsWith("or ", StringComparison.Ordinal) && !before.EndsWith('$'))
                {
                    yield return literal.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal);
                }
            }
        }
    }

    private static string FirstValue(string source, int start)
    {
        var (depth, isText, i) = (0, false, start);
        for (; i < source.Length; i++)
        {
            var c = source[i];
            if (isText)
            {
                i += c == '\\' ? 1 : 0;
                isText = c != '"';
            }
            else if (c == '"')
            {
                isText = true;
            }
            else if (c is '(' or '[' or '{')
            {
                depth++;
            }
            else if (c is ')' or '}' || (c == ']' && depth > 0))
            {
                depth--;
            }
            else if (depth == 0 && c is ']' or ',')
            {
                break;
            }
        }

        return source[start..i];
    }

    /// <summary>Sentences of the code that a screen shows: what has to be mended, and what a page says of itself.</summary>
    private static IEnumerable<string> Sentences(string source)
    {
        var code = Comment().Replace(source, "");
        foreach (Match literal in AnyLiteral().Matches(code))
        {
            var text = literal.Groups[2].Value;
            var isInterpolated = literal.Groups[1].Value == "$";
            if (isInterpolated)
            {
                var n = 0;
                text = Value().Replace(text, _ => $"{{{n++}}}");
            }

            if ((Problem().IsMatch(text) || Sentence().IsMatch(text)) && !text.Contains("{string.", StringComparison.Ordinal))
            {
                yield return text.Replace("\\\"", "\"", StringComparison.Ordinal);
            }
        }
    }

    private static string MarkupOf(string razor)
    {
        var end = razor.IndexOf("\n@code {", StringComparison.Ordinal);
        return (end < 0 ? razor : razor[..end]).Replace("=>", "", StringComparison.Ordinal).Replace("<text>", "", StringComparison.Ordinal);
    }

    private static HashSet<string> ValuesOf(string text) => [.. Value().Matches(text).Select(m => m.Value)];

    [GeneratedRegex(@"\bT\[")]
    private static partial Regex Lookup();

    [GeneratedRegex("\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex("(\\$?)\"((?:[^\"\\\\\\n]|\\\\.)*)\"")]
    private static partial Regex AnyLiteral();

    [GeneratedRegex(@"\{[^{}""]*\}")]
    private static partial Regex Value();

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^[a-zA-Z-]+: [a-z]")]
    private static partial Regex Problem();

    [GeneratedRegex(@"^[A-Z][^""]* [^""]*\.$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@">([^<>@{}""=;()]*[A-Za-z]{4,}[^<>@{}""=;()]*)<")]
    private static partial Regex Words();
}
