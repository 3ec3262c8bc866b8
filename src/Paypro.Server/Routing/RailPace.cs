using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>Calls that share a pace. Stored as its number.</summary>
internal enum PacedCalls : short
{
    /// <summary>Calls that move money or make instructions.</summary>
    Send = 1,

    /// <summary>Questions, listings and account checks.</summary>
    Query = 2,
}

/// <summary>
/// Keeps to the pace of each channel account, all nodes together. A row says until when the calls that were let through fill the pace, and a call
/// is let through while that is less than a tenth of the pace ahead. So in no span of the pace's length more calls begin than the rail allows. Accounts
/// without a limit have no row. A node takes what it needs for a second; what it does not use by then is lost.
/// </summary>
internal sealed class RailPace(IContexts contexts, IBatchEngine engine, TimeProvider time)
{
    /// <summary>How long a call that was let through may take to begin.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(long AccountId, PacedCalls Calls), Taken> _taken = new();

    /// <summary>The strictest of an account's paces: what is promised for one way holds for all.</summary>
    public static Pace Of(AccountOffer offer, PacedCalls calls)
    {
        var paces = offer.Ways.Select(w => offer.TraitsOf(w.Direction, w.Way)).Select(t => calls == PacedCalls.Send ? t.SendPace : t.QueryPace).DefaultIfEmpty(Pace.Free).ToList();
        var strictest = paces.Where(static p => p.Calls > 0).MinBy(static p => p.Calls / p.Per.TotalMilliseconds) ?? Pace.Free;
        return strictest with { InFlight = paces.Min(static p => p.InFlight) };
    }

    /// <summary>
    /// Asks for one call. What is not used is given back with <see cref="GiveBack"/>.
    /// </summary>
    /// <param name="offer">The channel account.</param>
    /// <param name="calls">What kind of call.</param>
    /// <param name="onlyIfIdle">For what can wait: only when the pace is not used at all.</param>
    /// <returns>0: it may begin now. Otherwise after how many milliseconds to ask again.</returns>
    public async Task<long> TakeAsync(AccountOffer offer, PacedCalls calls, bool onlyIfIdle = false)
    {
        var taken = _taken.AddOrUpdate((offer.Account.Id, calls), _ => new Taken(offer, calls), (_, known) => ReferenceEquals(known.Offer, offer) ? known : new Taken(offer, calls));
        if (taken.Pace.Calls == 0 || taken.TakeLocal(time))
        {
            return 0;
        }

        var (burst, eachMs) = Spread(taken.Pace);
        var count = onlyIfIdle ? 1 : Math.Clamp((long)Fresh.TotalMilliseconds / eachMs, 1, burst);
        var waitMs = 0L;
        for (var round = 0; round < 2; round++)
        {
            var nowMs = time.NowMs();
            if (await FillAsync(offer.Account.Id, calls, count * eachMs, nowMs, mostBusyMs: onlyIfIdle ? 0 : (burst - count) * eachMs))
            {
                taken.Add((int)count - 1, time);
                return 0;
            }

            // Another node has taken of it; a part may be left.
            var busyMs = await BusyUntilAsync(offer.Account.Id, calls) - nowMs;
            waitMs = Math.Max(1, onlyIfIdle ? busyMs : busyMs - ((burst - 1) * eachMs));
            count = Math.Clamp(burst - (long)Math.Ceiling(Math.Max(0, busyMs) / (double)eachMs), 1, count);
        }

        return waitMs;
    }

    /// <summary>A call that was let through did not begin: another may, within the second.</summary>
    public void GiveBack(AccountOffer offer, PacedCalls calls)
    {
        if (_taken.TryGetValue((offer.Account.Id, calls), out var taken) && taken.Pace.Calls > 0)
        {
            taken.Add(1, time);
        }
    }

    /// <summary>
    /// How many calls may begin at once, and how long each fills the pace. A burst and what then comes evenly are together no more than the rail allows
    /// in any span of the pace's length, the time until a call begins counted in.
    /// </summary>
    public static (long Burst, long EachMs) Spread(Pace pace)
    {
        var burst = Math.Max(1, pace.Calls / 10);
        var perMs = pace.Per.TotalMilliseconds;
        return (burst, Math.Max(1, (long)Math.Ceiling((perMs + Math.Min(5_000, perMs / 20)) / (pace.Calls - burst + 1))));
    }

    private Task<bool> FillAsync(long accountId, PacedCalls calls, long forMs, long nowMs, long mostBusyMs) => engine.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        return await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO channel_paces (channel_account_id, calls, busy_until_ms) VALUES ({accountId}, {(short)calls}, {nowMs + forMs})
            ON CONFLICT (channel_account_id, calls) DO UPDATE
            SET busy_until_ms = {forMs} + CASE WHEN channel_paces.busy_until_ms > {nowMs} THEN channel_paces.busy_until_ms ELSE {nowMs} END
            WHERE channel_paces.busy_until_ms <= {nowMs + mostBusyMs}
            """) == 1;
    });

    private async Task<long> BusyUntilAsync(long accountId, PacedCalls calls)
    {
        await using var context = contexts.Create();
        return await context.ChannelPaces.AsNoTracking().Where(p => p.ChannelAccountId == accountId && p.Calls == (short)calls).Select(p => p.BusyUntilMs).SingleOrDefaultAsync();
    }

    /// <summary>What this process may use of the pace.</summary>
    private sealed class Taken(AccountOffer offer, PacedCalls calls)
    {
        private readonly Lock _gate = new();
        private int _count;
        private long _at;

        public AccountOffer Offer => offer;

        public Pace Pace { get; } = Of(offer, calls);

        public bool TakeLocal(TimeProvider time)
        {
            lock (_gate)
            {
                if (_count == 0 || time.GetElapsedTime(_at) > Fresh)
                {
                    _count = 0;
                    return false;
                }

                _count--;
                return true;
            }
        }

        public void Add(int count, TimeProvider time)
        {
            lock (_gate)
            {
                _count = count + (_count > 0 && time.GetElapsedTime(_at) <= Fresh ? _count : 0);
                _at = time.GetTimestamp();
            }
        }
    }
}
