using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Calendars;

/// <summary>A country's calendar, what is proposed for it, and what a change would move.</summary>
/// <param name="Countries">To choose from.</param>
/// <param name="Calendar">Null while none is chosen.</param>
/// <param name="Currency">The country's; null while none is chosen.</param>
/// <param name="MayEdit">Whether the reader may propose.</param>
/// <param name="Preview">Of what was typed; null while nothing was asked.</param>
/// <param name="Proposed">Open proposals with what they move.</param>
/// <param name="Typed">The lines of holidays as they were typed.</param>
/// <param name="Weekend">As it was ticked.</param>
/// <param name="Today"><c>yyyyMMdd</c> in the country.</param>
internal sealed record CalendarModel(
    IReadOnlyList<(string Code, string Name)> Countries, CalendarView? Calendar, Currency? Currency, bool MayEdit, MovedDaysView? Preview, IReadOnlyList<(ProposalRow Proposal, MovedDaysView Preview)> Proposed, string Typed,
    IReadOnlyList<DayOfWeek> Weekend, int Today);

/// <summary>The screen of weekends and holidays.</summary>
internal sealed class CalendarScreens(IContexts contexts, Calendars calendars, CountryCatalog countries, Proposals proposals, TimeProvider time)
{
    private const int MostProposed = 5;

    public Task<IResult> ShowAsync(Visit visit) => ShowAsync(visit, null, null);

    public async Task<IResult> PreviewAsync(Visit visit)
    {
        var (country, wish) = Read(visit);
        return wish is null || calendars.ProblemOf(country, wish) is not null
            ? await ShowAsync(visit, wish is null ? "Write one holiday a line, as 2027-01-01 and its name." : calendars.ProblemOf(country, wish), null)
            : await ShowAsync(visit, null, await calendars.PreviewAsync(country, wish, visit.Http.RequestAborted));
    }

    public async Task<IResult> ProposeAsync(Visit visit)
    {
        var (country, wish) = Read(visit);
        if (wish is null || calendars.ProblemOf(country, wish) is not null)
        {
            return await PreviewAsync(visit);
        }

        var result = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.HolidaysEdit), CalendarChange.Name, CalendarChange.SubjectOf(country), JsonSerializer.Serialize(wish, OperatorJson.Options), visit.Field("reason"));
        return result.Problem is { } problem ? await ShowAsync(visit, problem, null)
            : Visit.GoTo(result.State == ProposalState.Open ? "/operator/proposals?done=proposed" : $"/operator/calendars?country={country}&done=saved");
    }

    private async Task<IResult> ShowAsync(Visit visit, string? problem, MovedDaysView? preview)
    {
        var code = visit.Form.ContainsKey("country") ? visit.Field("country") : visit.Http.Request.Query["country"].ToString();
        await using var context = contexts.Create();
        var (calendar, country) = (await calendars.ReadAsync(context, code), countries.FindCountry(code));
        visit.MerchantZone = country?.TimeZone ?? TimeZoneInfo.Utc;
        var proposed = new List<(ProposalRow, MovedDaysView)>();
        if (calendar is not null)
        {
            var subject = CalendarChange.SubjectOf(code);
            foreach (var row in await context.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open && p.Kind == CalendarChange.Name && p.Subject == subject).OrderBy(p => p.Id).Take(MostProposed).ToListAsync())
            {
                proposed.Add((row, await calendars.PreviewAsync(code, CalendarChange.Read(row), visit.Http.RequestAborted)));
            }
        }

        return visit.Show<CalendarPage>("Calendars", new CalendarModel(
            [.. countries.Countries.Select(c => (c.IsoCode, c.Name)).OrderBy(c => c.Name, StringComparer.Ordinal)], calendar, country?.Currency, visit.Who.May(Permissions.HolidaysEdit) != Grant.None, preview, proposed, visit.Field("add"),
            visit.Form.ContainsKey("country") ? Weekend(visit) : calendar?.Weekend ?? [], Clock.LocalDate(time.NowMs(), visit.MerchantZone).ToNumber()), problem);
    }

    /// <summary>The wish is null when a line cannot be read.</summary>
    private static (string Country, CalendarWish? Wish) Read(Visit visit)
    {
        var (country, added) = (visit.Field("country"), new List<HolidayView>());
        foreach (var line in visit.Field("add").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length < 12 || !DateOnly.TryParseExact(line[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                return (country, null);
            }

            added.Add(new HolidayView(date.ToNumber(), line[10..].Trim()));
        }

        var removed = visit.Form["remove"].OfType<string>().Select(d => (int)(OperatorScreens.Number(d) is { } date and <= 99_999_999 ? date : 0)).ToList();
        return (country, new CalendarWish(added, removed, Weekend(visit)));
    }

    private static List<DayOfWeek> Weekend(Visit visit) => [.. visit.Form["weekend"].OfType<string>().Select(d => Enum.TryParse<DayOfWeek>(d, out var day) && Enum.IsDefined(day) ? day : DayOfWeek.Sunday).Distinct().Order()];
}
