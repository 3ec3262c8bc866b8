using System.Net;
using System.Text.RegularExpressions;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Checkout;

/// <summary>Payment links of the sandbox's merchants.</summary>
internal static class LinkGround
{
    /// <summary>A link, stored as the dashboard stores one.</summary>
    public static async Task<PaymentLinkRow> LinkAsync(this CheckoutServer server, string country, Action<PaymentLinkRow>? change = null)
    {
        var merchantNo = SandboxMerchants.All.First(m => m.Country == country).No;
        var bucket = Buckets.Of(merchantNo.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var link = new PaymentLinkRow
        {
            Id = server.The<IdSource>().Next(), MerchantNo = merchantNo, Bucket = bucket, Country = country, Number = OrderNumber.Make(bucket, server.The<IRandomness>()), Title = "Table 7", MadeBy = "test", MadeAtMs = 1,
        };
        change?.Invoke(link);
        return await server.The<ConfigStore>().SaveAsync(context =>
        {
            context.PaymentLinks.Add(link);
            return Task.FromResult(link);
        });
    }

    public static string PathOf(this CheckoutServer server, PaymentLinkRow link) => server.The<LinkAddress>().PathOf(link.Number);

    public static Task<List<OrderRow>> OrdersAsync(this CheckoutServer server, PaymentLinkRow link) => server.The<LinkReads>().OrdersAsync(link, null, 1000, CancellationToken.None);

    /// <summary>The page of a link.</summary>
    public static async Task<(HttpStatusCode Status, string Html, string? Location)> OpenAsync(this CheckoutServer server, string path)
    {
        using var answer = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), answer.Headers.Location?.OriginalString);
    }

    /// <summary>Sends the form of a page.</summary>
    public static async Task<(HttpStatusCode Status, string Html, string? Location)> SendAsync(this CheckoutServer server, string path, params (string Name, string Value)[] fields)
    {
        using var answer = await server.PostAsync(path, "same-origin", fields);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), answer.Headers.Location?.OriginalString);
    }

    /// <summary>The use that a page of a link carries.</summary>
    public static async Task<string> UseAsync(this CheckoutServer server, string path) => Regex.Match((await server.OpenAsync(path)).Html, "name=\"use\" value=\"([0-9a-f]{16})\"").Groups[1].Value;

    /// <summary>The order behind the page that an answer leads to.</summary>
    public static async Task<OrderRow> OrderAsync(this CheckoutServer server, string? location)
    {
        Assert.StartsWith("/pay/", location, StringComparison.Ordinal);
        return (await server.PictureAsync(location!)).Order;
    }

    /// <summary>All of an order is paid.</summary>
    public static async Task PayAsync(this CheckoutServer server, string location) => await server.SayAsync(location, ObservationKind.Paid, (await server.PictureAsync(location)).Order.AmountMinor);
}
