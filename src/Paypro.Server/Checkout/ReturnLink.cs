using System.Globalization;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout;

/// <summary>The way back to the merchant, signed so that the merchant's page can trust what the browser brings.</summary>
/// <param name="Address">The <c>returnUrl</c> with <c>tradeNo</c>, <c>status</c>, <c>time</c> (Unix milliseconds) and <c>sign</c>.</param>
/// <param name="Host">Where it leads, for the payer to read.</param>
internal sealed record ReturnLink(string Address, string Host)
{
    /// <summary>Null when the merchant gave no address, or one that no browser should be sent to, or has no valid key.</summary>
    public static ReturnLink? Make(OrderRow order, Merchant? merchant, long nowMs)
    {
        if (merchant?.SigningKey(nowMs) is not { } key
            || !Uri.TryCreate(order.ReturnUrl, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https")
            || WebAddress.HostOf(uri) is not { } host)
        {
            return null;
        }

        var status = StatusOf(order);
        var sign = HmacSignature.ForReturn(order.TradeNo, status, nowMs, key.Secret);
        var ours = string.Create(
            CultureInfo.InvariantCulture, $"tradeNo={Uri.EscapeDataString(order.TradeNo)}&status={status}&time={nowMs}&sign={sign}");

        // A header carries ASCII only, so a name in other letters goes as the network writes it.
        var link = new UriBuilder(uri) { Host = host, Query = uri.Query.Length > 1 ? $"{uri.Query.TrimEnd('&')}&{ours}" : ours };
        return new ReturnLink(link.Uri.AbsoluteUri, uri.IsDefaultPort ? host : $"{host}:{uri.Port.ToString(CultureInfo.InvariantCulture)}");
    }

    private static string StatusOf(OrderRow order) => order.State switch
    {
        OrderState.Paid => ResultStatus.Success,
        OrderState.PartlyPaid => ResultStatus.Partial,
        OrderState.Pending => ResultStatus.Processing,
        _ => order.FailureCode.Length > 0 ? order.FailureCode : ResultStatus.Failed,
    };
}
