using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Operator.Calendars;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Routes;

/// <summary>The calls of the operator API that routing and calendars have.</summary>
internal static class RoutingApiRoutes
{
    private const string Rules = OperatorApiRoutes.Root + "/routing", Calendar = OperatorApiRoutes.Root + "/calendars/{country}";
    private const int PageSize = 50, Accepted = StatusCodes.Status202Accepted;
    private const string NoCountry = "country: there is no such country in this installation";

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", Rules + "/rules", Permissions.RoutingSee, "listRules", "Lists routing rules by number.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            var after = OperatorScreens.Number(c.Request.Query["after"]) ?? 0;
            var page = await context.RoutingRules.AsNoTracking().Where(r => r.Id > after).OrderBy(r => r.Id).Take(PageSize + 1).ToListAsync();
            return OperatorApi.Ok(new Listed<RuleView>([.. page.Take(PageSize).Select(RuleView.Of)], page.Count > PageSize ? page[PageSize - 1].Id.ToString(CultureInfo.InvariantCulture) : null));
        }) { Answers = typeof(Listed<RuleView>), IsList = true },
        new("POST", Rules + "/rules", Permissions.RoutingEdit, "changeRule", "Proposes a rule as it shall be: a new one with the number 0, else the one with its number.", async (s, c) =>
        {
            var wish = c.Read<RuleRequest>();
            return await OperatorApiRoutes.ProposeAsync(s, c, Permissions.RoutingEdit, RuleChange.Name, RuleChange.SubjectOf(wish.Rule.Rule), JsonSerializer.Serialize(wish.Rule, OperatorJson.Options), wish.Reason);
        }) { Example = new RuleRequest(new RuleView(0, 0, "MX", Direction.PayIn, "va", 0, 0, "1:80", 0, true), "the cheaper one first"), Answers = typeof(ProposedView), Status = Accepted },
        new("POST", Rules + "/dry-run", Permissions.RoutingSee, "dryRun", "Says where an order would go and why, also with a rule that does not hold yet. Nothing is made.", async (s, c) =>
            OperatorApi.Of(await s.GetRequiredService<DryRun>().RunAsync(c.Read<DryRunWish>()), 200))
        {
            Example = new DryRunWish("MX", 0, Direction.PayIn, "va", 150_000, 7, new RuleView(0, 0, "MX", Direction.PayIn, "va", 0, 0, "1:80", 0, true)), Answers = typeof(DryRunView),
        },
        new("GET", Calendar, Permissions.ChannelsSee, "getCalendar", "A country's weekend and holidays.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            return await s.GetRequiredService<Calendars.Calendars>().ReadAsync(context, Country(c)) is { } found ? OperatorApi.Ok(found) : OperatorApi.Problem(404, NoCountry);
        }) { Answers = typeof(CalendarView) },
        new("POST", Calendar + "/preview", Permissions.HolidaysEdit, "previewCalendar", "Says which open money a change of the calendar moves to another day. Nothing is stored.", async (s, c) =>
        {
            var (calendars, wish) = (s.GetRequiredService<Calendars.Calendars>(), c.Read<CalendarWish>());
            return calendars.ProblemOf(Country(c), wish) is { } problem ? OperatorApi.Problem(400, problem) : OperatorApi.Ok(await calendars.PreviewAsync(Country(c), wish, c.Request.HttpContext.RequestAborted));
        }) { Example = new CalendarWish([new HolidayView(20270101, "New Year")], [], null), Answers = typeof(MovedDaysView) },
        new("POST", Calendar, Permissions.HolidaysEdit, "changeCalendar", "Proposes other holidays and another weekend.", async (s, c) =>
        {
            var wish = c.Read<CalendarRequest>();
            return await OperatorApiRoutes.ProposeAsync(s, c, Permissions.HolidaysEdit, CalendarChange.Name, CalendarChange.SubjectOf(Country(c)), JsonSerializer.Serialize(wish.Wish, OperatorJson.Options), wish.Reason);
        }) { Example = new CalendarRequest([new HolidayView(20270101, "New Year")], [], null, "the official list of the year"), Answers = typeof(ProposedView), Status = Accepted },
    ];

    private static string Country(OperatorCall call) => (string)call.Request.RouteValues["country"]!;
}
