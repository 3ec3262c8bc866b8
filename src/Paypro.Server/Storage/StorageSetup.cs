using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using Paypro.Server.Platform;
using Paypro.Server.Storage.Postgres;
using Paypro.Server.Storage.Sqlite;

namespace Paypro.Server.Storage;

/// <summary>Chooses the engine and registers what belongs to it.</summary>
internal static class StorageSetup
{
    public const string DefaultSqlite = "Data Source=paypro.db";

    /// <summary>
    /// Of the writer's connections. A stopped node's locks go away by themselves; and nested loops over sorted keys, always: a
    /// join of the batch with a growing table must not flip to another plan.
    /// </summary>
    public const string WriterSettings =
        "-c lock_timeout=2000 -c idle_in_transaction_session_timeout=5000 -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c jit=off " +
        "-c plan_cache_mode=force_generic_plan";

    public static void AddStorage(this WebApplicationBuilder builder, PayproOptions options, Installation installation)
    {
        var connectionString = builder.Configuration.GetConnectionString("Paypro");
        var writer = ReadWriter(builder.Configuration);
        builder.Services.AddSingleton(writer);
        if (options.Database.Equals("Sqlite", StringComparison.OrdinalIgnoreCase))
        {
            AddSqlite(builder.Services, connectionString ?? DefaultSqlite, writer, ownerOnly: !installation.IsSandbox);
        }
        else if (options.Database.Equals("Postgres", StringComparison.OrdinalIgnoreCase))
        {
            AddPostgres(
                builder.Services,
                connectionString ?? throw new BadSettingException("ConnectionStrings__Paypro: is required when Paypro__Database is Postgres."),
                writer);
        }
        else
        {
            throw new BadSettingException($"Paypro__Database: must be Sqlite or Postgres, not '{options.Database}'.");
        }
    }

    /// <summary>A file that is made beside the usual database.</summary>
    /// <param name="configuration">Says where the usual one is.</param>
    /// <param name="name">Of the file, without its ending.</param>
    /// <exception cref="BadSettingException">The usual one is no file.</exception>
    public static SqliteMaking Making(IConfiguration configuration, string name) =>
        configuration["Paypro:Database"] is { } engine && !engine.Equals("Sqlite", StringComparison.OrdinalIgnoreCase)
            ? throw new BadSettingException("Paypro__Database: a demo has a SQLite file of its own, so leave this setting out.")
            : new SqliteMaking(SqliteMaking.FolderOf(configuration.GetConnectionString("Paypro")), name);

    /// <summary>
    /// Files and sockets that the database's connections may have open: SQLite's few hold three each; on PostgreSQL two pools may be as large as the
    /// connection string says. One that cannot be read is refused where it is used.
    /// </summary>
    public static int DescriptorsOf(IConfiguration configuration, PayproOptions options)
    {
        const int OfSqlite = 64, OfAPool = 100;
        if (!options.Database.Equals("Postgres", StringComparison.OrdinalIgnoreCase))
        {
            return OfSqlite;
        }

        try
        {
            return 2 * new NpgsqlConnectionStringBuilder(configuration.GetConnectionString("Paypro")).MaxPoolSize;
        }
        catch (ArgumentException)
        {
            return 2 * OfAPool;
        }
    }

    private static void AddSqlite(IServiceCollection services, string connectionString, WriterOptions writer, bool ownerOnly)
    {
        SqliteConnectionStringBuilder settings;
        try
        {
            settings = new SqliteConnectionStringBuilder(connectionString) { Pooling = true };
        }
        catch (ArgumentException error)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: is not a SQLite connection string: {error.Message}");
        }

        var text = settings.ToString();
        services.AddSingleton(settings.DataSource.Length == 0
            ? new DatabasePlace(".")
            : new DatabasePlace(Path.GetDirectoryName(Path.GetFullPath(settings.DataSource)) ?? ".") { File = Path.GetFullPath(settings.DataSource) });
        services.AddDbContextFactory<SqlitePayproContext>(o => Quiet(o.UseSqlite(text).AddInterceptors(SqlitePragmas.Instance)));
        services.AddSingleton<IContexts, Contexts<SqlitePayproContext>>();
        services.AddSingleton<IDatabase>(s => new SqliteDatabase(text, ownerOnly, s.GetRequiredService<IContexts>()));
        services.AddSingleton<IBatchEngine>(s => new SqliteEngine(
            text, writer, s.GetRequiredService<IRandomness>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<SqliteEngine>>()));
        services.AddSingleton<IQueues>(s => new SqliteQueues(text, s.GetRequiredService<IBatchEngine>()));
        services.AddSingleton<IOrderReads>(s => new SqliteOrderReads(text));
        AddWriter(services, writer, lanes: 1, new BucketGroups(1));
    }

    private static void AddPostgres(IServiceCollection services, string connectionString, WriterOptions writer)
    {
        NpgsqlConnectionStringBuilder settings;
        try
        {
            settings = new NpgsqlConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException error)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: is not a PostgreSQL connection string: {error.Message}");
        }

        settings.Multiplexing = false;
        settings.NoResetOnClose = true;

        // COMMIT waits without a limit, so a server that is gone without a word must be noticed by the connection: the system's own
        // first look would come after two hours.
        settings.TcpKeepAlive = true;
        settings.TcpKeepAliveTime = settings.TcpKeepAliveTime == 0 ? 10 : settings.TcpKeepAliveTime;
        settings.TcpKeepAliveInterval = settings.TcpKeepAliveInterval == 0 ? 3 : settings.TcpKeepAliveInterval;
        settings.KeepAlive = settings.KeepAlive == 0 ? 15 : settings.KeepAlive;
        settings.ApplicationName ??= "paypro";
        var plain = Open(settings);
        settings.MaxAutoPrepare = 200;
        settings.AutoPrepareMinUsages = 2;
        settings.CommandTimeout = 30;

        settings.Options = $"{settings.Options} {WriterSettings}";
        var hot = Open(settings);
        var groups = new BucketGroups(writer.Groups);
        services.AddSingleton(new DatabasePlace(Directory.GetCurrentDirectory()));

        // Made above, where a string that cannot be right is refused; given out by a factory, so that they end with the application and after all who use them.
        services.AddSingleton(_ => new PostgresPools(plain, hot));
        services.AddDbContextFactory<PostgresPayproContext>((s, o) => Quiet(o.UseNpgsql(s.GetRequiredService<PostgresPools>().Plain)));
        services.AddSingleton<IContexts, Contexts<PostgresPayproContext>>();
        services.AddSingleton<IDatabase>(s => new PostgresDatabase(s.GetRequiredService<PostgresPools>().Plain, s.GetRequiredService<IContexts>()));
        services.AddSingleton<IBatchEngine>(s => new PostgresEngine(
            s.GetRequiredService<PostgresPools>().Hot,
            groups,
            writer,
            s.GetRequiredService<IdSource>(),
            s.GetRequiredService<IRandomness>(),
            s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<ILogger<PostgresEngine>>()));
        services.AddSingleton<IQueues>(s => new PostgresQueues(s.GetRequiredService<PostgresPools>().Hot, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IOrderReads>(s => new PostgresOrderReads(s.GetRequiredService<PostgresPools>().Hot, groups));
        AddWriter(services, writer, writer.Lanes, groups);
    }

    /// <summary>
    /// Several hosts are a primary and its standbys. Only the primary is ever asked, whichever it is at the moment: a standby may not yet
    /// know what was committed.
    /// </summary>
    private static NpgsqlDataSource Open(NpgsqlConnectionStringBuilder settings)
    {
        if (settings.Host?.Contains(',', StringComparison.Ordinal) != true)
        {
            return NpgsqlDataSource.Create(settings);
        }

        // Which of them it is is asked anew after a second: until then a promoted standby would be passed by.
        var several = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { HostRecheckSeconds = 1 };
        several.Remove("Target Session Attributes");
        return new NpgsqlDataSourceBuilder(several.ConnectionString).BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary);
    }

    private static void AddWriter(IServiceCollection services, WriterOptions options, int lanes, BucketGroups groups) => services.AddSingleton(s => new BatchWriter(
        s.GetRequiredService<IBatchEngine>(), options, s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<BatchWriter>>(), lanes, groups));

    private static WriterOptions ReadWriter(ConfigurationManager configuration)
    {
        WriterOptions writer;
        try
        {
            writer = configuration.GetSection("Paypro:Writer").Get<WriterOptions>() ?? new WriterOptions();
        }
        catch (InvalidOperationException error)
        {
            // "Failed to convert configuration value at 'Paypro:Writer:Lanes' to type …"
            throw new BadSettingException(error.Message.Replace("Paypro:Writer:", "Paypro__Writer__", StringComparison.Ordinal));
        }

        var problems = new List<System.ComponentModel.DataAnnotations.ValidationResult>();
        if (!System.ComponentModel.DataAnnotations.Validator.TryValidateObject(
                writer, new System.ComponentModel.DataAnnotations.ValidationContext(writer), problems, validateAllProperties: true))
        {
            throw new BadSettingException($"Paypro__Writer__{problems[0].MemberNames.FirstOrDefault()}: {problems[0].ErrorMessage}");
        }

        return writer;
    }

    /// <summary>A count that stops at a bound needs no order, and says so in the log each time otherwise.</summary>
    private static DbContextOptionsBuilder Quiet(DbContextOptionsBuilder options) =>
        options.ConfigureWarnings(warnings => warnings.Ignore(CoreEventId.RowLimitingOperationWithoutOrderByWarning));
}

/// <summary>The folder beside the database, where a sandbox keeps its master key.</summary>
internal sealed record DatabasePlace(string Folder)
{
    /// <summary>The database's own file; null where it is none.</summary>
    public string? File { get; init; }
}
