using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>An order in the words that merchants know: the same for answers, queries and notifications.</summary>
internal static class OrderViews
{
    /// <param name="order">The order.</param>
    /// <param name="paymentInfo">What the payer needs to pay, where there is something.</param>
    /// <param name="paymentUrl">The hosted page, where there is one.</param>
    public static OrderView Of(OrderRow order, string? paymentInfo = null, string? paymentUrl = null) => new()
    {
        TradeNo = order.TradeNo,
        Number = order.Number,
        Status = Status(order),
        Message = Message(order),
        OrderAmountMinor = order.AmountMinor,
        HeldMinor = order is { PaidMinor: 0, State: not OrderState.Returned } ? null : order.PaidMinor - order.ReturnedMinor,
        Remark = order.Remark.Length == 0 ? null : order.Remark,
        PaymentInfo = string.IsNullOrEmpty(paymentInfo) ? null : paymentInfo,
        PaymentUrl = paymentUrl,
        RailReference = order.Utr.Length == 0 ? null : order.Utr,
        WayCode = order.Direction == Direction.PayIn ? Told(order.Way) : Told(order.BankCode),
        ChannelCode = order.Direction == Direction.PayIn ? Told(order.ChannelCode) : Told(order.Way),
        CreatedAtMs = order.CreatedAtMs,
        SuccessAtMs = order.State == OrderState.Paid && order.SuccessAtMs != 0 ? order.SuccessAtMs : null,
    };

    /// <summary>A refund: numbers of its pay-in, state and amount of its own.</summary>
    public static OrderView OfRefund(OrderRow refund, OrderRow payIn) => Of(refund) with
    {
        TradeNo = payIn.TradeNo,
        Number = payIn.Number,
        RefundNo = refund.TradeNo,
        RefundNumber = refund.Number,
    };

    private static string? Told(string text) => text.Length == 0 ? null : text;

    /// <summary>Failure is only said of what certainly failed; everything unknown is <c>0015</c>.</summary>
    public static string Status(OrderRow order) => order.State switch
    {
        OrderState.Pending => ResultStatus.Processing,
        OrderState.PartlyPaid => ResultStatus.Partial,
        OrderState.Paid => ResultStatus.Success,
        _ => order.FailureCode.Length == 0 ? ResultStatus.Failed : order.FailureCode,
    };

    public static string Message(OrderRow order) => order.State switch
    {
        OrderState.Pending => ResultMessage.Processing,
        OrderState.PartlyPaid => ResultMessage.Partial,
        OrderState.Paid => ResultMessage.Success,
        OrderState.Expired => ResultMessage.Expired,
        OrderState.Returned => order.Message.Length == 0 ? ResultMessage.Returned : order.Message,
        _ => order.Message.Length == 0 ? ResultMessage.Rejected : order.Message,
    };
}
