using Paypro.Channels;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>
/// What the rails hold of ours for payouts, in the runs in which it can run out. Money comes every few hours, and now and then somebody else takes some out. Two accounts'
/// rails tell balances; the third one's does not, and that our money there is used up is learnt by its declines.
/// </summary>
internal sealed class OurPots
{
    /// <summary>The account whose rail tells no balance.</summary>
    public const long Silent = 777;

    /// <summary>The silent one sends small payouts only, and holds so much less.</summary>
    private const int SilentPart = 8;

    /// <summary>Those whose rails tell balances.</summary>
    public static readonly IReadOnlyList<long> Told = [101, 888];

    private readonly World _world;
    private readonly long _minor;

    /// <param name="world">With its weather, clock and rail.</param>
    /// <param name="context">The run's database: the pots are stored as they were told just now.</param>
    public OurPots(World world, PayproContext context)
    {
        (_world, _minor) = (world, world.Weather.PotMinor);
        foreach (var account in All)
        {
            world.Rail.Bring(account, PotMinor(account));
        }

        foreach (var account in All.Except([Silent]))
        {
            context.ChannelPots.Add(new ChannelPotRow
            {
                ChannelAccountId = account, Pot = PotBalance.Payout, BalanceMinor = PotMinor(account), ToldAtMs = world.Clock.NowMs, Source = BalanceSource.Rail, CreatedAtMs = 1,
            });
        }

        context.SaveChangesAsync().GetAwaiter().GetResult();
    }

    /// <summary>Whether payouts come from pots that can be empty.</summary>
    public bool CanBeEmpty => _minor > 0;

    private List<long> All => CanBeEmpty ? [.. Told, Silent] : [];

    /// <summary>Begins to bring money, until all is at rest.</summary>
    public void BringMoney()
    {
        if (!CanBeEmpty)
        {
            return;
        }

        _world.Clock.After(TimeSpan.FromMilliseconds(_world.Dice.Next(4 * 3_600_000)), () =>
        {
            if (!_world.IsResting)
            {
                var account = _world.Dice.Next(3) == 0 ? Silent : _world.Dice.OneOf(Told);
                _world.Rail.Bring(account, _world.Dice.Happens(_world.Weather.PotDrained) ? -PotMinor(account) / 2 : PotMinor(account) / (1 + _world.Dice.Next(3)));
                BringMoney();
            }
        });
    }

    /// <summary>As much as is needed.</summary>
    public void Fill() => All.ForEach(account => _world.Rail.Bring(account, 1_000_000_00));

    /// <summary>The weather at the end is another one: what was drawn at first counts.</summary>
    private long PotMinor(long account) => _minor / (account == Silent ? SilentPart : 1);
}
