using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Money;

/// <summary>What a merchant takes out of its balance, and where to.</summary>
/// <param name="Open">Proposals of destinations that wait for a second person.</param>
internal sealed record WithdrawalModel(
    OwnMoney Place, IReadOnlyList<(AccountKind Kind, long Minor)> Balances, IReadOnlyList<WithdrawalRow> Rows, IReadOnlyDictionary<string, (OrderRow Order, AttemptRow Attempt)> Orders, IReadOnlyList<DestinationRow> Destinations, WithdrawalScheduleRow? Schedule, IReadOnlyList<ProposalRow> Open,
    long NowMs, long? Next, bool MayRequest, bool MayEdit, long Reader);

/// <summary>A merchant's withdrawals, its destinations and its schedule.</summary>
internal sealed class WithdrawalScreen(
    OwnMerchants merchants, HomeReads balances, Withdrawals withdrawals, Destinations destinations, WithdrawalSchedules schedules, Proposals proposals, IContexts contexts, TimeProvider time)
{
    private const string Title = "Withdrawals";
    private const int PageSize = 50;

    public async Task<IResult> ShowAsync(Visit visit, string? problem = null)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.StatementSee);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        await using var context = contexts.Create();
        var (no, businessId) = (merchant.No, merchant.Row.BusinessId);
        var before = long.TryParse(visit.Http.Request.Query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : long.MaxValue;
        var rows = await context.Withdrawals.AsNoTracking().Where(w => w.MerchantNo == no && w.Id < before).OrderByDescending(w => w.Id).Take(PageSize + 1).ToListAsync();
        var subject = Destinations.SubjectOf(no);
        return visit.Show<WithdrawalPage>(
            Title,
            new WithdrawalModel(
                place, OwnMoney.May(visit, merchant, Permissions.BalanceSee) ? (await balances.BalancesAsync([merchant], visit.Http.RequestAborted))[merchant.No] : [], [.. rows.Take(PageSize)],
                await WithdrawalOrders.ReadAsync(context, rows),
                await context.Destinations.AsNoTracking().Where(d => d.MerchantNo == no).OrderByDescending(d => d.Id).Take(100).ToListAsync(), await context.WithdrawalSchedules.AsNoTracking().SingleOrDefaultAsync(s => s.MerchantNo == no),
                await context.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open && p.BusinessId == businessId && p.Kind == Destinations.Name && p.Subject == subject).OrderBy(p => p.Id).Take(20).ToListAsync(),
                time.GetUtcNow().ToUnixTimeMilliseconds(), rows.Count > PageSize ? rows[PageSize - 1].Id : null, OwnMoney.May(visit, merchant, Permissions.WithdrawalsCreate), OwnMoney.May(visit, merchant, Permissions.DestinationEdit),
                visit.Who.User.Id),
            problem);
    }

    public Task<IResult> RequestAsync(Visit visit) => DoAsync(visit, Permissions.WithdrawalsCreate, async merchant =>
        TypedNumbers.Amount(visit.Field("amount"), merchant.Country.Currency) is not { } amount ? "Write the amount in digits, such as 1500 or 1500.50."
        : (await withdrawals.RequestAsync(visit.By, merchant.No, Number(visit, "destination"), amount)).Problem);

    public Task<IResult> TakeBackAsync(Visit visit) => DoAsync(visit, Permissions.WithdrawalsCreate, merchant => withdrawals.GiveUpAsync(visit.By, Number(visit, "withdrawal"), merchant.No, "taken back"));

    public Task<IResult> ScheduleAsync(Visit visit) => DoAsync(visit, Permissions.WithdrawalsCreate, async merchant =>
    {
        if (visit.Field("do") == "end")
        {
            await schedules.EndAsync(visit.By, merchant.No);
            return null;
        }

        var (minimum, stays) = (Amount("minimum"), Amount("stays"));
        return minimum is null || stays is null || !short.TryParse(visit.Field("weekday"), NumberStyles.None, CultureInfo.InvariantCulture, out var weekday) ? "Write the amount in digits, such as 1500 or 1500.50."
            : await schedules.SetAsync(visit.By, new WithdrawalScheduleRow { MerchantNo = merchant.No, DestinationId = Number(visit, "destination"), Weekday = weekday, MinimumMinor = minimum.Value, StaysMinor = stays.Value });

        long? Amount(string name) => visit.Field(name).Length == 0 ? 0 : TypedNumbers.Amount(visit.Field(name), merchant.Country.Currency);
    });

    public Task<IResult> AddDestinationAsync(Visit visit) => DoAsync(visit, Permissions.DestinationEdit, async merchant =>
    {
        var wish = new DestinationWish(visit.Field("name"), visit.Field("bank"), visit.Field("number"), visit.Field("holder"));
        return (await proposals.ProposeAsync(
            visit.By, OwnMoney.GrantOf(visit, merchant, Permissions.DestinationEdit), Destinations.Name, Destinations.SubjectOf(merchant.No), BookJson.Write(wish), visit.Field("reason"), businessId: merchant.Row.BusinessId)).Problem;
    });

    public Task<IResult> DecideDestinationAsync(Visit visit) => DoAsync(visit, Permissions.DestinationEdit, async merchant =>
    {
        var id = Number(visit, "proposal");
        if (await proposals.FindAsync(id) is not { Kind: Destinations.Name } found || found.Subject != Destinations.SubjectOf(merchant.No))
        {
            return "proposal: there is no such proposal";
        }

        return visit.Field("do") == "takeBack"
            ? (await proposals.TakeBackAsync(visit.By, id)).Problem
            : (await proposals.DecideAsync(visit.By, [.. OwnMerchants.RolesFor(visit.Who, merchant.Row.BusinessId, 0)], visit.Who.User.RaisedAtMs, id, visit.Field("do") == "approve", visit.Field("reason"), merchant.Row.BusinessId)).Problem;
    });

    public Task<IResult> CloseDestinationAsync(Visit visit) => DoAsync(visit, Permissions.DestinationEdit, merchant => destinations.CloseAsync(visit.By, Number(visit, "destination"), merchant.No, "taken away by the merchant"));

    private static long Number(Visit visit, string name) => long.TryParse(visit.Field(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private async Task<IResult> DoAsync(Visit visit, string permission, Func<OwnMerchant, Task<string?>> act)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, permission);
        return place.Merchant is not { } merchant ? OwnMoney.Nowhere(visit, Title)
            : await act(merchant) is { } problem ? await ShowAsync(visit, problem)
            : Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"/dashboard/withdrawals?merchant={merchant.No}&done=saved"));
    }
}
