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
using Paypro.Server.Screening;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>Does what one due order waits for: sends it, asks its rail, ends its time. Taking it under its lock decides who acts.</summary>
internal sealed partial class DueOrders(
    BatchWriter writer,
    SnapshotStore snapshots,
    RailStatements statements,
    OrderQueries queries,
    RefundReads refunds,
    RailCalls calls,
    CallLeases leases,
    PayoutCascade cascade,
    ExpireByListing listed,
    Pots pots,
    HeldPayouts held,
    ParkedSignal parked,
    SendGuard guard,
    KeptPayouts kept,
    NewOrder newOrder,
    PayproOptions options,
    People people,
    RaiseCases cases,
    TimeProvider time,
    ILogger<DueOrders> log)
{
    private static readonly TimeSpan RecordAgainAfter = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes one; true when its rail was called.</summary>
    /// <param name="due">The timer.</param>
    /// <param name="elsewhere">Called when its work belongs to another lane than the timer said, or needs a call that it may not make yet.</param>
    public async Task<bool> TakeAsync(DueWork due, Action<TimerLane> elsewhere)
    {
        var key = new OrderKey(due.Timer.Bucket, due.Timer.OrderId);
        var picture = await queries.FindAsync(key, due.Stop);
        if (picture is null)
        {
            await writer.WriteAsync(new TakeDuePayIn(key, due.Timer.DueAtMs, PostponeTimer.ByMs, time.NowMs()));
            return false;
        }

        var nowMs = time.NowMs();
        var plan = TimerPlan.Of(picture.Order, picture.Attempts, nowMs);
        var until = plan.Work == TimerWork.AskLate ? LateAsks.Until(snapshots.Current, picture.Order, picture.Attempts) : null;
        plan = until is null ? plan : plan with { Attempt = LateAsks.Next(picture.Attempts, until, nowMs) };
        if (picture.Order.TimerDueMs == due.Timer.DueAtMs && plan.Lane != due.Lane)
        {
            elsewhere(plan.Lane);
            return false;
        }

        if (plan is { Work: TimerWork.Parked, Attempt: { } waiting })
        {
            // The hours of its way may have changed since, and its country's holidays: what waits for a way to open has its time when it is open.
            var snapshot = snapshots.Current;
            // And while its rail may have it since before a restore, nobody is told that it failed.
            var forMs = RoutePlan.Recovers(snapshot, waiting.ChannelAccountId, waiting.Plan) is not null ? nowMs - waiting.ParkedAtMs + options.Float.ParkedForMs
                : snapshot.Accounts.GetValueOrDefault(waiting.ChannelAccountId)?.ParkedUntilMs(waiting.Direction, waiting.Way, waiting.ParkedAtMs, options.Float.ParkedForMs) - waiting.ParkedAtMs;
            await writer.WriteAsync(new EndParked(await AttemptRefs.OfAsync(snapshot, picture.Order, waiting), due.Timer.DueAtMs, forMs ?? options.Float.ParkedForMs, nowMs));
            return false;
        }

        if (plan is { Work: TimerWork.Parked, Attempt: null })
        {
            await held.LapseAsync(picture.Order, due.Timer.DueAtMs);
            return false;
        }

        if (KeptPayouts.Has(picture))
        {
            await kept.TakeAsync(picture, due.Timer.DueAtMs, due.Stop);
            return false;
        }

        if (!due.MayCall && (until is not null || picture.Order.Direction != Direction.PayIn))
        {
            elsewhere(due.Lane);
            return false;
        }

        return until is not null ? await TakeLateAsync(key, due, picture, until)
            : picture.Order.Direction == Direction.PayIn ? await TakeDuePayInAsync(key, due, picture, plan.Attempt, elsewhere)
            : await TakeDuePayoutAsync(key, due, picture);
    }

    private async Task<bool> TakeDuePayoutAsync(OrderKey key, DueWork due, OrderPicture picture)
    {
        var attempt = picture.Attempts[^1];
        if (await OfferAsync(picture.Order, attempt) is not { } offer)
        {
            await writer.WriteAsync(new PostponeTimer(key, due.Timer.DueAtMs));
            return false;
        }

        // All that is needed to send is put together before the right to send is taken: once it is, nothing but the call may fail.
        var traits = offer.TraitsOf(AttemptRefs.DirectionOf(picture.Order, attempt), attempt.Way);
        PreparedSend? prepared = null;
        if (TakeDuePayout.MaySend(attempt, traits.RepeatIsHarmless) && (prepared = await PrepareAsync(picture, attempt, due.Stop)) is null)
        {
            await writer.WriteAsync(new PostponeTimer(key, due.Timer.DueAtMs));
            return false;
        }

        if (prepared is { IsRepeat: false } && guard.KeepsBack(picture.Order, prepared.Payout?.Person) is var (to, why))
        {
            await writer.WriteAsync(new KeepBack(prepared.Facts, due.Timer.DueAtMs, to, why, guard.HeldForMs, time.NowMs()));
            return false;
        }

        var recovers = prepared is null ? null : RoutePlan.Recovers(snapshots.Current, attempt.ChannelAccountId, attempt.Plan);
        var held = prepared is null ? null : recovers ?? offer.HoldsBack(prepared.Facts.Direction, attempt.Way, time.NowMs());
        if (held is not null && prepared!.IsRepeat)
        {
            // It may have left before: it is not parked, and is taken up when its rail is used again.
            await writer.WriteAsync(new PostponeTimer(key, due.Timer.DueAtMs));
            return false;
        }

        var counted = prepared is null ? default : held is not null ? new Counted(held) : await pots.CountAsync(
            offer, new PotSend(key, attempt.AttemptNo, prepared.Facts.Direction, attempt.Way, picture.Order.AmountMinor), prepared.IsRepeat);
        if (counted.Lacks is { } lacks)
        {
            // In recovery it may have left: it goes to no other account either.
            var next = recovers is null && prepared!.Payout is { } draft ? await cascade.NextWithFloatAsync(prepared.Facts, attempt, draft) : null;
            await writer.WriteAsync(new ParkSend(prepared!.Facts, due.Timer.DueAtMs, next, lacks, options.Float.ParkedForMs, time.NowMs()));
            return false;
        }

        // The lease is counted from before it was asked for: a pause anywhere in between makes it shorter, never longer.
        var asked = time.GetTimestamp();
        due.Stop.ThrowIfCancellationRequested();
        var taken = await writer.WriteAsync(
            new TakeDuePayout(key, due.Timer.DueAtMs, prepared?.Facts.Reference, traits.RepeatIsHarmless, leases.MsOf(traits), time.NowMs()) { LeastMs = due.LeastMs });
        if (taken.Action == DueAction.Send)
        {
            await SendAsync(offer, prepared!, taken.Attempt!, asked, counted);
        }
        else if (taken.Action == DueAction.Query && taken.Attempt!.AttemptNo == attempt.AttemptNo)
        {
            // The rail is asked before a case is opened: its answer may settle the matter.
            await statements.AskAsync(offer, taken.Order!, taken.Attempt!, due.Stop, paced: due.Lane.Work == TimerWork.Ask);
            if (offer.Rests(AttemptRefs.DirectionOf(taken.Order!, taken.Attempt!), taken.Attempt!.Way, time.NowMs()) is null)
            {
                // That a rail does not answer while it rests is no news.
                await ReportUnknownAsync(taken.Order!, taken.Attempt!, leases.FinalityMs(traits));
            }
        }

        return taken.Action != DueAction.Nothing;
    }

    /// <summary>Null when the payout cannot be sent as it is stored: nothing has left, and a person has to look.</summary>
    private async Task<PreparedSend?> PrepareAsync(OrderPicture picture, AttemptRow attempt, CancellationToken cancellation)
    {
        var order = picture.Order;
        var facts = await AttemptRefs.OfAsync(snapshots.Current, order, attempt);

        // One that was found half-way may have reached the rail before.
        var isRepeat = attempt.State == AttemptState.Sending;
        if (facts.Direction == Direction.Refund)
        {
            if (await refunds.ReceiptAsync(order, cancellation) is { } receipt)
            {
                var refund = receipt.Draft(order, attempt.Reference) with { IsRepeat = isRepeat };
                return new PreparedSend(order.Number, facts, attempt.Way, isRepeat, null, offer => calls.SendRefundAsync(offer, refund))
                {
                    NewReference = offer => ((IRefunds)offer.Session).MakeRefundReference(receipt.Draft(order, ""), newOrder.ReferenceBytes()),
                };
            }

            await cases.RaiseAsync("unsendable", order.Number, $"Refund {order.Number} was not sent: the payment that it gives back is not here. It waits, and its money stays reserved.");
            return null;
        }

        var person = await queries.PersonAsync(order.Key, cancellation);
        try
        {
            var recipient = people.Open(person ?? throw new InvalidOperationException("The payout has no recipient."));
            var payout = PayoutCreation.Draft(order, recipient, attempt.Reference) with { IsRepeat = isRepeat };
            return new PreparedSend(order.Number, facts, payout.AccountType, isRepeat, payout, offer => calls.SendPayoutAsync(offer, payout))
            {
                NewReference = offer => ((IPayouts)offer.Session).MakePayoutReference(payout with { Reference = "" }, newOrder.ReferenceBytes()),
            };
        }
        catch (Exception error) when (error is CryptographicException or JsonException or InvalidOperationException)
        {
            log.LogError(error, "Payout {Number} cannot be sent", order.Number);
            await cases.RaiseAsync("unsendable", order.Number, $"{order.Word()} {order.Number} was not sent: its recipient cannot be read. It waits, and its money stays reserved.");
            return null;
        }
    }

    private async Task SendAsync(AccountOffer offer, PreparedSend prepared, AttemptRow attempt, long asked, Counted counted)
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
        var sent = new SentAttempt(prepared.Facts, attempt, prepared.Payout, () => prepared.NewReference!(offer), prepared.IsRepeat);
        while (true)
        {
            try
            {
                await writer.WriteAsync(await cascade.RecordAsync(sent, offer, outcome));
                break;
            }
            catch (WriterBusyException) when (time.GetElapsedTime(asked) < leases.Of(traits))
            {
                // The rail's answer is worth more than a later question.
                await Task.Delay(RecordAgainAfter, time, CancellationToken.None);
            }
        }

        if (counted is { IsTried: true, Pot: { } pot } && outcome is SendOutcome.Accepted && !traits.FundsAreCheckedLater)
        {
            await pots.GoOnAsync(offer.Account.Id, pot);
            parked.Wake();
        }
    }

    private async Task<bool> TakeLateAsync(OrderKey key, DueWork due, OrderPicture picture, Dictionary<short, long> until)
    {
        if (LateAsks.Next(picture.Attempts, until, time.NowMs()) is { } next && !snapshots.Current.Accounts.ContainsKey(next.ChannelAccountId))
        {
            await writer.WriteAsync(new PostponeTimer(key, due.Timer.DueAtMs, LateAsks.EveryMs));
            return false;
        }

        var nowMs = time.NowMs();
        var taken = await writer.WriteAsync(new TakeLate(key, due.Timer.DueAtMs, due.Lane.ChannelAccountId, until, nowMs));
        if (taken.Attempt is not { } asked || !snapshots.Current.Accounts.TryGetValue(asked.ChannelAccountId, out var offer))
        {
            return false;
        }

        // Only an answer from when no money can move any more ends the asking.
        if (await statements.AskAsync(offer, taken.Order!, asked, due.Stop, paced: true) && nowMs > until[asked.AttemptNo])
        {
            await writer.WriteAsync(new NoteAnswer(asked.Key, nowMs));
        }

        return true;
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
}
