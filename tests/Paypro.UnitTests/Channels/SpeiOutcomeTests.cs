using Paypro.Channels;
using Paypro.RailDoubles.Spei;

namespace Paypro.UnitTests.Channels;

/// <summary>The table of outcomes of an order, and what is asked about it on which operating day.</summary>
public sealed class SpeiOutcomeTests : IAsyncLifetime
{
    private const string Register = "PUT /speiws/rest/ordenPago/registra";

    private SpeiGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await SpeiGround.StartAsync();

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(ground.House.Faults);
        await ground.DisposeAsync();
    }

    [Fact]
    public async Task An_order_is_taken_under_STPs_number_and_asked_about_until_it_is_settled()
    {
        var draft = SpeiGround.Payout();
        var accepted = Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(draft, Stop));
        var order = Assert.Single(ground.House.Orders);
        Assert.Equal((accepted.RailId, draft.Reference, draft.AmountMinor, "40072", "Persona de Prueba"), ($"{order.Id}", order.Key, order.AmountMinor, order.Participant, order.ToName));
        Assert.Equal(ObservationKind.Pending, (await AskAsync(draft)).Kind);
        ground.House.End(draft.Reference);
        var paid = await AskAsync(draft);
        Assert.Equal((ObservationKind.Paid, draft.AmountMinor, draft.Reference, draft.Reference, ground.Clock.NowMs), (paid.Kind, paid.AmountMinor, paid.RailReference, paid.DedupeKey, paid.OccurredAtMs));
        ground.House.End(draft.Reference, "D", "16");
        var back = await AskAsync(draft);
        Assert.Equal((ObservationKind.Returned, draft.AmountMinor, draft.Reference + "|D"), (back.Kind, back.AmountMinor, back.DedupeKey));
        Assert.Contains("cause 16", back.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "Error validando la firma", DeclineScope.Channel)]
    [InlineData(0, "Firma inválida", DeclineScope.Channel)]
    [InlineData(0, "Firma invalida No entity found for query", DeclineScope.Channel)]
    [InlineData(0, "El campo <nombreBeneficiario> es obligatorio", DeclineScope.Order)]
    [InlineData(-7, "La cuenta 646180000000000012 no existe", DeclineScope.Channel)]
    [InlineData(-9, "La Institucion 40072 no es valida", DeclineScope.Order)]
    [InlineData(-11, "El tipo de cuenta 3 es invalido", DeclineScope.Channel)]
    [InlineData(-20, "El monto {0.00} no es válido", DeclineScope.Order)]
    [InlineData(-22, "La cuenta CLABE no coincide para la institucion operante 90646", DeclineScope.Channel)]
    [InlineData(-24, "Cuenta - {MISMA_CUENTA}", DeclineScope.Order)]
    [InlineData(-31, "La Institucion no es valida para operar con POA", DeclineScope.Channel)]
    [InlineData(-34, "Clave rastreo invalida", DeclineScope.Channel)]
    [InlineData(-200, "Orden sin cuenta ordenante. Se rechaza por PLD", DeclineScope.Channel)]
    public async Task A_documented_refusal_is_certain(int id, string text, DeclineScope scope)
    {
        ground.House.Trouble(Register, StpTrouble.Instead(200, StpTrouble.Refusal(id, text)), times: 2);
        var draft = SpeiGround.Payout();
        Assert.Equal(scope, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(draft, Stop)).Scope);

        // An earlier call with this key may have been taken.
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(draft with { IsRepeat = true }, Stop));
    }

    [Theory]
    [InlineData(0, "No se recibió respuesta del servicio")]
    [InlineData(0, "")]
    [InlineData(0, "Algo nuevo")]
    [InlineData(-2, "Algo nuevo")]
    [InlineData(-100, "No se encontró la orden")]
    [InlineData(12, "Algo nuevo")]
    public async Task What_is_not_documented_is_unknown(int id, string text)
    {
        ground.House.Trouble(Register, StpTrouble.Instead(200, StpTrouble.Refusal(id, text)));
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(SpeiGround.Payout(), Stop));
    }

    [Theory]
    [InlineData("""{"resultado":{"id":3}}""", true)]
    [InlineData("""{"resultado":{"id":"21785011","descripcionError":null}}""", true)]
    [InlineData("""{"Resultado":{"ID":5,"descripcionError":""}}""", true)]
    [InlineData("""{"resultado":{"id":1.5}}""", false)]
    [InlineData("""{"resultado":{"id":null}}""", false)]
    [InlineData("""{"resultado":[{"id":3}]}""", false)]
    [InlineData("""{"id":3}""", false)]
    public async Task Accepted_is_a_number_above_zero_and_no_error(string body, bool accepted)
    {
        ground.House.Trouble(Register, StpTrouble.After(200, body));
        Assert.IsType(accepted ? typeof(SendOutcome.Accepted) : typeof(SendOutcome.Unknown), await ground.Payouts.SendPayoutAsync(SpeiGround.Payout(), Stop));
    }

    [Fact]
    public async Task After_an_answer_that_says_nothing_the_order_is_found_or_certainly_not_there()
    {
        var (went, didNot, cut) = (SpeiGround.Payout(seed: 1), SpeiGround.Payout(seed: 2), SpeiGround.Payout(seed: 3));
        ground.House.Trouble(Register, StpTrouble.NoAnswerAfter);
        ground.House.Trouble(Register, StpTrouble.NoAnswerInstead);
        ground.House.Trouble(Register, StpTrouble.CutBefore);
        foreach (var draft in new[] { went, didNot, cut })
        {
            Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(draft, Stop));
        }

        Assert.Equal(ObservationKind.Pending, (await AskAsync(went)).Kind);
        Assert.Equal(ObservationKind.NotFound, (await AskAsync(didNot)).Kind);
        Assert.Equal(ObservationKind.NotFound, (await AskAsync(cut)).Kind);
    }

    /// <summary>Its users do not trust "not found": the day's list has to lack the order too.</summary>
    [Fact]
    public async Task Not_found_counts_only_when_the_days_list_lacks_it()
    {
        var draft = SpeiGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        const string None = """{"estado":6,"mensaje":"No se encontraron datos relacionados"}""";
        ground.House.Trouble("POST /efws/API/consultaOrden", StpTrouble.Instead(400, None), times: 9);
        Assert.Equal(ObservationKind.Pending, (await AskAsync(draft)).Kind);
        ground.House.Trouble("POST /efws/API/V2/conciliacion", StpTrouble.Instead(503, ""));
        Assert.Equal(ObservationKind.Unreachable, (await AskAsync(draft)).Kind);
    }

    [Fact]
    public async Task A_tracking_key_that_was_used_today_is_ours_and_only_that_very_order()
    {
        var draft = SpeiGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        var again = Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(draft, Stop));
        Assert.Equal($"{Assert.Single(ground.House.Orders).Id}", again.RailId);
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(draft with { AmountMinor = 1 }, Stop));
        ground.House.Trouble("POST /efws/API/consultaOrden", StpTrouble.Instead(500, ""));
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(draft, Stop));
    }

    /// <summary>18:00 in Mexico City lies between the order and the question.</summary>
    [Fact]
    public async Task An_order_is_found_though_the_operating_day_has_changed()
    {
        ground.Clock.NowMs = At("2026-11-27T23:59:50Z");
        var draft = SpeiGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        var createdAtMs = ground.Clock.NowMs - 5_000;
        ground.Clock.NowMs = At("2026-11-28T00:05:00Z");
        Assert.Equal(ObservationKind.Pending, (await AskAsync(draft, createdAtMs)).Kind);

        // It was stored before six, and arrived after: on Monday's day.
        var late = SpeiGround.Payout(seed: 7);
        await ground.Payouts.SendPayoutAsync(late, Stop);
        Assert.Equal("20261130", ground.House.Orders[^1].Day);
        Assert.Equal(ObservationKind.Pending, (await AskAsync(late, createdAtMs)).Kind);
        ground.Clock.NowMs = At("2026-12-02T12:00:00Z");
        Assert.Equal(ObservationKind.Pending, (await AskAsync(late, createdAtMs)).Kind);
        Assert.Equal(ObservationKind.Pending, (await AskAsync(draft, createdAtMs)).Kind);
    }

    [Fact]
    public async Task An_order_is_found_on_a_holiday_that_we_do_not_know()
    {
        ground.House.Holidays.Add("20261127");
        ground.Clock.NowMs = At("2026-11-27T12:00:00Z");
        var draft = SpeiGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        var createdAtMs = ground.Clock.NowMs;
        Assert.Equal("20261130", Assert.Single(ground.House.Orders).Day);
        Assert.Equal(ObservationKind.Pending, (await AskAsync(draft, createdAtMs)).Kind);
        ground.Clock.NowMs = At("2026-12-02T12:00:00Z");
        Assert.Equal(ObservationKind.Pending, (await AskAsync(draft, createdAtMs)).Kind);
    }

    [Fact]
    public async Task Asked_too_often_STP_is_left_alone_for_a_while()
    {
        ground.House.QuestionsAnHour = 1;
        var draft = SpeiGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        Assert.Equal(ObservationKind.Pending, (await AskAsync(draft)).Kind);
        Assert.Equal(ObservationKind.Unreachable, (await AskAsync(draft)).Kind);
        var calls = ground.House.Calls;
        Assert.Equal(ObservationKind.Unreachable, (await AskAsync(draft)).Kind);
        Assert.Equal(calls, ground.House.Calls);
        ground.House.QuestionsAnHour = 100;
        ground.Clock.NowMs += 901_000;
        Assert.Equal(ObservationKind.Pending, (await AskAsync(draft)).Kind);
    }

    /// <summary>No documentation names the answer: a setting does.</summary>
    [Fact]
    public async Task Our_own_lack_of_money_is_no_verdict_on_the_order()
    {
        var draft = SpeiGround.Payout(2_000_000_00);
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(draft, Stop));
        ground.Account = ground.With(("fundsErrors", "-999, saldo insuficiente"));
        using var session = ground.Channel.Open(ground.Account, ground.Services);
        Assert.Equal(DeclineScope.Funds, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)session).SendPayoutAsync(draft, Stop)).Scope);

        // Whatever words are set: where the order may have gone out they count for nothing.
        using var careless = ground.Channel.Open(ground.With(("fundsErrors", "servicio, rastreo")), ground.Services);
        ground.House.Trouble(Register, StpTrouble.NoAnswerInstead);
        Assert.IsType<SendOutcome.Unknown>(await ((IPayouts)careless).SendPayoutAsync(draft, Stop));

        // Taken first, and cancelled for it afterwards.
        ground.House.CancelsForFunds = true;
        Assert.IsType<SendOutcome.Accepted>(await ((IPayouts)session).SendPayoutAsync(draft, Stop));
        Assert.True(Assert.Single(await ((IQueries)session).QueryAsync(ground.Target(draft), Stop)) is { Kind: ObservationKind.Failed, LacksFunds: true });

        // Where no setting names the words it is a failure like any other.
        Assert.True(await AskAsync(draft) is { Kind: ObservationKind.Failed, LacksFunds: false });
    }

    [Fact]
    public async Task A_debit_card_goes_by_the_merchants_bank_where_the_contract_takes_cards()
    {
        var draft = SpeiGround.Payout() with { AccountType = "DebitCard", BankCode = "BBVA_MEXICO", Person = new Person { Name = "Persona", Account = SpeiGround.Card } };
        Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(draft, Stop));
        Assert.Equal(("40012", 3), Assert.Single(ground.House.Orders) is var order ? (order.Participant, order.ToKind) : default);
        using var without = ground.Channel.Open(ground.With(("acceptsCards", "no")), ground.Services);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)without).SendPayoutAsync(draft with { Reference = SpeiGround.Payout(seed: 5).Reference }, Stop)).Scope);
    }

    [Fact]
    public async Task What_STP_would_not_take_is_not_sent()
    {
        foreach (var draft in new[]
        {
            SpeiGround.Payout() with { Person = new Person { Name = "李雷", Account = SpeiGround.Recipient } },
            SpeiGround.Payout() with { Person = new Person { Name = "Persona", Account = "072000000000000026" } },
            SpeiGround.Payout() with { Person = new Person { Name = "Persona" } },
            SpeiGround.Payout() with { AccountType = "DebitCard", BankCode = "NONE", Person = new Person { Name = "Persona", Account = SpeiGround.Card } },
        })
        {
            Assert.Equal(DeclineScope.Order, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(draft, Stop)).Scope);
        }

        Assert.Equal(0, ground.House.Calls);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_not_spoken_to_and_a_shut_gate_declines()
    {
        using var pinned = ground.Channel.Open(ground.With(("serverAuthority", ground.ForeignAuthority)), ground.Services);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)pinned).SendPayoutAsync(SpeiGround.Payout(), Stop)).Scope);
        ground.House.Trouble(Register, StpTrouble.Instead(403, "<html>Forbidden</html>", "text/html"));
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(SpeiGround.Payout(), Stop)).Scope);
        ground.House.Trouble(Register, StpTrouble.After(200, "<html></html>", "text/html"));
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(SpeiGround.Payout(), Stop));
    }

    [Fact]
    public async Task An_answer_about_another_order_says_nothing()
    {
        var draft = SpeiGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        ground.House.Trouble("POST /efws/API/consultaOrden", StpTrouble.Changed(body => body["respuesta"]!["claveRastreo"] = SpeiGround.Payout(seed: 9).Reference));
        Assert.Equal(ObservationKind.Unreachable, (await AskAsync(draft)).Kind);
        ground.House.End(draft.Reference);
        ground.House.Trouble("POST /efws/API/consultaOrden", StpTrouble.Changed(body => body["respuesta"]!["monto"] = "1,50"));
        Assert.Equal(ObservationKind.Unreachable, (await AskAsync(draft)).Kind);
    }

    [Theory]
    [InlineData("saldo", true)]
    [InlineData("Saldo", true)]
    [InlineData("disponible", false)]
    public async Task A_balance_is_read_where_the_answer_has_one(string name, bool isRead)
    {
        ground.House.BalanceName = name;
        var pots = await ((IBalances)ground.Session).BalancesAsync(Stop);
        Assert.Equal(isRead ? [1_000_000_00L] : [], pots.Select(pot => pot.AvailableMinor));
    }

    private static long At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();

    private async Task<Observation> AskAsync(PayoutDraft draft, long? createdAtMs = null) => Assert.Single(await ground.Queries.QueryAsync(ground.Target(draft, createdAtMs), Stop));
}
