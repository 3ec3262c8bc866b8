using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Merchants;
using Paypro.Server.Payouts;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Refunds;

/// <summary>The form of a refund: what is possible before it is asked for.</summary>
/// <param name="PossibleMinor">The most that can be given back now.</param>
/// <param name="AvailableMinor">The merchant's available balance.</param>
/// <param name="Limit">What one person does alone.</param>
/// <param name="Open">Proposals for this pay-in that wait for somebody.</param>
internal sealed record RefundFormModel(
    OrderRow PayIn, OwnMerchant Merchant, RefundOutlook Outlook, long PossibleMinor, long AvailableMinor, RefundLimitWish Limit, IReadOnlyList<ProposalRow> Open, string Amount, string Reason, long Reader);

/// <summary>What waits for a second person, and what was asked for here.</summary>
internal sealed record RefundListModel(OwnMoney Place, IReadOnlyList<ProposalRow> Open, IReadOnlyList<RefundOrderRow> Rows, long Next, RefundLimitWish Limit, IReadOnlyList<ProposalRow> LimitOpen, bool MayLimit, long Reader);

/// <summary>The screens on which people of a merchant give a pay-in's money back.</summary>
internal sealed class RefundScreens(
    OwnMerchants merchants, PaymentReads reads, HomeReads balances, RefundCreation creation, RefundOrders orders, RefundLimits limits, Proposals proposals, SnapshotStore snapshots, IContexts contexts)
{
    private const string Title = "Refunds";
    private const int PageSize = 50;

    public Task<IResult> ShowAsync(Visit visit) => OnAsync(visit, (payIn, merchant) => FormAsync(visit, payIn, merchant));

    public Task<IResult> AskAsync(Visit visit) => OnAsync(visit, async (payIn, merchant) =>
    {
        var (country, reason) = (merchant.Country, visit.Field("reason"));
        var problem = reason.Length is 0 or > OwnOperations.MostReason ? string.Create(CultureInfo.InvariantCulture, $"Say in 1 to {OwnOperations.MostReason} characters why the money goes back.")
            : TypedNumbers.Amount(visit.Field("amount"), country.Currency) is not { } amount || amount == 0 || (!country.AmountDecimals && amount % country.Currency.UnitMinor != 0)
                ? (country.AmountDecimals ? "Write the amount in digits, such as 1500 or 1500.50." : "Write the amount as a whole number, such as 1500.")
            : payIn.FreeMinor < amount ? "amount: is more than this pay-in holds"
            : null;
        if (problem is not null)
        {
            return await FormAsync(visit, payIn, merchant, problem);
        }

        var wish = new RefundWish(TypedNumbers.Amount(visit.Field("amount"), country.Currency)!.Value, reason);
        var asked = await orders.AskAsync(visit.By, payIn, wish);
        if (asked.NeedsTwo)
        {
            var proposed = await proposals.ProposeAsync(
                visit.By, OwnMoney.GrantOf(visit, merchant, Permissions.PayInsRefund), RefundByTwo.Name, RefundByTwo.SubjectOf(payIn.Number), JsonSerializer.Serialize(wish, AccessJson.Options), reason,
                businessId: merchant.Row.BusinessId);
            return proposed.Problem is { } wrong ? await FormAsync(visit, payIn, merchant, wrong) : Visit.GoTo(ListOf(merchant, "proposed"));
        }

        var made = (await orders.MakeAsync(asked.Id))!;
        return made.State switch
        {
            RefundOrderState.Made => Visit.GoTo($"/dashboard/refunds/{made.Number}?done=saved"),
            RefundOrderState.Refused => await FormAsync(visit, payIn, merchant, made.Outcome),
            _ => Visit.GoTo(ListOf(merchant, "carried")),
        };
    });

    public async Task<IResult> ListAsync(Visit visit, string? problem = null)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PayInsRefund);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var before = long.TryParse(visit.Http.Request.Query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : long.MaxValue;
        await using var context = contexts.Create();
        var (no, business) = (merchant.No, merchant.Row.BusinessId);
        var rows = await context.RefundOrders.AsNoTracking().Where(r => r.MerchantNo == no && r.Id < before).OrderByDescending(r => r.Id).Take(PageSize + 1).ToListAsync();
        var limitSubject = RefundLimits.SubjectOf(no);
        return visit.Show<RefundListPage>(
            Title,
            new RefundListModel(
                place, await OpenAsync(context, merchant), [.. rows.Take(PageSize)], rows.Count > PageSize ? rows[PageSize - 1].Id : 0, await RefundLimits.ReadAsync(context, no),
                await context.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open && p.BusinessId == business && p.Kind == RefundLimits.Name && p.Subject == limitSubject).OrderBy(p => p.Id).Take(20).ToListAsync(),
                OwnMoney.May(visit, merchant, Permissions.PolicyEdit), visit.Who.User.Id),
            problem);
    }

    /// <summary>Approves, refuses or takes back what waits; whoever approves has it made at once.</summary>
    public async Task<IResult> DecideAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PayInsRefund);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var id = long.TryParse(visit.Field("proposal"), NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : 0;
        if (await proposals.FindAsync(id) is not { Kind: RefundByTwo.Name } found || found.BusinessId != merchant.Row.BusinessId || await PayInOfAsync(found) is not { } payIn || payIn.MerchantNo != merchant.No)
        {
            return await ListAsync(visit, "proposal: there is no such proposal");
        }

        var decided = visit.Field("do") == "takeBack"
            ? await proposals.TakeBackAsync(visit.By, id)
            : await proposals.DecideAsync(
                visit.By, [.. OwnMerchants.RolesFor(visit.Who, merchant.Row.BusinessId, 0)], visit.Who.User.RaisedAtMs, id, visit.Field("do") == "approve", visit.Field("reason"), merchant.Row.BusinessId);
        if (decided.Problem is { } problem)
        {
            return await ListAsync(visit, problem);
        }

        await orders.RunOnceAsync(CancellationToken.None);
        return Visit.GoTo(ListOf(merchant, "saved"));
    }

    /// <summary>Sets what one person gives back alone: lower at once, higher by two.</summary>
    public async Task<IResult> LimitAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PolicyEdit);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        if (!TryRead("payment", out var payment) || !TryRead("day", out var day))
        {
            return await ListAsync(visit, "Write the amount in digits, such as 1500 or 1500.50.");
        }

        var (wish, reason) = (new RefundLimitWish(payment, day, visit.Field("api") == "yes"), visit.Field("reason"));
        RefundLimitWish now;
        await using (var context = contexts.Create())
        {
            now = await RefundLimits.ReadAsync(context, merchant.No);
        }

        if (wish.IsWithin(now))
        {
            return await limits.LowerAsync(visit.By, merchant.Row, wish, reason) is { } problem ? await ListAsync(visit, problem) : Visit.GoTo(ListOf(merchant, "saved"));
        }

        var proposed = await proposals.ProposeAsync(
            visit.By, OwnMoney.GrantOf(visit, merchant, Permissions.PolicyEdit), RefundLimits.Name, RefundLimits.SubjectOf(merchant.No), JsonSerializer.Serialize(wish, AccessJson.Options), reason,
            businessId: merchant.Row.BusinessId);
        return proposed.Problem is { } wrong ? await ListAsync(visit, wrong) : Visit.GoTo(ListOf(merchant, "proposed"));

        bool TryRead(string name, out long? minor)
        {
            minor = visit.Field(name).Length == 0 ? null : TypedNumbers.Amount(visit.Field(name), merchant.Country.Currency);
            return visit.Field(name).Length == 0 || minor is not null;
        }
    }

    private static string ListOf(OwnMerchant merchant, string done) => string.Create(CultureInfo.InvariantCulture, $"/dashboard/refunds?merchant={merchant.No}&done={done}");

    private async Task<IResult> FormAsync(Visit visit, OrderRow payIn, OwnMerchant merchant, string? problem = null)
    {
        var live = snapshots.Current.Merchant(merchant.No);
        var outlook = live is null ? null : await creation.LookAsync(live, payIn.Key, visit.Http.RequestAborted);
        outlook ??= new RefundOutlook(0, 0, 0, "merchantNo: this merchant sends no money at present");
        var available = (await balances.BalancesAsync([merchant], visit.Http.RequestAborted))[merchant.No].Where(b => b.Kind == AccountKind.Available).Sum(b => b.Minor);
        await using var context = contexts.Create();
        var subject = RefundByTwo.SubjectOf(payIn.Number);
        var possible = outlook.PossibleMinor(available);
        possible -= merchant.Country.AmountDecimals ? 0 : possible % merchant.Country.Currency.UnitMinor;
        return visit.Show<RefundPage>(
            "Refund",
            new RefundFormModel(
                payIn, merchant, outlook, possible, available, await RefundLimits.ReadAsync(context, merchant.No), [.. (await OpenAsync(context, merchant)).Where(p => p.Subject == subject)],
                visit.Field("amount"), visit.Field("reason"), visit.Who.User.Id),
            problem);
    }

    /// <summary>Of this merchant: a business may have several.</summary>
    private static async Task<IReadOnlyList<ProposalRow>> OpenAsync(PayproContext context, OwnMerchant merchant)
    {
        var business = merchant.Row.BusinessId;
        var open = await context.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open && p.BusinessId == business && p.Kind == RefundByTwo.Name).OrderBy(p => p.Id).Take(200).ToListAsync();
        var numbers = open.Select(p => RefundByTwo.NumberOf(p.Subject)).Distinct().ToList();
        var own = await context.Orders.Where(o => o.Bucket == merchant.Row.Bucket && numbers.Contains(o.Number) && o.MerchantNo == merchant.No).Select(o => o.Number).ToListAsync();
        return [.. open.Where(p => own.Contains(RefundByTwo.NumberOf(p.Subject)))];
    }

    private Task<OrderRow?> PayInOfAsync(ProposalRow proposal) => reads.FindAsync(RefundByTwo.NumberOf(proposal.Subject), CancellationToken.None);

    /// <summary>Another business's pay-in does not exist for him.</summary>
    private async Task<IResult> OnAsync(Visit visit, Func<OrderRow, OwnMerchant, Task<IResult>> answer)
    {
        var payIn = await reads.FindAsync(visit.Http.Request.RouteValues["number"] as string ?? "", visit.Http.RequestAborted);
        var merchant = payIn is not { Direction: Direction.PayIn } ? null : (await merchants.OfAsync(visit.Who, Permissions.PayInsRefund)).FirstOrDefault(m => m.No == payIn.MerchantNo);
        if (merchant is null)
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such order"), "Its number may have been typed wrong, or it is not one of your business.", StatusCodes.Status404NotFound);
        }

        visit.MerchantZone = merchant.Country.TimeZone;
        return await answer(payIn!, merchant);
    }
}
