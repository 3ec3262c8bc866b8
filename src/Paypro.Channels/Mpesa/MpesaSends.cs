using Paypro.Protocol.Countries;

namespace Paypro.Channels.Mpesa;

/// <summary>
/// Payouts (B2C), money that goes back (reversals), and what became of them. Each is only taken by its call; its end comes to its own address, and so does the answer to a question.
/// </summary>
internal sealed class MpesaSends(MpesaAccount account, MpesaHttp http, MpesaSpeaker speaker, TimeProvider time)
{
    private const string PayoutPath = "/mpesa/b2c/v3/paymentrequest", ReversalPath = "/mpesa/reversal/v1/request", StatusPath = "/mpesa/transactionstatus/v1/query";

    /// <summary>An organisation by its short code, and one that is the receiver of what is reversed.</summary>
    private const string ShortCodeType = "4", ReceiverType = "11";

    private const int LongestId = 128;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Sends money out.</summary>
    public async Task<SendOutcome> PayoutAsync(PayoutDraft draft, CancellationToken cancellation)
    {
        if (account.B2cShortCode is not { } from || Credential() is not var (name, credential))
        {
            return NotSent(draft.IsRepeat, "The account sends no payouts.", DeclineScope.Channel);
        }

        if (MpesaWire.Shillings(draft.AmountMinor) is not { } amount || MpesaWire.PhoneOf(draft.Person) is not { } phone)
        {
            return NotSent(draft.IsRepeat, draft.AmountMinor % 100 != 0 ? "M-PESA takes whole shillings." : MpesaVerdict.NotThese, DeclineScope.Order);
        }

        var reply = await http.CallAsync(
            PayoutPath,
            MpesaWire.Body(
                ("OriginatorConversationID", draft.Reference), ("InitiatorName", name), ("SecurityCredential", credential), ("CommandID", account.CommandId), ("Amount", amount), ("PartyA", from),
                ("PartyB", phone), ("Remarks", "Payout"), ("QueueTimeOutURL", Address(MpesaTopic.PayoutTimeout, draft.Reference)), ("ResultURL", Address(MpesaTopic.Payout, draft.Reference)),
                ("Occassion", "Payout")),
            cancellation).ConfigureAwait(false);
        return Outcome(speaker.Say(MpesaVerdicts.Judge(Direction.Payout, reply), draft.Reference, draft.IsRepeat));
    }

    /// <summary>Takes a payment back to its payer.</summary>
    public async Task<SendOutcome> ReverseAsync(RefundDraft draft, CancellationToken cancellation)
    {
        if (Credential() is not var (name, credential))
        {
            return NotSent(draft.IsRepeat, "The account sends nothing back.", DeclineScope.Channel);
        }

        if (!MpesaWire.IsReceipt(draft.PaymentReference))
        {
            return NotSent(draft.IsRepeat, "The payment has no receipt that M-PESA takes it back by.", DeclineScope.Order);
        }

        if (draft.AmountMinor > draft.PaymentMinor || (!account.ReversesPartly && draft.AmountMinor != draft.PaymentMinor))
        {
            return NotSent(draft.IsRepeat, "M-PESA takes back whole payments only.", DeclineScope.Order);
        }

        if (MpesaWire.Shillings(draft.AmountMinor) is not { } amount)
        {
            return NotSent(draft.IsRepeat, "M-PESA takes whole shillings.", DeclineScope.Order);
        }

        var reply = await http.CallAsync(
            ReversalPath,
            MpesaWire.Body(
                ("Initiator", name), ("SecurityCredential", credential), ("CommandID", "TransactionReversal"), ("TransactionID", draft.PaymentReference), ("Amount", amount),
                ("ReceiverParty", account.ShortCode), ("RecieverIdentifierType", ReceiverType), ("ResultURL", Address(MpesaTopic.Reversal, draft.Reference)),
                ("QueueTimeOutURL", Address(MpesaTopic.ReversalTimeout, draft.Reference)), ("Remarks", "Refund")),
            cancellation).ConfigureAwait(false);
        return Outcome(speaker.Say(MpesaVerdicts.Judge(Direction.Refund, reply), draft.Reference, draft.IsRepeat), draft.Reference);
    }

    /// <summary>Asks what became of a payout, by our number, or of a reversal, by the rail's. The answer comes to an address of ours.</summary>
    public async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        var silence = speaker.Silence(target);
        var isPayout = target.Direction == Direction.Payout;
        if ((isPayout ? account.B2cShortCode : account.ShortCode) is not { } party || Credential() is not var (name, credential))
        {
            return [silence with { Reason = "The account has nobody who may ask." }];
        }

        if (!isPayout && target.RailId.Length == 0)
        {
            return [silence with { Reason = "M-PESA's answer was lost, and with it the reversal's name." }];
        }

        var address = Address(isPayout ? MpesaTopic.PayoutStatus : MpesaTopic.ReversalStatus, target.Reference);
        var reply = await http.CallAsync(
            StatusPath,
            MpesaWire.Body(
                ("Initiator", name), ("SecurityCredential", credential), ("CommandID", "TransactionStatusQuery"), ("OriginalConversationID", isPayout ? target.Reference : target.RailId), ("PartyA", party),
                ("IdentifierType", ShortCodeType), ("ResultURL", address), ("QueueTimeOutURL", Address(MpesaTopic.Nothing, target.Reference)), ("Remarks", "OK"), ("Occasion", "OK")),
            cancellation).ConfigureAwait(false);
        return [reply is MpesaReply.Answered { ResponseCode: "0" } ? speaker.About(target.Direction, target.Reference) with { RailId = target.RailId } : silence with { Reason = reply.Why }];
    }

    /// <summary>Asks what the account holds; whether the rail took the question. It shows that the initiator is known.</summary>
    public async Task<MpesaReply?> AskBalanceAsync(string shortCode, string reference, CancellationToken cancellation) => Credential() is not var (name, credential) ? null
        : await http.CallAsync(
            "/mpesa/accountbalance/v1/query",
            MpesaWire.Body(
                ("Initiator", name), ("SecurityCredential", credential), ("CommandID", "AccountBalance"), ("PartyA", shortCode), ("IdentifierType", ShortCodeType), ("Remarks", "OK"),
                ("QueueTimeOutURL", Address(MpesaTopic.Nothing, reference)), ("ResultURL", Address(MpesaTopic.Balance, reference))),
            cancellation).ConfigureAwait(false);

    private static SendOutcome NotSent(bool isRepeat, string reason, DeclineScope scope) => isRepeat ? new SendOutcome.Unknown(reason) : new SendOutcome.Declined(reason, FailureCause.Unspecified, scope);

    private static SendOutcome Outcome(MpesaVerdict verdict, string? reversal = null) => verdict switch
    {
        // A payout is asked about by our own number, a reversal only by the rail's.
        MpesaVerdict.Taken taken => reversal is not null && IdOf(taken.Answer, "OriginatorConversationID").Length == 0
            ? new SendOutcome.Unknown("M-PESA took it and named it nothing.") : new SendOutcome.Accepted(IdOf(taken.Answer, reversal is null ? "ConversationID" : "OriginatorConversationID")),
        MpesaVerdict.Ours => new SendOutcome.Accepted(),
        MpesaVerdict.Refused refused => new SendOutcome.Declined(refused.Reason, FailureCause.Unspecified, refused.Scope),
        var open => new SendOutcome.Unknown(open.Detail),
    };

    private static string IdOf(MpesaReply.Answered answer, string name) => answer.Text(name) is { Length: <= LongestId } id ? id : "";

    private string Address(MpesaTopic topic, string reference) => MpesaAddress.Of(account, topic, reference, NowMs);

    private (string Name, string Credential)? Credential() => account.InitiatorName is { } name && account.SecurityCredential(NowMs) is { } credential ? (name, credential) : null;
}
