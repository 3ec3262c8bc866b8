using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Paypro.Channels.DLocal;

/// <summary>The bodies that are sent. Pure.</summary>
internal static class DLocalWriting
{
    private const int LongestText = 100;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A pay-in.</summary>
    /// <param name="account">The account.</param>
    /// <param name="draft">The pay-in.</param>
    /// <param name="way">Its method.</param>
    /// <param name="notifyUrl">Where its notification comes to.</param>
    /// <param name="lacks">A member that is missing; null when none is.</param>
    public static byte[] Payment(DLocalAccount account, PayInDraft draft, DLocalWay way, string notifyUrl, out string? lacks)
    {
        var payer = new JsonObject();
        Put(payer, "name", draft.Person.Name);
        Put(payer, "email", draft.Person.Email);
        Put(payer, "document", draft.Person.Identity is { Length: > 0 } identity && account.Rules.Document?.Invoke(identity) is not null ? identity : null);
        Put(payer, "phone", draft.Person.Mobile);
        Put(payer, "user_reference", draft.Person.CustomerId);
        var body = new JsonObject
        {
            ["amount"] = JsonValue.Create(DLocalAmount.Write(draft.AmountMinor, draft.Currency)),
            ["currency"] = draft.Currency,
            ["country"] = account.Account.Country,
            ["payment_method_id"] = way.Method,
            ["payment_method_flow"] = way.IsDirect ? "DIRECT" : "REDIRECT",
            ["payer"] = payer,
            ["order_id"] = draft.Reference,

            // Without digits: the sandbox takes a number in here for the state that the payment is to have.
            ["description"] = "Order",
            ["notification_url"] = notifyUrl,
        };
        Put(body, "callback_url", draft.ReturnUrl);
        account.Complete(body, DLocalSettings.PaymentDefault);
        lacks = account.Lacks(body, account.Rules.PaymentNeeds);
        return Bytes(body);
    }

    /// <summary>A refund.</summary>
    public static byte[] Refund(RefundDraft draft, string paymentId, string notifyUrl) => Bytes(new JsonObject
    {
        ["payment_id"] = paymentId,
        ["amount"] = JsonValue.Create(DLocalAmount.Write(draft.AmountMinor, draft.Currency)),
        ["currency"] = draft.Currency,
        ["notification_url"] = notifyUrl,
    });

    /// <summary>A payout; or why it cannot be sent from this account, which another one may send.</summary>
    public static byte[]? Payout(DLocalAccount account, PayoutDraft draft, string notifyUrl, out DLocalVerdict.Refused? refused)
    {
        var target = TargetOf(account, draft);
        var (code, member) = (account.Country.Banks.IsEmpty && target == DLocalTarget.Bank ? draft.BankCode : account.Account.BankCodes.GetValueOrDefault(draft.BankCode), account.PayoutMemberOf(target));
        var codeMember = target switch
        {
            DLocalTarget.Bank => "beneficiary.bank_account.code",
            DLocalTarget.Wallet => account.Setting(DLocalSettings.PayoutCodeMember + "wallet"),
            _ => null,
        };
        var method = account.PayoutMethodOf(target, draft.BankCode);
        var identity = draft.Person.Identity is { Length: > 0 } shown ? shown : null;
        var type = identity is null ? null : account.Rules.Document?.Invoke(identity);
        refused = string.IsNullOrEmpty(draft.Person.Account) || (identity is not null && account.Rules.Document is not null && type is null)
                ? new(DLocalVerdict.NotThese) { Detail = "The recipient's account or identity number has not the form that dLocal asks for." }
            : method is null || (target != DLocalTarget.Bank && member is null)
                ? Lacking($"the settings {DLocalSettings.PayoutMethod} and {DLocalSettings.PayoutMember} do not say how dLocal pays to a {target.ToString().ToLowerInvariant()}")
            : codeMember is not null && string.IsNullOrEmpty(code) ? Lacking("the account's bank codes have no line for the recipient's bank or wallet")
            : null;
        if (refused is not null)
        {
            return null;
        }

        var beneficiary = new JsonObject();
        Name(beneficiary, draft.Person.Name);
        Put(beneficiary, "phone", draft.Person.Mobile ?? (target == DLocalTarget.Wallet ? draft.Person.Account : null));
        if (type is not null)
        {
            beneficiary["document"] = new JsonObject { ["type"] = type, ["id"] = identity };
        }

        var amount = DLocalAmount.Write(draft.AmountMinor, draft.Currency);
        var body = new JsonObject
        {
            ["external_id"] = draft.Reference,
            ["payment_method_id"] = method,
            ["flow_type"] = "B2C",
            ["country"] = account.Account.Country,
            ["currency"] = draft.Currency,
            ["currency_to_pay"] = draft.Currency,
            ["amount"] = JsonValue.Create(amount),
            ["purpose"] = account.Setting(DLocalSettings.Purpose),
            ["beneficiary"] = beneficiary,
            ["description"] = "Payout",
            ["notification_url"] = notifyUrl,
        };
        DLocalAccount.Put(body, target == DLocalTarget.Bank ? "beneficiary.bank_account.account" : member!, draft.Person.Account!);
        if (codeMember is not null)
        {
            DLocalAccount.Put(body, codeMember, code!);
        }

        account.Complete(body, DLocalSettings.PayoutDefault, without: target == DLocalTarget.Bank ? null : "beneficiary.bank_account.");
        var lacks = account.Lacks(body, ["beneficiary.first_name", "beneficiary.last_name", .. account.Rules.Needs, .. target == DLocalTarget.Bank ? account.Rules.BankNeeds : []]);
        refused = lacks is null ? null : Lacking($"{lacks} is missing: the merchant's call has none, the account has no {DLocalSettings.PayoutDefault}{lacks}, and {DLocalSettings.LeftOut} does not name it");
        return refused is null ? Bytes(body) : null;

        static DLocalVerdict.Refused Lacking(string what) => new(DLocalVerdict.NotNow, DeclineScope.Channel) { Detail = $"Nothing was sent: {what}.", IsAlarm = true };
    }

    private static DLocalTarget TargetOf(DLocalAccount account, PayoutDraft draft) => account.Rules.Always
        ?? (draft.AccountType == Protocol.Countries.Pakistan.WalletAccount || account.Wallets.Contains(draft.BankCode) || account.Country.Banks.Find(draft.BankCode) is { Kind: "ewallet" }
            ? DLocalTarget.Wallet : DLocalTarget.Bank);

    /// <summary>dLocal has two names where we have one: it is divided at its last blank, and one word is both.</summary>
    private static void Name(JsonObject person, string? name)
    {
        var words = (name ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 0)
        {
            Put(person, "first_name", words.Length == 1 ? words[0] : string.Join(' ', words[..^1]));
            Put(person, "last_name", words[^1]);
        }
    }

    private static void Put(JsonObject into, string member, string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            var whole = text.Trim();
            into[member] = member == "callback_url" || whole.Length <= LongestText ? whole : whole[..(char.IsHighSurrogate(whole[LongestText - 1]) ? LongestText - 1 : LongestText)];
        }
    }

    private static byte[] Bytes(JsonObject body)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            body.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
