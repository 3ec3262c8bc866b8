using System.Text;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Channels;

/// <summary>What the upstream sends to our address. Whatever it says, it is a reason to ask and no more.</summary>
public sealed class PayproNotificationTests
{
    private const string PayIn = "SIABCDEFGHIJKLMNOPQRSTUVWX23", Payout = "SOABCDEFGHIJKLMNOPQRSTUVWX23", Refund = "SRABCDEFGHIJKLMNOPQRSTUVWX23";

    private const long SentAtMs = 1_795_860_005_000;

    private const string Vector =
        """{"platFormTradeNo":"68o0uwogz7mnzutt","tradeNo":"SIABCDEFGHIJKLMNOPQRSTUVWX23","amount":300,"status":"0000","message":"SUCCESS","utr":"MBAN01002611280000000001","successTime":"2026-11-28 04:00:05","timestamp":"1795860005000","sign":"a383a634583fb635c1d858f57f2a1e28"}""";

    [Fact]
    public void The_published_vector_is_authentic()
    {
        var said = HintOf(Read(new PayproGround(), Vector));
        Assert.Equal((ObservationKind.Paid, Direction.PayIn, PayIn, 300_00, true), (said.Kind, said.Direction, said.Reference, said.AmountMinor, said.IsTotal));
        Assert.Equal(("68o0uwogz7mnzutt", "MBAN01002611280000000001"), (said.RailId, said.RailReference));
        Assert.Equal(new DateTimeOffset(2026, 11, 28, 4, 0, 5, TimeSpan.FromHours(-6)).ToUnixTimeMilliseconds(), said.OccurredAtMs);
        Assert.Equal(ChannelAnswer.Ok("OK"), ((CallbackReading.Hint)Read(new PayproGround(), Vector)).Answer);
    }

    [Theory]
    [InlineData("\"amount\":300,", "\"amount\":300.0,")]
    [InlineData("\"amount\":300,", "\"amount\":3000,")]
    [InlineData("\"status\":\"0000\"", "\"status\":\"0001\"")]
    [InlineData("\"utr\":", "\"utr2\":")]
    [InlineData("a383a634583fb635c1d858f57f2a1e28", "a383a634583fb635c1d858f57f2a1e29")]
    [InlineData("a383a634583fb635c1d858f57f2a1e28", "")]
    [InlineData("{\"plat", "{\"new\":\"1\",\"plat")]
    public void One_changed_letter_is_a_forgery(string from, string to)
    {
        Assert.Contains(from, Vector, StringComparison.Ordinal);
        Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(Read(new PayproGround(), Vector.Replace(from, to, StringComparison.Ordinal))).Answer.Status);
    }

    [Fact]
    public void Any_flipped_bit_is_refused_but_the_case_of_the_signature()
    {
        var ground = new PayproGround("MX", own: true);
        var signAt = Vector.IndexOf("a383a634", StringComparison.Ordinal);
        var whole = Encoding.UTF8.GetBytes(Vector);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            var body = whole.ToArray();
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            var isCase = bit / 8 >= signAt && bit / 8 < signAt + 32 && bit % 8 == 5 && char.IsAsciiLetter((char)whole[bit / 8]);
            Assert.Equal(!isCase, ground.Callbacks.ReadCallback(new() { Body = body, ReceivedAtMs = SentAtMs }) is CallbackReading.Refused);
        }
    }

    [Theory]
    [InlineData("0000", "300", "Paid")]
    [InlineData("0001", "100", "Paid")]
    [InlineData("0015", "300", "Pending")]
    [InlineData("00029", "300", "Failed")]
    [InlineData("0002", "300", "Pending")]
    [InlineData("0000", "much", "Pending")]
    public void Every_status_is_a_hint(string status, string amount, string kind)
    {
        foreach (var own in new[] { true, false })
        {
            var ground = new PayproGround("MX", own);
            Assert.Equal(kind, HintOf(Read(ground, Signed(("tradeNo", PayIn), ("status", status), ("amount", amount), ("timestamp", "1795860005000")))).Kind.ToString());
        }
    }

    [Fact]
    public void A_payout_tells_its_direction_by_our_mark_and_so_does_a_refund()
    {
        var ground = new PayproGround("MX", own: true);
        Assert.Equal(Direction.Payout, HintOf(Read(ground, Signed(("tradeNo", Payout), ("status", "00029"), ("message", "RETURNED"), ("timestamp", "1795860005000")))).Direction);
        var refund = HintOf(Read(ground, Signed(
            ("tradeNo", PayIn), ("refundNo", Refund), ("refundNumber", "r8o0uwogz7mnzutt"), ("platFormTradeNo", "68o0uwogz7mnzutt"), ("amount", "10"), ("status", "0000"), ("timestamp", "1795860005000"))));
        Assert.Equal((Direction.Refund, Refund, "r8o0uwogz7mnzutt"), (refund.Direction, refund.Reference, refund.RailId));
    }

    [Theory]
    [InlineData("order-1")]
    [InlineData("SIABCDEFGHIJKLMNOPQRSTUVWX2")]
    [InlineData("SIABCDEFGHIJKLMNOPQRSTUVWX01")]
    [InlineData("SRABCDEFGHIJKLMNOPQRSTUVWX23")]
    [InlineData("XXABCDEFGHIJKLMNOPQRSTUVWX23")]
    public void A_number_that_is_none_of_ours_is_refused(string tradeNo) =>
        Assert.Equal(400, Assert.IsType<CallbackReading.Refused>(
            Read(new PayproGround(), Signed(("tradeNo", tradeNo), ("status", "0000"), ("timestamp", "1795860005000")))).Answer.Status);

    [Theory]
    [InlineData("1795860005000", 0, true)]
    [InlineData("1795860005", 0, true)]
    [InlineData("1795860005000", 15 * 60_000, true)]
    [InlineData("1795860005000", (15 * 60_000) + 1, false)]
    [InlineData("1795860005000", -(15 * 60_000) - 1, false)]
    [InlineData("soon", 0, false)]
    [InlineData("", 0, false)]
    public void An_old_one_is_a_replay(string timestamp, long laterMs, bool taken)
    {
        var body = Signed(("tradeNo", PayIn), ("status", "0000"), ("amount", "300"), ("timestamp", timestamp));
        var reading = new PayproGround().Callbacks.ReadCallback(RequestOf(body, SentAtMs + laterMs));
        Assert.Equal(taken, reading is CallbackReading.Hint);
        Assert.Equal(taken ? null : 401, (reading as CallbackReading.Refused)?.Answer.Status);
    }

    [Fact]
    public void Old_and_new_key_are_right_while_both_are_valid_and_no_other()
    {
        (string, string)[] members = [("tradeNo", PayIn), ("status", "0000"), ("amount", "300"), ("timestamp", "1795860005000")];
        Assert.IsType<CallbackReading.Hint>(Read(new PayproGround(), Signed(PayproGround.OldSecret, members)));
        Assert.IsType<CallbackReading.Refused>(Read(new PayproGround(), Signed("another secret of somebody else!", members)));

        var ground = new PayproGround();
        ground.Account = ground.Account with
        {
            Secrets = new ChannelSecrets(
            [
                new("key", Encoding.ASCII.GetBytes(PayproGround.Secret), 1_000, 0),
                new("key", Encoding.ASCII.GetBytes(PayproGround.OldSecret), 0, SentAtMs),
            ]),
        };
        Assert.IsType<CallbackReading.Refused>(Read(ground, Signed(PayproGround.OldSecret, members)));
    }

    [Fact]
    public void An_unsigned_one_is_a_hint_of_the_original_and_a_forgery_of_our_own_software()
    {
        var body = $$"""{"platFormTradeNo":"1","tradeNo":"{{PayIn}}","amount":3.0000,"status":"0000","message":"SUCCESS","successTime":"2024-07-01 18:34:31"}""";
        Assert.Equal((ObservationKind.Paid, 3_00), (HintOf(Read(new PayproGround("KE"), body)).Kind, HintOf(Read(new PayproGround("KE"), body)).AmountMinor));
        Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(Read(new PayproGround("KE", own: true), body)).Answer.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("OK")]
    [InlineData("[]")]
    [InlineData("{\"tradeNo\":{}}")]
    [InlineData("{\"tradeNo\":1,\"tradeNo\":2}")]
    public void What_is_no_notification_is_refused(string body) =>
        Assert.Equal(400, Assert.IsType<CallbackReading.Refused>(Read(new PayproGround(), body)).Answer.Status);

    [Theory]
    [InlineData("/c/9", "/c/9", true)]
    [InlineData("/gateway/c/9", "/gateway/c/9", true)]
    [InlineData("/c/9", "/inner/9", true)]
    [InlineData("/c/8", "/c/9", false)]
    public void An_hmac_key_signs_the_address_that_we_gave_out_or_the_one_that_was_called(string signedPath, string calledPath, bool taken)
    {
        var ground = new PayproGround("MX", own: true, ("signing", "hmac"));
        var body = Encoding.UTF8.GetBytes($$"""{"tradeNo":"{{PayIn}}","status":"0000","amount":300,"timestamp":"1795860005000"}""");
        var header = HmacSignature.Header(HmacSignature.Notify, signedPath, "1000000001", SentAtMs / 1000, body, Encoding.ASCII.GetBytes(PayproGround.Secret));
        var reading = ground.Callbacks.ReadCallback(RequestOf(Encoding.UTF8.GetString(body), SentAtMs) with
        {
            FullPath = calledPath,
            Headers = new Dictionary<string, string> { ["paypro-signature"] = header },
        });
        Assert.Equal(taken, reading is CallbackReading.Hint);
        Assert.Equal(!taken, reading is CallbackReading.Refused { Answer.Status: 401 });
    }

    [Fact]
    public void What_our_own_server_writes_is_read_for_every_country()
    {
        foreach (var country in CountryCatalog.BuiltIn.Countries)
        {
            foreach (var algorithm in new[] { SigningAlgorithm.Md5, SigningAlgorithm.HmacSha256 })
            {
                var ground = new PayproGround(country.IsoCode, own: true, ("signing", algorithm == SigningAlgorithm.Md5 ? "md5" : "hmac"));
                var written = Notification.Make(
                    country, country.PayInNotification,
                    new OrderView
                    {
                        TradeNo = PayIn, Number = "68o0uwogz7mnzutt", Status = ResultStatus.Success, Message = ResultMessage.Success,
                        OrderAmountMinor = 300 * country.Currency.UnitMinor, HeldMinor = 301 * country.Currency.UnitMinor, SuccessAtMs = SentAtMs,
                    },
                    algorithm, Encoding.ASCII.GetBytes(PayproGround.Secret), "1000000001", ground.Account.CallbackAddress!, SentAtMs);
                var said = HintOf(ground.Callbacks.ReadCallback(new CallbackRequest
                {
                    Body = written.Body,
                    FullPath = "/c/9",
                    ReceivedAtMs = SentAtMs,
                    Headers = written.SignatureHeader is { } header ? new Dictionary<string, string> { [HmacSignature.HeaderName] = header } : new Dictionary<string, string>(),
                }));
                Assert.Equal((ObservationKind.Paid, 301 * country.Currency.UnitMinor, SentAtMs), (said.Kind, said.AmountMinor, said.OccurredAtMs));
            }
        }
    }

    private static Observation HintOf(CallbackReading reading) => Assert.Single(Assert.IsType<CallbackReading.Hint>(reading).About);

    private static CallbackReading Read(PayproGround ground, string body) => ground.Callbacks.ReadCallback(RequestOf(body, SentAtMs));

    private static CallbackRequest RequestOf(string body, long atMs) => new() { Body = Encoding.UTF8.GetBytes(body), FullPath = "/c/9", ReceivedAtMs = atMs };

    private static string Signed(params (string Name, string Text)[] members) => Signed(PayproGround.Secret, members);

    private static string Signed(string secret, (string Name, string Text)[] members)
    {
        var texts = string.Join(',', members.Select(member => $"\"{member.Name}\":\"{member.Text}\""));
        var sign = Md5Signature.Compute(members.Select(member => KeyValuePair.Create<string, string?>(member.Name, member.Text)), Encoding.ASCII.GetBytes(secret));
        return $"{{{texts},\"sign\":\"{sign}\"}}";
    }
}
