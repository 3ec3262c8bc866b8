using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>How a statement came to us. Stored as its number.</summary>
internal enum StatementSource : short
{
    /// <summary>The rail called us.</summary>
    Callback = 1,

    /// <summary>The rail answered a question about one attempt.</summary>
    Query = 2,

    /// <summary>A person told it, with evidence.</summary>
    Person = 3,

    /// <summary>The rail's listing told it.</summary>
    Listing = 4,
}

/// <summary>What came of a statement. Stored as its number; it changes only from <see cref="Waiting"/> and <see cref="Contradiction"/>, and between
/// <see cref="Suspense"/> and <see cref="TakenBack"/>.</summary>
internal enum StatementOutcome : short
{
    /// <summary>Its money is booked, or its order failed by it.</summary>
    Booked = 1,

    /// <summary>Its money is booked to suspense; <see cref="StatementRow.OrderId"/> says for which order, 0 while nobody knows.</summary>
    Suspense = 2,

    /// <summary>Nothing is booked yet: money that went back before it came.</summary>
    Waiting = 3,

    /// <summary>Nothing is booked: it cannot be true together with what is.</summary>
    Contradiction = 4,

    /// <summary>Nothing is booked: our own rules do not take it (another currency, no usable key, an impossible amount).</summary>
    Refused = 5,

    /// <summary>A person decided that nothing is to be booked.</summary>
    Rejected = 6,

    /// <summary>It waited, and the same movement was booked by another statement meanwhile.</summary>
    Repeated = 7,

    /// <summary>Nothing is booked by it, ever: anybody could have sent it. A query that confirms the payment takes its receipt from here.</summary>
    Hint = 8,

    /// <summary>Money in suspense that had crossed here for an order that it was not meant for: it is back where it came, and no longer this row's.</summary>
    TakenBack = 9,
}

/// <summary>
/// One authentic statement of a rail about money or an order's end, written in the transaction that applies it. A repeat of what is
/// stored, and an answer that says nothing final, are not stored.
/// </summary>
internal sealed record StatementRow
{
    /// <summary>The note of money in suspense that its own order named, and that waits there for the rest.</summary>
    public const string Underpaid = "underpaid";

    private const int ShortestFindKey = 4, LongestFindKey = 100;

    public short Bucket { get; init; }

    /// <summary>
    /// Ordered by time when it is booked at once. Negative and made of the content (<see cref="IdOf"/>) when nothing is booked, so that
    /// the same statement told again is the same row.
    /// </summary>
    public long Id { get; init; }
    public long ChannelAccountId { get; init; }
    public Direction Direction { get; init; }
    public ObservationKind Kind { get; init; }
    public StatementSource Source { get; init; }

    [Changes]
    public StatementOutcome Outcome { get; init; }

    /// <summary>The order that it belongs to; 0 when none is known.</summary>
    [Changes]
    public long OrderId { get; init; }

    /// <summary>
    /// Of money in suspense that was assigned to an order of another bucket: that bucket, plus one. 0 = the order is in this bucket.
    /// </summary>
    [Changes]
    public short CrossedTo { get; init; }

    /// <summary>Of money in suspense: how often it was taken back from an order that it had been assigned to.</summary>
    [Changes]
    public short TimesTakenBack { get; init; }
    public string Reference { get; init; } = "";

    /// <summary>The rail's own key of the movement; empty when it is about none.</summary>
    public string DedupeKey { get; init; } = "";
    public long AmountMinor { get; init; }
    public string Currency { get; init; } = "";
    public string RailReference { get; init; } = "";

    /// <summary>
    /// What somebody quotes who has a receipt: the rail's reference, else the movement's key, in capital letters and digits alone
    /// (<see cref="FindKeyOf"/>). It never changes.
    /// </summary>
    public string FindKey { get; init; } = "";

    /// <summary>The rail's reason for a return or a failure, without personal data.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Why it is or was not booked to its order; empty otherwise.</summary>
    [Changes]
    public string Note { get; init; } = "";

    /// <summary>By the rail's clock; 0 when it does not say.</summary>
    public long OccurredAtMs { get; init; }
    public long ReceivedAtMs { get; init; }

    /// <summary>When it was booked; 0 = not booked.</summary>
    [Changes]
    public long BookedAtMs { get; init; }

    /// <summary>The transfer that books it; 0 when none does.</summary>
    [Changes]
    public long TransferNo { get; init; }

    /// <summary>Of money in suspense: how much of it went back from there.</summary>
    [Changes]
    public long ReturnedMinor { get; init; }

    /// <summary>The row of <c>statement_bodies</c> with the raw text; 0 when there is none.</summary>
    public long BodyId { get; init; }

    /// <summary>Which master key seals the sender; empty when the rail did not tell the sender.</summary>
    public string SenderKeyId { get; init; } = "";

    /// <summary>The account that the money came from, sealed; for refunds where the rail has no call for them.</summary>
    public byte[] SenderSealed { get; init; } = [];

    public StatementKey Key => new(Bucket, Id);

    /// <summary>The bucket of its order.</summary>
    public short OrderBucket => CrossedTo == 0 ? Bucket : (short)(CrossedTo - 1);

    public MovementKey Movement => new(Bucket, ChannelAccountId, Direction, DedupeKey);

    /// <summary>A reference as it is looked for, whatever case and spaces somebody types; empty for what is too short to be one.</summary>
    public static string FindKeyOf(string reference)
    {
        var key = string.Concat(reference.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return key.Length is >= ShortestFindKey and <= LongestFindKey ? key : "";
    }

    /// <summary>The id of a statement of which nothing is booked.</summary>
    public static long IdOf(StatementRow row)
    {
        var text = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{row.ChannelAccountId}\n{(short)row.Direction}\n{(short)row.Kind}\n{row.AmountMinor}\n{row.Currency}\n{row.OrderId}\n{row.Reference}\n{row.DedupeKey}");
        return BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) | long.MinValue;
    }
}

internal readonly record struct StatementKey(short Bucket, long Id) : IComparable<StatementKey>
{
    public int CompareTo(StatementKey other) => Bucket != other.Bucket ? Bucket.CompareTo(other.Bucket) : Id.CompareTo(other.Id);
}

/// <summary>The raw text that statements were read from, sealed; erased after its time (<see cref="Housekeeping"/>).</summary>
internal sealed record StatementBodyRow
{
    public short Bucket { get; init; }

    /// <summary>Ordered by time; that of its statement where nothing was booked at once.</summary>
    public long Id { get; init; }

    /// <summary>Kept for the longer time: something that was read from it is not booked.</summary>
    public bool Open { get; init; }
    public string MasterKeyId { get; init; } = "";
    public byte[] Sealed { get; init; } = [];

    public StatementKey Key => new(Bucket, Id);
}
