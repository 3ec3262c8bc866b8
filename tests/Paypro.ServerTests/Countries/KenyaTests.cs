using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Countries;

/// <summary>Kenya from the signed call to the recorded notification.</summary>
public sealed class KenyaTests(CountryGround ground)
{
    private const string Path = "/ken-pay/api/";

    private const string Example =
        """{"sign":"000000","timestamp":"1715941383720","amount":"3","remark":"000000","tradeNo":"00000001","mobile":"mobile","notifyUrl":"http://127.0.0.1:9/n"}""";

    private const string PayoutExample =
        """{"sign":"000000","timestamp":"1715941383720","amount":"50","remark":"000000","tradeNo":"1000023","mobile":"254115555088"}""";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheDocumentedExamplesRun(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var payIn = await shop.AcceptedAsync(Path + "payin", FlatBody.Parse(Example));
        var page = await shop.AcceptedAsync(Path + "payinConsole", FlatBody.Parse(Example).Without("mobile").With("tradeNo", "00000002"));
        var payout = await shop.AcceptedAsync(Path + "payout", FlatBody.Parse(PayoutExample));
        var balance = await shop.AcceptedAsync(Path + "queryBalance", new FlatBody(("timestamp", "1724151084278")));

        Assert.Equal(("0015", "Create", "000000", "******"), (payIn.Status, payIn["desc"], payIn["remark"], payIn["paymentInfo"]));
        Assert.All(
            (ApiAnswer[])[payIn, page, payout],
            answer => Assert.Single(new HashSet<string?> { answer["serialNumber"], answer["platFormTradeNo"], answer["payproTradeNo"] }));
        Assert.Matches("^[a-z0-9]{16}$", payIn["serialNumber"]);
        Assert.Equal(("0015", "Paying"), (page.Status, page["desc"]));
        Assert.Matches(@"^\d+\.\d{4}$", balance["availableAmount"]);
        Assert.Equal("code: no such transaction", (await shop.CallAsync(Path + "queryResultByCode", ByCode("SHL2A6WAQU"))).Message);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APromptIsPaidAndToldAndFoundByItsReceipt(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(Path + "payin", PayIn(shop, tradeNo, "254715555088"));

        // What outlives the payer's personal data does not tell the whole number.
        Assert.Equal(("254******088", null), (created["paymentInfo"], created["paymentUrl"]));
        Assert.Equal("254******088", Assert.Single((await shop.PictureAsync(created)).Attempts).InstructionValue);
        await shop.PayAsync(created["serialNumber"]!, "300");

        var told = await shop.ToldAsync(tradeNo);
        Assert.Equal(
            ["platFormTradeNo", "tradeNo", "amount", "status", "message", "successTime", "timestamp", "sign"],
            JsonSerializer.Deserialize<JsonElement>(told.Body).EnumerateObject().Select(m => m.Name));
        Assert.Contains("\"amount\":300,", told.Body, StringComparison.Ordinal);
        Assert.Equal(("0000", "SUCCESS"), (told["status"], told["message"]));

        var asked = await shop.AcceptedAsync(Path + "queryPayinResult", new FlatBody(("tradeNo", tradeNo)));
        Assert.Equal(("0000", "300.0000", created["serialNumber"]), (asked.Status, asked["amount"], asked["serialNumber"]));
        Assert.Contains("\"amount\":300.0000,", asked.Text, StringComparison.Ordinal);

        var receipt = (await shop.PictureAsync(created)).Order.Utr;
        Assert.Matches("^[A-Z][A-L][1-9A-V][A-Z0-9]{7}$", receipt);
        var found = await shop.AcceptedAsync(Path + "queryResultByCode", ByCode(receipt));
        Assert.Equal(
            (receipt, tradeNo, created["serialNumber"], "300.0000", "0000"),
            (found["mpesaReceiptNumber"], found["tradeNo"], found["platFormTradeNo"], found["amount"], found.Status));
        Assert.Equal(told["successTime"], found["successTime"]);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APayoutIsPaidAndFoundByItsReceiptAlsoAfterItCameBack(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(
            Path + "payout", FlatBody.Parse(PayoutExample).With("tradeNo", tradeNo).With("amount", "205").Add("notifyUrl", shop.NotifyUrl(tradeNo)));
        await shop.UntilAsync(created, OrderState.Returned);
        var asked = await shop.AcceptedAsync(Path + "queryPayOutResult", new FlatBody(("tradeNo", tradeNo)));
        Assert.Equal(("00029", "RETURNED"), (asked.Status, asked["message"]));

        // The payout and its return each have a receipt, and both lead to the order.
        var id = (await shop.PictureAsync(created)).Order.Id;
        var paid = await shop.Host.ReadAsync(c => c.Receipts.Where(r => r.OrderId == id).Select(r => r.RailReference).SingleAsync());
        var back = await shop.Host.ReadAsync(c => c.Returns.Where(r => r.OrderId == id).Select(r => r.RailReference).SingleAsync());
        Assert.NotEqual(paid, back);
        foreach (var receipt in (string[])[paid, back])
        {
            var found = await shop.AcceptedAsync(Path + "queryResultByCode", ByCode(receipt));
            Assert.Equal((receipt, tradeNo, "00029"), (found["mpesaReceiptNumber"], found["tradeNo"], found.Status));
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AReceiptOfAnotherMerchantIsNotFound(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(Path + "payin", PayIn(shop, tradeNo, "254115555088"));
        await shop.PayAsync(created["serialNumber"]!, "300");
        var order = await shop.UntilAsync(created, OrderState.Paid);

        // In the same bucket, so that only the merchant's number keeps the two apart.
        var outsider = Enumerable.Range(0, int.MaxValue).Select(i => 2_100_000_000L + i).First(no => Buckets.Of($"{no}") == order.Bucket);
        await shop.Host.Get<ConfigStore>().SaveAsync(context =>
        {
            context.Merchants.Add(new MerchantRow
            {
                MerchantNo = outsider, Bucket = order.Bucket, BusinessId = 1, Country = "KE", Currency = "KES", Name = "Outsider", CreatedAtMs = 1,
            });
            context.MerchantKeys.Add(shop.Host.Get<KeyMaker>().Make(outsider * 10, outsider, SigningAlgorithm.Md5, "secret-of-another-merchant", signs: true, validFromMs: 0));
            return Task.CompletedTask;
        });
        await shop.Host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var other = await ground.ShopAsync(engine, $"{outsider}", "secret-of-another-merchant");
        Assert.Equal("code: no such transaction", (await other.CallAsync(Path + "queryResultByCode", ByCode(order.Utr))).Message);
        Assert.Equal("0000", (await shop.CallAsync(Path + "queryResultByCode", ByCode(order.Utr))).Code);
    }

    /// <summary>Without a phone number nobody can be prompted: no attempt is made before the payer has told it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ThePageWaitsForThePayersPhone(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(Path + "payinConsole", PayIn(shop, tradeNo, "254715555088").Without("mobile"));
        await shop.OpenAsync(created);
        Assert.Empty((await shop.PictureAsync(created)).Attempts);
        Assert.Equal("0015", (await shop.AcceptedAsync(Path + "queryPayinResult", new FlatBody(("tradeNo", tradeNo)))).Status);
    }

    [Fact]
    public async Task TheSamePromptTwiceIsOneOrderAndAnotherPhoneIsAnother()
    {
        var shop = await ShopAsync(Engine.Sqlite);
        var tradeNo = CountryShop.NewTradeNo();
        var first = await shop.AcceptedAsync(Path + "payin", PayIn(shop, tradeNo, "254715555088"));
        var again = await shop.AcceptedAsync(Path + "payin", PayIn(shop, tradeNo, "254715555088"));
        Assert.Equal((first["serialNumber"], first["paymentInfo"]), (again["serialNumber"], again["paymentInfo"]));
        Assert.Equal("8000", (await shop.CallAsync(Path + "payin", PayIn(shop, tradeNo, "254715555089"))).Code);
        Assert.Single((await shop.PictureAsync(first)).Attempts);
    }

    [Theory]
    [InlineData("payin", "mobile", "0715555088", "mobile: must be 12 digits beginning with 2541 or 2547")]
    [InlineData("payin", "amount", "3.50", "amount: must be a whole number")]
    [InlineData("payin", "notifyUrl", "", "notifyUrl: is required")]
    [InlineData("payout", "mobile", "mobile", "mobile: must be 12 digits beginning with 2541 or 2547")]
    [InlineData("payout", "mobile", "254215555088", "mobile: must be 12 digits beginning with 2541 or 2547")]
    [InlineData("payout", "timestamp", "", "timestamp: is required")]
    public async Task ABadFieldIsNamedAndStoresNothing(string call, string name, string value, string sentence)
    {
        var shop = await ShopAsync(Engine.Sqlite);
        var tradeNo = CountryShop.NewTradeNo();
        var right = call == "payout" ? FlatBody.Parse(PayoutExample).With("tradeNo", tradeNo) : PayIn(shop, tradeNo, "254715555088");
        var answer = await shop.CallAsync(Path + call, right.With(name, value));
        Assert.Equal(("8000", sentence), (answer.Code, answer.Message));
        var asked = await shop.CallAsync(Path + (call == "payout" ? "queryPayOutResult" : "queryPayinResult"), new FlatBody(("tradeNo", tradeNo)));
        Assert.Equal("tradeNo: no such order", asked.Message);
    }

    private static FlatBody PayIn(CountryShop shop, string tradeNo, string mobile) => FlatBody.Parse(Example)
        .With("tradeNo", tradeNo).With("amount", "300").With("mobile", mobile).With("notifyUrl", shop.NotifyUrl(tradeNo));

    private static FlatBody ByCode(string code) => new(("code", code), ("timestamp", "2222222222"));

    private Task<CountryShop> ShopAsync(Engine engine) => ground.ShopAsync(engine, "1000000006", "sandbox-secret-ke");
}
