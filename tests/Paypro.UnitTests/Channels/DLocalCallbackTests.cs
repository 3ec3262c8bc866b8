using System.Text;
using System.Text.Json.Nodes;
using Paypro.Channels;
using Paypro.RailDoubles.DLocal;

namespace Paypro.UnitTests.Channels;

/// <summary>Notifications: signed, unsigned, forged, of another account, twice and in any order.</summary>
public sealed class DLocalCallbackTests : IAsyncLifetime
{
    private DLocalGround ground = null!;
    private HousePayment payment = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ground = await DLocalGround.StartAsync();
        payment = await ground.MadeAsync();
        ground.House.Pay(payment.OrderId);
    }

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Theory]
    [InlineData("Authorization")]
    [InlineData("Signature")]
    public void A_signed_one_proves_what_it_says_in_either_header(string header)
    {
        ground.House.SignsIn = header;
        var told = Assert.Single(Assert.IsType<CallbackReading.Statements>(ground.Read(ground.House.NoticeOf(payment))).Observations);
        Assert.Equal((ObservationKind.Paid, payment.OrderId, 123_45L, "MXN", payment.Id), (told.Kind, told.Reference, told.AmountMinor, told.Currency, told.DedupeKey));
        Assert.Equal(ground.Clock.NowMs, told.OccurredAtMs);
    }

    [Fact]
    public void An_unsigned_one_is_a_hint()
    {
        ground.House.SignsIn = "";
        Assert.Equal(ObservationKind.Paid, Assert.Single(Assert.IsType<CallbackReading.Hint>(ground.Read(ground.House.NoticeOf(payment))).About).Kind);
    }

    [Fact]
    public void A_wrong_signature_is_refused()
    {
        var right = ground.House.NoticeOf(payment);
        var foreign = ground.House.Signed(payment.NotifyUrl, right.Body, login: "another-login");
        var moved = right with { Headers = right.Headers.ToDictionary(pair => pair.Key, pair => pair.Key == "X-Date" ? "2026-11-28T10:00:00.000Z" : pair.Value) };
        var bare = right with { Headers = right.Headers.Where(pair => pair.Key == "Authorization").ToDictionary(pair => pair.Key, pair => pair.Value) };
        var nonsense = right with { Headers = right.Headers.ToDictionary(pair => pair.Key, pair => pair.Key == "Authorization" ? "Bearer abc" : pair.Value) };
        var tidied = right with { Body = JsonNode.Parse(right.Body)!.ToJsonString() };
        foreach (var notice in new[] { foreign, moved, bare, nonsense, tidied })
        {
            Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(ground.Read(notice)).Answer.Status);
        }
    }

    [Fact]
    public void A_bit_that_is_changed_in_the_address_is_refused()
    {
        var right = ground.Calls(ground.House.NoticeOf(payment));
        foreach (var path in new[] { "", "/", "/payment", right.Path[..^1], right.Path + "/x", right.Path.Replace("/payment", "/refund", StringComparison.Ordinal), right.Path.Replace("/payment", "/refund/SR1", StringComparison.Ordinal), (right.Path[1] == '0' ? "/1" : "/0") + right.Path[2..] })
        {
            Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(ground.Read(right with { Path = path })).Answer.Status);
        }

        Assert.IsType<CallbackReading.Refused>(ground.Read(right with { Method = "GET" }));
        Assert.IsType<CallbackReading.Statements>(ground.Read(right));
    }

    [Fact]
    public void What_is_dated_before_all_repeats_is_refused_and_a_clock_that_is_off_is_not()
    {
        var body = ground.House.BodyOf(payment).ToJsonString();
        var now = DateTimeOffset.FromUnixTimeMilliseconds(ground.Clock.NowMs);
        Assert.IsType<CallbackReading.Statements>(ground.Read(ground.House.Signed(payment.NotifyUrl, body, at: now.AddDays(-4.5))));
        Assert.IsType<CallbackReading.Statements>(ground.Read(ground.House.Signed(payment.NotifyUrl, body, at: now.AddMinutes(2))));
        Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(ground.Read(ground.House.Signed(payment.NotifyUrl, body, at: now.AddDays(-6)))).Answer.Status);
    }

    [Fact]
    public void Two_keys_count_while_both_are_valid()
    {
        var right = ground.Calls(ground.House.NoticeOf(payment));
        var old = ground.Account.Secrets;
        SecretVersion[] versions = [.. old.Names.Select(name => new SecretVersion(name, old.Current(name, 1), 0, name == "secret-key" ? ground.Clock.NowMs + 10_000 : 0)), new("secret-key", "a newer key"u8.ToArray(), 1_000, 0)];
        ground.Account = ground.Account with { Secrets = new ChannelSecrets(versions) };
        Assert.IsType<CallbackReading.Statements>(ground.Read(right));
        Assert.IsType<CallbackReading.Refused>(ground.Read(right with { ReceivedAtMs = ground.Clock.NowMs + 10_001 }));
    }

    [Fact]
    public void Another_amount_and_another_currency_are_told_as_they_are()
    {
        // The gateway holds them against the order; the channel changes nothing.
        Assert.Equal(1_00, Only(ground.Changed(payment, "amount", 1)).AmountMinor);
        Assert.Equal(("USD", 123_45L), Only(ground.Changed(payment, "currency", "USD")) is var told ? (told.Currency, told.AmountMinor) : default);
        Assert.Equal("SI-OF-NOBODY", Only(ground.Changed(payment, "order_id", "SI-OF-NOBODY")).Reference);
        Assert.Equal(ObservationKind.Paid, Only(ground.Changed(payment, "status_code", 200)).Kind);
        Assert.Equal(ObservationKind.Pending, Only(ground.Changed(payment, "status", "NEW_WORD")).Kind);
        foreach (var (member, value) in new (string, JsonNode?)[] { ("id", null), ("id", 7), ("order_id", null), ("amount", null), ("amount", "123.45"), ("amount", 0), ("currency", null), ("currency", "pesos"), ("status", null), ("status", 200) })
        {
            Assert.Equal(400, Assert.IsType<CallbackReading.Refused>(ground.Read(ground.Changed(payment, member, value))).Answer.Status);
        }
    }

    [Fact]
    public async Task A_refund_that_is_not_ours_is_taken_and_books_nothing()
    {
        await ground.Refunds.SendRefundAsync(DLocalGround.Refund(payment, 100), Stop);
        var refund = Assert.Single(payment.Refunds);
        Assert.Equal(200, Assert.IsType<CallbackReading.Reply>(ground.Read(ground.House.Signed(payment.NotifyUrl, DLocalHouse.BodyOf(refund)))).Answer.Status);
        Assert.Equal(ObservationKind.Pending, Only(ground.House.NoticeOf(refund)).Kind);
        Assert.Equal(ObservationKind.Failed, Only(ground.House.NoticeOf(ground.House.SettleRefund(refund.Id, succeeds: false))).Kind);
    }

    [Fact]
    public async Task A_payouts_is_a_hint_whatever_its_headers_say()
    {
        await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(), Stop);
        var payout = ground.House.Settle(DLocalGround.Payout().Reference);
        var notice = DLocalHouse.NoticeOf(payout);
        var told = Assert.Single(Assert.IsType<CallbackReading.Hint>(ground.Read(notice)).About);
        Assert.Equal((ObservationKind.Paid, payout.ExternalId, 12_34L), (told.Kind, told.Reference, told.AmountMinor));
        Assert.IsType<CallbackReading.Hint>(ground.Read(notice with { Headers = new Dictionary<string, string> { ["Authorization"] = "whatever" } }));

        // A payment's body at a payout's address, and the other way round, is nothing.
        Assert.IsType<CallbackReading.Refused>(ground.Read(notice with { Body = ground.House.NoticeOf(payment).Body }));
        Assert.IsType<CallbackReading.Refused>(ground.Read(ground.House.Signed(payment.NotifyUrl, notice.Body)));
    }

    [Fact]
    public void A_text_that_is_no_text_is_refused_and_nothing_throws()
    {
        foreach (var body in new[] { """{"id":"\ud800"}""", new string('[', 10_000), "{", "\u0000" })
        {
            Assert.IsType<CallbackReading.Refused>(ground.Read(ground.House.Signed(payment.NotifyUrl, body)));
        }

        Assert.IsType<CallbackReading.Refused>(ground.Read(ground.Calls(ground.House.NoticeOf(payment)) with { Body = Encoding.Latin1.GetBytes("\u00ff\u00fe") }));
    }

    private Observation Only(HouseNotice notice) => Assert.Single(Assert.IsType<CallbackReading.Statements>(ground.Read(notice)).Observations);
}
