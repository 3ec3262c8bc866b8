using Paypro.Channels;

namespace Paypro.Server.Storage;

/// <summary>How far an order is. Stored as its number.</summary>
internal enum OrderState : short
{
    /// <summary>Waiting: for money, for the bank, for an answer that we do not know. Every unknown is this.</summary>
    Pending = 1,

    /// <summary>Some money came, less than asked; only where the country lists <c>0001</c>.</summary>
    PartlyPaid = 2,

    /// <summary>Success.</summary>
    Paid = 3,

    /// <summary>Certainly failed.</summary>
    Failed = 4,

    /// <summary>Nobody paid in time.</summary>
    Expired = 5,

    /// <summary>Went back after success.</summary>
    Returned = 6,
}

/// <summary>What is unusual about an order, beside its state.</summary>
[Flags]
internal enum OrderExceptions : short
{
    None = 0,
    Over = 1,
    Late = 2,

    /// <summary>Still unknown after the channel's finality time; waits for a person.</summary>
    NeedsPerson = 4,

    /// <summary>The rail said two things that cannot both be true; waits for a person.</summary>
    Contradiction = 8,

    /// <summary>A statement about it waits: money went back that has not come yet.</summary>
    Waiting = 16,

    /// <summary>A payout whose fate a person decided; the rail's own word has not come.</summary>
    Decided = 32,

    /// <summary>A pay-in that its merchant wants no more: it ends as cancelled as soon as it is certain that nobody has paid.</summary>
    CancelWanted = 64,
}

/// <summary>Bucket and id: the key of an order and of everything that hangs on it.</summary>
internal readonly record struct OrderKey(short Bucket, long Id) : IComparable<OrderKey>
{
    public int CompareTo(OrderKey other) => Bucket != other.Bucket ? Bucket.CompareTo(other.Bucket) : Id.CompareTo(other.Id);
}

/// <summary>The merchant's own name for an order.</summary>
internal readonly record struct TradeKey(short Bucket, long MerchantNo, Direction Direction, string TradeNo) : IComparable<TradeKey>
{
    public int CompareTo(TradeKey other) =>
        (Bucket, MerchantNo, Direction).CompareTo((other.Bucket, other.MerchantNo, other.Direction)) is var c and not 0
            ? c
            : string.CompareOrdinal(TradeNo, other.TradeNo);
}

/// <summary>A pay-in, a payout or a refund; a refund's <see cref="TradeNo"/> is the merchant's number of the refund.</summary>
internal sealed record OrderRow
{
    public short Bucket { get; init; }
    public long Id { get; init; }
    public long MerchantNo { get; init; }
    public string SubMerchant { get; init; } = "";
    public Direction Direction { get; init; }
    public string TradeNo { get; init; } = "";
    public string Number { get; init; } = "";
    public string Country { get; init; } = "";
    public string Currency { get; init; } = "";

    /// <summary>Pay-in: the way, empty until the payer chooses. Payout: the account kind, empty where the country has one kind.</summary>
    [Changes]
    public string Way { get; init; } = "";

    /// <summary>Pay-ins: the documented channel code where the country has one; empty otherwise.</summary>
    public string ChannelCode { get; init; } = "";

    /// <summary>Payouts: the recipient's bank by our list's code; empty otherwise.</summary>
    public string BankCode { get; init; } = "";
    public long AmountMinor { get; init; }

    [Changes]
    public OrderState State { get; init; }

    [Changes]
    public OrderExceptions Exceptions { get; init; }

    [Changes]
    public long PaidMinor { get; init; }

    [Changes]
    public long ReturnedMinor { get; init; }

    /// <summary>Came for this order but is less than asked, in a country without partial payment: waits in suspense.</summary>
    [Changes]
    public long SuspenseMinor { get; init; }

    /// <summary>Fee and tax on it: booked so far (pay-in) or reserved and then booked (payout).</summary>
    [Changes]
    public long FeeMinor { get; init; }

    [Changes]
    public long TaxMinor { get; init; }

    /// <summary>
    /// The terms of the day it was created (<see cref="Ledger.Terms"/> as text). Money is priced by those of the attempt that it came
    /// on (<see cref="AttemptRow.Terms"/>); these stand for money that came on none.
    /// </summary>
    [Changes]
    public string Terms { get; init; } = "";
    public byte[] ContentHash { get; init; } = [];
    public string NotifyUrl { get; init; } = "";
    public string ReturnUrl { get; init; } = "";
    public string Remark { get; init; } = "";
    public bool Hosted { get; init; }

    /// <summary>Secret part of the hosted page's address; empty when there is no page.</summary>
    public string PageToken { get; init; } = "";

    /// <summary>The status code to tell when it failed (<c>00029</c>, <c>0100019</c> …); empty otherwise.</summary>
    [Changes]
    public string FailureCode { get; init; } = "";

    /// <summary>The sentence that goes with the state.</summary>
    [Changes]
    public string Message { get; init; } = "";

    /// <summary>The rail's reference of the last movement.</summary>
    [Changes]
    public string Utr { get; init; } = "";
    public long CreatedAtMs { get; init; }

    [Changes]
    public long ExpiresAtMs { get; init; }

    [Changes]
    public long SuccessAtMs { get; init; }

    /// <summary>When somebody has to look at it next (expiry, sending, querying); 0 = never. Mirrors its row in <c>timers</c>.</summary>
    [Changes]
    public long TimerDueMs { get; init; }

    [Changes]
    public int EventCount { get; init; }

    /// <summary>Counts results; what a notification tells is the newest one.</summary>
    [Changes]
    public int ResultVersion { get; init; }

    [Changes]
    public short AttemptCount { get; init; }

    /// <summary>Pay-in: the merchant chose the way, so the payer may not.</summary>
    public bool WayGiven { get; init; }

    /// <summary>Payouts: the daily limits that it was counted in when it was made (<see cref="DailyTotalRow.Way"/>), joined by commas; mostly empty.</summary>
    public string CountedLimits { get; init; } = "";

    /// <summary>Pay-ins: the payer's counts (<see cref="PayerCountRow.Payer"/>), joined by commas; mostly empty.</summary>
    public string CountedPayers { get; init; } = "";

    /// <summary>Refund: the id of its pay-in, in the same bucket; 0 otherwise.</summary>
    public long RefundOf { get; init; }

    /// <summary>Refund: the key of the receipt that it gives back, at the account <see cref="ReceiptAccountId"/>.</summary>
    public string ReceiptKey { get; init; } = "";

    /// <summary>Refund: the channel account at which the receipt came.</summary>
    public long ReceiptAccountId { get; init; }

    /// <summary>Refund: what was taken from the pay-in's unsettled money, as <c>dueDate:minor</c> joined by commas; the rest came from available.</summary>
    public string TakenFrom { get; init; } = "";

    /// <summary>Pay-in: what open refunds have reserved of it.</summary>
    [Changes]
    public long RefundingMinor { get; init; }

    /// <summary>
    /// Pay-in: how much less than ordered it need hold to be paid, since its merchant gave that back itself. Refund: how much of that is by it.
    /// </summary>
    [Changes]
    public long ForgivenMinor { get; init; }

    public OrderKey Key => new(Bucket, Id);
    public TradeKey TradeKey => new(Bucket, MerchantNo, Direction, TradeNo);
}

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

    /// <summary>What its way costs the merchant, copied when it is made; empty on rows of older versions: the order's.</summary>
    public string Terms { get; init; } = "";

    /// <summary>
    /// The rest of its plan: the channel accounts to try next, in this order, joined by commas, should this one decline for a trouble of its own. Mostly
    /// empty.
    /// </summary>
    public string Plan { get; init; } = "";

    public OrderKey OrderKey => new(Bucket, OrderId);
    public AttemptKey Key => new(Bucket, OrderId, AttemptNo);
}

internal readonly record struct AttemptKey(short Bucket, long OrderId, short AttemptNo) : IComparable<AttemptKey>
{
    public int CompareTo(AttemptKey other) => (Bucket, OrderId, AttemptNo).CompareTo((other.Bucket, other.OrderId, other.AttemptNo));
}
