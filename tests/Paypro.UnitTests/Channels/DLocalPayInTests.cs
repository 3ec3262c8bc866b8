using System.Text.Json.Nodes;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.DLocal;

namespace Paypro.UnitTests.Channels;

/// <summary>Pay-ins and refunds: what each of the rail's answers means, the bad ones first.</summary>
public sealed class DLocalPayInTests : IAsyncLifetime
{
    private DLocalGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await DLocalGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Theory]
    [InlineData(403, 3001, DeclineScope.Channel)]
    [InlineData(403, 3003, DeclineScope.Channel)]
    [InlineData(400, 5003, DeclineScope.Channel)]
    [InlineData(400, 5004, DeclineScope.Channel)]
    [InlineData(400, 5001, DeclineScope.Order)]
    [InlineData(400, 5006, DeclineScope.Order)]
    [InlineData(400, 5007, DeclineScope.Order)]
    [InlineData(400, 5014, DeclineScope.Order)]
    [InlineData(400, 5016, DeclineScope.Order)]
    public async Task A_documented_refusal_is_one_and_of_a_repeat_it_is_not(int status, int code, DeclineScope scope)
    {
        ground.House.Trouble("POST /payments", DLocalTrouble.Instead(status, DLocalTrouble.Problem(code)), 2);
        Assert.Equal(scope, Assert.IsType<InstructionOutcome.Declined>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)).Scope);
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn() with { IsRepeat = true }, Stop));
        Assert.Empty(ground.House.Payments);
    }

    [Theory]
    [InlineData(400, """{"code":5010,"message":"time-out"}""")]
    [InlineData(400, """{"code":5002,"message":"status"}""")]
    [InlineData(500, """{"code":7000,"message":"internal"}""")]
    [InlineData(500, """{"code":5001,"message":"of another status"}""")]
    [InlineData(400, """{"code":9999,"message":"new"}""")]
    [InlineData(200, """{"code":5001,"message":"an error inside"}""")]
    [InlineData(200, "<html></html>")]
    [InlineData(404, "NOT_FOUND")]
    [InlineData(401, "{}")]
    public async Task Everything_else_is_unknown_and_found_by_asking(int status, string body)
    {
        ground.House.Trouble("POST /payments", DLocalTrouble.After(status, body));
        var draft = ground.PayIn();
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(draft, Stop));
        var told = Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(draft), Stop));
        Assert.Equal((ObservationKind.Pending, InstructionKinds.Redirect), (told.Kind, told.Instruction!.Kind));
        Assert.Equal(ground.House.PaymentOf(draft.Reference)!.Id, told.RailId);
    }

    [Fact]
    public async Task A_number_that_is_used_is_ours_on_the_first_send_and_on_a_repeat()
    {
        var first = Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop));
        Assert.Equal(first, await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop));
        var before = ground.House.Log.Count(call => call == "POST /payments");
        Assert.Equal(first, await ground.PayIns.RequestInstructionAsync(ground.PayIn() with { IsRepeat = true }, Stop));
        Assert.Equal(before, ground.House.Log.Count(call => call == "POST /payments"));

        // A repeat that cannot be asked about is not sent; one that the rail never had is.
        ground.House.Trouble("GET /orders", DLocalTrouble.Instead(503, ""));
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 7) with { IsRepeat = true }, Stop));
        Assert.Single(ground.House.Payments);
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 7) with { IsRepeat = true }, Stop));

        // Used, and asked about in vain; used by a payment of another amount.
        ground.House.Trouble("GET /orders", DLocalTrouble.Instead(404, "NOT_FOUND", "text/plain"));
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop));
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(99_99), Stop));
    }

    [Fact]
    public async Task An_answer_about_another_payment_is_no_acceptance()
    {
        foreach (var (member, value) in new (string, JsonNode?)[]
        {
            ("order_id", "SIABCDEFGHIJKLMNOPQRSTUVWX23"), ("amount", 123.46m), ("amount", "123.45"), ("currency", "USD"), ("id", "../refunds"), ("redirect_url", null), ("redirect_url", "http://pay.example.com/"), ("status", null), ("status", 200),
        })
        {
            ground.House.Trouble("POST /payments", DLocalTrouble.Changed(body => body[member] = value?.DeepClone()));
            Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 100 + ground.House.Payments.Count), Stop));
        }
    }

    [Fact]
    public async Task Members_of_another_order_and_other_number_forms_are_the_same_payment()
    {
        ground.House.Amounts = static (minor, _) => minor == 100_00 ? "1e2" : $"{minor / 100}.{minor % 100:00}00";
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(100_00, 3), Stop));
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 4), Stop));
        ground.House.Trouble("POST /payments", DLocalTrouble.Changed(static body => body["status_code"] = 100));
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(seed: 5), Stop));
        Assert.Empty(ground.House.Faults);
    }

    [Fact]
    public async Task A_rejection_in_the_answer_declines()
    {
        ground.House.Trouble("POST /payments", DLocalTrouble.Changed(static body => (body["status"], body["status_code"]) = ("REJECTED", "302")));
        Assert.Equal(FailureCause.InsufficientFunds, Assert.IsType<InstructionOutcome.Declined>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)).FailureCause);
    }

    [Fact]
    public async Task Each_state_is_told_by_its_word()
    {
        foreach (var (status, code, kind, cause) in new[]
        {
            ("PENDING", "101", ObservationKind.Pending, FailureCause.Unspecified), ("REJECTED", "302", ObservationKind.Failed, FailureCause.InsufficientFunds),
            ("REJECTED", "325", ObservationKind.Failed, FailureCause.DailyCount), ("CANCELLED", "400", ObservationKind.Failed, FailureCause.Unspecified), ("EXPIRED", "600", ObservationKind.Failed, FailureCause.Unspecified),
            ("EXPIRED", "500", ObservationKind.Failed, FailureCause.Unspecified), ("AUTHORIZED", "600", ObservationKind.Pending, FailureCause.Unspecified), ("A_NEW_WORD", "200", ObservationKind.Pending, FailureCause.Unspecified),
        })
        {
            var draft = ground.PayIn(seed: 200 + ground.House.Payments.Count);
            await ground.PayIns.RequestInstructionAsync(draft, Stop);
            ground.House.Become(draft.Reference, status, code);
            var told = Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(draft), Stop));
            Assert.Equal((kind, cause), (told.Kind, told.FailureCause));
        }
    }

    [Fact]
    public async Task A_question_is_answered_by_the_order_or_by_the_payments_own_name()
    {
        var payment = await ground.MadeAsync();
        ground.House.Pay(payment.OrderId);
        var byOrder = Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(ground.PayIn()), Stop));
        Assert.Equal((ObservationKind.Paid, 123_45L, payment.Id, payment.Id), (byOrder.Kind, byOrder.AmountMinor, byOrder.DedupeKey, byOrder.RailReference));
        Assert.Equal(byOrder, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(ground.PayIn(), payment.Id), Stop)));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(ground.PayIn(seed: 8), payment.Id), Stop)).Kind);

        // One that is open and of another amount is nothing that may be shown to a payer.
        var open = await ground.MadeAsync(seed: 6);
        Assert.NotNull(Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(ground.PayIn(seed: 6)), Stop)).Instruction);
        ground.House.Trouble("GET /payments/", DLocalTrouble.Changed(static body => body["amount"] = 1));
        var other = Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(ground.PayIn(seed: 6), open.Id), Stop));
        Assert.Equal((ObservationKind.Pending, null), (other.Kind, other.Instruction));

        // The order is known: that its payment is not told is no "not found".
        ground.House.Trouble("GET /payments/", DLocalTrouble.Instead(404, DLocalTrouble.Problem(4000)));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(ground.PayIn()), Stop)).Kind);
        ground.House.Trouble("GET /orders", DLocalTrouble.Instead(404, "NOT_FOUND", "text/plain"));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(ground.PayIn(seed: 9)), Stop)).Kind);
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(ground.PayIn(seed: 9)), Stop)).Kind);
    }

    [Fact]
    public async Task A_rail_that_asks_us_to_wait_is_not_called_until_then()
    {
        ground.House.Trouble("POST /payments", DLocalTrouble.Instead(429, DLocalTrouble.Problem(6000)) with { Header = ("Retry-After", "20") });
        var payIns = ground.PayIns;
        Assert.Equal(DeclineScope.Channel, Assert.IsType<InstructionOutcome.Declined>(await payIns.RequestInstructionAsync(ground.PayIn(), Stop)).Scope);
        var calls = ground.House.Log.Count;
        Assert.IsType<InstructionOutcome.Declined>(await payIns.RequestInstructionAsync(ground.PayIn(), Stop));
        Assert.Equal(calls, ground.House.Log.Count);
        ground.Clock.NowMs += 20_001;
        Assert.IsType<InstructionOutcome.Accepted>(await payIns.RequestInstructionAsync(ground.PayIn(), Stop));
    }

    [Fact]
    public async Task A_page_is_not_given_where_the_call_has_none()
    {
        Assert.Equal(DeclineScope.Channel, Assert.IsType<InstructionOutcome.Declined>(await ground.PayIns.RequestInstructionAsync(ground.PayIn() with { ReturnUrl = null }, Stop)).Scope);
        ground.Account = ground.With(("method.store", ""));
        Assert.Equal(DeclineScope.Channel, Assert.IsType<InstructionOutcome.Declined>(await ground.PayIns.RequestInstructionAsync(ground.PayIn() with { Way = "store" }, Stop)).Scope);
        Assert.DoesNotContain("POST /payments", ground.House.Log);
    }

    [Fact]
    public async Task Two_keys_are_wrong_in_two_ways()
    {
        ground.Account = ground.WithSecret("secret-key", "another key"u8.ToArray());
        Assert.IsType<InstructionOutcome.Declined>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop));
        ground.Account = ground.WithSecret("trans-key", "another"u8.ToArray());
        Assert.Equal(DeclineScope.Channel, Assert.IsType<InstructionOutcome.Declined>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)).Scope);
        Assert.Empty(ground.House.Payments);
    }

    [Fact]
    public async Task A_server_of_another_authority_hears_nothing()
    {
        ground.Account = ground.With(("serverAuthority", ground.ForeignAuthority));
        Assert.Equal(DeclineScope.Channel, Assert.IsType<InstructionOutcome.Declined>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)).Scope);
        Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(DLocalGround.Payout(), Stop));
        Assert.Empty(ground.House.Log);
    }

    [Fact]
    public async Task A_refund_whose_answer_was_lost_is_unknown_and_never_sent_again()
    {
        var payment = await ground.MadeAsync();
        ground.House.Pay(payment.OrderId);
        ground.House.Trouble("POST /refunds", DLocalTrouble.CutAfter);
        var draft = DLocalGround.Refund(payment, 23_45);
        Assert.Equal("", Assert.IsType<SendOutcome.Unknown>(await ground.Refunds.SendRefundAsync(draft, Stop)).RailId);
        Assert.IsType<SendOutcome.Unknown>(await ground.Refunds.SendRefundAsync(draft with { IsRepeat = true }, Stop));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(draft, ""), Stop)).Kind);

        // Its notification says what became of it, by the address that it comes to.
        var refund = ground.House.SettleRefund(Assert.Single(payment.Refunds).Id);
        var told = Assert.Single(Assert.IsType<CallbackReading.Statements>(ground.Read(ground.House.NoticeOf(refund))).Observations);
        Assert.Equal((ObservationKind.Paid, Direction.Refund, draft.Reference, 23_45L, refund.Id), (told.Kind, told.Direction, told.Reference, told.AmountMinor, told.DedupeKey));
        Assert.False(ground.Channel.TraitsOf(ground.Account, Direction.Refund, "va").RepeatIsHarmless);
    }

    [Fact]
    public async Task A_refund_is_refused_where_nothing_can_go_back()
    {
        var payment = await ground.MadeAsync();
        Assert.IsType<SendOutcome.Unknown>(await ground.Refunds.SendRefundAsync(DLocalGround.Refund(payment, 100) with { PaymentMinor = 100 }, Stop));
        ground.House.Pay(payment.OrderId);
        ground.House.BalanceMinor = 0;
        Assert.Equal(DeclineScope.Funds, Assert.IsType<SendOutcome.Declined>(await ground.Refunds.SendRefundAsync(DLocalGround.Refund(payment, 100), Stop)).Scope);
        ground.Account = ground.With(("refunds", "store"));
        Assert.IsType<SendOutcome.Declined>(await ground.Refunds.SendRefundAsync(DLocalGround.Refund(payment, 100), Stop));
        Assert.Empty(payment.Refunds);
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await ground.Queries.QueryAsync(DLocalGround.Target(DLocalGround.Refund(payment, 100), "REF-4-none"), Stop)).Kind);
    }
}
