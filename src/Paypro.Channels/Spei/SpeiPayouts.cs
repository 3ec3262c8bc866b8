using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Channels.Spei;

/// <summary>Sends orders (<c>registraOrden</c>) and asks what became of them. An order is never sent twice: on the next operating day it would be a second payment.</summary>
internal sealed class SpeiPayouts(SpeiAccount account, SpeiHttp http, SpeiSignature signature, SpeiQuestions questions, SpeiDayLists lists, ChannelServices services)
{
    private const string Sent = "E", ClabeKind = "40", CardKind = "3";

    /// <summary>Within so long of a change of the operating day the order may be on either side of it.</summary>
    private const long NearMs = 1_800_000;

    public async Task<SendOutcome> SendAsync(PayoutDraft draft, CancellationToken cancellation)
    {
        var verdict = MembersOf(draft, out var members) ?? await PutAsync(members, cancellation).ConfigureAwait(false);
        if (verdict is SpeiVerdict.Ours)
        {
            // Its number is asked for, and that it is this very order.
            verdict = await questions.OrderAsync(draft.Reference, Sent, "", cancellation).ConfigureAwait(false) is SpeiFound.One found
                ? Is(found.Order, draft) && SpeiMovements.OfSent(account, found.Order) is { } said ? new SpeiVerdict.Taken(said.RailId)
                    : new SpeiVerdict.Open { Detail = "STP's order of this tracking key is another one.", IsAlarm = true }
                : new SpeiVerdict.Open { Detail = "STP has had this tracking key today and does not tell the order." };
        }

        return Say(verdict, draft) switch
        {
            SpeiVerdict.Taken taken => new SendOutcome.Accepted(taken.RailId),
            SpeiVerdict.Refused refused => new SendOutcome.Declined(refused.Reason, FailureCause.Unspecified, refused.Scope),
            var open => new SendOutcome.Unknown(open.Detail),
        };
    }

    public async Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        var silence = Silence(target);
        var days = DaysOf(target.CreatedAtMs);
        foreach (var day in days)
        {
            switch (await questions.OrderAsync(target.Reference, Sent, day, cancellation).ConfigureAwait(false))
            {
                case SpeiFound.One found:
                    return [Read(found.Order, target) ?? silence with { Reason = "STP's answer names another order, or no amount." }];
                case SpeiFound.Unknown unknown:
                    return [silence with { Reason = unknown.Why }];
                default:
                    break;
            }
        }

        // "Not found" counts only when the days' lists lack it as well.
        foreach (var day in days)
        {
            if (await lists.ReadAsync(Sent, day, cancellation).ConfigureAwait(false) is not { } lines)
            {
                return [silence with { Reason = "STP does not tell the day's list, without which \"not found\" says nothing." }];
            }

            if (lines.FirstOrDefault(line => line.Text("claveRastreo") == target.Reference) is { } line)
            {
                return [Read(line, target) ?? silence with { Reason = "STP's list names another order, or no amount." }];
            }
        }

        return [silence with { Kind = ObservationKind.NotFound }];
    }

    private Observation Silence(QueryTarget target) => new()
    {
        Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference, Currency = account.Account.Currency,
    };

    /// <summary>Says it where it is the order's; null where it is not, or cannot be read.</summary>
    private Observation? Read(SpeiBody order, QueryTarget target)
    {
        if (SpeiMovements.OfSent(account, order) is not { } said || said.Reference != target.Reference || (order.Filled("empresa") is { } company && !company.Equals(account.Company, StringComparison.OrdinalIgnoreCase)))
        {
            services.Log.LogError("Channel account {AccountId}, attempt {Reference}: STP's answer names another order, or no amount", account.Account.Id, target.Reference);
            return null;
        }

        if (said.LacksFunds)
        {
            services.Log.LogError("Channel account {AccountId}, attempt {Reference}: STP cancelled the order for lack of our money: top the account up", account.Account.Id, target.Reference);
        }

        return said;
    }

    /// <summary>
    /// The days on which STP may have an order: the one on which it was made, and beside it the neighbours where the day changed about then, or where the calendar may know
    /// a holiday less than STP. The running day is asked for without a date.
    /// </summary>
    private List<string> DaysOf(long createdAtMs)
    {
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var today = account.Days.Of(nowMs);
        if (createdAtMs <= 0)
        {
            return [""];
        }

        var made = account.Days.Of(createdAtMs);
        DateOnly[] days = [made, account.Days.Of(createdAtMs + NearMs), account.Days.Of(createdAtMs - NearMs), SpeiDays.DateOf(createdAtMs), account.Days.After(made)];
        return [.. days.Distinct().Where(day => day <= today).Select(day => day == today ? "" : SpeiDays.Write(day))];
    }

    private async Task<SpeiVerdict> PutAsync(Dictionary<string, string> members, CancellationToken cancellation)
    {
        if (signature.Sign(SpeiSignature.OfOrder(members)) is not { } signed)
        {
            return new SpeiVerdict.Refused(SpeiVerdict.NotNow, DeclineScope.Channel) { Detail = "The private key cannot be opened.", IsAlarm = true };
        }

        return SpeiVerdicts.Judge(account, await http.OrderAsync($"{account.OrdersPath}/ordenPago/registra", BodyOf(members, signed), cancellation).ConfigureAwait(false));
    }

    /// <summary>What is sent, by the members that are signed; a refusal where something of it cannot be sent.</summary>
    internal SpeiVerdict? MembersOf(PayoutDraft draft, out Dictionary<string, string> members)
    {
        members = new(StringComparer.Ordinal);
        var isCard = draft.AccountType == Mexico.DebitCardAccount;
        if (isCard && !account.AcceptsCards)
        {
            return new SpeiVerdict.Refused(SpeiVerdict.NotNow, DeclineScope.Channel) { Detail = "The account takes no debit cards." };
        }

        var name = SpeiTexts.Plain(draft.Person.Name ?? "");
        var to = NormalForm.Account(draft.Person.Account ?? "");
        if (draft.AmountMinor is <= 0 or > SpeiAmount.MaxMinor || draft.Currency != account.Account.Currency || name.Length == 0 || !SpeiReference.Is(draft.Reference)
            || !(isCard ? to.Length is 15 or 16 && to.All(char.IsAsciiDigit) : Clabe.IsValid(to)))
        {
            return new SpeiVerdict.Refused(SpeiVerdict.NotThese) { Detail = "The amount, the name or the account number is none that STP takes." };
        }

        if (ParticipantOf(draft, isCard ? null : to) is not { } participant)
        {
            return new SpeiVerdict.Refused(SpeiVerdict.NotThese) { Detail = "The recipient's bank has no number among SPEI's participants." };
        }

        members["institucionContraparte"] = participant;
        members["empresa"] = account.Company;
        members["claveRastreo"] = draft.Reference;
        members["institucionOperante"] = SpeiMovements.Participant;
        members["monto"] = SpeiAmount.Write(draft.AmountMinor);
        members["tipoPago"] = "1";
        members["tipoCuentaOrdenante"] = ClabeKind;
        members["nombreOrdenante"] = account.OrderingName;
        members["cuentaOrdenante"] = account.OrderingAccount;
        members["rfcCurpOrdenante"] = account.OrderingTaxNumber;
        members["tipoCuentaBeneficiario"] = isCard ? CardKind : ClabeKind;
        members["nombreBeneficiario"] = name;
        members["cuentaBeneficiario"] = to;
        members["rfcCurpBeneficiario"] = SpeiTexts.TaxNumber(draft.Person.Identity);
        members["conceptoPago"] = account.Concept;
        members["referenciaNumerica"] = SpeiReference.NumberOf(draft.Reference).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (account.SendsOptional)
        {
            members["topologia"] = "T";
            members["medioEntrega"] = "3";
            members["prioridad"] = "0";
        }

        return null;
    }

    /// <summary>The body: the very members that are signed, amounts and kinds as numbers.</summary>
    internal static byte[] BodyOf(IReadOnlyDictionary<string, string> members, string signed)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in members)
            {
                writer.WritePropertyName(name);
                if (name is "monto" or "tipoPago" or "tipoCuentaOrdenante" or "tipoCuentaBeneficiario" or "referenciaNumerica" or "medioEntrega" or "prioridad")
                {
                    writer.WriteRawValue(Encoding.ASCII.GetBytes(value));
                }
                else
                {
                    writer.WriteStringValue(value);
                }
            }

            writer.WriteString("firma", signed);
            writer.WriteEndObject();
        }

        return body.ToArray();
    }

    /// <summary>The receiving participant's five digits: the account's own table first; a CLABE's first three digits decide, a card's bank is the merchant's word.</summary>
    private string? ParticipantOf(PayoutDraft draft, string? clabe)
    {
        var bank = clabe is null ? Mexico.Country.Banks.Find(draft.BankCode) : Mexico.Country.Banks.FindByAccountPrefix(clabe[..Clabe.BankPrefixLength]);
        var number = account.Account.BankCodes.GetValueOrDefault(draft.BankCode) ?? account.Account.BankCodes.GetValueOrDefault(bank?.Code ?? "") ?? bank?.NationalCode;
        return number is { Length: >= 4 and <= 5 } && number.All(char.IsAsciiDigit) ? number : null;
    }

    private static bool Is(SpeiBody order, PayoutDraft draft) =>
        order.Text("claveRastreo") == draft.Reference && order.TryAmount("monto", out var minor) && minor == draft.AmountMinor
        && (order.Filled("cuentaBeneficiario") is not { } to || to == NormalForm.Account(draft.Person.Account ?? ""));

    /// <summary>Tells the operator, and takes no refusal of a repeat for one of the attempt: an earlier call may have been taken.</summary>
    private SpeiVerdict Say(SpeiVerdict verdict, PayoutDraft draft)
    {
        if (verdict.IsAlarm)
        {
            services.Log.LogError("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, draft.Reference, verdict.Detail);
        }
        else if (verdict is not SpeiVerdict.Taken)
        {
            services.Log.LogWarning("Channel account {AccountId}, attempt {Reference}: {Detail}", account.Account.Id, draft.Reference, verdict.Detail);
        }

        return draft.IsRepeat && verdict is SpeiVerdict.Refused ? new SpeiVerdict.Open { Detail = verdict.Detail, IsAlarm = verdict.IsAlarm } : verdict;
    }
}
