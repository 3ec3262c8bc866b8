using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>While a channel account rests or is stopped nothing is asked of it, nothing is lost, and nothing is alarmed.</summary>
public sealed class MaintenanceTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ItsWaysAreNotOfferedAndItsPayoutsWaitUntilItIsOver(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var (sent, shop) = (Sends(pots), await pots.Ground.OpenShopAsync(10_000_00));
        Assert.NotEmpty(Offered(pots, shop));
        var ready = await pots.PayOutAsync(shop, "ready");
        var window = await RestAsync(pots, null, "*");
        Assert.Empty(Offered(pots, shop));
        var during = await pots.PayOutAsync(shop, "during");
        await pots.TurnAsync();
        await pots.TurnAsync();

        // Neither what was made before nor what was made since has left; nothing is unknown, and nobody is told.
        Assert.Empty(sent);
        Assert.Equal((AttemptState.Parked, AttemptState.Parked), (await pots.StateAsync(ready), await pots.StateAsync(during)));
        await pots.Ground.The<FloatCases>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(0, await pots.Ground.ReadAsync(c => c.Cases.CountAsync(k => k.Kind != "no-master-key")));
        Assert.Null((await pots.Ground.The<Maintenance>().EndAsync(Actor.Program, PotGround.AccountId, window, "it works again", Answer<WindowView>.Unkept)).Problem);
        await pots.TurnAsync();
        await pots.TurnAsync();
        Assert.Equal(new[] { ready.Number, during.Number }.Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));
        Assert.NotEmpty(Offered(pots, shop));
        Assert.Equal([EventType.Created, EventType.Parked, EventType.Resumed, EventType.Sending, EventType.Sent], await pots.HistoryAsync(during));
    }

    /// <summary>Another account that takes it takes it meanwhile; one way's rest leaves the others alone.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnotherAccountTakesItMeanwhileAndAnotherWayIsUsed(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var sent = new List<long>();
        pots.Channel.SendsAt = (account, draft) =>
        {
            sent.Add(account.Id);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        await pots.AddAccountAsync(701);
        var shop = await pots.Ground.OpenShopAsync(10_000_00);
        await RestAsync(pots, Direction.PayIn, "va");
        Assert.Equal(["store"], Offered(pots, shop));
        await pots.PayOutAsync(shop, "first");
        await pots.TurnAsync();
        await RestAsync(pots, Direction.Payout, "*");
        await pots.PayOutAsync(shop, "second");
        await pots.TurnAsync();
        Assert.Equal([101L, 701L], sent);
    }

    /// <summary>One person stops an account at once: what waits there for its turn is not sent, and is when it is opened again.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AStoppedAccountSendsNothing(Engine engine)
    {
        await using var pots = await PotGround.StartAsync(engine);
        var (sent, shop) = (Sends(pots), await pots.Ground.OpenShopAsync(10_000_00));
        var ready = await pots.PayOutAsync(shop, "ready");
        Assert.Null((await pots.Ground.The<AccountChanges>().StopAsync(Actor.Program, PotGround.AccountId, "its rail pays twice", Answer<ChannelAccountView>.Unkept)).Problem);
        await pots.TurnAsync();
        await pots.TurnAsync();
        Assert.Empty(sent);
        Assert.Equal(AttemptState.Parked, await pots.StateAsync(ready));
        await pots.Ground.The<FloatCases>().RunOnceAsync(CancellationToken.None);
        Assert.Contains("which is closed", (await pots.Ground.ReadAsync(c => c.Cases.SingleAsync(k => k.Kind == FloatCases.Parked))).Text, StringComparison.Ordinal);
        await pots.Ground.The<ConfigStore>().SaveAsync(async c => (await c.ChannelAccounts.SingleAsync(a => a.Id == PotGround.AccountId)).Open = true);
        await pots.TurnAsync();
        await pots.TurnAsync();
        Assert.Equal([ready.Number], sent);
    }

    private static List<string> Offered(PotGround pots, Shop shop) =>
        [.. Router.Choices(pots.Ground.The<SnapshotStore>().Current, shop.Merchant, "", 100_00, pots.Ground.NowMs).Where(r => r.AccountId == PotGround.AccountId).Select(r => r.Way.Way)];

    private static async Task<long> RestAsync(PotGround pots, Direction? direction, string way)
    {
        var added = await pots.Ground.The<Maintenance>().AddAsync(
            Actor.Program, PotGround.AccountId, new WindowWish(direction, way, 0, 0, "America/Mexico_City", "the rail has told of it", 60), Answer<WindowView>.Unkept);
        Assert.Null(added.Problem);
        await pots.RefreshAsync();
        return added.Value!.Window;
    }

    private static List<string> Sends(PotGround pots)
    {
        var sent = new List<string>();
        pots.Channel.Sends = draft =>
        {
            lock (sent)
            {
                sent.Add(draft.Number);
            }

            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        return sent;
    }
}
