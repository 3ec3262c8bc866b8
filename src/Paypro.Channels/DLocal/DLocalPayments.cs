namespace Paypro.Channels.DLocal;

/// <summary>Pay-ins: made and asked about.</summary>
internal sealed class DLocalPayments(DLocalAccount account, DLocalHttp http, DLocalSpeaker speaker, TimeProvider time)
{
    private const string MadePath = "/payments", OrderPath = "/orders/";

    /// <summary>Makes a payment. What the rail has already is asked for; a repeat asks first, since nothing says how long a number is remembered.</summary>
    public async Task<InstructionOutcome> RequestAsync(PayInDraft draft, CancellationToken cancellation)
    {
        if (Hinders(draft) is { } why)
        {
            return Outcome(speaker.Say(why, draft.Reference, draft.IsRepeat));
        }

        if (draft.IsRepeat)
        {
            var (known, asked) = await FindAsync(draft.Reference, "", cancellation).ConfigureAwait(false);
            if (known is not null || !DLocalVerdicts.IsNotFound(Direction.PayIn, asked))
            {
                return Read(draft, known, asked.Why);
            }
        }

        var body = DLocalWriting.Payment(account, draft, account.MethodOf(draft.Way)!, account.CallbackAddress(time.GetUtcNow().ToUnixTimeMilliseconds(), DLocalCallback.Payment), out _);
        var reply = await http.CallAsync(HttpMethod.Post, MadePath, body, cancellation, draft.Reference).ConfigureAwait(false);
        var verdict = speaker.Say(DLocalVerdicts.Judge(Direction.PayIn, reply), draft.Reference, draft.IsRepeat);
        if (verdict is DLocalVerdict.Ours)
        {
            var (known, asked) = await FindAsync(draft.Reference, "", cancellation).ConfigureAwait(false);
            return Read(draft, known, asked.Why);
        }

        return verdict is DLocalVerdict.Taken taken ? Read(draft, taken.Answer.Read(DLocalJson.Default.DLocalPayment), "dLocal's answer cannot be read.") : Outcome(verdict);
    }

    /// <summary>Asks what became of a payment.</summary>
    public async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        var silence = DLocalSpeaker.Silence(account, target);
        var (told, reply) = await FindAsync(target.Reference, target.RailId, cancellation).ConfigureAwait(false);
        if (told is null)
        {
            return [DLocalVerdicts.IsNotFound(Direction.PayIn, reply) ? silence with { Kind = ObservationKind.NotFound } : silence with { Reason = reply.Why }];
        }

        if (DLocalMovements.OfPayment(told) is not { } said)
        {
            return [silence with { Reason = "dLocal tells a payment that cannot be read." }];
        }

        speaker.SayOdd(said, told.Status);
        return [said.Kind == ObservationKind.Pending ? said with { Instruction = DLocalInstruction.Of(account, target.Way, target.AmountMinor, told) } : said];
    }

    /// <summary>The payment of a number of ours, by the rail's own name where that is known; null where it is not told, with what came of asking.</summary>
    private async Task<(DLocalPayment? Told, DLocalReply Reply)> FindAsync(string reference, string railId, CancellationToken cancellation)
    {
        if (!DLocalReference.IsName(railId))
        {
            var order = await http.CallAsync(HttpMethod.Get, OrderPath + reference, null, cancellation).ConfigureAwait(false);
            if (order is not DLocalReply.Answered { Status: 200, Problem: null } found || found.Read(DLocalJson.Default.DLocalOrder) is not { PaymentId: { } name } known
                || known.OrderId != reference || !DLocalReference.IsName(name))
            {
                return (null, order);
            }

            // That the order is known is known: whatever the second question brings, it is not "not found".
            var (payment, answer) = await TellAsync(reference, name, cancellation).ConfigureAwait(false);
            return (payment, payment is null && DLocalVerdicts.IsNotFound(Direction.PayIn, answer) ? new DLocalReply.Silence("dLocal knows the order and not its payment.") : answer);
        }

        return await TellAsync(reference, railId, cancellation).ConfigureAwait(false);
    }

    private async Task<(DLocalPayment? Told, DLocalReply Reply)> TellAsync(string reference, string name, CancellationToken cancellation)
    {
        var reply = await http.CallAsync(HttpMethod.Get, $"{MadePath}/{name}", null, cancellation).ConfigureAwait(false);
        var told = reply is DLocalReply.Answered { Status: 200, Problem: null } answer ? answer.Read(DLocalJson.Default.DLocalPayment) : null;
        return (told is not null && told.OrderId == reference && told.Id == name ? told : null, reply);
    }

    /// <summary>What an answered payment means for its creation.</summary>
    private InstructionOutcome Read(PayInDraft draft, DLocalPayment? told, string why)
    {
        if (told is null)
        {
            return new InstructionOutcome.Unknown(why);
        }

        var isOurs = DLocalReference.IsName(told.Id) && told.OrderId == draft.Reference && told.Currency == draft.Currency
            && DLocalAmount.TryRead(told.Amount, draft.Currency, out var minor) && minor == draft.AmountMinor;
        if (!isOurs || DLocalMovements.OfPayment(told) is not { } said)
        {
            return Outcome(speaker.Say(new DLocalVerdict.Open { Detail = "dLocal's payment of this number is another one, or cannot be read.", IsAlarm = true }, draft.Reference, false));
        }

        if (said.Kind == ObservationKind.Failed)
        {
            return Outcome(speaker.Say(new DLocalVerdict.Refused(said.Reason) { Detail = said.Reason, Cause = said.FailureCause }, draft.Reference, draft.IsRepeat));
        }

        speaker.SayOdd(said, told.Status);
        if (DLocalInstruction.Of(account, draft.Way, draft.AmountMinor, told) is { } instruction)
        {
            return new InstructionOutcome.Accepted(instruction, told.Id!);
        }

        // The payment exists, and a payer can be shown nothing of it: it stays to be asked about until it ends at the rail.
        var open = speaker.Say(new DLocalVerdict.Open { Detail = "dLocal took the payment, and its answer has nothing to pay with in the form that the account's settings say.", IsAlarm = true }, draft.Reference, false);
        return new InstructionOutcome.Unknown(open.Detail, told.Id!);
    }

    /// <summary>Why a pay-in cannot be asked for from this account; null when it can.</summary>
    private DLocalVerdict.Refused? Hinders(PayInDraft draft)
    {
        if (draft.AmountMinor > DLocalAmount.MaxMinor)
        {
            return new(DLocalVerdict.NotSoMuch) { Detail = "The amount is more than is sent." };
        }

        if (account.MethodOf(draft.Way) is not { } method)
        {
            return new(DLocalVerdict.NotNow, DeclineScope.Channel) { Detail = $"Nothing was sent: the setting {DLocalSettings.Method}{draft.Way} is missing.", IsAlarm = true };
        }

        // Such a call's answer has a number, a code or a prompt; a page of dLocal's could not be told in it.
        if (!method.IsDirect && draft.ReturnUrl is null && account.Country.FindWay(draft.Way) is { Redirects: false })
        {
            return new(DLocalVerdict.NotNow, DeclineScope.Channel) { Detail = $"Nothing was sent: {DLocalSettings.Method}{draft.Way} is REDIRECT, and the merchant's call has no page." };
        }

        DLocalWriting.Payment(account, draft, method, "", out var lacks);
        return lacks is null ? null : new(DLocalVerdict.NotNow, DeclineScope.Channel) { Detail = $"Nothing was sent: {lacks} is missing.", IsAlarm = true };
    }

    private static InstructionOutcome Outcome(DLocalVerdict verdict) => verdict is DLocalVerdict.Refused refused
        ? new InstructionOutcome.Declined(refused.Reason, refused.Cause, refused.Scope)
        : new InstructionOutcome.Unknown(verdict.Detail);
}
