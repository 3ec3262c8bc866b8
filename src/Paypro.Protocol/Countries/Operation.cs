namespace Paypro.Protocol.Countries;

/// <summary>What an operation does, whatever its path.</summary>
public enum OperationKind : byte
{
    /// <summary>A pay-in whose payment data the merchant shows.</summary>
    CreatePayIn = 1,

    /// <summary>A pay-in on our hosted page.</summary>
    CreateHostedPayIn = 2,

    /// <summary>A payout.</summary>
    CreatePayout = 3,

    /// <summary>Asks for a pay-in.</summary>
    QueryPayIn = 4,

    /// <summary>Asks for a payout.</summary>
    QueryPayout = 5,

    /// <summary>Asks for the balances.</summary>
    QueryBalance = 6,

    /// <summary>Asks for the holder of an account (Indonesia).</summary>
    VerifyAccount = 7,

    /// <summary>Asks for a voucher (Indonesia).</summary>
    Proof = 8,

    /// <summary>Asks for an order by the rail's reference (Kenya).</summary>
    QueryByCode = 9,

    /// <summary>Hands in the rail's reference of a payment that the payer has made (Bangladesh).</summary>
    SubmitReference = 10,

    /// <summary>Ours: gives a pay-in's money back to its payer.</summary>
    CreateRefund = 11,

    /// <summary>Ours: asks for a refund.</summary>
    QueryRefund = 12,

    /// <summary>Ours: ends a pay-in that nobody has paid.</summary>
    CancelPayIn = 13,
}

/// <summary>One documented call of a country.</summary>
public sealed record Operation
{
    /// <summary>What it does.</summary>
    public required OperationKind Kind { get; init; }

    /// <summary>The documented path without the country's segment: <c>/v1/paypro/payInApi</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The documented members of the request.</summary>
    public required IReadOnlyList<Field> Fields { get; init; }

    /// <summary>The members of <c>data</c>.</summary>
    public required IReadOnlyList<ResponseMember> Response { get; init; }

    /// <summary>Rules over several fields, in the order in which they are asked.</summary>
    public IReadOnlyList<Check> Checks { get; init; } = [];

    /// <summary>
    /// Right requests beside the one that the examples of <see cref="Fields"/> make: other documented examples, and one for each
    /// kind of account or way that the first does not show.
    /// </summary>
    public IReadOnlyList<Sample> Examples { get; init; } = [];

    /// <summary>
    /// What a request says in its signed member <c>operation</c>, so that it can be used for nothing else; null for documented
    /// operations, which have no such member.
    /// </summary>
    public string? SignedName { get; init; }

    /// <summary>Whether <c>sign</c> is also taken from the header (Brazil's older form, Indonesia's voucher).</summary>
    public bool SignMayBeHeader { get; init; }

    /// <summary>Whether a way counts only together with a group of ways (Indonesia's cashier).</summary>
    public bool WayNeedsChannel { get; init; }

    /// <summary>
    /// Texts of the way that stand in a documented example and are no way: a sandbox lets the payer choose instead, a live installation
    /// refuses them.
    /// </summary>
    public IReadOnlyList<string> SandboxOpenWays { get; init; } = [];

    /// <summary>Whether the response quotes <c>timestamp</c> and <c>success</c> (Pakistan's balance).</summary>
    public bool QuotesEnvelope { get; init; }

    /// <summary>A sentence about a field, by the name that this operation gives it; without a name where it has no such field.</summary>
    public string Says(FieldRole role, string sentence)
    {
        foreach (var field in Fields)
        {
            if (field.Role == role)
            {
                return $"{field.Name}: {sentence}";
            }
        }

        return sentence;
    }

    /// <summary>Whether no page documents it: it is of our own.</summary>
    public bool IsOurs => SignedName is not null;

    /// <summary>The field whose text names what a request is about, and makes it one that can be repeated.</summary>
    public FieldRole NumberRole => Kind is OperationKind.CreateRefund or OperationKind.QueryRefund ? FieldRole.RefundNo : FieldRole.TradeNo;

    /// <summary>Whether it stores something under the merchant's number: a repeat is answered as the first was.</summary>
    public bool Stores => Creates || Kind == OperationKind.CreateRefund;

    /// <summary>Whether it stores a pay-in or a payout.</summary>
    public bool Creates => Kind is OperationKind.CreatePayIn or OperationKind.CreateHostedPayIn or OperationKind.CreatePayout;

    /// <summary>Whether a request changes nothing, so that it does no harm to answer one whose signature was used before.</summary>
    public bool OnlyReads => !Stores && Kind is not (OperationKind.SubmitReference or OperationKind.CancelPayIn);

    /// <summary>Whether it is about pay-ins; false for payouts and for what concerns neither.</summary>
    public bool ConcernsPayIns => Kind is OperationKind.CreatePayIn or OperationKind.CreateHostedPayIn or OperationKind.QueryPayIn
        or OperationKind.QueryByCode or OperationKind.SubmitReference or OperationKind.CancelPayIn;
}
