using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <content>What became of the sends that are counted.</content>
internal sealed partial class PotReadings
{
    /// <summary>Looks up what became of the counted sends: those that the rail has wait for a balance that knows of them, those that are certainly nothing fall away.</summary>
    /// <param name="accountId">The channel account.</param>
    public async Task SettleAsync(long accountId)
    {
        for (var after = 0L; ;)
        {
            await using var context = contexts.Create();
            var open = await context.ChannelPotSends.AsNoTracking()
                .Where(s => s.ChannelAccountId == accountId && s.SettledAtMs == 0 && s.OrderId > after).OrderBy(s => s.OrderId).Take(Portion).ToListAsync();
            if (open.Count == 0)
            {
                return;
            }

            // The attempts of the last order may stand on the next portion: it is looked at with that.
            after = open.Count < Portion ? long.MaxValue : open[^1].OrderId - 1;
            var fates = await FatesAsync(context, open);
            foreach (var pot in fates.GroupBy(f => f.Send.Pot))
            {
                await ApplyAsync(accountId, pot.Key, [.. pot]);
            }

            if (open.Count < Portion)
            {
                return;
            }
        }
    }

    /// <summary>What became of a counted send.</summary>
    private enum Fate
    {
        /// <summary>The rail has it.</summary>
        Settled,

        /// <summary>It is certain that nothing comes of it.</summary>
        Nothing,

        /// <summary>Its attempt was not made, or is not to be sent at present. It may be counted anew at any time.</summary>
        NotMade,
    }

    private async Task<List<(ChannelPotSendRow Send, Fate Fate)>> FatesAsync(PayproContext context, List<ChannelPotSendRow> open)
    {
        var fates = new List<(ChannelPotSendRow, Fate)>();
        foreach (var bucket in open.GroupBy(s => s.Bucket))
        {
            var ids = bucket.Select(s => s.OrderId).Distinct().ToList();
            var attempts = await context.Attempts.Where(a => a.Bucket == bucket.Key && ids.Contains(a.OrderId))
                .Select(a => new { a.OrderId, a.AttemptNo, a.State, a.ChannelAccountId }).ToDictionaryAsync(a => (a.OrderId, a.AttemptNo));
            foreach (var send in bucket)
            {
                var attempt = attempts.GetValueOrDefault((send.OrderId, send.AttemptNo));
                if (attempt is null || attempt.ChannelAccountId != send.ChannelAccountId || attempt.State is AttemptState.Parked or AttemptState.Screening or AttemptState.Held)
                {
                    // Counted for an attempt that was not made or resumed after all; it may just be on its way.
                    if (send.CountedAtMs < time.NowMs() - NewForMs)
                    {
                        fates.Add((send, Fate.NotMade));
                    }
                }
                else if (attempt.State is AttemptState.Accepted or AttemptState.Done or AttemptState.Failed)
                {
                    fates.Add((send, attempt.State == AttemptState.Failed ? Fate.Nothing : Fate.Settled));
                }
            }
        }

        return fates;
    }

    private Task<bool> ApplyAsync(long accountId, string pot, List<(ChannelPotSendRow Send, Fate Fate)> fates) => engine.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        await using var transaction = await context.Database.BeginTransactionAsync();
        var row = await LockAsync(context, accountId, pot);
        var nowMs = time.NowMs();
        foreach (var alike in fates.GroupBy(f => (f.Fate, f.Send.AttemptNo)))
        {
            var (ids, no) = (alike.Select(f => f.Send.OrderId).ToList(), alike.Key.AttemptNo);
            var sends = context.ChannelPotSends.Where(s => s.ChannelAccountId == accountId && s.Pot == pot && s.AttemptNo == no && s.SettledAtMs == 0 && ids.Contains(s.OrderId));
            if (alike.Key.Fate == Fate.NotMade)
            {
                foreach (var send in alike.Select(f => f.Send))
                {
                    await sends.Where(s => s.OrderId == send.OrderId && s.CountedAtMs == send.CountedAtMs).ExecuteDeleteAsync();
                }
            }
            else if (alike.Key.Fate == Fate.Settled)
            {
                row?.AddPace(await sends.SumAsync(s => s.AmountMinor), nowMs);
                await sends.ExecuteUpdateAsync(s => s.SetProperty(x => x.SettledAtMs, nowMs));
            }
            else
            {
                await sends.ExecuteDeleteAsync();
            }
        }

        if (row is null || row.ToldAtMs == 0)
        {
            await context.ChannelPotSends.Where(s => s.ChannelAccountId == accountId && s.Pot == pot && s.SettledAtMs > 0 && s.SettledAtMs < nowMs - SaidWithinMs - ClocksMs)
                .ExecuteDeleteAsync();
        }

        if (row is not null)
        {
            await SaveAsync(context, row, stoppedSeenMs: null);
        }

        await transaction.CommitAsync();
        return true;
    });
}
