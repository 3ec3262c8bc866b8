using Paypro.Channels;
using Paypro.Channels.Mpesa;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Mpesa;

namespace Paypro.UnitTests.Channels;

/// <summary>Payouts and reversals, over the wire: what each answer and each result means.</summary>
public sealed class MpesaSendTests : IAsyncLifetime
{
    private const string Send = "POST /mpesa/b2c", Reversal = "POST /mpesa/reversal";

    private MpesaGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => ground = await MpesaGround.StartAsync();

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task A_payout_is_taken_and_its_result_tells_its_end()
    {
        var draft = MpesaGround.Payout();
        var accepted = Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(draft, Stop));
        var payout = Assert.Single(ground.Operator.Payouts);
        Assert.Equal((draft.Reference, 200_00L, MpesaGround.Phone, payout.ConversationId), (payout.OriginatorId, payout.Cents, payout.Phone, accepted.RailId));
        ground.Operator.Settle(draft.Reference);
        var said = ground.Said(ground.Operator.Told(payout));
        Assert.Equal((ObservationKind.Paid, Direction.Payout, draft.Reference, 200_00L, payout.Receipt, payout.Receipt), (said.Kind, said.Direction, said.Reference, said.AmountMinor, said.DedupeKey, said.RailReference));
        Assert.Equal(ground.Clock.NowMs / 1000 * 1000, said.OccurredAtMs);
        Assert.Empty(ground.Operator.Faults);
    }

    [Theory]
    [InlineData(400, "400.002.02", "Bad Request - Invalid PartyB", false, DeclineScope.Order)]
    [InlineData(400, "400.002.02", "Bad Request - Invalid InitiatorName", false, DeclineScope.Channel)]
    [InlineData(404, "404.001.01", "Resource not found", false, DeclineScope.Channel)]
    [InlineData(500, "500.003.02", "Error Occurred: Spike Arrest Violation", false, DeclineScope.Channel)]
    [InlineData(500, "500.003.03", "Error Occurred: Quota Violation", false, DeclineScope.Channel)]
    [InlineData(500, "500.002.1001", "Duplicate OriginatorConversationID.", true, null)]
    [InlineData(500, "500.002.1001", "System internal error.", false, null)]
    [InlineData(500, "500.003.02", "System is busy. Please try again in few minutes.", false, null)]
    [InlineData(500, "500.001.1001", "Unable to lock subscriber, a transaction is already in process", false, null)]
    [InlineData(500, "500.003.1001", "Internal Server Error", false, null)]
    public async Task An_error_means_what_its_code_and_text_say(int status, string code, string text, bool isOurs, DeclineScope? scope)
    {
        ground.Operator.Trouble(Send, MpesaTrouble.Instead(status, MpesaTrouble.Error(code, text)), times: 2);
        var outcome = await ground.Payouts.SendPayoutAsync(MpesaGround.Payout(), Stop);
        Assert.Equal((isOurs, scope), (outcome is SendOutcome.Accepted, (outcome as SendOutcome.Declined)?.Scope));
        Assert.Equal(isOurs, await ground.Payouts.SendPayoutAsync(MpesaGround.Payout() with { IsRepeat = true }, Stop) is SendOutcome.Accepted);
        Assert.Empty(ground.Operator.Payouts);
    }

    [Fact]
    public async Task A_number_that_is_sent_twice_is_paid_once()
    {
        var draft = MpesaGround.Payout();
        ground.Operator.Trouble(Send, MpesaTrouble.After(503, "<html></html>", "text/html"));
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(draft, Stop));
        Assert.IsType<SendOutcome.Accepted>(await ground.Payouts.SendPayoutAsync(draft with { IsRepeat = true }, Stop));
        Assert.Single(ground.Operator.Payouts);

        // Another code than 0 declines a first send, and nothing on a repeat.
        ground.Operator.Trouble(Send, MpesaTrouble.Instead(200, """{"ResponseCode":"1","ResponseDescription":"x"}"""), times: 2);
        Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(MpesaGround.Payout(seed: 7), Stop));
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(MpesaGround.Payout(seed: 7) with { IsRepeat = true }, Stop));
    }

    [Fact]
    public async Task What_M_PESA_cannot_take_never_leaves()
    {
        Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(MpesaGround.Payout(200_50), Stop));
        Assert.IsType<SendOutcome.Declined>(await ground.Payouts.SendPayoutAsync(MpesaGround.Payout() with { Person = new Person { Account = "12345" } }, Stop));
        Assert.IsType<SendOutcome.Unknown>(await ground.Payouts.SendPayoutAsync(MpesaGround.Payout(200_50) with { IsRepeat = true }, Stop));
        using var without = ground.Channel.Open(ground.With(("b2cShortCode", "")), ground.Services);
        Assert.Equal(DeclineScope.Channel, Assert.IsType<SendOutcome.Declined>(await ((IPayouts)without).SendPayoutAsync(MpesaGround.Payout(), Stop)).Scope);
        Assert.Empty(ground.Operator.Log);
    }

    [Theory]
    [InlineData("1", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("2", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("4", ObservationKind.Failed, FailureCause.DailyAmount)]
    [InlineData("8", ObservationKind.Failed, FailureCause.MaximumBalance)]
    [InlineData("2001", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("2040", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("SFC_IC0003", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("15", ObservationKind.Pending, FailureCause.Unspecified)]
    [InlineData("17", ObservationKind.Pending, FailureCause.Unspecified)]
    [InlineData("26", ObservationKind.Pending, FailureCause.Unspecified)]
    [InlineData("100000000", ObservationKind.Pending, FailureCause.Unspecified)]
    [InlineData("4711", ObservationKind.Pending, FailureCause.Unspecified)]
    public async Task A_result_fails_a_payout_only_where_its_code_is_final(string code, ObservationKind kind, FailureCause cause)
    {
        var draft = MpesaGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        var post = ground.Operator.Told(ground.Operator.Settle(draft.Reference, code));
        var said = kind == ObservationKind.Failed ? ground.Said(post) : ground.Hinted(post);
        Assert.Equal((kind, Direction.Payout, draft.Reference, cause), (said.Kind, said.Direction, said.Reference, said.FailureCause));
        Assert.Equal((kind == ObservationKind.Failed, code == "1"), (said.Reason.Length > 0, said.LacksFunds));
    }

    [Fact]
    public async Task Neither_a_time_out_nor_half_a_result_ends_a_payout()
    {
        var draft = MpesaGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        var payout = Assert.Single(ground.Operator.Payouts);
        Assert.Equal((ObservationKind.Pending, draft.Reference), ground.Hinted(MpesaOperator.TimedOut(payout)) is var late ? (late.Kind, late.Reference) : default);
        Assert.Equal(ObservationKind.Pending, ground.Hinted(MpesaOperator.Cached(payout)).Kind);
        var told = ground.Operator.Told(ground.Operator.Settle(draft.Reference));
        foreach (var (from, to) in new[] { ("\"TransactionAmount\"", "\"TransactionAmounts\""), ("200}", "-200}"), ("200}", "2E2}"), (payout.Receipt, "short") })
        {
            Assert.Equal(ObservationKind.Pending, ground.Hinted(told with { Body = told.Body.Replace(from, to, StringComparison.Ordinal) }).Kind);
        }

        // Numbers as texts, and a code as text.
        Assert.Equal(200_00, ground.Said(told with { Body = told.Body.Replace("\"Value\":200}", "\"Value\":\"200.00\"}", StringComparison.Ordinal).Replace("\"ResultCode\":0", "\"ResultCode\":\"0\"", StringComparison.Ordinal) }).AmountMinor);
    }

    [Fact]
    public async Task A_question_is_answered_by_a_callback()
    {
        var draft = MpesaGround.Payout();
        await ground.Payouts.SendPayoutAsync(draft, Stop);
        Assert.IsType<CallbackReading.Reply>(ground.Read(await AskedAsync(MpesaGround.Target(draft))));
        ground.Operator.Settle(draft.Reference, "2001");
        Assert.Equal(ObservationKind.Failed, ground.Said(await AskedAsync(MpesaGround.Target(draft))).Kind);
        Assert.Equal(ObservationKind.NotFound, ground.Said(await AskedAsync(MpesaGround.Target(MpesaGround.Payout(seed: 99)))).Kind);

        // Which code says that there is none, no documentation names: without the setting nothing is said.
        ground.Operator.Log.Clear();
        using var plain = ground.Channel.Open(ground.With(("notFoundCodes", "")), ground.Services);
        Assert.IsType<CallbackReading.Reply>(((ICallbacks)plain).ReadCallback(ground.Calls(await AskedAsync(MpesaGround.Target(MpesaGround.Payout(seed: 99))))));
        ground.Operator.Trouble("POST /mpesa/transactionstatus", MpesaTrouble.Instead(500, MpesaTrouble.Error("500.003.02", "Error Occurred: Spike Arrest Violation")));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(MpesaGround.Target(draft), Stop)).Kind);
    }

    [Fact]
    public async Task A_payment_is_taken_back_once()
    {
        var payment = ground.Operator.PayFromMenu("K7APY2N4R9TA", 300_00);
        var draft = MpesaGround.Refund(payment, 300_00);
        var accepted = Assert.IsType<SendOutcome.Accepted>(await ground.Refunds.SendRefundAsync(draft, Stop));
        var reversal = Assert.Single(ground.Operator.Reversals);
        Assert.Equal((reversal.OriginatorId, payment.Receipt, 300_00L), (accepted.RailId, reversal.OfReceipt, reversal.Cents));
        var told = ground.Operator.SettleReversal(reversal.OriginatorId);
        var said = ground.Said(MpesaOperator.ToldReversal(told));
        Assert.Equal((ObservationKind.Paid, Direction.Refund, draft.Reference, 300_00L, told.Receipt), (said.Kind, said.Direction, said.Reference, said.AmountMinor, said.DedupeKey));
        Assert.Equal(said, ground.Said(await AskedAsync(new QueryTarget(Direction.Refund, draft.Reference, "mpesa", 300_00, 0, accepted.RailId))));

        // More than is left, and what M-PESA does not know: its result says so. That it is reversed already may be our own doing.
        await ground.Refunds.SendRefundAsync(draft, Stop);
        Assert.Equal(ObservationKind.Failed, ground.Said(MpesaOperator.ToldReversal(ground.Operator.SettleReversal(ground.Operator.Reversals[1].OriginatorId))).Kind);
        ground.Operator.Reversals[1].Code = "R000001";
        Assert.Equal((ObservationKind.Pending, Direction.Refund), ground.Hinted(MpesaOperator.ToldReversal(ground.Operator.Reversals[1])) is var open ? (open.Kind, open.Direction) : default);
        Assert.Equal(Direction.Refund, ground.Hinted(MpesaOperator.TimedOut(reversal)).Direction);
    }

    [Fact]
    public async Task A_reversal_that_cannot_be_never_leaves_and_one_without_a_name_is_not_known()
    {
        var payment = ground.Operator.PayFromMenu("K7APY2N4R9TA", 300_00);
        using var whole = ground.Channel.Open(ground.With(("partialReversals", "")), ground.Services);
        Assert.IsType<SendOutcome.Declined>(await ((IRefunds)whole).SendRefundAsync(MpesaGround.Refund(payment, 100_00), Stop));
        Assert.IsType<SendOutcome.Declined>(await ground.Refunds.SendRefundAsync(MpesaGround.Refund(payment, 100_50), Stop));
        Assert.IsType<SendOutcome.Declined>(await ground.Refunds.SendRefundAsync(MpesaGround.Refund(payment, 100_00) with { PaymentReference = "confirmed" }, Stop));
        Assert.Empty(ground.Operator.Log);
        ground.Operator.Trouble(Reversal, MpesaTrouble.Changed(static told => told.Remove("OriginatorConversationID")));
        Assert.IsType<SendOutcome.Unknown>(await ground.Refunds.SendRefundAsync(MpesaGround.Refund(payment, 100_00), Stop));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(new QueryTarget(Direction.Refund, "SR", "mpesa", 100_00, 0), Stop)).Kind);
    }

    [Theory]
    [InlineData("Working Account|KES|700000.00|650000.00|50000.00|0.00&Utility Account|KES|228037.00|228037.00|0.00|0.00", 228_037_00, 0)]
    [InlineData("Utility Account|KES|100.00|-20.00|0.00|0.00", -20_00, 120_00)]
    [InlineData("Utility Account|KES|0.00|0.00|0.00|0.00", 0, 0)]
    [InlineData("Utility Account|USD|100.00|100.00|0.00|0.00", null, 0)]
    [InlineData("Utility Account|KES|1,000|1,000", null, 0)]
    [InlineData("Utility Account", null, 0)]
    [InlineData("", null, 0)]
    public void A_balance_is_read_exactly_or_not_at_all(string text, int? availableMinor, long blockedMinor)
    {
        var account = MpesaAccount.Read(ground.Account, ground.Clock.NowMs, out _)!;
        var pots = MpesaResults.OfBalance(account, new MpesaResult("0", null, new Dictionary<string, string> { ["AccountBalance"] = text }));
        Assert.Equal(availableMinor is null ? [] : [new PotBalance(PotBalance.Payout, availableMinor.Value, blockedMinor)], pots);
        Assert.Empty(MpesaResults.OfBalance(account, new MpesaResult("2001", null, new Dictionary<string, string> { ["AccountBalance"] = text })));
    }

    [Fact]
    public void One_value_may_stand_for_a_list_and_the_first_of_two_names_counts()
    {
        var read = MpesaResult.Read(MpesaWire.Read("""{"Result":{"ResultCode":0,"ResultParameters":{"ResultParameter":{"Key":"Amount","Value":"5"}}}}"""u8.ToArray())!.Value)!;
        Assert.Equal("5", Assert.Single(read.Values).Value);
        read = MpesaResult.Read(MpesaWire.Read("""{"Result":{"ResultCode":"R000002","ResultParameters":{"ResultParameter":[{"Key":"A","Value":1},{"Key":"A","Value":2},{"Key":"B"},{"Value":3},4]}}}"""u8.ToArray())!.Value)!;
        Assert.Equal(("R000002", "1"), (read.Code, Assert.Single(read.Values).Value));
    }

    /// <summary>What the operator posts when it is asked.</summary>
    private async Task<OperatorPost> AskedAsync(QueryTarget target)
    {
        ground.Posted.Clear();
        Assert.Equal(ObservationKind.Pending, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
        Assert.True(SpinWait.SpinUntil(() => !ground.Posted.IsEmpty, TimeSpan.FromSeconds(10)));
        Assert.True(ground.Posted.TryDequeue(out var post));
        return post!;
    }
}
