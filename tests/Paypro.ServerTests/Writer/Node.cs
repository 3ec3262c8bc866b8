using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using ProtocolBody = Paypro.Protocol.FlatBody;

namespace Paypro.ServerTests.Writer;

/// <summary>
/// One node in this process: the real application without its background work, so that a test sees what the writer does and
/// nothing else. Several of them on one PostgreSQL are several nodes.
/// </summary>
internal sealed class Node : IAsyncDisposable
{
    /// <summary>The merchant that every sandbox has.</summary>
    public const long Mexico = 1000000001;

    private readonly WebApplication _app;

    private Node(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    /// <param name="database">Shared by all nodes that are given it.</param>
    /// <param name="settings">Further ones, as <c>Paypro:Writer:Lanes=4</c>.</param>
    public static Task<Node> StartAsync(TestDatabase database, params string[] settings) => StartAsync(database.Engine, database.ConnectionString, settings);

    public static async Task<Node> StartAsync(Engine engine, string connectionString, params string[] settings)
    {
        string[] arguments =
        [
            "--urls=http://127.0.0.1:0", "--Paypro:Sandbox=true", "--Paypro:Roles=api", $"--Paypro:Database={engine}",
            $"--ConnectionStrings:Paypro={connectionString}", .. settings.Select(s => "--" + s),
        ];
        var app = Application.Build(arguments, services => services.AddLogging(logging => logging.ClearProviders()));
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);

        // Started for the loop that confirms the snapshot; an old one would be refused after ten seconds.
        await app.StartAsync();
        return new Node(app);
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public Merchant Merchant(long no) => Get<SnapshotStore>().Current.Merchant(no)!;

    public Task<TResult> WriteAsync<TResult>(WriteCommand<TResult> command) => Get<BatchWriter>().WriteAsync(command);

    /// <summary>Adds Mexican merchants, spread over the buckets, each with an opening balance; returns their numbers.</summary>
    public async Task<long[]> AddMerchantsAsync(int count, long openingMinor)
    {
        var numbers = Enumerable.Range(1, count).Select(i => 2000000000L + i).ToArray();
        await Get<ConfigStore>().SaveAsync(context =>
        {
            foreach (var no in numbers)
            {
                context.Merchants.Add(new MerchantRow { MerchantNo = no, Bucket = BucketOf(no), BusinessId = 1, Country = "MX", Currency = "MXN", Name = $"Shop {no}" });
            }

            return Task.CompletedTask;
        });
        await Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        foreach (var no in numbers)
        {
            Assert.True(await WriteAsync(new PostOnce(
                new TransferCause(TransferType.OpeningBalance, "test", 0, $"opening:{no}", 1, 20260101),
                new Leg(AccountId.Platform(BucketOf(no), AccountKind.Equity, Currency.Get("MXN")), -openingMinor),
                new Leg(AccountId.Merchant(BucketOf(no), no, AccountKind.Available, Currency.Get("MXN")), openingMinor))));
        }

        return numbers;
    }

    public static short BucketOf(long merchantNo) => Buckets.Of(merchantNo.ToString(CultureInfo.InvariantCulture));

    /// <summary>A pay-in to a CLABE, past the API's signature.</summary>
    public Task<PayInReply> PayInAsync(long merchantNo, string tradeNo, long units = 300, CreationSignRow? sign = null)
    {
        var merchant = Merchant(merchantNo);
        return Get<PayInCreation>().CreateAsync(merchant, Fields(merchant, OperationKind.CreatePayIn, tradeNo, units), hosted: false, null, CancellationToken.None, sign);
    }

    /// <summary>A payout, past the API's signature; nothing sends it, because the node does no background work.</summary>
    public Task<CreateResult> PayoutAsync(long merchantNo, string tradeNo, long units = 100, CreationSignRow? sign = null)
    {
        var merchant = Merchant(merchantNo);
        return Get<PayoutCreation>().CreateAsync(merchant, Fields(merchant, OperationKind.CreatePayout, tradeNo, units), null, sign);
    }

    /// <summary>What the database holds.</summary>
    public async Task<T> ReadAsync<T>(Func<PayproContext, Task<T>> read)
    {
        await using var context = Get<IContexts>().Create();
        return await read(context);
    }

    public Task<long> BalanceAsync(long merchantNo, AccountKind kind = AccountKind.Available)
    {
        var key = AccountId.Merchant(BucketOf(merchantNo), merchantNo, kind, Currency.Get("MXN"));
        return ReadAsync(c => c.Accounts.Where(a => a.Bucket == key.Bucket && a.Id == key.Id).Select(a => a.BalanceMinor).SumAsync());
    }

    private RequestFields Fields(Merchant merchant, OperationKind kind, string tradeNo, long units)
    {
        var members = new Dictionary<string, string>
        {
            ["tradeNo"] = tradeNo, ["amount"] = units.ToString(CultureInfo.InvariantCulture), ["notifyUrl"] = "http://127.0.0.1:9/n", ["timestamp"] = "1724151084278",
        };
        if (kind == OperationKind.CreatePayout)
        {
            (members["wayCode"], members["customerName"]) = ("BANXICO", "ana canary");
            (members["customerAccountType"], members["customerAccount"]) = ("DebitCard", "4111111111111111");
        }
        else
        {
            members["wayCode"] = "va";
        }

        var body = ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        var request = new RequestContext(true, Get<SnapshotStore>().Current.Banks["MX"]);
        var fields = RequestReader.Read(merchant.Country, merchant.Country.FindOperation(kind)!, body, request, out var error);
        Assert.Null(error);
        return fields!;
    }
}
