using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

[assembly: AssemblyFixture(typeof(Paypro.ServerTests.MerchantApi.ApiHosts))]

namespace Paypro.ServerTests.MerchantApi;

/// <summary>The whole application in this process, on a loopback port and a database of its own, serving the API and the pages alone: no loop changes an order.</summary>
internal sealed class ApiHost : IAsyncDisposable
{
    private static int merchants;
    private readonly TestDatabase database;
    private readonly WebApplication app;
    private readonly string? keyFolder;

    private ApiHost(TestDatabase database, WebApplication app, string? keyFolder)
    {
        this.database = database;
        this.app = app;
        this.keyFolder = keyFolder;
        Http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public static Task<ApiHost> StartAsync(Engine engine) => StartAsync(engine, keyFolder: null, "--Paypro:Sandbox=true");

    /// <summary>With other parts than the application's own: a failing engine, a clock.</summary>
    public static Task<ApiHost> StartAsync(Engine engine, Action<IServiceCollection> replace, params string[] settings) =>
        StartAsync(engine, keyFolder: null, replace, ["--Paypro:Sandbox=true", .. settings]);

    public static Task<ApiHost> StartLiveAsync(Engine engine, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("paypro-test-").FullName;
        var keyFile = Path.Combine(folder, "master.key");
        File.WriteAllText(keyFile, $"test {Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}\n");
        Platform.MasterKeyFile.Own(keyFile);
        return StartAsync(engine, folder, ["--Paypro:Sandbox=false", "--Paypro:PublicUrl=https://pay.example", $"--Paypro:MasterKeyFile={keyFile}", .. settings]);
    }

    public T The<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>A merchant of Mexico that nobody else uses.</summary>
    public Task<TestMerchant> AddMerchantAsync(long openingMinor = 0) => AddMerchantAsync(openingMinor, "MX", new TestKey(SigningAlgorithm.Md5, "secret-of-the-test"));

    public async Task<TestMerchant> AddMerchantAsync(long openingMinor, string country, params TestKey[] keys)
    {
        var no = 2_000_000_000L + Interlocked.Increment(ref merchants);
        var noText = no.ToString(CultureInfo.InvariantCulture);
        var bucket = Buckets.Of(noText);
        var currency = CountryCatalog.BuiltIn.FindCountry(country)!.Currency;
        await The<ConfigStore>().SaveAsync(context =>
        {
            context.Merchants.Add(new MerchantRow
            {
                MerchantNo = no, Bucket = bucket, BusinessId = 1, Country = country, Currency = currency.Code, Name = "Test", CreatedAtMs = 1,
            });
            for (var i = 0; i < keys.Length; i++)
            {
                var row = The<KeyMaker>().Make(no * 10 + i, no, keys[i].Kind, keys[i].Secret, signs: i == 0, keys[i].ValidFromMs, keys[i].ValidToMs);
                context.MerchantKeys.Add(row);
            }

            return Task.CompletedTask;
        });
        if (openingMinor > 0)
        {
            await The<BatchWriter>().WriteAsync(new PostOnce(
                new TransferCause(TransferType.OpeningBalance, "test", 0, $"opening:{noText}", 1, 20260101),
                new Leg(AccountId.Platform(bucket, AccountKind.Equity, currency), -openingMinor),
                new Leg(AccountId.Merchant(bucket, no, AccountKind.Available, currency), openingMinor)));
        }

        await The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        return new TestMerchant(this, no, noText, keys[0].Secret);
    }

    public async Task AddSubMerchantAsync(TestMerchant merchant, string subMerchantNo)
    {
        await The<ConfigStore>().SaveAsync(context =>
        {
            context.SubMerchants.Add(new SubMerchantRow { MerchantNo = merchant.No, SubMerchant = subMerchantNo });
            return Task.CompletedTask;
        });
        await The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    /// <summary>The country's public merchant, with one key more.</summary>
    public async Task<TestMerchant> AddKeyAsync(Country country, TestKey key)
    {
        var merchant = SandboxMerchants.All.Single(merchant => merchant.Country == country.IsoCode);
        await The<ConfigStore>().SaveAsync(context =>
        {
            context.MerchantKeys.Add(The<KeyMaker>().Make(merchant.No * 10 + 9, merchant.No, key.Kind, key.Secret, signs: false, key.ValidFromMs));
            return Task.CompletedTask;
        });
        await The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        return new TestMerchant(this, merchant.No, merchant.No.ToString(CultureInfo.InvariantCulture), key.Secret);
    }

    /// <summary>The rail says that money came for an order, as its callback would.</summary>
    public async Task PayAsync(string number, long amountMinor, string utr)
    {
        var picture = await The<OrderQueries>().FindAsync(number, CancellationToken.None);
        var attempt = picture!.Current!;
        var offer = The<SnapshotStore>().Current.Accounts[attempt.ChannelAccountId];
        var said = new Observation
        {
            Kind = ObservationKind.Paid,
            Direction = Direction.PayIn,
            Reference = attempt.Reference,
            AmountMinor = amountMinor,
            Currency = picture.Order.Currency,
            OccurredAtMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
            RailReference = utr,
            DedupeKey = utr,
        };
        Assert.Equal([ApplyResult.Applied], await The<RailStatements>().ApplyAsync(offer, [said], null, CancellationToken.None));
    }

    public async Task<int> CountOrdersAsync(TestMerchant merchant)
    {
        await using var context = The<IContexts>().Create();
        return await context.Orders.CountAsync(o => o.MerchantNo == merchant.No);
    }

    /// <summary>Posts bytes with these headers and nothing else; chunked when no length is announced.</summary>
    public async Task<ApiAnswer> SendAsync(string path, byte[] body, string? contentType, bool chunked, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        request.Headers.TransferEncodingChunked = chunked;
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await Http.SendAsync(request);
        return new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Posts a body signed by the header; computed here and on purpose without the server's own code.</summary>
    public Task<ApiAnswer> SendHmacAsync(string path, string merchantNo, string secret, string body, long? unixSeconds = null, string? signedPath = null)
    {
        var t = (unixSeconds ?? TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()).ToString(CultureInfo.InvariantCulture);
        var text = $"request\n{signedPath ?? path}\n{merchantNo}\n{t}\n{body}";
        var hash = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));
        return SendAsync(
            path, Encoding.UTF8.GetBytes(body), "application/json", chunked: false, ("merchantNo", merchantNo), ("Paypro-Signature", $"t={t},v1={hash}"));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        await database.DisposeAsync();
        if (keyFolder is not null)
        {
            Directory.Delete(keyFolder, recursive: true);
        }
    }

    private static Task<ApiHost> StartAsync(Engine engine, string? keyFolder, params string[] settings) => StartAsync(engine, keyFolder, null, settings);

    private static async Task<ApiHost> StartAsync(Engine engine, string? keyFolder, Action<IServiceCollection>? replace, string[] settings)
    {
        var database = await TestDatabase.CreateAsync(engine);
        var app = Application.Build(
        [
            "--urls=http://127.0.0.1:0", "--Paypro:Roles=api,checkout", $"--Paypro:Database={engine}", $"--ConnectionStrings:Paypro={database.ConnectionString}",
            "--Logging:LogLevel:Default=None", "--Logging:LogLevel:Microsoft=None", .. settings,
        ],
        replace);
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        await app.StartAsync();
        return new ApiHost(database, app, keyFolder);
    }
}

/// <summary>A key of a test's merchant.</summary>
/// <param name="Kind">How it signs.</param>
/// <param name="Secret">Its secret.</param>
/// <param name="ValidFromMs">Unix milliseconds.</param>
/// <param name="ValidToMs">Unix milliseconds; 0 = until further notice.</param>
internal sealed record TestKey(SigningAlgorithm Kind, string Secret, long ValidFromMs = 0, long ValidToMs = 0);

/// <summary>A merchant of one test, with bodies that are right as they stand.</summary>
internal sealed class TestMerchant(ApiHost host, long no, string noText, string secret)
{
    public const string PayIn = "/mex-pay/v1/paypro/payInApi";
    public const string Link = "/mex-pay/v1/paypro/paymentLink";
    public const string Payout = "/mex-pay/v1/paypro/payOut";
    public const string QueryPayIn = "/mex-pay/v1/paypro/queryPayInResult";
    public const string QueryPayout = "/mex-pay/v1/paypro/queryPayOutResult";
    public const string Balance = "/mex-pay/v1/paypro/queryBalance";

    public long No => no;
    public string NoText => noText;
    public string Secret => secret;
    public SignedClient Client { get; } = new(host.Http, noText, secret);

    public static Infrastructure.FlatBody PayInBody(string tradeNo, string amount = "300", string way = "va") => new(
        ("tradeNo", tradeNo), ("amount", amount), ("wayCode", way), ("notifyUrl", "https://merchant.example/notify"), ("payer", "Name"),
        ("mobile", "5512345678"), ("email", "payer@merchant.example"), ("returnUrl", "https://merchant.example/back"), ("remark", "a remark"));

    public static Infrastructure.FlatBody PayoutBody(string tradeNo, string amount = "50") => new(
        ("tradeNo", tradeNo), ("amount", amount), ("wayCode", "BANXICO"), ("customerName", "Name"), ("customerMobile", "5512345678"),
        ("customerEmail", "someone@merchant.example"), ("customerAccountType", "DebitCard"), ("customerAccount", "4242424242424242"),
        ("identity", "58452586558"), ("notifyUrl", "https://merchant.example/notify"), ("remark", "a remark"));

    public Task<ApiAnswer> CreateAsync(string tradeNo, string amount = "300", string way = "va") => Client.PostAsync(PayIn, PayInBody(tradeNo, amount, way));

    public Task<ApiAnswer> PayOutAsync(string tradeNo, string amount = "50") => Client.PostAsync(Payout, PayoutBody(tradeNo, amount));

    public Task<ApiAnswer> AskAsync(string path, string tradeNo) => Client.PostAsync(path, ("tradeNo", tradeNo));
}

/// <summary>One sandbox and one live installation for each engine, started when first needed and shared by this folder's tests.</summary>
public sealed class ApiHosts : IAsyncDisposable
{
    private readonly Dictionary<(Engine Engine, bool Live), Lazy<Task<ApiHost>>> hosts = new()
    {
        [(Engine.Sqlite, false)] = new(() => ApiHost.StartAsync(Engine.Sqlite, ScriptedChannel.PutWithRefunds)),
        [(Engine.Postgres, false)] = new(() => ApiHost.StartAsync(Engine.Postgres, ScriptedChannel.PutWithRefunds)),
        [(Engine.Sqlite, true)] = new(() => ApiHost.StartLiveAsync(Engine.Sqlite)),
        [(Engine.Postgres, true)] = new(() => ApiHost.StartLiveAsync(Engine.Postgres)),
    };

    internal Task<ApiHost> SandboxAsync(Engine engine) => hosts[(engine, false)].Value;

    internal Task<ApiHost> LiveAsync(Engine engine) => hosts[(engine, true)].Value;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts.Values.Where(h => h.IsValueCreated))
        {
            await (await host.Value).DisposeAsync();
        }
    }
}
