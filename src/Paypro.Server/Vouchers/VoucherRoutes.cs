using Paypro.Server.Checkout;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;

namespace Paypro.Server.Vouchers;

/// <summary>Serves vouchers to whoever was given their address, until it ends. Each is made when it is asked for, and kept nowhere.</summary>
internal static class VoucherRoutes
{
    public static void AddVouchers(this IServiceCollection services) => services.AddSingleton<VoucherAddress>();

    /// <summary>Maps the address where this process has the role <c>checkout</c>.</summary>
    public static void MapVouchers(this IEndpointRouteBuilder app)
    {
        if (app.ServiceProvider.GetRequiredService<Installation>().Does("checkout"))
        {
            app.MapMethods(VoucherAddress.Folder + "{file}", [HttpMethods.Get, HttpMethods.Head], ShowAsync);
        }
    }

    private static async Task<IResult> ShowAsync(
        string file, HttpResponse response, VoucherAddress addresses, OrderQueries queries, People people, SnapshotStore snapshots, RateLimits limits,
        Installation installation, TimeProvider time, CancellationToken cancellation)
    {
        PageAnswer.Guard(response);
        if (addresses.Read(file) is not { } key || await queries.FindAsync(key.Number, cancellation) is not { Order: var order })
        {
            return Tell("There is no voucher at this address.", StatusCodes.Status404NotFound);
        }

        var nowMs = time.NowMs();
        if (nowMs >= key.UntilMs)
        {
            return Tell("The address of this voucher has ended. Ask the merchant for a new one.", StatusCodes.Status410Gone);
        }

        Snapshot snapshot;
        try
        {
            snapshot = snapshots.Current;
        }
        catch (StaleSnapshotException)
        {
            response.Headers.RetryAfter = "5";
            return Tell("Vouchers cannot be read at present. Try again.", StatusCodes.Status503ServiceUnavailable);
        }

        if (limits.Order(order.Number) is var waitS and > 0)
        {
            response.Headers.RetryAfter = waitS.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return Tell("This voucher was asked for too often. Try again in a minute.", StatusCodes.Status429TooManyRequests);
        }

        var sealedPerson = await queries.PersonAsync(order.Key, cancellation);
        var account = sealedPerson is null ? null : people.Open(sealedPerson).Account;
        var bank = snapshot.Banks.GetValueOrDefault(order.Country)?.Find(order.BankCode);
        if (snapshot.Merchant(order.MerchantNo) is not { } merchant
            || Voucher.Of(order, merchant, bank, account, installation.IsSandbox, nowMs) is not { } voucher)
        {
            return Tell("This order is not successful any more.", StatusCodes.Status410Gone);
        }

        response.Headers.ContentDisposition = $"inline; filename=\"voucher-{order.Number}.pdf\"";
        return Results.Bytes(VoucherPdf.Write(voucher), "application/pdf");
    }

    private static IResult Tell(string sentence, int status) => Results.Text(sentence, "text/plain", System.Text.Encoding.UTF8, status);
}
