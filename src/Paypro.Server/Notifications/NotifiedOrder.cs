using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Storage;

namespace Paypro.Server.Notifications;

internal static class NotifiedOrder
{
    public static OrderView View(OrderRow order) => new()
    {
        TradeNo = order.TradeNo,
        Number = order.Number,
        Status = order.State switch
        {
            OrderState.Paid => ResultStatus.Success,
            OrderState.PartlyPaid => ResultStatus.Partial,
            OrderState.Pending => ResultStatus.Processing,
            _ => order.FailureCode.Length > 0 ? order.FailureCode : ResultStatus.Failed,
        },
        Message = order.Message,
        OrderAmountMinor = order.AmountMinor,
        PaidMinor = order.PaidMinor,
        Remark = order.Remark,
        RailReference = order.Utr.Length > 0 ? order.Utr : null,
        CreatedAtMs = order.CreatedAtMs,
        SuccessAtMs = order.SuccessAtMs == 0 ? null : order.SuccessAtMs,
    };
}
