using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>One merchant, one channel account, and orders of 100.00 pesos between them.</summary>
internal static class Scene
{
    public const short Bucket = 7;
    public const long MerchantNo = 1_000_000_007;
    public const long AccountId = 101;
    public const long Amount = 100_00;

    /// <summary>A Monday noon in Mexico.</summary>
    public const long Now = 1_772_474_400_000;
    public const long Created = Now - 60_000;
    public const long Expires = Now + 3_600_000;
    public const int Today = 20260302;

    /// <summary>How long a call to the rail may be under way.</summary>
    public const long LeaseMs = 40_000;

    private static long _lastId;

    public static readonly Currency Currency = Currency.Get("MXN");

    /// <summary>2 % and 1.00, taxed with 16 %: 3.00 and 0.48 of 100.00; at once, given back with the money.</summary>
    public static readonly Terms Terms = new(200, 1_00, 0, 0, 1600, 0, false, true) { Id = 5 };

    /// <summary>What the rail charges: 0.5 % and 0.10, so 0.60 of 100.00.</summary>
    public static readonly CostTerms Cost = new(50, 10);

    public static readonly BookingRules Rules = new(true, TimeZoneInfo.CreateCustomTimeZone("UTC-6", TimeSpan.FromHours(-6), "UTC-6", "UTC-6"), new HashSet<int>())
    {
        CodeOf = cause => cause == FailureCause.DailyAmount ? new DocumentedCode("0100019", "the day is full") : new DocumentedCode("00029", "REJECTED"),
    };

    public static readonly AccountKey Available = Of(AccountKind.Available);
    public static readonly AccountKey Frozen = Of(AccountKind.Frozen);
    public static readonly AccountKey Unsettled = Of(AccountKind.Unsettled);
    public static readonly AccountKey Held = Of(AccountKind.Held);
    public static readonly AccountKey Receivable = Of(AccountKind.Receivable);

    public static OrderRow PayIn(long id = 1, bool hosted = false) => new()
    {
        Bucket = Bucket, Id = id, MerchantNo = MerchantNo, Direction = Direction.PayIn, TradeNo = $"t{id}", Number = $"n{id}", Country = "MX", Currency = "MXN",
        Way = "va", AmountMinor = Amount, State = OrderState.Pending, TermsId = Terms.Id, ContentHash = [1], NotifyUrl = "https://merchant.example/n",
        Hosted = hosted, CreatedAtMs = Created, ExpiresAtMs = Expires, TimerDueMs = Expires, EventCount = 1, AttemptCount = 1,
    };

    public static OrderRow Payout(long id = 1) => PayIn(id) with
    {
        Direction = Direction.Payout, Way = "CLABE", BankCode = "BANXICO", FeeMinor = 3_00, TaxMinor = 48, TimerDueMs = Now,
    };

    public static AttemptRow Attempt(OrderRow order, AttemptState state = AttemptState.Accepted, short no = 1, string way = "va") => new()
    {
        Bucket = Bucket, OrderId = order.Id, AttemptNo = no, ChannelAccountId = AccountId, Direction = order.Direction, Way = way, Reference = $"r{order.Id}-{no}",
        State = state, CostTerms = Cost.ToString(), CreatedAtMs = Created, TermsId = order.TermsId,
    };

    public static AttemptRef Ref(OrderRow order, BookingRules? rules = null, Terms? terms = null, CostTerms? cost = null, short no = 1) => new()
    {
        Order = order.Key, AttemptNo = no, MerchantNo = MerchantNo, Direction = order.Direction, Currency = Currency, Terms = terms ?? Terms,
        ChannelAccountId = AccountId, Cost = cost ?? Cost, Reference = $"r{order.Id}-{no}", Rules = rules ?? Rules, CountedWays = ["*"],
        PayersCounted = order.Direction == Direction.PayIn ? "payer" : "", OrderCreatedAtMs = order.CreatedAtMs,
    };

    public static Observation Said(
        OrderRow order, ObservationKind kind, long amountMinor = Amount, string key = "k1", string reason = "", long occurredAtMs = Now - 1000) => new()
    {
        Kind = kind, Direction = order.Direction, Reference = $"r{order.Id}-1", AmountMinor = amountMinor, Currency = "MXN", OccurredAtMs = occurredAtMs,
        RailReference = $"utr-{key}", DedupeKey = key, Reason = reason,
    };

    /// <summary>As it comes from the rail.</summary>
    public static Statement Told(Observation said, string cause = "callback", long? atMs = null) =>
        new(said, cause == "query" ? StatementSource.Query : StatementSource.Callback, Interlocked.Increment(ref _lastId), atMs ?? Now);

    public static DailyTotalKey Total(Direction direction) => new(Bucket, MerchantNo, direction, "*", Today);

    public static PayerCountKey Payer => new(Bucket, MerchantNo, "payer", Today);

    public static PersonRow Person(OrderRow order, byte mark = 1) => new() { Bucket = Bucket, OrderId = order.Id, MasterKeyId = "m", Sealed = [mark], CreatedAtMs = Created };

    private static AccountKey Of(AccountKind kind) => Server.Storage.AccountId.Merchant(Bucket, MerchantNo, kind, Currency);
}
