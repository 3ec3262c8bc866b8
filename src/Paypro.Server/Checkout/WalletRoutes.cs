using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Platform;

namespace Paypro.Server.Checkout;

/// <summary>
/// <c>/pay/{page}/wallet</c>: the simulated wallet to which a sandbox sends the payer, so that a merchant's developer goes through the redirect as a
/// payer does. It signs in with anything, shows the amount, and approves, declines, or loses the connection after it has taken the money.
/// </summary>
internal static class WalletRoutes
{
    public static void MapWallet(this IEndpointRouteBuilder app)
    {
        app.MapGet("/pay/{page}/wallet", ShowAsync);
        app.MapPost("/pay/{page}/wallet", ActAsync);
    }

    private static Task<IResult> ShowAsync(string page, HttpRequest request, PageRequests requests, CancellationToken cancellation) =>
        CheckoutRoutes.AnswerOrBusyAsync(request, requests, async () =>
        {
            var picture = await requests.FindAsync(page, cancellation);
            var step = request.Query.ContainsKey("lost") ? WalletStep.Lost : request.Query.ContainsKey("in") ? WalletStep.Approve : WalletStep.SignIn;
            return await requests.ShowAsync(picture, page, CheckoutRoutes.WishOf(request, picture) with { Wallet = step }, cancellation);
        });

    private static Task<IResult> ActAsync(string page, HttpRequest request, PageRequests requests, PageSimulation simulation, PayproOptions options, CancellationToken cancellation) =>
        CheckoutRoutes.SubmitAsync(page, request, requests, options, async (picture, form) => form["act"].ToString() switch
        {
            "enter" => To("in=1"),

            // Pressed twice, or in a tab that was left open: the money is there.
            "approve" or "lose" when PageStates.OwedMinor(picture.Order) <= 0 => "",
            "approve" => await simulation.ActAsync(picture, "pay", cancellation) ? "" : "simulator=refused",
            "decline" => await simulation.ActAsync(picture, "decline", cancellation) ? "" : "simulator=refused",
            "lose" when IsWaiting(picture) && await simulation.ActAsync(picture, "pay", cancellation) => To("lost=1"),
            _ => "simulator=refused",
        }, cancellation);

    private static bool IsWaiting(OrderPicture picture) => picture.Current is { InstructionKind: InstructionKinds.Redirect };

    private static Submitted To(string query) => new(query, Below: "/wallet");
}

/// <summary>How far the payer is at the simulated wallet.</summary>
internal enum WalletStep
{
    SignIn = 1,
    Approve = 2,

    /// <summary>The wallet has the money and its answer did not come.</summary>
    Lost = 3,
}
