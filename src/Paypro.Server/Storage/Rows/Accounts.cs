using System.Collections.Frozen;
using Paypro.Protocol;

namespace Paypro.Server.Storage;

/// <summary>Whose account it is. Stored as its number.</summary>
internal enum OwnerType : short
{
    Platform = 1,
    Channel = 2,
    Merchant = 3,

    /// <summary>One of the operator's own accounts at a bank (<see cref="BankAccountRow"/>).</summary>
    Bank = 4,
}

/// <summary>What an account is for. Stored as its number, 1 to 99.</summary>
internal enum AccountKind : short
{
    /// <summary>A merchant's money that it may pay out. Never below zero.</summary>
    Available = 1,

    /// <summary>Reserved for payouts under way. Never below zero.</summary>
    Frozen = 2,

    /// <summary>Received, not yet settled. Never below zero.</summary>
    Unsettled = 3,

    /// <summary>Held back: the reserve, whose entries have a due date, and what is disputed; shown inside the frozen amount. Never below zero.</summary>
    Held = 4,

    /// <summary>What a reversal took beyond <see cref="Available"/>; never above zero, later credits repay it first.</summary>
    Receivable = 5,

    /// <summary>What a channel account owes us: negative while it holds our money.</summary>
    Clearing = 11,

    /// <summary>What the channel charges us.</summary>
    ChannelCost = 12,

    /// <summary>Money whose order we do not know.</summary>
    Suspense = 21,

    /// <summary>Between two buckets.</summary>
    Transit = 22,
    Fees = 23,
    Tax = 24,

    /// <summary>What one of our own accounts at a bank holds, as a negative balance.</summary>
    Bank = 25,
    Equity = 26,

    /// <summary>What we lost, negative: money that left for nobody's account, and suspense that was written off, positive.</summary>
    Loss = 27,

    /// <summary>Tax that we withheld from merchants and owe to a tax office.</summary>
    TaxWithheld = 28,

    /// <summary>On its way between a rail and a bank account of ours, as a negative balance.</summary>
    InTransit = 29,

    /// <summary>One currency of a conversion; the other currency's account has the other side.</summary>
    Fx = 30,
}

/// <summary>Why money moved. Stored as its number.</summary>
internal enum TransferType : short
{
    PayInReceipt = 1,
    PayInReturn = 2,
    PayoutReserve = 3,
    PayoutPost = 4,
    PayoutVoid = 5,
    PayoutReturn = 6,
    Settlement = 7,
    SuspenseReceipt = 8,
    SuspenseAssign = 9,
    OpeningBalance = 10,
    Adjustment = 11,
    Transit = 12,
    Hold = 13,
    Release = 14,

    /// <summary>Money left a channel account and no merchant owes it.</summary>
    Loss = 15,

    /// <summary>Suspense or a debt that nobody will claim.</summary>
    WriteOff = 16,
    RefundReserve = 17,
    RefundPost = 18,
    RefundVoid = 19,
    RefundReturn = 20,

    /// <summary>What a rail or a bank charges us.</summary>
    Charge = 21,

    /// <summary>A merchant's own money came to a bank account of ours.</summary>
    TopUp = 22,

    /// <summary>Fees or tax left a bank account of ours for good.</summary>
    PaidToUs = 23,
    Conversion = 24,
    WithdrawalReserve = 25,
    WithdrawalPost = 26,
    WithdrawalVoid = 27,
    WithdrawalReturn = 28,

    /// <summary>Money was assigned to an order that it was not meant for, and is in suspense again.</summary>
    AssignmentUndone = 29,

    /// <summary>What is disputed of a pay-in is held.</summary>
    DisputeHold = 30,

    /// <summary>A dispute was won: what was held of it is the merchant's again.</summary>
    DisputeWon = 31,

    /// <summary>A person says that a dispute is lost. Where the rail says so first, it is a <see cref="PayInReturn"/>.</summary>
    DisputeLost = 32,

    /// <summary>Something that happens once was refused, for good: no money moves, and it has no entries.</summary>
    Refused = 33,
}

/// <summary>
/// An account's number says what it is in decimal digits: owner type (1), owner (10), kind (2), currency (3, ISO 4217 numeric),
/// e.g. 3 1000000001 01 484 for a merchant's available pesos. So no lookup is needed to name one.
/// </summary>
internal static class AccountId
{
    private static readonly FrozenDictionary<int, Currency> ByNumber = Currency.All.ToFrozenDictionary(c => c.NumericCode);

    public static AccountKey Merchant(short bucket, long merchantNo, AccountKind kind, Currency currency) =>
        Make(bucket, OwnerType.Merchant, merchantNo, kind, currency);

    public static AccountKey Platform(short bucket, AccountKind kind, Currency currency) => Make(bucket, OwnerType.Platform, 0, kind, currency);

    public static AccountKey Channel(short bucket, long channelAccountId, AccountKind kind, Currency currency) =>
        Make(bucket, OwnerType.Channel, channelAccountId, kind, currency);

    /// <summary>The account of balance zero that a number names.</summary>
    public static AccountRow Open(AccountKey key)
    {
        var id = key.Id;
        var currency = ByNumber[(int)(id % 1000)];
        return new AccountRow
        {
            Bucket = key.Bucket,
            Id = id,
            OwnerType = (OwnerType)(id / 1_000_000_000_000_000),
            OwnerId = id / 100_000 % 10_000_000_000,
            Kind = (AccountKind)(id / 1000 % 100),
            Currency = currency.Code,
        };
    }

    public static AccountKey Bank(short bucket, long bankAccountId, AccountKind kind, Currency currency) =>
        Make(bucket, OwnerType.Bank, bankAccountId, kind, currency);

    private static AccountKey Make(short bucket, OwnerType type, long owner, AccountKind kind, Currency currency) =>
        owner is < 0 or > 9_999_999_999
            ? throw new ArgumentOutOfRangeException(nameof(owner), owner, "An owner has at most ten digits.")
            : new(bucket, (((long)type * 10_000_000_000 + owner) * 100 + (long)kind) * 1000 + currency.NumericCode);
}
