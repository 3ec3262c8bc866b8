using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>What the screen of one order shows.</summary>
internal sealed record PaymentModel(
    PaymentPicture Picture, Country Country, Told Told, IReadOnlyList<(string Name, string Text)> Person, bool IsRevealed, bool MayReveal, bool MayResend, bool MayCancel, PaymentLinkRow? Link, bool MayRefund, string ExpectedOn);

/// <summary>One pay-in, payout or refund: its screen, and what can be done there.</summary>
internal sealed class PaymentScreen(OwnMerchants merchants, PaymentReads reads, ToldReads told, Resends resends, LinkReads links, AuditedStore store, SnapshotStore snapshots, TimeProvider time)
{
    public const int LongestReason = 300;

    public Task<IResult> ShowAsync(Visit visit, Direction direction) => OnAsync(visit, direction, Permissions.OrdersSee, (order, merchant) => ShowAsync(visit, order, merchant));

    /// <summary>Shows the payer or the recipient for a minute. Who looks says why, and it stands in the log before anything is shown.</summary>
    public Task<IResult> RevealAsync(Visit visit, Direction direction) => OnAsync(visit, direction, Permissions.PeopleReveal, async (order, merchant) =>
    {
        var reason = visit.Field("reason");
        if (reason.Length is 0 or > LongestReason)
        {
            return await ShowAsync(visit, order, merchant, problem: $"Say in 1 to {LongestReason} characters why you need to see the person.");
        }

        await store.SaveAsync((_, trail) =>
        {
            trail.Add(visit.By, "people.reveal", SubjectOf(order), reason: reason, chain: order.Bucket);
            return Task.FromResult(true);
        });
        return await ShowAsync(visit, order, merchant, isRevealed: true);
    });

    public Task<IResult> ResendAsync(Visit visit, Direction direction) => OnAsync(visit, direction, Permissions.NotificationsResend, async (order, merchant) =>
    {
        await store.SaveAsync((_, trail) =>
        {
            trail.Add(visit.By, "notification.resend", SubjectOf(order), chain: order.Bucket);
            return Task.FromResult(true);
        });
        return await resends.ResendAsync(order.Key, CauseOf(visit))
            ? Visit.GoTo($"{PaymentColumns.PathOf(order)}?done=resent")
            : await ShowAsync(visit, order, merchant, problem: "There is nothing to tell: the order has no result yet, or no address to tell it to.");
    });

    /// <summary>How an order's history names one of the merchant's users.</summary>
    public static string CauseOf(Visit visit) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"user:{visit.Who.User.Id}");

    public static string SubjectOf(OrderRow order) => $"order:{order.Number}";

    /// <summary>Does something with an order of his; another business's order does not exist for him.</summary>
    private async Task<IResult> OnAsync(Visit visit, Direction direction, string permission, Func<OrderRow, OwnMerchant, Task<IResult>> answer)
    {
        var number = visit.Http.Request.RouteValues["number"] as string ?? "";
        var order = await reads.FindAsync(number, visit.Http.RequestAborted);
        var merchant = order is null || order.Direction != direction ? null : (await merchants.OfAsync(visit.Who, permission)).FirstOrDefault(m => m.No == order.MerchantNo);
        return merchant is null
            ? new ScreenAnswer<Said>(visit.Frame("There is no such order"), "Its number may have been typed wrong, or it is not one of your business.", StatusCodes.Status404NotFound)
            : await answer(order!, merchant);
    }

    private async Task<IResult> ShowAsync(Visit visit, OrderRow order, OwnMerchant merchant, string? problem = null, bool isRevealed = false)
    {
        visit.MerchantZone = merchant.Country.TimeZone;
        var picture = await reads.ReadAsync(order, visit.Http.RequestAborted);
        var state = (await told.OfAsync([order], visit.Http.RequestAborted))[order.Key];
        var model = new PaymentModel(
            picture, merchant.Country, state, Masked.Of(picture.Person, isRevealed), isRevealed, OwnMerchants.May(visit.Who, merchant, Permissions.PeopleReveal),
            OwnMerchants.May(visit.Who, merchant, Permissions.NotificationsResend) && order is { ResultVersion: > 0, NotifyUrl.Length: > 0 },
            order.IsHeld && OwnMerchants.May(visit.Who, merchant, Permissions.PayoutsCreate), await links.OfAsync(order, visit.Http.RequestAborted),
            order is { Direction: Direction.PayIn, PaidMinor: > 0 } && OwnMerchants.May(visit.Who, merchant, Permissions.PayInsRefund),
            ExpectedDay.Of(snapshots.Current, order, picture.Attempts, time.NowMs()));
        var title = order.Direction switch { Direction.PayIn => $"Pay-in {order.Number}", Direction.Payout => $"Payout {order.Number}", _ => $"Refund {order.Number}" };
        return visit.Show<PaymentPage>(title, model, problem);
    }
}
