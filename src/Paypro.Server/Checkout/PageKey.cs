using System.Security.Cryptography;
using System.Text;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout;

/// <summary>The last segment of a page's address, <c>{number}-{token}</c>: the order's number and the secret that opens its page.</summary>
internal readonly record struct PageKey(string Number, string Token)
{
    /// <summary>Null unless it has the form of an address that we gave out.</summary>
    public static PageKey? Read(string? segment) =>
        segment is { Length: OrderNumber.Length + 1 + PageAddress.TokenLength }
        && segment[OrderNumber.Length] == '-'
        && OrderNumber.BucketOf(segment[..OrderNumber.Length]) is not null
            ? new PageKey(segment[..OrderNumber.Length], segment[(OrderNumber.Length + 1)..])
            : null;

    /// <summary>Compares in constant time, so that a token cannot be guessed digit by digit. An order without a page opens to nobody.</summary>
    public bool Opens(OrderRow order, PageAddress pages) =>
        order.HasPage && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Token), Encoding.UTF8.GetBytes(pages.TokenOf(order.Number)));
}
