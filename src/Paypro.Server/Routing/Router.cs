using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>The channel account that takes an order, and the way it takes it.</summary>
internal sealed record Route(AccountOffer Offer, ChannelWayRow Way);

/// <summary>Why no channel account takes an order.</summary>
/// <param name="Role">The field to mend; each country calls it differently.</param>
/// <param name="Says">Without the field's name.</param>
internal sealed record NoRoute(FieldRole Role, string Says);

/// <summary>Chooses the channel account. Pure: the same picture and order give the same choice.</summary>
internal static class Router
{
    /// <summary>The first open account, by priority and number, that takes the way and the amount; or a sentence why there is none.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="merchant">Whose order it is.</param>
    /// <param name="direction">Pay-in or payout.</param>
    /// <param name="way">The way code; for payouts the account kind.</param>
    /// <param name="amountMinor">Minor units.</param>
    /// <param name="refusal">Why there is none, and of which field that is said; null when a route was found.</param>
    public static Route? Choose(Snapshot snapshot, Merchant merchant, Direction direction, string way, long amountMinor, out NoRoute? refusal)
    {
        if (snapshot.TermsFor(merchant, direction, way) is null)
        {
            refusal = NotAvailable(direction, way);
            return null;
        }

        long lowest = long.MaxValue, highest = -1;
        Route? best = null;
        foreach (var (offer, taken) in Offers(snapshot, merchant, direction))
        {
            if (taken.Way != way && taken.Way != "*")
            {
                continue;
            }

            var maximum = taken.MaximumMinor == 0 ? long.MaxValue : taken.MaximumMinor;
            if (amountMinor >= taken.MinimumMinor && amountMinor <= maximum)
            {
                if (best is null || (offer.Priority, offer.Account.Id).CompareTo((best.Offer.Priority, best.Offer.Account.Id)) < 0)
                {
                    best = new Route(offer, taken);
                }
            }

            lowest = Math.Min(lowest, taken.MinimumMinor);
            highest = Math.Max(highest, maximum);
        }

        refusal = best is not null ? null
            : highest < 0 ? NotAvailable(direction, way)
            : amountMinor < lowest ? new(FieldRole.Amount, $"must be at least {AmountText.WholeOrFixed(lowest, merchant.Currency)}")
            : new(FieldRole.Amount, $"must be at most {AmountText.WholeOrFixed(highest, merchant.Currency)}");
        return best;
    }

    /// <summary>What a payer may choose from on the hosted page: one route for each way that takes the amount, in the country's order.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="merchant">Whose order it is.</param>
    /// <param name="channelCode">The group of ways that the merchant asked for; empty for all.</param>
    /// <param name="amountMinor">Minor units.</param>
    public static IReadOnlyList<Route> Choices(Snapshot snapshot, Merchant merchant, string channelCode, long amountMinor) =>
    [
        .. merchant.Country.PayInWays
            .Where(way => channelCode.Length == 0 || way.ChannelCode == channelCode)
            .Select(way => Choose(snapshot, merchant, Direction.PayIn, way.Code, amountMinor, out _))
            .OfType<Route>(),
    ];

    /// <summary>The channel accounts that take payouts of a merchant, the first choice first.</summary>
    public static IReadOnlyList<AccountOffer> PayoutAccounts(Snapshot snapshot, Merchant merchant) =>
    [
        .. Offers(snapshot, merchant, Direction.Payout).Select(taken => taken.Offer).Distinct().OrderBy(offer => (offer.Priority, offer.Account.Id)),
    ];

    private static NoRoute NotAvailable(Direction direction, string way) => direction == Direction.PayIn
        ? new(FieldRole.Way, $"{way} is not available at present")
        : new(FieldRole.AccountType, "this payout is not available at present");

    private static IEnumerable<(AccountOffer Offer, ChannelWayRow Way)> Offers(Snapshot snapshot, Merchant merchant, Direction direction)
    {
        foreach (var offer in snapshot.Accounts.Values)
        {
            if (!offer.Open || offer.Account.Country != merchant.Country.IsoCode || offer.Account.Currency != merchant.Currency.Code)
            {
                continue;
            }

            foreach (var way in offer.Ways)
            {
                if (way.Open && way.Direction == direction)
                {
                    yield return (offer, way);
                }
            }
        }
    }
}
