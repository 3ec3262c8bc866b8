using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>
/// After a copy of the database was put back: numbers that were given out since the copy was made are in no row, and payers still pay to
/// them. In every space of every bucket the blocks that come next are skipped, as many as may have been taken since, and rest like those that were
/// given out. It can be run again; each time skips further.
/// </summary>
internal sealed class AfterRestore(IContexts contexts, BatchWriter writer, SnapshotStore snapshots, TimeProvider time)
{
    /// <summary>Blocks that are skipped at least: starts of nodes take one each, whatever is sold.</summary>
    public const int LeastBlocks = 16;

    /// <summary>This part of a space is skipped at least: a thousandth, which is a hundred thousand numbers in each bucket where serials have eight digits.</summary>
    private const int Share = 1000;

    /// <summary>How many times faster than on the last day of the copy numbers may have been taken since.</summary>
    private const int Margin = 4;

    /// <summary>Starts that are left out: a node's number is part of the ids that it makes.</summary>
    private const int SkippedStarts = 1000;

    private const long DayMs = 86_400_000;

    /// <summary>Skips once.</summary>
    /// <returns>What to tell, and whether every space was skipped.</returns>
    public async Task<(string Text, bool IsDone)> RunAsync(CancellationToken cancellation)
    {
        // Nothing polls while a command runs.
        await snapshots.RefreshOnceAsync(cancellation);
        var snapshot = snapshots.Current;
        var spaces = SpacesOf(snapshot);
        await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            return await context.Installation.ExecuteUpdateAsync(s => s.SetProperty(i => i.NodeStarts, i => i.NodeStarts + SkippedStarts), cancellation);
        });
        var text = new StringBuilder();
        foreach (var ((accountId, _), space) in spaces)
        {
            var blocks = await SkipAsync(accountId, space, snapshot, cancellation);
            text.AppendLine(CultureInfo.InvariantCulture, $"Channel account {accountId}, {space.Kind}: {blocks * NumberPool.BlockSize(space)} numbers skipped in each of {Buckets.Count} buckets.");
        }

        text.AppendLine("If more numbers of one bucket may have been given out since the copy, run this again: it skips as many once more.");
        var unread = await UnreadAsync(snapshot, spaces, cancellation);
        text.Append(unread.Count == 0
            ? "The first node may be started."
            : $"Not skipped, since they cannot be read at present: {string.Join(", ", unread)}. Mend them and run this again before one of them gives a number.");
        return (text.ToString(), unread.Count == 0);
    }

    private static SortedDictionary<(long AccountId, string Kind), NumberSpace> SpacesOf(Snapshot snapshot)
    {
        var spaces = new SortedDictionary<(long AccountId, string Kind), NumberSpace>();
        foreach (var offer in snapshot.Accounts.Values.Where(o => o.Session is IPayIns))
        {
            foreach (var way in offer.Ways.Where(w => w.Direction == Direction.PayIn))
            {
                if (offer.PayIns.NumberSpaceFor(way.Way) is { } space)
                {
                    spaces[(offer.Account.Id, space.Kind)] = space;
                }
            }
        }

        return spaces;
    }

    /// <summary>Whole accounts, or spaces of one, that nobody can say the size of.</summary>
    private async Task<List<string>> UnreadAsync(Snapshot snapshot, SortedDictionary<(long AccountId, string Kind), NumberSpace> spaces, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var used = await context.NumberSpaces.Select(s => new { s.ChannelAccountId, s.Kind }).Distinct().ToListAsync(cancellation);
        return
        [
            .. snapshot.Unusable.Keys.Order().Select(id => string.Create(CultureInfo.InvariantCulture, $"channel account {id}")),
            .. used.Where(u => !snapshot.Unusable.ContainsKey(u.ChannelAccountId) && !spaces.ContainsKey((u.ChannelAccountId, u.Kind)))
                .Select(u => string.Create(CultureInfo.InvariantCulture, $"{u.Kind} of channel account {u.ChannelAccountId}")),
        ];
    }

    private Task<long> SkipAsync(long accountId, NumberSpace space, Snapshot snapshot, CancellationToken cancellation) => writer.InTurnAsync(async () =>
    {
        var nowMs = time.NowMs();
        var longest = TimeSpan.FromMinutes(snapshot.Accounts.Values.SelectMany(a => a.Ways).Select(w => w.TimeToLiveMinutes).DefaultIfEmpty(0).Max());
        var restsUntilMs = nowMs + (long)(NumberPool.BlockGoodFor + longest + NumberPool.Rest).TotalMilliseconds;
        var blocks = NumberPool.BlocksOf(space);
        await using var context = contexts.Create();

        // Blocks that were skipped before were not taken.
        var newestMs = await context.NumberBlocks.Where(b => b.TakenAtMs > 0).MaxAsync(b => (long?)b.TakenAtMs, cancellation) ?? nowMs;
        var days = Math.Max(0, nowMs - newestMs) / DayMs + 1;
        var aDay = await context.NumberBlocks.Where(b => b.ChannelAccountId == accountId && b.Kind == space.Kind && b.TakenAtMs > 0 && b.TakenAtMs > newestMs - DayMs)
            .GroupBy(b => b.Bucket).Select(g => g.Count()).OrderByDescending(c => c).FirstOrDefaultAsync(cancellation);
        var skipped = Math.Min(blocks, Math.Max(Math.Max(LeastBlocks, blocks / Share), Margin * aDay * days));
        await using var transaction = await context.Database.BeginTransactionAsync(cancellation);

        // A bucket that the copy knows nothing of begins at its first block, which may have been taken since.
        await context.Database.ExecuteSqlAsync(
            $"""
            WITH RECURSIVE buckets(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM buckets WHERE n < {Buckets.Count - 1})
            INSERT INTO number_spaces (channel_account_id, kind, bucket, next_block) SELECT {accountId}, {space.Kind}, n, 0 FROM buckets WHERE true ON CONFLICT DO NOTHING
            """,
            cancellation);
        await context.Database.ExecuteSqlAsync(
            $"""
            WITH RECURSIVE next(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM next WHERE n + 1 < {skipped})
            INSERT INTO number_blocks (channel_account_id, kind, bucket, block, taken_at_ms, rests_until_ms)
            SELECT s.channel_account_id, s.kind, s.bucket, (s.next_block + n) % {blocks}, 0, {restsUntilMs}
            FROM number_spaces s, next WHERE s.channel_account_id = {accountId} AND s.kind = {space.Kind}
            ON CONFLICT (channel_account_id, kind, bucket, block) DO UPDATE SET rests_until_ms =
                CASE WHEN number_blocks.rests_until_ms < excluded.rests_until_ms THEN excluded.rests_until_ms ELSE number_blocks.rests_until_ms END
            """,
            cancellation);
        await context.NumberSpaces.Where(s => s.ChannelAccountId == accountId && s.Kind == space.Kind)
            .ExecuteUpdateAsync(s => s.SetProperty(x => x.NextBlock, x => x.NextBlock + skipped), cancellation);
        await transaction.CommitAsync(cancellation);
        return skipped;
    });
}
