using System.Text.Json;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Countries;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

[assembly: AssemblyFixture(typeof(CountryGround))]

namespace Paypro.ServerTests.Countries;

/// <summary>
/// One whole sandbox for each engine, with all its loops, and one receiver of notifications: started when first needed and shared by
/// the tests of single countries, which keep out of each other's way by their trade numbers.
/// </summary>
public sealed class CountryGround : IAsyncDisposable
{
    private readonly Dictionary<Engine, Lazy<Task<SandboxHost>>> hosts = new()
    {
        [Engine.Sqlite] = new(() => SandboxHost.StartAsync(Engine.Sqlite)),
        [Engine.Postgres] = new(() => SandboxHost.StartAsync(Engine.Postgres)),
    };

    private readonly Lazy<Task<RecordingReceiver>> receiver = new(() => RecordingReceiver.StartAsync());

    internal async Task<CountryShop> ShopAsync(Engine engine, string merchantNo, string secret) =>
        new(await hosts[engine].Value, await receiver.Value, merchantNo, secret);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts.Values.Where(h => h.IsValueCreated))
        {
            await (await host.Value).DisposeAsync();
        }

        if (receiver.IsValueCreated)
        {
            await (await receiver.Value).DisposeAsync();
        }
    }
}

/// <summary>A sandbox merchant of one country, and the hands of its payers and its bank.</summary>
internal sealed class CountryShop(SandboxHost host, RecordingReceiver receiver, string merchantNo, string secret)
{
    private readonly SignedClient client = new(host.Http, merchantNo, secret);

    public SandboxHost Host => host;

    /// <summary>A number that no other order of this run has.</summary>
    public static string NewTradeNo() => "T" + Guid.NewGuid().ToString("N")[..15];

    /// <summary>Where an order's results are told.</summary>
    public string NotifyUrl(string tradeNo) => receiver.AddressOf(tradeNo);

    /// <summary>Posts members as they are, signed and with nothing added: some countries' queries have no timestamp.</summary>
    public Task<ApiAnswer> CallAsync(string path, FlatBody body) => client.PostRawAsync(path, body.SignedWith(secret).ToString());

    /// <summary>As <see cref="CallAsync(string, FlatBody)"/>; the answer must be an accepted one.</summary>
    public async Task<ApiAnswer> AcceptedAsync(string path, FlatBody body)
    {
        var answer = await CallAsync(path, body);
        Assert.True(answer.Code == "0000", answer.Text);
        return answer;
    }

    /// <summary>The payer's hand.</summary>
    public Task<(int Status, JsonElement Json)> PayAsync(string number, string amount) =>
        host.SandboxAsync($"/sandbox/payins/{number}", $$"""{"action":"pay","amount":"{{amount}}"}""");

    /// <summary>The first notification of an order, which must be signed.</summary>
    public async Task<ReceivedNotification> ToldAsync(string tradeNo)
    {
        var told = await ReceivedAsync(tradeNo);
        Assert.True(told.IsSignedWith(secret), told.Body);
        return told;
    }

    /// <summary>The first notification of an order, as it came.</summary>
    public async Task<ReceivedNotification> ReceivedAsync(string tradeNo) => (await receiver.WaitForAsync(tradeNo))[0];

    /// <summary>A hosted page as a payer's browser gets it; its address must be ours.</summary>
    public async Task<string> OpenAsync(ApiAnswer created)
    {
        var address = new Uri(created["paymentUrl"]!);
        Assert.Equal(host.Http.BaseAddress!.Authority, address.Authority);
        using var page = await host.Http.GetAsync(address);
        var text = await page.Content.ReadAsStringAsync();
        Assert.True(page.IsSuccessStatusCode, text);
        return text;
    }

    /// <summary>The payer chooses a way on the page.</summary>
    public async Task ChooseAsync(ApiAnswer created, string way)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(created["paymentUrl"]!));
        request.Content = new FormUrlEncodedContent([KeyValuePair.Create("way", way)]);
        request.Headers.Add("Origin", host.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        using var page = await host.Http.SendAsync(request);
        Assert.True(page.IsSuccessStatusCode, await page.Content.ReadAsStringAsync());
    }

    public async Task<OrderPicture> PictureAsync(ApiAnswer created) =>
        (await host.Get<OrderQueries>().FindAsync(created["platFormTradeNo"]!, CancellationToken.None))!;

    public Task<OrderRow> UntilAsync(ApiAnswer created, OrderState state) => host.UntilAsync(created["platFormTradeNo"]!, o => o.State == state);
}
