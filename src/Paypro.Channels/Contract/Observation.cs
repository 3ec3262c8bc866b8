using Paypro.Protocol.Countries;

namespace Paypro.Channels;

/// <summary>What a rail says became of an attempt.</summary>
public enum ObservationKind : short
{
    /// <summary>Still under way.</summary>
    Pending = 1,

    /// <summary>Money moved. For pay-ins there can be several, each with its own <see cref="Observation.DedupeKey"/>.</summary>
    Paid = 2,

    /// <summary>Certainly did not and will not move.</summary>
    Failed = 3,

    /// <summary>Moved and went back.</summary>
    Returned = 4,

    /// <summary>The rail does not know the reference; a failure only after the finality time.</summary>
    NotFound = 5,

    /// <summary>The rail did not answer, or not in a way that can be read.</summary>
    Unreachable = 6,
}

/// <summary>One statement of a rail about one attempt, from a callback or a query. It is checked against the order before it counts.</summary>
public sealed record Observation
{
    /// <summary>What is said.</summary>
    public required ObservationKind Kind { get; init; }

    /// <summary>Pay-in or payout.</summary>
    public required Direction Direction { get; init; }

    /// <summary>The attempt's reference, or the number the money was paid to.</summary>
    public required string Reference { get; init; }

    /// <summary>Money moved, minor units; required above zero for <see cref="ObservationKind.Paid"/> and <see cref="ObservationKind.Returned"/>.</summary>
    public long AmountMinor { get; init; }

    /// <summary>
    /// In the answer to a query: <see cref="AmountMinor"/> is all that is paid for the attempt, less what went back, and not one movement. What is not
    /// booked yet of it is booked under a key of our own, so <see cref="DedupeKey"/> is empty. Zero is allowed: nothing is there any more.
    /// </summary>
    public bool IsTotal { get; init; }

    /// <summary>
    /// In the answer to a query: what was asked for is paid, but the rail says neither amount nor receipt. It is booked with the hint that tells
    /// them (<see cref="CallbackReading.Hint"/>); without one, as the amount that was asked for.
    /// </summary>
    public bool IsConfirmation { get; init; }

    /// <summary>
    /// With <see cref="IsConfirmation"/>: the rail tells each receipt by another way as well (a listing, a confirmation of its own), so that nothing is booked without one. Until a
    /// hint or that other way tells it, whether the order is paid is not answered.
    /// </summary>
    public bool NeedsReceipt { get; init; }

    /// <summary>What the rail calls the attempt; empty when it does not say.</summary>
    public string RailId { get; init; } = "";

    /// <summary>The account that the money came from, as the rail tells it, for refunds where the rail has no call for them; null when it does not say. Never logged.</summary>
    public Person? Sender { get; init; }

    /// <summary>The sender's bank, by our list's code; empty when it is not known.</summary>
    public string SenderBank { get; init; } = "";

    /// <summary>ISO 4217 code; must be the order's.</summary>
    public string Currency { get; init; } = "";

    /// <summary>When the rail says it happened, Unix milliseconds UTC; 0 when it does not say.</summary>
    public long OccurredAtMs { get; init; }

    /// <summary>The rail's own reference that merchants see as <c>utr</c> (SPEI tracking key, PIX end-to-end id …).</summary>
    public string RailReference { get; init; } = "";

    /// <summary>
    /// What makes this movement of money the same one when it is told twice (SPEI: date, sending bank and tracking key; the rail's own
    /// reference alone where <see cref="RailReferenceForm.IsUnique"/> says so). Unique per channel account and direction. Required for <see cref="ObservationKind.Paid"/> and <see cref="ObservationKind.Returned"/>.
    /// </summary>
    public string DedupeKey { get; init; } = "";

    /// <summary>
    /// For a return of a pay-in: the <see cref="DedupeKey"/> of the payment that went back. With it the return counts only where that payment is booked: what a rail sent back before it
    /// was ours moves nothing. Empty for a return that waits for its payment.
    /// </summary>
    public string OfPayment { get; init; } = "";

    /// <summary>For failures and returns: the rail's reason in one sentence, without personal data.</summary>
    public string Reason { get; init; } = "";

    /// <summary>For failures: why, where the rail says it in a way that merchants have a code for.</summary>
    public FailureCause FailureCause { get; init; }

    /// <summary>
    /// For a <see cref="ObservationKind.Failed"/> payout: the rail had taken it, and says that it certainly sent nothing and never will, since our money there did not suffice. It is no verdict on
    /// the order, which waits for money and is then sent under a new reference. Only where the rail says both for certain.
    /// </summary>
    public bool LacksFunds { get; init; }

    /// <summary>
    /// The payment instruction, where a query about a pay-in tells it. It is how an attempt whose request timed out after the rail had
    /// accepted it comes to its instruction after all; null when the rail does not say.
    /// </summary>
    public PaymentInstruction? Instruction { get; init; }
}

/// <summary>Which attempt is asked about.</summary>
/// <param name="Direction">Pay-in or payout.</param>
/// <param name="Reference">The attempt's reference.</param>
/// <param name="Way">The order's way; for payouts the account kind.</param>
/// <param name="AmountMinor">The ordered amount, minor units.</param>
/// <param name="CreatedAtMs">When the attempt was stored, before it was first sent. Unix milliseconds UTC.</param>
/// <param name="RailId">What the rail calls it; empty when it never said.</param>
public sealed record QueryTarget(Direction Direction, string Reference, string Way, long AmountMinor, long CreatedAtMs, string RailId = "");
