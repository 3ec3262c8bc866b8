using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Cases;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Settlement;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A row of the configuration that cannot be used disables itself alone, is told once, and comes back by itself.</summary>
public sealed class BadRowTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task EachBadRowIsLeftOutAloneAndTold(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 100 });
        var sound = await ground.OpenShopAsync();
        await ground.The<ConfigStore>().SaveAsync(async context =>
        {
            var secret = await context.ChannelSecrets.SingleAsync(s => s.ChannelAccountId == 102);
            secret.Sealed[40] ^= 1;
            context.Entry(secret).Property(s => s.Sealed).IsModified = true;
            await ground.ChangeAccountAsync(context, 103, a => a.SettingsJson = "{ no JSON");
            await ground.ChangeAccountAsync(context, 104, a => a.SettingsJson = """{"payoutDelayMs":"soon"}""");
            (await context.ChannelAccounts.SingleAsync(a => a.Id == 105)).Country = "XX";
            await ground.ChangeAccountAsync(context, 106, a => a.Live = true);
            context.ChannelAccounts.Add(new ChannelAccountRow { Id = 900, Channel = "unheard-of", Country = "EG", Currency = "EGP", Open = false });
            context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = 101, Direction = Direction.PayIn, Way = "carrier-pigeon" });
            context.Terms.Add(new TermsRow { MerchantNo = shop.Merchant.No, Country = "MX", Direction = Direction.PayIn, FixedMinor = -5 });
            context.Merchants.Add(new MerchantRow { MerchantNo = 3_900_000_000, Bucket = 1, BusinessId = 1, Country = "XX", Currency = "MXN", Name = "Nowhere" });
            var key = ground.The<KeyMaker>().Make(9_001, sound.Merchant.No, Protocol.Signing.SigningAlgorithm.Md5, "secret-of-the-test", signs: true, 0);
            key.Sealed[^1] ^= 1;
            context.MerchantKeys.Add(key);
        });
        await RefreshAsync(ground);
        var snapshot = ground.The<SnapshotStore>().Current;
        Assert.Equal([102, 103, 104, 105, 106, 900], snapshot.Unusable.Keys.Order());
        Assert.DoesNotContain(snapshot.Accounts.Keys, snapshot.Unusable.ContainsKey);
        Assert.NotNull(Router.Choose(snapshot, sound.Merchant, Direction.PayIn, "va", 300_00, ground.NowMs, out _));
        Assert.DoesNotContain(snapshot.Accounts[101].Ways, w => w.Way == "carrier-pigeon");

        // No cheaper price takes the place of the one that was agreed.
        Assert.Null(Router.Choose(snapshot, shop.Merchant, Direction.PayIn, "va", 300_00, ground.NowMs, out var refusal));
        Assert.Equal(new NoRoute(FieldRole.Way, "va is not available at present"), refusal);
        Assert.Equal((0, true), (snapshot.Merchant(sound.Merchant.No)!.Keys.Count, snapshot.Merchant(sound.Merchant.No)!.HasUnusableKey));
        Assert.Null(snapshot.Merchant(3_900_000_000));

        // The rail of a bad account comes again; a number that is nobody's is not known.
        var callbacks = ground.The<ChannelCallbacks>();
        var request = new CallbackRequest { Body = "{}"u8.ToArray(), ReceivedAtMs = ground.NowMs };
        Assert.Equal(503, (await callbacks.TakeAsync(102, request)).Status);
        Assert.Equal(503, (await callbacks.TakeAsync(104, request)).Status);
        Assert.Equal(401, (await callbacks.TakeAsync(901, request)).Status);

        var configuration = ground.The<ConfigurationCases>();
        await configuration.RunOnceAsync();
        await configuration.RunOnceAsync();
        var raised = await ground.ReadAsync(c => c.Cases.ToListAsync());
        Assert.Equal(
            ["channel-account 102", "channel-account 103", "channel-account 104", "channel-account 105", "channel-account 106", "channel-account 900", "channel-way 101:PayIn:carrier-pigeon", "merchant 3900000000", "merchant-key 9001"],
            raised.Where(a => a.Kind != "terms").Select(a => $"{a.Kind} {a.Subject}").Order());
        Assert.Equal(1, Assert.Single(raised, a => a.Kind == "terms").Count);
        Assert.Contains("payoutDelayMs: must be 0 to 86400000", raised.Single(a => a.Subject == "104").Text, StringComparison.Ordinal);

        Assert.Contains("a sandbox must not move real money", raised.Single(a => a.Subject == "106").Text, StringComparison.Ordinal);

        await ground.The<ConfigStore>().SaveAsync(context => ground.ChangeAccountAsync(context, 103, a => a.SettingsJson = "{}"));
        await RefreshAsync(ground);
        Assert.Contains(103L, ground.The<SnapshotStore>().Current.Accounts.Keys);
        await configuration.RunOnceAsync();
        Assert.Equal(["103"], await ground.ReadAsync(c => c.Cases.Where(a => a.State == CaseState.Resolved).Select(a => a.Subject).ToListAsync()));
    }

    /// <summary>The other way round as well: what a live installation credits is money.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ALiveInstallationUsesNoAccountThatIsNotLive(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        await ground.The<ConfigStore>().SaveAsync(context => ground.ChangeAccountAsync(context, 102, a => a.Live = true));
        var services = ground.The<IServiceProvider>();
        var live = await ActivatorUtilities.CreateInstance<SnapshotReader>(services, services.GetRequiredService<Installation>() with { IsSandbox = false }).ReadAsync(CancellationToken.None);
        Assert.Equal([102], live.Accounts.Keys);
        Assert.Contains("it is not live", live.Unusable[101].Problem, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OrdersOfABadAccountWaitAndGoOnWhenItIsMended(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var shop = await ground.OpenShopAsync(1_000_00);
        var (payIn, payout) = (await shop.PayInAsync(100_00), (await shop.PayoutAsync(100_00))!);
        await SettingsAsync(ground, "[]");
        ground.Time.Pass(TimeSpan.FromHours(2));
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        ground.Time.Pass(TimeSpan.FromMinutes(10));
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        Assert.Equal((OrderState.Pending, OrderState.Pending), ((await shop.OrderAsync(payIn)).State, (await shop.OrderAsync(payout)).State));
        Assert.Equal(0, await ground.ReadAsync(c => c.Events.CountAsync(e => e.Type == EventType.Sending)));

        await SettingsAsync(ground, "{}");
        var channel = ground.The<ScriptedChannel>();
        channel.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        ground.Time.Pass(TimeSpan.FromMinutes(10));
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        Assert.Equal(OrderState.Expired, (await shop.OrderAsync(payIn)).State);
        Assert.Equal(1, await ground.ReadAsync(c => c.Events.CountAsync(e => e.OrderId == payout.Order.Id && e.Type == EventType.Sent)));
    }

    /// <summary>Closing a merchant stops its new orders. What was begun is paid and settled.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AClosedMerchantIsPaidAndSettledAndTakesNoOrder(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { SettlementDays = 1, ReturnsFee = true });
        var (paid, open) = (await shop.PayInAsync(100_00), await shop.PayInAsync(50_00));
        await shop.PaidAsync(paid, 100_00, "a");
        await ground.The<ConfigStore>().SaveAsync(async context => (await context.Merchants.SingleAsync(m => m.MerchantNo == shop.Merchant.No)).Open = false);
        await RefreshAsync(ground);
        var closed = ground.The<SnapshotStore>().Current.Merchant(shop.Merchant.No)!;
        Assert.Equal((false, false), (closed.PayInsOpen, closed.PayoutsOpen));

        await shop.PaidAsync(open, 50_00, "b");
        ground.Time.Set(new DateTimeOffset(2026, 3, 6, 6, 0, 0, TimeSpan.Zero));
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(150_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Null(await shop.PayoutAsync(10_00));
        Assert.Equal("merchantNo: this merchant takes no pay-ins at present", await shop.RefusalOfPayInAsync(10_00));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>It counts while it is open, and is never passed over because it was seen before.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheSameTroubleIsOneCaseThatCountsAndOpensAgain(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var cases = ground.The<RaiseCases>();
        await cases.EndAsync("kind", "subject", "There was none.");
        Assert.Empty(await ground.ReadAsync(c => c.Cases.ToListAsync()));

        await cases.RaiseAsync("kind", "subject", "One sentence.");
        var first = await OnlyAsync();
        ground.Time.Pass(TimeSpan.FromMinutes(1));
        await cases.RaiseAsync("kind", "subject", "Another sentence.");
        var second = await OnlyAsync();
        Assert.Equal((CaseState.Open, "Another sentence.", 2, first.OpenedAtMs), (second.State, second.Text, second.Count, second.OpenedAtMs));

        await cases.EndAsync("kind", "subject", "It went away.");
        var ended = await OnlyAsync();
        Assert.Equal((CaseState.Resolved, "It went away.", "rail", 2), (ended.State, ended.Resolution, ended.ResolvedBy, ended.Count));
        Assert.NotEqual(0, ended.ResolvedAtMs);

        await cases.RaiseAsync("kind", "subject", "One sentence.");
        var again = await OnlyAsync();
        Assert.Equal((CaseState.Open, 3, "", 0L), (again.State, again.Count, again.Resolution, again.ResolvedAtMs));

        Task<CaseRow> OnlyAsync() => ground.ReadAsync(c => c.Cases.SingleAsync());
    }

    private static async Task SettingsAsync(PaymentsGround ground, string settings)
    {
        await ground.The<ConfigStore>().SaveAsync(context => ground.ChangeAccountAsync(context, 101, a => a.SettingsJson = settings));
        await RefreshAsync(ground);
    }

    private static Task RefreshAsync(PaymentsGround ground) => ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
}
