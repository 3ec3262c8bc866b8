using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>The channel account that takes an order, and the way it takes it.</summary>
internal sealed record Route(AccountOffer Offer, ChannelWayRow Way)
{
    public long AccountId => Offer.Account.Id;
}

/// <summary>Why no channel account takes an order.</summary>
/// <param name="Role">The field to mend; each country calls it differently.</param>
/// <param name="Says">Without the field's name.</param>
/// <param name="ForNow">An account that would take it is closed at present, or in recovery.</param>
internal sealed record NoRoute(FieldRole Role, string Says, bool ForNow = false);

/// <summary>Chooses the channel accounts. Pure: the same picture, view and order give the same plan.</summary>
internal static class Router
{
    /// <summary>Of the orders that a demoted account would have had first, one in so many still goes there, to see whether it is well again.</summary>
    public const int ProbeOneIn = 20;

    /// <summary>The accounts that take the way and the amount, the first to try first; or a sentence why there is none.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="merchant">Whose order it is.</param>
    /// <param name="direction">Pay-in or payout.</param>
    /// <param name="way">The way code; for payouts the account kind.</param>
    /// <param name="amountMinor">Minor units.</param>
    /// <param name="view">How the accounts are, and chance.</param>
    /// <param name="refusal">Why there is none, and of which field that is said; null when there is a plan.</param>
    public static RoutePlan? Plan(
        Snapshot snapshot, Merchant merchant, Direction direction, string way, long amountMinor, RoutingView view, out NoRoute? refusal)
    {
        if (snapshot.Terms.At(merchant, direction, way, view.NowMs) is null)
        {
            refusal = NotAvailable(direction, way);
            return null;
        }

        var (candidates, outside) = Candidates(snapshot, merchant, direction, way, amountMinor, view.NowMs);
        if (candidates.Count == 0)
        {
            refusal = WhyNone(merchant, direction, way, amountMinor, outside);
            return null;
        }

        var said = new RoutingReason(outside);
        var draw = view.Draw;
        if (Ruled(snapshot, merchant, direction, way, amountMinor, candidates, said, ref draw) is not { Count: > 0 } ordered)
        {
            refusal = NotAvailable(direction, way) with { ForNow = TakenIfOpen(direction, outside, amountMinor) };
            return null;
        }

        // Payouts go where they are sent: the rail's own word decides about each, and nobody waits in front of a page.
        if (direction == Direction.PayIn && view.Demoted.Count > 0 && ordered.Count > 1)
        {
            ordered = Demote(ordered, view.Demoted, said, ref draw);
        }

        string? parked = null;
        if (direction == Direction.Payout && (view.Float.Pots.Count > 0 || ordered.Exists(route => route.Offer.Waits(direction, way, view.NowMs) is not null)))
        {
            ordered = Afloat(ordered, way, amountMinor, view, said, out parked);
        }

        refusal = null;
        var routes = ordered.Take(RoutePlan.Most).ToList();
        return new RoutePlan(routes, said.Text(routes, ordered.Count - routes.Count)) { Parked = parked, Said = said.Accounts };
    }

    /// <summary>The first account of the plan as it would be if all were well.</summary>
    public static Route? Choose(Snapshot snapshot, Merchant merchant, Direction direction, string way, long amountMinor, long nowMs, out NoRoute? refusal) =>
        Plan(snapshot, merchant, direction, way, amountMinor, new RoutingView { NowMs = nowMs }, out refusal)?.Routes[0];

    /// <summary>An account of a plan made earlier, if it still takes the way and the amount.</summary>
    public static Route? Find(Snapshot snapshot, Merchant merchant, Direction direction, string way, long amountMinor, long accountId, long nowMs) =>
        Candidates(snapshot, merchant, direction, way, amountMinor, nowMs).Taking.Find(route => route.AccountId == accountId && route.Offer.Waits(direction, way, nowMs) is null);

    /// <summary>An account, if it takes the way and the amount, now or, of one that rests, when it is used again.</summary>
    public static Route? Taking(Snapshot snapshot, Merchant merchant, Direction direction, string way, long amountMinor, long accountId, long nowMs) =>
        Candidates(snapshot, merchant, direction, way, amountMinor, nowMs).Taking.Find(route => route.AccountId == accountId);

    /// <summary>The accounts that have the way and do not take the order, and why.</summary>
    public static IReadOnlyList<(long AccountId, string Why)> Outside(Snapshot snapshot, Merchant merchant, Direction direction, string way, long amountMinor, long nowMs) =>
        [.. Candidates(snapshot, merchant, direction, way, amountMinor, nowMs).Outside.Select(one => (one.Route.AccountId, one.Why))];

    /// <summary>What a payer may choose from on the hosted page: one route for each way that takes the amount, in the country's order.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="merchant">Whose order it is.</param>
    /// <param name="channelCode">The group of ways that the merchant asked for; empty for all.</param>
    /// <param name="amountMinor">Minor units.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static IReadOnlyList<Route> Choices(Snapshot snapshot, Merchant merchant, string channelCode, long amountMinor, long nowMs) =>
    [
        .. merchant.Country.PayInWays
            .Where(way => channelCode.Length == 0 || way.ChannelCode == channelCode)
            .Select(way => Choose(snapshot, merchant, Direction.PayIn, way.Code, amountMinor, nowMs, out _))
            .OfType<Route>(),
    ];

    /// <summary>The channel accounts that take payouts of a merchant, the first choice first.</summary>
    public static IReadOnlyList<AccountOffer> PayoutAccounts(Snapshot snapshot, Merchant merchant) =>
    [
        .. Offers(snapshot, merchant, Direction.Payout).Where(taken => taken.Offer.Open && !taken.Offer.IsRecovering && taken.Way.Open).Select(taken => taken.Offer).Distinct()
            .OrderBy(offer => (offer.Priority, offer.Account.Id)),
    ];

    /// <summary>Those that take the order, by priority and number, and those that have the way and do not take it.</summary>
    private static (List<Route> Taking, List<(Route Route, string Why)> Outside) Candidates(
        Snapshot snapshot, Merchant merchant, Direction direction, string way, long amountMinor, long nowMs)
    {
        var taking = new List<Route>();
        var outside = new List<(Route, string)>();
        foreach (var (offer, taken) in Offers(snapshot, merchant, direction))
        {
            if (taken.Way != way && taken.Way != "*")
            {
                continue;
            }

            var route = new Route(offer, taken);
            if (!offer.Open || !taken.Open)
            {
                outside.Add((route, RoutingReason.Closed));
            }
            else if (direction != Direction.PayIn && offer.IsRecovering)
            {
                outside.Add((route, RoutingReason.Recovery));
            }
            else if (direction == Direction.PayIn && offer.Rests(direction, way, nowMs) is { } rests)
            {
                // A payout waits until the account is used again; nobody waits in front of a page.
                outside.Add((route, rests));
            }
            else if (amountMinor < taken.MinimumMinor || amountMinor > Maximum(taken))
            {
                outside.Add((route, RoutingReason.Amount));
            }
            else if (taking.FindIndex(other => other.AccountId == route.AccountId) is var at and >= 0)
            {
                // Its row of the way itself counts before the one for all ways.
                taking[at] = taken.Way == way ? route : taking[at];
            }
            else
            {
                taking.Add(route);
            }
        }

        taking.Sort(static (a, b) => (a.Offer.Priority, a.AccountId).CompareTo((b.Offer.Priority, b.AccountId)));
        return (taking, outside);
    }

    /// <summary>In the order of the first rule that names any of them; of all rules that fit, when there is one at all, or by priority when there is none.</summary>
    private static List<Route> Ruled(
        Snapshot snapshot, Merchant merchant, Direction direction, string way, long amountMinor, List<Route> candidates, RoutingReason said, ref ulong draw)
    {
        var passed = false;
        foreach (var rule in snapshot.RoutingRules)
        {
            if (!rule.Fits(merchant.Country.IsoCode, merchant.No, direction, way, amountMinor))
            {
                continue;
            }

            var named = Drawn(rule.Accounts.Where(share => candidates.Exists(route => route.AccountId == share.AccountId)), ref draw);
            if (named.Count > 0)
            {
                said.By(rule, candidates.Where(route => !named.Exists(share => share.AccountId == route.AccountId)));
                return named.ConvertAll(share => candidates.Find(route => route.AccountId == share.AccountId)!);
            }

            passed = true;
        }

        return passed ? [] : candidates;
    }

    /// <summary>Each in turn by its share of the weights that are left; then those without a weight, as listed.</summary>
    private static List<RoutingShare> Drawn(IEnumerable<RoutingShare> shares, ref ulong draw)
    {
        var left = shares.ToList();
        var drawn = new List<RoutingShare>(left.Count);
        for (var total = left.Sum(share => (long)share.Weight); total > 0; total = left.Sum(share => (long)share.Weight))
        {
            var at = (long)(Next(ref draw) % (ulong)total);
            var chosen = left.FindIndex(share => (at -= share.Weight) < 0);
            drawn.Add(left[chosen]);
            left.RemoveAt(chosen);
        }

        drawn.AddRange(left);
        return drawn;
    }

    private static List<Route> Demote(List<Route> ordered, IReadOnlyDictionary<long, string> demoted, RoutingReason said, ref ulong draw)
    {
        var (front, back) = (new List<Route>(ordered.Count), new List<Route>());
        foreach (var route in ordered)
        {
            if (!demoted.TryGetValue(route.AccountId, out var why))
            {
                front.Add(route);
            }
            else if (Next(ref draw) % ProbeOneIn == 0)
            {
                said.Probes(route.AccountId);
                front.Add(route);
            }
            else
            {
                said.Last(route.AccountId, why);
                back.Add(route);
            }
        }

        front.AddRange(back);
        return front;
    }

    /// <summary>Those that do not rest and have money of ours for the amount, then those that have not, each in their order.</summary>
    private static List<Route> Afloat(List<Route> ordered, string way, long amountMinor, RoutingView view, RoutingReason said, out string? parked)
    {
        var (front, back) = (new List<Route>(ordered.Count), new List<Route>());
        parked = null;
        foreach (var route in ordered)
        {
            if ((route.Offer.Waits(Direction.Payout, way, view.NowMs) ?? view.Float.Lacks(route.Offer, Direction.Payout, way, amountMinor)) is not { } why)
            {
                front.Add(route);
                continue;
            }

            said.Behind(route.AccountId, why);
            parked ??= why;
            back.Add(route);
        }

        parked = front.Count == 0 ? parked : null;
        front.AddRange(back);
        return front;
    }

    /// <summary>SplitMix64: 64 bits that look like chance, from those before.</summary>
    private static ulong Next(ref ulong draw)
    {
        var bits = draw += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    private static NoRoute WhyNone(Merchant merchant, Direction direction, string way, long amountMinor, List<(Route Route, string Why)> outside)
    {
        var open = outside.Where(one => one.Why == RoutingReason.Amount).Select(one => one.Route.Way).ToList();
        var why = open.Count == 0 ? NotAvailable(direction, way)
            : open.Min(taken => taken.MinimumMinor) is var lowest && amountMinor < lowest
                ? new(FieldRole.Amount, $"must be at least {AmountText.WholeOrFixed(lowest, merchant.Currency)}")
                : new(FieldRole.Amount, $"must be at most {AmountText.WholeOrFixed(open.Max(Maximum), merchant.Currency)}");
        return why with { ForNow = TakenIfOpen(direction, outside, amountMinor) };
    }

    /// <summary>Whether an account or a way that is closed now, or in recovery, would take the payout; for pay-ins nobody waits.</summary>
    private static bool TakenIfOpen(Direction direction, List<(Route Route, string Why)> outside, long amountMinor) =>
        direction == Direction.Payout && outside.Exists(one => one.Why is RoutingReason.Closed or RoutingReason.Recovery && amountMinor >= one.Route.Way.MinimumMinor && amountMinor <= Maximum(one.Route.Way));

    private static long Maximum(ChannelWayRow way) => way.MaximumMinor == 0 ? long.MaxValue : way.MaximumMinor;

    private static NoRoute NotAvailable(Direction direction, string way) => direction == Direction.PayIn
        ? new(FieldRole.Way, $"{way} is not available at present")
        : new(FieldRole.AccountType, "this payout is not available at present");

    private static IEnumerable<(AccountOffer Offer, ChannelWayRow Way)> Offers(Snapshot snapshot, Merchant merchant, Direction direction) =>
        from offer in snapshot.Accounts.Values
        where offer.Account.Country == merchant.Country.IsoCode && offer.Account.Currency == merchant.Currency.Code
        from way in offer.Ways
        where way.Direction == direction
        select (offer, way);
}
