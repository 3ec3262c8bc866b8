using System.Net;
using System.Text;
using Paypro.Client;
using Paypro.Client.Mexico;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Client;

public class PayproClientTests
{
    private const string MerchantNo = "1000000001";
    private const string Secret = "sandbox-secret-mx";
    private static readonly byte[] SecretBytes = Encoding.UTF8.GetBytes(Secret);
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1728609257212);

    private static readonly PayInRequest PayIn = new()
    {
        TradeNo = "order-1",
        Amount = 300,
        NotifyUrl = new Uri("https://merchant.example/hook"),
        WayCode = Ways.Va,
        Payer = "José Ñandú",
        Remark = "a/b \"c\"",
    };

    private static readonly HostedPayInRequest Hosted = new() { TradeNo = "order-1", Amount = 300, NotifyUrl = new Uri("https://merchant.example/hook") };

    private static readonly PayoutRequest Payout = new()
    {
        TradeNo = "order-2",
        Amount = 200,
        WayCode = "BBVA_MEXICO",
        CustomerAccountType = CustomerAccountTypes.Clabe,
        CustomerAccount = "012180001234567899",
        CustomerName = "José Ñandú",
        NotifyUrl = new Uri("https://merchant.example/hook"),
    };

    [Theory]
    [InlineData(SigningAlgorithm.Md5)]
    [InlineData(SigningAlgorithm.HmacSha256)]
    public async Task Every_call_is_signed_and_has_the_documented_fields(SigningAlgorithm algorithm)
    {
        var gateway = new Gateway { Algorithm = algorithm };
        var client = ClientOf(gateway, algorithm);
        var cancellation = TestContext.Current.CancellationToken;
        PayproResponse[] answers =
        [
            (await client.CreatePayInAsync(PayIn, cancellation)).Response,
            (await client.CreateHostedPayInAsync(Hosted, cancellation)).Response,
            (await client.CreatePayoutAsync(Payout, cancellation)).Response,
            (await client.QueryPayInAsync("order-1", cancellation)).Response,
            (await client.QueryPayoutAsync("order-2", cancellation)).Response,
            (await client.QueryBalanceAsync(cancellation)).Response,
        ];
        Assert.All(answers, answer => Assert.True(answer.IsAccepted, answer.Message));
        Assert.Equal(Enum.GetValues<OperationKind>()[..6], gateway.Seen.Select(fields => fields.Operation.Kind));
        Assert.All(gateway.Seen, fields => Assert.Equal(Now.ToUnixTimeMilliseconds(), fields.TimestampMs));
        Assert.Equal(("order-1", 300_00L, "va", "José Ñandú", "a/b \"c\""), (gateway.Seen[0].TradeNo, gateway.Seen[0].AmountMinor, gateway.Seen[0].Way!.Code, gateway.Seen[0].Name, gateway.Seen[0].Remark));
        Assert.Equal(("BBVA_MEXICO", "012180001234567899"), (gateway.Seen[2].BankCode, gateway.Seen[2].Account));
    }

    [Fact]
    public async Task A_refusal_is_an_answer()
    {
        var client = ClientOf(new Gateway());
        var answer = await client.CreatePayInAsync(PayIn with { Amount = 0 }, TestContext.Current.CancellationToken);
        Assert.False(answer.IsAccepted);
        Assert.Equal((ResponseCode.Refused, "amount: must be greater than zero"), (answer.Code, answer.Message));
    }

    [Fact]
    public async Task Members_of_the_answer_are_text()
    {
        var answer = await ClientOf(new Gateway { Answer = """{"msg":"success","code":"0000","data":{"a":"x","n":230.50,"z":null}}""" })
            .Calls.CallAsync("/mex-pay/v1/paypro/queryBalance", [], TestContext.Current.CancellationToken);
        Assert.Equal(("x", "230.50", null, null), (answer["a"], answer["n"], answer["z"], answer["none"]));
    }

    [Theory]
    [InlineData(HttpStatusCode.GatewayTimeout, "")]
    [InlineData(HttpStatusCode.OK, "<html>")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.OK, "{}")]
    public async Task Without_a_readable_answer_the_outcome_is_unknown(HttpStatusCode status, string body) =>
        await Assert.ThrowsAsync<PayproUnknownOutcomeException>(() =>
            ClientOf(new Gateway { Status = status, Answer = body }).CreatePayoutAsync(Payout, TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_lost_connection_is_unknown_but_the_callers_cancellation_is_his()
    {
        await Assert.ThrowsAsync<PayproUnknownOutcomeException>(() =>
            ClientOf(new Gateway { Fault = new HttpRequestException("reset") }).CreatePayoutAsync(Payout, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<PayproUnknownOutcomeException>(() =>
            ClientOf(new Gateway { Fault = new TaskCanceledException("timeout") }).CreatePayoutAsync(Payout, TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            ClientOf(new Gateway()).CreatePayoutAsync(Payout, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Busy_is_an_answer_that_is_not_accepted()
    {
        var answer = await ClientOf(new Gateway { Status = HttpStatusCode.ServiceUnavailable, Answer = """{"msg":"busy","code":"0000","data":{}}""" })
            .QueryBalanceAsync(TestContext.Current.CancellationToken);
        Assert.False(answer.IsAccepted);
    }

    [Theory]
    [InlineData(ResultStatus.Success, true)]
    [InlineData(ResultStatus.Failed, true)]
    [InlineData(ResultStatus.Processing, false)]
    [InlineData(ResultStatus.Partial, false)]
    public void Knows_which_status_is_final(string status, bool isFinal) => Assert.Equal(isFinal, OrderStates.IsFinal(status));

    [Fact]
    public async Task An_attempt_ends_by_its_own_clock_and_is_unknown()
    {
        var options = Options(SigningAlgorithm.Md5) with { Retry = new RetryPolicy { MaxAttempts = 1, AttemptTimeout = TimeSpan.FromMilliseconds(20) } };
        var client = new MexicoClient(new HttpClient(new Gateway { Hangs = true }), options with { Time = TimeProvider.System });
        var unknown = await Assert.ThrowsAsync<PayproUnknownOutcomeException>(() => client.CreatePayoutAsync(Payout, TestContext.Current.CancellationToken));
        Assert.Equal("The gateway did not answer in time.", unknown.Message);
    }

    [Fact]
    public async Task A_wait_between_attempts_ends_with_the_callers_cancellation()
    {
        using var cancellation = new CancellationTokenSource();
        var gateway = new Gateway { Status = HttpStatusCode.GatewayTimeout, Answer = "", OnCall = cancellation.Cancel };
        var client = new MexicoClient(new HttpClient(gateway), Options(SigningAlgorithm.Md5) with { Retry = new RetryPolicy() });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.CreatePayoutAsync(Payout, cancellation.Token));
    }

    [Fact]
    public void A_request_printed_by_mistake_shows_its_number_alone()
    {
        Assert.Equal("PayoutRequest order-2", Payout.ToString());
        Assert.Equal("VerifiedAccount", new Paypro.Client.Indonesia.VerifiedAccount("5464438554636", "KEVIN ZHANG").ToString());
        Assert.DoesNotContain(Secret, Options(SigningAlgorithm.Md5).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Retries_are_bounded()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { MaxAttempts = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { MaxAttempts = 21 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy { Within = TimeSpan.FromMinutes(11) });
        Assert.InRange(new RetryPolicy().Jitter(), 0, 1);
        Assert.Throws<ArgumentException>(() => Options(SigningAlgorithm.Md5) with { Secret = "" });
    }

    private static MexicoClient ClientOf(Gateway gateway, SigningAlgorithm algorithm = SigningAlgorithm.Md5) => new(new HttpClient(gateway), Options(algorithm));

    private static PayproOptions Options(SigningAlgorithm algorithm) => new()
    {
        Address = new Uri("http://localhost:5080/"), MerchantNo = MerchantNo, Secret = Secret, Algorithm = algorithm, Retry = RetryPolicy.None, Time = new FixedTime(Now),
    };

    /// <summary>Does what the gateway does before anything is stored: route, signature, fields.</summary>
    private sealed class Gateway : HttpMessageHandler
    {
        public SigningAlgorithm Algorithm { get; init; } = SigningAlgorithm.Md5;

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        public string? Answer { get; init; }

        public Exception? Fault { get; init; }

        public bool Hangs { get; init; }

        public Action? OnCall { get; init; }

        public List<RequestFields> Seen { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Fault is not null)
            {
                throw Fault;
            }

            OnCall?.Invoke();
            await Task.Delay(Hangs ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, TimeProvider.System, cancellationToken);

            var bytes = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            return new HttpResponseMessage(Status) { Content = new StringContent(Answer ?? Accept(request, bytes)) };
        }

        private string Accept(HttpRequestMessage request, byte[] bytes)
        {
            var path = request.RequestUri!.AbsolutePath;
            var body = FlatBody.Read(bytes, out var unreadable);
            Assert.True(body is not null, unreadable);
            Assert.Equal(MerchantNo, Assert.Single(request.Headers.GetValues("merchantNo")));
            Assert.Equal("application/json", request.Content!.Headers.ContentType!.MediaType);
            var isSigned = Algorithm == SigningAlgorithm.Md5
                ? Md5Signature.Verify(body, SecretBytes)
                : HmacSignature.Verify(
                    request.Headers.GetValues(HmacSignature.HeaderName).Single(), HmacSignature.Request, path, MerchantNo, bytes, SecretBytes, out _);
            Assert.True(isSigned);
            var operation = CountryCatalog.BuiltIn.Find(path)!.For(Mexico.Country)!;
            var fields = RequestReader.Read(Mexico.Country, operation, body, new RequestContext(false, Mexico.Country.Banks), out var error);
            if (fields is null)
            {
                return $$"""{"msg":"{{error}}","code":"8000","data":null}""";
            }

            Seen.Add(fields);
            return """
                {"msg":"success","code":"0000","data":{"tradeNo":"order-1","platFormTradeNo":"68o0uwogz7mnzutt","status":"0015","desc":"Create","message":"Create","remark":"",
                "amount":"300","receivedAmount":"0","orderAmount":"200.00","payAmount":"0.00","availableAmount":"1.0000","freezeAmount":"0.0000","unsettledAmount":"0.0000"}}
                """;
        }
    }
}
