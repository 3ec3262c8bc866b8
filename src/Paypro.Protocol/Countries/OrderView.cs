namespace Paypro.Protocol.Countries;

/// <summary>What a merchant may see of an order, whatever the country calls it. What is null is not told.</summary>
public sealed record OrderView
{
    /// <summary>The merchant's number.</summary>
    public required string TradeNo { get; init; }

    /// <summary>Our number, 16 characters <c>a-z0-9</c>.</summary>
    public required string Number { get; init; }

    /// <summary>One of <see cref="ResultStatus"/>.</summary>
    public required string Status { get; init; }

    /// <summary><c>desc</c> or <c>message</c>; see <see cref="ResultMessage"/>.</summary>
    public required string Message { get; init; }

    /// <summary>The ordered amount, minor units.</summary>
    public required long OrderAmountMinor { get; init; }

    /// <summary>What is held of the order: paid less returned, minor units; null until something is paid.</summary>
    public long? HeldMinor { get; init; }

    /// <summary>The request's remark.</summary>
    public string? Remark { get; init; }

    /// <summary>CLABE, store reference, QR payload …</summary>
    public string? PaymentInfo { get; init; }

    /// <summary>Address of the hosted page.</summary>
    public string? PaymentUrl { get; init; }

    /// <summary>The rail's reference, <c>utr</c>.</summary>
    public string? RailReference { get; init; }

    /// <summary>The way, as merchants write it.</summary>
    public string? WayCode { get; init; }

    /// <summary>The group of ways, as merchants write it.</summary>
    public string? ChannelCode { get; init; }

    /// <summary>A refund: the merchant's number of it. <see cref="TradeNo"/> and <see cref="Number"/> are then the pay-in's.</summary>
    public string? RefundNo { get; init; }

    /// <summary>A refund: our number of it.</summary>
    public string? RefundNumber { get; init; }

    /// <summary>When it was created, Unix milliseconds.</summary>
    public long? CreatedAtMs { get; init; }

    /// <summary>When it succeeded, Unix milliseconds.</summary>
    public long? SuccessAtMs { get; init; }
}

/// <summary>What an operation answers that is about no order: texts by where they come from.</summary>
/// <param name="Texts">One for each member of the operation's response; a member without one is left out, or empty where it is required.</param>
public sealed record FactsView(IReadOnlyDictionary<ResponseSource, string> Texts);

/// <summary>The balances of a merchant, minor units.</summary>
/// <param name="AvailableMinor">Can be paid out.</param>
/// <param name="FrozenMinor">Reserved for payouts under way, or held.</param>
/// <param name="UnsettledMinor">Received and not settled yet.</param>
public sealed record BalanceView(long AvailableMinor, long FrozenMinor, long UnsettledMinor);
