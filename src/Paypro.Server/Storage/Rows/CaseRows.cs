using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Server.Storage;

/// <summary>How soon somebody has to look. Stored as its number.</summary>
internal enum CaseSeverity : short
{
    Now = 1,
    Today = 2,
    Week = 3,
}

internal enum CaseState : short
{
    Open = 1,
    Resolved = 2,
}

/// <summary>
/// Trouble that a person can resolve. There is one for each kind and subject; the same trouble again counts, and opens it again when it
/// was resolved.
/// </summary>
internal sealed record CaseRow
{
    public short Bucket { get; init; }

    /// <summary>Made of kind and subject (<see cref="CaseKey.Of"/>).</summary>
    public long Id { get; init; }

    /// <summary>Short and stable: <c>contradiction</c>, <c>suspense</c>, <c>unknown-outcome</c> …</summary>
    public string Kind { get; init; } = "";

    /// <summary>What it is about: an order's number, a movement, a channel account; no personal data.</summary>
    public string Subject { get; init; } = "";
    public CaseSeverity Severity { get; init; }

    [Changes]
    public CaseState State { get; init; }

    /// <summary>The order that it is about; 0 for none.</summary>
    public long OrderId { get; init; }
    public long ChannelAccountId { get; init; }

    /// <summary>The statement that it is about; 0 for none.</summary>
    public long StatementId { get; init; }
    public long AmountMinor { get; init; }
    public string Currency { get; init; } = "";

    /// <summary>What each side says, in one or two sentences; no personal data. The newest.</summary>
    public string Text { get; init; } = "";

    /// <summary>How often it was raised.</summary>
    public int Count { get; init; }

    /// <summary>When it was opened, this time. Unix milliseconds UTC.</summary>
    public long OpenedAtMs { get; init; }

    /// <summary>When it was raised last. Unix milliseconds UTC.</summary>
    public long RaisedAtMs { get; init; }

    /// <summary>0 = open.</summary>
    [Changes]
    public long ResolvedAtMs { get; init; }

    /// <summary>Who resolved it: <c>operator:…</c>, or <c>rail</c> when a later statement did.</summary>
    [Changes]
    public string ResolvedBy { get; init; } = "";

    [Changes]
    public string Resolution { get; init; } = "";

    public CaseKey Key => new(Bucket, Id);
}

internal readonly record struct CaseKey(short Bucket, long Id) : IComparable<CaseKey>
{
    public int CompareTo(CaseKey other) => Bucket != other.Bucket ? Bucket.CompareTo(other.Bucket) : Id.CompareTo(other.Id);

    public static CaseKey Of(short bucket, string kind, string subject) =>
        new(bucket, BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{subject}"))) & long.MaxValue);
}

/// <summary>What a person did about a case or an order's money: who, who approved it, with which evidence. Appended only.</summary>
internal sealed record CaseActionRow
{
    public short Bucket { get; init; }

    /// <summary>Ordered by time.</summary>
    public long Id { get; init; }

    /// <summary>The case; 0 when the action needed none.</summary>
    public long CaseId { get; init; }
    public long OrderId { get; init; }

    /// <summary>The command: <c>payout.decide-failed</c>, <c>suspense.assign</c> …</summary>
    public string Action { get; init; } = "";

    /// <summary>Who did it: <c>operator:…</c>, <c>sandbox</c>.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Who approved it; empty where one person may do it alone.</summary>
    public string Approver { get; init; } = "";

    /// <summary>Reference of a file or a message that shows why.</summary>
    public string Evidence { get; init; } = "";
    public string Text { get; init; } = "";
    public long AtMs { get; init; }

    public StatementKey Key => new(Bucket, Id);
}
