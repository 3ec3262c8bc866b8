using System.Text.Json.Nodes;
using Paypro.Channels;
using Paypro.RailDoubles.Spei;

namespace Paypro.UnitTests.Channels;

/// <summary>What STP posts, what it hears, and what others might post.</summary>
public sealed class SpeiCallbackTests : IAsyncLifetime
{
    private const string Take = """{"mensaje":"confirmar"}""", SendBack = """{"mensaje":"devolver","id":1}""";

    private SpeiGround ground = null!;

    public async ValueTask InitializeAsync() => ground = await SpeiGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public void A_credit_is_read_and_taken_when_it_is_stored()
    {
        var (reading, said) = Credit(ground.House.Pay(ground.NumberOf(3), 300_10, "HSBC563680", "40021"));
        Assert.Equal(
            (ObservationKind.Paid, Direction.PayIn, ground.NumberOf(3), 300_10L, "MXN", "HSBC563680", $"{ground.House.Today}|021|HSBC563680", ground.Clock.NowMs),
            (said.Kind, said.Direction, said.Reference, said.AmountMinor, said.Currency, said.RailReference, said.DedupeKey, said.OccurredAtMs));
        Assert.Equal("012180001234567899", said.Sender!.Account);
        Assert.Equal((200, Take), Answer(reading.Answer([StatementResult.Applied])));
        Assert.Equal((200, Take), Answer(reading.Answer([StatementResult.Suspense])));
        Assert.Equal((400, SendBack), Answer(reading.IfNobodys!));
    }

    /// <summary>The same tracking key of two banks, or on two days, is two payments.</summary>
    [Fact]
    public void A_tracking_key_alone_is_no_movement()
    {
        var keys = new List<string> { Credit(ground.House.Pay(ground.NumberOf(3), 100, "A1", "40021")).Said.DedupeKey, Credit(ground.House.Pay(ground.NumberOf(3), 100, "A1", "40012")).Said.DedupeKey };
        ground.Clock.NowMs += 86_400_000;
        keys.Add(Credit(ground.House.Pay(ground.NumberOf(3), 100, "A1", "40012")).Said.DedupeKey);
        Assert.Equal(3, keys.Distinct().Count());
    }

    [Fact]
    public void Every_dialect_is_read_alike()
    {
        var credit = ground.House.Pay(ground.NumberOf(3), 10_20);
        var usual = Credit(credit).Said;
        var capitals = new JsonObject(StpHouse.BodyOf(credit).Select(pair => KeyValuePair.Create(char.ToUpperInvariant(pair.Key[0]) + pair.Key[1..], pair.Value?.DeepClone())));
        var body = StpHouse.BodyOf(credit);
        (body["monto"], body["institucionOrdenante"], body["fechaOperacion"], body["tsLiquidacion"]) = ("10.20", "012", credit.Day, credit.SettledAtMs);
        body["claveRastreo"] = credit.Key + "   ";
        foreach (var name in new[] { "id", "empresa", "tipoPago", "referenciaNumerica", "conceptoPago", "nombreBeneficiario2" })
        {
            body.Remove(name);
        }

        Assert.Equal([usual, usual], new[] { capitals, body }.Select(each => Statements(ground.Calls("abono", each)).Said));
    }

    /// <summary>A payout that comes back is no payer's money, and never sent back again.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("16")]
    [InlineData("17")]
    [InlineData("18")]
    [InlineData("23")]
    [InlineData("24")]
    [InlineData(null)]
    public void Money_of_our_own_payout_is_its_return(string? type)
    {
        var key = SpeiGround.Payout().Reference;
        var body = StpHouse.BodyOf(ground.House.Pay(StpHouse.OwnAccount, 1234_50, key));
        body["tipoPago"] = type;
        var (reading, said) = Statements(ground.Calls("abono", body));
        Assert.Equal((ObservationKind.Returned, Direction.Payout, key, 1234_50L, key + "|D"), (said.Kind, said.Direction, said.Reference, said.AmountMinor, said.DedupeKey));
        Assert.Null(reading.IfNobodys);
        Assert.Equal((200, Take), Answer(reading.Answer([StatementResult.Case])));
    }

    [Fact]
    public void Our_own_money_is_kept_and_a_number_of_nobody_goes_back()
    {
        Assert.Null(Credit(ground.House.Pay(StpHouse.OwnAccount, 100)).Reading.IfNobodys);
        var other = Assert.IsType<CallbackReading.Reply>(ground.Read(ground.Calls("abono", StpHouse.BodyOf(ground.House.Pay("012180001234567899", 100)))));
        Assert.Equal((400, SendBack), Answer(other.Answer));
        var wrong = ground.NumberOf(3)[..^1] + (char)('0' + ((ground.NumberOf(3)[^1] - '0' + 1) % 10));
        Assert.IsType<CallbackReading.Reply>(ground.Read(ground.Calls("abono", StpHouse.BodyOf(ground.House.Pay(wrong, 100)))));
    }

    [Fact]
    public void Of_another_company_nothing_is_said()
    {
        var body = StpHouse.BodyOf(ground.House.Pay(ground.NumberOf(3), 100));
        body["empresa"] = "ANOTHER";
        Assert.Equal((401, ""), Answer(Assert.IsType<CallbackReading.Refused>(ground.Read(ground.Calls("abono", body))).Answer));
    }

    [Theory]
    [InlineData("Success", ObservationKind.Paid)]
    [InlineData("LQ", ObservationKind.Paid)]
    [InlineData("TLQ", ObservationKind.Paid)]
    [InlineData("LIQUIDACION", ObservationKind.Paid)]
    [InlineData("Refund", ObservationKind.Returned)]
    [InlineData("D", ObservationKind.Returned)]
    [InlineData("DEVOLUCION", ObservationKind.Returned)]
    [InlineData("Cancel", ObservationKind.Failed)]
    [InlineData("Decline", ObservationKind.Failed)]
    [InlineData("CN", ObservationKind.Failed)]
    [InlineData("CANCELACION", ObservationKind.Failed)]
    [InlineData("EA", ObservationKind.Pending)]
    [InlineData("Something", ObservationKind.Pending)]
    public void A_state_is_a_reason_to_ask(string state, ObservationKind kind)
    {
        var key = SpeiGround.Payout().Reference;
        var hint = Assert.IsType<CallbackReading.Hint>(ground.Read(ground.Calls("estado", $$"""{"id":"21785011","empresa":"PAYPROMX","folioOrigen":"{{key}}","estado":"{{state}}","causaDevolucion":"","tsLiquidacion":"'1704800378237'"}""")));
        var said = Assert.Single(hint.About);
        Assert.Equal((kind, Direction.Payout, key, "21785011", 0L), (said.Kind, said.Direction, said.Reference, said.RailId, said.AmountMinor));
        Assert.Equal((200, """{"mensaje":"recibido"}"""), Answer(hint.Answer));
    }

    [Fact]
    public void The_older_dialect_names_the_order_by_STPs_number()
    {
        var hint = Assert.IsType<CallbackReading.Hint>(ground.Read(ground.Calls("estado", """{"id":21785011,"Estado":"LIQUIDACION","Detalle":"0"}""")));
        Assert.Equal(("", "21785011"), Assert.Single(hint.About) is var said ? (said.Reference, said.RailId) : default);
    }

    [Fact]
    public void Whoever_does_not_know_the_address_and_the_user_is_refused()
    {
        var callback = ground.Calls("abono", StpHouse.BodyOf(ground.House.Pay(ground.NumberOf(3), 100)));
        var noUser = new Dictionary<string, string>(callback.Headers.Where(header => header.Key != "Authorization"));
        Assert.All(
            new[]
            {
                callback with { Path = "" }, callback with { Path = "/abono" }, callback with { Path = "/" + new string('0', 32) + "/abono" }, callback with { Path = callback.Path[..^6] },
                callback with { Path = callback.Path + "/more" }, callback with { Path = callback.Path.Replace("/abono", "/other", StringComparison.Ordinal) },
                callback with { Headers = noUser }, callback with { Headers = new Dictionary<string, string>(noUser) { ["Authorization"] = "Basic c3RwOng=" } },
            },
            forged => Assert.Equal(401, Assert.IsType<CallbackReading.Refused>(ground.Read(forged)).Answer.Status));
        Assert.Equal(400, Assert.IsType<CallbackReading.Refused>(ground.Read(callback with { Method = "GET" })).Answer.Status);

        using var another = ground.Channel.Open(ground.Account with { Id = 10 }, ground.Services);
        Assert.IsType<CallbackReading.Refused>(((ICallbacks)another).ReadCallback(callback));
        using var elsewhere = ground.Channel.Open(ground.With(("callbackIps", "34.193.116.226")), ground.Services);
        Assert.IsType<CallbackReading.Refused>(((ICallbacks)elsewhere).ReadCallback(callback));
        Assert.IsType<CallbackReading.Statements>(((ICallbacks)elsewhere).ReadCallback(callback with { RemoteAddress = "::ffff:34.193.116.226" }));
    }

    private static (int Status, string Body) Answer(ChannelAnswer answer) => (answer.Status, answer.Body);

    private (CallbackReading.Statements Reading, Observation Said) Credit(StpCredit credit) => Statements(ground.Calls("abono", StpHouse.BodyOf(credit)));

    private (CallbackReading.Statements Reading, Observation Said) Statements(CallbackRequest request)
    {
        var reading = Assert.IsType<CallbackReading.Statements>(ground.Read(request));
        return (reading, Assert.Single(reading.Observations));
    }
}
