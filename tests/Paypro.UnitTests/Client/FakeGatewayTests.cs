using System.Net;
using Paypro.Client;
using Paypro.Client.Mexico;
using Paypro.Client.Testing;
using Paypro.Protocol.Signing;
using Brazil = Paypro.Client.Brazil;

namespace Paypro.UnitTests.Client;

/// <summary>The gateway that merchants test against.</summary>
public sealed class FakeGatewayTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1728609257212);

    private static readonly PayInRequest PayIn = new() { TradeNo = "order-1", Amount = 300, WayCode = Ways.Va, NotifyUrl = new Uri("https://merchant.example/hook") };

    [Theory]
    [InlineData(SigningAlgorithm.Md5)]
    [InlineData(SigningAlgorithm.HmacSha256)]
    public async Task Plays_a_payment_from_the_call_to_the_notification(SigningAlgorithm algorithm)
    {
        var (fake, mexico) = Make(algorithm);
        var created = await mexico.CreatePayInAsync(PayIn);
        var again = await mexico.CreatePayInAsync(PayIn);
        Assert.Equal((OrderState.Processing, created.Data!.Number), (created.Data.State, again.Data!.Number));
        Assert.NotNull(created.Data.PaymentInfo);

        var told = fake.Tell(fake.PayIn("order-1")!.Succeed(Now, amount: 299.50m));
        var read = mexico.TryReadPayIn(told.Body, told.Address.AbsolutePath, told.SignatureHeader);
        Assert.Equal(("order-1", created.Data.Number, OrderState.Succeeded, 299.5m, "2024-10-10 19:14:17"), (read!.TradeNo, read.Number, read.State, read.Amount, read.SuccessTime));
        Assert.Null(mexico.TryReadRefund(told.Body, told.Address.AbsolutePath, told.SignatureHeader));
        Assert.Null(Make(algorithm, secret: "another").Mexico.TryReadPayIn(told.Body, told.Address.AbsolutePath, told.SignatureHeader));

        var queried = await mexico.QueryPayInAsync("order-1");
        Assert.Equal((OrderState.Succeeded, 299.50m, 299.50m), (queried.Data!.State, queried.Data.Amount, queried.Data.PaidAmount));
        Assert.Equal(["createPayIn", "createPayIn", "queryPayIn"], fake.Calls.Select(call => call.Name));
    }

    [Fact]
    public async Task Refuses_what_is_signed_wrongly_unknown_or_another_order()
    {
        var (fake, mexico) = Make();
        var other = new MexicoClient(new HttpClient(fake), Options() with { Secret = "another" });
        Assert.Equal("sign: the merchant or its sign is wrong", (await other.CreatePayInAsync(PayIn)).Message);
        Assert.Equal(CallOutcome.Refused, (await mexico.QueryPayInAsync("order-1")).Outcome);
        Assert.True((await mexico.CreatePayInAsync(PayIn)).IsAccepted);
        Assert.Equal("tradeNo: was used for another order", (await mexico.CreatePayInAsync(PayIn with { Amount = 301 })).Message);
        Assert.Equal(CallOutcome.Refused, (await mexico.CreateRefundAsync(new RefundRequest { TradeNo = "order-2", RefundNo = "refund-1", Amount = 1 })).Outcome);
    }

    [Fact]
    public async Task Loses_a_connection_and_stores_the_order_once()
    {
        var (fake, mexico) = Make();
        fake.Next(FakeAnswer.LostAfterStoring).Next(FakeAnswer.InDoubt).Next(FakeAnswer.LostBeforeStoring);
        var answer = await mexico.CreatePayInAsync(PayIn);
        Assert.Equal(fake.PayIn("order-1")!.Number, answer.Data!.Number);
        Assert.Equal((4, 1), (fake.Calls.Count, fake.Calls.Select(call => call["sign"]).Distinct().Count()));

        fake.Next(FakeAnswer.LostBeforeStoring);
        var careless = new MexicoClient(new HttpClient(fake), Options() with { Retry = RetryPolicy.None });
        await Assert.ThrowsAsync<PayproUnknownOutcomeException>(() => careless.CreatePayInAsync(PayIn with { TradeNo = "order-2" }));
        Assert.Null(fake.PayIn("order-2"));
    }

    [Fact]
    public async Task Says_what_it_was_told_to_say()
    {
        var (fake, mexico) = Make();
        fake.Next(FakeAnswer.Refused("amount: must be at most 100")).Next(FakeAnswer.Failed()).Next(FakeAnswer.Busy(TimeSpan.FromSeconds(3)));
        Assert.Equal("amount: must be at most 100", (await mexico.CreatePayInAsync(PayIn)).Message);
        Assert.Equal(CallOutcome.NotStored, (await mexico.CreatePayInAsync(PayIn)).Outcome);
        Assert.Null(fake.PayIn("order-1"));
        Assert.True((await mexico.CreatePayInAsync(PayIn)).IsAccepted);
        fake.Available = 12.5m;
        Assert.Equal(12.5m, (await mexico.QueryBalanceAsync()).Data!.Available);
    }

    [Fact]
    public async Task Plays_refunds_cancellations_and_failures()
    {
        var (fake, mexico) = Make();
        await mexico.CreatePayInAsync(PayIn);
        var refund = await mexico.CreateRefundAsync(new RefundRequest { TradeNo = "order-1", RefundNo = "refund-1", Amount = 100, NotifyUrl = new Uri("https://merchant.example/refunds") });
        Assert.Equal(("order-1", "refund-1", fake.PayIn("order-1")!.Number, 100m), (refund.Data!.TradeNo, refund.Data.RefundNo, refund.Data.Number, refund.Data.Amount));
        var told = fake.Tell(fake.Refund("refund-1")!.Fail());
        Assert.Equal(OrderState.Failed, mexico.TryReadRefund(told.Body, "/refunds", null)!.State);
        Assert.Null(mexico.TryReadPayIn(told.Body, "/refunds", null));
        Assert.Equal(refund.Data.RefundNumber, (await mexico.QueryRefundAsync("refund-1")).Data!.RefundNumber);
        Assert.Equal((OrderState.Failed, "CANCELLED"), ((await mexico.CancelPayInAsync("order-1")).Data!.State, fake.PayIn("order-1")!.Message));
    }

    [Fact]
    public async Task Posts_a_notification_and_knows_whether_it_was_taken()
    {
        var (fake, mexico) = Make(SigningAlgorithm.HmacSha256);
        await mexico.CreatePayInAsync(PayIn);
        var told = fake.Tell(fake.PayIn("order-1")!.Succeed(Now));
        Assert.True(await told.SendAsync(new HttpClient(new Receiver(" ok\n", mexico)), TestContext.Current.CancellationToken));
        Assert.False(await told.SendAsync(new HttpClient(new Receiver("done", mexico)), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Answers_every_country_in_its_own_form()
    {
        var fake = new FakeGateway(Options());
        var brazil = new Brazil.BrazilClient(new HttpClient(fake), Options());
        var payout = await brazil.CreatePayoutAsync(new Brazil.PayoutRequest
        {
            TradeNo = "out-1", Amount = 10.50m, Name = "Ana", Email = "ana@example.com", Mobile = "1", BankType = Brazil.BankTypes.Evp, BankNumber = "123e4567-e89b-42d3-a456-426614174000",
            IdentityType = Brazil.IdentityTypes.Cpf, UserIdentity = "52998224725", NotifyUrl = new Uri("https://merchant.example/out"), Remark = "x",
        });
        Assert.Equal(("x", "10.5"), (payout.Data!.Remark, fake.Payout("out-1")!.Call["amount"]));
        var told = fake.Tell(fake.Payout("out-1")!.Succeed(Now));
        Assert.Equal(10.50m, brazil.TryReadPayout(told.Body, "/out", null)!.Amount);
        Assert.Equal(1_000_000m, (await brazil.QueryBalanceAsync()).Data!.Available);
    }

    private static PayproOptions Options(SigningAlgorithm algorithm = SigningAlgorithm.Md5) => new()
    {
        Address = new Uri("https://fake.example/"), MerchantNo = "1000000001", Secret = "sandbox-secret-mx", Algorithm = algorithm, Time = new WaitingTime(Now),
    };

    private static (FakeGateway Fake, MexicoClient Mexico) Make(SigningAlgorithm algorithm = SigningAlgorithm.Md5, string secret = "sandbox-secret-mx")
    {
        var options = Options(algorithm) with { Secret = secret };
        var fake = new FakeGateway(options);
        return (fake, new MexicoClient(new HttpClient(fake), options));
    }

    /// <summary>A merchant's receiver, which checks what it is sent.</summary>
    private sealed class Receiver(string answer, MexicoClient mexico) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            Assert.NotNull(mexico.TryReadPayIn(body, request.RequestUri!.AbsolutePath, request.Headers.GetValues(HmacSignature.HeaderName).Single()));
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer) };
        }
    }
}
