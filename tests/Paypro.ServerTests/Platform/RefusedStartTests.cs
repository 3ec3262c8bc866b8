using System.Diagnostics;
using Npgsql;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Kills;

namespace Paypro.ServerTests.Platform;

/// <summary>A start that cannot be ends in one sentence and code 2, and leaves everything as it was.</summary>
public sealed class RefusedStartTests
{
    public static TheoryData<Engine> Both => Engines.All;

    [Fact]
    public async Task ABadKeyFileOrMachineIsToldBeforeAnythingIsWritten()
    {
        using var good = new MasterKeyFile();
        var folder = Directory.CreateTempSubdirectory("paypro-test-").FullName;
        var live = new Dictionary<string, string> { ["Paypro__Sandbox"] = "false", ["Paypro__PublicUrl"] = "https://pay.example", ["Paypro__MasterKeyFile"] = good.Path };
        try
        {
            var files = new Dictionary<string, string>
            {
                ["twice"] = $"k1 {MasterKeyFile.Key}\nk1 {MasterKeyFile.Key}", ["half"] = "k1 " + MasterKeyFile.Key[..20], ["none"] = "", ["open"] = $"k1 {MasterKeyFile.Key}",
            };
            foreach (var (name, text) in files)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, name), text);
                MasterKeyFile.Own(Path.Combine(folder, name));
            }

            MasterKeyFile.Own(Path.Combine(folder, "open"), UnixFileMode.OtherRead);
            (IReadOnlyDictionary<string, string> Settings, string Named)[] cases =
            [
                (With(live, "Paypro__MasterKeyFile", Path.Combine(folder, "missing")), "Paypro__MasterKeyFile: the file"),
                (With(live, "Paypro__MasterKeyFile", folder), "Paypro__MasterKeyFile: '"),
                (With(live, "Paypro__MasterKeyFile", Path.Combine(folder, "twice")), "has two keys of one id"),
                (With(live, "Paypro__MasterKeyFile", Path.Combine(folder, "half")), "must be an id, a blank and 32 bytes"),
                (With(live, "Paypro__MasterKeyFile", Path.Combine(folder, "none")), "holds no key"),
                (With(live, "Paypro__MasterKeyFile", Path.Combine(folder, "open")), "chmod 600"),
                (With(live, "Paypro__PublicUrl", "http://pay.example"), "Paypro__PublicUrl: a live installation is reached by https"),
                (With(live, "TZDIR", "/no/such/folder"), "TZDIR: the time zones"),
                (With(live, "ConnectionStrings__Paypro", "Data Source=:memory:"), "must be the path of a file"),
            ];
            foreach (var some in cases.Chunk(3))
            {
                var exits = await Task.WhenAll(some.Select(async c =>
                {
                    var data = Directory.CreateDirectory(Path.Combine(folder, Guid.NewGuid().ToString("N"))).FullName;
                    var settings = c.Settings.ContainsKey("ConnectionStrings__Paypro") ? c.Settings : With(c.Settings, "ConnectionStrings__Paypro", $"Data Source={data}/paypro.db");
                    var exit = await ServerProcess.RunToExitAsync(new ServerStart { Environment = settings });
                    return (exit, Written: Directory.GetFileSystemEntries(data));
                }));
                foreach (var ((exit, written), expected) in exits.Zip(some))
                {
                    Assert.Contains(expected.Named, exit.Output, StringComparison.Ordinal);
                    AssertOneSentence(exit);
                    Assert.Empty(written);
                    Assert.DoesNotContain(MasterKeyFile.Key[..20], exit.Output, StringComparison.Ordinal);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AKeyThatOpensNothingIsRefusedAndChangesNothing(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        using var key = new MasterKeyFile();
        using var other = new MasterKeyFile();
        await File.WriteAllTextAsync(other.Path, "k1 " + Convert.ToBase64String(new byte[32]));
        Assert.Equal(0, (await MigrateAsync(database, key.Path)).Code);
        var before = await RowsAsync(database);

        // Another key of the same id, and one of another id.
        foreach (var text in new[] { "k1 ", "k7 " })
        {
            await File.WriteAllTextAsync(other.Path, text + Convert.ToBase64String(new byte[32]));
            var refused = await MigrateAsync(database, other.Path);
            Assert.Contains("does not open this database, whose secrets are sealed with master key 'k1'", refused.Output, StringComparison.Ordinal);
            AssertOneSentence(refused);
            Assert.Equal(before, await RowsAsync(database));
        }

        Assert.Equal(0, (await MigrateAsync(database, key.Path)).Code);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ASandboxMakesNoNewKeyBesideADatabaseThatHasOne(Engine engine)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var first = await ServerProcess.RunToExitAsync(new ServerStart { Database = database, Arguments = ["--migrate-only"] });
        Assert.True(first.Code == 0, first.Output);

        // PostgreSQL's sandbox keeps it where it is started, which is another folder each time; SQLite's beside the file.
        var key = engine == Engine.Sqlite ? Path.Combine(Path.GetDirectoryName(new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(database.ConnectionString).DataSource)!, "paypro-sandbox.key") : null;
        if (key is not null)
        {
            File.Delete(key);
        }

        var second = await ServerProcess.RunToExitAsync(new ServerStart { Database = database, Arguments = ["--migrate-only"] });
        Assert.Contains("paypro-sandbox.key' and is not there; put it back", second.Output, StringComparison.Ordinal);
        AssertOneSentence(second);
        Assert.False(File.Exists(key));
    }

    [Fact]
    public async Task ASqliteFileHasOneOwnerByWhateverNameItIsCalled()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite);
        var file = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
        var folder = Path.GetDirectoryName(file)!;
        using var key = new MasterKeyFile();
        var environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = key.Path };
        await using var first = await ServerProcess.StartAsync(new ServerStart { Database = database, Environment = environment });

        File.CreateSymbolicLink(Path.Combine(folder, "symbolic.db"), file);
        Directory.CreateSymbolicLink(folder + "-link", folder);
        using (var link = Process.Start("ln", [file, Path.Combine(folder, "hard.db")]))
        {
            await link.WaitForExitAsync();
        }

        try
        {
            foreach (var name in new[] { Path.Combine(folder, "symbolic.db"), Path.Combine(folder, "hard.db"), Path.Combine(folder + "-link", "paypro.db") })
            {
                var second = await ServerProcess.RunToExitAsync(new ServerStart { Environment = With(environment, "ConnectionStrings__Paypro", $"Data Source={name}") });
                Assert.Contains("is in use by another process", second.Output, StringComparison.Ordinal);
                AssertOneSentence(second);
            }
        }
        finally
        {
            Directory.Delete(folder + "-link");
        }

        // The owner is untroubled by those who tried.
        using var answer = await first.Http.GetAsync(new Uri("health/ready", UriKind.Relative));
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task AFileOrFolderThatCannotBeWrittenIsNamed()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite);
        using var key = new MasterKeyFile();
        Assert.Equal(0, (await MigrateAsync(database, key.Path)).Code);
        var file = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder(database.ConnectionString).DataSource;
        var settings = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = key.Path, ["ConnectionStrings__Paypro"] = $"Data Source={file};Mode=ReadOnly" };
        var readOnly = await ServerProcess.RunToExitAsync(new ServerStart { Environment = settings });
        Assert.Contains($"ConnectionStrings__Paypro: '{file}' cannot be used", readOnly.Output, StringComparison.Ordinal);
        AssertOneSentence(readOnly);

        await using var disk = await SmallDisk.MountAsync(megabytes: 50);
        Assert.SkipWhen(disk is null, "This process may not mount a disk of its own.");
        File.Copy(file, Path.Combine(disk.Folder, "there.db"));
        Assert.True(await disk.MakeReadOnlyAsync());
        foreach (var name in new[] { "there.db", "new.db" })
        {
            var exit = await ServerProcess.RunToExitAsync(new ServerStart { Environment = With(settings, "ConnectionStrings__Paypro", $"Data Source={Path.Combine(disk.Folder, name)}") });
            Assert.Contains($"{name}' cannot be written", exit.Output, StringComparison.Ordinal);
            AssertOneSentence(exit);
        }
    }

    [Fact]
    public async Task APostgresThatTakesNoWritesIsRefused()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = "-c default_transaction_read_only=on" };
        using var key = new MasterKeyFile();
        var exit = await ServerProcess.RunToExitAsync(new ServerStart
        {
            Database = database,
            Environment = new Dictionary<string, string> { ["ConnectionStrings__Paypro"] = settings.ConnectionString, ["Paypro__MasterKeyFile"] = key.Path },
        });
        Assert.Contains("transaction_read_only=on", exit.Output, StringComparison.Ordinal);
        AssertOneSentence(exit);
    }

    private static Task<ServerExit> MigrateAsync(TestDatabase database, string keyFile) => ServerProcess.RunToExitAsync(new ServerStart
    {
        Database = database, Environment = new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = keyFile }, Arguments = ["--migrate-only"],
    });

    private static async Task<Dictionary<string, string>> RowsAsync(TestDatabase database) =>
        (await Security.DatabaseDump.ReadAsync(database)).Where(d => !d.Key.StartsWith("file", StringComparison.Ordinal)).ToDictionary();

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> settings, string name, string value) => new(settings) { [name] = value };

    internal static void AssertOneSentence(ServerExit exit)
    {
        Assert.Equal(2, exit.Code);
        Assert.StartsWith("Paypro cannot start. ", exit.Output, StringComparison.Ordinal);
        Assert.Single(exit.Output.Trim().Split('\n'));
    }
}
