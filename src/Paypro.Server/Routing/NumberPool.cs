using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
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
    /// <exception cref="NoNumberException">All numbers of the space are in use or at rest.</exception>
    public async ValueTask<string> TakeAsync(long accountId, NumberSpace space, short bucket, TimeSpan timeToLive)
    {
        var block = _blocks.GetOrAdd((accountId, space.Kind, bucket), static _ => new Block());
        if (!block.TryTake(time, out var serial))
        {
            await block.Gate.WaitAsync();
            try
            {
                if (!block.TryTake(time, out serial))
                {
                    var (first, count) = await TakeBlockAsync(accountId, space, bucket, timeToLive);
                    serial = block.Fill(first, count, time.GetTimestamp());
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

    public static long BlockSize(NumberSpace space) => space.SerialDigits >= 6 ? 1000 : Math.Max(1, Capacity(space) / 100);

    private static long Capacity(NumberSpace space) => (long)Math.Pow(10, space.SerialDigits);

    private Task<(long First, long Count)> TakeBlockAsync(long accountId, NumberSpace space, short bucket, TimeSpan timeToLive) => writer.InTurnAsync(async () =>
    {
        var size = BlockSize(space);
        var blocks = Capacity(space) / size;
        var nowMs = time.NowMs();
        var restsUntilMs = nowMs + (long)(BlockGoodFor + timeToLive + Rest).TotalMilliseconds;
        await using var context = contexts.Create();
        var strategy = context.Database.CreateExecutionStrategy();
        return await strategy.ExecuteAsync(async () =>
        {
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

    private sealed class Block
    {
        private readonly Lock _gate = new();
        private readonly Stack<long> _givenBack = new();
        private long _first;
        private long _next;
        private long _end;
        private long _takenAt;

        public SemaphoreSlim Gate { get; } = new(1, 1);

        public bool TryTake(TimeProvider time, out long serial)
        {
            lock (_gate)
            {
                serial = 0;
                if (time.GetElapsedTime(_takenAt) >= BlockGoodFor)
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

        public long Fill(long first, long count, long takenAt)
        {
            lock (_gate)
            {
                _givenBack.Clear();
                (_first, _next, _end, _takenAt) = (first, first + 1, first + count, takenAt);
                return first;
            }
        }
    }
}

/// <summary>A number space is used up; the operator has to add a prefix.</summary>
internal sealed class NoNumberException(string kind) : Exception($"No free number is left in the space '{kind}'.");
