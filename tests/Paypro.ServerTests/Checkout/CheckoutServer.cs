using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Sandbox;
using Paypro.Server.Statements;
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

    /// <summary>For another node over it.</summary>
    public TestDatabase Database => database;

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

    /// <summary>Asks for a page as a merchant of any country does: the fields that its documentation requires, with their examples.</summary>
    /// <param name="country">ISO 3166 code.</param>
    /// <param name="way">The way that the page is for. A hosted page leaves it to the payer.</param>
    /// <param name="tradeNo">The merchant's number.</param>
    /// <param name="notifyUrl">Where the result is told.</param>
    public async Task<string> LinkAsync(string country, PayInWay way, string tradeNo, string notifyUrl = "http://127.0.0.1:9/notify")
    {
        var all = CountryCatalog.BuiltIn.FindCountry(country)!;
        var hosted = all.FindOperation(OperationKind.CreateHostedPayIn);
        var operation = hosted ?? all.FindOperation(OperationKind.CreatePayIn)!;
        var units = Math.Max(300, way.MinMinor / all.Currency.UnitMinor);
        var body = new FlatBody();
        foreach (var field in operation.Fields.Where(f => f.Role != FieldRole.Sign))
        {
            var text = field.Role switch
            {
                FieldRole.TradeNo => tradeNo,
                FieldRole.Amount => units.ToString(CultureInfo.InvariantCulture),
                FieldRole.NotifyUrl => notifyUrl,
                FieldRole.ReturnUrl => "https://shop.example/thanks",
                FieldRole.Way => hosted is null || field.Presence == Presence.Required ? way.WayCode : null,
                FieldRole.Channel => way.ChannelCode,
                FieldRole.BirthDate => field.Example,
                _ => field.Presence == Presence.Required ? field.Example : null,
            };
            if (text is not null)
            {
                body.Add(field.Name, text);
            }
        }

        var merchant = SandboxMerchants.All.Single(m => m.Country == country);
        var client = new SignedClient(Http, merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret);
        var answer = await client.PostAsync($"/{all.Segment}{operation.Path}", body);
        Assert.True(answer.Code == "0000", $"{country} {way.Code}: {answer.Text}");
        return new Uri(answer["paymentUrl"]!).PathAndQuery;
    }

    public async Task<OrderPicture> PictureAsync(string link) =>
        (await The<OrderQueries>().FindAsync(link[5..21], CancellationToken.None))!;

    /// <summary>The attempt that a payer made by choosing a way.</summary>
    public async Task<AttemptRow> AttemptAsync(string link, string way) => (await PictureAsync(link)).Attempts.Single(a => a.Way == way);

    /// <summary>What the rail says about the newest attempt, applied as its callback would be.</summary>
    public async Task SayAsync(string link, ObservationKind kind, long amountMinor)
    {
        var attempt = (await PictureAsync(link)).Attempts[^1];
        var results = await The<RailStatements>().ApplyAsync(
            The<SnapshotStore>().Current.Accounts[attempt.ChannelAccountId],
            [
                new Observation
                {
                    Kind = kind,
                    Direction = Direction.PayIn,
                    Reference = attempt.Reference,
                    AmountMinor = amountMinor,
                    Currency = (await PictureAsync(link)).Order.Currency,
                    OccurredAtMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
                    DedupeKey = Guid.NewGuid().ToString("N"),
                    RailReference = "123456",
                },
            ],
            body: null,
            CancellationToken.None);
        Assert.Equal([ApplyResult.Applied], results);
    }

    /// <summary>Sends a form of the page, as its own browser does.</summary>
    /// <returns>Where the answer leads.</returns>
    public async Task<string> SubmitAsync(string path, params (string Name, string Value)[] fields)
    {
        using var answer = await PostAsync(path, "same-origin", fields);
        Assert.Equal(System.Net.HttpStatusCode.Redirect, answer.StatusCode);
        return answer.Headers.Location!.OriginalString;
    }

    public async Task<HttpResponseMessage> PostAsync(string path, string site, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new FormUrlEncodedContent(fields.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))),
        };
        request.Headers.Add("Sec-Fetch-Site", site);
        return await Http.SendAsync(request);
    }

    public async Task UntilAsync(string link, Func<OrderRow, bool> holds)
    {
        for (var tries = 0; tries < 400 && !holds((await PictureAsync(link)).Order); tries++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        Assert.True(holds((await PictureAsync(link)).Order), (await PictureAsync(link)).Order.State.ToString());
    }

    public async Task<IReadOnlyList<EventRow>> EventsAsync(OrderRow order)
    {
        await using var context = The<IContexts>().Create();
        return await context.Events.Where(e => e.Bucket == order.Bucket && e.OrderId == order.Id).ToListAsync();
    }

    /// <summary>Changes what is stored of the newest attempt, as another time or another rail would have left it.</summary>
    public async Task PretendAsync(string link, Func<AttemptRow, AttemptRow> pretend)
    {
        var newest = (await PictureAsync(link)).Attempts[^1];
        var wanted = pretend(newest);
        await using var context = The<IContexts>().Create();
        var changed = await context.Attempts.Where(a => a.Bucket == newest.Bucket && a.OrderId == newest.OrderId && a.AttemptNo == newest.AttemptNo)
            .ExecuteUpdateAsync(set => set.SetProperty(a => a.SentAtMs, wanted.SentAtMs).SetProperty(a => a.InstructionValue, wanted.InstructionValue));
        Assert.Equal(1, changed);
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
