using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using Paypro.Bench.Ground;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Bench.Rows;

/// <summary>Tells a batch writer that loaded orders were paid, from many callers at once.</summary>
/// <param name="writer">Of the server's own parts.</param>
/// <param name="merchants">As the orders were loaded.</param>
/// <param name="firstMerchantNo">As the orders were loaded.</param>
internal sealed class Outcomes(BatchWriter writer, int merchants, long firstMerchantNo)
{
    private static readonly BookingRules Rules = new(true, TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City"), FrozenSet<int>.Empty);
    private readonly IdSource _ids = NewIds();
    private readonly Terms _terms = new(150, 0, 0, 0, 1600, 0, false, true) { Id = OrderLoader.TermsId };
    private long _next;

    /// <summary>How many payments there were.</summary>
    public long Next
    {
        get => _next;
        set => _next = value;
    }

    /// <summary>Pays orders until the time is over or they run out.</summary>
    /// <param name="callers">At once.</param>
    /// <param name="seconds">At most so long.</param>
    /// <param name="end">How many orders were loaded.</param>
    /// <returns>Applied a second.</returns>
    public async Task<double> RunAsync(int callers, double seconds, long end)
    {
        var started = Stopwatch.GetTimestamp();
        var until = started + (long)(seconds * Stopwatch.Frequency);
        long applied = 0;
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            while (Stopwatch.GetTimestamp() < until)
            {
                var k = Interlocked.Increment(ref _next) - 1;
                if (k >= end)
                {
                    return;
                }

                var result = await writer.WriteAsync(Paid(k, OrderLoader.Paid(k, end)));
                if (result != ApplyResult.Applied)
                {
                    throw new InvalidOperationException($"Payment {k} of the load: {result}.");
                }

                Interlocked.Increment(ref applied);
            }
        })));
        _next = Math.Min(_next, end);
        if (applied == 0)
        {
            throw new InvalidOperationException("The loaded orders ran out: load more.");
        }

        return applied / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    /// <summary>Pays so many orders a second, whether or not the writer keeps up, until the time is over.</summary>
    /// <param name="perSecond">Begun a second.</param>
    /// <param name="seconds">For so long.</param>
    /// <param name="end">How many orders were loaded.</param>
    public async Task PaceAsync(double perSecond, double seconds, long end)
    {
        var started = Stopwatch.GetTimestamp();
        var begun = new List<Task<ApplyResult>>((int)(perSecond * seconds));
        while (Stopwatch.GetElapsedTime(started).TotalSeconds is var passed && passed < seconds)
        {
            while (begun.Count < passed * perSecond && _next < end)
            {
                var k = _next++;
                begun.Add(writer.WriteAsync(Paid(k, OrderLoader.Paid(k, end))));
            }

            await Task.Delay(10);
        }

        if (_next >= end || (await Task.WhenAll(begun)).Any(r => r != ApplyResult.Applied))
        {
            throw new InvalidOperationException("The loaded orders ran out, or a payment was not applied.");
        }
    }

    /// <summary>Beside the server's own, which numbers its starts from one.</summary>
    private static IdSource NewIds()
    {
        var ids = new IdSource(TimeProvider.System);
        ids.Begin(0x7000);
        return ids;
    }

    private ApplyPayInStatement Paid(long k, long n)
    {
        var merchant = OrderLoader.MerchantOf(n, merchants);
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var railReference = k.ToString("D20", CultureInfo.InvariantCulture);
        return new ApplyPayInStatement(
            new AttemptRef
            {
                Order = new OrderKey(OrderLoader.BucketOf(merchant), OrderLoader.FirstId + n),
                AttemptNo = 1,
                MerchantNo = firstMerchantNo + merchant,
                Direction = Direction.PayIn,
                Currency = Currency.Get("MXN"),
                Terms = _terms,
                ChannelAccountId = OrderLoader.ChannelAccountId,
                Cost = default,
                Reference = OrderLoader.Reference(n),
                Rules = Rules,
            },
            new Statement(new Observation
            {
                Kind = ObservationKind.Paid,
                Direction = Direction.PayIn,
                Reference = OrderLoader.Reference(n),
                AmountMinor = OrderLoader.AmountMinor,
                Currency = "MXN",
                OccurredAtMs = nowMs,
                RailReference = railReference,
                DedupeKey = "20250101-40012-" + railReference,
            }, StatementSource.Callback, _ids.Next(), nowMs),
            nowMs);
    }
}
