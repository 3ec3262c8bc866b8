using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Paypro.UnitTests.House.Samples;

namespace Paypro.UnitTests.House;

/// <summary>The fences between projects and rooms.</summary>
public sealed class FenceTests
{
    private static readonly Assembly Server = Assembly.Load("Paypro.Server");

    [Theory]
    [InlineData("Paypro.Wire")]
    [InlineData("Paypro.Protocol")]
    [InlineData("Paypro.Channels")]
    [InlineData("Paypro.Client")]
    public void SeesNeitherWebServerNorDatabase(string project)
    {
        string[] forbidden = ["Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.Data.", "Npgsql", "SQLitePCLRaw", "Paypro.Server"];
        var file = XDocument.Parse(SourceTree.Read($"src/{project}/{project}.csproj").Text);
        var asked = file.Descendants().Attributes("Include").Select(attribute => Path.GetFileNameWithoutExtension(attribute.Value));
        var used = Assembly.Load(project).GetReferencedAssemblies().Select(name => name.Name ?? "");

        Assert.Equal("Microsoft.NET.Sdk", file.Root?.Attribute("Sdk")?.Value);
        Findings.AssertNone(from name in asked.Concat(used)
                            where forbidden.Any(start => name.StartsWith(start, StringComparison.Ordinal))
                            select $"{project} refers to {name}.");
    }

    [Fact]
    public void OnlyStorageTouchesTheEngines() => Findings.AssertNone(SourceTree.Below("src/Paypro.Server").SelectMany(Rules.EngineOutsideStorage));

    [Fact]
    public void FoldersAreRoomsAndNamespaces() => Findings.AssertNone(SourceTree.Below("src/Paypro.Server").SelectMany(Rules.NamespaceIsRoom));

    [Fact]
    public void PlatformKnowsNoBusiness() => Findings.AssertNone(SourceTree.Below("src/Paypro.Server").SelectMany(Rules.PlatformKnowsNoBusiness));

    [Fact]
    public void MoneyKnowsNoHttp() => Findings.AssertNone(SourceTree.Below("src/Paypro.Server").SelectMany(Rules.HttpInBusiness));

    [Fact]
    public void OnlyTheJournalMovesMoney()
    {
        Findings.AssertNone(SourceTree.Below("src/Paypro.Server").SelectMany(Rules.MoneyOutsideJournal));

        // And in the compiled program, where no spelling hides a constructor. Storage reads rows back.
        Findings.AssertNone(
            from row in Server.GetTypes()
            where row.Name is "TransferRow" or "EntryRow"
            from maker in Constructions.MakersOf(row, Server)
            where maker != row && maker.Namespace?.StartsWith("Paypro.Server.Storage", StringComparison.Ordinal) != true
            where !(maker.Namespace == "Paypro.Server.Ledger" && maker.Name.StartsWith("Journal", StringComparison.Ordinal))
            select $"{maker.FullName} makes a {row.Name}.");
    }

    [Fact]
    public void FindsConstructionsHoweverTheyAreSpelled()
    {
        var makers = Constructions.MakersOf(typeof(Made), typeof(Made).Assembly);

        Assert.Contains(typeof(MakesInALambda), makers);
        Assert.DoesNotContain(typeof(OnlyReads), makers);
    }

    [Fact]
    public void TheServerShowsNothingAndSealsItsClasses()
    {
        var types = Server.GetTypes().Where(IsWrittenByHand).ToList();
        var bases = types.Select(type => type.BaseType).Select(type => type is { IsGenericType: true } ? type.GetGenericTypeDefinition() : type).ToHashSet();

        Findings.AssertNone(from type in types where type.IsVisible select $"{type.FullName} is public; the server is a program, not a library.");
        Findings.AssertNone(from type in types
                            where type.IsClass && !type.IsAbstract && !type.IsSealed && !bases.Contains(type)
                            select $"{type.FullName} is not sealed.");
    }

    private static bool IsWrittenByHand(Type type)
    {
        for (var outer = type; outer is not null; outer = outer.DeclaringType)
        {
            if (outer.IsDefined(typeof(CompilerGeneratedAttribute), false)
                || outer.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), false)
                || outer.Name.Contains('<', StringComparison.Ordinal))
            {
                return false;
            }
        }

        // Razor writes every component as a public class that is not sealed, whatever one asks.
        return type.Namespace?.StartsWith("Paypro.", StringComparison.Ordinal) == true
            && !typeof(Microsoft.AspNetCore.Components.IComponent).IsAssignableFrom(type)
            && type.Name != "_Imports"
            && !type.Namespace.Contains("Storage.Migrations", StringComparison.Ordinal);
    }
}
