using System.Text.RegularExpressions;
using Paypro.Server.Cases;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Screens;
using Paypro.UnitTests.House;

namespace Paypro.UnitTests.Access;

/// <summary>Each kind of case that the code can raise has a runbook, and each says what one person may do alone.</summary>
public sealed partial class RunbookTests
{
    [Fact]
    public void EveryKindOfCaseHasARunbook()
    {
        var raised = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in SourceTree.Paths.Where(p => p.StartsWith("src/Paypro.Server/", StringComparison.Ordinal)).Where(p => p.EndsWith(".cs", StringComparison.Ordinal)))
        {
            var text = SourceTree.Read(path).Text;
            if (path.EndsWith("Cases/CaseChange.cs", StringComparison.Ordinal) || Raises().IsMatch(text))
            {
                raised.UnionWith(Kinds().Matches(text).Select(m => m.Groups[1].Value));
            }

            raised.UnionWith(Named().Matches(text).Select(m => m.Groups[1].Value));
        }

        Assert.True(raised.Count >= 25, $"Only {raised.Count} kinds were found: the patterns do not fit the code any more.");
        Assert.Equal([], raised.Except(Runbooks.All.Keys));
        Assert.Equal([], Runbooks.All.Keys.Except(raised));
    }

    [Fact]
    public void EveryKindOfCaseHasWordsInEveryLanguage()
    {
        Assert.Equal(Runbooks.All.Keys.Order(StringComparer.Ordinal), CaseKindWords.All.Keys.Order(StringComparer.Ordinal));
        var known = ScreenTexts.Files.SelectMany(f => ScreenTexts.FileOf(f).Keys).ToHashSet(StringComparer.Ordinal);
        Assert.All(CaseKindWords.All.Values, words => Assert.Contains(words, known));
        Assert.Equal(CaseKindWords.All.Count, CaseKindWords.All.Values.Distinct().Count());
    }

    /// <summary>A counter that appears with its first event hides that event from whoever watches its rate.</summary>
    [Fact]
    public void EveryKindOfBackgroundWorkIsCountedFromZero()
    {
        var byStatements = Kinds().Matches(SourceTree.Read("src/Paypro.Server/Cases/CaseChange.cs").Text).Select(m => m.Groups[1].Value);
        Assert.Equal(Runbooks.All.Keys.Except(byStatements).Order(StringComparer.Ordinal), RaiseCases.Kinds);
    }

    [Fact]
    public void EveryRunbookSaysWhatOneMayDoAlone() => Assert.All(Runbooks.All.Values, book =>
    {
        Assert.True(book.Lines.Count(l => l.StartsWith(Runbooks.Alone, StringComparison.Ordinal)) == 1, $"{book.Kind} does not say once what one person may do alone.");
        Assert.True(book.Lines.Count >= 3, $"{book.Kind} says too little.");
    });

    [GeneratedRegex(@"\.RaiseAsync\(|\.Raise\(new CaseRow|SayAsync\(")]
    private static partial Regex Raises();

    /// <summary>A constant that is a kind, in a file that raises cases.</summary>
    [GeneratedRegex(@"(?:const string|,) (?:Kind|[A-Za-z]*Case|Low|Out|Stale|Stopped|Parked|Contradiction|WaitingReturn|RefusedStatement|Suspense|Underpaid|UnknownOutcome|UnansweredExpiry|PaidAfterDecision|HeldPayout|UnscreenedPayout|HeldPayIn|Dispute)\s*=\s*""([a-z]+(?:-[a-z]+)*)""")]
    private static partial Regex Kinds();

    /// <summary>A kind at its place.</summary>
    [GeneratedRegex(@"(?:const string ProblemKind = |RaiseAsync\(|[pP]roblems\??\.Add\(new\()\s*""([a-z]+(?:-[a-z]+)*)""")]
    private static partial Regex Named();
}
