namespace Paypro.Channels.Mpesa;

/// <summary>The settings of a channel account at Safaricom's Daraja. Required are <see cref="Base"/> and <see cref="ShortCode"/>.</summary>
public static class MpesaSettings
{
    /// <summary>The address without a path: <c>https://api.safaricom.co.ke</c>, or <c>https://sandbox.safaricom.co.ke</c>. http only on loopback, and only for accounts that move no real money.</summary>
    public const string Base = "base";

    /// <summary>The short code of "Go Live", 5 to 7 digits: the paybill, or the head office or store number of a till.</summary>
    public const string ShortCode = "shortCode";

    /// <summary><c>CustomerPayBillOnline</c> (default), or <c>CustomerBuyGoodsOnline</c> for tills.</summary>
    public const string TransactionType = "transactionType";

    /// <summary>Who is paid by the prompt: <see cref="ShortCode"/> by default; required for tills, whose number it is.</summary>
    public const string PartyB = "partyB";

    /// <summary>Payments that the payer makes from the menu: <c>none</c> (default), <c>hint</c> (booked when the list has them; needs <see cref="Pull"/>) or <c>booked</c> (their confirmation is proof; needs <see cref="CallbackAddresses"/>).</summary>
    public const string C2b = "c2b";

    /// <summary>What M-PESA does where our validation does not answer: <c>Completed</c> (default) or <c>Cancelled</c>.</summary>
    public const string C2bUnanswered = "c2bUnanswered";

    /// <summary>Whether the account has the product "Pull transactions", the list of what came: <c>no</c> (default) or <c>yes</c>.</summary>
    public const string Pull = "pull";

    /// <summary>What the list's <c>OffSetValue</c> counts: <c>rows</c> or <c>pages</c>. Required with <see cref="Pull"/>: no documentation that was seen says it.</summary>
    public const string PullOffset = "pullOffset";

    /// <summary>The phone number that the list is registered with, 12 digits. Required with <see cref="Pull"/>.</summary>
    public const string PullNumber = "pullNumber";

    /// <summary>Which time the list's <c>trxDate</c> is: <c>nairobi</c> (default), whatever its <c>Z</c> says, or <c>utc</c>.</summary>
    public const string PullTimes = "pullTimes";

    /// <summary>The API operator that payouts, reversals and status questions are made by; none without it.</summary>
    public const string InitiatorName = "initiatorName";

    /// <summary>The short code that payouts are paid from; without it there are none.</summary>
    public const string B2cShortCode = "b2cShortCode";

    /// <summary><c>BusinessPayment</c> (default), <c>SalaryPayment</c> or <c>PromotionPayment</c>.</summary>
    public const string CommandId = "commandId";

    /// <summary>Whether a reversal may be of less than the payment: <c>no</c> (default) or <c>yes</c>.</summary>
    public const string PartialReversals = "partialReversals";

    /// <summary>Result codes of a status question, with commas between, that say that there is no such transaction. None by default: no documentation that was seen names one.</summary>
    public const string NotFoundCodes = "notFoundCodes";

    /// <summary>Addresses that callbacks may come from, with commas between; any by default.</summary>
    public const string CallbackAddresses = "callbackAddresses";

    /// <summary>Prompts, payouts and reversals that may begin in a second, and as many questions: 1 to 1,000, 5 by default. Safaricom agrees it with each customer.</summary>
    public const string MaxPerSecond = "maxPerSecond";

    /// <summary>The only authority whose server certificates are taken, PEM; by default those of the machine.</summary>
    public const string ServerAuthority = "serverAuthority";

    /// <summary>All of them; one that ends with a point begins a name.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Base, ShortCode, TransactionType, PartyB, C2b, C2bUnanswered, Pull, PullOffset, PullNumber, PullTimes, InitiatorName, B2cShortCode, CommandId, PartialReversals,
        NotFoundCodes, CallbackAddresses, MaxPerSecond, ServerAuthority,
    ];
}
