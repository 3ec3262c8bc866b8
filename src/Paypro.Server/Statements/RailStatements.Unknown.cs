using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <content>Money for a number that no order has.</content>
internal sealed partial class RailStatements
{
    /// <summary>
    /// Whether no order of the account ever had any of the references, and none of the movements is booked: such money may be sent back by the answer. A number is stored
    /// before a payer can know it, so that nobody can pay one that is not there yet.
    /// </summary>
    public async Task<bool> AreNobodysAsync(AccountOffer offer, IReadOnlyList<Observation> said, CancellationToken cancellation)
    {
        if (offer.IsRecovering)
        {
            // Orders that were made after the copy are not here.
            return false;
        }

        foreach (var one in said.Select(RailTexts.Clean))
        {
            if (await queries.FindByReferenceAsync(offer.Account.Id, one.Direction, one.Reference, NumberPool.WayOf(offer, one.Reference).Bucket, cancellation) is not null
                || await queries.IsBookedAsync(new RailMovementKey(offer.Account.Id, one.Direction, MovementKind.Receipt, one.DedupeKey), cancellation))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether a rail tells of money that went back before it was ours (<see cref="Observation.OfPayment"/>).</summary>
    private async Task<bool> WasNeverOursAsync(AccountOffer offer, Observation said, CancellationToken cancellation) =>
        said is { Kind: ObservationKind.Returned, Direction: Direction.PayIn, OfPayment.Length: > 0 }
        && !await queries.IsBookedAsync(new RailMovementKey(offer.Account.Id, Direction.PayIn, MovementKind.Receipt, said.OfPayment), cancellation);

    /// <summary>
    /// Money that names no order of ours is booked to suspense. Such money that goes back is taken from there, or from the order that it
    /// was assigned to meanwhile; if neither is there it waits.
    /// </summary>
    private async Task<ApplyResult> UnknownReferenceAsync(AccountOffer offer, Statement statement, CancellationToken cancellation)
    {
        var said = statement.Said;
        if (await WasNeverOursAsync(offer, said, cancellation))
        {
            return ApplyResult.Nothing;
        }

        var nowMs = time.NowMs();
        var way = NumberPool.WayOf(offer, said.Reference);
        var bucket = way.Bucket ?? Buckets.Of(said.Reference);
        var problem = Problem(offer, said);
        StatementKey? takeFrom = null;
        if (problem is null && said is { Kind: ObservationKind.Returned, Direction: Direction.PayIn })
        {
            var receipts = (await queries.OfReferenceAsync(bucket, StatementOutcome.Suspense, offer.Account.Id, said.Reference, cancellation))
                .Where(r => r.Kind == ObservationKind.Paid).ToList();
            if (receipts.Find(r => r.OrderId == 0 && r.AmountMinor - r.ReturnedMinor >= said.AmountMinor) is { } receipt)
            {
                takeFrom = receipt.Key;
            }
            else if (await AssignedAsync(receipts, said, cancellation) is { Picture.Attempts.Count: > 0 } assigned)
            {
                return await ApplyAssignedAsync(offer, assigned, statement, cancellation);
            }
            else if (statement.Stored is { } told && await ToldElsewhereAsync(receipts, told, cancellation))
            {
                return await writer.WriteAsync(new EndWaiting(told, EndWaiting.Booked)) ? ApplyResult.Applied : ApplyResult.Repeated;
            }
        }

        var cost = way.Way is null ? default : new CostTerms(way.Way.CostBasisPoints, way.Way.CostFixedMinor);
        var valueDate = snapshots.Current.Rules[offer.Account.Country].ValueDate(nowMs);
        var result = await writer.WriteAsync(new BookSuspense((bucket, offer.Account.Id), statement, takeFrom, cost, valueDate, nowMs) { Problem = problem });
        if (result == ApplyResult.Suspense)
        {
            foreach (var waiting in await queries.OfReferenceAsync(bucket, StatementOutcome.Waiting, offer.Account.Id, said.Reference, cancellation))
            {
                await UnknownReferenceAsync(offer, Statement.Of(waiting), cancellation);
            }
        }

        return result;
    }

    /// <summary>
    /// A return of money that was assigned is the order's. One that waited in another bucket is told anew in the order's, since a command
    /// touches one bucket; then the one that waited is over, whether the other is booked, contradicts the order's books, or waits there. Between the two nothing is lost: <see cref="ToldElsewhereAsync"/> finds it.
    /// </summary>
    private async Task<ApplyResult> ApplyAssignedAsync(AccountOffer offer, AssignedReceipt assigned, Statement statement, CancellationToken cancellation)
    {
        var (order, attempt) = (assigned.Picture.Order, assigned.Picture.Current!);
        if (statement.Stored is not { } waiting || waiting.Bucket == order.Bucket)
        {
            return await ApplyKnownAsync(offer, order, attempt, statement, allKnown: false, askedAt: null, cancellation, assigned.KeyAtOrder);
        }

        var anew = statement with { Stored = null, Id = ids.Next() };
        var result = await ApplyKnownAsync(offer, order, attempt, anew, allKnown: false, askedAt: null, cancellation, assigned.KeyAtOrder);
        var resolution = result switch
        {
            ApplyResult.Applied or ApplyResult.Repeated => EndWaiting.Booked,
            ApplyResult.Contradiction or ApplyResult.Waiting => string.Create(CultureInfo.InvariantCulture, $"It is kept with order {order.Number}, which has its money."),
            _ => "",
        };
        if (resolution.Length > 0)
        {
            await writer.WriteAsync(new EndWaiting(waiting, resolution));
        }

        return result;
    }

    /// <summary>Whether a return that waits was booked for the order that the receipt went to.</summary>
    private async Task<bool> ToldElsewhereAsync(List<StatementRow> receipts, StatementRow waiting, CancellationToken cancellation) =>
        await queries.OfMovementAsync(waiting.Movement.Everywhere(MovementKind.Return), cancellation) is { } told && receipts.Exists(r => r.OrderId == told.Order.Id);

    /// <summary>The order that the money of an unknown number was assigned to, if it holds as much.</summary>
    private async Task<AssignedReceipt?> AssignedAsync(List<StatementRow> receipts, Observation said, CancellationToken cancellation)
    {
        foreach (var receipt in receipts.Where(r => r.OrderId != 0 && r.AmountMinor >= said.AmountMinor))
        {
            if (await queries.OfMovementAsync(receipt.Movement.Everywhere(MovementKind.Receipt), cancellation) is { } picture
                && PayInBooking.HeldMinor(picture.Order) + picture.Order.SuspenseMinor >= said.AmountMinor)
            {
                return new AssignedReceipt(picture, receipt.Key with { Bucket = picture.Order.Bucket });
            }
        }

        return null;
    }

    /// <summary>Money of an unknown number that was assigned.</summary>
    /// <param name="Picture">The order.</param>
    /// <param name="KeyAtOrder">The receipt in the order's bucket: it may be taken back from the order meanwhile.</param>
    private sealed record AssignedReceipt(OrderPicture Picture, StatementKey KeyAtOrder);
}
