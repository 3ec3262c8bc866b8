using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>How far one attempt at one channel is. Stored as its number.</summary>
internal enum AttemptState : short
{
    /// <summary>Stored; nothing has left yet.</summary>
    Ready = 1,

    /// <summary>Committed before the call leaves. Found with an ended lease, it may only be queried.</summary>
    Sending = 2,

    /// <summary>The rail has it, or the payer has the instruction.</summary>
    Accepted = 3,

    /// <summary>The call's fate is unknown; it is found out by querying.</summary>
    Unknown = 4,

    /// <summary>Money moved.</summary>
    Done = 5,

    /// <summary>Certainly nothing moved.</summary>
    Failed = 6,

    /// <summary>Stored, and not sent until there is money of ours at the rail; nothing has left.</summary>
    Parked = 7,

    /// <summary>Stored, and not sent until the screening service has cleared its recipient; nothing has left.</summary>
    Screening = 8,

    /// <summary>Stored, and not sent until a person lets it; nothing has left.</summary>
    Held = 9,
}

/// <summary>One try of an order at one channel account.</summary>
internal sealed record AttemptRow
{
    public short Bucket { get; init; }
    public long OrderId { get; init; }
    public short AttemptNo { get; init; }
    public long ChannelAccountId { get; init; }
    public Direction Direction { get; init; }
    public string Way { get; init; } = "";

    /// <summary>Shaped by the channel, stored before anything is sent.</summary>
    public string Reference { get; init; } = "";

    /// <summary>What the rail calls it; empty when it has not said.</summary>
    [Changes]
    public string RailId { get; init; } = "";

    [Changes]
    public AttemptState State { get; init; }

    [Changes]
    public string InstructionKind { get; init; } = "";

    [Changes]
    public string InstructionValue { get; init; } = "";

    [Changes]
    public string InstructionBank { get; init; } = "";

    [Changes]
    public string InstructionBeneficiary { get; init; } = "";
    public string CostTerms { get; init; } = "";

    [Changes]
    public long CostMinor { get; init; }

    /// <summary>Until when the node that sends may act, by the database's clock; 0 = nobody.</summary>
    [Changes]
    public long LeaseUntilMs { get; init; }

    /// <summary>When the latest send was claimed, Unix milliseconds UTC; it left within its lease. 0 = not sent.</summary>
    [Changes]
    public long SentAtMs { get; init; }

    [Changes]
    public int QueryCount { get; init; }

    /// <summary>When its rail was last asked by the clock, Unix milliseconds UTC; 0 = never.</summary>
    [Changes]
    public long AskedAtMs { get; init; }

    /// <summary>When the last question was asked that its rail answered, Unix milliseconds UTC; 0 = none.</summary>
    [Changes]
    public long AnsweredAtMs { get; init; }

    /// <summary>When its order was parked first, by the database's clock, Unix milliseconds UTC; 0 = never. The order's attempts after it keep it.</summary>
    [Changes]
    public long ParkedAtMs { get; init; }
    public long CreatedAtMs { get; init; }

    /// <summary>The version of terms that held for its way when it was made; 0 = none, all is free.</summary>
    public long TermsId { get; init; }

    /// <summary>
    /// The rest of its plan: the channel accounts to try next, in this order, joined by commas, should this one decline for a trouble of its own. Mostly
    /// empty.
    /// </summary>
    public string Plan { get; init; } = "";

    /// <summary>Whether nobody may send it at present, and nothing has left.</summary>
    public bool IsKeptBack => State is AttemptState.Parked or AttemptState.Screening or AttemptState.Held;

    public OrderKey OrderKey => new(Bucket, OrderId);
    public AttemptKey Key => new(Bucket, OrderId, AttemptNo);
}

internal readonly record struct AttemptKey(short Bucket, long OrderId, short AttemptNo) : IComparable<AttemptKey>
{
    public int CompareTo(AttemptKey other) => (Bucket, OrderId, AttemptNo).CompareTo((other.Bucket, other.OrderId, other.AttemptNo));
}
