using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Mpesa;

namespace Paypro.UnitTests.Channels;

/// <summary>Prompts, over the wire: what each answer means, and what a question tells.</summary>
public sealed class MpesaPromptTests : IAsyncLifetime
{
    private const string Push = "POST /mpesa/stkpush/v1", Query = "POST /mpesa/stkpushquery";

    private MpesaGround ground = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        ground = await MpesaGround.StartAsync();
        Assert.Null(await ((IActivation)ground.Session).ActivateAsync(Stop));
    }

    public ValueTask DisposeAsync() => ground.DisposeAsync();

    [Fact]
    public async Task A_prompt_appears_and_its_phone_is_masked()
    {
        var draft = ground.PayIn() with { Person = new Person { Account = "+" + MpesaGround.Phone } };
        var accepted = Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(draft, Stop));
        var prompt = ground.Operator.Prompt(draft.Reference);
        Assert.Equal((InstructionKinds.Prompt, PromptInstruction.Masked(MpesaGround.Phone), "M-PESA", prompt.CheckoutId), (accepted.Instruction.Kind, accepted.Instruction.Value, accepted.Instruction.Bank, accepted.RailId));
        Assert.Equal((300L, MpesaGround.Phone), (prompt.Shillings, prompt.Phone));
        Assert.Empty(ground.Operator.Faults);
    }

    [Theory]
    [InlineData(300_01, MpesaGround.Phone)]
    [InlineData(250_001_00, MpesaGround.Phone)]
    [InlineData(300_00, "254308374149")]
    [InlineData(300_00, "0708374149")]
    [InlineData(300_00, "mobile")]
    public async Task What_M_PESA_cannot_take_never_leaves(long amountMinor, string phone)
    {
        var outcome = await ground.PayIns.RequestInstructionAsync(ground.PayIn(amountMinor) with { Person = new Person { Account = phone } }, Stop);
        Assert.Equal(DeclineScope.Order, Assert.IsType<InstructionOutcome.Declined>(outcome).Scope);
        Assert.Empty(ground.Operator.Prompts);
    }

    [Theory]
    [InlineData(400, "400.002.02", "Bad Request - Invalid PhoneNumber", DeclineScope.Order)]
    [InlineData(400, "400.002.02", "Bad Request - Invalid BusinessShortCode", DeclineScope.Channel)]
    [InlineData(404, "404.002.01", "Resource not found", DeclineScope.Channel)]
    [InlineData(405, "405.001", "Method Not Allowed", DeclineScope.Channel)]
    [InlineData(500, "500.001.1001", "Merchant does not exist", DeclineScope.Channel)]
    [InlineData(500, "500.001.1001", "Wrong credentials", DeclineScope.Channel)]
    [InlineData(500, "500.001.1001", "Unable to lock subscriber, a transaction is already in process for the current subscriber", DeclineScope.Order)]
    [InlineData(500, "500.003.02", "Error Occurred: Spike Arrest Violation", DeclineScope.Channel)]
    [InlineData(429, "500.003.03", "Error Occurred: Quota Violation", DeclineScope.Channel)]
    [InlineData(500, "500.003.02", "System is busy. Please try again in few minutes.", DeclineScope.Channel)]
    [InlineData(500, "500.001.1001", "Another text", null)]
    [InlineData(500, "500.002.1001", "System internal error.", null)]
    [InlineData(500, "500.003.1001", "Internal Server Error", null)]
    [InlineData(503, "503.000.00", "Service unavailable", null)]
    [InlineData(200, "400.002.02", "Bad Request - Invalid PhoneNumber", null)]
    public async Task An_error_means_what_its_code_and_text_say(int status, string code, string text, DeclineScope? scope)
    {
        ground.Operator.Trouble(Push, MpesaTrouble.Instead(status, MpesaTrouble.Error(code, text)), times: 2);
        var outcome = await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop);
        Assert.Equal(scope, (outcome as InstructionOutcome.Declined)?.Scope);
        Assert.True(scope is not null || outcome is InstructionOutcome.Unknown);

        // What is said of a repeat declines nothing: the first call may have been taken.
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn() with { IsRepeat = true }, Stop));
    }

    [Fact]
    public async Task What_is_no_word_of_the_rails_is_not_known()
    {
        foreach (var trouble in new[]
        {
            MpesaTrouble.CutBefore, MpesaTrouble.CutAfter, MpesaTrouble.After(502, "<html></html>", "text/html"), MpesaTrouble.After(200, "<html></html>", "text/html"), MpesaTrouble.Instead(403, "{}"),
            MpesaTrouble.Changed(static told => told.Remove("CheckoutRequestID")), MpesaTrouble.Changed(static told => told.Remove("ResponseCode")),
        })
        {
            ground.Operator.Trouble(Push, trouble);
            Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop));
        }

        ground.Operator.Trouble(Push, MpesaTrouble.Instead(403, """{"fault":{"faultstring":"Invalid API call as no apiproduct match found"}}"""));
        Assert.Equal(DeclineScope.Channel, Assert.IsType<InstructionOutcome.Declined>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop)).Scope);
        ground.Operator.Trouble(Push, MpesaTrouble.Changed(static told => told["ResponseCode"] = "1"));
        Assert.IsType<InstructionOutcome.Declined>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop));
        ground.Operator.Trouble(Push, MpesaTrouble.Changed(static told => told["ResponseCode"] = 0));
        Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(ground.PayIn(), Stop));
    }

    [Theory]
    [InlineData("1", ObservationKind.Failed, FailureCause.InsufficientFunds)]
    [InlineData("4", ObservationKind.Failed, FailureCause.DailyAmount)]
    [InlineData("17", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("1019", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("1032", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("1037", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("2001", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("SFC_IC0003", ObservationKind.Failed, FailureCause.Unspecified)]
    [InlineData("4999", ObservationKind.Pending, FailureCause.Unspecified)]
    [InlineData("777", ObservationKind.Pending, FailureCause.Unspecified)]
    public async Task A_question_tells_how_a_prompt_ended(string code, ObservationKind kind, FailureCause cause)
    {
        var (target, _) = await PromptAsync();
        Assert.Equal(ObservationKind.Pending, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
        ground.Operator.End(target.Reference, code);
        var said = Assert.Single(await ground.Queries.QueryAsync(target, Stop));
        Assert.Equal((kind, cause), (said.Kind, said.FailureCause));
        Assert.Equal(kind == ObservationKind.Failed, said.Reason.Length > 0);

        // Its callback is only a reason to ask.
        Assert.Equal(kind, ground.Hinted(MpesaOperator.Told(ground.Operator.Prompt(target.Reference))).Kind);
    }

    [Fact]
    public async Task A_paid_prompt_is_confirmed_without_its_receipt()
    {
        var (target, _) = await PromptAsync();
        var prompt = ground.Operator.Pay(target.Reference);
        ground.Operator.Trouble("POST /pulltransactions", MpesaTrouble.Instead(200, """{"ResponseCode":"1001","ResponseMessage":"none"}"""));
        var asked = Assert.Single(await ground.Queries.QueryAsync(target, Stop));
        Assert.Equal((ObservationKind.Paid, true, true, "", 0L), (asked.Kind, asked.IsConfirmation, asked.NeedsReceipt, asked.DedupeKey, asked.AmountMinor));

        // When the list has it, it is told with everything.
        asked = Assert.Single(await ground.Queries.QueryAsync(target, Stop));
        Assert.Equal((false, prompt.Payment!.Receipt, 300_00L), (asked.IsConfirmation, asked.DedupeKey, asked.AmountMinor));
        var hint = ground.Hinted(MpesaOperator.Told(prompt));
        Assert.Equal((ObservationKind.Paid, prompt.Payment.Receipt, 300_00L, prompt.CheckoutId), (hint.Kind, hint.DedupeKey, hint.AmountMinor, hint.RailId));

        // Without list and without confirmations nothing else will tell the receipt.
        using var alone = ground.Channel.Open(ground.With(("c2b", ""), ("pull", "")), ground.Services);
        Assert.False(Assert.Single(await ((IQueries)alone).QueryAsync(target, Stop)).NeedsReceipt);
    }

    [Fact]
    public async Task A_prompt_that_failed_and_was_paid_from_the_menu_is_paid()
    {
        var (target, _) = await PromptAsync();
        ground.Operator.End(target.Reference, "1037");
        var payment = ground.Operator.PayFromMenu(target.Reference, 300_00);
        var asked = Assert.Single(await ground.Queries.QueryAsync(target, Stop));
        Assert.Equal((ObservationKind.Paid, payment.Receipt, 300_00L), (asked.Kind, asked.DedupeKey, asked.AmountMinor));

        // Where the list does not answer, the prompt's own end counts; the list tells the money later.
        ground.Operator.Trouble("POST /pulltransactions", MpesaTrouble.Instead(503, ""));
        Assert.Equal(ObservationKind.Failed, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
    }

    [Fact]
    public async Task A_prompt_whose_answer_was_lost_is_found_in_the_list()
    {
        ground.Operator.Trouble(Push, MpesaTrouble.CutAfter);
        var draft = ground.PayIn();
        Assert.IsType<InstructionOutcome.Unknown>(await ground.PayIns.RequestInstructionAsync(draft, Stop));
        var target = ground.Target(draft, "");
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
        var prompt = ground.Operator.Pay(draft.Reference);
        Assert.Equal(prompt.Payment!.Receipt, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).DedupeKey);
        ground.Operator.Trouble("POST /pulltransactions", MpesaTrouble.CutBefore);
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);

        // Its callback comes all the same, to the address that names the order, and tells the name to ask by.
        Assert.Equal((draft.Reference, prompt.CheckoutId), ground.Hinted(MpesaOperator.Told(prompt)) is var hint ? (hint.Reference, hint.RailId) : default);
        using var alone = ground.Channel.Open(ground.With(("c2b", ""), ("pull", "")), ground.Services);
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ((IQueries)alone).QueryAsync(target, Stop)).Kind);
    }

    [Fact]
    public async Task A_question_that_is_not_answered_says_nothing()
    {
        var (target, _) = await PromptAsync();
        foreach (var trouble in new[]
        {
            MpesaTrouble.CutBefore, MpesaTrouble.After(200, "<html></html>", "text/html"), MpesaTrouble.Instead(500, MpesaTrouble.Error("500.003.02", "Error Occurred: Spike Arrest Violation")),
            MpesaTrouble.Instead(200, """{"ResponseCode":"0","CheckoutRequestID":"ws_CO_another","ResultCode":"0"}"""), MpesaTrouble.Instead(200, """{"ResponseCode":"0","ResultCode":"0"}"""),
        })
        {
            ground.Operator.Trouble(Query, trouble);
            Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ground.Queries.QueryAsync(target, Stop)).Kind);
        }
    }

    private async Task<(QueryTarget Target, PayInDraft Draft)> PromptAsync()
    {
        var draft = ground.PayIn();
        var accepted = Assert.IsType<InstructionOutcome.Accepted>(await ground.PayIns.RequestInstructionAsync(draft, Stop));
        return (ground.Target(draft, accepted.RailId), draft);
    }
}
