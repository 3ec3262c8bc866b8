using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>
/// Does what time asks for: sends payouts that are ready, asks rails about outcomes that nobody knows, expires what nobody paid.
/// Two nodes may read the same timer; taking the order under its lock decides who acts.
/// </summary>
internal sealed class OrderClock(
    IQueues queues,
    BatchWriter writer,
    SnapshotStore snapshots,
    RailStatements statements,
    OrderQueries queries,
    RefundReads refunds,
    RailCalls calls,
    CallLeases leases,
    PayoutCascade cascade,
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

    private static readonly TimeSpan RecordAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>One turn; true when there may be more to do at once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var due = await queues.DueTimersAsync(time.NowMs(), TimersPerTurn, cancellation);
        await System.Threading.Tasks.Parallel.ForEachAsync(
            due,
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, TaskScheduler = TaskScheduler.Current, CancellationToken = cancellation },
            async (timer, stop) => await TakeDueAsync(timer, stop));
        if (due.Count > 0)
        {
            notifications.Wake();
        }

        return due.Count == TimersPerTurn;
    }

    private async Task TakeDueAsync(TimerRow timer, CancellationToken cancellation)
    {
        try
        {
            var key = new OrderKey(timer.Bucket, timer.OrderId);
            var picture = await queries.FindAsync(key, cancellation);
            if (picture is not null && picture.Order.Direction != Direction.PayIn)
            {
                await TakeDuePayoutAsync(key, timer.DueAtMs, picture, cancellation);
            }
            else
            {
                await TakeDuePayInAsync(key, timer.DueAtMs, picture, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The stop. What was begun and cannot be broken off is over by now; the rest stays due.
        }
#pragma warning disable CA1031 // One order's fault must not keep the others waiting, nor cancel them; its timer brings it back.
        catch (Exception error)
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

    private async Task TakeDuePayoutAsync(OrderKey key, long dueAtMs, OrderPicture picture, CancellationToken cancellation)
    {
        var attempt = picture.Attempts[^1];
        if (await OfferAsync(picture.Order, attempt) is not { } offer)
        {
            await writer.WriteAsync(new PostponeTimer(key, dueAtMs));
            return;
        }

        // All that is needed to send is put together before the right to send is taken: once it is, nothing but the call may fail.
        var traits = offer.TraitsOf(AttemptRefs.DirectionOf(picture.Order, attempt), attempt.Way);
        PreparedSend? prepared = null;
        if (TakeDuePayout.MaySend(attempt, traits.RepeatIsHarmless) && (prepared = await PrepareAsync(picture, attempt, cancellation)) is null)
        {
            await writer.WriteAsync(new PostponeTimer(key, dueAtMs));
            return;
        }

        // The lease is counted from before it was asked for: a pause anywhere in between makes it shorter, never longer.
        var asked = time.GetTimestamp();
        cancellation.ThrowIfCancellationRequested();
        var taken = await writer.WriteAsync(
            new TakeDuePayout(key, dueAtMs, prepared?.Facts.Reference, traits.RepeatIsHarmless, leases.MsOf(traits), time.NowMs()));
        if (taken.Action == DueAction.Send)
        {
            await SendAsync(offer, prepared!, taken.Attempt!, asked);
        }
        else if (taken.Action == DueAction.Query && taken.Attempt!.AttemptNo == attempt.AttemptNo)
        {
            // The rail is asked before a case is opened: its answer may settle the matter.
            await statements.AskAsync(offer, taken.Order!, taken.Attempt!, cancellation);
            await ReportUnknownAsync(taken.Order!, taken.Attempt!, leases.FinalityMs(traits));
        }
    }

    /// <summary>Null when the payout cannot be sent as it is stored: nothing has left, and a person has to look.</summary>
    private async Task<PreparedSend?> PrepareAsync(OrderPicture picture, AttemptRow attempt, CancellationToken cancellation)
    {
        var order = picture.Order;
        var facts = AttemptRefs.Of(snapshots.Current, order, attempt);

        // One that was found half-way may have reached the rail before.
        var isRepeat = attempt.State == AttemptState.Sending;
        if (facts.Direction == Direction.Refund)
        {
            if (await refunds.ReceiptAsync(order, cancellation) is { } receipt)
            {
                var refund = receipt.Draft(order, attempt.Reference) with { IsRepeat = isRepeat };
                return new PreparedSend(order.Number, facts, attempt.Way, isRepeat, null, offer => calls.SendRefundAsync(offer, refund));
            }

            await cases.RaiseAsync("unsendable", order.Number, $"Refund {order.Number} was not sent: the payment that it gives back is not here. It waits, and its money stays reserved.");
            return null;
        }

        var person = await queries.PersonAsync(order.Key, cancellation);
        try
        {
            var recipient = people.Open(person ?? throw new InvalidOperationException("The payout has no recipient."));
            var payout = PayoutCreation.Draft(order, recipient, attempt.Reference) with { IsRepeat = isRepeat };
            return new PreparedSend(order.Number, facts, payout.AccountType, isRepeat, payout, offer => calls.SendPayoutAsync(offer, payout));
        }
        catch (Exception error) when (error is CryptographicException or JsonException or InvalidOperationException)
        {
            log.LogError(error, "Payout {Number} cannot be sent", order.Number);
            await cases.RaiseAsync("unsendable", order.Number, $"Payout {order.Number} was not sent: its recipient cannot be read. It waits, and its money stays reserved.");
            return null;
        }
    }

    private async Task SendAsync(AccountOffer offer, PreparedSend prepared, AttemptRow attempt, long asked)
    {
        var traits = offer.TraitsOf(prepared.Facts.Direction, prepared.Way);
        if (time.GetElapsedTime(asked) + traits.CallTimeout > leases.Of(traits))
        {
            // Nothing has left, and nobody else was given the right: it is certain, and the payout is sent in its next turn.
            log.LogWarning("Payout {Number} is not sent yet: this node was too slow for its lease", prepared.Number);
            if (!prepared.IsRepeat)
            {
                // One that was found half-way is not ready again: the call before this turn may have left. It is taken when the lease ends.
                await writer.WriteAsync(new ReleaseSend(prepared.Facts, attempt.LeaseUntilMs, "this node was too slow for its lease", time.NowMs()));
            }

            return;
        }

        using var activity = Tracing.Source.StartActivity("payout.send", ActivityKind.Client);
        var outcome = await prepared.SendAsync(offer);
        while (true)
        {
            try
            {
                await writer.WriteAsync(cascade.Record(prepared.Facts, attempt, prepared.Payout, outcome, prepared.IsRepeat));
                return;
            }
            catch (WriterBusyException) when (time.GetElapsedTime(asked) < leases.Of(traits))
            {
                // The rail's answer is worth more than a later question.
                await Task.Delay(RecordAgainAfter, time, CancellationToken.None);
            }
        }
    }

    private async Task TakeDuePayInAsync(OrderKey key, long dueAtMs, OrderPicture? picture, CancellationToken cancellation)
    {
        // An attempt whose channel account cannot be used cannot be asked about: whether its payer has paid is not known.
        var unasked = new HashSet<long>();
        var leaseMs = 0L;
        foreach (var attempt in picture?.Attempts.Where(a => a.State != AttemptState.Failed) ?? [])
        {
            if (await OfferAsync(picture!.Order, attempt) is { } offer)
            {
                leaseMs = Math.Max(leaseMs, leases.MsOf(offer.TraitsOf(Direction.PayIn, attempt.Way)));
            }
            else
            {
                unasked.Add(attempt.ChannelAccountId);
            }
        }

        var nowMs = time.NowMs();
        var taken = await writer.WriteAsync(new TakeDuePayIn(key, dueAtMs, Math.Max(leaseMs, PostponeTimer.ByMs), nowMs));
        if (taken.Action != DueAction.Query)
        {
            return;
        }

        var answered = unasked.Count == 0;
        foreach (var asked in taken.Asked)
        {
            if (snapshots.Current.Accounts.TryGetValue(asked.ChannelAccountId, out var rail))
            {
                answered &= await statements.AskAsync(rail, taken.Order!, asked, cancellation);
                await ReportUnknownAsync(taken.Order!, asked, leases.FinalityMs(rail.TraitsOf(Direction.PayIn, asked.Way)));
            }
            else
            {
                answered = false;
            }
        }

        // By the time at which it was decided whom to ask: before its end only what is unknown was asked about.
        var overForMs = nowMs - taken.Order!.ExpiresAtMs;
        if (answered && overForMs >= 0)
        {
            await writer.WriteAsync(new ExpirePayIn(key, "clock", time.NowMs()) { Asked = taken.Order });
        }
        else if (overForMs >= TakeDuePayIn.UnansweredAfterMs)
        {
            // Whether the payer has paid is not known, so nothing is said of it.
            await writer.WriteAsync(new ReportSilence(key, time.NowMs()));
        }
    }

    /// <summary>The channel account of an attempt; null while it cannot be used, of which a person is told.</summary>
    private async Task<AccountOffer?> OfferAsync(OrderRow order, AttemptRow attempt)
    {
        var snapshot = snapshots.Current;
        if (snapshot.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer))
        {
            return offer;
        }

        // One that is left out for a fault of its own has its case already, and may have thousands of orders.
        if (!snapshot.Unusable.ContainsKey(attempt.ChannelAccountId))
        {
            await cases.RaiseAsync("no-channel", order.Number, $"Order {order.Number} belongs to a channel account that is not here.");
        }

        return null;
    }

    private async Task ReportUnknownAsync(OrderRow order, AttemptRow attempt, long finalityMs)
    {
        var nowMs = time.NowMs();
        if (Finality.IsOver(attempt, finalityMs, nowMs))
        {
            await writer.WriteAsync(new ReportUnknownOutcome(order.Key, attempt.AttemptNo, nowMs));
        }
    }

    /// <summary>All that a send needs, and all that recording its answer needs.</summary>
    private sealed record PreparedSend(
        string Number, AttemptRef Facts, string Way, bool IsRepeat, PayoutDraft? Payout, Func<AccountOffer, Task<SendOutcome>> SendAsync);
}
