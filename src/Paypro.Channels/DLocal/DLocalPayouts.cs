namespace Paypro.Channels.DLocal;

/// <summary>Payouts v3: sent and asked about.</summary>
internal sealed class DLocalPayouts(DLocalAccount account, DLocalHttp http, DLocalSpeaker speaker, TimeProvider time)
{
    private const string Path = "/payouts/v3", FindPath = "/payouts/v3?external_id=";

    /// <summary>Sends a payout. A repeat asks first: nothing says how long a number is remembered, and money that went out twice does not come back.</summary>
    public async Task<SendOutcome> SendAsync(PayoutDraft draft, CancellationToken cancellation)
    {
        if (draft.AmountMinor > DLocalAmount.MaxMinor)
        {
            return Outcome(speaker.Say(new DLocalVerdict.Refused(DLocalVerdict.NotSoMuch) { Detail = "The amount is more than is sent." }, draft.Reference, draft.IsRepeat), null);
        }

        var address = account.CallbackAddress(time.GetUtcNow().ToUnixTimeMilliseconds(), DLocalCallback.Payout);
        if (DLocalWriting.Payout(account, draft, address, out var refused) is not { } bytes)
        {
            return Outcome(speaker.Say(refused!, draft.Reference, draft.IsRepeat), null);
        }

        if (draft.IsRepeat)
        {
            var asked = await FindAsync(draft.Reference, cancellation).ConfigureAwait(false);
            if (!DLocalVerdicts.IsNotFound(Direction.Payout, asked))
            {
                return Judge(draft, asked);
            }
        }

        var reply = await http.CallPayoutsAsync(HttpMethod.Post, Path, bytes, cancellation).ConfigureAwait(false);
        var verdict = speaker.Say(DLocalVerdicts.Judge(Direction.Payout, reply), draft.Reference, draft.IsRepeat);
        return verdict switch
        {
            DLocalVerdict.Ours => Judge(draft, await FindAsync(draft.Reference, cancellation).ConfigureAwait(false)),
            DLocalVerdict.Taken => Judge(draft, reply),
            _ => Outcome(verdict, null),
        };
    }

    /// <summary>Asks what became of a payout.</summary>
    public async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        var silence = DLocalSpeaker.Silence(account, target);
        var reply = await FindAsync(target.Reference, cancellation).ConfigureAwait(false);
        if (Read(reply) is not { } told)
        {
            return [DLocalVerdicts.IsNotFound(Direction.Payout, reply) ? silence with { Kind = ObservationKind.NotFound } : silence with { Reason = reply.Why }];
        }

        if (told.ExternalId != target.Reference || DLocalMovements.OfPayout(told) is not { } said)
        {
            return [silence with { Reason = "dLocal tells a payout that is another one or cannot be read." }];
        }

        speaker.SayOdd(said, told.Status);
        return [said];
    }

    private static DLocalPayout? Read(DLocalReply reply) => reply is DLocalReply.Answered { Status: 200 or 201, Problem: null } answer ? answer.Read(DLocalJson.Default.DLocalPayout) : null;

    private static SendOutcome Outcome(DLocalVerdict verdict, string? railId) => verdict is DLocalVerdict.Refused refused
        ? new SendOutcome.Declined(refused.Reason, refused.Cause, refused.Scope)
        : new SendOutcome.Unknown(verdict.Detail, railId ?? "");

    private Task<DLocalReply> FindAsync(string reference, CancellationToken cancellation) => http.CallPayoutsAsync(HttpMethod.Get, FindPath + reference, null, cancellation);

    /// <summary>What a payout that is told means for its sending: accepted only if it is this one, with this amount in this currency.</summary>
    private SendOutcome Judge(PayoutDraft draft, DLocalReply reply)
    {
        if (Read(reply) is not { } told)
        {
            return Outcome(speaker.Say(new DLocalVerdict.Open { Detail = reply.Why }, draft.Reference, false), null);
        }

        var isOurs = told.ExternalId == draft.Reference && told.Currency == draft.Currency && DLocalAmount.TryRead(told.Amount, draft.Currency, out var minor) && minor == draft.AmountMinor;
        if (!isOurs || DLocalMovements.OfPayout(told) is not { } said)
        {
            return Outcome(speaker.Say(new DLocalVerdict.Open { Detail = "dLocal's payout of this number is another one, or cannot be read.", IsAlarm = true }, draft.Reference, false), null);
        }

        speaker.SayOdd(said, told.Status);
        return said.Kind == ObservationKind.Failed
            ? Outcome(speaker.Say(new DLocalVerdict.Refused(said.Reason) { Detail = said.Reason }, draft.Reference, draft.IsRepeat), said.RailId)
            : new SendOutcome.Accepted(said.RailId);
    }
}
