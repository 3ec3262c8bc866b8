using System.Text.Json;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;
using Paypro.Protocol.Qr;

namespace Paypro.Channels.Pix;

/// <summary>Immediate charges: made, asked about and ended.</summary>
internal sealed class PixCharges(PixAccount account, PixHttp http, PixSpeaker speaker, TimeProvider time)
{
    private const string Open = "ATIVA", Paid = "CONCLUIDA", Removed = "REMOVIDA_PELO_USUARIO_RECEBEDOR";

    private const int LongestName = 200, LongestSays = 140;

    private const long AfterExpiryMs = 15 * 60_000, ShortestSeconds = 60, LongestSeconds = 31_536_000;

    private string PathOf(string txid) => $"{account.ApiPath}/cob/{txid}";

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Makes a charge. What the bank has already is asked for, and so is one whose answer holds nothing to pay with.</summary>
    public async Task<InstructionOutcome> RequestAsync(PayInDraft draft, CancellationToken cancellation)
    {
        if (draft.AmountMinor > PixAmount.MaxMinor)
        {
            return new InstructionOutcome.Declined("The amount is more than the rail takes.");
        }

        var reply = await http.CallAsync(HttpMethod.Put, PathOf(draft.Reference), BodyOf(draft), cancellation).ConfigureAwait(false);
        var verdict = speaker.Say(PixVerdicts.Judge(account, Direction.PayIn, reply), draft.Reference, draft.IsRepeat);
        switch (verdict)
        {
            case PixVerdict.Refused refused:
                return new InstructionOutcome.Declined(refused.Reason, FailureCause.Unspecified, refused.Scope);
            case PixVerdict.Taken or PixVerdict.Ours:
                var charge = verdict is PixVerdict.Taken taken ? taken.Answer.Read(PixJson.Default.PixCharge) : null;
                if (InstructionOf(charge, draft.Reference, draft.AmountMinor) is { } instruction)
                {
                    return new InstructionOutcome.Accepted(instruction);
                }

                var asked = await http.CallAsync(HttpMethod.Get, PathOf(draft.Reference), null, cancellation).ConfigureAwait(false);
                charge = asked is PixReply.Answered { Status: 200 } answer ? answer.Read(PixJson.Default.PixCharge) : null;
                if (InstructionOf(charge, draft.Reference, draft.AmountMinor) is { } found)
                {
                    return new InstructionOutcome.Accepted(found);
                }

                // One of this number that is another's is nothing that may be shown to a payer.
                var isAnother = charge is not null && !IsOf(charge, draft.Reference, draft.AmountMinor);
                verdict = speaker.Say(
                    new PixVerdict.Open { Detail = isAnother ? "The bank's charge of this number is another one." : "The bank gave nothing to pay with.", IsAlarm = isAnother }, draft.Reference, false);
                break;
        }

        return new InstructionOutcome.Unknown(verdict.Detail);
    }

    /// <summary>Asks what became of a charge.</summary>
    public async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        var said = PixSpeaker.Silence(account, target);
        var reply = await http.CallAsync(HttpMethod.Get, PathOf(target.Reference), null, cancellation).ConfigureAwait(false);
        if (reply is not PixReply.Answered { Status: 200 } answer || answer.Read(PixJson.Default.PixCharge) is not { } charge || charge.TxId != target.Reference)
        {
            return [PixSpeaker.IsNotFound(reply) ? said with { Kind = ObservationKind.NotFound } : said with { Reason = reply.Why }];
        }

        var moved = (charge.Payments ?? []).Select(pix => pix is null ? null : PixMovements.OfPayment(account, pix, target.Reference)).ToList();
        if (moved.Contains(null))
        {
            return [said with { Reason = "The bank tells a payment that cannot be read." }];
        }

        List<Observation> told = [.. moved.SelectMany(static each => each!).Where(static each => each.Direction == Direction.PayIn).OrderBy(static each => each.OccurredAtMs)];
        return told.Count > 0 ? told : [charge.Status switch
        {
            Open when IsOver(charge) => said with { Kind = ObservationKind.Failed, Reason = "It was not paid in time." },
            Open => said with { Kind = ObservationKind.Pending, Instruction = InstructionOf(charge, target.Reference, target.AmountMinor) },
            not null when IsRemoved(charge) => said with { Kind = ObservationKind.Failed, Reason = "The charge was removed." },
            _ => said with { Reason = $"The bank tells no payment of a charge in state {(charge.Status == Paid ? Paid : "unknown")}." },
        }];
    }

    /// <summary>Ends a charge that nobody has paid.</summary>
    public async Task<SendOutcome> CancelAsync(QueryTarget target, CancellationToken cancellation)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new PixStatusWish(Removed), PixJson.Default.PixStatusWish);
        var reply = await http.CallAsync(HttpMethod.Patch, PathOf(target.Reference), body, cancellation).ConfigureAwait(false);
        if (reply is PixReply.Answered { Status: 400 })
        {
            // It is not open any more: whether it is ended or paid is in its state.
            reply = await http.CallAsync(HttpMethod.Get, PathOf(target.Reference), null, cancellation).ConfigureAwait(false);
        }

        var charge = reply is PixReply.Answered { Status: 200 } answer ? answer.Read(PixJson.Default.PixCharge) : null;
        return charge is null || charge.TxId != target.Reference ? new SendOutcome.Unknown(reply.Why)
            : charge.Payments is { Count: > 0 } || charge.Status is Paid ? new SendOutcome.Declined("It is paid.")
            : IsRemoved(charge) ? new SendOutcome.Accepted()
            : new SendOutcome.Unknown("The charge is still open.");
    }

    private static bool IsRemoved(PixCharge charge) => charge.Status is Removed or "REMOVIDA_PELO_PSP" or "REMOVIDO_PELO_USUARIO_RECEBEDOR" or "REMOVIDO_PELO_PSP";

    /// <summary>An open charge stays open after its time, so that its own dates say that nobody can pay it any more.</summary>
    private bool IsOver(PixCharge charge) =>
        PixMovements.TimeOf(charge.Calendar?.CreatedAt) is > 0 and var createdAtMs && charge.Calendar?.ExpiresAfter is > 0 and <= LongestSeconds and var seconds
        && NowMs > createdAtMs + (seconds * 1000) + AfterExpiryMs;

    private bool IsOf(PixCharge charge, string txid, long amountMinor) =>
        charge.TxId == txid && charge.Key == account.Key && PixAmount.TryRead(charge.Value?.Original, out var minor) && minor == amountMinor;

    private byte[] BodyOf(PayInDraft draft)
    {
        var name = Cut(draft.Person.Name, LongestName);
        var cpf = draft.Person.Identity is { } identity && Cpf.IsValid(identity) ? identity : null;
        return JsonSerializer.SerializeToUtf8Bytes(
            new PixChargeWish(
                new PixCalendar(null, Math.Clamp((draft.ExpiresAtMs - NowMs) / 1000, ShortestSeconds, LongestSeconds)),
                cpf is not null && name is not null ? new PixPerson(cpf, null, name) : null,
                new PixValue(PixAmount.Write(draft.AmountMinor)),
                account.Key,
                Cut(draft.MerchantName, LongestSays)),
            PixJson.Default.PixChargeWish);
    }

    /// <summary>The bank's code where it is right, else one of ours from the charge's address; null where there is neither, or the charge is another one.</summary>
    private PaymentInstruction? InstructionOf(PixCharge? charge, string txid, long amountMinor)
    {
        if (charge is null || charge.Status is not (Open or Paid) || !IsOf(charge, txid, amountMinor))
        {
            return null;
        }

        var location = charge.Location ?? charge.Loc?.Address;
        var code = IsRight(charge.Code, location, amountMinor) ? charge.Code : CodeOf(location);
        return code is null ? null : new PaymentInstruction { Kind = InstructionKinds.Qr, Value = code, BeneficiaryName = account.MerchantName, Bank = "PIX" };
    }

    private static bool IsRight(string? code, string? location, long amountMinor) =>
        EmvQrReader.TryRead(code, out var payload, out _)
        && "br.gov.bcb.pix".Equals(payload.Find("26", "00"), StringComparison.OrdinalIgnoreCase)
        && payload.Find("26", "25") is { } named && (location is null || location == named)
        && payload.Find("53") == "986"
        && (payload.Find("54") is not { } amount || (PixAmount.TryRead(amount, out var minor) && minor == amountMinor));

    private string? CodeOf(string? location)
    {
        try
        {
            return location is null ? null : PixBrCode.Dynamic(location, null, new EmvMerchant(account.MerchantName, account.City));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Cut(string? text, int longest) =>
        string.IsNullOrWhiteSpace(text) ? null : text.Trim() is { } trimmed && trimmed.Length <= longest ? trimmed : text.Trim()[..(char.IsHighSurrogate(text.Trim()[longest - 1]) ? longest - 1 : longest)];
}
