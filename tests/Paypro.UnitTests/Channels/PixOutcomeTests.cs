using Paypro.Channels;
using Paypro.RailDoubles.Pix;

namespace Paypro.UnitTests.Channels;

/// <summary>What an answer to a call that creates something means: the table of the specification, line by line.</summary>
public sealed class PixOutcomeTests : IAsyncLifetime
{
    private const string Html = "<html><body><h1>Bad gateway</h1></body></html>";

    private PixGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await PixGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    /// <summary>The line, and what it means for a charge, a payout and a refund.</summary>
    public static TheoryData<int, string, string, string, string> Lines { get; } = new()
    {
        { 400, "CobOperacaoInvalida", "declined Order", "declined Order", "declined Order" },
        { 400, "PixDevolucaoInvalida", "declined Order", "declined Order", "declined Order" },
        { 400, "RequisicaoInvalida", "declined Order", "declined Order", "declined Order" },
        { 400, "CobVOperacaoInvalida", "declined Order", "unknown", "unknown" },
        { 400, "valor_invalido", "declined Order", "declined Order", "declined Order" },
        { 400, "chave_invalida", "declined Order", "declined Order", "declined Order" },
        { 400, "documento_bloqueado", "declined Order", "declined Order", "declined Order" },
        { 400, "json_invalido", "declined Order", "declined Order", "declined Order" },
        { 400, "chave_nao_pertence_ao_documento", "declined Order", "declined Order", "declined Order" },
        { 400, "a_name_of_tomorrow", "declined Order", "unknown", "unknown" },
        { 400, "erro_aplicacao", "unknown", "unknown", "unknown" },
        { 400, "pix_nao_encontrado", "declined Channel", "declined Channel", "declined Order" },
        { 401, "NaoAutorizado", "declined Channel", "declined Channel", "declined Channel" },
        { 403, "AcessoNegado", "declined Channel", "declined Channel", "declined Channel" },
        { 404, "NaoEncontrado", "declined Channel", "declined Channel", "declined Order" },
        { 404, "PixNaoEncontrado", "declined Channel", "declined Channel", "declined Order" },
        { 404, "chave_favorecido_nao_encontrada", "declined Order", "declined Order", "declined Order" },
        { 404, "a_name_of_tomorrow", "unknown", "unknown", "unknown" },
        { 410, "PermanentementeRemovido", "declined Channel", "declined Channel", "declined Order" },
        { 409, "txid_duplicado", "unknown", "unknown", "unknown" },
        { 409, "id_envio_duplicado", "unknown", "unknown", "unknown" },
        { 409, "devolucao_id_duplicado", "unknown", "unknown", "unknown" },
        { 422, "pagamento_negado", "declined Order", "declined Order", "declined Order" },
        { 422, "a_name_of_tomorrow", "unknown", "unknown", "unknown" },
        { 429, "balde_fichas_vazio", "declined Channel", "declined Channel", "declined Channel" },
        { 500, "ErroInternoDoServidor", "unknown", "unknown", "unknown" },
        { 500, "erro_aplicacao", "unknown", "unknown", "unknown" },
        { 503, "ServicoIndisponivel", "unknown", "unknown", "unknown" },
        { 504, "IndisponibilidadePorTempoEsgotado", "unknown", "unknown", "unknown" },
        { 200, "erro_aplicacao", "unknown", "unknown", "unknown" },
        { 201, "erro_aplicacao", "unknown", "unknown", "unknown" },
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task A_line_of_the_table(int status, string name, string charge, string payout, string refund)
    {
        foreach (var body in new[] { PixTrouble.Problem(name, status), PixTrouble.Named(name) })
        {
            // A token that is refused is asked for once more, and the call made again.
            ground.Bank.Trouble("PUT /", PixTrouble.Instead(status, body), status == 401 ? 2 : 1);
            Assert.Equal(charge, Told(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)));
            ground.Bank.Trouble("PUT /", PixTrouble.Instead(status, body), status == 401 ? 2 : 1);
            Assert.Equal(payout, Told(await ground.Payouts.SendPayoutAsync(PixGround.Payout(), Stop)));
            var payment = ground.Bank.PayToKey(1_000);
            ground.Bank.Trouble("PUT /", PixTrouble.Instead(status, body), status == 401 ? 2 : 1);
            Assert.Equal(refund, Told(await ground.Refunds.SendRefundAsync(PixGround.Refund(payment, 500), Stop)));

            // What comes of a repeat alone is no decline of the attempt.
            ground.Bank.Trouble("PUT /", PixTrouble.Instead(status, body), status == 401 ? 2 : 1);
            Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(PixGround.Payout() with { IsRepeat = true }, Stop)));
        }

        Assert.Equal(ObservationKind.NotFound, Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(PixGround.Payout()), Stop)).Kind);
        Assert.Empty(ground.Bank.Payouts);
    }

    [Theory]
    [InlineData(200, "text/html")]
    [InlineData(201, "application/json")]
    [InlineData(400, "text/html")]
    [InlineData(403, "text/html")]
    [InlineData(404, "text/html")]
    [InlineData(429, "text/html")]
    [InlineData(502, "text/html")]
    public async Task A_page_is_no_answer(int status, string contentType)
    {
        ground.Bank.Trouble("PUT /", PixTrouble.Instead(status, Html, contentType), 2);
        Assert.Equal("unknown", Told(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)));
        Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(PixGround.Payout(), Stop)));
    }

    public static TheoryData<string> AfterAcceptance => ["cut", "hang", "500", "503", "html", "empty"];

    [Theory]
    [MemberData(nameof(AfterAcceptance))]
    public async Task What_was_taken_and_not_answered_is_unknown_and_found(string how)
    {
        var trouble = how switch
        {
            "cut" => PixTrouble.CutAfter,
            "hang" => PixTrouble.HangAfter,
            "html" => PixTrouble.After(200, Html, "text/html"),
            "empty" => PixTrouble.After(201, ""),
            var status => PixTrouble.After(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), PixTrouble.Problem("ServicoIndisponivel", 503)),
        };
        var (payIn, payout) = (ground.PayIn(), PixGround.Payout());

        // The charge's empty answers are followed by a question in the same call, and that one is cut too.
        ground.Bank.Trouble("PUT /v2/cob", trouble);
        ground.Bank.Trouble("GET /v2/cob", PixTrouble.CutBefore, how is "html" or "empty" ? 1 : 0);
        ground.Bank.Trouble("PUT /v3/gn/pix", trouble);
        Assert.Equal("unknown", Told(await LimitedAsync(limit => ground.PayIns.RequestInstructionAsync(payIn, limit))));
        Assert.Equal("unknown", Told(await LimitedAsync(limit => ground.Payouts.SendPayoutAsync(payout, limit))));

        var asked = Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(payIn), Stop));
        Assert.Equal(ObservationKind.Pending, asked.Kind);
        Assert.NotNull(asked.Instruction);
        Assert.Equal(ObservationKind.Pending, Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(payout), Stop)).Kind);
        Assert.Single(ground.Bank.Payouts);

        var payment = ground.Bank.PayToKey(1_000);
        ground.Bank.Trouble("PUT /v2/pix", trouble);
        Assert.Equal("unknown", Told(await LimitedAsync(limit => ground.Refunds.SendRefundAsync(PixGround.Refund(payment, 400), limit))));
        Assert.Equal(ObservationKind.Pending, Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(PixGround.Refund(payment, 400)), Stop)).Kind);
    }

    [Fact]
    public async Task What_never_arrived_is_unknown_and_not_found()
    {
        var (payIn, payout) = (ground.PayIn(), PixGround.Payout());
        ground.Bank.Trouble("PUT /v2/cob", PixTrouble.CutBefore);
        ground.Bank.Trouble("PUT /v3/gn/pix", PixTrouble.CutBefore);
        Assert.Equal("unknown", Told(await ground.PayIns.RequestInstructionAsync(payIn, Stop)));
        Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(payout, Stop)));
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(payIn), Stop)).Kind);
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(payout), Stop)).Kind);
    }

    /// <summary>A number that the bank has is ours: it is asked for, in the same call.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_number_that_was_used_is_ours(bool speaksStandard)
    {
        ground.Bank.SpeaksStandard = speaksStandard;
        var (payIn, payout) = (ground.PayIn(), PixGround.Payout());
        var first = await ground.PayIns.RequestInstructionAsync(payIn, Stop);
        Assert.Equal(first, await ground.PayIns.RequestInstructionAsync(payIn, Stop));
        Assert.Equal("unknown", Told(await ground.PayIns.RequestInstructionAsync(payIn with { AmountMinor = 1 }, Stop)));

        var sent = await ground.Payouts.SendPayoutAsync(payout, Stop);
        Assert.Equal(sent, await ground.Payouts.SendPayoutAsync(payout, Stop));
        Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(payout with { AmountMinor = 1 }, Stop)));
        Assert.Equal(12_34, Assert.Single(ground.Bank.Payouts).AmountMinor);

        var payment = ground.Bank.PayToKey(1_000);
        Assert.Equal("accepted", Told(await ground.Refunds.SendRefundAsync(PixGround.Refund(payment, 400), Stop)));
        Assert.Equal("accepted", Told(await ground.Refunds.SendRefundAsync(PixGround.Refund(payment, 400), Stop)));
        Assert.Equal("unknown", Told(await ground.Refunds.SendRefundAsync(PixGround.Refund(payment, 500), Stop)));
        Assert.Single(payment.Returns);
    }

    /// <summary>Only what the operator has named says that our money is used up.</summary>
    [Fact]
    public async Task Our_own_lack_of_money_is_known_by_a_setting_alone()
    {
        var much = PixGround.Payout(2_000_000_00);
        Assert.Equal("unknown", Told(await ground.Payouts.SendPayoutAsync(much, Stop)));
        using var told = ground.Channel.Open(ground.With(("fundsErrors", "saldo_insuficiente_do_teste, another")), ground.Services);
        Assert.Equal("declined Funds", Told(await ((IPayouts)told).SendPayoutAsync(much, Stop)));
    }

    /// <summary>The bank says how long it wants to be left alone, and is.</summary>
    [Fact]
    public async Task A_bank_that_asks_to_wait_is_not_called()
    {
        ground.Bank.Trouble("PUT /", PixTrouble.Instead(429, PixTrouble.Named("balde_fichas_vazio")) with { Header = ("Retry-After", "20") });
        Assert.Equal("declined Channel", Told(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)));
        var calls = ground.Bank.Calls;
        Assert.Equal("declined Channel", Told(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)));
        Assert.Equal(calls, ground.Bank.Calls);
        ground.Clock.NowMs += 20_000;
        Assert.Equal("accepted", Told(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)));
    }

    /// <summary>A key that is nobody's or another's is the recipient's trouble, and what we would not send never leaves.</summary>
    [Fact]
    public async Task A_recipient_who_is_not_there_declines_the_order()
    {
        ground.Bank.UnknownKeys.Add("nobody@example.com");
        ground.Bank.Owners[PixGround.RecipientKey] = "11222333000181";
        var payout = PixGround.Payout();
        Assert.Equal("declined Order", Told(await ground.Payouts.SendPayoutAsync(payout with { AccountType = "EMAIL", Person = payout.Person with { Account = "nobody@example.com" } }, Stop)));
        Assert.Equal("declined Order", Told(await ground.Payouts.SendPayoutAsync(payout, Stop)));
        var calls = ground.Bank.Calls;
        foreach (var wrong in new[]
        {
            payout with { Person = payout.Person with { Account = "no key" } },
            payout with { AccountType = "BANK" },
            payout with { Person = payout.Person with { Identity = "11111111111" } },
            payout with { AmountMinor = 10_000_000_000_00 },
        })
        {
            Assert.Equal("declined Order", Told(await ground.Payouts.SendPayoutAsync(wrong, Stop)));
        }

        Assert.Equal("declined Order", Told(await ground.PayIns.RequestInstructionAsync(ground.PayIn(10_000_000_000_00), Stop)));
        Assert.Equal("declined Order", Told(await ground.Refunds.SendRefundAsync(PixGround.Refund(ground.Bank.PayToKey(100), 50) with { PaymentReference = "by hand" }, Stop)));
        Assert.Equal(calls, ground.Bank.Calls);
    }

    private static async Task<T> LimitedAsync<T>(Func<CancellationToken, Task<T>> call)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        limit.CancelAfter(TimeSpan.FromSeconds(2));
        return await call(limit.Token);
    }

    private static string Told(InstructionOutcome outcome) => outcome switch
    {
        InstructionOutcome.Accepted => "accepted",
        InstructionOutcome.Declined declined => $"declined {declined.Scope}",
        _ => "unknown",
    };

    private static string Told(SendOutcome outcome) => outcome switch
    {
        SendOutcome.Accepted => "accepted",
        SendOutcome.Declined declined => $"declined {declined.Scope}",
        _ => "unknown",
    };
}
