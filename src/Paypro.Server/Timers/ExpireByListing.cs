using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <summary>
/// Ends pay-ins whose rail tells all that moved: one listing answers for all orders whose time was over before it was read, so that none of them is asked
/// about by itself. What is paid but not listed yet is found by a later listing, as late money. A line about an order that could not be booked is no answer: that
/// order is asked about, which holds it open.
/// </summary>
internal sealed class ExpireByListing(BatchWriter writer, OrderQueries queries, ReadListings listings)
{
    /// <summary>So many times a listing may come too late before an order is asked about by itself.</summary>
    private const int ListingsUntilAsked = 3;

    /// <summary>
    /// True when nothing is left to do with a due pay-in: the listing has answered, or will soon. What its merchant wants no more is asked about at once,
    /// and so is an attempt whose arrival is not known.
    /// </summary>
    /// <param name="order">As it was seen.</param>
    /// <param name="dueAtMs">Its timer's time.</param>
    /// <param name="attempt">The attempt that would be asked about.</param>
    /// <param name="offer">Its channel account.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public async Task<bool> TakeAsync(OrderRow order, long dueAtMs, AttemptRow attempt, AccountOffer offer, long nowMs)
    {
        var everyMs = ReadListings.EveryMs(offer);
        if (everyMs == 0 || !((IListings)offer.Session).TellsOf(Direction.PayIn) || nowMs < order.ExpiresAtMs || attempt.State is AttemptState.Sending or AttemptState.Unknown || order.Exceptions.HasFlag(OrderExceptions.CancelWanted))
        {
            return false;
        }

        // Another node's clock may say when the listing was read.
        var listedToMs = listings.ReadToMs(attempt.ChannelAccountId);
        var overAtMs = order.ExpiresAtMs + PotReadings.ClocksMs;
        if (listedToMs > overAtMs)
        {
            if (await queries.HasUnbookedAsync(order.Key, CancellationToken.None))
            {
                return false;
            }

            // Under the order's lock it is seen whether its time is still the same, and whether another rail has to answer as well.
            await writer.WriteAsync(new ExpirePayIn(order.Key, "listing", nowMs)
            {
                AskedAtMs = listedToMs, Answered = [attempt.AttemptNo], LateAfterMs = LateAsks.FirstAfterMs(offer, Direction.PayIn, attempt.Way),
            });
            return true;
        }

        if (nowMs - overAtMs >= ListingsUntilAsked * everyMs)
        {
            return false;
        }

        await writer.WriteAsync(new PostponeTimer(order.Key, dueAtMs, Math.Max(everyMs, overAtMs + everyMs - nowMs)));
        return true;
    }
}
