using System.Text.Json;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Pix;

/// <summary>Money that goes back to its payer (<c>devolução</c>). It is found only beneath the payment that it gives back.</summary>
internal sealed class PixRefunds(PixAccount account, PixHttp http, PixSpeaker speaker)
{
    private const int LongestSays = 140;

    private string PathOf((string Id, string EndToEndId) of) => $"{account.ApiPath}/pix/{of.EndToEndId}/devolucao/{of.Id}";

    public async Task<SendOutcome> SendAsync(RefundDraft draft, CancellationToken cancellation)
    {
        if (PixReference.Split(draft.Reference) is not { } of || of.EndToEndId != draft.PaymentReference)
        {
            return draft.IsRepeat ? new SendOutcome.Unknown("The reference names no payment of this rail.")
                : new SendOutcome.Declined("The payment has no name that the rail gives money back by.");
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(
            new PixReturnWish(PixAmount.Write(draft.AmountMinor), draft.Reason.Trim() is { Length: > 0 and <= LongestSays } reason ? reason : null), PixJson.Default.PixReturnWish);
        var reply = await http.CallAsync(HttpMethod.Put, PathOf(of), body, cancellation).ConfigureAwait(false);
        var verdict = PixVerdicts.Judge(account, Direction.Refund, reply);

        // The standard has the same name for a number that was used before and for everything else that is wrong: which it is, is asked.
        var mayBeOurs = verdict is PixVerdict.Refused && reply is PixReply.Answered { Problem.Name: "PixDevolucaoInvalida" };
        if (verdict is PixVerdict.Ours || mayBeOurs)
        {
            var asked = await http.CallAsync(HttpMethod.Get, PathOf(of), null, cancellation).ConfigureAwait(false);
            verdict = asked is PixReply.Answered { Status: 200 } has && has.Read(PixJson.Default.PixReturn) is { } there
                ? new PixVerdict.Open { Detail = Is(there, of.Id, draft.AmountMinor) ? "" : "The bank's refund of this number is another one.", IsAlarm = !Is(there, of.Id, draft.AmountMinor) }
                : mayBeOurs && PixSpeaker.IsNotFound(asked) ? verdict
                : new PixVerdict.Open { Detail = asked.Why };
            if (verdict is PixVerdict.Open { Detail: "" })
            {
                return new SendOutcome.Accepted(of.EndToEndId);
            }
        }

        if (verdict is PixVerdict.Taken taken)
        {
            var told = taken.Answer.Read(PixJson.Default.PixReturn);
            verdict = told is null || !Is(told, of.Id, draft.AmountMinor) || PixMovements.OfRefund(account, of.EndToEndId, told) is not { } said
                ? new PixVerdict.Open { Detail = "The bank's answer names another refund, or no state.", IsAlarm = true }
                : said.Kind == ObservationKind.Failed ? new PixVerdict.Refused(PixVerdict.Failed) { Detail = taken.Detail }
                : taken;
        }

        return speaker.Say(verdict, draft.Reference, draft.IsRepeat) switch
        {
            PixVerdict.Taken => new SendOutcome.Accepted(of.EndToEndId),
            PixVerdict.Refused refused => new SendOutcome.Declined(refused.Reason, FailureCause.Unspecified, refused.Scope),
            var open => new SendOutcome.Unknown(open.Detail, of.EndToEndId),
        };
    }

    public async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        var said = PixSpeaker.Silence(account, target);
        if (PixReference.Split(target.Reference) is not { } of)
        {
            // Nothing was ever sent of it.
            return [said with { Kind = ObservationKind.NotFound }];
        }

        var reply = await http.CallAsync(HttpMethod.Get, PathOf(of), null, cancellation).ConfigureAwait(false);
        return reply is PixReply.Answered { Status: 200 } answer && answer.Read(PixJson.Default.PixReturn) is { } told && told.Id == of.Id
            && PixMovements.OfRefund(account, of.EndToEndId, told) is { } seen ? [seen]
            : [PixSpeaker.IsNotFound(reply) ? said with { Kind = ObservationKind.NotFound } : said with { Reason = reply.Why }];
    }

    private static bool Is(PixReturn told, string id, long amountMinor) => told.Id == id && PixAmount.TryRead(told.Value, out var minor) && minor == amountMinor;
}
