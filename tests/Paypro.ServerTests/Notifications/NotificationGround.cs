using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Paypro.Channels;
using Paypro.Protocol.Signing;
using Paypro.Server;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Notifications;

/// <summary>
/// A prepared installation without loops, in which a test makes results and takes the deliveries' turns itself.
/// </summary>
internal sealed class NotificationGround : IAsyncDisposable
{
    /// <summary>Beside the sandbox's own, for tests of one merchant's effect on another.</summary>
    public const long OtherMerchantNo = 1000000901;

    /// <summary>Its key is of the HMAC kind.</summary>
    public const long HmacMerchantNo = 1000000902;
    public const string OtherSecret = "other-secret";
    public const string HmacSecret = "hmac-secret";

    private static readonly string MasterKeyFile = MakeMasterKeyFile();
    private static readonly DatabaseTemplate Template = new("notifications", FillAsync);
    private readonly List<IAsyncDisposable> _open = [];
    private readonly WebApplication _app;
    private bool _closed;

    private NotificationGround(TestDatabase database, WebApplication app) => (Database, _app) = (database, app);

    public TestDatabase Database { get; }

    /// <summary>The environment of a server process on the same database.</summary>
    public static IReadOnlyDictionary<string, string> ProcessSettings => new Dictionary<string, string> { ["Paypro__MasterKeyFile"] = MasterKeyFile };
    public IServiceProvider Services => _app.Services;

    public static async Task<NotificationGround> StartAsync(Engine engine)
    {
        var database = await TestDatabase.CreateAsync(engine, Template);
        return new NotificationGround(database, await BuildAsync(engine, database.ConnectionString));
    }

    /// <summary>A second process, as far as the database can tell.</summary>
    public async Task<WebApplication> OtherNodeAsync()
    {
        var app = await BuildAsync(Database.Engine, Database.ConnectionString);
        _open.Add(app);
        return app;
    }

    /// <summary>Deliveries that work when a turn is taken.</summary>
    public Deliveries Deliveries(NotificationOptions? options = null, ResolveHost? resolve = null, bool allowLoopback = true, IServiceProvider? node = null)
    {
        options ??= new NotificationOptions();
        node ??= Services;
        var sender = new NotificationSender(resolve ?? GuardedConnections.ResolveAsync, () => allowLoopback, TimeSpan.FromSeconds(options.TimeoutSeconds), TimeProvider.System);
        var deliveries = ActivatorUtilities.CreateInstance<Deliveries>(node, sender, options);
        _open.Insert(0, deliveries);
        return deliveries;
    }

    /// <summary>An order that has just got its result.</summary>
    public async Task<OrderRow> AddResultAsync(string notifyUrl, Func<OrderRow, OrderRow>? change = null, long merchantNo = 1000000001)
    {
        var merchant = Services.GetRequiredService<SnapshotStore>().Current.Merchant(merchantNo)!;
        var id = Services.GetRequiredService<IdSource>().Next();
        var order = new OrderRow
        {
            Bucket = merchant.Bucket,
            Id = id,
            MerchantNo = merchantNo,
            Direction = Direction.PayIn,
            TradeNo = string.Create(CultureInfo.InvariantCulture, $"t-{id}"),
            Number = string.Create(CultureInfo.InvariantCulture, $"{id:x16}"),
            Country = "MX",
            Currency = "MXN",
            Way = "va",
            AmountMinor = 300_00,
            PaidMinor = 300_00,
            State = OrderState.Paid,
            ContentHash = [1],
            NotifyUrl = notifyUrl,
            Utr = "111111111111",
            CreatedAtMs = 1728609277476,
            SuccessAtMs = 1728613513280,
        };
        order = change?.Invoke(order) ?? order;
        return await Writer.WriteAsync(new MakeResult(order));
    }

    /// <summary>A newer result of an order.</summary>
    public Task<OrderRow> ChangeAsync(OrderRow order, Func<OrderRow, OrderRow> change) => Writer.WriteAsync(new MakeResult(order.Key, change));

    /// <summary>Takes turns until nothing is due any more and nothing under way.</summary>
    public static async Task RunAsync(Deliveries deliveries)
    {
        do
        {
            while (await deliveries.RunOnceAsync(TestContext.Current.CancellationToken))
            {
            }

            await deliveries.WhenIdleAsync();
        }
        while (await deliveries.RunOnceAsync(TestContext.Current.CancellationToken));
        await deliveries.WhenIdleAsync();
    }

    public async Task<NotificationRow?> RowAsync(OrderRow order)
    {
        await using var context = Services.GetRequiredService<IContexts>().Create();
        return await context.Set<NotificationRow>().AsNoTracking().SingleOrDefaultAsync(n => n.Bucket == order.Bucket && n.OrderId == order.Id);
    }

    public async Task<List<NotificationAttemptRow>> AttemptsAsync(OrderRow order)
    {
        await using var context = Services.GetRequiredService<IContexts>().Create();
        return await context.Set<NotificationAttemptRow>().AsNoTracking().Where(a => a.Bucket == order.Bucket && a.OrderId == order.Id)
            .OrderBy(a => a.Version).ThenBy(a => a.TryNo).ToListAsync();
    }

    /// <summary>Time passes: all that waits is due, or every lease has ended.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using System.Data.Common.DbConnection connection =
            Database.Engine == Engine.Sqlite ? new SqliteConnection(Database.ConnectionString) : new NpgsqlConnection(Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Due just now: what fell due long ago waits for a look at everything.</summary>
    public Task MakeDueAsync() => ExecuteAsync($"UPDATE notifications SET due_at_ms = {NowText()}");

    public Task EndLeasesAsync() => ExecuteAsync($"UPDATE notifications SET lease_until_ms = 1, due_at_ms = {NowText()} WHERE lease_until_ms <> 0");

    private static string NowText() => TimeProvider.System.NowMs().ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Ends this process's part, so that a server process may own the SQLite file.</summary>
    public async Task CloseAsync()
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        foreach (var open in _open)
        {
            await open.DisposeAsync();
        }

        _open.Clear();
        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await Database.DisposeAsync();
    }

    private BatchWriter Writer => Services.GetRequiredService<BatchWriter>();

    private static async Task FillAsync(Engine engine, string connectionString)
    {
        await using var app = await BuildAsync(engine, connectionString);
        var keys = app.Services.GetRequiredService<KeyMaker>();
        await app.Services.GetRequiredService<ConfigStore>().SaveAsync(async context =>
        {
            await Task.CompletedTask;
            foreach (var (no, algorithm, secret) in new[]
            {
                (OtherMerchantNo, SigningAlgorithm.Md5, OtherSecret),
                (HmacMerchantNo, SigningAlgorithm.HmacSha256, HmacSecret),
            })
            {
                context.Merchants.Add(new MerchantRow { MerchantNo = no, Bucket = 7, BusinessId = 1, Country = "MX", Currency = "MXN", Name = "Other" });
                context.MerchantKeys.Add(keys.Make(no * 10, no, algorithm, secret, signs: true, validFromMs: 0));
            }
        });
    }

    private static async Task<WebApplication> BuildAsync(Engine engine, string connectionString)
    {
        var app = Application.Build(
        [
            "--environment=Development", "--Logging:LogLevel:Default=Critical", "--Paypro:Sandbox=true", "--Paypro:Roles=api",
            $"--Paypro:MasterKeyFile={MasterKeyFile}", $"--Paypro:Database={engine}", $"--ConnectionStrings:Paypro={connectionString}",
        ]);
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        return app;
    }

    private static string MakeMasterKeyFile()
    {
        var file = Path.Combine(Path.GetTempPath(), $"paypro-test-{Guid.NewGuid():N}.key");
        File.WriteAllText(file, $"k1 {Convert.ToBase64String(new byte[32])}\n");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => File.Delete(file);
        return file;
    }
}

/// <summary>Gives an order a result as the commands of the life of an order do: in one transaction with its outbox row.</summary>
internal sealed class MakeResult(OrderKey key, Func<OrderRow, OrderRow> change, OrderRow? created = null) : WriteCommand<OrderRow>
{
    public MakeResult(OrderRow created)
        : this(created.Key, order => order, created)
    {
    }

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override OrderRow Decide(BatchState state)
    {
        if (created is not null)
        {
            state.Orders.Insert(key, created);
        }

        var order = change(state.Orders.Get(key)).WithResult(state);
        order.Save(state);
        return order;
    }
}
