using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Server;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Checkout;

/// <summary>The whole application in this process, on a loopback port, with hands for what merchants and rails do.</summary>
internal sealed class CheckoutServer : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly WebApplication app;

    private CheckoutServer(TestDatabase database, WebApplication app)
    {
        this.database = database;
        this.app = app;
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    /// <summary>With the server's base address; follows no redirect.</summary>
    public HttpClient Http { get; }

    public T The<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<CheckoutServer> StartAsync(Engine engine, params string[] settings)
    {
        var database = await TestDatabase.CreateAsync(engine);
        var app = Application.Build(
        [
            "--urls=http://127.0.0.1:0", "--Paypro:Sandbox=true", $"--Paypro:Database={engine}", $"--ConnectionStrings:Paypro={database.ConnectionString}",
            "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft=Warning", .. settings,
        ]);
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        await app.StartAsync();
        return new CheckoutServer(database, app);
    }

    /// <summary>Asks for a payment link as a merchant does.</summary>
    /// <returns>The path of its page.</returns>
    public async Task<string> LinkAsync(long amount, string? way = null, string? returnUrl = null)
    {
        var answer = await SignedClient.Mexico(Http).PostAsync(
            "/mex-pay/v1/paypro/paymentLink",
            ("tradeNo", "T" + Guid.NewGuid().ToString("N")[..12]),
            ("amount", amount.ToString(CultureInfo.InvariantCulture)),
            ("payer", "Name of the payer"),
            ("mobile", "5512345678"),
            ("wayCode", way ?? ""),
            ("notifyUrl", "http://127.0.0.1:9/notify"),
            ("returnUrl", returnUrl ?? ""));
        Assert.Equal("0000", answer.Code);
        var address = new Uri(answer["paymentUrl"]!);
        Assert.Equal(Http.BaseAddress!.Authority, address.Authority);
        return address.PathAndQuery;
    }

    public async Task<OrderPicture> PictureAsync(string link) =>
        (await The<OrderQueries>().FindAsync(link[5..21], CancellationToken.None))!;

    /// <summary>The attempt that a payer made by choosing a way.</summary>
    public async Task<AttemptRow> AttemptAsync(string link, string way) => (await PictureAsync(link)).Attempts.Single(a => a.Way == way);

    /// <summary>What the rail says about the newest attempt, applied as its callback would be.</summary>
    public async Task SayAsync(string link, ObservationKind kind, long amountMinor)
    {
        var attempt = (await PictureAsync(link)).Attempts[^1];
        var results = await The<Observations>().ApplyAsync(
            The<SnapshotStore>().Current.Accounts[attempt.ChannelAccountId],
            [
                new Observation
                {
                    Kind = kind,
                    Direction = Direction.PayIn,
                    Reference = attempt.Reference,
                    AmountMinor = amountMinor,
                    Currency = "MXN",
                    OccurredAtMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
                    DedupeKey = Guid.NewGuid().ToString("N"),
                    RailReference = "123456",
                },
            ],
            "callback",
            CancellationToken.None);
        Assert.Equal([ApplyResult.Applied], results);
    }

    public async Task ExpireAsync(string link)
    {
        var order = (await PictureAsync(link)).Order;
        await The<BatchWriter>().WriteAsync(new ExpirePayIn(order.Key, "sandbox", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        await database.DisposeAsync();
    }
}
