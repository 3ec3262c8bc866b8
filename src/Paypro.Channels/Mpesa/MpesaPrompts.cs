using Paypro.Protocol.Countries;

namespace Paypro.Channels.Mpesa;

/// <summary>Prompts on the payer's phone (STK push): made and asked about.</summary>
internal sealed class MpesaPrompts(MpesaAccount account, MpesaHttp http, MpesaSpeaker speaker, MpesaPull pull, TimeProvider time)
{
    private const string PromptPath = "/mpesa/stkpush/v1/processrequest", QueryPath = "/mpesa/stkpushquery/v1/query";

    private const long MostMinor = 250_000_00;

    private const int LongestId = 128;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Asks the payer's phone.</summary>
    public async Task<InstructionOutcome> RequestAsync(PayInDraft draft, CancellationToken cancellation)
    {
        if (MpesaWire.Shillings(draft.AmountMinor) is not { } amount || draft.AmountMinor > MostMinor)
        {
            return new InstructionOutcome.Declined("M-PESA takes whole shillings, 1 to 250,000.");
        }

        if (MpesaWire.PhoneOf(draft.Person) is not { } phone)
        {
            return new InstructionOutcome.Declined(MpesaVerdict.NotThese);
        }

        var (timestamp, password) = Password();
        var body = MpesaWire.Body(
            ("BusinessShortCode", account.ShortCode), ("Password", password), ("Timestamp", timestamp), ("TransactionType", account.TransactionType), ("Amount", amount),
            ("PartyA", phone), ("PartyB", account.PartyB), ("PhoneNumber", phone), ("CallBackURL", MpesaAddress.Of(account, MpesaTopic.Prompt, draft.Reference, NowMs)),
            ("AccountReference", draft.Reference), ("TransactionDesc", "Payment"));
        var reply = await http.CallAsync(PromptPath, body, cancellation).ConfigureAwait(false);
        var verdict = speaker.Say(MpesaVerdicts.Judge(Direction.PayIn, reply), draft.Reference, draft.IsRepeat);
        return verdict switch
        {
            MpesaVerdict.Refused refused => new InstructionOutcome.Declined(refused.Reason, FailureCause.Unspecified, refused.Scope),
            MpesaVerdict.Taken taken when taken.Answer.Text("CheckoutRequestID") is { Length: > 0 and <= LongestId } id => new InstructionOutcome.Accepted(
                new PaymentInstruction { Kind = InstructionKinds.Prompt, Value = PromptInstruction.Masked(phone), Bank = "M-PESA" }, id),
            MpesaVerdict.Taken => new InstructionOutcome.Unknown("M-PESA took the prompt and named it nothing."),
            var open => new InstructionOutcome.Unknown(open.Detail),
        };
    }

    /// <summary>Asks what became of a prompt. One whose name was lost with its answer is looked for in the list.</summary>
    public async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        if (target.RailId.Length == 0)
        {
            return await FindAsync(target, cancellation).ConfigureAwait(false);
        }

        var (timestamp, password) = Password();
        var reply = await http.CallAsync(
            QueryPath, MpesaWire.Body(("BusinessShortCode", account.ShortCode), ("Password", password), ("Timestamp", timestamp), ("CheckoutRequestID", target.RailId)), cancellation).ConfigureAwait(false);
        var said = speaker.About(Direction.PayIn, target.Reference) with { RailId = target.RailId };
        if (reply is not MpesaReply.Answered answer)
        {
            return [speaker.Silence(target) with { Reason = reply.Why }];
        }

        if (answer.Problem is { IsUnderWay: true })
        {
            return [said];
        }

        if (answer.ResponseCode != "0" || answer.Text("CheckoutRequestID") != target.RailId || answer.Text("ResultCode") is not { } code)
        {
            return [speaker.Silence(target) with { Reason = reply.Why }];
        }

        var end = MpesaCodes.OfPrompt(code, answer.Text("ResultDesc"));
        if (end.IsAlarm)
        {
            speaker.SayResult(target.Reference, "A prompt", code);
        }

        // The answer holds neither receipt nor amount; the list has both. And a payer who let the prompt go may have paid from the menu.
        if (end.Kind != ObservationKind.Pending && account.Pulls && await pull.FindAsync(target, cancellation).ConfigureAwait(false) is { Count: > 0 } listed)
        {
            return listed;
        }

        // Where the list or a confirmation is still to tell the receipt, the payment is not booked without one: it would count twice.
        return [end.Kind switch
        {
            ObservationKind.Paid => said with { Kind = ObservationKind.Paid, IsConfirmation = true, NeedsReceipt = account.Pulls || account.BooksC2b },
            ObservationKind.Failed => said with { Kind = ObservationKind.Failed, Reason = end.Reason, FailureCause = end.Cause },
            _ => said,
        }];
    }

    private async Task<IReadOnlyList<Observation>> FindAsync(QueryTarget target, CancellationToken cancellation)
    {
        if (!account.Pulls)
        {
            return [speaker.Silence(target) with { Reason = "M-PESA's answer was lost, and with it the prompt's name." }];
        }

        var listed = await pull.FindAsync(target, cancellation).ConfigureAwait(false);
        return listed is null ? [speaker.Silence(target) with { Reason = "M-PESA does not tell its list." }]
            : listed.Count > 0 ? listed
            : [speaker.Silence(target) with { Kind = ObservationKind.NotFound }];
    }

    private (string Timestamp, string Password) Password()
    {
        var timestamp = MpesaWire.Timestamp(time.GetUtcNow());
        return (timestamp, MpesaWire.Password(account.ShortCode, account.Text(MpesaAccount.Passkey, NowMs), timestamp));
    }
}
