using System.Globalization;

namespace Paypro.Channels.Pix;

/// <summary>
/// Received money by the bank's own list, window after window of time. A window's end is fixed while its pages are read, so that new money moves none of them;
/// if their number changes all the same, the window is read anew. The next window begins before the end of the last, for what the bank entered late.
/// Once a day payments of the last months are looked through for what was sent back, since a list is by the time of the payment.
/// </summary>
internal sealed class PixListing(PixAccount account, PixHttp http, PixSpeaker speaker, TimeProvider time)
{
    private const int ItemsAPage = 100, MostRestarts = 3;

    private const long OneDayMs = 86_400_000, OverlapMs = 180_000;

    public async Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var at = PixCursor.Read(cursor) ?? new PixCursor { FromMs = Math.Clamp(sinceMs, Math.Max(0, nowMs - (90 * OneDayMs)), nowMs), LookedAtMs = nowMs };
        if (at.ToMs == 0)
        {
            at = at with { ToMs = Math.Max(at.FromMs + 1, Math.Min(nowMs, at.FromMs + OneDayMs)) };
        }

        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"{account.ApiPath}/pix?inicio={TextOf(at.FromMs)}&fim={TextOf(at.ToMs)}{(at.LooksForReturns ? "&devolucaoPresente=true" : "")}&paginacao.paginaAtual={at.Page}&paginacao.itensPorPagina={ItemsAPage}");
        var reply = await http.CallAsync(HttpMethod.Get, path, null, cancellation).ConfigureAwait(false);
        if (reply is not PixReply.Answered { Status: 200 } answer || answer.Read(PixJson.Default.PixList) is not { Facts.Paging: { Page: { } page, Pages: { } pages } paging } list || page != at.Page)
        {
            return null;
        }

        var items = paging.Items ?? 0;
        if (at.Page > 0 && items != at.Items && at.Restarts < MostRestarts)
        {
            return new ListPage([], (at with { Page = 0, Restarts = at.Restarts + 1 }).Write(), HasMore: true);
        }

        var said = Read(list.Payments ?? []);
        var fresh = said.Where(one => at.LooksForReturns || !at.Told.Concat(at.Telling).Contains(PixCursor.MarkOf(one))).ToList();
        at = (at with { Items = items }).Remember(said.Where(one => one.OccurredAtMs >= at.ToMs - OverlapMs).Select(PixCursor.MarkOf));
        if (page + 1 < pages)
        {
            return new ListPage(fresh, (at with { Page = page + 1 }).Write(), HasMore: true);
        }

        var (next, hasMore) = After(at, nowMs);
        return new ListPage(fresh, next.Write(), hasMore);
    }

    /// <summary>What is read when a window is.</summary>
    private (PixCursor Next, bool HasMore) After(PixCursor at, long nowMs)
    {
        var next = at with { ToMs = 0, Page = 0, Items = 0, Restarts = 0, Told = [], Telling = [] };
        if (at.LooksForReturns)
        {
            return (next with { LooksForReturns = false, FromMs = at.NextFromMs, NextFromMs = 0, LookedAtMs = nowMs, Told = at.Told }, false);
        }

        next = next with { FromMs = Math.Max(at.FromMs, at.ToMs - OverlapMs), Told = at.Telling };
        if (nowMs - at.ToMs > OverlapMs)
        {
            return (next, true);
        }

        return account.ReturnDays == 0 || nowMs - at.LookedAtMs < OneDayMs ? (next, false)
            : (next with { LooksForReturns = true, FromMs = nowMs - (account.ReturnDays * OneDayMs), ToMs = nowMs, NextFromMs = next.FromMs }, true);
    }

    private List<Observation> Read(IReadOnlyList<PixMoved?> payments)
    {
        var said = new List<Observation>();
        var unread = 0;
        foreach (var moved in payments)
        {
            if (moved is { Key: { } key } && key != account.Key)
            {
                // The bank's list is of all keys of its customer.
                continue;
            }

            var read = moved is null ? null : PixMovements.OfPayment(account, moved);
            unread += read is null ? 1 : 0;
            said.AddRange(read ?? []);
        }

        if (unread > 0)
        {
            speaker.SayUnreadable("the bank's list", unread);
        }

        return [.. said.OrderBy(static one => one.OccurredAtMs)];
    }

    private static string TextOf(long ms) =>
        Uri.EscapeDataString(DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
}
