using System.Globalization;
using System.Text;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using static Paypro.ServerTests.MerchantApi.TestMerchant;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>
/// What only a live installation asks for. It has no channel here, so a request that passes everything else ends with the
/// sentence that no way is available.
/// </summary>
public sealed class LiveTests(ApiHosts hosts)
{
    private const string Passed = "wayCode: va is not available at present";
    private const string PayoutPassed = "customerAccountType: this payout is not available at present";

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ATimestampMustBeNearOurClock(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync();

        Assert.Equal(Passed, await PayInAsync(TimeSpan.FromHours(-23)));
        Assert.Equal(Passed, await PayInAsync(TimeSpan.FromHours(23)));
        Assert.StartsWith("timestamp:", await PayInAsync(TimeSpan.FromHours(-25)), StringComparison.Ordinal);
        Assert.StartsWith("timestamp:", await PayInAsync(TimeSpan.FromHours(25)), StringComparison.Ordinal);
        Assert.Equal(PayoutPassed, await PayOutAsync(TimeSpan.FromMinutes(-14)));
        Assert.StartsWith("timestamp:", await PayOutAsync(TimeSpan.FromMinutes(-16)), StringComparison.Ordinal);
        Assert.StartsWith("timestamp:", await PayOutAsync(TimeSpan.FromMinutes(16)), StringComparison.Ordinal);

        async Task<string?> PayInAsync(TimeSpan off) => (await merchant.Client.PostAsync(PayIn, PayInBody("live").With("timestamp", Text(off)))).Message;
        async Task<string?> PayOutAsync(TimeSpan off) => (await merchant.Client.PostAsync(Payout, PayoutBody("live").With("timestamp", Text(off)))).Message;
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ARefusedPayoutsSignIsRefusedAgainHoweverItIsWritten(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var body = PayoutBody("again").With("timestamp", Text(TimeSpan.Zero)).SignedWith(merchant.Secret);

        Assert.Equal(PayoutPassed, (await merchant.Client.PostRawAsync(Payout, body.ToString())).Message);
        var second = await merchant.Client.PostRawAsync(Payout, body.ToString());
        var upperCase = await merchant.Client.PostRawAsync(Payout, body.With("sign", body.TextOf("sign")!.ToUpperInvariant()).ToString());
        var newOne = await merchant.Client.PostAsync(Payout, PayoutBody("again").With("timestamp", Text(TimeSpan.FromSeconds(-1))));

        Assert.Equal("8000", second.Code);
        Assert.StartsWith("sign: this request was refused before", second.Message, StringComparison.Ordinal);
        Assert.Equal(second.Message, upperCase.Message);
        Assert.Equal(PayoutPassed, newOne.Message);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task APayoutRefusedForABadFieldStaysRefusedWhenTheFieldBecomesGood(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var body = PayoutBody("newbank").With("wayCode", "BANKOFTOMORROW").With("timestamp", Text(TimeSpan.Zero)).SignedWith(merchant.Secret).ToString();

        Assert.Equal("wayCode: is not in the list of banks", (await merchant.Client.PostRawAsync(Payout, body)).Message);
        await host.The<ConfigStore>().SaveAsync(context =>
        {
            context.Banks.Add(new BankRow { Country = "MX", Code = "BANKOFTOMORROW", Name = "Bank of tomorrow", Kind = "bank" });
            return Task.CompletedTask;
        });
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

        Assert.StartsWith("sign: this request was refused before", (await merchant.Client.PostRawAsync(Payout, body)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AnOrderThatWeKnowIsAnsweredBeforeItsTimestampIsLookedAt(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync();
        var body = PayInBody("known").Without("wayCode").With("timestamp", Text(TimeSpan.FromDays(-30))).SignedWith(merchant.Secret).ToString();
        Assert.StartsWith("timestamp:", (await merchant.Client.PostRawAsync(Link, body)).Message, StringComparison.Ordinal);

        await StoreHostedAsync(host, merchant, body);
        var known = await merchant.Client.PostRawAsync(Link, body);
        var otherContent = await merchant.Client.PostAsync(Link, PayInBody("known", "301").Without("wayCode"));

        Assert.Equal(("0000", "0015", "Paying"), (known.Code, known.Status, known["desc"]));
        Assert.StartsWith($"https://pay.example/pay/{known["platFormTradeNo"]}-", known["paymentUrl"], StringComparison.Ordinal);
        Assert.Equal(("8000", true), (otherContent.Code, otherContent.Message!.StartsWith("tradeNo:", StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task TheHeadersTimeMayBeFifteenMinutesOff(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.HmacSha256, "hmac-secret-of-the-test"));
        var body = PayInBody("hmac").With("timestamp", Text(TimeSpan.Zero)).ToString();
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        Assert.Equal(Passed, (await host.SendHmacAsync(PayIn, merchant.NoText, merchant.Secret, body, now - (14 * 60))).Message);
        foreach (var minutes in (int[])[-16, 16])
        {
            var refused = await host.SendHmacAsync(PayIn, merchant.NoText, merchant.Secret, body, now + (minutes * 60));
            Assert.Equal(("8000", true), (refused.Code, refused.Message!.StartsWith("sign:", StringComparison.Ordinal)));
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task ACardNumberMustBeOne(Engine engine)
    {
        var host = await hosts.LiveAsync(engine);
        var merchant = await host.AddMerchantAsync();
        foreach (var account in (string[])["kevin_zhang_account", "4242424242424243", "424242424242424"])
        {
            var answer = await merchant.Client.PostAsync(Payout, PayoutBody("card").With("customerAccount", account));
            Assert.Equal(("8000", "customerAccount: must be a card number: 16 digits with a right check digit"), (answer.Code, answer.Message));
        }
    }

    /// <summary>As if it had been created while a channel was there.</summary>
    private static async Task StoreHostedAsync(ApiHost host, TestMerchant merchant, string body)
    {
        var owner = host.The<SnapshotStore>().Current.MerchantsByNo[merchant.NoText];
        var read = Protocol.FlatBody.Read(Encoding.UTF8.GetBytes(body), out _)!;
        var operation = owner.Country.FindOperation(OperationKind.CreateHostedPayIn)!;
        var fields = RequestReader.Read(owner.Country, operation, read, new RequestContext(false, owner.Country.Banks), out _)!;
        var newOrder = host.The<NewOrder>();
        var order = newOrder.Row(owner, fields, Direction.PayIn, Terms.Free, 1) with { Hosted = true, HasPage = true, ExpiresAtMs = long.MaxValue };
        Assert.IsType<CreateResult.Created>(await host.The<BatchWriter>().WriteAsync(new CreatePayIn(order, null, null, null)));
    }

    private static string Text(TimeSpan off) =>
        (TimeProvider.System.GetUtcNow() + off).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
