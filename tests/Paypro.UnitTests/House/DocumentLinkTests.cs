using System.Text.RegularExpressions;
using Paypro.Channels.DLocal;
using Paypro.Channels.Mpesa;
using Paypro.Channels.Paypro;
using Paypro.Channels.Pix;
using Paypro.Channels.Spei;
using Paypro.Server;
using Paypro.Server.Operator.CaseWork;

namespace Paypro.UnitTests.House;

/// <summary>What the documents name is there: files, headings, settings of the program and of channel accounts, and what is typed after a program's name.</summary>
public sealed partial class DocumentLinkTests
{
    private static readonly IReadOnlyList<SourceFile> Documents =
        [.. SourceTree.Paths.Where(path => path.EndsWith(".md", StringComparison.Ordinal)).Select(SourceTree.Read)];

    [Fact]
    public void EveryRelativeLinkLeadsToAFileAndAHeading()
    {
        Assert.NotEmpty(Documents);
        Findings.AssertNone(from document in Documents from problem in Broken(document) select problem);
    }

    [Fact]
    public void ABrokenLinkIsFound()
    {
        var document = new SourceFile("docs/operating/x.md", "# A b, `c`\n\n[1](#a-b-c) [2](#a-b) [3](books.md#ledger) [4](books.md#no) [5](none.md) [6](https://example.com/none.md) `[7](none.md)`\n\n```\n# no heading\n[8](none.md)\n```\n");

        Assert.Equal(["docs/operating/x.md: #a-b", "docs/operating/x.md: books.md#no", "docs/operating/x.md: none.md"], Broken(document));
    }

    [Fact]
    public void DocumentsNameOnlySettingsThatAreThere()
    {
        Findings.AssertNone(
            from document in Documents
            from Match match in Setting().Matches(document.Text)
            where !Settings.Names.Contains(match.Value) && !match.Value.EndsWith("__", StringComparison.Ordinal)
            select $"{document}:{document.LineAt(match.Index)}: {match.Value} is no setting.");
    }

    [Fact]
    public void EverySettingIsInTheOperatorsTable()
    {
        var text = SourceTree.Read("docs/operating/README.md").Text;

        Findings.AssertNone(from name in Settings.Names where !text.Contains($"`{name}`", StringComparison.Ordinal) select $"docs/operating/README.md does not tell what {name} is.");
    }

    [Fact]
    public void EveryKindOfCaseIsInTheOperatorsTable()
    {
        var rows = SourceTree.Read("docs/operating/README.md").Text.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(Runbooks.All);
        Findings.AssertNone(from kind in Runbooks.All.Keys where !rows.Exists(row => row.Split(" | ")[0].Contains($"`{kind}`", StringComparison.Ordinal)) select $"docs/operating/README.md does not list the case {kind}.");
    }

    [Fact]
    public void EveryOptionIsKnownToAProgram()
    {
        var programs = string.Concat(SourceTree.Paths.Where(IsProgram).Select(path => SourceTree.Read(path).Text));

        Findings.AssertNone(
            from document in Documents
            from Match match in Option().Matches(document.Text)
            let name = match.Groups["name"].Value
            where !Others.Contains(name) && !programs.Contains(name, StringComparison.Ordinal)
            select $"{document}:{document.LineAt(match.Index)}: no program takes {name}.");
    }

    [Theory]
    [InlineData("upstream.md", typeof(PayproSettings))]
    [InlineData("rails/pix.md", typeof(PixSettings))]
    [InlineData("rails/mpesa.md", typeof(MpesaSettings))]
    [InlineData("rails/spei.md", typeof(SpeiSettings))]
    [InlineData("rails/dlocal.md", typeof(DLocalSettings))]
    public void EverySettingOfAChannelIsListedAndDocumented(string page, Type settings)
    {
        var text = SourceTree.Read("docs/operating/" + page).Text;
        var names = settings.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToList();
        var all = (IReadOnlyList<string>)settings.GetProperty(nameof(PayproSettings.All))!.GetValue(null)!;

        Assert.Equal(names.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
        Findings.AssertNone(from name in names where !text.Contains(name, StringComparison.Ordinal) select $"docs/operating/{page} does not tell what {name} is.");
    }

    // Options of programs that are not ours.
    private static readonly string[] Others = ["--name", "--ulimit", "--output", "--filter-class", "--filter-method", "--filter-namespace", "--explicit", "--help", "--urls"];

    private static bool IsProgram(string path) =>
        path is "run" or "test" || ((path.StartsWith("src/", StringComparison.Ordinal) || path.StartsWith("eng/", StringComparison.Ordinal) || path.StartsWith("bench/", StringComparison.Ordinal)
            || path.StartsWith("tests/", StringComparison.Ordinal) || path.StartsWith(".ci/", StringComparison.Ordinal) || path.StartsWith("clients/", StringComparison.Ordinal))
            && Path.GetExtension(path) is "" or ".cs" or ".sh" or ".py" or ".mjs" or ".js" or ".css" or ".razor" or ".ts");

    private static IEnumerable<string> Broken(SourceFile document)
    {
        foreach (Match match in Link().Matches(Prose(document.Text)))
        {
            var target = match.Groups["target"].Value;
            if (Scheme().IsMatch(target))
            {
                continue;
            }

            var (file, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, "");
            var path = file.Length == 0 ? document.Path : Path.GetRelativePath(SourceTree.Root, Path.Combine(SourceTree.Root, Path.GetDirectoryName(document.Path) ?? "", file)).Replace('\\', '/');
            var full = Path.Combine(SourceTree.Root, path);
            if ((file.Length > 0 && !File.Exists(full) && !Directory.Exists(full))
                || (anchor.Length > 0 && path.EndsWith(".md", StringComparison.Ordinal) && !Anchors(file.Length == 0 ? document.Text : SourceTree.Read(path).Text).Contains(anchor)))
            {
                yield return $"{document}: {target}";
            }
        }
    }

    /// <summary>Without what is shown as it is typed.</summary>
    private static string Prose(string text) => Code().Replace(Fenced().Replace(text, ""), "");

    /// <summary>As GitHub makes them: lower case, no punctuation, blanks as hyphens; a second one of a name is numbered.</summary>
    private static HashSet<string> Anchors(string text)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(Fenced().Replace(text, "")))
        {
            var name = Punctuation().Replace(LinkText().Replace(heading.Groups["text"].Value.Trim(), "${text}").ToLowerInvariant(), "").Replace(' ', '-');
            for (var n = 1; !found.Add(n == 1 ? name : $"{name}-{n - 1}"); n++)
            {
            }
        }

        return found;
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("^[a-z]+:")]
    private static partial Regex Scheme();

    [GeneratedRegex("^ *```.*?^ *```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fenced();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Punctuation();

    [GeneratedRegex("Paypro__[A-Za-z_]+")]
    private static partial Regex Setting();

    [GeneratedRegex(@"(?<![\w-])(?<name>--[a-z][a-z-]+)")]
    private static partial Regex Option();
}
