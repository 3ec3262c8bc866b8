using System.Diagnostics;

namespace Paypro.Bench.Load;

/// <summary>Drives a server over a number of connections from one thread, closed loop or on a schedule.</summary>
internal sealed class LoadGenerator(int port, int connectionCount, Requests requests)
{
    private static readonly long DropAfter = Stopwatch.Frequency;
    private readonly List<long> _times = new(500_000);
    private int _refused;
    private string? _firstRefusal;

    /// <summary>Every connection sends its next request as soon as it has its answer.</summary>
    public LoadResult RunClosed(TimeSpan warmUp, TimeSpan measured)
    {
        var connections = Connect();
        var poller = new Poller(connections);
        var began = Stopwatch.GetTimestamp();
        foreach (var connection in connections)
        {
            connection.Send(requests.Next(), Stopwatch.GetTimestamp());
        }

        var (from, until) = (began + Ticks(warmUp), began + Ticks(warmUp + measured));
        while (Stopwatch.GetTimestamp() is var now && now < until)
        {
            poller.Wait(100_000_000);
            for (var i = 0; i < connections.Count; i++)
            {
                if (poller.IsReady(i) && connections[i].Receive())
                {
                    now = Stopwatch.GetTimestamp();
                    Count(connections[i], now, now >= from && now < until);
                    connections[i].Send(requests.Next(), now);
                }
            }
        }

        return End(connections, measured, 0);
    }

    /// <summary>Requests have their times, whether or not the server keeps up; waiting for a free connection counts.</summary>
    public LoadResult RunOpen(double perSecond, TimeSpan warmUp, TimeSpan measured)
    {
        var connections = Connect();
        var poller = new Poller(connections);
        var idle = new Queue<Connection>(connections);
        var began = Stopwatch.GetTimestamp();
        var (from, until) = (began + Ticks(warmUp), began + Ticks(warmUp + measured));
        var (sent, dropped) = (0L, 0);
        while (true)
        {
            var now = Stopwatch.GetTimestamp();
            var due = began + (long)(sent / perSecond * Stopwatch.Frequency);
            if (due >= until || now >= until + DropAfter)
            {
                break;
            }

            if (due <= now && now - due > DropAfter)
            {
                sent++;
                dropped += due >= from ? 1 : 0;
            }
            else if (due <= now && idle.TryDequeue(out var free))
            {
                sent++;
                free.Send(requests.Next(), due);
            }
            else
            {
                poller.Wait(due <= now ? 1_000_000 : Math.Min(due - now, Stopwatch.Frequency / 10) * (1_000_000_000 / Stopwatch.Frequency));
            }

            for (var i = 0; i < connections.Count; i++)
            {
                if (poller.IsReady(i) && connections[i].IsBusy && connections[i].Receive())
                {
                    Count(connections[i], Stopwatch.GetTimestamp(), connections[i].StartedAt >= from);
                    idle.Enqueue(connections[i]);
                }
            }

            poller.Forget();
        }

        return End(connections, measured, dropped);
    }

    private List<Connection> Connect() => [.. Enumerable.Range(0, connectionCount).Select(_ => new Connection(port))];

    private void Count(Connection connection, long now, bool measured)
    {
        if (!connection.Accepted)
        {
            _refused++;
            _firstRefusal ??= connection.Text;
        }
        else if (measured)
        {
            _times.Add(now - connection.StartedAt);
        }
    }

    private LoadResult End(List<Connection> connections, TimeSpan measured, int dropped)
    {
        connections.ForEach(c => c.Dispose());
        _times.Sort();
        return new LoadResult(
            _times.Count / measured.TotalSeconds, Quantile(0.5), Quantile(0.99), _times.Count, _refused, dropped, _firstRefusal);
    }

    private double Quantile(double share) =>
        _times.Count == 0 ? 0 : Stopwatch.GetElapsedTime(0, _times[(int)((_times.Count - 1) * share)]).TotalMilliseconds;

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);
}
