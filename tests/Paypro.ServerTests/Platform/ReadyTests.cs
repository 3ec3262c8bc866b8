using System.Net;
using Npgsql;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Kills;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Platform;

/// <summary>A node that can store nothing is not sent requests.</summary>
public sealed class ReadyTests
{
    [Fact]
    public async Task AFullDiskIsNotReadyUntilThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync(megabytes: 60);
        Assert.SkipWhen(disk is null, "This process may not mount a disk of its own.");
        await using var database = await TestDatabase.CreateAsync(Engine.Sqlite, folder: disk.Folder);
        await using var server = await ServerProcess.StartAsync(new ServerStart { Database = database });
        var merchant = SignedClient.Mexico(server.Http);
        disk.Fill();
        var sent = 0;

        // The log may have room of its own from before: it is used up first.
        Assert.True(await SandboxHost.ComesToBeAsync(async () =>
        {
            await merchant.PostAsync("/v1/paypro/payInApi", ("tradeNo", $"full-{++sent}"), ("amount", "300"), ("wayCode", "va"), ("notifyUrl", "http://127.0.0.1:9/n"));
            return await StatusAsync(server.Http) == HttpStatusCode.ServiceUnavailable;
        }));
        disk.MakeRoom();
        Assert.True(await SandboxHost.ComesToBeAsync(async () => await StatusAsync(server.Http) == HttpStatusCode.OK));
    }

    [Fact]
    public async Task APostgresThatTakesNoWritesIsNotReady()
    {
        await using var host = await SandboxHost.StartAsync(Engine.Postgres);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host.Http));
        await SetAsync(host, "ALTER DATABASE {0} SET default_transaction_read_only = on");
        Assert.True(await SandboxHost.ComesToBeAsync(async () => await StatusAsync(host.Http) == HttpStatusCode.ServiceUnavailable));
        await SetAsync(host, "ALTER DATABASE {0} RESET default_transaction_read_only");
        Assert.True(await SandboxHost.ComesToBeAsync(async () => await StatusAsync(host.Http) == HttpStatusCode.OK));
    }

    /// <summary>A setting of the database holds for new sessions, so the old ones are ended.</summary>
    private static async Task SetAsync(SandboxHost host, string statement)
    {
        var settings = new NpgsqlConnectionStringBuilder(host.ConnectionString) { Pooling = false, Options = "-c default_transaction_read_only=off" };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        foreach (var sql in new[]
        {
            string.Format(System.Globalization.CultureInfo.InvariantCulture, statement, settings.Database),
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return answer.StatusCode;
    }
}
