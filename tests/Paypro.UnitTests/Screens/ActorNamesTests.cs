using System.Text.RegularExpressions;
using Paypro.Server.Operator;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Screens;
using Paypro.UnitTests.House;

namespace Paypro.UnitTests.Screens;

/// <summary>Who did what, as an operator reads it.</summary>
public sealed partial class ActorNamesTests
{
    private static readonly ActorNames Names = new(new Dictionary<long, string> { [12] = "Ann Lee" });

    [Theory]
    [InlineData("operator:12", "Ann Lee")]
    [InlineData("user:12", "Ann Lee")]
    [InlineData("user:12 ann@example.com", "Ann Lee")]
    [InlineData("operator:13", "operator:13")]
    [InlineData("user:13 bo@example.com", "user:13 bo@example.com")]
    [InlineData("operator:99999999999999999999", "operator:99999999999999999999")]
    [InlineData("token:3", "Token 3")]
    [InlineData("clock", "By its time")]
    [InlineData("query", "The rail")]
    [InlineData("api", "The merchant's program")]
    [InlineData("sandbox", "The sandbox")]
    [InlineData("", "")]
    public void APersonHasANameAndAPartOfTheProgramAWord(string actor, string read) => Assert.Equal(read, Names.Of(ScreenTexts.English, actor));

    [Fact]
    public void ASentenceNamesThePersonToo() => Assert.Equal("7: the letter (approved by Ann Lee)", Names.In("7: the letter (approved by operator:12)"));

    /// <summary>What the core notes that a person did has words.</summary>
    [Fact]
    public void EveryActionOfAPersonHasWords()
    {
        var noted = SourceTree.Paths.Where(p => p.StartsWith("src/Paypro.Server/Statements/", StringComparison.Ordinal) && p.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(p => Noted().Matches(SourceTree.Read(p).Text)).SelectMany(m => Name().Matches(m.Value)).Select(m => m.Groups[1].Value).Distinct().ToList();
        Assert.InRange(noted.Count, 14, 40);
        Assert.All(noted, action => Assert.NotEqual(action, CaseWords.OfAction(action)));
    }

    [GeneratedRegex("(?:Action\\(|Did\\(|Action = )[^;]*?\"[a-z]+\\.[a-z-]+\"(?: : \"[a-z]+\\.[a-z-]+\")?")]
    private static partial Regex Noted();

    [GeneratedRegex("\"([a-z]+\\.[a-z-]+)\"")]
    private static partial Regex Name();
}
