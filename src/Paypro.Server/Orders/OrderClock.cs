using System.Diagnostics;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// Does what time asks for: sends payouts that are ready, asks rails about outcomes that nobody knows, expires what nobody paid.
/// Two nodes may read the same timer; waking the order under its lock decides who acts.
/// </summary>
internal sealed class OrderClock(
    IQueues queues,
    BatchWriter writer,
    SnapshotStore snapshots,
    RailStatements statements,
    OrderQueries queries,
    People people,
    RaiseCases cases,
    NotificationSignal notifications,
    TimeProvider time,
    ILogger<OrderClock> log)
{
    /// <summary>Timers taken in one turn.</summary>
    public const int TimersPerTurn = 256;

    /// <summary>Calls to rails under way at once.</summary>
    public const int Parallel = 64;

    /// <summary>One turn; true when there may be more to do at once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var due = await queues.DueTimersAsync(time.NowMs(), TimersPerTurn, cancellation);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, TaskScheduler = TaskScheduler.Current, CancellationToken = cancellation },
            async (timer, stop) => await WakeAsync(timer, stop));
        if (due.Count > 0)
        {
            notifications.Wake();
        }

        return due.Count == TimersPerTurn;
    }

    private async Task WakeAsync(TimerRow timer, CancellationToken cancellation)
    {
        try
        {
            var key = new OrderKey(timer.Bucket, timer.OrderId);
            var picture = await queries.FindAsync(key, cancellation);
            if (picture?.Order.Direction == Direction.Payout)
            {
                await WakePayoutAsync(key, timer.DueAtMs, picture, cancellation);
            }
            else
            {
                await WakePayInAsync(key, timer.DueAtMs, cancellation);
            }
        }
#pragma warning disable CA1031 // One order's fault must not keep the others waiting; its timer brings it back.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.LogError(error, "Order {OrderId} of bucket {Bucket} could not be attended to", timer.OrderId, timer.Bucket);
            await PostponeAsync(timer);
        }
    }

    /// <summary>A fault that comes back at once would turn the clock in circles.</summary>
    private async Task PostponeAsync(TimerRow timer)
    {
        try
        {
            await writer.WriteAsync(new PostponeTimer(new OrderKey(timer.Bucket, timer.OrderId), timer.DueAtMs));
        }
        catch (Exception error) when (error is WriteFailedException or WriterBusyException or WriteInDoubtException)
        {
            log.LogWarning(error, "The timer of order {OrderId} stays due", timer.OrderId);
        }
    }

    private async Task WakePayoutAsync(OrderKey key, long dueAtMs, OrderPicture picture, CancellationToken cancellation)
    {
        if (!snapshots.Current.Accounts.TryGetValue(picture.Attempts[^1].ChannelAccountId, out var offer))
        {
            await cases.RaiseAsync("no-channel", picture.Order.Number, $"Payout {picture.Order.Number} belongs to a channel account that is not here.");
            await writer.WriteAsync(new PostponeTimer(key, dueAtMs));
            return;
        }

        // The lease is counted from before it was asked for: a pause anywhere in between makes it shorter, never longer.
        var asked = time.GetTimestamp();
        var traits = offer.Channel.Traits;
        var woken = await writer.WriteAsync(new WakePayout(key, dueAtMs, traits.RepeatIsHarmless, time.NowMs()));
        if (woken.Action == WakeAction.Send)
        {
            await SendAsync(offer, woken.Order!, woken.Attempt!, asked, cancellation);
        }
        else if (woken.Action == WakeAction.Query)
        {
            // The rail is asked before a person is called: its answer may settle the matter.
            await statements.AskAsync(offer, woken.Order!, woken.Attempt!, cancellation);
            await CallPersonAsync(woken.Order!, woken.Attempt!, traits.PayoutFinality);
        }
    }

    private async Task SendAsync(AccountOffer offer, OrderRow order, AttemptRow attempt, long asked, CancellationToken cancellation)
    {
        var person = await queries.PersonAsync(order.Key, cancellation);
        var draft = PayoutDesk.Draft(order, person is null ? Person.None : people.Open(person), attempt.Reference);
        var callTimeout = offer.Channel.Traits.CallTimeout;
        if (time.GetElapsedTime(asked) + callTimeout > TimeSpan.FromMilliseconds(WakePayout.LeaseMs))
        {
            log.LogWarning("Payout {Number} is not sent: this node was too slow for its lease", order.Number);
            return;
        }

        using var activity = Tracing.Source.StartActivity("payout.send", ActivityKind.Client);
        using var limit = new CancellationTokenSource(callTimeout, time);
        var outcome = RailTexts.Clean(await offer.Channel.SendPayoutAsync(offer.Account, draft, limit.Token));
        await writer.WriteAsync(new RecordSend(AttemptRefs.Of(snapshots.Current, order, attempt), outcome, time.NowMs()));
    }

    private async Task WakePayInAsync(OrderKey key, long dueAtMs, CancellationToken cancellation)
    {
        var woken = await writer.WriteAsync(new WakePayIn(key, dueAtMs, time.NowMs()));
        if (woken.Action != WakeAction.Query)
        {
            return;
        }

        if (woken.Attempt is { } attempt)
        {
            var known = snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer);
            if (known)
            {
                await statements.AskAsync(offer!, woken.Order!, attempt, cancellation);
            }

            await CallPersonAsync(woken.Order!, attempt, known ? offer!.Channel.Traits.PayInFinality : TimeSpan.Zero);
        }

        if (time.NowMs() >= woken.Order!.ExpiresAtMs)
        {
            await writer.WriteAsync(new ExpirePayIn(key, "clock", time.NowMs()));
        }
    }

    private async Task CallPersonAsync(OrderRow order, AttemptRow attempt, TimeSpan finality)
    {
        var nowMs = time.NowMs();
        if (Finality.IsOver(attempt, (long)finality.TotalMilliseconds, nowMs))
        {
            await writer.WriteAsync(new CallPerson(order.Key, attempt.AttemptNo, nowMs));
        }
    }
}
