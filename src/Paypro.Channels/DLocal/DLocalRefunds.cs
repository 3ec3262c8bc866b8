namespace Paypro.Channels.DLocal;

/// <summary>
/// Money that goes back to its payer. dLocal takes no number of ours for it, so that a refund whose answer was lost cannot be asked about: its notification,
/// whose address holds our number, or a person tells what became of it. It is never sent twice.
/// </summary>
internal sealed class DLocalRefunds(DLocalAccount account, DLocalHttp http, DLocalSpeaker speaker, TimeProvider time)
{
    private const string Path = "/refunds";

    public async Task<SendOutcome> SendAsync(RefundDraft draft, CancellationToken cancellation)
    {
        if (draft.IsRepeat)
        {
            return new SendOutcome.Unknown("An earlier call may have been taken, and dLocal cannot be asked by our number.");
        }

        if (!account.Refunds.Contains(draft.Way))
        {
            return new SendOutcome.Declined("The channel gives no payments of this way back.");
        }

        if (!DLocalReference.IsName(draft.PaymentReference) || !draft.PaymentReference.StartsWith("D-", StringComparison.Ordinal) || draft.AmountMinor > draft.PaymentMinor)
        {
            return new SendOutcome.Declined("The payment has no name that dLocal gives money back by, or is less.");
        }

        var address = account.CallbackAddress(time.GetUtcNow().ToUnixTimeMilliseconds(), $"{DLocalCallback.Refund}/{draft.Reference}");
        var reply = await http.CallAsync(HttpMethod.Post, Path, DLocalWriting.Refund(draft, draft.PaymentReference, address), cancellation, draft.Reference).ConfigureAwait(false);
        var verdict = DLocalVerdicts.Judge(Direction.Refund, reply);
        var railId = "";
        if (verdict is DLocalVerdict.Taken taken)
        {
            var told = taken.Answer.Read(DLocalJson.Default.DLocalRefund);
            railId = DLocalReference.IsName(told?.Id) ? told!.Id! : "";
            var isOurs = told is not null && told.PaymentId == draft.PaymentReference && told.Currency == draft.Currency
                && DLocalAmount.TryRead(told.Amount, draft.Currency, out var minor) && minor == draft.AmountMinor;
            verdict = !isOurs || DLocalMovements.OfRefund(told!, draft.Reference) is not { } said
                ? new DLocalVerdict.Open { Detail = "dLocal's answer names another refund, or cannot be read.", IsAlarm = true }
                : said.Kind == ObservationKind.Failed ? new DLocalVerdict.Refused(DLocalVerdict.Failed) { Detail = said.Reason }
                : taken;
        }

        return speaker.Say(verdict, draft.Reference, isRepeat: false) switch
        {
            DLocalVerdict.Taken => new SendOutcome.Accepted(railId),
            DLocalVerdict.Refused refused => new SendOutcome.Declined(refused.Reason, refused.Cause, refused.Scope),
            var open => new SendOutcome.Unknown(open.Detail, railId),
        };
    }

    public async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        var silence = DLocalSpeaker.Silence(account, target);
        if (!DLocalReference.IsName(target.RailId))
        {
            return [silence with { Reason = "dLocal has not said what it calls the refund, and cannot be asked by our number: look at its dashboard." }];
        }

        var reply = await http.CallAsync(HttpMethod.Get, $"{Path}/{target.RailId}", null, cancellation).ConfigureAwait(false);
        if (reply is not DLocalReply.Answered { Status: 200, Problem: null } answer || answer.Read(DLocalJson.Default.DLocalRefund) is not { } told)
        {
            return [DLocalVerdicts.IsNotFound(Direction.Refund, reply) ? silence with { Kind = ObservationKind.NotFound } : silence with { Reason = reply.Why }];
        }

        if (told.Id != target.RailId || DLocalMovements.OfRefund(told, target.Reference) is not { } said)
        {
            return [silence with { Reason = "dLocal tells a refund that is another one or cannot be read." }];
        }

        speaker.SayOdd(said, told.Status);
        return [said];
    }
}
