using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Paypro.UnitTests.House;

/// <summary>What others build on is documented where they read it.</summary>
public sealed class DocumentationTests
{
    [Theory]
    [InlineData("Paypro.Wire")]
    [InlineData("Paypro.Protocol")]
    [InlineData("Paypro.Channels")]
    [InlineData("Paypro.Client")]
    public void PublicTypesAndContractsAreDocumented(string project)
    {
        var assembly = Assembly.Load(project);
        var documented = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"))
            .Descendants("member")
            .Where(member => member.Element("inheritdoc") is not null || member.Element("summary") is { } summary && (summary.HasElements || summary.Value.Trim().Length > 0))
            .Select(member => member.Attribute("name")?.Value ?? "")
            .ToHashSet(StringComparer.Ordinal);
        var types = assembly.GetTypes().Where(type => type.IsVisible && !type.IsDefined(typeof(CompilerGeneratedAttribute), false)).ToList();

        Findings.AssertNone(from type in types where !documented.Contains("T:" + NameOf(type)) select $"{type.FullName} has no summary.");
        Findings.AssertNone(from type in types
                            where type.IsInterface
                            from member in type.GetMembers()
                            where member is not MethodInfo { IsSpecialName: true }
                            where !documented.Any(name => IsFor(name, NameOf(type) + "." + member.Name))
                            select $"{type.FullName}.{member.Name} has no summary.");
    }

    [Fact]
    public void ContributingTellsWhereEachPartOfTheHouseIs()
    {
        var text = SourceTree.Read("CONTRIBUTING.md").Text;

        Assert.All(Directory.GetDirectories(Path.Combine(SourceTree.Root, "src")), folder => Assert.Contains(Path.GetFileName(folder), text, StringComparison.Ordinal));
    }

    private static string NameOf(Type type) => (type.FullName ?? type.Name).Replace('+', '.');

    // A method's name is followed by its parameters, or by its arity when it is generic.
    private static bool IsFor(string documented, string member) =>
        documented.AsSpan(2).StartsWith(member, StringComparison.Ordinal) && (documented.Length == member.Length + 2 || documented[member.Length + 2] is '(' or '`');
}
