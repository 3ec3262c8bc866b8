using Microsoft.Extensions.Logging;

namespace Paypro.Channels.Spei;

/// <summary>
/// What moved, by the lists that STP has of each operating day, of what was received and of what was sent. A list has no window of time: it is read from its first page each time, and of its
/// lines those are told that have moved since the last reading. Twice over, after a day's end and every few hours, the day before and the running one are told whole: a state that changes changes
/// no time, and pages shift. What a whole reading tells again books nothing twice.
/// </summary>
internal sealed class SpeiListing(SpeiAccount account, SpeiQuestions questions, ChannelServices services)
{
    private const int MostRestarts = 3, MostPages = 2_000;

    private const long OverlapMs = 600_000, WholeEveryMs = 4 * 3_600_000, FirstSinceMs = 7 * 86_400_000L;

    public async Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation)
    {
        var nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var at = SpeiCursor.Read(cursor) ?? Begin(Math.Clamp(sinceMs, Math.Max(0, nowMs - FirstSinceMs), nowMs), nowMs);
        at = at.Reading == SpeiReading.News && at.BeganMs == 0 ? at with { BeganMs = nowMs } : at;
        var today = account.Days.Of(nowMs);
        var said = new List<Observation>();
        for (var isFirst = true; ; isFirst = false)
        {
            if (at is { Page: 0, IsSent: false })
            {
                at = at with { OfDay = DayOf(at, today) };
            }

            if (await questions.PageAsync(at.IsSent ? "E" : "R", at.OfDay >= today ? "" : SpeiDays.Write(at.OfDay), at.Page, cancellation).ConfigureAwait(false) is not { } page)
            {
                // What was read before is told; the rest is asked for anew.
                return isFirst ? null : new ListPage(Sorted(said), at.Write(), HasMore: true);
            }

            if (at.Page > 0 && page.Total != at.Total && at.Restarts < MostRestarts)
            {
                // Lines came meanwhile, and pages have shifted.
                return new ListPage(Sorted(said), (at with { Page = 0, Lines = 0, Restarts = at.Restarts + 1 }).Write(), HasMore: true);
            }

            at = Tell(at, page, said);
            var lines = at.Lines + page.Lines.Count;
            if (page.Lines.Count > 0 && lines < page.Total && at.Page < MostPages)
            {
                return new ListPage(Sorted(said), (at with { Page = at.Page + 1, Lines = lines, Total = page.Total }).Write(), HasMore: true);
            }

            at = at with { Page = 0, Lines = 0, Total = 0, Restarts = 0 };
            if (!at.IsSent)
            {
                at = at with { IsSent = true };
                continue;
            }

            var (next, hasMore) = After(at with { IsSent = false }, today, nowMs);
            return new ListPage(Sorted(said), next.Write(), hasMore);
        }
    }

    private SpeiCursor Begin(long sinceMs, long nowMs)
    {
        var day = account.Days.Of(sinceMs);
        return new SpeiCursor { Day = day, OfDay = day, ClosedDay = account.Days.Before(day), SinceMs = sinceMs, WholeAtMs = nowMs };
    }

    private DateOnly DayOf(SpeiCursor at, DateOnly today) => at.Reading switch
    {
        SpeiReading.News => at.Day,
        SpeiReading.Whole => today,
        _ => account.Days.Before(today) is var before && at.ClosedDay < before ? account.Days.After(at.ClosedDay) : before,
    };

    /// <summary>What is read when both lists of a day are.</summary>
    private (SpeiCursor Next, bool HasMore) After(SpeiCursor at, DateOnly today, long nowMs)
    {
        switch (at.Reading)
        {
            case SpeiReading.News when at.Day < today:
                return (at with { Day = account.Days.After(at.Day) }, true);
            case SpeiReading.News:
                at = at with { SinceMs = Math.Max(0, at.BeganMs - OverlapMs), BeganMs = 0, Told = at.Telling, Telling = [] };
                var isDue = at.ClosedDay < account.Days.Before(today) || nowMs - at.WholeAtMs >= WholeEveryMs;
                return (isDue ? at with { Reading = SpeiReading.DayBefore } : at, isDue);
            case SpeiReading.DayBefore:
                at = at with { ClosedDay = at.OfDay > at.ClosedDay ? at.OfDay : at.ClosedDay };
                return (at.ClosedDay < account.Days.Before(today) ? at : at with { Reading = SpeiReading.Whole }, true);
            default:
                return (at with { Reading = SpeiReading.News, WholeAtMs = nowMs }, false);
        }
    }

    /// <summary>Adds what a page's lines say, and remembers what the next reading will meet again.</summary>
    private SpeiCursor Tell(SpeiCursor at, SpeiPage page, List<Observation> said)
    {
        var unread = 0;
        foreach (var line in page.Lines)
        {
            var movedAtMs = SpeiMovements.TimeOf(line);
            if (at.Reading == SpeiReading.News && movedAtMs > 0 && movedAtMs < at.SinceMs)
            {
                continue;
            }

            var read = Read(line, at);
            unread += read is null ? 1 : 0;
            foreach (var one in read ?? [])
            {
                var mark = SpeiCursor.MarkOf(one);
                if (at.Reading != SpeiReading.News || !at.Told.Contains(mark))
                {
                    said.Add(one);
                }

                // A line of the overlap is met again; one without a time always is.
                at = at.Reading == SpeiReading.News && (movedAtMs == 0 || movedAtMs >= at.BeganMs - OverlapMs) ? at.Remember([mark]) : at;
            }
        }

        if (unread > 0)
        {
            services.Log.LogError("Channel account {AccountId}: {Count} lines of STP's list of {Day} cannot be read", account.Account.Id, unread, SpeiDays.Write(at.OfDay));
        }

        return at;
    }

    private IReadOnlyList<Observation>? Read(SpeiBody line, SpeiCursor at)
    {
        if (!at.IsSent)
        {
            return SpeiMovements.OfReceived(account, line, SpeiDays.Write(at.OfDay));
        }

        if (SpeiMovements.OfSent(account, line) is not { } sent)
        {
            return null;
        }

        // What left the account without us is told once, when its day is over: nothing of it can be booked, and each telling is a case.
        var isOurs = SpeiReference.Is(sent.Reference);
        var isClosing = at.Reading == SpeiReading.DayBefore && at.ClosedDay < at.OfDay;
        return sent.Kind == ObservationKind.Pending || (!isOurs && (!isClosing || sent.Kind != ObservationKind.Paid)) ? [] : [sent];
    }

    private static List<Observation> Sorted(List<Observation> said) => [.. said.OrderBy(static one => one.OccurredAtMs)];
}
