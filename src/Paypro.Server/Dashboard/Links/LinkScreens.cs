using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Checkout;
using Paypro.Server.Checkout.Links;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Links;

/// <summary>The list of a merchant's payment links, with the form for a new one.</summary>
/// <param name="Typed">What was typed into the form.</param>
/// <param name="Next">The id before which the next page begins; 0 = there is none.</param>
/// <param name="OnlyOpen">Whether those that make no more orders are left out.</param>
internal sealed record LinkListModel(
    OwnMoney Place, IReadOnlyList<(PaymentLinkRow Link, LinkState State, LinkFigures Figures)> Rows, LinkWish Typed, long Next, long Before, bool OnlyOpen, bool MayMake);

/// <summary>One payment link with its orders.</summary>
/// <param name="Next">The number before which the next page of orders begins; null = there is none.</param>
internal sealed record LinkDetailModel(OwnMerchant Merchant, PaymentLinkRow Link, LinkState State, LinkFigures Figures, string Address, IReadOnlyList<OrderRow> Orders, string? Next, bool MayClose);

/// <summary>Where a payment link stands, for its merchant.</summary>
internal enum LinkState
{
    Open,
    Paid,
    Ended,
    Closed,
}

/// <summary>The screens of payment links.</summary>
internal sealed class LinkScreens(OwnMerchants merchants, LinkReads links, LinkAddress addresses, IContexts contexts, AuditedStore store, IdSource ids, IRandomness randomness, TimeProvider time)
{
    /// <summary>Links of one merchant that can be paid at the same time.</summary>
    public const int MostOpen = 5_000;

    private const string Title = "Payment links";
    private const int PageSize = 25, OrdersOnPage = 50;

    public async Task<IResult> ListAsync(Visit visit, string? problem = null)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.LinksSee);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var (query, nowMs) = (visit.Http.Request.Query, time.NowMs());
        var before = long.TryParse(query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : 0;
        var onlyOpen = query["state"] == "open";
        await using var context = contexts.Create();
        var found = context.PaymentLinks.AsNoTracking().Where(l => l.MerchantNo == merchant.No && (before == 0 || l.Id < before));
        var rows = await (onlyOpen ? Open(found, nowMs) : found).OrderByDescending(l => l.Id).Take(PageSize + 1).ToListAsync();
        var shown = new List<(PaymentLinkRow, LinkState, LinkFigures)>();
        foreach (var row in rows.Take(PageSize))
        {
            var figures = await links.FiguresAsync(row, visit.Http.RequestAborted);
            shown.Add((row, StateOf(row, figures, nowMs), figures));
        }

        var wish = problem is null ? LinkWish.Empty : LinkWish.Read(visit);
        return visit.Show<LinkListPage>(
            Title, new LinkListModel(place, shown, wish, rows.Count > PageSize ? rows[PageSize - 1].Id : 0, before, onlyOpen, OwnMoney.May(visit, merchant, Permissions.LinksCreate)), problem);
    }

    public async Task<IResult> MakeAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.LinksCreate);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var nowMs = time.NowMs();
        if (LinkWish.Read(visit).ToRow(merchant.Country, visit.Zone, nowMs, out var problem) is not { } row)
        {
            return await ListAsync(visit, problem);
        }

        (row.MerchantNo, row.Bucket, row.MadeBy, row.MadeAtMs) = (merchant.No, merchant.Row.Bucket, visit.By.Text, nowMs);
        (row.Id, row.Number) = (ids.Next(), OrderNumber.Make(merchant.Row.Bucket, randomness));
        problem = await store.SaveAsync<string?>(async (context, trail) =>
        {
            if (await Open(context.PaymentLinks.Where(l => l.MerchantNo == merchant.No), nowMs).CountAsync() >= MostOpen)
            {
                return "So many links are open that no more can be made. Close some first.";
            }

            var isKnown = row.SubMerchant.Length > 0 && await context.SubMerchants.AnyAsync(s => s.MerchantNo == merchant.No && s.SubMerchant == row.SubMerchant && s.Open);
            if (!isKnown && (row.SubMerchant.Length > 0 || LinkFields.NeedsSubMerchant(merchant.Country)))
            {
                return "Name a sub-merchant of this merchant that is open.";
            }

            context.PaymentLinks.Add(row);
            trail.Add(
                visit.By, "link.make", SubjectOf(row), after: new { row.MerchantNo, row.Title, row.Reusable, row.AmountMinor, row.LeastMinor, row.MostMinor, row.Ways, row.SubMerchant, row.EndsAtMs }, chain: row.Bucket);
            return null;
        });
        return problem is null ? Visit.GoTo($"/dashboard/links/{row.Number}?done=saved") : await ListAsync(visit, problem);
    }

    public Task<IResult> ShowAsync(Visit visit) => OnAsync(visit, Permissions.LinksSee, async (link, merchant) =>
    {
        var before = visit.Http.Request.Query["before"].ToString();
        var orders = await links.OrdersAsync(link, before.Length == 0 ? null : before, OrdersOnPage + 1, visit.Http.RequestAborted);
        var figures = await links.FiguresAsync(link, visit.Http.RequestAborted);
        return visit.Show<LinkDetailPage>(link.Title, new LinkDetailModel(
            merchant, link, StateOf(link, figures, time.NowMs()), figures, addresses.Of(link.Number), [.. orders.Take(OrdersOnPage)], orders.Count > OrdersOnPage ? orders[OrdersOnPage - 1].TradeNo : null,
            OwnMoney.May(visit, merchant, Permissions.LinksCreate)));
    });

    /// <summary>Closes it for good. Orders that it has made can still be paid.</summary>
    public Task<IResult> CloseAsync(Visit visit) => OnAsync(visit, Permissions.LinksCreate, async (link, _) =>
    {
        await store.SaveAsync(async (context, trail) =>
        {
            var row = await context.PaymentLinks.SingleAsync(l => l.Id == link.Id);
            if (row.ClosedAtMs == 0)
            {
                (row.ClosedAtMs, row.ClosedBy) = (time.NowMs(), visit.By.Text);
                trail.Add(visit.By, "link.close", SubjectOf(row), chain: row.Bucket);
            }

            return true;
        });
        return Visit.GoTo($"/dashboard/links/{link.Number}?done=ended");
    });

    /// <summary>The QR code as a picture to print or send.</summary>
    public Task<IResult> QrAsync(Visit visit) => OnAsync(visit, Permissions.LinksSee, (link, _) =>
        Task.FromResult<IResult>(new DownloadAnswer($"link-{link.Number}.png", "image/png", QrImage.Png(addresses.Of(link.Number)))));

    private static IQueryable<PaymentLinkRow> Open(IQueryable<PaymentLinkRow> links, long nowMs) => links.Where(l => l.ClosedAtMs == 0 && (l.EndsAtMs == 0 || l.EndsAtMs > nowMs));

    private static LinkState StateOf(PaymentLinkRow link, LinkFigures figures, long nowMs) =>
        !link.Reusable && figures.Paid > 0 ? LinkState.Paid : link.ClosedAtMs > 0 ? LinkState.Closed : link.EndsAtMs > 0 && nowMs >= link.EndsAtMs ? LinkState.Ended : LinkState.Open;

    private static string SubjectOf(PaymentLinkRow link) => $"link:{link.Number}";

    /// <summary>Another business's link does not exist for him.</summary>
    private async Task<IResult> OnAsync(Visit visit, string permission, Func<PaymentLinkRow, OwnMerchant, Task<IResult>> answer)
    {
        var link = await links.FindAsync(visit.Http.Request.RouteValues["number"] as string ?? "", visit.Http.RequestAborted);
        var merchant = link is null ? null : (await merchants.OfAsync(visit.Who, permission)).FirstOrDefault(m => m.No == link.MerchantNo);
        if (merchant is null)
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such link"), "Its number may have been typed wrong, or it is not one of your business.", StatusCodes.Status404NotFound);
        }

        visit.MerchantZone = merchant.Country.TimeZone;
        return await answer(link!, merchant);
    }
}
