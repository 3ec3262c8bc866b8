using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Notices;

/// <summary>What merchants of some countries are told.</summary>
/// <param name="Notice">Its number.</param>
/// <param name="Text">As it was typed.</param>
/// <param name="Countries">ISO 3166.</param>
/// <param name="Ways">Ways and kinds of payout accounts that it is about; none for all.</param>
/// <param name="ShownFromMs">From when it stands on dashboards, Unix milliseconds UTC.</param>
/// <param name="FromMs">When what it tells of begins, Unix milliseconds UTC.</param>
/// <param name="ToMs">When that ends and the notice goes, Unix milliseconds UTC.</param>
/// <param name="Actor">Who wrote it.</param>
/// <param name="Mailed">Owners who were mailed.</param>
internal sealed record NoticeView(long Notice, string Text, IReadOnlyList<string> Countries, IReadOnlyList<string> Ways, long ShownFromMs, long FromMs, long ToMs, string Actor, int Mailed)
{
    public static NoticeView Of(NoticeRow row) => new(row.Id, row.Text, row.Countries.Split(','), row.Ways.Split(',', StringSplitOptions.RemoveEmptyEntries), row.ShownFromMs, row.FromMs, row.ToMs, row.Actor, row.Mailed);
}

/// <param name="Text">What merchants read, in the language in which it is written.</param>
/// <param name="Countries">ISO 3166; at least one.</param>
/// <param name="Ways">Ways and kinds of payout accounts; none for all.</param>
/// <param name="FromMs">Unix milliseconds UTC; 0 = now.</param>
/// <param name="ToMs">Unix milliseconds UTC; 0 where its length is said.</param>
/// <param name="DaysBefore">How long before its start it stands on dashboards.</param>
/// <param name="Minutes">How long it lasts, where <paramref name="ToMs"/> is 0.</param>
internal sealed record NoticeWish(string Text, IReadOnlyList<string> Countries, IReadOnlyList<string> Ways, long FromMs, long ToMs, int DaysBefore = 3, int Minutes = 0);

/// <summary>
/// Notices. One person writes one: it moves no money. Its mails are rows of the transaction that stores it, so that each owner is mailed once, whatever is clicked
/// or killed.
/// </summary>
internal sealed class NoticeBoard(AuditedStore store, AccessMails mails, CountryCatalog countries, AccountSettings settings, IdSource ids, TimeProvider time)
{
    public const int LongestText = 1_000, MostDaysBefore = 30;
    private const int MostToCome = 50, MostWays = 20;
    private const long LongestMs = 31 * 86_400_000L, AheadMs = 400 * 86_400_000L, DayMs = 86_400_000;

    public Task<Change<NoticeView>> AddAsync(Actor by, NoticeWish wish, Answer<NoticeView> answer) => store.SaveAsync(async (context, trail) =>
    {
        var nowMs = time.NowMs();
        var (fromMs, text) = (wish.FromMs == 0 ? nowMs : wish.FromMs, wish.Text.Trim().ReplaceLineEndings("\n"));
        var toMs = wish.ToMs == 0 ? fromMs + (wish.Minutes * 60_000L) : wish.ToMs;
        var problem = text.Length is 0 or > LongestText || !text.Split('\n').All(OutsideText.IsClean) ? "text: must have 1 to 1000 characters"
            : wish.Countries.Count == 0 || wish.Countries.Distinct().Count() != wish.Countries.Count || wish.Countries.Any(c => countries.FindCountry(c) is null) ? "countries: name at least one of this installation, each once"
            : wish.Ways.Count > MostWays || wish.Ways.Any(w => !WaysOf(wish.Countries).Contains(w)) ? "ways: one is not a way of these countries"
            : wish.DaysBefore is < 0 or > MostDaysBefore ? "daysBefore: must be from 0 to 30"
            : fromMs < 0 || toMs <= fromMs || toMs <= nowMs ? "toMs: must be later than the start and than now"
            : toMs - fromMs > LongestMs || fromMs > nowMs + AheadMs ? "toMs: a notice tells of 31 days at most, which begin within 400 days"
            : await context.Notices.CountAsync(n => n.ToMs > nowMs) >= MostToCome ? "text: there are 50 notices to come already"
            : null;
        if (problem is not null)
        {
            return Change<NoticeView>.No(problem);
        }

        var row = new NoticeRow
        {
            Id = ids.Next(), Text = text, Countries = string.Join(',', wish.Countries), Ways = string.Join(',', wish.Ways), ShownFromMs = fromMs - (wish.DaysBefore * DayMs), FromMs = fromMs, ToMs = toMs, Actor = by.Text,
        };
        row.Mailed = await mails.NoticeAsync(context, row);
        context.Notices.Add(row);
        var view = NoticeView.Of(row);
        trail.Add(by, "notice.add", SubjectOf(row.Id), after: view);
        answer.Keep(context, view);
        return Change<NoticeView>.Of(view);
    });

    /// <summary>Takes one off the dashboards at once.</summary>
    public Task<Change<NoticeView>> EndAsync(Actor by, long notice, string reason, Answer<NoticeView> answer) => store.SaveAsync(async (context, trail) =>
    {
        var nowMs = time.NowMs();
        if (await context.Notices.SingleOrDefaultAsync(n => n.Id == notice && n.ToMs > nowMs) is not { } row)
        {
            return Change<NoticeView>.No("notice: there is no such notice to come");
        }

        var before = NoticeView.Of(row);
        (row.ShownFromMs, row.FromMs, row.ToMs) = (Math.Min(row.ShownFromMs, nowMs), Math.Min(row.FromMs, nowMs), nowMs);
        var view = NoticeView.Of(row);
        trail.Add(by, "notice.end", SubjectOf(notice), before, view, reason);
        answer.Keep(context, view);
        return Change<NoticeView>.Of(view);
    });

    /// <summary>What a notice of some countries can be about.</summary>
    public IReadOnlyList<string> WaysOf(IReadOnlyList<string> of) =>
        [.. settings.Channels.Values.SelectMany(c => c.Ways).Where(w => of.Contains(w.Country) && w.Way != "*").Select(w => w.Way).Distinct().Order(StringComparer.Ordinal)];

    private static string SubjectOf(long notice) => string.Create(CultureInfo.InvariantCulture, $"notice:{notice}");
}
