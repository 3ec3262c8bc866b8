using System.Text.Json.Nodes;
using Paypro.Channels;
using Paypro.RailDoubles.Pix;

namespace Paypro.UnitTests.Channels;

/// <summary>What a payer is shown, and what is read of charges, payouts and refunds.</summary>
public sealed class PixChargeTests : IAsyncLifetime
{
    /// <summary>The specification's code, and the same with an amount.</summary>
    private const string Vector = "00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca255204000053039865802BR5913LOJA DE TESTE6009SAO PAULO62070503***6304022A",
        VectorLocation = "pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca25",
        VectorWithAmount = "00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca2552040000530398654" + "06123.455802BR5913LOJA DE TESTE6009SAO PAULO62070503***63043FE7";

    private PixGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await PixGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    public static TheoryData<string, string?> Codes { get; } = new()
    {
        { "right", Vector },
        { "with the amount", VectorWithAmount },
        { "none", Vector },
        { "a wrong checksum", Vector },
        { "another address", Vector },
        { "another amount", Vector },
        { "no code", Vector },
        { "neither", null },
        { "an address with a scheme", null },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task A_payer_is_shown_a_right_code_or_none(string how, string? expected)
    {
        void Change(JsonObject charge)
        {
            charge["location"] = VectorLocation;
            charge["loc"]!["location"] = VectorLocation;
            switch (how)
            {
                case "right":
                    charge["pixCopiaECola"] = Vector;
                    break;
                case "with the amount":
                    charge["pixCopiaECola"] = VectorWithAmount;
                    break;
                case "a wrong checksum":
                    charge["pixCopiaECola"] = Vector[..^4] + "0000";
                    break;
                case "another address":
                    charge["pixCopiaECola"] = PixForms.Code("pix.example.com/qr/v2/another", "X", "Y");
                    break;
                case "another amount":
                    var open = VectorWithAmount.Replace("123.45", "123.46", StringComparison.Ordinal)[..^4];
                    charge["pixCopiaECola"] = open + PixForms.Crc(open);
                    break;
                case "no code":
                    charge["pixCopiaECola"] = "https://pix.example.com";
                    break;
                case "neither":
                    charge.Remove("location");
                    charge.Remove("loc");
                    charge.Remove("pixCopiaECola");
                    break;
                case "an address with a scheme":
                    charge["location"] = "https://" + VectorLocation;
                    charge.Remove("pixCopiaECola");
                    break;
                default:
                    charge.Remove("pixCopiaECola");
                    break;
            }
        }

        ground.Bank.Trouble("PUT /v2/cob", PixTrouble.Changed(Change));
        ground.Bank.Trouble("GET /v2/cob", PixTrouble.Changed(Change), 2);
        var outcome = await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop);
        Assert.Equal(expected, (outcome as InstructionOutcome.Accepted)?.Instruction.Value);
        Assert.Equal(expected is null, outcome is InstructionOutcome.Unknown);
    }

    public static TheoryData<string, string?> OtherCharges { get; } = new()
    {
        { "txid", "SIABCDEFGHIJKLMNOPQRSTUVWX22" }, { "chave", "another@example.com" }, { "status", "REMOVIDA_PELO_PSP" }, { "status", "NOVA" }, { "txid", null }, { "status", null },
    };

    /// <summary>An answer about another charge shows nothing, and the charge is asked for.</summary>
    [Theory]
    [MemberData(nameof(OtherCharges))]
    public async Task Another_charge_is_shown_to_nobody(string member, string? value)
    {
        ground.Bank.Trouble("PUT /v2/cob", PixTrouble.Changed(charge => charge[member] = value));
        ground.Bank.Trouble("GET /v2/cob", PixTrouble.Changed(charge => charge[member] = value));
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop));
        ground.Bank.Trouble("PUT /v2/cob", PixTrouble.Changed(charge => charge["valor"]!["original"] = 123.45m));
        ground.Bank.Trouble("GET /v2/cob", PixTrouble.Changed(charge => charge["valor"]!["original"] = "123,45"));
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 5), Stop));
        ground.Bank.Trouble("PUT /v2/cob", PixTrouble.Changed(charge => charge[member] = value));
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 6), Stop));
    }

    [Fact]
    public async Task A_charge_carries_the_payer_only_when_the_tax_number_is_one()
    {
        await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop);
        var charge = ground.Bank.Charge(ground.PayIn().Reference)!;
        Assert.Equal((123_45, 1_800, """{"cpf":"52998224725","nome":"Pessoa de Teste"}""", "Loja"), (charge.AmountMinor, charge.Seconds, charge.Debtor, charge.Says));
        await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 7) with { Person = new Person { Name = "X", Identity = "2348937596" }, MerchantName = "" }, Stop);
        Assert.Equal((null, null), (ground.Bank.Charge(ground.PayIn(seed: 7).Reference)!.Debtor, ground.Bank.Charge(ground.PayIn(seed: 7).Reference)!.Says));
        Assert.Empty(ground.Bank.Faults);
    }

    [Fact]
    public async Task An_open_charge_fails_a_quarter_of_an_hour_after_its_end()
    {
        var draft = await ChargedAsync();
        ground.Clock.NowMs += 1_800_000 + (15 * 60_000);
        Assert.Equal(ObservationKind.Pending, (await AskAsync(draft)).Kind);
        ground.Clock.NowMs += 1_001;
        Assert.Equal(ObservationKind.Failed, (await AskAsync(draft)).Kind);
    }

    [Theory]
    [InlineData("REMOVIDA_PELO_USUARIO_RECEBEDOR", ObservationKind.Failed)]
    [InlineData("REMOVIDA_PELO_PSP", ObservationKind.Failed)]
    [InlineData("REMOVIDO_PELO_USUARIO_RECEBEDOR", ObservationKind.Failed)]
    [InlineData("REMOVIDO_PELO_PSP", ObservationKind.Failed)]
    [InlineData("CONCLUIDA", ObservationKind.Unreachable)]
    [InlineData("NOVA", ObservationKind.Unreachable)]
    public async Task A_state_without_payments_is_read(string status, ObservationKind kind)
    {
        var draft = await ChargedAsync();
        ground.Bank.Trouble("GET /v2/cob", PixTrouble.Changed(charge => charge["status"] = status));
        Assert.Equal(kind, (await AskAsync(draft)).Kind);
    }

    public static TheoryData<string, ObservationKind> Oddities { get; } = new()
    {
        { """{"pix":[null]}""", ObservationKind.Unreachable },
        { """{"pix":{}}""", ObservationKind.Unreachable },
        { """{"pix":[{"endToEndId":"E1","valor":100.00}]}""", ObservationKind.Unreachable },
        { """{"pix":[{"endToEndId":"E1","valor":"100"}]}""", ObservationKind.Unreachable },
        { """{"pix":[{"valor":"100.00"}]}""", ObservationKind.Unreachable },
        { """{"txid":7}""", ObservationKind.Unreachable },
        { """{"status":["ATIVA"]}""", ObservationKind.Unreachable },
        { """{"calendario":{"criacao":"2025-10-09T08:53:20.000Z","expiracao":"1800"}}""", ObservationKind.Pending },
        { """{"calendario":null}""", ObservationKind.Pending },
        { """{"valor":null}""", ObservationKind.Pending },
        { """{"pix":null,"loc":null}""", ObservationKind.Pending },
    };

    /// <summary>Numbers as texts, texts as numbers, members that are missing: money is never guessed, and nothing throws.</summary>
    [Theory]
    [MemberData(nameof(Oddities))]
    public async Task A_charge_that_cannot_be_read_is_silence(string members, ObservationKind kind)
    {
        var draft = await ChargedAsync();
        ground.Bank.Trouble("GET /v2/cob", PixTrouble.Changed(charge =>
        {
            foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
            {
                charge[name] = value?.DeepClone();
            }
        }));
        Assert.Equal(kind, (await AskAsync(draft)).Kind);
    }

    /// <summary>Whatever the state, money that came is money.</summary>
    [Fact]
    public async Task Payments_count_in_every_state_and_so_does_what_went_back()
    {
        var draft = await ChargedAsync();
        var payment = ground.Bank.Pay(draft.Reference);
        ground.Clock.NowMs += 1_000;
        ground.Bank.TakeBack(payment.EndToEndId, 23_45);
        ground.Bank.Trouble("GET /v2/cob", PixTrouble.Changed(charge => charge["status"] = "REMOVIDA_PELO_PSP"));
        var said = await ground.Queries.QueryAsync(PixGround.Target(draft), Stop);
        Assert.Equal(
            [(ObservationKind.Paid, 123_45L, payment.EndToEndId), (ObservationKind.Returned, 23_45L, payment.Returns[0].ReturnId)],
            said.Select(one => (one.Kind, one.AmountMinor, one.DedupeKey)));
        Assert.Contains("MED_FRAUDE", said[1].Reason, StringComparison.Ordinal);
        Assert.All(said, one => Assert.Equal((draft.Reference, Direction.PayIn), (one.Reference, one.Direction)));
    }

    [Theory]
    [InlineData(404, "CobNaoEncontrado", ObservationKind.NotFound)]
    [InlineData(404, "NaoEncontrado", ObservationKind.NotFound)]
    [InlineData(410, "PermanentementeRemovido", ObservationKind.NotFound)]
    [InlineData(400, "pix_nao_encontrado", ObservationKind.NotFound)]
    [InlineData(404, "a_name_of_tomorrow", ObservationKind.Unreachable)]
    [InlineData(404, "", ObservationKind.Unreachable)]
    [InlineData(400, "RequisicaoInvalida", ObservationKind.Unreachable)]
    [InlineData(401, "NaoAutorizado", ObservationKind.Unreachable)]
    [InlineData(403, "AcessoNegado", ObservationKind.Unreachable)]
    [InlineData(429, "balde_fichas_vazio", ObservationKind.Unreachable)]
    [InlineData(500, "PixNaoEncontrado", ObservationKind.Unreachable)]
    [InlineData(503, "ServicoIndisponivel", ObservationKind.Unreachable)]
    [InlineData(200, "erro_aplicacao", ObservationKind.Unreachable)]
    public async Task A_question_is_answered_not_found_in_the_banks_own_words_alone(int status, string name, ObservationKind kind)
    {
        ground.Bank.Trouble("GET /", PixTrouble.Instead(status, name.Length == 0 ? "<html>404</html>" : PixTrouble.Problem(name, status)), status == 401 ? 6 : 3);
        Assert.Equal(kind, (await AskAsync(ground.PayIn())).Kind);
        Assert.Equal(kind, Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(PixGround.Payout()), Stop)).Kind);
        Assert.Equal(kind, Assert.Single(await ground.Queries.QueryAsync(new QueryTarget(Direction.Refund, $"{PixGround.Payout().Reference.Replace("SO", "SR", StringComparison.Ordinal)}.E1", "PIX", 100, 0), Stop)).Kind);
    }

    [Fact]
    public async Task A_payout_is_paid_failed_or_comes_back()
    {
        var (paid, failed) = (PixGround.Payout(seed: 21), PixGround.Payout(seed: 22));
        var accepted = Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(paid, Stop));
        await ground.Payouts.SendPayoutAsync(failed, Stop);
        ground.Bank.Settle(paid.Reference);
        ground.Bank.Settle(failed.Reference, succeeds: false);
        ground.Bank.Bounce(paid.Reference, 4_00);
        var said = await ground.Queries.QueryAsync(PixGround.Target(paid), Stop);
        Assert.Equal([(ObservationKind.Paid, 12_34L), (ObservationKind.Returned, 4_00L)], said.Select(one => (one.Kind, one.AmountMinor)));
        Assert.Equal((accepted.RailId, accepted.RailId, accepted.RailId), (said[0].RailId, said[0].RailReference, said[0].DedupeKey));
        Assert.Equal(ObservationKind.Failed, Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(failed), Stop)).Kind);
        ground.Bank.Trouble("GET /v2/gn", PixTrouble.Changed(static sent => sent["status"] = "NOVO"));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(paid), Stop)).Kind);
        ground.Bank.Trouble("GET /v2/gn", PixTrouble.Changed(static sent => sent["idEnvio"] = "another"));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(paid), Stop)).Kind);
    }

    [Fact]
    public async Task A_refund_is_done_or_fails_and_gives_the_money_back_to_the_balance()
    {
        var payment = ground.Bank.PayToKey(10_00);
        var before = ground.Bank.BalanceMinor;
        foreach (var (seed, succeeds) in new[] { (31, true), (32, false) })
        {
            var refund = PixGround.Refund(payment, 3_00, seed);
            Assert.Equal(new SendOutcome.Accepted(payment.EndToEndId), await ground.Refunds.SendRefundAsync(refund, Stop));
            ground.Bank.SettleReturn(refund.Reference[..28], succeeds);
            var said = Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(refund), Stop));
            Assert.Equal(succeeds ? (ObservationKind.Paid, 3_00L) : (ObservationKind.Failed, 0L), (said.Kind, said.AmountMinor));
            Assert.Equal((refund.Reference, Direction.Refund), (said.Reference, said.Direction));
        }

        Assert.Equal(before - 3_00, ground.Bank.BalanceMinor);
        Assert.IsType<SendOutcome.Declined>(await ground.Refunds.SendRefundAsync(PixGround.Refund(payment, 7_01, 33), Stop));
        ground.Clock.NowMs += 91L * 86_400_000;
        ground.Bank.EndTokens();
        Assert.IsType<SendOutcome.Declined>(await ground.Refunds.SendRefundAsync(PixGround.Refund(payment, 1, 34), Stop));
    }

    [Theory]
    [InlineData("yes", 999_900_00)]
    [InlineData("no", 1_000_000_00)]
    public async Task What_is_blocked_is_taken_off_or_not(string setting, long availableMinor)
    {
        ground.Bank.BlockedMinor = 100_00;
        using var session = ground.Channel.Open(ground.With(("blockedInBalance", setting)), ground.Services);
        Assert.Equal([new PotBalance("", availableMinor, 100_00)], await ((IBalances)session).BalancesAsync(Stop));
        ground.Bank.Trouble("GET /v2/gn/saldo", PixTrouble.Changed(static told => told["saldo"] = 100));
        Assert.Empty(await ((IBalances)session).BalancesAsync(Stop));
        ground.Bank.Trouble("GET /v2/gn/saldo", PixTrouble.Changed(static told => told.Remove("bloqueios")));
        Assert.Empty(await ((IBalances)session).BalancesAsync(Stop));
    }

    private async Task<PayInDraft> ChargedAsync()
    {
        var draft = ground.PayIn();
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(draft, Stop));
        return draft;
    }

    private async Task<Observation> AskAsync(PayInDraft draft) => Assert.Single(await ground.Queries.QueryAsync(PixGround.Target(draft), Stop));
}
