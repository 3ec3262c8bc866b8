using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// How many pay-ins of a merchant nobody has paid yet. Each holds a number that is scarce for half a year, and making one costs nothing. It is an estimate:
/// read once a minute, from the timers that open orders have, and only for merchants that make orders here; in between what is made here is added. So no order
/// pays for it with a row that all change, and a merchant can be over its limit by what the nodes take in a minute.
/// </summary>
internal sealed class UnpaidPayIns(IContexts contexts, PayproOptions options, Installation installation)
{
    /// <summary>Timers of one bucket that are looked at; a merchant with more open orders than these is over its limit all the same.</summary>
    public const int MostLooked = 100_000;

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private const int LiveDefault = 50_000;

    private readonly int _most = options.UnpaidPayIns ?? (installation.IsSandbox ? 0 : LiveDefault);
    private readonly ConcurrentDictionary<long, Count> _counts = [];

    /// <summary>Why a new pay-in of a merchant is one too many; null when it is not.</summary>
    public string? Refusal(Merchant merchant) => MostOf(merchant) is > 0 and var most && _counts.TryGetValue(merchant.No, out var count) && count.Estimate >= most
        ? $"tradeNo: {most} pay-ins of this merchant wait for their payer, which is the most; wait until some are paid or expire"
        : null;

    /// <summary>A pay-in was made.</summary>
    public void Made(Merchant merchant)
    {
        if (MostOf(merchant) > 0)
        {
            _counts.GetOrAdd(merchant.No, static (_, bucket) => new Count(bucket), merchant.Bucket).Add();
        }
    }

    /// <summary>One turn; nothing while no pay-in is made.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        foreach (var bucket in _counts.GroupBy(c => c.Value.Bucket).ToList())
        {
            // What is made while the database is read counts on top: it may be in what is read, or not.
            var before = bucket.ToDictionary(c => c.Key, c => c.Value.Begin());
            var open = await ReadAsync(bucket.Key, cancellation);
            foreach (var (merchantNo, count) in bucket)
            {
                var read = open.GetValueOrDefault(merchantNo);
                if (!count.End(read, before[merchantNo]))
                {
                    _counts.TryRemove(merchantNo, out _);
                }
            }
        }

        return false;
    }

    private int MostOf(Merchant merchant) => merchant.UnpaidPayIns ?? _most;

    private async Task<Dictionary<long, int>> ReadAsync(short bucket, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Timers.Where(t => t.Bucket == bucket && t.Work == TimerWork.Ask).OrderBy(t => t.DueAtMs).ThenBy(t => t.OrderId).Take(MostLooked)
            .Join(context.Orders.Where(o => o.Bucket == bucket), t => t.OrderId, o => o.Id, (_, o) => o)
            .Where(o => o.Direction == Direction.PayIn && o.State == OrderState.Pending && o.PaidMinor == 0)
            .GroupBy(o => o.MerchantNo).Select(g => new { MerchantNo = g.Key, Count = g.Count() })
            .ToDictionaryAsync(g => g.MerchantNo, g => g.Count, cancellation);
    }

    private sealed class Count(short bucket)
    {
        private int _read;
        private int _made;

        public short Bucket => bucket;

        public int Estimate => Volatile.Read(ref _read) + Volatile.Read(ref _made);

        public void Add() => Interlocked.Increment(ref _made);

        /// <summary>What was made before the database is read.</summary>
        public int Begin() => Volatile.Read(ref _made);

        /// <returns>Whether the merchant has open orders, or made some since the last turn.</returns>
        public bool End(int read, int madeBefore)
        {
            Volatile.Write(ref _read, read);
            Interlocked.Add(ref _made, -madeBefore);
            return read > 0 || madeBefore > 0 || Volatile.Read(ref _made) > 0;
        }
    }
}
