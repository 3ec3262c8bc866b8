using Microsoft.Data.Sqlite;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Platform;

/// <summary>A start either comes up or ends with one sentence that names the setting.</summary>
public sealed class StartTests
{
    private static readonly Dictionary<string, string> Nothing = [];

    [Fact]
    public async Task ABadSettingIsNamedInOneSentence()
    {
        using var key = new MasterKeyFile();
        (Dictionary<string, string> Settings, string Named)[] cases =
        [
            (new() { ["Paypro__Database"] = "Oracle" }, "Paypro__Database: must be Sqlite or Postgres"),
            (new() { ["Paypro__Database"] = "Postgres" }, "ConnectionStrings__Paypro: is required"),
            (new() { ["Paypro__Database"] = "Postgres", ["ConnectionStrings__Paypro"] = "Host=127.0.0.1;Port=1;Username=x;Password=canary" }, "ConnectionStrings__Paypro: PostgreSQL cannot be reached"),
            (new() { ["Paypro__Database"] = "Postgres", ["ConnectionStrings__Paypro"] = "nonsense=1" }, "ConnectionStrings__Paypro: is not a PostgreSQL connection string"),
            (new() { ["ConnectionStrings__Paypro"] = "Data Source=/no/such/folder/paypro.db" }, "ConnectionStrings__Paypro: the folder"),
            (new() { ["ConnectionStrings__Paypro"] = "nonsense=1" }, "ConnectionStrings__Paypro: is not a SQLite connection string"),
            (new() { ["Paypro__Sandbox"] = "maybe" }, "Paypro__Sandbox"),
            (new() { ["Paypro__Sandbox"] = "false", ["Paypro__PublicUrl"] = "https://pay.example" }, "Paypro__MasterKeyFile"),
            (new() { ["Paypro__Sandbox"] = "false", ["Paypro__MasterKeyFile"] = key.Path }, "Paypro__PublicUrl"),
            (new() { ["Paypro__MasterKeyFile"] = "/no/such/file" }, "Paypro__MasterKeyFile"),
            (new() { ["Paypro__Roles"] = "api,cook" }, "Paypro__Roles"),
            (new() { ["Paypro__StopSeconds"] = "-1" }, "Paypro__StopSeconds"),
            (new() { ["Paypro__Writer__BatchSize"] = "-5" }, "Paypro__Writer__BatchSize"),
            (new() { ["Paypro__Notifications__Parallel"] = "-5" }, "Paypro__Notifications__Parallel"),
            (new() { ["Paypro__SecurityContact"] = "security@example.com" }, "Paypro__SecurityContact: must be an address that begins with mailto:, https: or tel:"),
            (new() { ["Paypro__Notifications__DeniedNetworks"] = "10.0.0.0/33" }, "Paypro__Notifications__DeniedNetworks: '10.0.0.0/33' is no IP address or network"),
            (new() { ["Paypro__Notifications__Ports"] = "443,99-80" }, "Paypro__Notifications__Ports: '99-80' is no port or range of ports"),
            (new() { ["Paypro__Notifications__TimeoutSeconds"] = "61" }, "Paypro__Notifications__TimeoutSeconds: must be from 1 to 60"),
            (new() { ["Paypro__Writer__Lanes"] = "many" }, "Paypro__Writer__Lanes"),
            (new() { ["Paypro__Metrics"] = "everyone" }, "Paypro__Metrics"),
            (new() { ["Paypro__Metrics"] = "127.0.0.1" }, "Paypro__Metrics: must be off, loopback, all or an IP address and a port"),
            (new() { ["Paypro__Metrics"] = "loopback", ["Paypro__Sandbox"] = "false", ["Paypro__PublicUrl"] = "https://pay.example", ["Paypro__MasterKeyFile"] = key.Path }, "Paypro__Metrics: must be off or an IP address and a port"),
            (new() { ["Paypro__UnpaidPayIns"] = "-1" }, "Paypro__UnpaidPayIns"),
            (new() { ["ASPNETCORE_URLS"] = "nonsense" }, "ASPNETCORE_URLS"),
            (new() { ["Paypro__Sandox"] = "true" }, "Paypro__Sandox: there is no such setting"),
            (new() { ["Paypro__Writer__Company"] = "24", ["Paypro__Writer__Lane"] = "2" }, "Paypro__Writer__Lane: there is no such setting"),
        ];
        foreach (var some in cases.Chunk(4))
        {
            var exits = await Task.WhenAll(some.Select(c => ServerProcess.RunToExitAsync(new ServerStart { Environment = c.Settings })));
            foreach (var (exit, expected) in exits.Zip(some))
            {
                Assert.Contains(expected.Named, exit.Output, StringComparison.Ordinal);
                AssertOneSentence(exit);
                Assert.DoesNotContain("canary", exit.Output, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task WhatIsTypedIsUnderstoodOrRefused()
    {
        var slip = await ServerProcess.RunToExitAsync(new ServerStart { Arguments = ["--dmeo"] });
        Assert.Contains("--dmeo: is not understood. There are --demo", slip.Output, StringComparison.Ordinal);
        AssertOneSentence(slip);

        var link = await ServerProcess.RunToExitAsync(new ServerStart { Arguments = ["--operator-link", "first@example.com", "--urls", "http://0.0.0.0:5999"] });
        Assert.Equal(0, link.Code);
        Assert.Contains("http://localhost:5999/operator/welcome/", link.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASandboxIsNotStartedLiveNorALiveOneAsSandbox()
    {
        using var key = new MasterKeyFile();
        var live = new Dictionary<string, string>
        {
            ["Paypro__Sandbox"] = "false", ["Paypro__MasterKeyFile"] = key.Path, ["Paypro__PublicUrl"] = "https://pay.example",
        };
        foreach (var (first, second, kind) in new[] { (Nothing, live, "sandbox"), (live, Nothing, "live") })
        {
            await using var database = await TestDatabase.CreateAsync(Engine.Sqlite, DatabaseTemplate.Empty);
            var made = await ServerProcess.RunToExitAsync(new ServerStart { Database = database, Environment = first, Arguments = ["--migrate-only"] });
            Assert.Equal(0, made.Code);
            var refused = await ServerProcess.RunToExitAsync(new ServerStart { Database = database, Environment = second });
            Assert.Contains($"Paypro__Sandbox: this database belongs to a {kind} installation", refused.Output, StringComparison.Ordinal);
            AssertOneSentence(refused);
        }
    }

    [Fact]
    public async Task ASecondProcessOnOneFileIsRefusedAndTheFirstAnnouncesItself()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite, DatabaseTemplate.Empty);
        await using var first = await ServerProcess.StartAsync(new ServerStart { Database = database });
        var second = await ServerProcess.RunToExitAsync(new ServerStart { Database = database });
        Assert.Contains("is in use by another process", second.Output, StringComparison.Ordinal);
        AssertOneSentence(second);

        Assert.Contains("merchantNo 1000000001   key sandbox-secret-mx", first.Output, StringComparison.Ordinal);
        var line = first.Output.Split('\n').Single(l => l.StartsWith("curl ", StringComparison.Ordinal));
        var body = line[(line.IndexOf("-d '", StringComparison.Ordinal) + 4)..].TrimEnd('\r', '\'');
        Assert.Contains(new Uri(first.BaseAddress, "mex-pay/v1/paypro/payInApi").AbsoluteUri, line, StringComparison.Ordinal);
        var answer = await SignedClient.Mexico(first.Http).PostRawAsync("/mex-pay/v1/paypro/payInApi", body);
        Assert.Equal(("0000", 18), (answer.Code, answer["paymentInfo"]?.Length));

        // The port is taken as well; that too is a sentence.
        var third = await ServerProcess.RunToExitAsync(new ServerStart { Port = first.BaseAddress.Port });
        Assert.Contains("ASPNETCORE_URLS", third.Output, StringComparison.Ordinal);
        AssertOneSentence(third);
    }

    [Fact]
    public async Task APostgresThatForgetsIsRefused()
    {
        await using var server = await PostgresServer.StartAsync("fsync=off");
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres, server: server);
        var exit = await ServerProcess.RunToExitAsync(new ServerStart { Database = database });
        Assert.Contains("fsync=off", exit.Output, StringComparison.Ordinal);
        AssertOneSentence(exit);
    }

    [Fact]
    public async Task AKillInTheFirstMigrationDoesNotLockTheNextStart()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite, DatabaseTemplate.Empty);
        await using (var connection = new SqliteConnection(database.ConnectionString))
        {
            // What a process leaves behind that is killed while it migrates.
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = """CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER PRIMARY KEY, "Timestamp" TEXT NOT NULL); INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01')""";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var start = new ServerStart { Database = database, Arguments = ["--migrate-only"] };
        foreach (var killAfterMs in (int[])[600, 900])
        {
            try
            {
                await ServerProcess.RunToExitAsync(start with { ReadyWithin = TimeSpan.FromMilliseconds(killAfterMs) });
            }
            catch (TimeoutException)
            {
                // Killed, as meant.
            }
        }

        var exit = await ServerProcess.RunToExitAsync(start);
        Assert.True(exit.Code == 0, exit.Output);
    }

    private static void AssertOneSentence(ServerExit exit)
    {
        Assert.Equal(2, exit.Code);
        Assert.StartsWith("Paypro cannot start. ", exit.Output, StringComparison.Ordinal);
        Assert.Single(exit.Output.Trim().Split('\n'));
    }
}
