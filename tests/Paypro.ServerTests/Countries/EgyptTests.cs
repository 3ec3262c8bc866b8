using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Countries;

/// <summary>Egypt from the signed call to the recorded notification.</summary>
public sealed class EgyptTests(CountryGround ground)
{
    private const string Path = "/egy-pay/v1/paypro/";

    private const string Example = """
        {"sign":"0be92a962072b1786a01a2cab4891a1d","timestamp":"1728609257212","tradeNo":"test_00000008","payer":"kevin zhang","amount":"300","mobile":"6789123456",
         "email":"sdkjfksdjfk@gmail.com","notifyUrl":"http://127.0.0.1:9/n","returnUrl":"http://abc.com/callback_page","remark":"test"}
        """;

    private const string PayoutExample = """
        {"sign":"b39f64dc1586867b1966a569ba06e3a2","timestamp":"1728611780130","tradeNo":"test_00000001","walletId":"01123456789","customerName":"kevin",
         "amount":"300","notifyUrl":"http://127.0.0.1:9/n","remark":"test"}
        """;

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheDocumentedExamplesRun(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var payIn = await shop.AcceptedAsync(Path + "payIn", FlatBody.Parse(Example));
        var payout = await shop.AcceptedAsync(Path + "payOut", FlatBody.Parse(PayoutExample));
        var asked = await shop.AcceptedAsync(Path + "queryPayInResult", Query("test_00000008"));
        var balance = await shop.AcceptedAsync(Path + "queryBalance", new FlatBody(("timestamp", "1724151084278")));

        Assert.Equal(("0015", "Create", "test"), (payIn.Status, payIn["desc"], payIn["remark"]));
        Assert.Equal(("0015", "test"), (payout.Status, payout["remark"]));
        Assert.Equal(("300", "0", "0015"), (asked["amount"], asked["receivedAmount"], asked.Status));
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", asked["createTime"]);
        Assert.Matches(@"^\d+\.\d{4}$", balance["availableAmount"]);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AWalletIsPaidAndTold(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(Path + "payIn", FlatBody.Parse(Example).With("tradeNo", tradeNo).With("notifyUrl", shop.NotifyUrl(tradeNo)));
        await shop.OpenAsync(created);
        await shop.PayAsync(created["platFormTradeNo"]!, "300");
        var told = await shop.ToldAsync(tradeNo);
        Assert.Equal(("0000", "300", "SUCCESS"), (told["status"], told["amount"], told["message"]));
        var asked = await shop.AcceptedAsync(Path + "queryPayInResult", Query(tradeNo));
        Assert.Equal(("0000", "300", "300", told["successTime"]), (asked.Status, asked["amount"], asked["receivedAmount"], asked["successTime"]));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APayoutIsPaidAndTold(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(Path + "payOut", Payout(shop, tradeNo));
        Assert.Equal("0000", (await shop.ToldAsync(tradeNo))["status"]);
        await shop.UntilAsync(created, OrderState.Paid);
        var asked = await shop.AcceptedAsync(Path + "queryPayOutResult", Query(tradeNo));
        Assert.Equal(("0000", "300", "300.00", "300.00"), (asked.Status, asked["amount"], asked["orderAmount"], asked["payAmount"]));
    }

    [Theory]
    [InlineData("payIn", "amount", "99", "amount: must be at least 100")]
    [InlineData("payIn", "amount", "10001", "amount: must be at most 10000")]
    [InlineData("payIn", "amount", "300.50", "amount: must be a whole number")]
    [InlineData("payIn", "mobile", "01912345678", "mobile: must be 11 digits beginning with 010 to 018")]
    [InlineData("payIn", "remark", "", "remark: is required")]
    [InlineData("payIn", "payer", "", "payer: is required")]
    [InlineData("payOut", "amount", "99", "amount: must be at least 100")]
    [InlineData("payOut", "amount", "10001", "amount: must be at most 10000")]
    [InlineData("payOut", "walletId", "", "walletId: is required")]
    public async Task ABadFieldIsNamedAndStoresNothing(string call, string name, string value, string sentence)
    {
        var shop = await ShopAsync(Engine.Sqlite);
        var tradeNo = CountryShop.NewTradeNo();
        var right = call == "payOut" ? Payout(shop, tradeNo) : FlatBody.Parse(Example).With("tradeNo", tradeNo);
        var answer = await shop.CallAsync(Path + call, right.With(name, value));
        Assert.Equal(("8000", sentence), (answer.Code, answer.Message));
        var asked = await shop.CallAsync(Path + (call == "payOut" ? "queryPayOutResult" : "queryPayInResult"), Query(tradeNo));
        Assert.Equal("tradeNo: no such order", asked.Message);
    }

    private static FlatBody Payout(CountryShop shop, string tradeNo) =>
        FlatBody.Parse(PayoutExample).With("tradeNo", tradeNo).With("notifyUrl", shop.NotifyUrl(tradeNo));

    private static FlatBody Query(string tradeNo) => new(("tradeNo", tradeNo), ("timestamp", "1728613488294"));

    private Task<CountryShop> ShopAsync(Engine engine) => ground.ShopAsync(engine, "1000000007", "sandbox-secret-eg");
}
