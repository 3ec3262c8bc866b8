using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Rails;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>
/// The application's rooms on a database of their own, not listening and with no loop running: what a test does not do does not
/// happen, and its clock stands still until it is set.
/// </summary>
internal sealed class PaymentsGround : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly bool ownsDatabase;
    private readonly WebApplication app;
    private long shops = 3_000_000_000;

    private PaymentsGround(TestDatabase database, bool ownsDatabase, WebApplication app, SettableTime time) =>
        (this.database, this.ownsDatabase, this.app, Time) = (database, ownsDatabase, app, time);

    public SettableTime Time { get; }

    public long NowMs => Time.NowMs();

    public BatchWriter Writer => The<BatchWriter>();

    public string ConnectionString => database.ConnectionString;

    /// <summary>Where it listens; only of one that does.</summary>
    public Uri Address => new(app.Urls.First());

    /// <summary>One whose screens and API are there; still no loop runs.</summary>
    public static async Task<PaymentsGround> ListenAsync(Engine engine, Action<IServiceCollection>? replace = null)
    {
        var ground = await StartAsync(await TestDatabase.CreateAsync(engine), ownsDatabase: true, new SettableTime(), replace, "--Paypro:Roles=api,portals", "--Paypro:Metrics=off", "--urls=http://127.0.0.1:0");
        await ground.app.StartAsync();
        return ground;
    }

    public static async Task<PaymentsGround> StartAsync(Engine engine, Action<IServiceCollection>? replace = null) =>
        await StartAsync(await TestDatabase.CreateAsync(engine), ownsDatabase: true, new SettableTime(), replace);

    /// <summary>Another node over the same database and with the same clock, to be disposed before the first.</summary>
    public Task<PaymentsGround> AnotherNodeAsync(Action<IServiceCollection>? replace = null) => StartAsync(database, ownsDatabase: false, Time, replace);

    private static async Task<PaymentsGround> StartAsync(TestDatabase database, bool ownsDatabase, SettableTime time, Action<IServiceCollection>? replace, params string[] more)
    {
        var engine = database.Engine;
        var app = Application.Build(
            [
                "--Paypro:Sandbox=true", "--Paypro:PublicUrl=http://localhost:5080", $"--Paypro:Database={engine}",
                $"--ConnectionStrings:Paypro={database.ConnectionString}",
                "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft=None", .. more,
            ],
            services =>
            {
                services.AddSingleton<TimeProvider>(time);

                // No loop confirms it here; after ten seconds of a slow machine nobody might act on it.
                services.AddSingleton(s => new SnapshotStore(s.GetRequiredService<SnapshotReader>(), new StandingTime()));
                var queues = services.Last(s => s.ServiceType == typeof(IQueues)).ImplementationFactory!;
                services.AddSingleton<IQueues>(s => new WholeLooks(() => (IQueues)queues(s)));
                replace?.Invoke(services);
            });
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        return new PaymentsGround(database, ownsDatabase, app, time);
    }

    public T The<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Changes a channel account as the program does, its secrets with it.</summary>
    public async Task ChangeAccountAsync(PayproContext context, long accountId, Action<ChannelAccountRow> change)
    {
        var secrets = await context.ChannelSecrets.Where(s => s.ChannelAccountId == accountId).ToListAsync();
        The<ChannelSecretMaker>().Change(await context.ChannelAccounts.SingleAsync(a => a.Id == accountId), secrets, change);
    }

    /// <summary>A Mexican merchant that no other test has, with its prices.</summary>
    /// <param name="openingMinor">In available.</param>
    /// <param name="payIn">Its fee for pay-ins, or none.</param>
    /// <param name="payout">Its fee for payouts, or none.</param>
    public async Task<Shop> OpenShopAsync(long openingMinor = 0, TermsRow? payIn = null, TermsRow? payout = null)
    {
        var no = ++shops;
        var bucket = Buckets.Of(no.ToString(CultureInfo.InvariantCulture));
        await The<ConfigStore>().SaveAsync(context =>
        {
            context.Merchants.Add(new MerchantRow
            {
                MerchantNo = no, Bucket = bucket, BusinessId = 1, Country = "MX", Currency = "MXN", Name = "Test", CreatedAtMs = 1,
            });
            AddFee(context, no, Direction.PayIn, payIn);
            AddFee(context, no, Direction.Payout, payout);
            return Task.CompletedTask;
        });
        if (openingMinor > 0)
        {
            await Writer.WriteAsync(new PostOnce(
                new TransferCause(TransferType.OpeningBalance, "test", 0, $"opening:{no}", NowMs, 20260101),
                new Leg(AccountId.Platform(bucket, AccountKind.Equity, Currency.Mxn), -openingMinor),
                new Leg(AccountId.Merchant(bucket, no, AccountKind.Available, Currency.Mxn), openingMinor)));
        }

        await The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        return new Shop(this, The<SnapshotStore>().Current.Merchant(no)!);
    }

    /// <summary>A version of a merchant's terms that holds from the beginning.</summary>
    /// <returns>Its number.</returns>
    public async Task<long> AddTermsAsync(long merchantNo, Direction direction, TermsRow terms)
    {
        var row = terms with { Id = 0, MerchantNo = merchantNo, Country = "MX", Direction = direction };
        await The<ConfigStore>().SaveAsync(context =>
        {
            context.Terms.Add(row);
            return Task.CompletedTask;
        });
        return row.Id;
    }

    /// <summary>A daily limit of a merchant, as the operator sets it.</summary>
    public async Task LimitAsync(Shop shop, Direction direction, string way, long amountMinor)
    {
        await The<ConfigStore>().SaveAsync(context =>
        {
            context.DailyLimits.Add(new DailyLimitRow { MerchantNo = shop.Merchant.No, Direction = direction, Way = way, AmountMinor = amountMinor });
            return Task.CompletedTask;
        });
        await The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    /// <summary>Holidays of Mexico, as the operator enters them.</summary>
    public Task AddHolidayAsync(int date) => The<ConfigStore>().SaveAsync(async context =>
    {
        if (!await context.Holidays.AnyAsync(h => h.Country == "MX" && h.Date == date))
        {
            context.Holidays.Add(new HolidayRow { Country = "MX", Date = date, Name = "Holiday" });
        }
    });

    public async Task<T> ReadAsync<T>(Func<PayproContext, Task<T>> read)
    {
        await using var context = The<IContexts>().Create();
        return await read(context);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        if (ownsDatabase)
        {
            await database.DisposeAsync();
        }
    }

    private static void AddFee(PayproContext context, long no, Direction direction, TermsRow? fee)
    {
        if (fee is not null)
        {
            context.Terms.Add(fee with { MerchantNo = no, Country = "MX", Direction = direction });
        }
    }
}

/// <summary>One ground for each engine, kept for all tests of money; they run one after the other.</summary>
public sealed class PaymentsGrounds : IAsyncDisposable
{
    private readonly Dictionary<Engine, PaymentsGround> grounds = [];

    internal async Task<PaymentsGround> OnAsync(Engine engine)
    {
        if (!grounds.TryGetValue(engine, out var ground))
        {
            ground = grounds[engine] = await PaymentsGround.StartAsync(engine);
        }

        ground.Time.Set(SettableTime.Thursday);
        return ground;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var ground in grounds.Values)
        {
            await ground.DisposeAsync();
        }
    }
}

/// <summary>Tests that share <see cref="PaymentsGrounds"/> and its clock.</summary>
[CollectionDefinition(Name)]
public sealed class PaymentTests : ICollectionFixture<PaymentsGrounds>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "payments";
}
