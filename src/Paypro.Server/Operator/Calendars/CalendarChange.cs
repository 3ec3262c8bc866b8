using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Calendars;

/// <param name="Date"><c>yyyyMMdd</c>.</param>
/// <param name="Name">As the country calls it.</param>
internal sealed record HolidayView(int Date, string Name);

/// <summary>A country's days without settlement.</summary>
/// <param name="Country">ISO 3166.</param>
/// <param name="Weekend">Days of the week.</param>
/// <param name="Holidays">By date.</param>
internal sealed record CalendarView(string Country, IReadOnlyList<DayOfWeek> Weekend, IReadOnlyList<HolidayView> Holidays);

/// <param name="Add">Holidays; one that is there is called as it says.</param>
/// <param name="Remove">Dates that are no holidays any more.</param>
/// <param name="Weekend">All days of the week without settlement; null to leave them.</param>
internal sealed record CalendarWish(IReadOnlyList<HolidayView> Add, IReadOnlyList<int> Remove, IReadOnlyList<DayOfWeek>? Weekend);

internal sealed record CalendarRequest(IReadOnlyList<HolidayView> Add, IReadOnlyList<int> Remove, IReadOnlyList<DayOfWeek>? Weekend, string Reason)
{
    public CalendarWish Wish => new(Add, Remove, Weekend);
}

/// <param name="Moved">Open money that is settled on another day, by the days.</param>
/// <param name="IsWhole">Whether all of it was looked at.</param>
internal sealed record MovedDaysView(IReadOnlyList<MovedDue> Moved, bool IsWhole);

/// <summary>Reads calendars, and says what a change of one moves.</summary>
internal sealed class Calendars(CountryCatalog countries, SnapshotStore snapshots, CalendarPreview preview)
{
    /// <summary>Holidays of a country, at most.</summary>
    public const int MostHolidays = 2_000;

    public async Task<CalendarView?> ReadAsync(PayproContext context, string code)
    {
        if (countries.FindCountry(code) is not { } country)
        {
            return null;
        }

        var holidays = await context.Holidays.AsNoTracking().Where(h => h.Country == code).OrderBy(h => h.Date).Select(h => new HolidayView(h.Date, h.Name)).ToListAsync();
        return new CalendarView(code, await context.CountryWeekends.AsNoTracking().SingleOrDefaultAsync(w => w.Country == code) is { } row ? Weekends.Of(row.Days) : country.Weekend, holidays);
    }

    /// <summary>What is wrong with a wish; null when nothing is.</summary>
    public string? ProblemOf(string code, CalendarWish wish) =>
        countries.FindCountry(code) is null ? "country: is not one of this installation"
        : wish.Add.Count + wish.Remove.Count == 0 && wish.Weekend is null ? "calendar: nothing is changed"
        : wish.Add.Count + wish.Remove.Count > 366 ? "calendar: at most 366 days can be changed at once"
        : wish.Add.Any(h => h.Name.Length is 0 or > 100 || !OutsideText.IsClean(h.Name)) ? "name: a holiday must have a name of at most 100 characters"
        : wish.Add.Select(h => h.Date).Concat(wish.Remove).Any(date => DateOf(date) is not { Year: >= 2000 and <= 2100 }) ? "date: must be a day such as 2027-01-01"
        : wish.Add.Select(h => h.Date).Concat(wish.Remove).GroupBy(date => date).Any(g => g.Count() > 1) ? "date: each day can be named once"
        : wish.Weekend is { } weekend && (weekend.Count > Weekends.Most || weekend.Distinct().Count() != weekend.Count) ? "weekend: at most three days of a week are without settlement"
        : null;

    /// <summary>The open money that a change moves; nothing is stored.</summary>
    public async Task<MovedDaysView> PreviewAsync(string code, CalendarWish wish, CancellationToken cancellation)
    {
        var present = snapshots.Current.Rules[code];
        var (moved, isWhole) = await preview.ReadAsync(code, present with { Holidays = present.Holidays.Except(wish.Remove).Union(wish.Add.Select(h => h.Date)).ToHashSet(), Weekend = wish.Weekend ?? present.Weekend }, cancellation);
        return new MovedDaysView(moved, isWhole);
    }

    public static DateOnly? DateOf(int date) =>
        DateOnly.TryParseExact(date.ToString("00000000", CultureInfo.InvariantCulture), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}

/// <summary>Changes a country's holidays and weekend.</summary>
internal sealed class CalendarChange(Calendars calendars, CountryCatalog countries) : IProposalKind
{
    public const string Name = "calendar.change";

    public string Kind => Name;

    public string Permission => Permissions.HolidaysEdit;

    public bool IsConfiguration => true;

    public static string SubjectOf(string country) => $"calendar:{country}";

    public async Task<string?> NowAsync(PayproContext context, string subject) =>
        await calendars.ReadAsync(context, CountryOf(subject)) is { } calendar ? $"{string.Join(' ', calendar.Weekend)} {string.Join(' ', calendar.Holidays.Select(h => h.Date))}" : null;

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (country, wish) = (CountryOf(proposal.Subject), Read(proposal));
        return calendars.ProblemOf(country, wish)
            ?? (await context.Holidays.CountAsync(h => h.Country == country) + wish.Add.Count > Calendars.MostHolidays ? "calendar: a country has at most 2000 holidays" : null);
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (country, wish) = (CountryOf(proposal.Subject), Read(proposal));
        var before = (await calendars.ReadAsync(context, country))!;
        var dates = wish.Add.Select(h => h.Date).Concat(wish.Remove).ToList();
        context.Holidays.RemoveRange(await context.Holidays.Where(h => h.Country == country && wish.Remove.Contains(h.Date)).ToListAsync());
        foreach (var holiday in wish.Add)
        {
            var row = await context.Holidays.SingleOrDefaultAsync(h => h.Country == country && h.Date == holiday.Date) ?? context.Holidays.Add(new HolidayRow { Country = country, Date = holiday.Date }).Entity;
            row.Name = holiday.Name;
        }

        if (wish.Weekend is { } weekend)
        {
            var row = await context.CountryWeekends.SingleOrDefaultAsync(w => w.Country == country);
            if (weekend.ToHashSet().SetEquals(countries.FindCountry(country)!.Weekend))
            {
                context.CountryWeekends.RemoveRange(row is null ? [] : [row]);
            }
            else
            {
                (row ?? context.CountryWeekends.Add(new CountryWeekendRow { Country = country }).Entity).Days = Weekends.Of(weekend);
            }
        }

        trail.Add(
            by, Name, proposal.Subject, new { weekend = before.Weekend, holidays = before.Holidays.Where(h => dates.Contains(h.Date)) }, new { weekend = wish.Weekend ?? before.Weekend, holidays = wish.Add }, proposal.Reason);
        return null;
    }

    public static CalendarWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<CalendarWish>(proposal.Change, OperatorJson.Options)!;

    private static string CountryOf(string subject) => subject["calendar:".Length..];
}
