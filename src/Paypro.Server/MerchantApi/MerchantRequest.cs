using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>A request whose signature was right and whose fields were checked. Nothing after this knows a country's field names.</summary>
/// <param name="Merchant">Whose it is.</param>
/// <param name="Operation">What is asked.</param>
/// <param name="Fields">Checked.</param>
/// <param name="Sign">What is remembered of its signature; null where nothing is.</param>
/// <param name="Stale">Why it is too old or too new for a new order; null when it is neither.</param>
/// <param name="Snapshot">The configuration that it was checked against.</param>
internal sealed record MerchantRequest(Merchant Merchant, Operation Operation, RequestFields Fields, CreationSignRow? Sign, string? Stale, Snapshot Snapshot)
{
    /// <summary>Why a <b>new</b> order is refused; a known one is answered all the same.</summary>
    public string? Refusal => Stale ?? WeakKey ?? SubMerchantProblem;

    /// <summary>Why the kind of its key is not enough for a new order; null where it is.</summary>
    public string? WeakKey { get; init; }

    /// <summary>Where a country names a sub-merchant, it must be one of the merchant's.</summary>
    private string? SubMerchantProblem => Fields.SubMerchant is not { } sub || Snapshot.SubMerchants.Contains((Merchant.No, sub))
        ? null
        : "subMerchantNo: is not one of this merchant's";
}

/// <summary>What the API answers. Written in one place (<see cref="AnswerWriter"/>).</summary>
internal abstract record ApiAnswer
{
    private ApiAnswer() { }

    /// <summary>Accepted, with an order.</summary>
    public sealed record Order(OrderView View) : ApiAnswer;

    /// <summary>Accepted, with a balance.</summary>
    public sealed record Balance(BalanceView View) : ApiAnswer;

    /// <summary>Accepted, with facts about no order.</summary>
    public sealed record Facts(FactsView View) : ApiAnswer;

    /// <summary>Accepted, with nothing to tell.</summary>
    public sealed record Done : ApiAnswer;

    /// <summary>Refused: nothing was stored.</summary>
    public sealed record Refused(string Sentence) : ApiAnswer
    {
        /// <summary>A wrong signature and an unknown merchant answer the same, so that nobody can find out which numbers exist.</summary>
        public static readonly Refused NotAuthentic = new(WrongSign.Sentence);
    }

    /// <summary>The system failed, and certainly nothing was stored.</summary>
    /// <param name="Sentence">What to tell the merchant.</param>
    public sealed record Failed(string Sentence = "the system failed and nothing was stored; send the same request again") : ApiAnswer;

    /// <summary>It cannot be known whether it was stored: 504 without a body, so that no client books it as a failure.</summary>
    public sealed record InDoubt : ApiAnswer;

    /// <summary>HTTP keeps its meaning (403, 404, 405, 413, 415, 429, 503), with the envelope.</summary>
    public sealed record Http(int Status, string Sentence) : ApiAnswer
    {
        /// <summary>
        /// What the envelope says. Clients take a query's <c>8000</c> for the order's end, so that age and load, which say nothing about
        /// an order, are never that.
        /// </summary>
        public string Code => Status is >= 500 or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests ? ResponseCode.Failed : ResponseCode.Refused;

        /// <summary>When to come again, seconds; 0 where that would be of no use.</summary>
        public int RetryAfterS { get; init; } = Status == StatusCodes.Status503ServiceUnavailable ? 1 : 0;
    }
}
