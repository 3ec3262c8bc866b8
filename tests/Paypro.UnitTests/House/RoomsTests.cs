using System.Reflection;
using Paypro.UnitTests.House.Samples.Above;

namespace Paypro.UnitTests.House;

/// <summary>Which room may use which, and that the search for arrows finds them.</summary>
public sealed class RoomsTests
{
    private const string Server = "src/Paypro.Server/";
    private static readonly string[] None = [];

    [Fact]
    public void ArrowsAreInTheListAndGoDown()
    {
        IReadOnlyCollection<SourceFile> sources = [.. SourceTree.Below("src/Paypro.Server"), .. Pages()];
        IReadOnlyCollection<Arrow> found = [.. SourceArrows.In(sources), .. CompiledArrows.In(Assembly.Load("Paypro.Server"), "Paypro.Server").Where(arrow => arrow.From.Length > 0)];

        Findings.AssertNone(Rooms.Problems(Rooms.Allowed, found));
    }

    [Fact]
    public void TellsWhatIsNotInTheListNotUsedOrUpward()
    {
        Arrow down = new("Above", "Below", "a.cs:1"), up = new("Below", "Above", "b.cs:1"), outside = new("Below", "", "B");

        Assert.Empty(Rooms.Problems([("Above", ["Below"]), ("Below", None)], [down, down]));
        Assert.Contains("not in the list", Assert.Single(Rooms.Problems([("Above", None), ("Below", None)], [down, down])), StringComparison.Ordinal);
        Assert.Contains("does not", Assert.Single(Rooms.Problems([("Above", ["Below"]), ("Below", None)], [])), StringComparison.Ordinal);
        Assert.Contains("go down only", Assert.Single(Rooms.Problems([("Above", ["Below"]), ("Below", ["Above"])], [down, up])), StringComparison.Ordinal);
        Assert.Contains("go down only", Assert.Single(Rooms.Problems([("Above", ["Above"])], [new("Above", "Above", "a.cs:1")])), StringComparison.Ordinal);
        Assert.Contains("puts the rooms together", Assert.Single(Rooms.Problems([("Below", None)], [outside])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("using Paypro.Server.Below;", 1)]
    [InlineData("using static Paypro.Server.Below.Thing;", 1)]
    [InlineData("using Short = Paypro.Server.Below.Deep.Thing;", 1)]
    [InlineData("var a = new Server.Below.Thing();", 1)]
    [InlineData("var a = Below.Thing.Number; var b = Below.Thing.Number;", 1)]
    [InlineData("@using Paypro.Server.Below\n<p>It isn't</p>", 1, "razor")]
    [InlineData("namespace Paypro.Server.Above; // using Paypro.Server.Below;", 0)]
    [InlineData("var a = state.Below.Thing; var b = Below.Other; var c = \"Below.Thing\"; var d = Server.Features;", 0)]
    public void FindsArrowsInSources(string text, int found, string ending = "cs")
    {
        IReadOnlyList<SourceFile> files =
        [
            new($"{Server}Above/A.{ending}", text),
            new(Server + "Below/B.cs", "namespace Paypro.Server.Below;\ninternal static class Thing;"),
            new(Server + "Program.cs", "using Paypro.Server.Above;"),
        ];

        var arrows = SourceArrows.In(files);

        Assert.Equal(found, arrows.Count);
        Assert.All(arrows, arrow => Assert.Equal(("Above", "Below", $"{Server}Above/A.{ending}:1"), (arrow.From, arrow.To, arrow.Where)));
    }

    [Fact]
    public void FindsCompiledArrowsHoweverTheyAreSpelled()
    {
        var root = typeof(NamesNobody).Namespace![..^".Above".Length];

        var arrows = CompiledArrows.In(typeof(NamesNobody).Assembly, root).Where(arrow => arrow.From is "Above" or "Below").ToList();

        Assert.All(arrows, arrow => Assert.Equal(("Above", "Below"), (arrow.From, arrow.To)));
        Assert.Equal(
            [typeof(AsksForAKind).FullName, typeof(Keeps).FullName, typeof(NamesNobody).FullName],
            arrows.Select(arrow => arrow.Where.Split('+')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<SourceFile> Pages() =>
        SourceTree.Paths.Where(path => path.StartsWith(Server, StringComparison.Ordinal) && path.EndsWith(".razor", StringComparison.Ordinal)).Select(SourceTree.Read);
}
