using System.Xml.Linq;

namespace Paypro.UnitTests.House;

/// <summary>The rules of the house over every file of the repository.</summary>
public sealed class TidyTests
{
    [Fact]
    public void NamesSayWhatATypeDoes() => AssertNone(SourceTree.Code.SelectMany(Rules.Names));

    [Fact]
    public void FilesAreShortOrSayWhyNot() => AssertNone(
        SourceTree.Code.Where(file => !file.Path.Contains("/Storage/Migrations/", StringComparison.Ordinal)).SelectMany(Rules.Length));

    [Fact]
    public void NothingIsLeftUnfinished() => AssertNone(SourceTree.Code.SelectMany(Rules.Unfinished));

    [Fact]
    public void EveryTestAsserts() => AssertNone(SourceTree.Below("tests").SelectMany(Rules.TestsWithoutAssertion));

    [Fact]
    public void NoFileNamesOneMachine() => AssertNone(SourceTree.Paths
        .Where(path => Path.GetExtension(path) is not (".png" or ".woff2" or ".ico" or ".db"))
        .Select(SourceTree.Read)
        .SelectMany(file => Rules.MachinePaths(file).Concat(Rules.LocalRegistries(file))));

    [Fact]
    public void PackageVersionsStandInOnePlace() => AssertNone(
        from path in SourceTree.Paths
        where path.EndsWith(".csproj", StringComparison.Ordinal)
        from reference in XDocument.Parse(SourceTree.Read(path).Text).Descendants("PackageReference")
        where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null || reference.Element("Version") is not null
        select $"{path}: the version of {reference.Attribute("Include")?.Value} belongs in Directory.Packages.props.");

    [Fact]
    public void ScriptsCanBeRun()
    {
        var scripts = SourceTree.Paths.Where(path => SourceTree.Read(path).Text.StartsWith("#!", StringComparison.Ordinal)).ToList();

        Assert.Superset(new HashSet<string> { "run", "test", ".ci/run" }, scripts.ToHashSet());
        foreach (var path in scripts)
        {
            // Windows keeps no such bit.
            Assert.True(
                OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(SourceTree.Root, path)).HasFlag(UnixFileMode.UserExecute),
                $"{path} is a script without the executable bit.");
        }
    }

    private static void AssertNone(IEnumerable<string> problems) => Findings.AssertNone(problems);
}
