using static Paypro.Protocol.Countries.ResponseForm;
using static Paypro.Protocol.Countries.ResponseSource;

namespace Paypro.Protocol.Countries;

/// <summary>The parts of responses and notifications that most countries share. A country that differs writes its own.</summary>
public static class Responses
{
    /// <summary>The merchant's number, and ours under both of its names.</summary>
    public static IReadOnlyList<ResponseMember> Numbers { get; } = [new("tradeNo", TradeNo), new("platFormTradeNo", Number), new("payproTradeNo", Number)];

    /// <summary>The answer to a payout, and the beginning of the answer to a pay-in.</summary>
    public static IReadOnlyList<ResponseMember> Created { get; } =
        [.. Numbers, new("status", Status), new("desc", Message), new("remark", Remark, TextOrEmpty)];

    /// <summary>The answer to a direct pay-in: what the payer needs, or where a wallet's payer goes.</summary>
    public static IReadOnlyList<ResponseMember> CreatedPayIn { get; } = [.. Created, new("paymentInfo", PaymentInfo), new("paymentUrl", PaymentUrl)];

    /// <summary>The answer to a pay-in on the hosted page.</summary>
    public static IReadOnlyList<ResponseMember> CreatedPage { get; } = [.. Created, new("paymentUrl", PaymentUrl)];

    /// <summary>The answer to a query: the amount with two decimals, as the examples have it.</summary>
    public static IReadOnlyList<ResponseMember> Queried { get; } =
    [
        .. Numbers, new("amount", PaidOrOrderAmount, FixedText), new("status", Status), new("message", Message), new("successTime", SuccessAt, LocalTime),
    ];

    /// <summary>The answer to a query that tells the ordered and the paid amount apart.</summary>
    public static IReadOnlyList<ResponseMember> QueriedBothAmounts { get; } =
    [
        .. Numbers, new("status", Status), new("orderAmount", OrderAmount, FixedText), new("payAmount", PaidAmount, FixedText), new("message", Message),
    ];

    /// <summary>The notification of the countries whose page is Brazil's.</summary>
    public static IReadOnlyList<ResponseMember> Notified { get; } =
    [
        new("platFormTradeNo", Number),
        new("tradeNo", TradeNo),
        new("amount", PaidAmount, WholeOrFixedText),
        new("status", Status),
        new("message", Message),
        new("successTime", SuccessAt, LocalTime),
        new("timestamp", Timestamp, MillisecondsText),
    ];

    /// <summary>The balances, under both spellings of the first.</summary>
    /// <param name="form"><see cref="FourDecimalsText"/> or <see cref="FourDecimalsNumber"/>.</param>
    public static IReadOnlyList<ResponseMember> Balance(ResponseForm form) =>
    [
        new("availableAmount", Available, form), new("availablAmount", Available, form), new("freezeAmount", Frozen, form), new("unsettledAmount", Unsettled, form),
    ];
}
