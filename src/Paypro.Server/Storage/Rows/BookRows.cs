using System.Globalization;
using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>One of the operator's own accounts at a bank. Its money stands in the ledger under its number (<see cref="OwnerType.Bank"/>).</summary>
internal sealed class BankAccountRow
{
    /// <summary>1, 2, 3 …; the owner in the numbers of its accounts.</summary>
    public long Id { get; set; }

    /// <summary>What the operator's people call it; of all, each has another.</summary>
    public string Name { get; set; } = "";
    public string Currency { get; set; } = "";

    /// <summary>The bank, as people know it.</summary>
    public string Bank { get; set; } = "";

    /// <summary>The number by which money is sent to it.</summary>
    public string Number { get; set; } = "";

    /// <summary>In whose name it is.</summary>
    public string Holder { get; set; } = "";

    /// <summary>Whether merchants are shown it, to top their balance up.</summary>
    public bool TakesTopUps { get; set; }

    /// <summary>False once it is closed: nothing more is booked to it but what empties it.</summary>
    public bool Open { get; set; }

    /// <summary>What a person has read in the bank's own pages, minor units.</summary>
    public long ToldMinor { get; set; }

    /// <summary>When that was so, Unix milliseconds UTC; 0 = nobody has told it.</summary>
    public long ToldAtMs { get; set; }
    public string ToldBy { get; set; } = "";
}

/// <summary>Where a transfer by hand stands. Stored as its number.</summary>
internal enum LedgerOrderState : short
{
    /// <summary>Decided by two, and booked within seconds.</summary>
    Decided = 1,
    Booked = 2,

    /// <summary>The ledger did not take it; <see cref="LedgerOrderRow.Outcome"/> says why. Nothing was booked.</summary>
    Refused = 3,
}

/// <summary>A transfer by hand that was decided. Its number is in the key by which the ledger books it once.</summary>
internal sealed class LedgerOrderRow
{
    public long Id { get; set; }

    /// <summary>Which of the templates.</summary>
    public string Template { get; set; } = "";

    /// <summary>The exact wish, JSON.</summary>
    public string Wish { get; set; } = "";

    /// <summary>The merchant that it concerns; 0 for none.</summary>
    public long MerchantNo { get; set; }

    /// <summary>Of a top-up: bank account and line of its statement, which is credited once; empty otherwise.</summary>
    public string Line { get; set; } = "";

    /// <summary>Where the paper is that it rests on.</summary>
    public string Document { get; set; } = "";
    public string Reason { get; set; } = "";
    public string MadeBy { get; set; } = "";
    public string DecidedBy { get; set; } = "";
    public long DecidedAtMs { get; set; }

    /// <summary>The local date of the money, <c>yyyyMMdd</c>.</summary>
    public int ValueDate { get; set; }
    public LedgerOrderState State { get; set; }
    public short Bucket { get; set; }

    /// <summary>The transfer in <see cref="Bucket"/>; the first of them where there are two. 0 until it is booked.</summary>
    public long TransferNo { get; set; }

    /// <summary>Why it was refused, in a sentence.</summary>
    public string Outcome { get; set; } = "";

    /// <summary>Of money that was sent on its way: the transfer by hand that says that it has arrived; 0 while it has not.</summary>
    public long ArrivedBy { get; set; }
}

/// <summary>Where a destination of withdrawals stands. Stored as its number.</summary>
internal enum DestinationState : short
{
    /// <summary>The merchant's people have decided it; the operator has not confirmed it.</summary>
    Waits = 1,
    Confirmed = 2,

    /// <summary>Taken away; for good.</summary>
    Closed = 3,
}

/// <summary>An account of a merchant's own to which its balance can be withdrawn. Never changed: another account is another destination.</summary>
internal sealed class DestinationRow
{
    public long Id { get; set; }
    public long MerchantNo { get; set; }

    /// <summary>What the merchant calls it.</summary>
    public string Name { get; set; } = "";
    public string Bank { get; set; } = "";
    public string Number { get; set; } = "";
    public string Holder { get; set; } = "";
    public DestinationState State { get; set; }
    public string MadeBy { get; set; } = "";
    public long MadeAtMs { get; set; }
    public string ConfirmedBy { get; set; } = "";
    public long ConfirmedAtMs { get; set; }

    /// <summary>From when it can be withdrawn to, Unix milliseconds UTC; 0 = not confirmed.</summary>
    public long UsableFromMs { get; set; }
}

/// <summary>Where a withdrawal stands. Stored as its number.</summary>
internal enum WithdrawalState : short
{
    /// <summary>Asked for; its money is being reserved.</summary>
    Requested = 1,

    /// <summary>Its money is reserved; two of the operator's people decide.</summary>
    Waits = 2,

    /// <summary>Exported: to be paid in the bank's own pages, and never by a rail.</summary>
    Approved = 3,
    Paid = 4,

    /// <summary>The bank did not pay it; the money is back.</summary>
    Failed = 5,

    /// <summary>It was paid and came back.</summary>
    Returned = 6,

    /// <summary>Taken back, refused, or there was not enough.</summary>
    Refused = 7,

    /// <summary>Goes by a rail: its order says how far it is. Never paid in the bank's own pages.</summary>
    Sending = 8,
}

/// <summary>What the ledger has still to do for a withdrawal. Stored as its number.</summary>
internal enum WithdrawalMove : short
{
    None = 0,

    /// <summary>From available to reserved.</summary>
    Reserve = 1,

    /// <summary>From reserved to our bank account, which has less now.</summary>
    Post = 2,

    /// <summary>From reserved back to available.</summary>
    Void = 3,

    /// <summary>From our bank account back to available.</summary>
    Return = 4,

    /// <summary>No move: its order has to be made, which a rail is sent. What is reserved belongs to that order from then on.</summary>
    Send = 5,
}

/// <summary>A merchant takes money out of its balance.</summary>
internal sealed class WithdrawalRow
{
    public long Id { get; set; }
    public long MerchantNo { get; set; }
    public short Bucket { get; set; }
    public long DestinationId { get; set; }
    public string Currency { get; set; } = "";
    public long AmountMinor { get; set; }
    public WithdrawalState State { get; set; }
    public WithdrawalMove Wants { get; set; }
    public string MadeBy { get; set; } = "";
    public long MadeAtMs { get; set; }

    /// <summary>The merchant's local day of the schedule that made it, <c>yyyyMMdd</c>; 0 = made by hand.</summary>
    public int ScheduleDay { get; set; }

    /// <summary>From which of our bank accounts it was paid; 0 before.</summary>
    public long BankAccountId { get; set; }

    /// <summary>The bank's own reference of the payment; empty before it is paid.</summary>
    public string Reference { get; set; } = "";

    /// <summary>The bank's own reference of the line by which it came back; empty while it has not, and of one that goes by a rail.</summary>
    public string ReturnReference { get; set; } = "";
    public string DecidedBy { get; set; } = "";
    public long DecidedAtMs { get; set; }

    /// <summary>Why it did not come to be, in a sentence.</summary>
    public string Outcome { get; set; } = "";

    /// <summary>The channel account by which it goes; 0 = by hand, or not decided yet.</summary>
    public long ChannelAccountId { get; set; }

    /// <summary>By a rail: the destination's bank by our list's code, where the account alone does not say it; empty otherwise.</summary>
    public string BankCode { get; set; } = "";

    /// <summary>By a rail: the number of its order; empty before it is made.</summary>
    public string OrderNumber { get; set; } = "";

    /// <summary>The name of its order: there is at most one.</summary>
    public TradeKey TradeKey => new(Bucket, MerchantNo, Direction.Withdrawal, Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The key by which a move of it is booked once; of <see cref="WithdrawalMove.None"/>, that by which it is refused.</summary>
    public OnceKey KeyOf(WithdrawalMove move) => new(Bucket, string.Create(CultureInfo.InvariantCulture, $"withdrawal:{Id}:{(short)move}"));
}

/// <summary>
/// The order of a withdrawal has a new result, written with it in one transaction; deleted when the withdrawal has learned it.
/// </summary>
internal sealed record WithdrawalResultRow
{
    public short Bucket { get; init; }
    public long OrderId { get; init; }

    /// <summary>The order's <see cref="OrderRow.ResultVersion"/>.</summary>
    public int Version { get; init; }

    public WithdrawalResultKey Key => new(Bucket, OrderId, Version);
}

internal readonly record struct WithdrawalResultKey(short Bucket, long OrderId, int Version) : IComparable<WithdrawalResultKey>
{
    public int CompareTo(WithdrawalResultKey other) => (Bucket, OrderId, Version).CompareTo((other.Bucket, other.OrderId, other.Version));
}

/// <summary>Withdraws a merchant's balance by itself.</summary>
internal sealed class WithdrawalScheduleRow
{
    public long MerchantNo { get; set; }
    public long DestinationId { get; set; }

    /// <summary>0 = each day; 1 to 7 = Monday to Sunday.</summary>
    public short Weekday { get; set; }

    /// <summary>Less than this is not withdrawn, minor units.</summary>
    public long MinimumMinor { get; set; }

    /// <summary>So much stays available, minor units.</summary>
    public long StaysMinor { get; set; }

    /// <summary>The last local day that was looked at, <c>yyyyMMdd</c>.</summary>
    public int LastDay { get; set; }

    /// <summary>With whom it ends.</summary>
    public long MadeByUserId { get; set; }
    public string MadeBy { get; set; } = "";
}
