using System.Text.Json;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Countries;

/// <summary>Pakistan from the signed call to the recorded notification.</summary>
public sealed class PakistanTests(CountryGround ground)
{
    private const string Path = "/pak-pay/v1/payproPK/";

    private const string Example = """
        {"amount":"10000","tradeNo":"order45692193212we3111","notifyUrl":"http://127.0.0.1:9/n","name":"John Doe","customerCert":"1730123456789",
         "email":"johndoe@gmail.com","mobile":"3115112345","remark":"Payment for order #456","custId":"m2hkCRuTCK5HKpEkA0ok","timestamp":"1730431256000"}
        """;

    private const string PayoutExample = """
        {"amount":"5000","tradeNo":"order67890","name":"Jane Doe","customerCert":"1730123456789","email":"someone@example.com","mobile":"3115112345",
         "accountType":"BANK","bankName":"ALLIED_BANK_LIMITED","bankNumber":"9876543210","notifyUrl":"http://127.0.0.1:9/n",
         "remark":"Payment for invoice #1001","timestamp":"1730057564","sign":"xxxx"}
        """;

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheDocumentedExamplesRun(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var payIn = await shop.AcceptedAsync(Path + "payinApi", FlatBody.Parse(Example));
        var page = await shop.AcceptedAsync(Path + "payin", FlatBody.Parse(Example).With("tradeNo", "order-page").Add("returnUrl", "https://example.com/return"));
        var payout = await shop.AcceptedAsync(Path + "payout", FlatBody.Parse(PayoutExample));
        var balance = await shop.AcceptedAsync(Path + "queryBalance", FlatBody.Parse("""{"timestamp":"1724151084278"}"""));

        Assert.Equal(("0015", "Create", "Payment for order #456"), (payIn.Status, payIn["desc"], payIn["remark"]));
        Assert.Equal(("0015", "Paying"), (page.Status, page["desc"]));
        Assert.Equal(("0015", "Payment for invoice #1001"), (payout.Status, payout["remark"]));
        Assert.Equal(payIn["platFormTradeNo"], payIn["payproTradeNo"]);

        // The balance alone quotes what is a number and a boolean everywhere else.
        Assert.Equal(JsonValueKind.String, balance.Envelope.GetProperty("timestamp").ValueKind);
        Assert.Equal("true", balance.Envelope.GetProperty("success").GetString());
        Assert.All((string[])["availableAmount", "availablAmount", "freezeAmount", "unsettledAmount"], name => Assert.Matches(@"^\d+\.\d{4}$", balance[name]));
        Assert.Equal(JsonValueKind.True, payIn.Envelope.GetProperty("success").ValueKind);
    }

    [Theory]
    [InlineData(Engine.Sqlite, "easypaisa")]
    [InlineData(Engine.Postgres, "jazzcash")]
    public async Task AWalletIsPaidAndTold(Engine engine, string wallet)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(Path + "payinApi", PayIn(shop, tradeNo, "300").Add("paymentType", wallet));
        Assert.Null(created["paymentInfo"]);
        await shop.OpenAsync(created);
        var attempt = Assert.Single((await shop.PictureAsync(created)).Attempts);
        Assert.Equal((wallet, "redirect", AttemptState.Accepted), (attempt.Way, attempt.InstructionKind, attempt.State));

        await shop.PayAsync(created["platFormTradeNo"]!, "300");
        var told = await shop.ToldAsync(tradeNo);
        Assert.Equal(
            ["platFormTradeNo", "tradeNo", "amount", "status", "message", "successTime", "timestamp", "sign"],
            JsonSerializer.Deserialize<JsonElement>(told.Body).EnumerateObject().Select(m => m.Name));
        Assert.Equal((created["platFormTradeNo"], "300", "0000", "SUCCESS"), (told["platFormTradeNo"], told["amount"], told["status"], told["message"]));

        var asked = await shop.AcceptedAsync(Path + "queryPayInResult", Query(tradeNo));
        Assert.Equal(("0000", "300", wallet, told["successTime"]), (asked.Status, asked["amount"], asked["paymentType"], asked["successTime"]));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnEmptyWalletIsSaidByItsCode(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(Path + "payinApi", PayIn(shop, tradeNo, "119"));
        await shop.PayAsync(created["platFormTradeNo"]!, "119");
        var told = await shop.ToldAsync(tradeNo);
        Assert.Equal(("60019", "INSUFFICIENT_FUNDS", "0"), (told["status"], told["message"], told["amount"]));
        var asked = await shop.AcceptedAsync(Path + "queryPayInResult", Query(tradeNo));
        Assert.Equal(("60019", "INSUFFICIENT_FUNDS", "easypaisa"), (asked.Status, asked["message"], asked["paymentType"]));
        Assert.Null(asked["successTime"]);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OnThePageThePayerChoosesAWallet(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(Path + "payin", PayIn(shop, tradeNo, "500"));
        var page = await shop.OpenAsync(created);
        Assert.Contains("easypaisa", page, StringComparison.Ordinal);
        Assert.Contains("JazzCash", page, StringComparison.Ordinal);
        Assert.Null((await shop.AcceptedAsync(Path + "queryPayInResult", Query(tradeNo)))["paymentType"]);

        await shop.ChooseAsync(created, "jazzcash");
        await shop.PayAsync(created["platFormTradeNo"]!, "500");
        Assert.Equal("0000", (await shop.ToldAsync(tradeNo))["status"]);
        Assert.Equal("jazzcash", (await shop.AcceptedAsync(Path + "queryPayInResult", Query(tradeNo)))["paymentType"]);
    }

    /// <summary>A direct pay-in has one attempt and fails with it; on the page an empty wallet is only a reason to take the other one.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task OnThePageAnEmptyWalletLeavesTheOrderOpen(Engine engine)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        var created = await shop.AcceptedAsync(Path + "payin", PayIn(shop, tradeNo, "519"));
        await shop.ChooseAsync(created, "easypaisa");
        await shop.PayAsync(created["platFormTradeNo"]!, "519");
        Assert.Equal("0015", (await shop.AcceptedAsync(Path + "queryPayInResult", Query(tradeNo))).Status);

        await shop.ChooseAsync(created, "jazzcash");
        var picture = await shop.PictureAsync(created);
        Assert.Equal([("easypaisa", AttemptState.Failed), ("jazzcash", AttemptState.Accepted)], picture.Attempts.Select(a => (a.Way, a.State)));
        Assert.Equal(0, picture.Order.ResultVersion);
    }

    [Theory]
    [InlineData(Engine.Sqlite, "BANK", "ALLIED_BANK_LIMITED", "200", "0000", "SUCCESS")]
    [InlineData(Engine.Postgres, "WALLET", "EASYPAISA", "200", "0000", "SUCCESS")]
    [InlineData(Engine.Sqlite, "WALLET", "JAZZCASH", "217", "60030", "PAYEE_MAXIMUM_BALANCE_EXCEEDED")]
    [InlineData(Engine.Postgres, "BANK", "MEEZAN_BANK", "218", "0100019", "PAYEE_DAILY_CUMULATIVE_AMT_REACHED")]
    [InlineData(Engine.Postgres, "BANK", "MEEZAN_BANK", "201", "00029", "REJECTED_TRANSACTION")]
    public async Task APayoutIsToldByItsCode(Engine engine, string kind, string bank, string amount, string status, string message)
    {
        var shop = await ShopAsync(engine);
        var tradeNo = CountryShop.NewTradeNo();
        await shop.AcceptedAsync(Path + "payout", Payout(shop, tradeNo).With("accountType", kind).With("bankName", bank).With("amount", amount));
        var told = await shop.ToldAsync(tradeNo);
        Assert.Equal((status, message, status == "0000" ? amount : "0"), (told["status"], told["message"], told["amount"]));
        var asked = await shop.AcceptedAsync(Path + "queryPayOutResult", Query(tradeNo));
        Assert.Equal((status, message, amount), (asked.Status, asked["message"], asked["amount"]));
        Assert.Null(asked["paymentType"]);
    }

    [Theory]
    [InlineData("payinApi", "amount", "99", "amount: must be at least 100")]
    [InlineData("payinApi", "customerCert", "17301.2345678.9", "customerCert: must be a CNIC: 13 digits without dashes, the first of them no zero")]
    [InlineData("payinApi", "paymentType", "nayapay", "paymentType: must be one of easypaisa, jazzcash")]
    [InlineData("payin", "mobile", "03115112345", "mobile: must be 10 digits beginning with 3")]
    [InlineData("payin", "remark", "", "remark: is required")]
    [InlineData("payin", "amount", "60000", "custId: is required for an amount above 50000")]
    [InlineData("payout", "bankName", "NO_SUCH_BANK", "bankName: is not in the list of banks")]
    [InlineData("payout", "bankNumber", "PK37ABPA0000001123456702", "bankNumber: must be an account number or an IBAN: PK and 22 letters and digits with right check digits")]
    [InlineData("payout", "accountType", "WALLET", "accountType: must be BANK for ALLIED_BANK_LIMITED")]
    public async Task ABadFieldIsNamedAndStoresNothing(string call, string name, string value, string sentence)
    {
        var shop = await ShopAsync(Engine.Sqlite);
        var tradeNo = CountryShop.NewTradeNo();
        var right = call == "payout" ? Payout(shop, tradeNo) : PayIn(shop, tradeNo, "300");
        var answer = await shop.CallAsync(Path + call, right.With(name, value));
        Assert.Equal(("8000", sentence), (answer.Code, answer.Message));
        var asked = await shop.CallAsync(Path + (call == "payout" ? "queryPayOutResult" : "queryPayInResult"), Query(tradeNo));
        Assert.Equal("tradeNo: no such order", asked.Message);
    }

    private static FlatBody PayIn(CountryShop shop, string tradeNo, string amount) => FlatBody.Parse(Example)
        .Without("custId").With("tradeNo", tradeNo).With("amount", amount).With("notifyUrl", shop.NotifyUrl(tradeNo));

    private static FlatBody Payout(CountryShop shop, string tradeNo) =>
        FlatBody.Parse(PayoutExample).With("tradeNo", tradeNo).With("notifyUrl", shop.NotifyUrl(tradeNo));

    private static FlatBody Query(string tradeNo) => new(("tradeNo", tradeNo), ("timestamp", "1724142308374"));

    private Task<CountryShop> ShopAsync(Engine engine) => ground.ShopAsync(engine, "1000000003", "sandbox-secret-pk");
}
