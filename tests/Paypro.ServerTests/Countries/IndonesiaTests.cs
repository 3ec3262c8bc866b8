using System.Globalization;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Countries;

/// <summary>What is special in Indonesia, on the running service: each kind of way from the signed call to the notification.</summary>
public sealed class IndonesiaTests(SandboxHosts hosts) : IClassFixture<SandboxHosts>
{
    private const string Segment = "/indonesia-pay/v1/paypro/";
    private const string Secret = "sandbox-secret-id";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task EveryKindOfWayIsPaidAndTold(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var merchant = new SignedClient(host.Http, "1000000002", Secret);

        var qris = await CreateAsync(merchant, receiver, "qris", "QRIS", null);
        Assert.True(EmvQrReader.TryRead(qris["paymentInfo"], out var code, out var problem), problem);
        Assert.Equal(("1000000", "360", "Toko Melati"), (code.Find("54"), code.Find("53"), code.Find("59")));
        Assert.Null(qris["paymentUrl"]);
        await PayAsync(host, merchant, receiver, qris, "qris", "QRIS", "QRIS");

        var account = await CreateAsync(merchant, receiver, "va", "VA", "MANDIRI");
        Assert.True(VirtualAccountNumber.IsValid(account["paymentInfo"]), account.Text);
        Assert.StartsWith("88000", account["paymentInfo"], StringComparison.Ordinal);
        await PayAsync(host, merchant, receiver, account, "va", "VA", "MANDIRI");

        var wallet = await CreateAsync(merchant, receiver, "wallet", "EWALLET", "DANA");
        Assert.StartsWith(new Uri(host.Http.BaseAddress!, "pay/").AbsoluteUri, wallet["paymentUrl"], StringComparison.Ordinal);
        Assert.Null(wallet["paymentInfo"]);
        await PayAsync(host, merchant, receiver, wallet, "wallet", "EWALLET", "DANA");
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AVirtualAccountMayBePaidInParts(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var merchant = new SignedClient(host.Http, "1000000002", Secret);
        var number = (await CreateAsync(merchant, receiver, "parts", "VA", "BCA"))["platFormTradeNo"];

        await host.SandboxAsync($"/sandbox/payins/{number}", """{"action":"pay","amount":"400000"}""");
        var partly = await merchant.PostAsync(Segment + "queryPayInResult", ("tradeNo", "parts"));
        var told = (await receiver.WaitForAsync("parts"))[0];

        Assert.Equal(("0001", "1000000.00", "400000.00"), (partly.Status, partly["orderAmount"], partly["payAmount"]));
        Assert.Equal(("0001", "400000", "BCA"), (told["status"], told["amount"], told["wayCode"]));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task PayoutsGoToBanksAndWalletsAndComeBack(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var merchant = new SignedClient(host.Http, "1000000002", Secret);
        var before = await AvailableAsync();
        foreach (var (tradeNo, bank, account) in ((string, string, string)[])[("bank", "0002", "5464438554636"), ("e-wallet", "DANA", "081245907765")])
        {
            var created = await merchant.PostAsync(
                Segment + "payOut", Payout(tradeNo).With("bankCode", bank).With("bankAccountNo", account).With("notifyUrl", receiver.AddressOf(tradeNo)));
            Assert.Equal(("0000", "0015", "remark"), (created.Code, created.Status, created["remark"]));
            var told = (await receiver.WaitForAsync(tradeNo))[0];
            Assert.True(told.IsSignedWith(Secret), told.Body);
            Assert.Equal((tradeNo, "0000", "100000", "SUCCESS", null), (told["tradeNo"], told["status"], told["amount"], told["message"], told["channelCode"]));
            var asked = await merchant.PostAsync(Segment + "queryPayOutResult", ("tradeNo", tradeNo));
            Assert.Equal(("0000", "100000.00", "100000.00"), (asked.Status, asked["orderAmount"], asked["payAmount"]));
            Assert.NotNull(asked["successTime"]);
        }

        Assert.Equal(200_000, before - await AvailableAsync());

        async Task<decimal> AvailableAsync()
        {
            var balance = await merchant.PostAsync(Segment + "queryBalance");
            Assert.Matches("^[0-9]+\\.0000$", balance["availablAmount"]);
            Assert.Equal("0.0000", balance["freezeAmount"]);
            return balance.Envelope.GetProperty("data").GetProperty("availablAmount").GetDecimal();
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheHostedPageOffersWhatTheGroupAllows(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var merchant = new SignedClient(host.Http, "1000000002", Secret);

        Assert.Equal(13, await OfferedAsync("all", null, "DANA"));
        Assert.Equal(8, await OfferedAsync("accounts", "VA", null));
        Assert.Equal(4, await OfferedAsync("wallets", "EWALLET", null));

        async Task<int> OfferedAsync(string tradeNo, string? channel, string? way)
        {
            var created = await merchant.PostAsync(
                Segment + "paymentLink", PayIn(tradeNo).With("channelCode", channel).With("wayCode", way).With("notifyUrl", "https://merchant.example/"));
            Assert.Equal(("0015", "Paying"), (created.Status, created["desc"]));
            var html = await host.Http.GetStringAsync(new Uri(created["paymentUrl"]!));
            return html.Split("name=\"way\"").Length - 1;
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TooMuchForQrisIsRefusedAndLeavesTheNumberFree(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var merchant = new SignedClient(host.Http, "1000000002", Secret);
        var body = PayIn("limit").With("channelCode", "QRIS").Without("wayCode").With("notifyUrl", "https://merchant.example/");

        var tooMuch = await merchant.PostAsync(Segment + "payIn", body.With("amount", 10_000_001));
        var most = await merchant.PostAsync(Segment + "payIn", body.With("amount", 10_000_000));

        Assert.Equal(("8000", "amount: must be at most 10000000"), (tooMuch.Code, tooMuch.Message));
        Assert.Equal("0000", most.Code);
    }

    [Fact]
    public async Task AnAccountIsVerifiedOnlyWhenTheBankHasSaidSo()
    {
        var host = await hosts.OnAsync(Engine.Sqlite);
        var merchant = new SignedClient(host.Http, "1000000002", Secret);

        var found = await VerifyAsync("5464438554636");
        var missing = await VerifyAsync("5464438554601");
        var silent = await VerifyAsync("5464438554602");

        Assert.Equal(("0000", "success"), (found.Code, found.Message));
        Assert.Equal("""{"bankAccountNo":"5464438554636","bankAccountName":"SANDBOX 4636"}""", found.Envelope.GetProperty("data").GetRawText());
        Assert.Equal(("8000", "bankAccountNo: the bank has no such account", "{}"), (missing.Code, missing.Message, missing.Envelope.GetProperty("data").GetRawText()));
        Assert.Equal(("5000", "the bank did not answer; send the same request again"), (silent.Code, silent.Message));
        Assert.DoesNotContain("54644385546", host.Log.Text, StringComparison.Ordinal);

        Task<ApiAnswer> VerifyAsync(string account) => merchant.PostAsync(Segment + "accountVerify", ("bankAccountNo", account), ("bankCode", "0002"));
    }

    private static async Task<ApiAnswer> CreateAsync(SignedClient merchant, RecordingReceiver receiver, string tradeNo, string channel, string? way)
    {
        var created = await merchant.PostAsync(
            Segment + "payIn", PayIn(tradeNo).With("channelCode", channel).With("wayCode", way).With("notifyUrl", receiver.AddressOf(tradeNo)));
        Assert.True(created.Status == "0015", created.Text);
        return created;
    }

    private static async Task PayAsync(
        SandboxHost host, SignedClient merchant, RecordingReceiver receiver, ApiAnswer created, string tradeNo, string channel, string way)
    {
        var number = created["platFormTradeNo"];
        var paid = await host.SandboxAsync($"/sandbox/payins/{number}", """{"action":"pay","amount":"1000000"}""");
        Assert.Equal("Paid", paid.Json.GetProperty("state").GetString());

        var told = (await receiver.WaitForAsync(tradeNo))[0];
        Assert.True(told.IsSignedWith(Secret), told.Body);
        Assert.Equal((number, tradeNo, "1000000", "0000"), (told["platFormTradeNo"], told["tradeNo"], told["amount"], told["status"]));
        Assert.Equal((channel, way, "SUCCESS"), (told["channelCode"], told["wayCode"], told["message"]));
        Assert.True(DateTime.TryParseExact(told["successTime"], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), told.Body);

        var asked = await merchant.PostAsync(Segment + "queryPayInResult", ("tradeNo", tradeNo));
        Assert.Equal(("0000", "1000000.00", "1000000.00", channel, way), (asked.Status, asked["orderAmount"], asked["payAmount"], asked["channelCode"], asked["wayCode"]));
        Assert.Equal((number, number), (asked["platFormTradeNo"], asked["payproTradeNo"]));
    }

    private static FlatBody PayIn(string tradeNo) => new(
        ("tradeNo", tradeNo), ("username", "kevin"), ("amount", 1_000_000), ("email", "kevin@example.com"), ("mobile", "6281245907765"), ("remark", "test"));

    private static FlatBody Payout(string tradeNo) => new(
        ("tradeNo", tradeNo), ("amount", 100_000), ("customerName", "kevin"), ("email", "kevin@example.com"), ("mobile", "6281245907765"), ("remark", "remark"));
}
