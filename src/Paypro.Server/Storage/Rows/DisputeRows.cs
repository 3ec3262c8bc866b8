namespace Paypro.Server.Storage;

/// <summary>Who disputes a payment, and by what way. Stored as its number.</summary>
internal enum DisputeKind : short
{
    /// <summary>Pix: the payer's bank reports a fraud or a fault by the special return mechanism.</summary>
    PixMed = 1,

    /// <summary>The payer's bank asks for the money back.</summary>
    Recall = 2,

    /// <summary>The holder of a card contests the payment.</summary>
    Chargeback = 3,

    /// <summary>A bank or an authority reports a fraud.</summary>
    FraudReport = 4,
}

/// <summary>Where a dispute stands. Stored as its number.</summary>
internal enum DisputeState : short
{
    /// <summary>The merchant may answer until the deadline.</summary>
    Open = 1,

    /// <summary>The merchant has answered, and may add to it until the deadline.</summary>
    Answered = 2,

    /// <summary>The deadline passed without an answer. The money is still held: whether it is gone the rail or a person says.</summary>
    Lapsed = 3,

    /// <summary>The money stays the merchant's.</summary>
    Won = 4,

    /// <summary>The money is gone.</summary>
    Lost = 5,
}

internal readonly record struct DisputeKey(short Bucket, long Id) : IComparable<DisputeKey>
{
    public int CompareTo(DisputeKey other) => (Bucket, Id).CompareTo((other.Bucket, other.Id));
}

/// <summary>
/// Somebody disputes a payment of a pay-in. What is disputed is reserved of the pay-in (<see cref="OrderRow.DisputedMinor"/>) and taken from its merchant into
/// <see cref="AccountKind.Held"/> as far as it is there.
/// </summary>
internal sealed record DisputeRow
{
    public short Bucket { get; init; }

    /// <summary>That of the step which opened it.</summary>
    public long Id { get; init; }
    public long OrderId { get; init; }
    public long MerchantNo { get; init; }
    public DisputeKind Kind { get; init; }
    public long AmountMinor { get; init; }
    public string Currency { get; init; } = "";

    /// <summary>Until when the merchant may answer, Unix milliseconds UTC.</summary>
    public long DeadlineMs { get; init; }

    /// <summary>What the rail or the bank calls it; empty where it has no name.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The channel account at which the disputed payment came, and the payment's key there.</summary>
    public long ReceiptAccountId { get; init; }
    public string ReceiptKey { get; init; } = "";

    /// <summary>The version of terms of that payment; it says whether the pay-in's fee is given back.</summary>
    public long ReceiptTermsId { get; init; }

    /// <summary>What losing it costs, as the terms said when it was opened, and the tax on that.</summary>
    public long FeeMinor { get; init; }
    public long TaxMinor { get; init; }

    /// <summary>What was taken of the pay-in's unsettled money and reserve (<see cref="Orders.TakenShare"/>); the rest came from available.</summary>
    public string TakenFrom { get; init; } = "";
    public string OpenedBy { get; init; } = "";
    public long OpenedAtMs { get; init; }

    [Changes]
    public DisputeState State { get; init; }

    /// <summary>What of it stands in <see cref="AccountKind.Held"/> now.</summary>
    [Changes]
    public long HeldMinor { get; init; }

    /// <summary>What of it was booked as gone.</summary>
    [Changes]
    public long GoneMinor { get; init; }

    /// <summary>What of that the rail has told by a return.</summary>
    [Changes]
    public long ToldMinor { get; init; }

    /// <summary>The transfer that booked the end of it as gone; 0 = none did.</summary>
    [Changes]
    public long LostTransferNo { get; init; }

    /// <summary>When the merchant answered last, Unix milliseconds UTC; 0 = not.</summary>
    [Changes]
    public long AnsweredAtMs { get; init; }

    /// <summary>When it was won or lost, Unix milliseconds UTC; 0 = not yet.</summary>
    [Changes]
    public long DecidedAtMs { get; init; }

    /// <summary>Who said so: <c>operator:…</c>, <c>callback</c>, <c>query</c> …</summary>
    [Changes]
    public string DecidedBy { get; init; } = "";

    /// <summary>Whether the merchant has still to be mailed what its state says.</summary>
    [Changes]
    public bool Untold { get; init; }

    /// <summary>Whether it is neither won nor lost.</summary>
    public bool IsOpen => State is DisputeState.Open or DisputeState.Answered or DisputeState.Lapsed;

    /// <summary>What of it is reserved of its pay-in.</summary>
    public long ReservedMinor => IsOpen ? AmountMinor - GoneMinor : 0;

    /// <summary>What of the reserved was not there to be held.</summary>
    public long UncoveredMinor => ReservedMinor - HeldMinor;

    /// <summary>What the rail may still take for it: all that it has not told, unless it was won.</summary>
    public long ExpectedMinor => State == DisputeState.Won ? 0 : AmountMinor - ToldMinor;

    public DisputeKey Key => new(Bucket, Id);
    public OrderKey Order => new(Bucket, OrderId);
}

/// <summary>What a person has done about a dispute. Stored as its number.</summary>
internal enum DisputeStepKind : short
{
    Open = 1,
    Answer = 2,
    Win = 3,
    Lose = 4,
}

/// <summary>Where a step stands. Stored as its number.</summary>
internal enum DisputeStepState : short
{
    /// <summary>Decided, and carried out within seconds by whoever finds it.</summary>
    Decided = 1,
    Done = 2,

    /// <summary>It could not be, for good; <see cref="DisputeStepRow.Outcome"/> says why. Nothing was moved.</summary>
    Refused = 3,
}

/// <summary>What a person decided about a dispute, stored with its line in the audit log and carried out once.</summary>
internal sealed class DisputeStepRow
{
    /// <summary>Ordered by time.</summary>
    public long Id { get; set; }
    public short Bucket { get; set; }

    /// <summary>The first step's own number.</summary>
    public long DisputeId { get; set; }
    public long OrderId { get; set; }
    public long MerchantNo { get; set; }
    public DisputeStepKind Kind { get; set; }

    /// <summary>Of the first one: what was wished, JSON.</summary>
    public string Wish { get; set; } = "";

    /// <summary>The answer, or why.</summary>
    public string Text { get; set; } = "";
    public string MadeBy { get; set; } = "";

    /// <summary>Who approved it; empty where one person may do it alone.</summary>
    public string ApprovedBy { get; set; } = "";
    public long MadeAtMs { get; set; }
    public DisputeStepState State { get; set; }
    public string Outcome { get; set; } = "";
}

/// <summary>What a merchant is mailed of a dispute. Stored as its number.</summary>
internal enum DisputeMailKind : short
{
    Opened = 1,

    /// <summary>The deadline nears, and there is no answer.</summary>
    Nears = 2,
    Lapsed = 3,
    Won = 4,
    Lost = 5,
}

/// <summary>That a merchant's people were mailed of a dispute: each kind once.</summary>
internal sealed class DisputeMailRow
{
    public long DisputeId { get; set; }
    public DisputeMailKind Kind { get; set; }
    public long AtMs { get; set; }
}
