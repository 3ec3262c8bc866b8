using Paypro.Channels;
using Paypro.Channels.Pix;
using Paypro.RailDoubles.Pix;

namespace Paypro.UnitTests.Channels;

/// <summary>What the bank posts, and what others might.</summary>
public sealed class PixCallbackTests : IAsyncLifetime
{
    private const string Moved = """{"endToEndId":"E00416968202611281005abcdef12345","txid":"SIABCDEFGHIJKLMNOPQRSTUVWX23","chave":"7d9f0335-8dcc-4054-9bf9-0dbd61d36906","valor":"123.45","horario":"2026-11-28T10:05:33.902Z","infoPagador":"obrigado"}""";

    private const string Body = "{\"pix\":[" + Moved + "]}";

    private PixGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await PixGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public void A_callback_of_the_specification_is_read()
    {
        var said = Assert.Single(ground.Said(ground.Calls(Body)));
        Assert.Equal(
            (ObservationKind.Paid, Direction.PayIn, "SIABCDEFGHIJKLMNOPQRSTUVWX23", 123_45L, "BRL", "E00416968202611281005abcdef12345", "E00416968202611281005abcdef12345"),
            (said.Kind, said.Direction, said.Reference, said.AmountMinor, said.Currency, said.DedupeKey, said.RailReference));
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 10, 5, 33, 902, TimeSpan.Zero).ToUnixTimeMilliseconds(), said.OccurredAtMs);
        Assert.Null(said.Sender);
    }

    [Fact]
    public void Whoever_does_not_know_the_address_is_refused()
    {
        var callback = ground.Calls(Body);
        Assert.All(
            new[]
            {
                callback with { Path = "" }, callback with { Path = "/pix" }, callback with { Path = "/" + new string('0', 32) + "/pix" }, callback with { Path = callback.Path[..^5] + "x/pix" },
                callback with { Path = callback.Path + "/more" }, callback with { Path = callback.Path.Replace("/pix", "/xip", StringComparison.Ordinal) },
                callback with { Path = "/pix", Query = "?hmac=" + new string('0', 32) }, callback with { Query = "?hmac=" },
            },
            forged => Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(ground.Read(forged)).Answer.Status));
        Assert.Equal(400, Assert.IsType<CallbackReading.Refused>(ground.Read(callback with { Method = "GET" })).Answer.Status);
    }

    /// <summary>The secret of one account opens no other, with the same token and the same key.</summary>
    [Fact]
    public void The_secret_of_another_account_is_refused()
    {
        using var another = ground.Channel.Open(ground.Account with { Id = 10 }, ground.Services);
        Assert.IsType<CallbackReading.Refused>(((ICallbacks)another).ReadCallback(ground.Calls(Body)));
        using var rotated = ground.Channel.Open(ground.WithSecret("callback-token", "a later token of many bytes"u8.ToArray()), ground.Services);
        Assert.IsType<CallbackReading.Refused>(((ICallbacks)rotated).ReadCallback(ground.Calls(Body)));
    }

    [Fact]
    public void The_secret_may_stand_in_the_query()
    {
        ground.Account = ground.With(("callbackSecretIn", "query"));
        var callback = ground.Calls(Body);
        Assert.EndsWith("&ignorar=/pix", callback.Query, StringComparison.Ordinal);
        Assert.Single(ground.Said(callback));
        Assert.IsType<CallbackReading.Reply>(ground.Read(callback with { Query = callback.Query[..^4], Body = default }));
        Assert.IsType<CallbackReading.Refused>(ground.Read(callback with { Body = default }));
    }

    [Fact]
    public void Certificate_and_address_are_asked_for_besides_where_the_account_says_so()
    {
        ground.Account = ground.With(("callbackCertificates", new string('a', 64) + "," + new string('b', 64)), ("callbackAddresses", "34.193.116.226, 127.0.0.1"));
        var callback = ground.Calls(Body) with { ClientCertificate = new CallerCertificate("CN=bank", new string('B', 64)) };
        Assert.Single(ground.Said(callback));
        Assert.Single(ground.Said(callback with { RemoteAddress = "::ffff:34.193.116.226" }));
        Assert.All(
            new[]
            {
                callback with { ClientCertificate = null }, callback with { ClientCertificate = new CallerCertificate("CN=bank", new string('c', 64)) },
                callback with { RemoteAddress = "34.193.116.227" }, callback with { RemoteAddress = "" },
            },
            forged => Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(ground.Read(forged)).Answer.Status));
    }

    /// <summary>The bank looks whether anybody is there.</summary>
    [Fact]
    public void A_call_without_money_is_answered_and_nothing_is_observed()
    {
        var callback = ground.Calls(Body);
        var bare = callback with { Path = callback.Path[..^4], Body = default };
        Assert.Equal(200, Assert.IsType<CallbackReading.Reply>(ground.Read(bare)).Answer.Status);
        Assert.Equal(200, Assert.IsType<CallbackReading.Reply>(ground.Read(ground.Calls("""{"evento":"teste_webhook"}"""))).Answer.Status);
        Assert.Empty(ground.Said(ground.Calls("""{"pix":[]}""")));
    }

    [Fact]
    public void Several_in_one_call_are_all_told_and_one_without_a_charge_is_nobodys()
    {
        var said = ground.Said(ground.Calls("{\"pix\":[" + Moved + """,{"endToEndId":"E2","valor":"5.00","chave":"7d9f0335-8dcc-4054-9bf9-0dbd61d36906","horario":"2026-11-28T10:06:00.000Z"}]}"""));
        Assert.Equal([("SIABCDEFGHIJKLMNOPQRSTUVWX23", 123_45L), ("E2", 5_00L)], said.Select(one => (one.Reference, one.AmountMinor)));
    }

    /// <summary>What cannot be read keeps nothing else from counting, and the bank is asked to come again.</summary>
    [Theory]
    [InlineData("""{"endToEndId":"E3","valor":"140,45","horario":"2026-11-28T10:06:00.000Z"}""")]
    [InlineData("""{"endToEndId":"E3","valor":"5.00","chave":"another@example.com","horario":"2026-11-28T10:06:00.000Z"}""")]
    [InlineData("""{"endToEndId":"E3 4","valor":"5.00"}""")]
    [InlineData("""{"valor":"5.00"}""")]
    [InlineData("""{"endToEndId":"E3","valor":"5.00","devolucoes":[{"id":"X","valor":"1.00","status":"DEVOLVIDO"}]}""")]
    [InlineData("null")]
    public void One_bad_line_keeps_no_other(string bad)
    {
        var reading = Assert.IsType<CallbackReading.Statements>(ground.Read(ground.Calls("{\"pix\":[" + bad + "," + Moved + "]}")));
        Assert.Equal("SIABCDEFGHIJKLMNOPQRSTUVWX23", Assert.Single(reading.Observations).Reference);
        Assert.Equal(400, reading.Answer([StatementResult.Applied]).Status);
    }

    [Theory]
    [InlineData("""[{"id":"R1","rtrId":"D09089356202611281100abcde123456","valor":"23.45","natureza":"ORIGINAL","horario":{"solicitacao":"2026-11-28T11:00:00.000Z","liquidacao":"2026-11-28T11:00:02.000Z"},"status":"DEVOLVIDO"}]""", 2)]
    [InlineData("""{"id":"R1","rtrId":"D09089356202611281100abcde123456","valor":"23.45","natureza":"ORIGINAL","horario":{"solicitacao":"2026-11-28T11:00:00.000Z"},"status":"DEVOLVIDO"}""", 2)]
    [InlineData("""[{"id":"R1","rtrId":"D09089356202611281100abcde123456","valor":"23.45","status":"EM_PROCESSAMENTO"}]""", 1)]
    [InlineData("""[{"id":"R1","rtrId":"D09089356202611281100abcde123456","valor":"23.45","status":"NAO_REALIZADO"}]""", 1)]
    [InlineData("[]", 1)]
    [InlineData("null", 1)]
    public void What_went_back_is_read_as_a_list_or_alone(string returns, int count)
    {
        var said = ground.Said(ground.Calls("{\"pix\":[" + Moved[..^1] + ",\"devolucoes\":" + returns + "}]}"));
        Assert.Equal(count, said.Count);
        Assert.All(said.Skip(1), one => Assert.Equal((ObservationKind.Returned, 23_45L, "D09089356202611281100abcde123456"), (one.Kind, one.AmountMinor, one.DedupeKey)));
    }

    /// <summary>The standard's own example has 34 characters, Efí's 26 to 30.</summary>
    [Theory]
    [InlineData("E12345678202009091221kkkkkkkkkkkab")]
    [InlineData("E1803615022211340s08793XPJ")]
    public void A_name_of_another_length_is_a_name(string name) =>
        Assert.Equal(name, Assert.Single(ground.Said(ground.Calls(Body.Replace("E00416968202611281005abcdef12345", name, StringComparison.Ordinal)))).DedupeKey);

    [Fact]
    public async Task A_refund_of_ours_and_one_of_the_fraud_mechanism_are_told_apart()
    {
        var payment = ground.Bank.PayToKey(100_00, "SIABCDEFGHIJKLMNOPQRSTUVWX23");
        var refund = PixGround.Refund(payment, 30_00);
        await ground.Refunds.SendRefundAsync(refund, Stop);
        ground.Bank.SettleReturn(refund.Reference[..28]);
        ground.Bank.TakeBack(payment.EndToEndId, 20_00, "MED_OPERACIONAL");
        var said = ground.Said(ground.Calls(PixBank.BodyOf(payment)));
        Assert.Equal(
            [(Direction.PayIn, ObservationKind.Paid, 100_00L, "SIABCDEFGHIJKLMNOPQRSTUVWX23"), (Direction.Refund, ObservationKind.Paid, 30_00L, refund.Reference), (Direction.PayIn, ObservationKind.Returned, 20_00L, "SIABCDEFGHIJKLMNOPQRSTUVWX23")],
            said.Select(one => (one.Direction, one.Kind, one.AmountMinor, one.Reference)));
        Assert.Equal(3, said.Select(one => one.DedupeKey).Distinct().Count());
    }

    [Fact]
    public async Task A_refund_that_failed_is_told()
    {
        var payment = ground.Bank.PayToKey(100_00);
        var refund = PixGround.Refund(payment, 30_00);
        await ground.Refunds.SendRefundAsync(refund, Stop);
        ground.Bank.SettleReturn(refund.Reference[..28], succeeds: false);
        var said = ground.Said(ground.Calls(PixBank.BodyOf(payment)))[1];
        Assert.Equal((Direction.Refund, ObservationKind.Failed, refund.Reference), (said.Direction, said.Kind, said.Reference));
    }

    [Fact]
    public async Task A_payout_is_told_by_its_kind()
    {
        var draft = PixGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        var payout = ground.Bank.Settle(draft.Reference);
        var done = Assert.Single(ground.Said(ground.Calls(PixBank.BodyOf(payout))));
        Assert.Equal((ObservationKind.Paid, Direction.Payout, draft.Reference, 12_34L, payout.EndToEndId), (done.Kind, done.Direction, done.Reference, done.AmountMinor, done.DedupeKey));
        Assert.Equal(ObservationKind.Pending, Assert.Single(ground.Said(ground.Calls(PixBank.BodyOf(payout, "EM_PROCESSAMENTO")))).Kind);
        var failed = Assert.Single(ground.Said(ground.Calls(PixBank.BodyOf(payout, "NAO_REALIZADO"))));
        Assert.Equal((ObservationKind.Failed, 0L), (failed.Kind, failed.AmountMinor));
        Assert.Contains("AC03 (PSP do usuário recebedor)", failed.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("agência", failed.Reason, StringComparison.Ordinal);
        Assert.IsType<CallbackReading.Refused>(ground.Read(ground.Calls(PixBank.BodyOf(payout, "NOVO"))));
    }

    [Fact]
    public void References_keep_their_kinds_apart()
    {
        var bytes = new byte[16];
        Assert.Equal("SIAAAAAAAAAAAAAAAAAAAAAAAAAA", PixReference.Make(Direction.PayIn, bytes));
        Assert.Equal(("SRAAAAAAAAAAAAAAAAAAAAAAAAAA", "E1"), PixReference.Split(PixReference.OfRefund(PixReference.Make(Direction.Refund, bytes), "E1")));
        Assert.Null(PixReference.Split(PixReference.Make(Direction.Refund, bytes)));
        Assert.Null(PixReference.Split(PixReference.OfRefund(PixReference.Make(Direction.PayIn, bytes), "E1")));
    }
}
