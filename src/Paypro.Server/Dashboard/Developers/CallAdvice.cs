using Paypro.Protocol.Countries;
using Paypro.Server.Calls;
using Paypro.Server.Merchants;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <summary>What was wrong with a call, and what to do.</summary>
/// <param name="Fault">In a few words.</param>
/// <param name="Mend">In sentences.</param>
internal sealed record Advice(string Fault, string Mend);

/// <summary>Names the fault of a call and how to mend it, in the reader's language.</summary>
internal static class CallAdvice
{
    /// <summary>The fault alone, for a list; in English.</summary>
    public static string FaultOf(ApiCallRow call, Operation? operation) => call.Fault switch
    {
        CallFault.None => "Accepted",
        CallFault.Path => "Unknown path",
        CallFault.Method => "Wrong method",
        CallFault.ContentType => "Wrong content type",
        CallFault.TooLong => "Body too long",
        CallFault.Unreadable => "Body cannot be read",
        CallFault.Signature => "Wrong signature",
        CallFault.Address => "Address not allowed",
        CallFault.Time => "Too old or too new",
        CallFault.TooOften => "Too many calls",
        CallFault.Field => RoleOf(call, operation) switch
        {
            FieldRole.Way or FieldRole.Channel => "Unknown way",
            FieldRole.Amount => "Amount not taken",
            FieldRole.Bank => "Unknown bank",
            FieldRole.Timestamp => "Too old or too new",
            FieldRole.Sign => "Key not strong enough",
            _ => "Field not taken",
        },
        CallFault.Failed => "Failed",
        CallFault.InDoubt => "Outcome unknown",
        CallFault.Busy => "Busy",
        _ => "Refused",
    };

    /// <param name="call">The call.</param>
    /// <param name="operation">What it asked for; null where the path is none.</param>
    /// <param name="merchant">The merchant as the calls see it; null where it cannot be used.</param>
    /// <param name="country">The merchant's.</param>
    /// <param name="ways">The ways that are open for it, each with its range.</param>
    /// <param name="t">The reader's language.</param>
    public static Advice Of(ApiCallRow call, Operation? operation, Merchant? merchant, Country country, IReadOnlyList<string> ways, ScreenTexts t) => new(t[FaultOf(call, operation)], call.Fault switch
    {
        CallFault.None => t["Nothing has to be mended."],
        CallFault.Path => t["Compare the path with the reference. The calls of this merchant stand under /{0}.", country.Segment],
        CallFault.Method => t["Send the call with the method POST."],
        CallFault.ContentType => t["Send the header Content-Type: application/json, and the body unpacked."],
        CallFault.TooLong => t["A body has at most 16 KiB. Look for a member that holds more than it should."],
        CallFault.Unreadable => t["Send one flat JSON object in UTF-8: no objects or lists inside it, and each member once."],
        CallFault.Signature => SignAdvice.Of(Enum.TryParse<SignMistake>(call.Mistake, out var mistake) ? mistake : SignMistake.Unknown, call.MistakeIn, merchant, country, t),
        CallFault.Address => t["Add {0} to the allow-list if it is one of your servers. If it is not, somebody else has your key: replace it at once.", call.Address],
        CallFault.Time => t["Make the timestamp from the present time and sign anew for each try. Keep the clock of your server right with NTP."],
        CallFault.TooOften => t["Wait as long as the header Retry-After says and send the same request again. Notifications tell you of results without asking."],
        CallFault.Field => OfField(RoleOf(call, operation), ways, t),
        CallFault.Failed or CallFault.Busy => t["Nothing was stored. Send the same request again."],
        CallFault.InDoubt => t["It is not known whether it was stored. Send the very same request again, or ask for the order, before you do anything else."],
        _ => t["The answer says why. Nothing was stored, and the number stays free."],
    });

    public static FieldRole? RoleOf(ApiCallRow call, Operation? operation) => operation?.Fields.FirstOrDefault(f => f.Name == call.Field)?.Role;

    private static string OfField(FieldRole? role, IReadOnlyList<string> ways, ScreenTexts t) => role switch
    {
        FieldRole.Way or FieldRole.Channel => ways.Count == 0 ? t["No way is open for this merchant at present."] : t["Use a way that is open for this merchant: {0}.", string.Join(", ", ways)],
        FieldRole.Amount => ways.Count == 0 ? t["Send the amount in the currency's own units, as the reference shows."] : t["Send the amount in the currency's own units. The ways take: {0}.", string.Join(", ", ways)],
        FieldRole.Bank => t["Use a code of the country's bank list, which stands in the reference."],
        FieldRole.Timestamp => t["Make the timestamp from the present time and sign anew for each try. Keep the clock of your server right with NTP."],
        FieldRole.Sign => t["Sign payouts with an HMAC key, in the header Paypro-Signature. Make one under Keys if you have none."],
        FieldRole.NotifyUrl or FieldRole.ReturnUrl => t["Give an absolute http or https address. A default notify URL spares the member."],
        FieldRole.TradeNo or FieldRole.RefundNo or FieldRole.Number => t["A number has 1 to 128 printable ASCII characters without blanks and is new for each order. A repeated call carries the very same content."],
        FieldRole.SubMerchant => t["Use the number of one of this merchant's sub-merchants."],
        _ => t["The answer names the field and its rule; the reference shows an example. Values that belong to persons are not shown here."],
    };
}
