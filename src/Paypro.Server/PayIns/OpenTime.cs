using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>How long a number that an order gets must be kept for it.</summary>
internal static class OpenTime
{
    /// <summary>
    /// From now until the latest moment at which the order may still be open. Its payer may choose another way on the page, and the order
    /// then lives as long as that one: what was paid to by then is not given to anybody else.
    /// </summary>
    public static TimeSpan Of(Snapshot snapshot, OrderRow order, long nowMs)
    {
        var endsAtMs = order.ExpiresAtMs;
        if (order.HasPage)
        {
            foreach (var offer in snapshot.Accounts.Values)
            {
                foreach (var way in offer.Account.Country == order.Country ? offer.Ways : [])
                {
                    endsAtMs = Math.Max(endsAtMs, order.CreatedAtMs + (way.Direction == Direction.PayIn ? way.TimeToLiveMinutes * 60_000L : 0));
                }
            }
        }

        return TimeSpan.FromMilliseconds(endsAtMs - nowMs);
    }
}
