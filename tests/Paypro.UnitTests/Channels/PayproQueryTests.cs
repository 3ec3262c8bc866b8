using Paypro.Channels;
using Paypro.Channels.Paypro;

namespace Paypro.UnitTests.Channels;

/// <summary>What an answer to a question means: the table of statuses, what is not there, totals, balances and accounts.</summary>
public sealed class PayproQueryTests
{
    private const string Number = "68o0uwogz7mnzutt";

    private static readonly CancellationToken Stop = CancellationToken.None;

    [Theory]
    [InlineData("MX", true, """{"status":"0015","amount":"300"}""", "Pending")]
    [InlineData("MX", true, """{"status":"0000","amount":"300.00","receivedAmount":"300"}""", "Paid 30000 total")]
    [InlineData("MX", true, """{"status":"0000","amount":301.5}""", "Paid 30150 total")]
    [InlineData("MX", true, """{"status":"0001","amount":"100","receivedAmount":"100"}""", "Paid 10000 total")]
    [InlineData("MX", false, """{"status":"0001","amount":"300","receivedAmount":"100"}""", "Paid 10000 total")]
    [InlineData("ID", false, """{"status":"0000","orderAmount":"300.00","payAmount":"250.00"}""", "Paid 25000 total")]
    [InlineData("KE", false, """{"status":"0000","amount":3.0000}""", "Paid 300 total")]
    [InlineData("MX", true, """{"status":"0000"}""", "Paid 0 confirmation")]
    [InlineData("MX", true, """{"status":"0000","amount":"much"}""", "Unreachable")]
    [InlineData("MX", true, """{"status":"0000","amount":"-300"}""", "Unreachable")]
    [InlineData("MX", true, """{"status":"0000","amount":"300.005"}""", "Unreachable")]
    [InlineData("MX", true, """{"status":"0000","amount":"0.00"}""", "Unreachable")]
    [InlineData("MX", true, """{"status":"00029","amount":"300","message":"Collection order timed out without payment"}""", "Failed Unspecified")]
    [InlineData("MX", false, """{"status":"00029","amount":"300","successTime":"2024-07-01 18:34:31"}""", "Failed Unspecified")]
    [InlineData("MX", true, """{"status":"00032","amount":"300"}""", "Failed Unspecified")]
    [InlineData("MX", true, """{"status":"0100019"}""", "Failed DailyAmount")]
    [InlineData("PK", true, """{"status":"60019"}""", "Failed InsufficientFunds")]
    [InlineData("PK", true, """{"status":"60030"}""", "Failed Unspecified")]
    [InlineData("PK", false, """{"status":"0100024"}""", "Unreachable")]
    [InlineData("ID", false, """{"status":"8000"}""", "Unreachable")]
    [InlineData("BR", true, """{"status":"60019"}""", "Unreachable")]
    [InlineData("MX", true, """{"status":"00029","amount":"0","receivedAmount":"0","message":"RETURNED"}""", "Paid 0 total")]
    [InlineData("MX", true, """{"status":"00029","receivedAmount":"100.50","message":"PARTLY_RETURNED"}""", "Paid 10050 total")]
    [InlineData("MX", true, """{"status":"00029","receivedAmount":"0","message":"REFUNDED"}""", "Paid 0 total")]
    [InlineData("MX", true, """{"status":"00029","message":"RETURNED"}""", "Unreachable")]
    [InlineData("MX", false, """{"status":"00029","amount":"300","message":"RETURNED"}""", "Failed Unspecified")]
    [InlineData("MX", true, """{"amount":"300"}""", "Unreachable")]
    [InlineData("MX", true, """{"status":"","amount":"300"}""", "Unreachable")]
    [InlineData("MX", true, """{"status":"0002","amount":"300"}""", "Unreachable")]
    public async Task A_pay_ins_status(string country, bool own, string data, string expected) =>
        Assert.Equal([expected], (await AskAsync(country, own, Direction.PayIn, data)).Select(Told));

    [Theory]
    [InlineData(true, """{"status":"0015","payAmount":"0.00"}""", "Pending")]
    [InlineData(true, """{"status":"0001","payAmount":"100.00"}""", "Pending")]
    [InlineData(true, """{"status":"0000","orderAmount":"300.00","payAmount":"300.00"}""", "Paid 30000 key 68o0uwogz7mnzutt:paid")]
    [InlineData(false, """{"status":"0000","orderAmount":300.00,"payAmount":300.00}""", "Paid 30000 key 68o0uwogz7mnzutt:paid")]
    [InlineData(false, """{"status":"0000","orderAmount":"300.00","payAmount":"0.00"}""", "Paid 30000 key 68o0uwogz7mnzutt:paid")]
    [InlineData(true, """{"status":"00029","payAmount":"0.00","message":"REJECTED_TRANSACTION"}""", "Failed Unspecified")]
    [InlineData(true, """{"status":"0100019"}""", "Failed DailyAmount")]
    [InlineData(true, """{"status":"00032"}""", "Unreachable")]
    [InlineData(true, """{"status":"00029","payAmount":"0.00","message":"RETURNED"}""", "Paid 30000 key 68o0uwogz7mnzutt:paid", "Returned 30000 key 68o0uwogz7mnzutt:returned")]
    [InlineData(true, """{"status":"00029","payAmount":"300.00","message":"RETURNED"}""", "Unreachable")]
    [InlineData(false, """{"status":"00029","payAmount":"0.00","message":"RETURNED"}""", "Failed Unspecified")]
    public async Task A_payouts_status(bool own, string data, params string[] expected) =>
        Assert.Equal(expected, (await AskAsync("MX", own, Direction.Payout, data)).Select(Told));

    [Fact]
    public async Task A_success_tells_number_reference_and_the_countrys_local_time()
    {
        var said = Assert.Single(await AskAsync("IN", false, Direction.PayIn, """{"status":"0000","amount":"300.00","utr":"412345678901","successTime":"2024-10-11 9:30:13"}"""));
        Assert.Equal((Number, "412345678901", "INR"), (said.RailId, said.RailReference, said.Currency));
        Assert.Equal(new DateTimeOffset(2024, 10, 11, 9, 30, 13, TimeSpan.FromHours(5.5)).ToUnixTimeMilliseconds(), said.OccurredAtMs);
    }

    [Theory]
    [InlineData(true, null, "tradeNo: no such order", "NotFound")]
    [InlineData(true, null, "tradeNo: no such order.", "Unreachable")]
    [InlineData(true, null, "sign: the merchant or its sign is wrong", "Unreachable")]
    [InlineData(false, null, "tradeNo: no such order", "Unreachable")]
    [InlineData(false, "Order does not exist", "Order does not exist", "NotFound")]
    [InlineData(false, "Order does not exist", "Order does not exist, or the sign is wrong", "Unreachable")]
    public async Task A_refusal_is_no_failure_of_the_order(bool own, string? setting, string message, string expected)
    {
        var ground = new PayproGround("MX", own, setting is null ? [] : [("notFoundMessage", setting)]);
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope("8000", message);
        Assert.Equal([expected], (await ground.Queries.QueryAsync(Target(Direction.PayIn), Stop)).Select(Told));
    }

    [Theory]
    [InlineData(403, """{"code":"5000","msg":"timestamp: too old"}""")]
    [InlineData(503, """{"code":"0000","data":{"status":"00029"}}""")]
    [InlineData(404, """{"code":"8000","msg":"tradeNo: no such order"}""")]
    [InlineData(200, """{"code":"5000","msg":"broken","data":{"status":"00029"}}""")]
    [InlineData(200, """{"code":"0000","data":{"status":"00029","tradeNo":"SIBBBBBBBBBBBBBBBBBBBBBBBBBB"}}""")]
    [InlineData(200, "<html></html>")]
    [InlineData(200, "")]
    public async Task Whatever_else_comes_says_nothing_of_the_order(int http, string body)
    {
        var ground = new PayproGround("MX", own: true);
        ground.Upstream.Answers = (_, _) => StubUpstream.Says(body, http);
        Assert.Equal(["Unreachable"], (await ground.Queries.QueryAsync(Target(Direction.PayIn), Stop)).Select(Told));
        ground.Upstream.Answers = (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError);
        Assert.Equal(["Unreachable"], (await ground.Queries.QueryAsync(Target(Direction.PayIn), Stop)).Select(Told));
    }

    [Theory]
    [InlineData("PK", """{"availableAmount":"9998989.0000","unsettledAmount":"0.0000","freezeAmount":"12.5000"}""", 9_998_989_00, 12_50)]
    [InlineData("BR", """{"availablAmount":12.3000,"freezeAmount":0}""", 12_30, 0)]
    [InlineData("VN", """{"availableAmount":0.0000}""", 0, 0)]
    [InlineData("MX", """{"availableAmount":"-5.0000"}""", -5_00, 0)]
    public async Task A_balance_is_read_under_both_spellings(string country, string data, long available, long blocked)
    {
        var ground = new PayproGround(country);
        ground.Upstream.Answers = (_, _) => StubUpstream.Says($$"""{"msg":"success","code":"0000","timestamp":"1719830171485","success":"true","data":{{data}}}""");
        Assert.Equal([new PotBalance("", available, blocked)], await ((IBalances)ground.Session).BalancesAsync(Stop));
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope("8000", "sign");
        Assert.Empty(await ((IBalances)ground.Session).BalancesAsync(Stop));
    }

    [Fact]
    public async Task A_trial_says_what_somebody_should_mend()
    {
        var ground = new PayproGround("MX", own: false);
        var trials = (IAccountTrials)ground.Session;
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope("0000", "success", """{"availableAmount":"5.0000"}""");
        var found = await trials.TryAccountAsync(Stop);
        Assert.Equal(TrialResult.Right, found[0].Result);
        Assert.Contains(found, f => f.Result == TrialResult.Attention && f.Says.Contains("notFoundMessage", StringComparison.Ordinal));
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope("8000", "sign: is wrong");
        Assert.True((await trials.TryAccountAsync(Stop))[0] is { Result: TrialResult.Wrong } wrong && wrong.Says.Contains("sign: is wrong", StringComparison.Ordinal));
        ground.Upstream.Answers = (_, _) => throw new HttpRequestException(HttpRequestError.ConnectionError);
        Assert.Equal(TrialResult.NoAnswer, (await trials.TryAccountAsync(Stop))[0].Result);
    }

    [Theory]
    [InlineData(true, "0000", "success", """{"bankAccountNo":"5464438554636","bankAccountName":"KEVIN"}""", "Found")]
    [InlineData(true, "0000", "success", "{}", "Unknown")]
    [InlineData(true, "8000", "bankAccountNo: no such account", "{}", "NotFound")]
    [InlineData(false, "8000", "bankAccountNo: no such account", "{}", "Unknown")]
    [InlineData(true, "5000", "broken", "{}", "Unknown")]
    public async Task An_account_is_verified_where_the_country_offers_it(bool own, string code, string message, string data, string expected)
    {
        var ground = new PayproGround("ID", own);
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope(code, message, data);
        var checks = (IAccountChecks)ground.Session;
        Assert.Equal(expected, (await checks.VerifyAccountAsync(new AccountEnquiry("0002", "5464438554636"), Stop)).GetType().Name);
        Assert.IsType<AccountOutcome.NotOffered>(await ((IAccountChecks)new PayproGround().Session).VerifyAccountAsync(new AccountEnquiry("40012", "1"), Stop));
    }

    private static async Task<IReadOnlyList<Observation>> AskAsync(string country, bool own, Direction direction, string data)
    {
        var ground = new PayproGround(country, own);
        ground.Upstream.Answers = (call, _) => StubUpstream.Envelope(
            "0000", "success", $$"""{"tradeNo":"{{call["tradeNo"]}}","platFormTradeNo":"{{Number}}",{{data[1..]}}""");
        var said = await ground.Queries.QueryAsync(Target(direction), Stop);
        Assert.All(said, one => Assert.Equal((direction, Target(direction).Reference), (one.Direction, one.Reference)));
        return said;
    }

    private static QueryTarget Target(Direction direction) =>
        new(direction, PayproReference.Make(direction, new byte[16]), direction == Direction.PayIn ? "va" : "CLABE", 300_00, 1);

    private static string Told(Observation said) => said switch
    {
        { IsTotal: true } => $"{said.Kind} {said.AmountMinor} total",
        { IsConfirmation: true } => $"{said.Kind} {said.AmountMinor} confirmation",
        { Kind: ObservationKind.Paid or ObservationKind.Returned } => $"{said.Kind} {said.AmountMinor} key {said.DedupeKey}",
        { Kind: ObservationKind.Failed } => $"Failed {said.FailureCause}",
        _ => said.Kind.ToString(),
    };
}
