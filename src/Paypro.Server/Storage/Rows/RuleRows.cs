using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>What a person is known by. Stored as its number.</summary>
internal enum MarkKind : short
{
    /// <summary>Account, card, wallet or PIX key.</summary>
    Account = 1,
    Phone = 2,
    TaxNumber = 3,

    /// <summary>The merchant's own number of its customer; counted by rules, never on the block list.</summary>
    Customer = 4,
}

/// <summary>Somebody with whom nobody, or one merchant not, does business: the keyed hash of an account, a phone or a tax number.</summary>
internal sealed class BlockEntryRow
{
    /// <summary>Ordered by time.</summary>
    public long Id { get; set; }

    /// <summary>For whom it holds; 0 = every merchant of the country.</summary>
    public long MerchantNo { get; set; }

    /// <summary>Entered by the merchant's own people, who see and take off no other ones.</summary>
    public bool IsOwn { get; set; }

    /// <summary>Two-letter code: each country has its own form of an account.</summary>
    public string Country { get; set; } = "";
    public MarkKind Kind { get; set; }

    /// <summary>Made of country, kind and the one form of the text: no personal data.</summary>
    public string Hash { get; set; } = "";
    public string Reason { get; set; } = "";
    public string MadeBy { get; set; } = "";
    public long MadeAtMs { get; set; }
}

/// <summary>Over how long a rule counts: what came within so long before. Stored as its number.</summary>
internal enum RuleSpan : short
{
    Hour = 1,
    Day = 2,
}

/// <summary>What a rule does with one too many. Stored as its number.</summary>
internal enum RuleAction : short
{
    /// <summary>A payout waits for a person; a pay-in is taken, and what it brings is held.</summary>
    Hold = 1,

    /// <summary>It is refused.</summary>
    Refuse = 2,
}

/// <summary>How much one payer or one recipient of a merchant may do. One of both limits at least is set.</summary>
internal sealed class MerchantRuleRow
{
    public long MerchantNo { get; set; }

    /// <summary>Pay-ins: per payer. Payouts: per recipient.</summary>
    public Direction Direction { get; set; }
    public RuleSpan Span { get; set; }
    public RuleAction Action { get; set; }

    /// <summary>So many at most; null = any number.</summary>
    public int? MostCount { get; set; }

    /// <summary>So much together at most, minor units; null = any amount.</summary>
    public long? MostMinor { get; set; }
}

/// <summary>
/// What one payer or recipient did with a merchant that has rules, within the last day. One small row per person, so that no two persons wait for each other;
/// cleared away when nothing counts any longer.
/// </summary>
internal sealed record RuleCountRow
{
    public short Bucket { get; init; }
    public long MerchantNo { get; init; }

    /// <summary>A keyed hash of direction and what he is known by: no personal data.</summary>
    public string Person { get; init; } = "";

    /// <summary>When, how many and how much, the oldest first: <c>ms:count:minor</c>, joined by commas.</summary>
    [Changes]
    public string Recent { get; init; } = "";

    /// <summary>When the newest was, Unix milliseconds UTC.</summary>
    [Changes]
    public long LastAtMs { get; init; }

    public RuleCountKey Key => new(Bucket, MerchantNo, Person);
}

/// <inheritdoc cref="RuleCountRow"/>
internal readonly record struct RuleCountKey(short Bucket, long MerchantNo, string Person) : IComparable<RuleCountKey>
{
    public int CompareTo(RuleCountKey other) =>
        (Bucket, MerchantNo).CompareTo((other.Bucket, other.MerchantNo)) is var c and not 0 ? c : string.CompareOrdinal(Person, other.Person);
}

/// <summary>What the screening service says. Stored as its number.</summary>
internal enum Verdict : short
{
    Clear = 1,
    Hit = 2,

    /// <summary>It did not answer in time, or not in a way that can be read.</summary>
    NoAnswer = 3,
}

/// <summary>What people approve and the screening service is asked about before. Stored as its number.</summary>
internal enum ScreenedKind : short
{
    Merchant = 1,
    Withdrawal = 2,
}

/// <summary>What the screening service said about something that people approve. A newer answer replaces an older one.</summary>
internal sealed class ScreeningRow
{
    public ScreenedKind Kind { get; set; }

    /// <summary>A merchant's number, or a withdrawal's.</summary>
    public long Id { get; set; }
    public Verdict Verdict { get; set; }

    /// <summary>The service's own reference; empty when it gave none.</summary>
    public string Reference { get; set; } = "";
    public long AtMs { get; set; }
}
