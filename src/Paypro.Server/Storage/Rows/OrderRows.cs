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

    /// <summary>A payout that another person of its merchant has to approve. Until then it has no attempt.</summary>
    HeldForMerchant = 128,

    /// <summary>A payout that the operator has to approve. Until then it has no attempt.</summary>
    HeldForOperator = 256,

    /// <summary>Both.</summary>
    Held = HeldForMerchant | HeldForOperator,

    /// <summary>A pay-in whose money is held until a person releases it: a rule, or the block list, says so.</summary>
    HoldsMoney = 512,

    /// <summary>A payout that waits for approval, and that a rule holds besides: once it is approved, two people have to release it.</summary>
    HeldByRule = 1024,
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

    /// <summary>Pay-in: the tax that is withheld of what it holds. Refund: what of that it gave back.</summary>
    [Changes]
    public long WithheldMinor { get; init; }

    /// <summary>
    /// Pay-in: the version of terms of the newest receipt of which tax was withheld. Refund: the version that the line of what it gave back names.
    /// 0 = nothing was.
    /// </summary>
    [Changes]
    public long WithheldTermsId { get; init; }

    /// <summary>
    /// The version of terms (<see cref="TermsRow.Id"/>) that held when it was created, for a hosted pay-in that of the way chosen last before money
    /// came; 0 = none. It prices money of an order that has no attempt.
    /// </summary>
    [Changes]
    public long TermsId { get; init; }

    /// <summary>Payouts: the screening service has said of its recipient what it knows, or two people let it go without.</summary>
    [Changes]
    public bool Screened { get; init; }

    /// <summary>
    /// Payouts: when two people let it go that was kept back, by the database's clock, Unix milliseconds UTC; 0 = never. What was on the block list then
    /// holds it no more.
    /// </summary>
    [Changes]
    public long ReleasedAtMs { get; init; }
    public byte[] ContentHash { get; init; } = [];
    public string NotifyUrl { get; init; } = "";
    public string ReturnUrl { get; init; } = "";
    public string Remark { get; init; } = "";
    public bool Hosted { get; init; }

    /// <summary>Whether it has a page of ours, whose address is derived and not stored.</summary>
    public bool HasPage { get; init; }

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

    /// <summary>Refund: the version of terms of the attempt on which that receipt came; it says whether the pay-in's fee is given back.</summary>
    public long ReceiptTermsId { get; init; }

    /// <summary>Refund: what was taken of the pay-in's unsettled money and reserve (<see cref="Orders.TakenShare"/>); the rest came from available.</summary>
    public string TakenFrom { get; init; } = "";

    /// <summary>Pay-in: what open refunds have reserved of it.</summary>
    [Changes]
    public long RefundingMinor { get; init; }

    /// <summary>Pay-in: what open disputes have reserved of it.</summary>
    [Changes]
    public long DisputedMinor { get; init; }

    /// <summary>
    /// Pay-in: how much less than ordered it holds, or held when the last of it went back, although it was paid: what goes back of a paid order is not owed
    /// again. 0 otherwise, and again as soon as money comes after all went back.
    /// </summary>
    [Changes]
    public long ForgivenMinor { get; init; }

    /// <summary>Pay-in: what can still go back of it: neither returned, nor reserved by open refunds and disputes.</summary>
    public long FreeMinor => PaidMinor - ReturnedMinor - RefundingMinor - DisputedMinor;

    /// <summary>Whether it is a payout that waits for somebody's approval.</summary>
    public bool IsHeld => State == OrderState.Pending && (Exceptions & OrderExceptions.Held) != 0;

    public OrderKey Key => new(Bucket, Id);
    public TradeKey TradeKey => new(Bucket, MerchantNo, Direction, TradeNo);
}
