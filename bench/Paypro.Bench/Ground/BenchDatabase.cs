using Npgsql;
using Paypro.Protocol.Signing;
using Paypro.Server;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Bench.Ground;

/// <summary>A migrated database with the merchants of the HTTP rows in it, on either engine.</summary>
/// <param name="Engine"><c>Postgres</c> or <c>Sqlite</c>.</param>
/// <param name="ConnectionString">For the server.</param>
internal sealed record BenchDatabase(string Engine, string ConnectionString)
{
    private static BenchDatabase? s_template;

    /// <summary>A new PostgreSQL database; the first one is migrated and seeded, the others are copies of it.</summary>
    public static async Task<BenchDatabase> PostgresAsync(string name)
    {
        s_template ??= await MakeTemplateAsync();
        return await CreateAsync(name, "bench_template");
    }

    public static async Task<BenchDatabase> SqliteAsync(string name)
    {
        var database = new BenchDatabase("Sqlite", $"Data Source={Path.Combine(Place.Folder, name + ".db")}");
        await database.SeedAsync();
        return database;
    }

    /// <summary>Settings of a server on it, as environment variables.</summary>
    public Dictionary<string, string> Settings => new()
    {
        ["Paypro__Database"] = Engine,
        ["ConnectionStrings__Paypro"] = ConnectionString,
        ["Paypro__Sandbox"] = "true",
        ["Paypro__MasterKeyFile"] = Place.MasterKeyFile,
    };

    /// <summary>The server's parts in this process, prepared and without loops or port.</summary>
    public async Task<WebApplication> OpenAsync(params IEnumerable<string> settings)
    {
        var app = Application.Build(
        [
            .. Settings.Select(s => $"--{s.Key.Replace("__", ":", StringComparison.Ordinal)}={s.Value}"),
            "--Paypro:Roles=api",
            "--Logging:LogLevel:Default=Warning",
            "--Logging:LogLevel:Microsoft.EntityFrameworkCore=None",
            "--Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command=None",
            .. settings,
        ]);
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        return app;
    }

    /// <summary>
    /// As a database is after a while of running: what was loaded is counted, nothing of it is left to be written, and what is asked for at
    /// random is in its memory as far as that goes.
    /// </summary>
    public async Task SettleAsync()
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        string[] statements =
        [
            "VACUUM ANALYZE orders, attempts, events, timers",
            "CREATE EXTENSION IF NOT EXISTS pg_prewarm",
            "SELECT pg_prewarm('orders')",
            """SELECT pg_prewarm('"IX_orders_bucket_merchant_no_direction_trade_no"')""",
            "CHECKPOINT",
        ];
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
            await command.ExecuteNonQueryAsync();
        }
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Drops it, so that its files and its background work do not weigh on the rows that follow.</summary>
    public async Task DropAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await ExecuteAsync($"DROP DATABASE {new NpgsqlConnectionStringBuilder(ConnectionString).Database} WITH (FORCE)");
    }

    private static async Task<BenchDatabase> MakeTemplateAsync()
    {
        var template = await CreateAsync("bench_template", "template0");
        await template.SeedAsync();

        // The parts of a server in this process keep their connections, and a database in use cannot be copied.
        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'bench_template'");
        return template;
    }

    private static async Task<BenchDatabase> CreateAsync(string name, string template)
    {
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        return new BenchDatabase("Postgres", new NpgsqlConnectionStringBuilder(Place.Postgres) { Database = name }.ConnectionString);
    }

    private static async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Place.Postgres) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private async Task SeedAsync()
    {
        await using var app = await OpenAsync();
        var keys = app.Services.GetRequiredService<KeyMaker>();
        await app.Services.GetRequiredService<ConfigStore>().SaveAsync(context =>
        {
            for (var i = 0; i < BenchMerchants.Count; i++)
            {
                var no = BenchMerchants.FirstNo + i;
                context.Merchants.Add(new MerchantRow { MerchantNo = no, Bucket = (short)i, BusinessId = 1, Country = "MX", Currency = "MXN", Name = $"Bench {i}" });
                context.MerchantKeys.Add(keys.Make(no * 10, no, SigningAlgorithm.Md5, BenchMerchants.Secret(i), signs: true, validFromMs: 0));
            }

            context.Terms.Add(new TermsRow { Country = "MX", Direction = Channels.Direction.PayIn, BasisPoints = 150, TaxBasisPoints = 1600, ReturnsFee = true });
            return Task.CompletedTask;
        });
    }
}
