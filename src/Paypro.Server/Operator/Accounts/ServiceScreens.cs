using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator.Accounts;

internal sealed record AccountNumbers(AccountModel Base, IReadOnlyList<NumbersView> Spaces) : AccountModel(Base);

internal sealed record AccountMaintenance(AccountModel Base, IReadOnlyList<WindowView> Windows, IReadOnlyList<WayView> Ways) : AccountModel(Base);

/// <summary>The screens of an account's numbers and of its times of maintenance.</summary>
internal sealed class ServiceScreens(AccountScreens screens, NumberReads numbers, Maintenance maintenance)
{
    private const int MostWindows = 50;

    public Task<IResult> NumbersAsync(Visit visit) => screens.ShowAsync<AccountNumbersPage>(visit, null, async (context, account) => new AccountNumbers(account, await numbers.ListAsync(context, account.Account.Account)));

    public Task<IResult> MaintenanceAsync(Visit visit, string? problem = null) => screens.ShowAsync<AccountMaintenancePage>(visit, problem, async (context, account) =>
    {
        var no = account.Account.Account;
        var windows = await context.ChannelMaintenances.AsNoTracking().Where(m => m.ChannelAccountId == no).OrderByDescending(m => m.FromMs).Take(MostWindows).ToListAsync();
        var ways = await context.ChannelWays.AsNoTracking().Where(w => w.ChannelAccountId == no).OrderBy(w => w.Direction).ThenBy(w => w.Way).ToListAsync();
        return new AccountMaintenance(account, [.. windows.Select(WindowView.Of)], [.. ways.Select(WayView.Of)]);
    });

    public async Task<IResult> AddAsync(Visit visit)
    {
        var scope = visit.Field("scope").Split('/', 2);
        var zone = visit.Field("zone");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var of))
        {
            return await MaintenanceAsync(visit, "zone: must be the name of a zone, such as America/Mexico_City");
        }

        var from = visit.Field("from").Length == 0 ? 0 : TypedNumbers.Time(visit.Field("from"), of);
        if (from is null || TypedNumbers.Time(visit.Field("to"), of) is not { } to)
        {
            return await MaintenanceAsync(visit, "Write start and end as a date and a time.");
        }

        var (direction, way) = scope.Length == 2 && Enum.TryParse<Direction>(scope[0], out var one) ? ((Direction?)one, scope[1]) : (null, "*");
        var added = await maintenance.AddAsync(visit.By, AccountScreens.NoOf(visit), new WindowWish(direction, way, from.Value, to, zone, visit.Field("reason")), Answer<WindowView>.Unkept);
        return await AccountScreens.DoneAsync(visit, added, "/maintenance", "saved", MaintenanceAsync);
    }

    public async Task<IResult> EndAsync(Visit visit) => await AccountScreens.DoneAsync(
        visit, await maintenance.EndAsync(visit.By, AccountScreens.NoOf(visit), OperatorScreens.Number(visit.Field("window")) ?? 0, visit.Field("reason"), Answer<WindowView>.Unkept), "/maintenance", "ended", MaintenanceAsync);
}
