using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Paypro.Protocol.Countries;
using Paypro.Server;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using ProtocolBody = Paypro.Protocol.FlatBody;

namespace Paypro.ServerTests.Sandbox;

/// <summary>The whole application in this process, listening on a port of its own, with a clock that can be put forward.</summary>
internal sealed class SandboxHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TestDatabase? _own;

    private SandboxHost(WebApplication app, ShiftedTime time, LogLines log, TestDatabase? own, string connectionString)
    {
        (_app, Time, Log, _own, ConnectionString) = (app, time, log, own, connectionString);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public string ConnectionString { get; }

    public ShiftedTime Time { get; }

    public LogLines Log { get; }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts one on an empty database of its own, or on the one given.</summary>
    public static Task<SandboxHost> StartAsync(Engine engine, TestDatabase? shared = null, params string[] arguments) => StartAsync(engine, null, shared, arguments);

    /// <summary>The same with other parts than the application's own.</summary>
    public static async Task<SandboxHost> StartAsync(Engine engine, Action<IServiceCollection>? replace, TestDatabase? shared, params string[] arguments)
    {
        var own = shared is null ? await TestDatabase.CreateAsync(engine) : null;
        var time = new ShiftedTime();
        var log = new LogLines();
        string[] settings =
        [
            "--urls", "http://127.0.0.1:0", "--Paypro:Sandbox", "true",
            .. (shared ?? own!).Settings.Select(s => $"--{s.Key.Replace("__", ":", StringComparison.Ordinal)}={s.Value}"),
            .. arguments,
        ];
        var app = Application.Build(settings, services =>
        {
            services.AddSingleton<TimeProvider>(time);
            services.AddLogging(logging => logging.ClearProviders().AddProvider(log));
            replace?.Invoke(services);
        });
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        await app.StartAsync();
        return new SandboxHost(app, time, log, own, (shared ?? own!).ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A payout of the sandbox merchant for Mexico, past the API's signature; its public number.</summary>
    public async Task<OrderRow> PayoutAsync(long units, string tradeNo) => Assert.IsType<CreateResult.Created>(await TryPayoutAsync(units, tradeNo)).Order;

    /// <summary>What became of a payout of the sandbox merchant for Mexico.</summary>
    public Task<CreateResult> TryPayoutAsync(long units, string tradeNo)
    {
        var fields = Fields(OperationKind.CreatePayout, new()
        {
            ["tradeNo"] = tradeNo, ["amount"] = Text(units), ["wayCode"] = "BANXICO", ["customerName"] = "ana canary", ["customerAccountType"] = "DebitCard",
            ["customerAccount"] = "4111111111111111", ["notifyUrl"] = "http://127.0.0.1:9/n", ["timestamp"] = "1724151084278",
        });
        return Get<PayoutCreation>().CreateAsync(Merchant, fields, null);
    }

    /// <summary>A pay-in; hosted without a way when <paramref name="way"/> is null.</summary>
    public async Task<OrderRow> PayInAsync(long units, string tradeNo, string? way = "va")
    {
        var fields = Fields(way is null ? OperationKind.CreateHostedPayIn : OperationKind.CreatePayIn, new()
        {
            ["tradeNo"] = tradeNo, ["amount"] = Text(units), ["wayCode"] = way ?? "", ["notifyUrl"] = "http://127.0.0.1:9/n", ["timestamp"] = "1724151084278",
        });
        var reply = await Get<PayInCreation>().CreateAsync(Merchant, fields, hosted: way is null, null, CancellationToken.None);
        return Assert.IsType<CreateResult.Created>(reply.Result).Order;
    }

    public async Task<OrderRow> OrderAsync(string number) => (await Get<OrderQueries>().FindAsync(number, CancellationToken.None))!.Order;

    /// <summary>Waits until an order is as wanted, 90 s at most; returns it as it then is.</summary>
    public async Task<OrderRow> UntilAsync(string number, Func<OrderRow, bool> isSo)
    {
        await ComesToBeAsync(async () => isSo(await OrderAsync(number)));
        return await OrderAsync(number);
    }

    /// <summary>Waits until something is so, 90 s at most where nothing else is said; says whether it came to be.</summary>
    public static async Task<bool> ComesToBeAsync(Func<Task<bool>> isSo, TimeSpan? within = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < (within ?? TimeSpan.FromSeconds(90)))
        {
            if (await isSo())
            {
                return true;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }

        return false;
    }

    /// <summary>What the database holds.</summary>
    public async Task<T> ReadAsync<T>(Func<PayproContext, Task<T>> read)
    {
        await using var context = Get<IContexts>().Create();
        return await read(context);
    }

    /// <summary>The merchant's balance of a kind, minor units; every currency's sum of all entries must be zero.</summary>
    public Task<long> BalanceAsync(AccountKind kind) => ReadAsync(async context =>
    {
        Assert.Equal(0, await context.Entries.SumAsync(e => e.AmountMinor));
        var account = AccountId.Merchant(Merchant.Bucket, Merchant.No, kind, Merchant.Currency);
        return await context.Accounts.Where(a => a.Bucket == account.Bucket && a.Id == account.Id).Select(a => a.BalanceMinor).SumAsync();
    });

    /// <summary>Posts to a sandbox route as a developer with curl does: no content type of JSON.</summary>
    public async Task<(int Status, JsonElement Json)> SandboxAsync(string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await Http.PostAsync(new Uri(path, UriKind.Relative), content);
        return ((int)response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>What the simulated bank knows of the only attempt of an order.</summary>
    public async Task<JsonElement> BankAsync(string number) =>
        (await Http.GetFromJsonAsync<JsonElement>($"/sandbox/rail/{number}")).GetProperty("attempts")[0];

    private Merchant Merchant => Get<SnapshotStore>().Current.Merchant(1000000001)!;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private RequestFields Fields(OperationKind kind, Dictionary<string, string> members)
    {
        var body = ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        var banks = Get<SnapshotStore>().Current.Banks["MX"];
        var fields = RequestReader.Read(Merchant.Country, Merchant.Country.FindOperation(kind)!, body, new RequestContext(true, banks), out var error);
        Assert.Null(error);
        return fields!;
    }
}
