using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// What never changes about an order and one of its attempts: enough to say which rows a command needs before they are locked.
/// </summary>
internal sealed record AttemptRef
{
    public required OrderKey Order { get; init; }
    public required short AttemptNo { get; init; }
    public required long MerchantNo { get; init; }
    public required Direction Direction { get; init; }
    public required Currency Currency { get; init; }
    public required Terms Terms { get; init; }
    public required long ChannelAccountId { get; init; }
    public required CostTerms Cost { get; init; }
    public required string Reference { get; init; }

    /// <summary>The rules of the order's country that decide how its money is booked.</summary>
    public required BookingRules Rules { get; init; }

    /// <summary>The daily limits that its money counts against; mostly none.</summary>
    public IReadOnlyList<string> CountedWays { get; init; } = [];

    /// <summary>Pay-in: the payer's counts, as the order keeps them; mostly empty.</summary>
    public string PayersCounted { get; init; } = "";
    public long OrderCreatedAtMs { get; init; }

    /// <summary>Pay-in: what comes for it is held until two people release it.</summary>
    public bool HoldsMoney { get; init; }

    /// <summary>When its rail is first asked after the order's end, milliseconds; 0 = not (<see cref="LateAsks.FirstAfterMs"/>).</summary>
    public long LateAfterMs { get; init; }
    /// <summary>Refund: the id of its pay-in; 0 otherwise.</summary>
    public long RefundOf { get; init; }

    /// <summary>Whether it is a withdrawal, whose money was reserved before it was made and costs its merchant nothing.</summary>
    public bool IsWithdrawal { get; init; }

    /// <summary>Refund: the price of the receipt that it gives back.</summary>
    public Terms ReceiptTerms { get; init; } = Terms.Free;

    /// <summary>Refund: what was taken from money of its pay-in that was not available yet.</summary>
    public IReadOnlyList<TakenShare> TakenFrom { get; init; } = [];

    /// <summary>The pay-in of a refund.</summary>
    public OrderKey PayIn => new(Order.Bucket, RefundOf);

    public AttemptKey Key => new(Order.Bucket, Order.Id, AttemptNo);

    /// <summary>The totals of a day that its money counts in.</summary>
    /// <param name="atMs">Unix milliseconds UTC: when a pay-in's money is booked, when a payout was made.</param>
    public IEnumerable<DailyTotalKey> Totals(long atMs) =>
        CountedWays.Select(way => new DailyTotalKey(Order.Bucket, MerchantNo, Direction, way, Rules.ValueDate(atMs)));

    /// <summary>Where a pay-in counts when it is paid.</summary>
    public IEnumerable<PayerCountKey> Payers => PayerLimits.Of(Order.Bucket, MerchantNo, PayersCounted, PayersCounted.Length == 0 ? 0 : Rules.ValueDate(OrderCreatedAtMs));

    public MovementKey Movement(string dedupeKey) => new(Order.Bucket, ChannelAccountId, Direction, dedupeKey);
}

/// <summary>What a rail charges us for one movement.</summary>
internal readonly record struct CostTerms(int BasisPoints, long FixedMinor)
{
    public long On(long amountMinor) => (long)(((Int128)amountMinor * BasisPoints + 5000) / 10000) + FixedMinor;

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{BasisPoints},{FixedMinor}");

    public static CostTerms Parse(string text)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        return comma < 0
            ? default
            : new(
                int.Parse(text.AsSpan(0, comma), System.Globalization.CultureInfo.InvariantCulture),
                long.Parse(text.AsSpan(comma + 1), System.Globalization.CultureInfo.InvariantCulture));
    }
}

/// <summary>The accounts that an attempt's money can touch.</summary>
internal readonly struct OrderAccounts(AttemptRef r)
{
    public AccountKey Available { get; } = AccountId.Merchant(r.Order.Bucket, r.MerchantNo, AccountKind.Available, r.Currency);
    public AccountKey Frozen { get; } = AccountId.Merchant(r.Order.Bucket, r.MerchantNo, AccountKind.Frozen, r.Currency);
    public AccountKey Unsettled { get; } = AccountId.Merchant(r.Order.Bucket, r.MerchantNo, AccountKind.Unsettled, r.Currency);
    public AccountKey Held { get; } = AccountId.Merchant(r.Order.Bucket, r.MerchantNo, AccountKind.Held, r.Currency);
    public AccountKey Receivable { get; } = AccountId.Merchant(r.Order.Bucket, r.MerchantNo, AccountKind.Receivable, r.Currency);
    public AccountKey Fees { get; } = AccountId.Platform(r.Order.Bucket, AccountKind.Fees, r.Currency);
    public AccountKey Tax { get; } = AccountId.Platform(r.Order.Bucket, AccountKind.Tax, r.Currency);
    public AccountKey TaxWithheld { get; } = AccountId.Platform(r.Order.Bucket, AccountKind.TaxWithheld, r.Currency);
    public AccountKey Loss { get; } = AccountId.Platform(r.Order.Bucket, AccountKind.Loss, r.Currency);
    public AccountKey Suspense { get; } = AccountId.Platform(r.Order.Bucket, AccountKind.Suspense, r.Currency);
    public AccountKey Clearing { get; } = AccountId.Channel(r.Order.Bucket, r.ChannelAccountId, AccountKind.Clearing, r.Currency);
    public AccountKey ChannelCost { get; } = AccountId.Channel(r.Order.Bucket, r.ChannelAccountId, AccountKind.ChannelCost, r.Currency);
}

/// <summary>What came of applying a rail's statement.</summary>
internal enum ApplyResult
{
    /// <summary>Booked or recorded.</summary>
    Applied,

    /// <summary>Known already; nothing changed.</summary>
    Repeated,

    /// <summary>Says nothing new.</summary>
    Nothing,

    /// <summary>Money whose order it cannot pay; booked to suspense.</summary>
    Suspense,

    /// <summary>A return before its payment: it is stored and waits, and the rail has to be asked for the payment.</summary>
    Waiting,

    /// <summary>Contradicts what is booked; nothing moved, it is stored with a case.</summary>
    Contradiction,

    /// <summary>Our own rules do not take it; nothing moved, it is stored with a case.</summary>
    Refused,

    /// <summary>What is left of a total was worked out from books that have changed since; nothing moved, the rail has to be asked again.</summary>
    Changed,
}
