using Paypro.Protocol.Countries;

namespace Paypro.Server.Reference;

/// <summary>What holds for every call, in Markdown for the documents and in paragraphs for the page.</summary>
internal static class ReferenceTexts
{
    public const string Requests =
        "Every call is a POST of one flat JSON object in UTF-8, at most 16 KiB, with the header merchantNo. A number may come quoted or bare in every field. "
        + "Members that are not documented are ignored and still signed. Paths are matched in any letter case, with the country's segment or without it.";

    public const string Answers =
        "HTTP 200 carries the outer code: 0000 accepted, 8000 refused (nothing was stored and the tradeNo stays free; msg names the field), 5000 failed (certainly nothing was stored). "
        + "HTTP 504 without a body means that it is not known whether the request was stored: send the same request again, the tradeNo makes it harmless. "
        + "The state of an order is in data.status; every outcome that is not known is 0015.";

    /// <summary>The steps of the signature.</summary>
    public static IReadOnlyList<string> Signing { get; } =
    [
        "Take all members of the body except sign. A string stands for itself; a number or boolean for its literal text as sent.",
        "Leave out empty strings and null.",
        "Sort by name, by character code. Join name=value without any separator.",
        "Append your key and take the MD5 of the UTF-8 bytes, as 32 lower-case hexadecimal digits. That is sign.",
    ];

    /// <summary>What is said of operations that no page documents.</summary>
    public const string Ours =
        "This operation is of our own and stands in no documentation but this. Its request signs what it is for in the member operation, and its timestamp is at most 15 minutes from the server's clock.";

    public const string Hmac =
        "A key of the kind HMAC-SHA256 signs by a header instead: Paypro-Signature: t=<unix seconds>,v1=<hex>, the HMAC-SHA256 with your key over the word request, the path, the merchant number, t and "
        + "the raw body, joined by line feeds. The kind belongs to the key and holds for both directions; notifications have the word notify in place of request.";

    public const string Notifications =
        "When an order reaches a result, or its result changes, this is posted to its notifyUrl, signed with the merchant's key. Answer with HTTP 200 and the body OK within 10 seconds; anything else is tried again. "
        + "Check the sign before you believe it, and take the newest result.";

    /// <summary>The groups of calls, in the order in which a reader meets them.</summary>
    public static IReadOnlyList<(string Name, string Description)> Groups { get; } =
    [
        (PayIns, "Money that comes from payers, by payment data that the merchant shows or by the hosted page."),
        (Payouts, "Money that goes to recipients."),
        (Refunds, "Money of a pay-in that goes back to its payer."),
        (Balances, "What the merchant holds."),
        (Results, "What a merchant's server is told."),
    ];

    public const string PayIns = "Pay-ins", Payouts = "Payouts", Refunds = "Refunds", Balances = "Balances", Results = "Notifications";

    /// <summary>The group of an operation.</summary>
    public static string GroupOf(Operation operation) => operation.Kind switch
    {
        OperationKind.QueryBalance => Balances,
        OperationKind.CreateRefund or OperationKind.QueryRefund => Refunds,
        _ => operation.ConcernsPayIns ? PayIns : Payouts,
    };

    /// <summary>Why HTTP itself says no.</summary>
    public static IReadOnlyList<(int Status, string Title, string Code)> HttpRefusals { get; } =
    [
        (403, "The request is no creation and its time is too far from the server's clock (live only); it says nothing about an order.", "5000"),
        (404, "The path is no operation of this API.", "8000"),
        (405, "The method is not POST.", "8000"),
        (413, "The body is longer than 16 KiB.", "8000"),
        (415, "The content type is not JSON in UTF-8.", "8000"),
        (429, "Too many requests; Retry-After says when to try again.", "5000"),
        (503, "The service is busy; Retry-After says when to send the same request again.", "5000"),
    ];
}
