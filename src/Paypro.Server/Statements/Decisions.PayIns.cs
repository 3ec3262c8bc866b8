using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <content>Money in suspense, and the end of a pay-in's time.</content>
internal sealed partial class Decisions
{
    /// <summary>Gives money in suspense to the order that it was meant for.</summary>
    /// <param name="key">The receipt.</param>
    /// <param name="number">The order.</param>
    /// <param name="by">Who decides.</param>
    /// <param name="cancellation">Stops reading, never a write.</param>
    public async Task<Decided> AssignAsync(StatementKey key, string number, DecidedBy by, CancellationToken cancellation)
    {
        if (await StatementAsync(key, cancellation) is not { Direction: Direction.PayIn, Kind: ObservationKind.Paid } receipt)
        {
            return Decided.No("statement: is no receipt in suspense");
        }

        var action = Action(receipt.Bucket, "suspense.assign", by, time.NowMs()) with { CaseId = SuspenseCase(receipt).Id };
        return await suspense.AssignAsync(receipt.ChannelAccountId, receipt.DedupeKey, number, by.Actor, cancellation, action) switch
        {
            AssignResult.Assigned => Decided.Yes,
            AssignResult.Repeated => Decided.Before,
            AssignResult.NoOrder => Decided.No("number: no pay-in has this number"),
            AssignResult.OtherCurrency => Decided.No("number: the order is in another currency"),
            AssignResult.Taken => Decided.No("statement: this money belongs to another order"),
            AssignResult.WentBack => Decided.No("statement: the money, or a part of it, went back meanwhile"),
            _ => Decided.No("statement: is no receipt in suspense"),
        };
    }

    /// <summary>Takes money back from an order that it was not meant for. It is in suspense then, and its case is open again.</summary>
    /// <param name="key">The receipt, where it came.</param>
    /// <param name="number">The order that it was assigned to.</param>
    /// <param name="by">Who decides.</param>
    /// <param name="cancellation">Stops reading, never a write.</param>
    public async Task<Decided> TakeBackAsync(StatementKey key, string number, DecidedBy by, CancellationToken cancellation)
    {
        if (await StatementAsync(key, cancellation) is not { } receipt)
        {
            return Decided.No(WhyNotTakenBack(UndoResult.NotAssigned)!);
        }

        var action = Action(receipt.Bucket, "suspense.take-back", by, time.NowMs()) with { CaseId = SuspenseCase(receipt).Id };
        var result = await undo.UndoAsync(key, number, by.Actor, action, cancellation);
        return result == UndoResult.NotAssigned && receipt.TimesTakenBack > 0 ? Decided.Before
            : WhyNotTakenBack(result) is { } why ? Decided.No(why)
            : result == UndoResult.Undone ? Decided.Yes : Decided.Before;
    }

    /// <summary>Why an assignment cannot be taken back now, in a sentence; null when it can.</summary>
    public async Task<string?> TakeBackProblemAsync(StatementKey key, string number, CancellationToken cancellation) => WhyNotTakenBack(await undo.LookAsync(key, number, cancellation));

    private static string? WhyNotTakenBack(UndoResult result) => result switch
    {
        UndoResult.NotAssigned => "case: this money is assigned to no order",
        UndoResult.OtherOrder => "number: this money is not assigned to this order",
        UndoResult.OnItsWay => "statement: this money is still on its way to the order; try again in a minute",
        UndoResult.WentBack => "statement: the rail took money of this reference back from the order; what is left can be corrected by a transfer by hand",
        UndoResult.Refunded => "statement: the merchant refunds this money, or has refunded it",
        UndoResult.Disputed => "statement: this money is disputed, or was lost in a dispute",
        UndoResult.TooLittle => "statement: the order does not hold this much any more, less what is being refunded or disputed",
        _ => null,
    };

    /// <summary>Notes that money in suspense went back to the account that it came from: somebody sent it back at the rail, whose reference is the evidence.</summary>
    public async Task<Decided> SendBackAsync(StatementKey key, string railReference, DecidedBy by, CancellationToken cancellation)
    {
        if (railReference.Length is 0 or > MostReference)
        {
            return Decided.No("reference: must be the rail's own of what went back, in 1 to 100 characters");
        }

        if (await StatementAsync(key, cancellation) is not { Direction: Direction.PayIn, Kind: ObservationKind.Paid } receipt)
        {
            return Decided.No("statement: is no receipt in suspense");
        }

        var nowMs = time.NowMs();
        var said = new Observation
        {
            Kind = ObservationKind.Returned,
            Direction = Direction.PayIn,
            Reference = receipt.Reference,
            AmountMinor = receipt.AmountMinor - receipt.ReturnedMinor,
            Currency = receipt.Currency,
            DedupeKey = railReference,
            RailReference = railReference,
            OccurredAtMs = nowMs,
        };
        var valueDate = await ValueDateAsync(receipt.ChannelAccountId, nowMs);
        var action = Action(receipt.Bucket, "suspense.return", by, nowMs) with { CaseId = SuspenseCase(receipt).Id };
        return await writer.WriteAsync(new SendBackSuspense(receipt, new Statement(said, StatementSource.Person, ids.Next(), nowMs) { Actor = by.Actor }, action, valueDate, nowMs)) switch
        {
            SendBackResult.Done => Decided.Yes,
            SendBackResult.Repeated => Decided.Before,
            SendBackResult.ReferenceTaken => Decided.No("reference: the rail's reference is booked for other money"),
            _ => Decided.No("statement: this money is not in suspense any more, or a part of it went back"),
        };
    }

    /// <summary>Ends the time of a pay-in whose rail cannot tell that it is unpaid. Money that still comes is credited as late.</summary>
    public async Task<Decided> ExpireAsync(string number, DecidedBy by, CancellationToken cancellation)
    {
        if (by.Evidence.Length == 0)
        {
            return Decided.No("evidence: must name what shows that nobody paid");
        }

        if (await queries.FindAsync(number, cancellation) is not { Order: { Direction: Direction.PayIn } order })
        {
            return Decided.No("number: no pay-in has this number");
        }

        // Whatever the rail can tell goes before a person's word; its silence does not stop him.
        await AskAsync(number, cancellation);
        var nowMs = time.NowMs();
        var result = await writer.WriteAsync(new ExpirePayIn(order.Key, by.Actor, nowMs) { Action = Action(order.Bucket, "payin.expire", by, nowMs) with { OrderId = order.Id } });
        notifications.Wake();
        return result switch
        {
            Expiry.Expired => Decided.Yes,
            Expiry.NeedsPerson => Decided.No("number: money for this pay-in waits in suspense; settle it with what came, or assign the money"),
            _ => (await queries.FindAsync(order.Key, cancellation))?.Order.State == OrderState.Pending
                ? Decided.No("number: an attempt is under way or unknown; decide that one first") : Decided.Before,
        };
    }

    private static CaseKey SuspenseCase(StatementRow receipt) => CaseKey.Of(receipt.Bucket, CaseKind.Suspense, CaseChange.SubjectOf("", receipt with { OrderId = 0 }));

    private async Task<StatementRow?> StatementAsync(StatementKey key, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Statements.SingleOrDefaultAsync(s => s.Bucket == key.Bucket && s.Id == key.Id, cancellation);
    }
}
