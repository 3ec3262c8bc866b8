using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>A send that is about to be counted.</summary>
/// <param name="Order">The order.</param>
/// <param name="AttemptNo">Its attempt, which may not be stored yet.</param>
/// <param name="Direction">Payout or refund, as the rail knows it.</param>
/// <param name="Way">The attempt's way.</param>
/// <param name="AmountMinor">Minor units.</param>
internal sealed record PotSend(OrderKey Order, short AttemptNo, Direction Direction, string Way, long AmountMinor);

/// <summary>What came of counting a send.</summary>
/// <param name="Lacks">Why it may not be sent; null when it may.</param>
/// <param name="Pot">Where it is counted; null when the account is sent from without looking.</param>
/// <param name="IsTried">Whether it is sent although the rail has said that our money is used up: if the rail takes it, that is over.</param>
internal readonly record struct Counted(string? Lacks, string? Pot = null, bool IsTried = false);

/// <summary>
/// Counts sends against the pots that they draw from, all nodes together. A send is counted, once for each attempt, in a transaction of its own before
/// its attempt is committed as being sent, and only while the pot has enough for it. So at no moment more is counted or sent than there is; a crash
/// in between leaves it counted, and whoever sends it later finds it so. <see cref="PotReadings"/> says when it no longer counts.
/// </summary>
internal sealed class Pots(IContexts contexts, IBatchEngine engine, ConfigStore config, PayproOptions options, TimeProvider time)
{
    /// <summary>What is known of the accounts of a merchant's country. Costs nothing while none of them has a pot.</summary>
    public async Task<FloatView> ViewAsync(Snapshot snapshot, Merchant merchant)
    {
        var ids = snapshot.Accounts.Values.Where(o => o.Pots.Count > 0 && o.Account.Country == merchant.Country.IsoCode).Select(o => o.Account.Id).ToList();
        if (ids.Count == 0)
        {
            return FloatView.Plenty;
        }

        await using var context = contexts.Create();
        var pots = await context.ChannelPots.AsNoTracking().Where(p => ids.Contains(p.ChannelAccountId)).ToListAsync();
        var behind = new HashSet<(long, string)>();
        var isAnyParked = await context.Timers.AnyAsync(t => t.Bucket == merchant.Bucket && t.Work == TimerWork.Parked && ids.Contains(t.ChannelAccountId));
        foreach (var offer in isAnyParked ? ids.Select(id => snapshot.Accounts[id]) : [])
        {
            foreach (var pot in await BehindAsync(context, offer, merchant, time.NowMs()))
            {
                behind.Add((offer.Account.Id, pot));
            }
        }

        return new FloatView(pots.ToDictionary(p => (p.ChannelAccountId, p.Pot)), behind, time.NowMs());
    }

    /// <summary>
    /// The pots of an account for which orders of a merchant are parked. A look ends at the first that it finds, and the next one looks for another way: there are few.
    /// </summary>
    private static async Task<HashSet<string>> BehindAsync(PayproContext context, AccountOffer offer, Merchant merchant, long nowMs)
    {
        var (pots, accountId) = (new HashSet<string>(StringComparer.Ordinal), offer.Account.Id);
        foreach (var direction in new[] { Direction.Payout, Direction.Refund })
        {
            var ways = new List<string>();
            while (pots.Count < offer.Pots.Count && await (
                from timer in context.Timers.Where(t => t.Bucket == merchant.Bucket && t.Work == TimerWork.Parked && t.ChannelAccountId == accountId)
                join order in context.Orders.Where(o => o.Bucket == merchant.Bucket && o.MerchantNo == merchant.No) on timer.OrderId equals order.Id
                join attempt in context.Attempts.Where(a => a.Bucket == merchant.Bucket && a.Direction == direction && !ways.Contains(a.Way))
                    on new { timer.OrderId, timer.AttemptNo } equals new { attempt.OrderId, attempt.AttemptNo }
                select attempt.Way).FirstOrDefaultAsync() is { } way)
            {
                ways.Add(way);
                if (offer.PotOf(direction, way) is { } pot && offer.Waits(direction, way, nowMs) is null)
                {
                    pots.Add(pot);
                }
            }
        }

        return pots;
    }

    /// <summary>Counts a send before it is sent. Again for the same attempt changes nothing.</summary>
    /// <param name="offer">The account that is to send it.</param>
    /// <param name="send">What.</param>
    /// <param name="mayHaveLeft">An earlier call of the attempt may have reached the rail: it is counted whatever is there.</param>
    public async Task<Counted> CountAsync(AccountOffer offer, PotSend send, bool mayHaveLeft = false)
    {
        if (offer.PotOf(send.Direction, send.Way) is not { } pot)
        {
            return default;
        }

        while (true)
        {
            // One that was counted and falls away just now is counted anew.
            if (await CountAsync(offer, pot, send, mayHaveLeft) is { } counted)
            {
                return counted;
            }
        }
    }

    private Task<Counted?> CountAsync(AccountOffer offer, string pot, PotSend send, bool mayHaveLeft) => engine.InTurnAsync<Counted?>(async () =>
    {
        await using var context = contexts.Create();
        await using var transaction = await context.Database.BeginTransactionAsync();
        var (accountId, nowMs, always) = (offer.Account.Id, time.NowMs(), mayHaveLeft ? 1 : 0);

        // The row of the send first: another node that counts the same waits here and then finds it.
        var isFirst = await context.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO channel_pot_sends (channel_account_id, pot, order_id, attempt_no, bucket, amount_minor, counted_at_ms, settled_at_ms, settled_in)
            VALUES ({accountId}, {pot}, {send.Order.Id}, {send.AttemptNo}, {send.Order.Bucket}, {send.AmountMinor}, {nowMs}, 0, 0)
            ON CONFLICT (channel_account_id, pot, order_id, attempt_no) DO NOTHING
            """) == 1;
        if (!isFirst)
        {
            return await AgainAsync(context, transaction, accountId, pot, send, mayHaveLeft);
        }

        var counted = await context.Database.ExecuteSqlAsync(
            $"""
            UPDATE channel_pots SET sent_minor = sent_minor + {send.AmountMinor}
            WHERE channel_account_id = {accountId} AND pot = {pot}
            AND ({always} = 1 OR (
                (stopped_at_ms = 0 OR (told_at_ms = 0 AND probe_at_ms <= {nowMs}))
                AND (told_at_ms = 0 OR balance_minor - blocked_minor - sent_minor - floor_minor >= {send.AmountMinor})))
            """) == 1;
        var row = await context.ChannelPots.AsNoTracking().SingleOrDefaultAsync(p => p.ChannelAccountId == accountId && p.Pot == pot);
        if (!counted)
        {
            // Rolled back: it is not counted. A pot that was taken out of the configuration holds nothing back.
            return row is null ? default(Counted) : new Counted(row.Lacks(send.AmountMinor, nowMs) ?? "too little money of ours is there", pot);
        }

        if (row!.StoppedAtMs > 0 && always == 0)
        {
            await TryOneAsync(context, row, nowMs);
        }

        await transaction.CommitAsync();
        return new Counted(null, pot, IsTried: row.Declines > 0);
    });

    /// <summary>One that is counted already; null when it is no longer. A stop that came since then holds it back, unless it may have left.</summary>
    private async Task<Counted?> AgainAsync(PayproContext context, IDbContextTransaction transaction, long accountId, string pot, PotSend send, bool mayHaveLeft)
    {
        var row = await PotReadings.LockAsync(context, accountId, pot);
        var sends = context.ChannelPotSends.Where(s => s.ChannelAccountId == accountId && s.Pot == pot && s.OrderId == send.Order.Id && s.AttemptNo == send.AttemptNo);
        if (await sends.Select(s => (long?)s.CountedAtMs).SingleOrDefaultAsync() is not { } countedAtMs)
        {
            return null;
        }

        if (row is null || mayHaveLeft)
        {
            return new Counted(null, pot, IsTried: row is { Declines: > 0 } && row.StoppedAtMs <= countedAtMs);
        }

        // It stays counted: another node may have sent it by now. If not, it falls away (PotReadings.SettleAsync).
        var nowMs = time.NowMs();
        if (row.StoppedAtMs > countedAtMs)
        {
            if (row.IsHeldBack(nowMs))
            {
                return new Counted(Float.HeldBack, pot);
            }

            await TryOneAsync(context, row, nowMs);
        }

        // Whoever saw it as it was before does not take it away any more.
        await sends.ExecuteUpdateAsync(s => s.SetProperty(x => x.CountedAtMs, Math.Max(nowMs, countedAtMs + 1)));
        await transaction.CommitAsync();
        return new Counted(null, pot, IsTried: row.Declines > 0);
    }

    /// <summary>The one that is tried although the rail has said that our money is used up; the next one after a longer rest, unless the rail takes this one.</summary>
    private Task<int> TryOneAsync(PayproContext context, ChannelPotRow row, long nowMs)
    {
        var nextMs = nowMs + Float.ProbeAfterMs(row.Declines + 1, options.Float.ProbeSeconds);
        return context.ChannelPots.Where(p => p.ChannelAccountId == row.ChannelAccountId && p.Pot == row.Pot)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.ProbeAtMs, nextMs).SetProperty(p => p.Declines, row.Declines + 1));
    }

    /// <summary>The rail said of a send that our money is used up: nothing is sent from the pot until there is a reason to try again.</summary>
    /// <param name="offer">The account.</param>
    /// <param name="direction">Payout or refund.</param>
    /// <param name="way">The attempt's way.</param>
    public async Task StopAsync(AccountOffer offer, Direction direction, string way)
    {
        var (accountId, pot) = (offer.Account.Id, offer.PotNameOf(direction, way));
        if (!await StopAsync(accountId, pot))
        {
            await MakeAsync(accountId, [pot]);
            await StopAsync(accountId, pot);
        }
    }

    /// <summary>The rail took a send from a pot that it had called empty: it has money again. Where it tells balances, the next one says how much.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="pot">Its pot.</param>
    /// <param name="sentAtMs">When it was sent: what was sent before the rail's last such word says nothing.</param>
    /// <returns>How many pots go on: one, or none.</returns>
    public Task<int> GoOnAsync(long accountId, string pot, long sentAtMs = long.MaxValue) => engine.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        return await context.ChannelPots.Where(p => p.ChannelAccountId == accountId && p.Pot == pot && p.Declines > 0 && (p.ToldAtMs == 0 || p.StoppedAtMs == 0) && p.StoppedAtMs < sentAtMs)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.StoppedAtMs, 0L).SetProperty(p => p.Declines, 0).SetProperty(p => p.ProbeAtMs, 0L));
    });

    /// <summary>Makes pots that are not there. All nodes count sends from them as soon as they have read the configuration.</summary>
    public Task MakeAsync(long accountId, IReadOnlyCollection<string> pots) => config.SaveAsync(async context =>
    {
        foreach (var pot in pots)
        {
            await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO channel_pots (channel_account_id, pot, balance_minor, blocked_minor, told_at_ms, source, told_by, sent_minor, floor_minor, warn_minor, alarm_minor,
                    stopped_at_ms, declines, probe_at_ms, pace_from_ms, pace_minor, pace_before_minor, created_at_ms)
                VALUES ({accountId}, {pot}, 0, 0, 0, 0, '', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {time.NowMs()})
                ON CONFLICT (channel_account_id, pot) DO NOTHING
                """);
        }
    });

    private Task<bool> StopAsync(long accountId, string pot) => engine.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        await using var transaction = await context.Database.BeginTransactionAsync();
        if (await PotReadings.LockAsync(context, accountId, pot) is not { } row)
        {
            return false;
        }

        // Several sends under way are declined together: that is counted once. The time moves on, so that no balance that was asked for before ends it.
        var nowMs = time.NowMs();
        var (declines, probeAtMs) = row.StoppedAtMs > 0 ? (row.Declines, row.ProbeAtMs) : (row.Declines + 1, nowMs + Float.ProbeAfterMs(row.Declines + 1, options.Float.ProbeSeconds));
        await context.ChannelPots.Where(p => p.ChannelAccountId == accountId && p.Pot == pot).ExecuteUpdateAsync(s => s
            .SetProperty(p => p.StoppedAtMs, Math.Max(nowMs, row.StoppedAtMs + 1)).SetProperty(p => p.Declines, declines).SetProperty(p => p.ProbeAtMs, probeAtMs));
        await transaction.CommitAsync();
        return true;
    });
}
