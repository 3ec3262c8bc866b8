using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>
/// Does what time asks for: sends payouts that are ready, asks rails about outcomes that nobody knows, expires what nobody paid, and asks on about what has
/// ended. A turn looks at what is due and puts it into its lanes; it waits for none of the work. Two nodes may read the same timer; taking the
/// order under its lock decides who acts.
/// </summary>
internal sealed class OrderClock : IAsyncDisposable
{
    /// <summary>Timers taken in one turn.</summary>
    public const int TimersPerTurn = 256;

    /// <summary>How often is looked for what is due, without a signal: what time brings, and work of other nodes.</summary>
    public static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>The same where nothing has come for a while.</summary>
    public static readonly TimeSpan IdlePollEvery = TimeSpan.FromSeconds(1);

    private readonly IQueues _queues;
    private readonly BatchWriter _writer;
    private readonly DueOrders _orders;
    private readonly NotificationSignal _notifications;
    private readonly RailLanes _lanes;
    private readonly TimeProvider _time;
    private readonly ILogger<OrderClock> _log;

    public OrderClock(
        IQueues queues, BatchWriter writer, DueOrders orders, SnapshotStore snapshots, RailPace pace, OrderClockSignal signal, NotificationSignal notifications,
        TimeProvider time, ILogger<OrderClock> log)
    {
        (_queues, _writer, _orders, _notifications, _time, _log) = (queues, writer, orders, notifications, time, log);
        _lanes = new RailLanes(snapshots, pace, TakeDueAsync, signal.Wake, time, log);
    }

    /// <summary>One turn; true when there may be more to do at once. Does not wait for the work it starts.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        // What is in hand and not yet begun is still due, and read again.
        var limit = TimersPerTurn + _lanes.Held;
        var due = await _queues.DueTimersAsync(_time.NowMs(), _lanes.Full(), limit, cancellation);
        var taken = 0;
        foreach (var timer in due)
        {
            taken += _lanes.Add(timer, timer.Lane, cancellation) ? 1 : 0;
        }

        _lanes.Start();
        return taken > 0 && due.Count == limit;
    }

    /// <summary>Waits until nothing is under way; for tests and for stopping.</summary>
    public Task WhenIdleAsync() => _lanes.WhenIdleAsync();

    /// <summary>A call that may have left is waited for.</summary>
    public async ValueTask DisposeAsync() => await WhenIdleAsync();

    private async Task<bool> TakeDueAsync(DueWork due)
    {
        try
        {
            var called = await _orders.TakeAsync(due, lane => _lanes.Move(due, lane));
            _notifications.Wake();
            return called;
        }
        catch (OperationCanceledException) when (due.Stop.IsCancellationRequested)
        {
            // The stop. What was begun and cannot be broken off is over by now; the rest stays due.
            return true;
        }
#pragma warning disable CA1031 // One order's fault must not keep the others waiting, nor cancel them; its timer brings it back.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _log.LogError(error, "Order {OrderId} of bucket {Bucket} could not be attended to", due.Timer.OrderId, due.Timer.Bucket);
            await PostponeAsync(due.Timer);
            return true;
        }
    }

    /// <summary>A fault that comes back at once would take every turn.</summary>
    private async Task PostponeAsync(TimerRow timer)
    {
        try
        {
            await _writer.WriteAsync(new PostponeTimer(new OrderKey(timer.Bucket, timer.OrderId), timer.DueAtMs));
        }
        catch (Exception error) when (error is WriteFailedException or WriterBusyException or WriteInDoubtException)
        {
            _log.LogWarning(error, "The timer of order {OrderId} stays due", timer.OrderId);
        }
    }
}
