namespace Paypro.UnitTests.House;

/// <summary>Each rule bites what it should and leaves alone what it should: a rule that finds nothing in anything is no rule.</summary>
public sealed class RulesTests
{
    private const string Server = "src/Paypro.Server/";

    [Theory]
    [InlineData("internal sealed class PayInManager;", 1)]
    [InlineData("static class StringHelpers { }", 1)]
    [InlineData("record struct CommonFields(int A);", 1)]
    [InlineData("class Utilisation; class Commonwealth; // class FooHelper", 0)]
    public void Names(string text, int found) => Assert.Equal(found, Rules.Names(new SourceFile("a.cs", text)).Count());

    [Fact]
    public void Length()
    {
        var lines = string.Concat(Enumerable.Repeat("// line\n", Rules.LongestFile));

        Assert.Empty(Rules.Length(new SourceFile("a.cs", lines)));
        Assert.Single(Rules.Length(new SourceFile("a.cs", lines + "more\n")));
        Assert.Empty(Rules.Length(new SourceFile("a.cs", lines + "    // Long because it is one table.\n")));
    }

    [Fact]
    public void Unfinished()
    {
        Assert.Single(Rules.Unfinished(new SourceFile("a.cs", "// TO" + "DO later")));
        Assert.Single(Rules.Unfinished(new SourceFile("a.cs", "throw new NotImplemented" + "Exception();")));
        Assert.Empty(Rules.Unfinished(new SourceFile("a.cs", "var method = todo;")));
    }

    [Fact]
    public void MachinesAndRegistries()
    {
        Assert.Single(Rules.MachinePaths(new SourceFile("a.md", "see /wo" + "rk/main")));
        Assert.Single(Rules.LocalRegistries(new SourceFile("nuget.config", "http://localhost" + ":5555/v3/index.json")));
        Assert.Empty(Rules.MachinePaths(new SourceFile("a.md", "it works/well")));
        Assert.Empty(Rules.LocalRegistries(new SourceFile("a.md", "http://localhost" + ":5080/v1/paypro/payInApi")));
    }

    [Theory]
    [InlineData("PayIns/A.cs", "using Npgsql;", 1)]
    [InlineData("PayIns/A.cs", "var connection = new SqliteConnection();", 1)]
    [InlineData("PayIns/A.cs", "using Paypro.Server.Storage.Postgres;", 1)]
    [InlineData("PayIns/A.cs", "var engine = Engine.Postgres; // NpgsqlConnection\nvar text = \"Npgsql\";", 0)]
    [InlineData("Storage/A.cs", "using Npgsql;", 0)]
    public void Engines(string path, string text, int found) =>
        Assert.Equal(found, Rules.EngineOutsideStorage(new SourceFile(Server + path, text)).Count());

    [Theory]
    [InlineData("PayIns/A.cs", "namespace Paypro.Server.PayIns;", 0)]
    [InlineData("PayIns/Deep/A.cs", "namespace Paypro.Server.PayIns.Deep;", 0)]
    [InlineData("PayIns/A.cs", "namespace Paypro.Server.PayInsElsewhere;", 1)]
    [InlineData("Attic/A.cs", "namespace Paypro.Server.Attic;", 1)]
    [InlineData("Program.cs", "app.Run();", 0)]
    public void Rooms(string path, string text, int found) => Assert.Equal(found, Rules.NamespaceIsRoom(new SourceFile(Server + path, text)).Count());

    [Theory]
    [InlineData("Platform/A.cs", "using Paypro.Server.Ledger;", 1)]
    [InlineData("Platform/A.cs", "using Paypro.Protocol;", 1)]
    [InlineData("Platform/A.cs", "namespace Paypro.Server.Platform;", 0)]
    [InlineData("Ledger/A.cs", "using Paypro.Server.Platform;", 0)]
    public void Platform(string path, string text, int found) =>
        Assert.Equal(found, Rules.PlatformKnowsNoBusiness(new SourceFile(Server + path, text)).Count());

    [Theory]
    [InlineData("PayIns/A.cs", "state.Entries.Insert(key, row);", 1)]
    [InlineData("Ledger/Balances.cs", "var row = new TransferRow { };", 1)]
    [InlineData("Settlement/A.cs", "state.Accounts.Update(key, account);", 1)]
    [InlineData("Ledger/Journal.cs", "state.Entries.Insert(key, new EntryRow());", 0)]
    [InlineData("PayIns/A.cs", "var account = state.Accounts.Get(key);", 0)]
    public void Money(string path, string text, int found) => Assert.Equal(found, Rules.MoneyOutsideJournal(new SourceFile(Server + path, text)).Count());

    [Theory]
    [InlineData("Ledger/A.cs", "void Read(HttpContext context) { }", 1)]
    [InlineData("MerchantApi/A.cs", "void Read(HttpContext context) { }", 0)]
    public void Http(string path, string text, int found) => Assert.Equal(found, Rules.HttpInBusiness(new SourceFile(Server + path, text)).Count());

    [Theory]
    [InlineData("[Fact] public void A() { var x = 1; }", 1)]
    [InlineData("[Fact] public void A() => Run(() => { x(); });", 1)]
    [InlineData("[Fact] public void A() { /* Assert.True(x); */ Run(\"Assert.True\"); } void B() { Assert.True(x); }", 1)]
    [InlineData("[Theory]\n[InlineData(\"]\", '\"')]\npublic async Task A(string a, char b)\n{\n    Assert.Equal(a, $\"{b + \"}\"}\");\n}", 0)]
    [InlineData("[Fact(Timeout = 5)] public void A() => Gen.Int.Sample(i => i == i);", 0)]
    [InlineData("[Fact] public Task A() => Expect(page).ToHaveTitleAsync(title);", 0)]
    [InlineData("[Fact] public void A() { VerifyLedger(database); }", 0)]
    public void Assertions(string text, int found) => Assert.Equal(found, Rules.TestsWithoutAssertion(new SourceFile("tests/A.cs", text)).Count());

    [Theory]
    [InlineData("a \"b\" c", "a     c")]
    [InlineData("a @\"b\"\"c\" d", "a         d")]
    [InlineData("a $\"{b + \"}\"}\" c", "a              c")]
    [InlineData("a '\"' b // c\nd", "a     b     \nd")]
    [InlineData("a \"\"\"b \"c\" d\"\"\" e", "a               e")]
    [InlineData("a @class \"\\\"\" b", "a @class      b")]
    public void Blanking(string source, string code) => Assert.Equal(code, CodeText.WithoutCommentsAndStrings(source));
}
