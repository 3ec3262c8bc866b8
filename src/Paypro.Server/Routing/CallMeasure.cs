using System.Numerics;

namespace Paypro.Server.Routing;

/// <summary>How the calls of one channel account and direction went in the last five minutes.</summary>
/// <param name="Calls">How many ended.</param>
/// <param name="Answered">Of those, the ones that the rail answered; a decline for the order's own cause is an answer.</param>
/// <param name="Unknown">Of those, the ones whose outcome is not known.</param>
/// <param name="P95Ms">95 of 100 took no longer, milliseconds; at most 9 per cent too high.</param>
internal sealed record MeasuredCalls(int Calls, int Answered, int Unknown, long P95Ms);

/// <summary>Counts the calls of one channel account and direction in slices of half a minute. Times are passed in; safe for several threads.</summary>
internal sealed class CallMeasure
{
    private const int Slices = 10, Steps = 8, Buckets = Steps * 17;
    private const long SliceMs = CallWindow.LengthMs / Slices;

    private readonly Slice[] _slices = new Slice[Slices];

    public void Count(CallEnd end, long tookMs, long nowMs)
    {
        lock (_slices)
        {
            ref var slice = ref _slices[nowMs / SliceMs % Slices];
            if (slice.Took is null || slice.No != nowMs / SliceMs)
            {
                slice = new Slice { No = nowMs / SliceMs, Took = new ushort[Buckets] };
            }

            slice.Calls++;
            slice.Answered += end == CallEnd.Answered ? 1 : 0;
            slice.Unknown += end is CallEnd.Unknown or CallEnd.TimedOut ? 1 : 0;
            ref var took = ref slice.Took[BucketOf(tookMs)];
            took = (ushort)Math.Min(took + 1, ushort.MaxValue);
        }
    }

    /// <summary>Null when nothing was called.</summary>
    public MeasuredCalls? Read(long nowMs)
    {
        var (calls, answered, unknown, took) = (0, 0, 0, new int[Buckets]);
        lock (_slices)
        {
            foreach (var slice in _slices.Where(s => s.Took is not null && s.No > (nowMs / SliceMs) - Slices))
            {
                (calls, answered, unknown) = (calls + slice.Calls, answered + slice.Answered, unknown + slice.Unknown);
                for (var i = 0; i < Buckets; i++)
                {
                    took[i] += slice.Took[i];
                }
            }
        }

        if (calls == 0)
        {
            return null;
        }

        var (left, at) = ((int)Math.Ceiling(took.Sum() * 0.95), 0);
        while ((left -= took[at]) > 0)
        {
            at++;
        }

        return new MeasuredCalls(calls, answered, unknown, UpperMs(at));
    }

    /// <summary>Eight steps for each doubling; whole milliseconds below eight.</summary>
    private static int BucketOf(long ms)
    {
        if (ms < Steps)
        {
            return (int)Math.Max(0, ms);
        }

        var exponent = BitOperations.Log2((ulong)ms);
        return (int)Math.Min(Buckets - 1, ((exponent - 2) * Steps) + ((ms >> (exponent - 3)) - Steps));
    }

    private static long UpperMs(int bucket) =>
        bucket < Steps ? bucket : ((long)(Steps + (bucket % Steps) + 1) << ((bucket / Steps) - 1)) - 1;

    private record struct Slice(long No, int Calls, int Answered, int Unknown, ushort[] Took);
}
