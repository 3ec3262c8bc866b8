using Paypro.ServerTests.Infrastructure;
using Paypro.UnitTests.Client.Written;

namespace Paypro.UnitTests.Client;

/// <summary>The committed parts of the clients; with <c>PAYPRO_WRITE_CLIENTS=1</c>, as <c>eng/clients</c> sets it, they are written first.</summary>
public sealed class WrittenClientsTests
{
    [Fact]
    public void The_committed_clients_are_those_of_the_country_files()
    {
        var files = WrittenFiles.All();
        if (Environment.GetEnvironmentVariable("PAYPRO_WRITE_CLIENTS") == "1")
        {
            foreach (var (path, text) in files)
            {
                var file = Path.Combine(Repository.Root, path);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllText(file, text);
            }
        }

        Assert.All(files, file => Assert.True(Committed(file.Key) == file.Value, $"{file.Key} is not what the country files say: run eng/clients."));
        var committed = new[] { "src/Paypro.Client/Countries", "clients/typescript/src/countries" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Repository.Root, folder)))
            .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'));
        Assert.Superset(committed.ToHashSet(), files.Keys.ToHashSet());
    }

    private static string? Committed(string path)
    {
        var file = Path.Combine(Repository.Root, path);
        return File.Exists(file) ? File.ReadAllText(file) : null;
    }
}
