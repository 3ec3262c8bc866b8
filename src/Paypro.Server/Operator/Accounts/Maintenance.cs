using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>A time in which an account, or one of its ways, rests.</summary>
/// <param name="Window">Its number.</param>
/// <param name="Direction">Null for the whole account.</param>
/// <param name="Way">A way code (payouts: the account kind); <c>*</c> for every way.</param>
/// <param name="FromMs">Unix milliseconds UTC.</param>
/// <param name="ToMs">Unix milliseconds UTC.</param>
/// <param name="Zone">The IANA zone in which the rail told the times.</param>
/// <param name="Reason">Why.</param>
/// <param name="Actor">Who entered it.</param>
internal sealed record WindowView(long Window, Direction? Direction, string Way, long FromMs, long ToMs, string Zone, string Reason, string Actor)
{
    public static WindowView Of(ChannelMaintenanceRow row) => new(row.Id, row.Direction, row.Way, row.FromMs, row.ToMs, row.Zone, row.Reason, row.Actor);
}

/// <param name="Direction">Null for the whole account.</param>
/// <param name="Way">A way code (payouts: the account kind); <c>*</c> for every way.</param>
/// <param name="FromMs">Unix milliseconds UTC; 0 = now.</param>
/// <param name="ToMs">Unix milliseconds UTC; 0 where its length is said.</param>
/// <param name="Zone">The IANA zone in which the rail told the times.</param>
/// <param name="Reason">Why.</param>
/// <param name="Minutes">How long it lasts, where <paramref name="ToMs"/> is 0.</param>
internal sealed record WindowWish(Direction? Direction, string Way, long FromMs, long ToMs, string Zone, string Reason, int Minutes = 0);

/// <summary>
/// Times of maintenance. Entering one takes away for a while and ends by itself; ending one early gives back no more than two people have opened. So one person
/// does either.
/// </summary>
internal sealed class Maintenance(AuditedStore store, IdSource ids, TimeProvider time)
{
    private const int MostToCome = 50;
    private const long LongestMs = 31 * 86_400_000L, AheadMs = 400 * 86_400_000L;

    public Task<Change<WindowView>> AddAsync(Actor by, long account, WindowWish wish, Answer<WindowView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        var nowMs = time.NowMs();
        var fromMs = wish.FromMs == 0 ? nowMs : wish.FromMs;
        var toMs = wish.ToMs == 0 ? fromMs + (wish.Minutes * 60_000L) : wish.ToMs;
        if (!await context.ChannelAccounts.AnyAsync(a => a.Id == account))
        {
            return Change<WindowView>.No("account: there is no such channel account");
        }

        var problem = wish.Direction == Direction.Withdrawal ? "direction: a withdrawal goes to its rail as a payout and has none of its own"
            : wish.Direction is null && wish.Way != "*" ? "way: must be * where the whole account rests"
            : wish.Direction is not null && wish.Way != "*" && !await context.ChannelWays.AnyAsync(w => w.ChannelAccountId == account && w.Direction == wish.Direction && (w.Way == wish.Way || w.Way == "*")) ? "way: there is no such way of this account"
            : fromMs < 0 || toMs <= fromMs || toMs <= nowMs ? "toMs: must be later than the start and than now"
            : toMs - fromMs > LongestMs || fromMs > nowMs + AheadMs ? "toMs: a time of maintenance lasts 31 days at most and begins within 400 days"
            : !TimeZoneInfo.TryFindSystemTimeZoneById(wish.Zone, out _) ? "zone: must be the name of a zone, such as America/Mexico_City"
            : await context.ChannelMaintenances.CountAsync(m => m.ChannelAccountId == account && m.ToMs > nowMs) >= MostToCome ? "account: has 50 times of maintenance to come already"
            : null;
        if (problem is not null)
        {
            return Change<WindowView>.No(problem);
        }

        var row = new ChannelMaintenanceRow
        {
            Id = ids.Next(), ChannelAccountId = account, Direction = wish.Direction, Way = wish.Way, FromMs = fromMs, ToMs = toMs, Zone = wish.Zone, Reason = OutsideText.Line(wish.Reason, 300), Actor = by.Text,
        };
        context.ChannelMaintenances.Add(row);
        var view = WindowView.Of(row);
        trail.Add(by, "channel.maintenance", AccountSettings.SubjectOf(account), after: view, reason: wish.Reason);
        answer.Keep(context, view);
        return Change<WindowView>.Of(view);
    });

    /// <summary>Ends one early; one that has not begun never begins.</summary>
    public Task<Change<WindowView>> EndAsync(Actor by, long account, long window, string reason, Answer<WindowView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        var nowMs = time.NowMs();
        if (await context.ChannelMaintenances.SingleOrDefaultAsync(m => m.Id == window && m.ChannelAccountId == account && m.ToMs > nowMs) is not { } row)
        {
            return Change<WindowView>.No("window: there is no such time of maintenance to come");
        }

        var before = WindowView.Of(row);
        (row.FromMs, row.ToMs) = (Math.Min(row.FromMs, nowMs), nowMs);
        var view = WindowView.Of(row);
        trail.Add(by, "channel.maintenance-end", AccountSettings.SubjectOf(account), before, view, reason);
        answer.Keep(context, view);
        return Change<WindowView>.Of(view);
    });
}
