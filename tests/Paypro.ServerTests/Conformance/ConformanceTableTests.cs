using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Conformance;

/// <summary>The committed tables; with <c>PAYPRO_WRITE_CONFORMANCE=1</c>, as <c>eng/conformance</c> sets it, they are written first.</summary>
public sealed class ConformanceTableTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "conformance");

    [Fact]
    public async Task TheCommittedTablesAreThoseOfTheCountryFiles()
    {
        var tables = await ConformanceTable.WriteAsync();
        if (Environment.GetEnvironmentVariable("PAYPRO_WRITE_CONFORMANCE") == "1")
        {
            Rewrite(tables);
        }

        Directory.CreateDirectory(Folder);
        var committed = Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal);
        Assert.Equal(tables.Keys, committed);
        Assert.All(tables, table => Assert.True(
            File.ReadAllText(Path.Combine(Folder, table.Key)) == table.Value, $"docs/conformance/{table.Key} is not what the country's file says: run eng/conformance."));
    }

    private static void Rewrite(SortedDictionary<string, string> tables)
    {
        if (Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        Directory.CreateDirectory(Folder);
        foreach (var (name, text) in tables)
        {
            File.WriteAllText(Path.Combine(Folder, name), text);
        }
    }
}
