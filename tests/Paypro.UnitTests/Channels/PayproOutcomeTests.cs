using Paypro.Channels;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Channels;

/// <summary>What an answer to a creation means, row by row, for both flavours.</summary>
public sealed class PayproOutcomeTests
{
    private const string Clabe = "646180110400000007", Number = "68o0uwogz7mnzutt";

    private const string Balance = "amount: is more than the available balance after the fee", UsedBefore = "tradeNo: was used before for an order with other content";

    private static readonly CancellationToken Stop = CancellationToken.None;

    [Theory]
    [InlineData("0015", true, "accepted")]
    [InlineData("0015", false, "accepted")]
    [InlineData("0000", true, "accepted")]
    [InlineData("0000", false, "accepted")]
    [InlineData("0001", true, "accepted")]
    [InlineData("0001", false, "accepted")]
    [InlineData("00029", true, "declined Order Unspecified")]
    [InlineData("00029", false, "unknown")]
    [InlineData("0100019", true, "declined Order DailyAmount")]
    [InlineData("0100019", false, "unknown")]
    [InlineData("00032", true, "unknown")]
    [InlineData("77777", true, "unknown")]
    [InlineData("77777", false, "unknown")]
    public async Task An_accepted_answer_is_read_by_its_status(string status, bool own, string expected)
    {
        var ground = new PayproGround("MX", own);
        ground.Upstream.Answers = (call, _) => StubUpstream.Envelope(
            "0000", "success", $$"""{"tradeNo":"{{call["tradeNo"]}}","platFormTradeNo":"{{Number}}","status":"{{status}}","desc":"Create"}""");
        Assert.Equal(expected, Told(await ground.Payouts.SendPayoutAsync(ground.Payout("CLABE"), Stop)));
    }

    [Theory]
    [InlineData(200, "8000", "customerAccount: must be a CLABE: 18 digits with a right check digit", "declined Order Unspecified")]
    [InlineData(200, "8000", "customerAccountType: no channel serves it", "declined Order Unspecified")]
    [InlineData(200, "8000", "amount: must be at most 10000", "declined Channel Unspecified")]
    [InlineData(200, "8000", "sign: the merchant or its sign is wrong", "declined Channel Unspecified")]
    [InlineData(200, "8000", "sign: the merchant or its sign is wrong; this sandbox says why: it is the MD5 of customerName=Balance was used before", "declined Channel Unspecified")]
    [InlineData(200, "8000", "sign: was used before for another request; send this one again with a new timestamp", "declined Channel Unspecified")]
    [InlineData(200, "8000", "merchantNo: this merchant takes no payouts at present", "declined Channel Unspecified")]
    [InlineData(200, "8000", "timestamp: must be within 15 minutes of the server's clock", "declined Channel Unspecified")]
    [InlineData(200, "8000", Balance, "declined Funds Unspecified")]
    [InlineData(200, "8000", UsedBefore, "unknown")]
    [InlineData(200, "5000", "the system failed and nothing was stored", "declined Channel Unspecified")]
    [InlineData(404, "8000", "path: is no operation of this API", "declined Channel Unspecified")]
    [InlineData(405, "8000", "method: must be POST", "declined Channel Unspecified")]
    [InlineData(413, "8000", "body: must be at most 16 KiB", "declined Channel Unspecified")]
    [InlineData(415, "8000", "Content-Type: must be application/json", "declined Channel Unspecified")]
    [InlineData(429, "5000", "this merchant calls too often", "declined Channel Unspecified")]
    [InlineData(503, "5000", "the service is busy", "declined Channel Unspecified")]
    [InlineData(403, "5000", "timestamp: must be within 15 minutes", "unknown")]
    [InlineData(500, "5000", "broken", "unknown")]
    [InlineData(200, "9999", "new", "unknown")]
    public async Task A_refusal_of_our_own_software_is_certain(int http, string code, string message, string expected)
    {
        var ground = new PayproGround("MX", own: true);
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope(code, message, status: http);
        var outcome = await ground.Payouts.SendPayoutAsync(ground.Payout("CLABE"), Stop);

        Assert.Equal(expected, Told(outcome));
        Assert.DoesNotContain(message, (outcome as SendOutcome.Declined)?.Reason ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, "8000", "customerAccount error", "declined Order Unspecified")]
    [InlineData(200, "8000", "wayCode is not supported", "declined Channel Unspecified")]
    [InlineData(200, "8000", "The AMOUNT is too small", "declined Channel Unspecified")]
    [InlineData(200, "8000", "signature verification failed", "declined Channel Unspecified")]
    [InlineData(200, "8000", "merchant not exist", "declined Channel Unspecified")]
    [InlineData(200, "8000", "Insufficient balance", "declined Funds Unspecified")]
    [InlineData(200, "8000", "tradeNo repeated", "unknown")]
    [InlineData(200, "8000", "duplicate amount and tradeNo", "unknown")]
    [InlineData(200, "8000", "merchant order number already exists", "unknown")]
    [InlineData(200, "8000", "amount is being processed", "unknown")]
    [InlineData(200, "8000", "system busy", "unknown")]
    [InlineData(200, "8000", "", "unknown")]
    [InlineData(200, "5000", "system error, ask customer service for the order's state", "unknown")]
    [InlineData(404, "8000", "no", "unknown")]
    [InlineData(405, "8000", "no", "unknown")]
    [InlineData(429, "5000", "too often", "unknown")]
    [InlineData(503, "5000", "busy", "unknown")]
    public async Task A_refusal_of_the_original_is_certain_only_where_it_names_what_is_wrong(int http, string code, string message, string expected)
    {
        var ground = new PayproGround();
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope(code, message, status: http);

        Assert.Equal(expected, Told(await ground.Payouts.SendPayoutAsync(ground.Payout("CLABE"), Stop)));
        Assert.Single(ground.Upstream.Calls);
    }

    [Theory]
    [InlineData(HttpRequestError.NameResolutionError, "declined Channel Unspecified")]
    [InlineData(HttpRequestError.ConnectionError, "declined Channel Unspecified")]
    [InlineData(HttpRequestError.SecureConnectionError, "declined Channel Unspecified")]
    [InlineData(HttpRequestError.ResponseEnded, "unknown")]
    [InlineData(HttpRequestError.ConfigurationLimitExceeded, "unknown")]
    [InlineData(HttpRequestError.Unknown, "unknown")]
    public async Task Only_a_connection_that_was_never_made_is_certain(HttpRequestError error, string expected)
    {
        foreach (var own in new[] { true, false })
        {
            var ground = new PayproGround("MX", own);
            ground.Upstream.Answers = (_, _) => throw new HttpRequestException(error);
            Assert.Equal(expected, Told(await ground.Payouts.SendPayoutAsync(ground.Payout("CLABE"), Stop)));
        }
    }

    [Theory]
    [InlineData(504, "")]
    [InlineData(200, "")]
    [InlineData(200, "<html>Welcome</html>")]
    [InlineData(200, "[]")]
    [InlineData(200, "null")]
    [InlineData(200, "{\"code\":{}}")]
    [InlineData(200, "{\"code\":\"0000\"}")]
    [InlineData(200, "{\"code\":\"0000\",\"data\":{}}")]
    [InlineData(200, "{\"code\":\"0000\",\"success\":\"false\",\"data\":{\"status\":\"0015\"}}")]
    [InlineData(200, "{\"code\":\"0000\",\"code\":\"8000\",\"msg\":\"sign\"}")]
    [InlineData(200, "{\"code\":\"0000\",\"data\":{\"status\":\"0015\",\"tradeNo\":\"another\"}}")]
    [InlineData(200, "{\"code\":\"0000\",\"data\":{\"\\ud800\":\"0015\"}}")]
    [InlineData(302, "")]
    [InlineData(200, "\u001f\u008b\b")]
    public async Task Nonsense_is_not_known(int http, string body)
    {
        foreach (var own in new[] { true, false })
        {
            var ground = new PayproGround("MX", own);
            ground.Upstream.Answers = (_, _) => StubUpstream.Says(body, http);
            Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(ground.Payout("CLABE"), Stop)));
            Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn("va"), Stop));
        }
    }

    [Fact]
    public async Task Our_own_software_is_asked_again_with_a_new_time_and_gives_the_first_answer()
    {
        var ground = new PayproGround("MX", own: true);
        ground.Upstream.Answers = (_, number) => number == 1 ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : number == 2 ? Created("") : Created($"\"{Clabe}\"");
        var clock = ground.Clock;
        var outcome = await ground.PayIns.RequestInstructionAsync(ground.PayIn("va"), Stop);

        var accepted = Assert.IsType<InstructionOutcome.Accepted>(outcome);
        Assert.Equal((InstructionKinds.Clabe, Clabe, Number), (accepted.Instruction.Kind, accepted.Instruction.Value, accepted.RailId));
        Assert.Equal(3, ground.Upstream.Calls.Count);
        Assert.Single(ground.Upstream.Calls.Select(call => call["tradeNo"]).Distinct());
        Assert.NotNull(clock);
    }

    [Theory]
    [InlineData(200, "8000", Balance)]
    [InlineData(200, "8000", "sign: the merchant or its sign is wrong")]
    [InlineData(503, "5000", "busy")]
    public async Task What_a_repeat_hears_is_no_refusal_of_the_attempt(int http, string code, string message)
    {
        var ground = new PayproGround("MX", own: true);
        ground.Upstream.Answers = (_, number) => number == 1 ? StubUpstream.Says("", 504) : StubUpstream.Envelope(code, message, status: http);
        Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(ground.Payout("CLABE"), Stop)));

        // And when the gateway says that it repeats, the first answer already.
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope(code, message, status: http);
        Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(ground.Payout("CLABE") with { IsRepeat = true }, Stop)));
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn("va") with { IsRepeat = true }, Stop));
        Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(ground.Payout("CLABE", 300_50) with { IsRepeat = true }, Stop)));
    }

    [Theory]
    [InlineData("MX", "va", "\"6841800930023213210\"", null)]
    [InlineData("MX", "va", "\"646180110400000008\"", null)]
    [InlineData("MX", "va", "\"646180110400000007\"", "clabe")]
    [InlineData("MX", "store", "\"9300123456789012\"", "barcode")]
    [InlineData("MX", "store", "\"<svg>\"", null)]
    [InlineData("IN", "UPI", "\"upi://pay?pa=shop@bank&pn=Shop&tr=1&am=300.00&cu=INR\"", "qr")]
    [InlineData("IN", "UPI", "\"upi://pay?pa=shop@bank&am=3.00&cu=INR\"", null)]
    [InlineData("IN", "UPI", "\"upi://pay?pn=Shop\"", null)]
    [InlineData("BR", "PIX", "\"00020126330014br.gov.bcb.pix\"", null)]
    [InlineData("NG", "VA", "\"0123456789\"", "va")]
    [InlineData("KE", "mpesa", "\"anything\"", "prompt")]
    [InlineData("PK", "easypaisa", "\"no address\"", null)]
    public async Task An_instruction_is_checked_by_the_standard_of_its_kind(string country, string way, string info, string? kind)
    {
        var ground = new PayproGround(country);
        ground.Upstream.Answers = (_, _) => Created(info);
        var outcome = await ground.PayIns.RequestInstructionAsync(ground.PayIn(way), Stop);

        Assert.Equal(kind, (outcome as InstructionOutcome.Accepted)?.Instruction.Kind);
        Assert.Equal(kind is null ? Number : null, (outcome as InstructionOutcome.Unknown)?.RailId);
        Assert.DoesNotContain("254115555088", (outcome as InstructionOutcome.Accepted)?.Instruction.Value ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://upstream.example.com/pay/1", true)]
    [InlineData("http://upstream.example.com/pay/1", false)]
    [InlineData("javascript:alert(1)", false)]
    public async Task A_payer_is_only_sent_to_a_safe_address(string address, bool taken)
    {
        var ground = new PayproGround("PK");
        ground.Upstream.Answers = (_, _) => StubUpstream.Envelope("0000", "success", $$"""{"payproTradeNo":"{{Number}}","status":"0015","paymentUrl":"{{address}}"}""");
        var outcome = await ground.PayIns.RequestInstructionAsync(ground.PayIn("easypaisa"), Stop);

        Assert.Equal(taken ? address : null, (outcome as InstructionOutcome.Accepted)?.Instruction.Value);
        Assert.Equal(!taken, outcome is InstructionOutcome.Unknown);
    }

    [Fact]
    public async Task An_answer_with_any_letter_changed_never_throws_and_never_says_that_a_payout_failed()
    {
        var draft = new PayproGround("MX", own: true).Payout("CLABE");
        var whole = $$"""{"msg":"success","code":"0000","timestamp":1728609277476,"success":true,"data":{"tradeNo":"{{draft.Reference}}","payproTradeNo":"{{Number}}","status":"0015","payAmount":"0.00"} }""";
        for (var at = 0; at < whole.Length; at++)
        {
            foreach (var letter in "0\"\\{}[],e-\u0000")
            {
                var ground = new PayproGround();
                ground.Upstream.Answers = (_, _) => StubUpstream.Says(whole[..at] + letter + whole[(at + 1)..]);
                Assert.IsNotType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(draft, Stop));
                Assert.NotEqual(ObservationKind.Failed, (await ground.Queries.QueryAsync(new QueryTarget(Direction.Payout, draft.Reference, "CLABE", draft.AmountMinor, 1), Stop))[0].Kind);
            }
        }
    }

    [Fact]
    public async Task A_call_that_is_given_up_is_not_known()
    {
        var ground = new PayproGround("MX", own: true);
        using var stopped = new CancellationTokenSource();
        ground.Upstream.Answers = (_, _) =>
        {
            stopped.Cancel();
            throw new OperationCanceledException(stopped.Token);
        };
        Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(ground.Payout("CLABE"), stopped.Token)));
        Assert.Single(ground.Upstream.Calls);
    }

    private static HttpResponseMessage Created(string info) => StubUpstream.Envelope(
        "0000", "success", $$"""{"payproTradeNo":"{{Number}}","status":"0015","desc":"Create"{{(info.Length == 0 ? "" : ",\"paymentInfo\":" + info)}}}""");

    private static string Told(SendOutcome outcome) => outcome switch
    {
        SendOutcome.Accepted accepted => accepted.RailId == Number ? "accepted" : "accepted without its number",
        SendOutcome.Declined declined => $"declined {declined.Scope} {declined.FailureCause}",
        _ => "unknown",
    };
}
