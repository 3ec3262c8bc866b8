using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>Who decides, who approves, and why.</summary>
/// <param name="Actor"><c>operator:…</c>, <c>sandbox</c>.</param>
/// <param name="Approver">Another person, where the command asks for one; empty otherwise.</param>
/// <param name="Evidence">Reference of a file or message; required for a payout's fate.</param>
/// <param name="Text">The reason, for the record.</param>
internal sealed record DecidedBy(string Actor, string Approver, string Evidence, string Text)
{
    /// <summary>Characters of each text of an action.</summary>
    private const int TextLength = 500;

    /// <summary>The case that was decided, as it was then; null where a command is given without one.</summary>
    public DecidedCase? Of { get; init; }

    /// <summary>The row of a command.</summary>
    public CaseActionRow Did(short bucket, string action, long id, long nowMs) => new()
    {
        Bucket = bucket,
        Id = id,
        Action = action,
        Actor = OutsideText.Line(Actor, TextLength),
        Approver = OutsideText.Line(Approver, TextLength),
        Evidence = OutsideText.Line(Evidence, TextLength),
        Text = OutsideText.Line(Text, TextLength),
        AtMs = nowMs,
    };
}

/// <summary>What came of a command: a sentence when it was refused.</summary>
/// <param name="Done">Whether something changed. False also when it had been done before.</param>
/// <param name="Refusal">Why not; null when there is nothing to mend.</param>
internal sealed record Decided(bool Done, string? Refusal = null)
{
    public static readonly Decided Yes = new(true);
    public static readonly Decided Before = new(false);

    public static Decided No(string why) => new(false, why);
}

/// <summary>
/// What an operator decides about orders, statements and cases. Each is one command of the batch writer, can be repeated, and stands in the
/// order's history or the case's actions. That actor and approver are two people is for the caller to see to.
/// </summary>
internal sealed partial class Decisions(
    SnapshotStore snapshots, BatchWriter writer, OrderQueries queries, RefundReads refunds, RailStatements statements, AssignSuspense suspense, UndoAssignment undo, CallLeases leases, IContexts contexts, IdSource ids,
    NotificationSignal notifications, TimeProvider time)
{
    /// <summary>Characters of a rail's reference.</summary>
    private const int MostReference = 100;

    private const string NoOrder = "number: no order has this number", NoCase = "case: there is no such case";

    /// <summary>Asks the rail about every attempt of an order that may have moved money.</summary>
    /// <returns>Not done when a rail did not answer.</returns>
    public async Task<Decided> AskAsync(string number, CancellationToken cancellation)
    {
        if (await queries.FindAsync(number, cancellation) is not { } picture)
        {
            return Decided.No(NoOrder);
        }

        var answered = true;
        foreach (var attempt in picture.Attempts.Where(a => a.State != AttemptState.Ready && !a.IsKeptBack))
        {
            answered &= snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer)
                && await statements.AskAsync(offer, picture.Order, attempt, cancellation);
        }

        return answered ? Decided.Yes : Decided.Before;
    }

    /// <summary>Decides a payout, refund or withdrawal whose fate the rail cannot tell. The rail is asked first: if it knows, nothing is left to decide.</summary>
    public async Task<Decided> DecidePayoutAsync(string number, bool paid, DecidedBy by, CancellationToken cancellation)
    {
        if (by.Evidence.Length == 0)
        {
            return Decided.No("evidence: must name what shows the payout's fate");
        }

        if (await queries.FindAsync(number, cancellation) is not { Order: { Direction: not Direction.PayIn } order, Attempts: [.., var attempt] })
        {
            return Decided.No("number: no payout, refund or withdrawal has this number");
        }

        if (by.Of is { Attempts: > 0 and var attempts } && attempts != attempt.AttemptNo)
        {
            return Decided.No("number: it was sent again since this was decided");
        }

        // Without its channel account nobody knows when the payout can no longer arrive.
        var finalityMs = long.MaxValue;
        if (snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer))
        {
            finalityMs = leases.FinalityMs(offer.TraitsOf(AttemptRefs.DirectionOf(order, attempt), attempt.Way));
            await statements.AskAsync(offer, order, attempt, cancellation);
        }

        var nowMs = time.NowMs();
        var said = new Observation
        {
            Kind = paid ? ObservationKind.Paid : ObservationKind.Failed,
            Direction = AttemptRefs.DirectionOf(order, attempt),
            Reference = attempt.Reference,
            AmountMinor = paid ? order.AmountMinor : 0,
            Currency = order.Currency,
            DedupeKey = paid ? $"decided:{order.Number}" : "",
            Reason = paid ? "" : by.Text,
        };
        var command = new ApplyPayoutStatement(
            await AttemptRefs.OfAsync(snapshots.Current, order, attempt),
            new Statement(said, StatementSource.Person, ids.Next(), nowMs) { Actor = by.Actor },
            allKnown: false,
            finalityMs,
            nowMs)
        {
            Action = Action(order.Bucket, paid ? "payout.decide-paid" : "payout.decide-failed", by, nowMs) with { OrderId = order.Id },
        };
        var result = await writer.WriteAsync(command);
        notifications.Wake();
        return result == ApplyResult.Applied ? Decided.Yes
            : (await queries.FindAsync(order.Key, cancellation))?.Order.State != OrderState.Pending ? Decided.Before
            : Decided.No(paid ? "number: this payout has not been sent" : "number: this payout can still arrive; it may be decided as failed after the channel's finality time");
    }

    /// <summary>Settles an underpaid pay-in with what came.</summary>
    public async Task<Decided> SettleAsync(string number, DecidedBy by, CancellationToken cancellation)
    {
        if (await queries.FindAsync(number, cancellation) is not { Order: { Direction: Direction.PayIn } order, Current: { } attempt })
        {
            return Decided.No("number: no pay-in with an attempt has this number");
        }

        var nowMs = time.NowMs();
        var done = await writer.WriteAsync(new SettleUnderpaid(
            await AttemptRefs.OfAsync(snapshots.Current, order, attempt), Action(order.Bucket, "payin.settle-underpaid", by, nowMs), nowMs));
        notifications.Wake();
        return done ? Decided.Yes : Decided.Before;
    }

    /// <summary>Accepts or rejects a statement of which nothing is booked.</summary>
    public async Task<Decided> DecideStatementAsync(StatementKey key, bool accept, DecidedBy by, CancellationToken cancellation)
    {
        StatementRow? row;
        OrderRow? order;
        await using (var context = contexts.Create())
        {
            row = await context.Statements.SingleOrDefaultAsync(s => s.Bucket == key.Bucket && s.Id == key.Id, cancellation);
            order = row is null ? null : await context.Orders.SingleOrDefaultAsync(o => o.Bucket == key.Bucket && o.Id == row.OrderId, cancellation);
        }

        if (row is null)
        {
            return Decided.No("statement: there is no such statement");
        }

        var nowMs = time.NowMs();
        var valueDate = order is null ? await ValueDateAsync(row.ChannelAccountId, nowMs) : snapshots.Current.ValueDate(order.Country, nowMs);
        var result = await writer.WriteAsync(new DecideStatement(
            key, row, order?.Number ?? "", accept, Action(key.Bucket, accept ? "statement.accept" : "statement.reject", by, nowMs), valueDate, nowMs));
        return result switch
        {
            DecideResult.Decided => Decided.Yes,
            DecideResult.Booked => Decided.No("statement: the same movement is booked, so it cannot be accepted"),
            DecideResult.OrderOpen => Decided.No("statement: its payout is still open; ask the rail, or decide the payout first"),
            DecideResult.NoMoney => Decided.No("statement: it is about no money that could be booked"),
            _ => Decided.Before,
        };
    }

    /// <summary>Resolves a case without money. One behind which money or a statement waits is ended by its decision alone.</summary>
    public async Task<Decided> ResolveAsync(CaseKey key, DecidedBy by)
    {
        CaseRow? seen;
        await using (var context = contexts.Create())
        {
            seen = await context.Cases.SingleOrDefaultAsync(c => c.Bucket == key.Bucket && c.Id == key.Id);
        }

        return seen is null ? Decided.No(NoCase) : await writer.WriteAsync(new ResolveCase(seen, Action(key.Bucket, "case.resolve", by, time.NowMs()))) switch
        {
            ResolveResult.Resolved => Decided.Yes,
            ResolveResult.Repeated => Decided.Before,
            ResolveResult.InSuspense => Decided.No("case: its money is still in suspense; assign it to its pay-in, or book that it was sent back or written off"),
            ResolveResult.Undecided => Decided.No("case: its statement waits for a decision; accept it or reject it"),
            ResolveResult.Underpaid => Decided.No("case: what came is still in suspense; settle the pay-in with it, or send it back at the rail"),
            ResolveResult.KeptBack => Decided.No("case: its payout is still held; release it or refuse it"),
            ResolveResult.Held => Decided.No("case: what the pay-in brought is still held; release it, or let the merchant refund all of it"),
            _ => Decided.No(NoCase),
        };
    }

    /// <summary>The local date of a channel account, also of one that this node leaves out.</summary>
    private async Task<int> ValueDateAsync(long channelAccountId, long nowMs)
    {
        await using var context = contexts.Create();
        return snapshots.Current.ValueDate(await context.ChannelAccounts.Where(c => c.Id == channelAccountId).Select(c => c.Country).SingleOrDefaultAsync(), nowMs);
    }

    private CaseActionRow Action(short bucket, string action, DecidedBy by, long nowMs) => by.Did(bucket, action, ids.Next(), nowMs);
}
