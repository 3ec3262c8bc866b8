using System.Collections.Frozen;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Routing;

/// <summary>A Mexican merchant, channel accounts of a rail that does nothing, and rules between them.</summary>
internal static class RoutingScene
{
    public static readonly Merchant Shop = new()
    {
        No = 3_000_000_001, NoText = "3000000001", Bucket = 1, Country = CountryCatalog.BuiltIn.FindCountry("MX")!, Name = "Shop", PayInsOpen = true, PayoutsOpen = true,
        PayInNotifyUrl = "", PayoutNotifyUrl = "", Keys = [],
    };

    public static AccountOffer Offer(long id, int priority = 0, bool open = true, long minimumMinor = 0, long maximumMinor = 0, string way = "va", bool wayOpen = true)
    {
        var account = new ChannelAccount { Id = id, Channel = "rail", Country = "MX", Currency = "MXN", Settings = new Dictionary<string, string>(), Secrets = ChannelSecrets.None };
        var rail = new Rail(account);
        return new(
            account, rail, rail, open, priority, $"Rail {id}",
            [
                new ChannelWayRow { ChannelAccountId = id, Direction = Direction.PayIn, Way = way, Open = wayOpen, MinimumMinor = minimumMinor, MaximumMinor = maximumMinor },
                new ChannelWayRow { ChannelAccountId = id, Direction = Direction.Payout, Way = "*", Open = wayOpen, MinimumMinor = minimumMinor, MaximumMinor = maximumMinor },
            ]);
    }

    public static RoutingRuleRow Rule(
        long id, string accounts, string way = "*", long merchantNo = 0, long minimumMinor = 0, long maximumMinor = 0, int priority = 0, Direction direction = Direction.PayIn) => new()
    {
        Id = id, Accounts = accounts, Way = way, MerchantNo = merchantNo, MinimumMinor = minimumMinor, MaximumMinor = maximumMinor, Priority = priority, Country = "MX",
        Direction = direction,
    };

    public static Snapshot Picture(IEnumerable<AccountOffer> offers, params RoutingRuleRow[] rules)
    {
        var accounts = offers.ToFrozenDictionary(offer => offer.Account.Id);
        var problems = new List<ConfigurationProblem>();
        return new Snapshot
        {
            Version = 1,
            MerchantsByNo = new Dictionary<string, Merchant> { [Shop.NoText] = Shop }.ToFrozenDictionary(),
            Accounts = accounts,
            RoutingRules = RoutingRule.ReadAll(rules, accounts.ToDictionary(a => a.Key, a => a.Value.Account.Country), problems),
            Problems = problems,
            Book = new TermsBook(null!),
            Rules = FrozenDictionary<string, BookingRules>.Empty,
            Banks = FrozenDictionary<string, IBankDirectory>.Empty,
            SubMerchants = FrozenSet<(long, string)>.Empty,
        };
    }

    private sealed class Rail(ChannelAccount account) : IChannel, IChannelSession
    {
        public string Name => "rail";

        public IReadOnlyList<WayOffer> Ways => [];

        public IReadOnlyList<SecretName> Secrets => [];

        public ChannelAccount Account => account;

        public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) =>
            new() { Finality = TimeSpan.FromMinutes(1), RepeatIsHarmless = false, CallTimeout = TimeSpan.FromSeconds(10) };

        public IChannelSession Open(ChannelAccount account, ChannelServices services) => this;

        public void Dispose()
        {
        }
    }
}
