using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>
/// Leases scarce numbers (CLABEs, store references, VA numbers). A node takes a block of serials in one transaction and hands
/// them out from memory, so an order costs no extra write; what is left of a block when the node stops is lost for this round.
/// Blocks are taken round and round: one that was used rests until 180 days after the last order that could have got a number
/// of it has expired.
/// </summary>
internal sealed class NumberPool(IContexts contexts, BatchWriter writer, TimeProvider time)
{
    /// <summary>How long a number rests after its order's expiry.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromDays(180);

    /// <summary>How long a node hands out numbers of one block.</summary>
    public static readonly TimeSpan BlockGoodFor = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<(long AccountId, string Kind, short Bucket), Block> _blocks = new();

    /// <summary>A number that nobody else holds.</summary>
    /// <param name="accountId">The channel account.</param>
    /// <param name="space">Where the number comes from.</param>
    /// <param name="bucket">The order's.</param>
    /// <param name="timeToLive">
    /// From now until the latest moment at which its order may still be open: on a hosted page that is the longest of the ways that the payer
    /// may choose, not the way of this number. The block's rest counts from there.
    /// </param>
    /// <exception cref="NoNumberException">All numbers of the space are in use or at rest.</exception>
    public async ValueTask<string> TakeAsync(long accountId, NumberSpace space, short bucket, TimeSpan timeToLive)
    {
        var block = _blocks.GetOrAdd((accountId, space.Kind, bucket), static _ => new Block());
        if (!block.TryTake(time, timeToLive, out var serial))
        {
            await block.Gate.WaitAsync();
            try
            {
                if (block.Lacks(time, timeToLive) is { } first)
                {
                    // The longer rest is stored before a number goes to an order that needs it.
                    await RestLongerAsync(accountId, space, bucket, first / BlockSize(space), timeToLive);
                    block.Cover(timeToLive);
                }

                if (!block.TryTake(time, timeToLive, out serial))
                {
                    var (start, count) = await TakeBlockAsync(accountId, space, bucket, timeToLive);
                    serial = block.Fill(start, count, time.GetTimestamp(), timeToLive);
                }
            }
            finally
            {
                block.Gate.Release();
            }
        }

        return Number(space, bucket, serial);
    }

    /// <summary>Takes back a number that was certainly not stored nor told to anybody; one of an older block is lost for this round.</summary>
    public void GiveBack(long accountId, NumberSpace space, short bucket, string number)
    {
        if (_blocks.TryGetValue((accountId, space.Kind, bucket), out var block)
            && long.TryParse(number.AsSpan(space.Prefix.Length + 2, space.SerialDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var serial))
        {
            block.GiveBack(serial);
        }
    }

    /// <summary>
    /// Keeps a number longer for the order that it was given to. Never one that may be another order's by now: its block was not taken again since, and rests for another day at
    /// least, so that no node can be about to.
    /// </summary>
    /// <param name="accountId">The channel account.</param>
    /// <param name="space">Where the number came from.</param>
    /// <param name="bucket">The order's.</param>
    /// <param name="number">The number.</param>
    /// <param name="givenAtMs">When the attempt that was given it was made, Unix milliseconds UTC; within a day before its block was taken, or later.</param>
    /// <param name="untilMs">Until when the order may be open; null only looks.</param>
    /// <returns>False when it is not the order's any more.</returns>
    public Task<bool> KeepAsync(long accountId, NumberSpace space, short bucket, string number, long givenAtMs, long? untilMs)
    {
        if (BucketOf(space, number) != bucket || number.Length < space.Prefix.Length + 2 + space.SerialDigits
            || !long.TryParse(number.AsSpan(space.Prefix.Length + 2, space.SerialDigits), NumberStyles.None, CultureInfo.InvariantCulture, out var serial))
        {
            return Task.FromResult(false);
        }

        // An order is dated when it comes, and a block may be taken for it a moment later. One that was taken again rested for 180 days before.
        var dayMs = (long)BlockGoodFor.TotalMilliseconds;
        var (block, takenUntilMs, atLeastMs) = (serial / BlockSize(space), givenAtMs + dayMs, time.NowMs() + dayMs);
        return untilMs is { } until ? writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            var restsUntilMs = until + (long)(BlockGoodFor + Rest).TotalMilliseconds;
            return await Its(context).ExecuteUpdateAsync(s => s.SetProperty(b => b.RestsUntilMs, b => b.RestsUntilMs > restsUntilMs ? b.RestsUntilMs : restsUntilMs)) == 1;
        }) : LookAsync();

        async Task<bool> LookAsync()
        {
            await using var context = contexts.Create();
            return await Its(context).AnyAsync();
        }

        IQueryable<NumberBlockRow> Its(PayproContext context) => context.NumberBlocks.Where(b =>
            b.ChannelAccountId == accountId && b.Kind == space.Kind && b.Bucket == bucket && b.Block == block && b.TakenAtMs <= takenUntilMs && b.RestsUntilMs >= atLeastMs);
    }

    /// <summary>Prefix, two digits of bucket, serial, and what the channel appends.</summary>
    public static string Number(NumberSpace space, short bucket, long serial) => space.Finish(string.Create(
        CultureInfo.InvariantCulture,
        $"{space.Prefix}{bucket:00}{serial.ToString(new string('0', space.SerialDigits), CultureInfo.InvariantCulture)}"));

    /// <summary>The bucket that a number of the space belongs to; null when it is not one of ours.</summary>
    public static short? BucketOf(NumberSpace space, string number) =>
        number.Length > space.Prefix.Length + 2
        && number.StartsWith(space.Prefix, StringComparison.Ordinal)
        && short.TryParse(number.AsSpan(space.Prefix.Length, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var bucket)
        && bucket < 64
            ? bucket
            : null;

    /// <summary>The way of a channel account whose numbers look like this one, and the bucket that it then belongs to.</summary>
    public static (ChannelWayRow? Way, short? Bucket) WayOf(AccountOffer offer, string number) => offer.Ways.Where(w => w.Direction == Direction.PayIn)
        .Select(w => ((ChannelWayRow?)w, offer.PayIns.NumberSpaceFor(w.Way) is { } space ? BucketOf(space, number) : null))
        .FirstOrDefault(w => w.Item2 is not null);

    public static long BlockSize(NumberSpace space) => space.SerialDigits >= 6 ? 1000 : Math.Max(1, Capacity(space) / 100);

    /// <summary>How many blocks a space has in one bucket.</summary>
    public static long BlocksOf(NumberSpace space) => Capacity(space) / BlockSize(space);

    private static long Capacity(NumberSpace space) => (long)Math.Pow(10, space.SerialDigits);

    private Task<(long First, long Count)> TakeBlockAsync(long accountId, NumberSpace space, short bucket, TimeSpan timeToLive) => writer.InTurnAsync(async () =>
    {
        var size = BlockSize(space);
        var blocks = BlocksOf(space);
        var nowMs = time.NowMs();
        var restsUntilMs = nowMs + (long)(BlockGoodFor + timeToLive + Rest).TotalMilliseconds;
        await using var context = contexts.Create();
        var strategy = new DeadlockRetries(context);
        return await strategy.ExecuteAsync(async () =>
        {
            context.ChangeTracker.Clear();
            await using var transaction = await context.Database.BeginTransactionAsync();

            // Zero row first; the update then locks it, so that two nodes never take one block.
            await context.Database.ExecuteSqlAsync(
                $"INSERT INTO number_spaces (channel_account_id, kind, bucket, next_block) VALUES ({accountId}, {space.Kind}, {bucket}, 0) ON CONFLICT DO NOTHING");
            await context.NumberSpaces.Where(s => s.ChannelAccountId == accountId && s.Kind == space.Kind && s.Bucket == bucket)
                .ExecuteUpdateAsync(s => s.SetProperty(x => x.NextBlock, x => x.NextBlock + 1));
            var turn = await context.NumberSpaces.Where(s => s.ChannelAccountId == accountId && s.Kind == space.Kind && s.Bucket == bucket)
                .Select(s => s.NextBlock).SingleAsync() - 1;
            var block = turn % blocks;
            var taken = await context.NumberBlocks.Where(
                    b => b.ChannelAccountId == accountId && b.Kind == space.Kind && b.Bucket == bucket && b.Block == block)
                .SingleOrDefaultAsync();
            if (taken is not null && taken.RestsUntilMs > nowMs)
            {
                throw new NoNumberException(space.Kind);
            }

            taken ??= context.NumberBlocks.Add(new NumberBlockRow { ChannelAccountId = accountId, Kind = space.Kind, Bucket = bucket, Block = block }).Entity;
            taken.TakenAtMs = nowMs;
            taken.RestsUntilMs = restsUntilMs;
            await context.SaveChangesAsync();
            await transaction.CommitAsync();
            return (block * size, size);
        });
    });

    private Task<int> RestLongerAsync(long accountId, NumberSpace space, short bucket, long block, TimeSpan timeToLive) => writer.InTurnAsync(async () =>
    {
        var restsUntilMs = time.NowMs() + (long)(BlockGoodFor + timeToLive + Rest).TotalMilliseconds;
        await using var context = contexts.Create();
        return await context.NumberBlocks
            .Where(b => b.ChannelAccountId == accountId && b.Kind == space.Kind && b.Bucket == bucket && b.Block == block && b.RestsUntilMs < restsUntilMs)
            .ExecuteUpdateAsync(s => s.SetProperty(b => b.RestsUntilMs, restsUntilMs));
    });

    private sealed class Block
    {
        private readonly Lock _gate = new();
        private readonly Stack<long> _givenBack = new();
        private long _first;
        private long _next;
        private long _end;
        private long _takenAt;
        private TimeSpan _covers;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        /// <summary>The first serial of the block when it has numbers, but rests too early for an order that lives so long; else null.</summary>
        public long? Lacks(TimeProvider time, TimeSpan timeToLive)
        {
            lock (_gate)
            {
                return _covers < timeToLive && time.GetElapsedTime(_takenAt) < BlockGoodFor && (_givenBack.Count > 0 || _next < _end) ? _first : null;
            }
        }

        /// <summary>The stored rest is long enough for orders that live so long.</summary>
        public void Cover(TimeSpan timeToLive)
        {
            lock (_gate)
            {
                _covers = timeToLive;
            }
        }

        public bool TryTake(TimeProvider time, TimeSpan timeToLive, out long serial)
        {
            lock (_gate)
            {
                serial = 0;
                if (_covers < timeToLive || time.GetElapsedTime(_takenAt) >= BlockGoodFor)
                {
                    return false;
                }

                if (_givenBack.TryPop(out serial))
                {
                    return true;
                }

                serial = _next;
                if (_next >= _end)
                {
                    return false;
                }

                _next++;
                return true;
            }
        }

        public void GiveBack(long serial)
        {
            lock (_gate)
            {
                if (serial >= _first && serial < _next && !_givenBack.Contains(serial))
                {
                    _givenBack.Push(serial);
                }
            }
        }

        public long Fill(long first, long count, long takenAt, TimeSpan covers)
        {
            lock (_gate)
            {
                _givenBack.Clear();
                (_first, _next, _end, _takenAt, _covers) = (first, first + 1, first + count, takenAt, covers);
                return first;
            }
        }
    }
}

/// <summary>A number space is used up; the operator has to add a prefix.</summary>
internal sealed class NoNumberException(string kind) : Exception($"No free number is left in the space '{kind}'.");
