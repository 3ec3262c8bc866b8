using System.Text;
using Paypro.Channels;
using Paypro.RailDoubles.Mpesa;

namespace Paypro.UnitTests.Channels;

/// <summary>What M-PESA posts, and what anybody may post.</summary>
public sealed class MpesaCallbackTests : IAsyncLifetime
{
    private MpesaGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ground = await MpesaGround.StartAsync();
        Assert.Null(await ((IActivation)ground.Session).ActivateAsync(Stop));
    }

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task A_callback_counts_at_its_own_address_alone()
    {
        var (first, second) = (ground.PayIn(seed: 11), ground.PayIn(seed: 12));
        await ground.PayIns.RequestInstructionAsync(first, Stop);
        await ground.PayIns.RequestInstructionAsync(second, Stop);
        var told = MpesaOperator.Told(ground.Operator.Pay(first.Reference));
        Assert.Equal(first.Reference, ground.Hinted(told).Reference);

        // The address of one order with the reference of another, another topic, and no secret at all.
        var path = told.To.AbsolutePath;
        foreach (var forged in new[] { path.Replace(first.Reference, second.Reference, StringComparison.Ordinal), path.Replace("/i/", "/p/", StringComparison.Ordinal), "/callbacks/0123456789abcdef0123456789abcdef", "/callbacks/0123456789abcdef0123456789abcdef/" })
        {
            Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(ground.Read(told with { To = new Uri(told.To, forged) })).Answer.Status);
        }
    }

    [Fact]
    public async Task The_callers_address_counts_where_the_account_has_a_list()
    {
        var draft = ground.PayIn();
        await ground.PayIns.RequestInstructionAsync(draft, Stop);
        var told = MpesaOperator.Told(ground.Operator.Pay(draft.Reference));
        using var listed = ground.Channel.Open(ground.With(("callbackAddresses", "196.201.214.200, 196.201.214.206")), ground.Services);
        Assert.IsType<CallbackReading.Hint>(((ICallbacks)listed).ReadCallback(ground.Calls(told, "::ffff:196.201.214.206")));
        Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(((ICallbacks)listed).ReadCallback(ground.Calls(told, "203.0.113.9"))).Answer.Status);
        Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(((ICallbacks)listed).ReadCallback(ground.Calls(told, ""))).Answer.Status);
    }

    [Fact]
    public async Task A_prompts_callback_is_read_however_it_is_written()
    {
        var draft = ground.PayIn();
        await ground.PayIns.RequestInstructionAsync(draft, Stop);
        var prompt = ground.Operator.Pay(draft.Reference);
        var told = MpesaOperator.Told(prompt);
        var plain = ground.Hinted(told);
        Assert.Equal(plain, ground.Hinted(told with { Body = told.Body.Replace("300.00", "\"300\"", StringComparison.Ordinal).Replace("\"ResultCode\":0", "\"ResultCode\":\"0\"", StringComparison.Ordinal) }));

        // What lacks its receipt or its amount is a reason to ask and no more.
        foreach (var (from, to) in new[] { ("MpesaReceiptNumber", "Receipt"), ("\"Amount\"", "\"Amounts\""), ("300.00", "300.001"), ("CallbackMetadata", "Metadata") })
        {
            Assert.Equal(ObservationKind.Pending, ground.Hinted(told with { Body = told.Body.Replace(from, to, StringComparison.Ordinal) }).Kind);
        }

        Assert.Equal("""{"ResultCode":0,"ResultDesc":"Accepted"}""", Assert.IsType<CallbackReading.Hint>(ground.Read(told)).Answer.Body);
    }

    [Fact]
    public void A_confirmation_is_a_hint_or_proof_as_the_account_says()
    {
        var payment = ground.Operator.PayFromMenu(" k7ap y2n4r9ta ", 50_00);
        var confirmed = ground.Operator.Confirmed(payment);
        var hint = ground.Hinted(confirmed);
        Assert.Equal(("K7APY2N4R9TA", payment.Receipt, 50_00L), (hint.Reference, hint.DedupeKey, hint.AmountMinor));
        using var booked = ground.Channel.Open(ground.With(("c2b", "booked"), ("callbackAddresses", "196.201.214.200")), ground.Services);
        var reading = Assert.IsType<CallbackReading.Statements>(((ICallbacks)booked).ReadCallback(ground.Calls(confirmed)));
        Assert.Equal(hint, Assert.Single(reading.Observations));
        Assert.Equal((200, """{"ResultCode":0,"ResultDesc":"Success"}"""), reading.Answer([StatementResult.Suspense]) is var answer ? (answer.Status, answer.Body) : default);

        // One without an account number is told by its receipt; one of another short code, or that cannot be read, is none.
        Assert.Equal(payment.Receipt, ground.Hinted(confirmed with { Body = confirmed.Body.Replace(payment.Account, "", StringComparison.Ordinal) }).Reference);
        foreach (var (from, to) in new[] { (MpesaOperator.ShortCode, "600638"), ("\"50\"", "\"0\""), (payment.Receipt, "x") })
        {
            Assert.Equal(400, Assert.IsType<CallbackReading.Refused>(ground.Read(confirmed with { Body = confirmed.Body.Replace(from, to, StringComparison.Ordinal) })).Answer.Status);
        }
    }

    [Theory]
    [InlineData(true, 50_00, "\"0\"")]
    [InlineData(true, 49_00, "C2B00013")]
    [InlineData(false, 50_00, "C2B00012")]
    [InlineData(null, 50_00, "C2B00012")]
    public void A_validation_is_answered_by_the_order(bool? isOpen, long dueMinor, string code)
    {
        var question = Assert.IsType<CallbackReading.Question>(ground.Read(ground.Operator.Asked("k7apy2n4r9ta", 50_00)));
        Assert.Equal((Direction.PayIn, "K7APY2N4R9TA"), (question.Direction, question.Reference));
        var answer = question.Answer(isOpen is null ? null : new QuestionedOrder { IsOpen = isOpen.Value, Way = "mpesa", DueMinor = dueMinor, Currency = "KES", ExpiresAtMs = 0, MerchantName = "" });
        Assert.Equal(200, answer.Status);
        Assert.Contains(code, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_token_opens_while_it_counts()
    {
        var draft = ground.PayIn();
        await ground.PayIns.RequestInstructionAsync(draft, Stop);
        var told = ground.Calls(MpesaOperator.Told(ground.Operator.Pay(draft.Reference)));
        var renewed = ground.Account with
        {
            Secrets = new ChannelSecrets([.. ground.Account.Secrets.Names.Select(name => new SecretVersion(name, ground.Account.Secrets.Current(name, 1), 0, name == "callback-token" ? ground.Clock.NowMs + 60_000 : 0)),
                new("callback-token", Encoding.UTF8.GetBytes("a newer token of many bytes"), 1_000, 0)]),
        };
        using var session = ground.Channel.Open(renewed, ground.Services);
        Assert.IsType<CallbackReading.Hint>(((ICallbacks)session).ReadCallback(told));
        Assert.IsType<CallbackReading.Refused>(((ICallbacks)session).ReadCallback(told with { ReceivedAtMs = ground.Clock.NowMs + 60_000 }));
    }
}
