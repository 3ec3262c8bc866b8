using System.Globalization;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.Paypro;

/// <summary>What is sent of an operation, without time and signature, which are new for every call.</summary>
/// <param name="Path">Behind the upstream's base.</param>
/// <param name="Members">The texts by their names, in the operation's order.</param>
/// <param name="HasTime">Whether the operation has a timestamp.</param>
/// <param name="SignMayBeHeader">Whether the signature may stand in the header.</param>
internal sealed record PayproRequest(string Path, IReadOnlyList<KeyValuePair<string, string>> Members, bool HasTime, bool SignMayBeHeader)
{
    /// <summary>Hides everything: a request printed by mistake must not leak.</summary>
    public override string ToString() => $"PayproRequest {Path}";
}

/// <summary>
/// Fills a country's operation from a draft: for each field the draft's value of its role. What comes of it is checked with the country's
/// own rules, since an upstream's refusal may not be certain and ours is.
/// </summary>
internal static class PayproRequests
{
    /// <summary>The request for a pay-in; null with a decline: nothing was sent.</summary>
    public static PayproRequest? OfPayIn(PayproAccount account, PayInDraft draft, long nowMs, out PayproVerdict.Refused? decline)
    {
        var way = account.Way(draft.Way);
        var operation = account.PayInOperation(way);
        var values = ValuesOf(account, draft.Reference, draft.AmountMinor, draft.Person);
        values[FieldRole.Way] = way.WayCode;
        values[FieldRole.Channel] = way.ChannelCode;
        values[FieldRole.ReturnUrl] = draft.ReturnUrl;
        if (draft.ReturnUrl is null && operation.Fields.Any(field => field is { Role: FieldRole.ReturnUrl, Presence: Presence.Required }))
        {
            // Nobody is sent back from what is paid on our own page, but the field must be there.
            values[FieldRole.ReturnUrl] = account.Callback.GetLeftPart(UriPartial.Authority) + "/";
        }

        var request = Build(account, operation, values, draft.AmountMinor, nowMs, out decline, fields => fields.Way is null || fields.Way == way);
        return request is null ? null : With(request, operation, FieldRole.Way, account.Account.Settings.GetValueOrDefault(PayproSettings.WayPrefix + way.Code));
    }

    /// <summary>The request for a payout; null with a decline: nothing was sent.</summary>
    public static PayproRequest? OfPayout(PayproAccount account, PayoutDraft draft, long nowMs, out PayproVerdict.Refused? decline)
    {
        var operation = account.Country.FindOperation(OperationKind.CreatePayout)!;
        var values = ValuesOf(account, draft.Reference, draft.AmountMinor, draft.Person);
        values[FieldRole.AccountType] = draft.AccountType;
        values[FieldRole.Bank] = draft.BankCode;
        string? theirs = null;
        if (draft.BankCode.Length > 0 && (theirs = account.BankCodeOf(draft.BankCode)) is null)
        {
            decline = new(PayproVerdict.NotNow, Scope: DeclineScope.Channel) { Detail = $"The table of banks has no line for {draft.BankCode}." };
            return null;
        }

        var request = Build(account, operation, values, draft.AmountMinor, nowMs, out decline, static _ => true);
        return request is null ? null : With(request, operation, FieldRole.Bank, theirs);
    }

    /// <summary>A question about an order by our number.</summary>
    public static PayproRequest OfQuery(PayproAccount account, OperationKind kind, string reference)
    {
        var operation = account.Country.FindOperation(kind)!;
        return Plain(account, operation, new() { [FieldRole.TradeNo] = reference });
    }

    /// <summary>The question about the balances.</summary>
    public static PayproRequest OfBalance(PayproAccount account) => Plain(account, account.Country.FindOperation(OperationKind.QueryBalance)!, []);

    /// <summary>A question about an account; null when its bank is not in the table.</summary>
    public static PayproRequest? OfAccountCheck(PayproAccount account, Operation operation, AccountEnquiry enquiry) =>
        account.BankCodeOf(enquiry.BankCode) is not { } bank ? null
            : Plain(account, operation, new() { [FieldRole.Bank] = bank, [FieldRole.Account] = enquiry.AccountNo });

    /// <summary>An operation of our own software. It names itself in a signed member, so that its body is good for no other.</summary>
    public static PayproRequest OfOwn(PayproAccount account, string path, string name, params (string Name, string? Text)[] members) => new(
        account.PathOf(path),
        [
            new("operation", name),
            .. members.Where(member => !string.IsNullOrEmpty(member.Text)).Select(member => KeyValuePair.Create(member.Name, member.Text!)),
        ],
        HasTime: true,
        SignMayBeHeader: false);

    /// <summary>An amount as requests have it; null when the country cannot carry its remainder.</summary>
    public static string? AmountOf(Country country, long amountMinor) =>
        !country.AmountDecimals && amountMinor % country.Currency.UnitMinor != 0 ? null : AmountText.WholeOrFixed(amountMinor, country.Currency);

    private static Dictionary<FieldRole, string?> ValuesOf(PayproAccount account, string reference, long amountMinor, Person person)
    {
        var (first, last) = Split(person.Name);
        return new()
        {
            [FieldRole.TradeNo] = reference,
            [FieldRole.Amount] = AmountOf(account.Country, amountMinor),
            [FieldRole.NotifyUrl] = account.Callback.AbsoluteUri,
            [FieldRole.Remark] = reference,
            [FieldRole.Name] = person.Name,
            [FieldRole.FirstName] = first,
            [FieldRole.LastName] = last,
            [FieldRole.Mobile] = person.Mobile,
            [FieldRole.Email] = person.Email,
            [FieldRole.Account] = person.Account,
            [FieldRole.Identity] = person.Identity,
            [FieldRole.IdentityType] = person.IdentityType,
            [FieldRole.CustomerId] = person.CustomerId,
            [FieldRole.IpAddress] = account.Account.Settings.GetValueOrDefault(PayproSettings.IpAddress),
            [FieldRole.SubMerchant] = account.Account.Settings.GetValueOrDefault(PayproSettings.SubMerchantNo),
        };
    }

    /// <summary>A name at its last blank; one word is both, where both are asked for.</summary>
    private static (string? First, string? Last) Split(string? name)
    {
        var at = name?.Trim().LastIndexOf(' ') ?? -1;
        return at < 0 ? (name, name) : (name!.Trim()[..at], name.Trim()[(at + 1)..]);
    }

    private static PayproRequest? Build(
        PayproAccount account, Operation operation, Dictionary<FieldRole, string?> values, long amountMinor, long nowMs,
        out PayproVerdict.Refused? decline, Func<RequestFields, bool> isMeant)
    {
        decline = null;
        if (values[FieldRole.Amount] is null)
        {
            decline = new(PayproVerdict.NotNow, Scope: DeclineScope.Channel) { Detail = "The country's requests carry whole units only." };
            return null;
        }

        var request = Plain(account, operation, values);
        var time = nowMs.ToString(CultureInfo.InvariantCulture);
        var body = FlatBody.Read(PayproHttp.Write([.. request.Members, new("timestamp", time)]), out var error);
        var context = new RequestContext(IsSandbox: !account.Account.Live, new DraftBanks(account.Country.Banks));
        if (body is not null && RequestReader.Read(account.Country, operation, body, context, out error) is { } fields)
        {
            if (fields.AmountMinor == amountMinor && isMeant(fields))
            {
                return request;
            }

            error = "the request would mean another order";
        }

        decline = new PayproVerdict.Refused(PayproVerdict.NotNow, Scope: PayproVerdicts.ScopeOf(operation, error ?? ""))
        {
            Detail = error ?? "",
        };
        decline = decline.Scope == DeclineScope.Order ? decline with { Reason = PayproVerdict.NotThese } : decline;
        return null;
    }

    private static PayproRequest Plain(PayproAccount account, Operation operation, Dictionary<FieldRole, string?> values)
    {
        var members = new List<KeyValuePair<string, string>>();
        foreach (var field in operation.Fields)
        {
            if (values.GetValueOrDefault(field.Role) is { Length: > 0 } text)
            {
                members.Add(new(field.Name, text));
            }
        }

        return new(account.PathOf(operation), members, operation.Fields.Any(field => field.Role == FieldRole.Timestamp), operation.SignMayBeHeader);
    }

    /// <summary>The same with the upstream's own code in a field.</summary>
    private static PayproRequest With(PayproRequest request, Operation operation, FieldRole role, string? theirs) => theirs is null ? request : request with
    {
        Members = [.. request.Members.Select(member => operation.Fields.First(field => field.Name == member.Key).Role == role ? new(member.Key, theirs) : member)],
    };

    /// <summary>The country's banks and whatever the operator has added to his table, which this channel does not see.</summary>
    private sealed class DraftBanks(IBankDirectory listed) : IBankDirectory
    {
        public bool IsEmpty => listed.IsEmpty;

        public Bank? Find(string code) => listed.Find(code) ?? new Bank(code, code, "", "bank");

        public Bank? FindByAccountPrefix(string prefix) => listed.FindByAccountPrefix(prefix);
    }
}
