using System.Globalization;
using System.Text;
using Paypro.Client;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Countries;
using Paypro.ServerTests.Infrastructure;
using Buckets = Paypro.Server.Platform.Buckets;
using OrderState = Paypro.Client.OrderState;

namespace Paypro.ServerTests.Clients;

/// <summary>Both clients against the running service: in every country a pay-in, a payout, their queries, the balance, and the notifications.</summary>
public sealed class ClientContractTests(CountryGround ground)
{
    private const string HmacSecret = "secret-of-an-hmac-key-0123456789";

    public static TheoryData<string> Countries => [.. CountryCatalog.BuiltIn.Countries.Select(country => country.Segment)];

    [Theory]
    [MemberData(nameof(Countries))]
    public async Task TheCSharpClientIsUnderstoodAndUnderstands(string segment)
    {
        var country = CountryCatalog.BuiltIn.Countries.Single(candidate => candidate.Segment == segment);
        var merchant = SandboxMerchants.All.Single(candidate => candidate.Country == country.IsoCode);
        var number = merchant.No.ToString(CultureInfo.InvariantCulture);
        await AssertContractAsync(await ground.ShopAsync(Engine.Sqlite, number, merchant.Secret), segment, number, merchant.Secret, SigningAlgorithm.Md5);
    }

    [Fact]
    public async Task TheCSharpClientSignsWithAnHmacKey()
    {
        var number = await AddHmacMerchantAsync();
        await AssertContractAsync(await ground.ShopAsync(Engine.Sqlite, number, HmacSecret), Mexico.Country.Segment, number, HmacSecret, SigningAlgorithm.HmacSha256);
    }

    [Fact]
    public async Task TheTypeScriptClientIsUnderstoodAndUnderstands()
    {
        var shop = await ground.ShopAsync(Engine.Sqlite, SignedClient.MexicoMerchantNo, SignedClient.MexicoSecret);
        var merchants = SandboxMerchants.All
            .Select(merchant => (CountryCatalog.BuiltIn.FindCountry(merchant.Country)!.Segment, No: merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret, Algorithm: "md5"))
            .Append((Mexico.Country.Segment, await AddHmacMerchantAsync(), HmacSecret, "hmac-sha256"));
        await TypeScript.AssertPassesAsync(shop.Host.Http.BaseAddress!, string.Join(' ', merchants.Select(merchant => $"{merchant.Segment},{merchant.Item2},{merchant.Item3},{merchant.Item4}")));
    }

    private static async Task AssertContractAsync(CountryShop shop, string segment, string merchantNo, string secret, SigningAlgorithm algorithm)
    {
        using var http = new HttpClient();
        var calls = ContractCountries.Make(segment, http, new PayproOptions { Address = shop.Host.Http.BaseAddress!, MerchantNo = merchantNo, Secret = secret, Algorithm = algorithm });
        var (inNo, outNo) = (CountryShop.NewTradeNo(), CountryShop.NewTradeNo());

        var payIn = await calls.PayInAsync(inNo, new Uri(shop.NotifyUrl(inNo)));
        Assert.Equal((inNo, OrderState.Processing, 16), (payIn.TradeNo, payIn.State, payIn.Number.Length));
        Assert.Equal(payIn.Number, (await calls.PayInAsync(inNo, new Uri(shop.NotifyUrl(inNo)))).Number);
        Assert.Equal(payIn, await calls.QueryPayInAsync(inNo));
        Assert.Equal(200, (await shop.PayAsync(payIn.Number, "1000000")).Status);

        var paid = await shop.ReceivedAsync(inNo);
        var read = calls.ReadPayIn(Encoding.UTF8.GetBytes(paid.Body), paid.Path, paid.Headers.GetValueOrDefault(HmacSignature.HeaderName));
        Assert.Equal(payIn with { State = OrderState.Succeeded }, read);
        Assert.Null(calls.ReadPayIn(Encoding.UTF8.GetBytes(paid.Body.Replace("\"0000\"", "\"0001\"", StringComparison.Ordinal)), paid.Path, paid.Headers.GetValueOrDefault(HmacSignature.HeaderName)));
        Assert.Equal(OrderState.Succeeded, (await calls.QueryPayInAsync(inNo)).State);
        Assert.True(await calls.AvailableAsync() > 0);

        var payout = await calls.PayoutAsync(outNo, new Uri(shop.NotifyUrl(outNo)));
        Assert.Equal((outNo, OrderState.Processing), (payout.TradeNo, payout.State));
        var sent = await shop.ReceivedAsync(outNo);
        Assert.Equal(payout with { State = OrderState.Succeeded }, calls.ReadPayout(Encoding.UTF8.GetBytes(sent.Body), sent.Path, sent.Headers.GetValueOrDefault(HmacSignature.HeaderName)));
        Assert.Equal(payout with { State = OrderState.Succeeded }, await calls.QueryPayoutAsync(outNo));
    }

    /// <summary>A merchant of Mexico with an HMAC key and money, as an operator would add one.</summary>
    private async Task<string> AddHmacMerchantAsync()
    {
        var host = (await ground.ShopAsync(Engine.Sqlite, "", "")).Host;
        var no = 2_200_000_000L + RandomNumber();
        await host.Get<ConfigStore>().SaveAsync(context =>
        {
            context.Merchants.Add(new MerchantRow { MerchantNo = no, Bucket = Buckets.Of($"{no}"), BusinessId = 1, Country = "MX", Currency = "MXN", Name = "HMAC", CreatedAtMs = 1 });
            context.MerchantKeys.Add(host.Get<KeyMaker>().Make(no * 10, no, SigningAlgorithm.HmacSha256, HmacSecret, signs: true, validFromMs: 0));
            return Task.CompletedTask;
        });
        await host.Get<BatchWriter>().WriteAsync(new PostOnce(
            new TransferCause(TransferType.OpeningBalance, "test", 0, $"opening:{no}", 1, 20260101),
            new Leg(AccountId.Platform(Buckets.Of($"{no}"), AccountKind.Equity, Currency.Mxn), -1_000_000_00),
            new Leg(AccountId.Merchant(Buckets.Of($"{no}"), no, AccountKind.Available, Currency.Mxn), 1_000_000_00)));
        await host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        return $"{no}";
    }

    private static int RandomNumber() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(90_000_000);
}
