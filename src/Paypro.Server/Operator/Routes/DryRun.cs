using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Routes;

/// <summary>An order that is not made.</summary>
/// <param name="Country">ISO 3166.</param>
/// <param name="MerchantNo">0 = any merchant of the country.</param>
/// <param name="Direction">Pay-in or payout.</param>
/// <param name="Way">The way code; for payouts the account kind.</param>
/// <param name="AmountMinor">Minor units.</param>
/// <param name="Draw">Stands for chance where rules have weights: the same number gives the same plan. Null for another one each time.</param>
/// <param name="Rule">A rule as it shall be, in the place of the one with its number; null to ask about the rules that hold.</param>
internal sealed record DryRunWish(string Country, long MerchantNo, Direction Direction, string Way, long AmountMinor, long? Draw, RuleView? Rule);

/// <param name="Account">The channel account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Place">Its place in the plan, from 1; 0 where it is not tried.</param>
/// <param name="Why">What was said of it; empty where nothing was.</param>
internal sealed record PlannedAccount(long Account, string Name, int Place, string Why);

/// <param name="Reason">One sentence, as the order's history would have it; empty where there is no plan.</param>
/// <param name="Refusal">Why the order would be refused; empty where it would not.</param>
/// <param name="Parked">Why a payout would wait at the first account; empty where it would not.</param>
/// <param name="Accounts">The first to be tried first, then those that are not tried.</param>
/// <param name="Draw">What stood for chance.</param>
internal sealed record DryRunView(string Reason, string Refusal, string Parked, IReadOnlyList<PlannedAccount> Accounts, long Draw);

/// <summary>Asks the router where an order would go, with the health and float of this moment, by the same code as for a real one.</summary>
internal sealed class DryRun(IContexts contexts, SnapshotStore snapshots, RoutingRules rules, ChannelHealth health, Pots pots, CountryCatalog countries, IRandomness randomness, TimeProvider time)
{
    public async Task<Change<DryRunView>> RunAsync(DryRunWish wish)
    {
        var (snapshot, country) = (snapshots.Current, countries.FindCountry(wish.Country));
        var merchant = country is null ? null : wish.MerchantNo == 0 ? Any(country) : snapshot.Merchant(wish.MerchantNo);
        if (country is null || merchant is null || merchant.Country != country || wish.AmountMinor <= 0 || wish.Direction is not (Direction.PayIn or Direction.Payout))
        {
            return Change<DryRunView>.No(
                country is null ? "country: is not one of this installation"
                : merchant is null || merchant.Country != country ? "merchantNo: there is no such merchant in this country"
                : wish.AmountMinor <= 0 ? "amountMinor: must be a whole number above 0" : "direction: must be a pay-in or a payout");
        }

        if (wish.Rule is { } rule)
        {
            await using var context = contexts.Create();
            var (read, problem) = await rules.ReadAsync(context, rule);
            if (read is null)
            {
                return Change<DryRunView>.No(problem!);
            }

            snapshot = snapshot with { RoutingRules = RoutingRule.Sorted(snapshot.RoutingRules.Where(r => r.Id != read.Id).Concat(rule.Open ? [read] : [])) };
        }

        var draw = wish.Draw ?? Chance();
        var view = new RoutingView
        {
            NowMs = time.NowMs(), Draw = unchecked((ulong)draw),
            Demoted = wish.Direction == Direction.PayIn ? health.LastForPayIns() : RoutingView.Plain.Demoted,
            Float = wish.Direction == Direction.Payout ? await pots.ViewAsync(snapshot, merchant) : FloatView.Plenty,
        };
        var plan = Router.Plan(snapshot, merchant, wish.Direction, wish.Way, wish.AmountMinor, view, out var refusal);
        var said = (plan?.Said ?? Router.Outside(snapshot, merchant, wish.Direction, wish.Way, wish.AmountMinor, view.NowMs)).ToLookup(s => s.AccountId, s => s.Why);
        var planned = plan?.Routes.Select((r, i) => Of(r.AccountId, i + 1)).ToList() ?? [];
        return Change<DryRunView>.Of(new DryRunView(
            plan?.Reason ?? "", refusal?.Says ?? "", plan?.Parked ?? "", [.. planned, .. said.Select(s => s.Key).Except(planned.Select(p => p.Account)).Order().Select(id => Of(id, 0))], draw));

        PlannedAccount Of(long id, int place) => new(id, snapshot.Accounts[id].Name, place, string.Join("; ", said[id]));
    }

    /// <summary>One that has no rules and terms of its own.</summary>
    private static Merchant Any(Country country) => new()
    {
        No = 0, NoText = "0", Bucket = 0, Country = country, Name = "", PayInsOpen = true, PayoutsOpen = true, PayInNotifyUrl = "", PayoutNotifyUrl = "", Keys = [],
    };

    private long Chance()
    {
        Span<byte> bytes = stackalloc byte[8];
        randomness.Fill(bytes);
        return BitConverter.ToInt64(bytes) & long.MaxValue;
    }
}
