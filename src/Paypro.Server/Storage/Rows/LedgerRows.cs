namespace Paypro.Server.Storage;

/// <summary>Bucket and account number.</summary>
internal readonly record struct AccountKey(short Bucket, long Id) : IComparable<AccountKey>
{
    public int CompareTo(AccountKey other) => Bucket != other.Bucket ? Bucket.CompareTo(other.Bucket) : Id.CompareTo(other.Id);
}

/// <summary>Whoever holds the lock on it books in its bucket.</summary>
internal sealed record BucketLockRow
{
    public short Bucket { get; init; }
}

/// <summary>
/// An account and its balance. On SQLite a row that is changed in the same transaction as its entries are added; on PostgreSQL a view of
/// the last entry.
/// </summary>
internal sealed record AccountRow
{
    public short Bucket { get; init; }

    /// <summary>Speaks: owner type, owner, kind and currency in decimal digits (<see cref="AccountId"/>).</summary>
    public long Id { get; init; }
    public OwnerType OwnerType { get; init; }
    public long OwnerId { get; init; }
    public AccountKind Kind { get; init; }
    public string Currency { get; init; } = "";

    [Changes]
    public long BalanceMinor { get; init; }

    /// <summary>The sequence number of its last entry.</summary>
    [Changes]
    public long Sequence { get; init; }

    public AccountKey Key => new(Bucket, Id);
}

/// <summary>A movement of money; its entries sum to zero per currency. One that was refused has none (<see cref="TransferType.Refused"/>). Never changed or deleted: the database refuses it.</summary>
internal sealed record TransferRow
{
    public short Bucket { get; init; }

    /// <summary>1, 2, 3 … in its bucket without a gap.</summary>
    public long TransferNo { get; init; }
    public TransferType Type { get; init; }
    public string Cause { get; init; } = "";

    /// <summary>The order that it belongs to; 0 for none.</summary>
    public long OrderId { get; init; }

    /// <summary>Makes a transfer happen once (refusal, settlement run, opening balance, crossing); unique in its bucket.</summary>
    public string? OnceKey { get; init; }
    public long BookedAtMs { get; init; }

    /// <summary>SHA-256 over the previous transfer's hash and this one's content: the chain of the bucket.</summary>
    public byte[] Hash { get; init; } = [];

    public TransferKey Key => new(Bucket, TransferNo);
}

internal readonly record struct TransferKey(short Bucket, long TransferNo) : IComparable<TransferKey>
{
    public int CompareTo(TransferKey other) => (Bucket, TransferNo).CompareTo((other.Bucket, other.TransferNo));
}

internal readonly record struct OnceKey(short Bucket, string Text) : IComparable<OnceKey>
{
    public int CompareTo(OnceKey other) => Bucket != other.Bucket ? Bucket.CompareTo(other.Bucket) : string.CompareOrdinal(Text, other.Text);
}

/// <summary>One leg of a transfer on one account.</summary>
internal sealed record EntryRow
{
    /// <summary>The due date of what is held until two people release it: no settlement reaches it.</summary>
    public const int UntilReleased = 99991231;

    public short Bucket { get; init; }
    public long AccountId { get; init; }
    public long Sequence { get; init; }
    public long TransferNo { get; init; }
    public short Leg { get; init; }
    public long AmountMinor { get; init; }
    public long BalanceAfterMinor { get; init; }
    public long BookedAtMs { get; init; }

    /// <summary>The local date, <c>yyyyMMdd</c>.</summary>
    public int ValueDate { get; init; }

    /// <summary>When an entry on <c>unsettled</c>, or of the reserve on <c>held</c>, becomes available, <c>yyyyMMdd</c>; 0 elsewhere. Fixed at booking.</summary>
    public int DueDate { get; init; }

    public EntryKey Key => new(Bucket, AccountId, Sequence);
}

internal readonly record struct EntryKey(short Bucket, long AccountId, long Sequence) : IComparable<EntryKey>
{
    public int CompareTo(EntryKey other) => (Bucket, AccountId, Sequence).CompareTo((other.Bucket, other.AccountId, other.Sequence));
}

/// <summary>What an account has to settle on a date: the sum of its entries with that due date, and how much of it was moved.</summary>
internal sealed record SettlementDueRow
{
    public short Bucket { get; init; }
    public long AccountId { get; init; }
    public int DueDate { get; init; }

    [Changes]
    public long AmountMinor { get; init; }

    [Changes]
    public long SettledMinor { get; init; }

    [Changes]
    public int RunCount { get; init; }

    public SettlementDueKey Key => new(Bucket, AccountId, DueDate);
}

internal readonly record struct SettlementDueKey(short Bucket, long AccountId, int DueDate) : IComparable<SettlementDueKey>
{
    public int CompareTo(SettlementDueKey other) => (Bucket, AccountId, DueDate).CompareTo((other.Bucket, other.AccountId, other.DueDate));
}

/// <summary>Tax that a transfer withheld from a receipt, or gave back when the receipt went back; what a certificate is made of. Never changed or deleted.</summary>
internal sealed record WithholdingRow
{
    public short Bucket { get; init; }
    public long TransferNo { get; init; }
    public long MerchantNo { get; init; }
    public long OrderId { get; init; }

    /// <summary>The version of terms that says what the tax is called and its rate.</summary>
    public long TermsId { get; init; }

    /// <summary>The local date of the booking, <c>yyyyMMdd</c>.</summary>
    public int ValueDate { get; init; }

    /// <summary>What it was withheld from; below zero for what went back.</summary>
    public long GrossMinor { get; init; }

    /// <summary>What was withheld; below zero for what was given back.</summary>
    public long WithheldMinor { get; init; }

    public TransferKey Key => new(Bucket, TransferNo);
}

/// <summary>The end of a bucket's chain of transfers.</summary>
internal sealed record ChainRow
{
    public short Bucket { get; init; }

    [Changes]
    public long LastTransferNo { get; init; }

    [Changes]
    public byte[] Hash { get; init; } = [];
}
