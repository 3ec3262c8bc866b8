namespace Paypro.Server.Storage;

/// <summary>What happened to an order. Stored as its number; texts are made on the screen.</summary>
internal enum EventType : short
{
    Created = 1,
    InstructionIssued = 2,
    InstructionDeclined = 3,
    InstructionUnknown = 4,
    Sending = 5,
    Sent = 6,
    SendUnknown = 7,
    PartlyPaid = 8,
    Paid = 9,
    PaidMore = 10,
    Failed = 11,
    Expired = 12,
    Returned = 13,
    HeldInSuspense = 14,
    NeedsPerson = 15,
    Contradiction = 16,
    NotificationRequested = 17,
    AssignedFromSuspense = 18,

    /// <summary>The payer told the rail's reference of a payment; only the rail's own word books it.</summary>
    ReferenceSubmitted = 19,

    /// <summary>A statement about money that went back before it came: it waits for the payment.</summary>
    StatementWaits = 20,

    /// <summary>An operator decided something; the detail names the command and who approved it.</summary>
    Decided = 21,

    /// <summary>The right to send was given back unused: nothing has left.</summary>
    NotSent = 22,

    /// <summary>Pay-in: money of it is reserved for a refund, which the detail names.</summary>
    RefundRequested = 23,

    /// <summary>Pay-in: the refund went out.</summary>
    Refunded = 24,

    /// <summary>Pay-in: the refund certainly failed; what it reserved is the pay-in's again.</summary>
    RefundFailed = 25,

    /// <summary>Pay-in: a refund that had gone out came back.</summary>
    RefundReturned = 26,

    /// <summary>The merchant wants the pay-in no more.</summary>
    CancelRequested = 27,

    /// <summary>It is certain that nobody has paid what the merchant wanted no more.</summary>
    Cancelled = 28,

    /// <summary>A channel account was chosen; the detail says which and why. For the account that an order begins with, <see cref="Created"/> says it.</summary>
    Routed = 30,

    /// <summary>A channel account declined to send for a trouble of its own, and another one is tried.</summary>
    SendDeclined = 31,

    /// <summary>It waits for money of ours at its rail; the detail says why. Nothing has left.</summary>
    Parked = 32,

    /// <summary>There is money of ours for it, and it is sent in its turn.</summary>
    Resumed = 33,

    /// <summary>A payout waits for approval; the detail says which limit it is over.</summary>
    Held = 34,

    /// <summary>Somebody approved a held payout; the detail is his remark.</summary>
    Approved = 35,

    /// <summary>Payout: it waits for the screening service or a person; the detail says why. Nothing has left.</summary>
    KeptBack = 40,

    /// <summary>Payout: it may be sent.</summary>
    LetGo = 41,

    /// <summary>Pay-in: what came is the merchant's and held until a person releases it.</summary>
    MoneyHeld = 42,

    /// <summary>Pay-in: what was held is available.</summary>
    MoneyReleased = 43,

    /// <summary>Pay-in: money that was assigned to it was not meant for it, and was taken back.</summary>
    AssignmentUndone = 44,

    /// <summary>Pay-in: somebody disputes money of it; the detail is the dispute's number.</summary>
    DisputeOpened = 45,

    /// <summary>Pay-in: its merchant has answered a dispute.</summary>
    DisputeAnswered = 46,

    /// <summary>Pay-in: the time to answer a dispute is over.</summary>
    DisputeLapsed = 47,
    DisputeWon = 48,
    DisputeLost = 49,
    /// <summary>Payout or refund: a person sent it on that waited; the detail says where and why.</summary>
    Retried = 50,

    /// <summary>Pay-in: it had expired, and two people opened it again; the detail says why.</summary>
    Reopened = 51,
}

/// <summary>One line of an order's history, written in the transaction that made the change.</summary>
internal sealed record EventRow
{
    public short Bucket { get; init; }
    public long OrderId { get; init; }
    public int Sequence { get; init; }
    public EventType Type { get; init; }

    /// <summary>Who or what caused it: <c>api</c>, <c>callback</c>, <c>query</c>, <c>clock</c>, <c>page</c>, <c>operator:…</c>.</summary>
    public string Cause { get; init; } = "";
    public string Detail { get; init; } = "";
    public long AtMs { get; init; }

    public EventKey Key => new(Bucket, OrderId, Sequence);
}

internal readonly record struct EventKey(short Bucket, long OrderId, int Sequence) : IComparable<EventKey>
{
    public int CompareTo(EventKey other) => (Bucket, OrderId, Sequence).CompareTo((other.Bucket, other.OrderId, other.Sequence));
}
