using System.Text.Json;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Channels.Pix;

/// <summary>An account at Efí, which also sends money by a call of its own; Banco Central has standardised none.</summary>
internal sealed class EfiPixSession(PixAccount account, ChannelServices services) : PixSession(account, services), IPayouts, IBalances
{
    private const string SendPath = "/v3/gn/pix/", SentPath = "/v2/gn/pix/enviados/id-envio/", BalancePath = "/v2/gn/saldo?bloqueios=true";

    public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => PixReference.Make(Direction.Payout, random);

    public async Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation)
    {
        var verdict = BodyOf(draft) is not { } body
            ? new PixVerdict.Refused(PixVerdict.NotThese) { Detail = "The key, the tax number or the amount is none that the bank takes." }
            : PixVerdicts.Judge(Read, Direction.Payout, await Http.CallAsync(HttpMethod.Put, SendPath + draft.Reference, body, cancellation).ConfigureAwait(false));
        PixMoved? told = null;
        if (verdict is PixVerdict.Ours)
        {
            var asked = await Http.CallAsync(HttpMethod.Get, SentPath + draft.Reference, null, cancellation).ConfigureAwait(false);
            told = asked is PixReply.Answered { Status: 200 } has ? has.Read(PixJson.Default.PixMoved) : null;
            verdict = Is(told, draft) && PixMovements.OfPayout(Read, told!, draft.Reference) is not null
                ? new PixVerdict.Taken((PixReply.Answered)asked) : new PixVerdict.Open { Detail = "The bank has a payout of this number and does not tell it.", IsAlarm = true };
        }
        else if (verdict is PixVerdict.Taken taken)
        {
            told = taken.Answer.Read(PixJson.Default.PixMoved);
            verdict = !Is(told, draft) || PixMovements.OfPayout(Read, told!, draft.Reference) is not { } said
                ? new PixVerdict.Open { Detail = "The bank's answer names another payout, or no state.", IsAlarm = true }
                : said[0].Kind == ObservationKind.Failed ? new PixVerdict.Refused(PixVerdict.Failed) { Detail = taken.Detail }
                : taken;
        }

        return Speaker.Say(verdict, draft.Reference, draft.IsRepeat) switch
        {
            PixVerdict.Taken => new SendOutcome.Accepted(told!.Name!),
            PixVerdict.Refused refused => new SendOutcome.Declined(refused.Reason, FailureCause.Unspecified, refused.Scope),
            var open => new SendOutcome.Unknown(open.Detail),
        };
    }

    public async Task<IReadOnlyList<PotBalance>> BalancesAsync(CancellationToken cancellation)
    {
        var reply = await Http.CallAsync(HttpMethod.Get, BalancePath, null, cancellation).ConfigureAwait(false);
        return reply is PixReply.Answered { Status: 200 } answer && answer.Read(PixJson.Default.PixBalance) is { } told
            && PixAmount.TryRead(told.Balance, out var minor) && PixAmount.TryRead(told.Blocked?.Total, out var blockedMinor)
            ? [new PotBalance("", Read.BlockedInBalance ? minor - blockedMinor : minor, blockedMinor)]
            : [];
    }

    protected override async Task<IReadOnlyList<Observation>> QueryPayoutAsync(QueryTarget target, CancellationToken cancellation)
    {
        var said = PixSpeaker.Silence(Read, target);
        var reply = await Http.CallAsync(HttpMethod.Get, SentPath + target.Reference, null, cancellation).ConfigureAwait(false);
        return reply is PixReply.Answered { Status: 200 } answer && answer.Read(PixJson.Default.PixMoved) is { SendId: not null } told
            && PixMovements.OfPayout(Read, told, target.Reference) is { } seen ? seen
            : [PixSpeaker.IsNotFound(reply) ? said with { Kind = ObservationKind.NotFound } : said with { Reason = reply.Why }];
    }

    private static bool Is(PixMoved? told, PayoutDraft draft) =>
        told is { Name: not null } && told.SendId == draft.Reference && PixAmount.TryRead(told.Value, out var minor) && minor == draft.AmountMinor;

    /// <summary>Null where something cannot be sent. A tax number is sent along, so that the bank holds it against the key's owner.</summary>
    private byte[]? BodyOf(PayoutDraft draft)
    {
        if (draft.AmountMinor > PixAmount.MaxMinor || PixKey.TypeNamed(draft.AccountType) is not { } type || PixKey.Normalise(type, draft.Person.Account ?? "") is not { } key)
        {
            return null;
        }

        var identity = string.IsNullOrEmpty(draft.Person.Identity) ? null : draft.Person.Identity;
        var (cpf, cnpj) = (identity is not null && Cpf.IsValid(identity) ? identity : null, identity is not null && Cnpj.IsValid(identity) ? identity : null);
        return identity is not null && cpf is null && cnpj is null ? null : JsonSerializer.SerializeToUtf8Bytes(
            new PixSendWish(PixAmount.Write(draft.AmountMinor), new PixSender(Read.PayingKey), new PixRecipient(key, cpf, cnpj)), PixJson.Default.PixSendWish);
    }
}
