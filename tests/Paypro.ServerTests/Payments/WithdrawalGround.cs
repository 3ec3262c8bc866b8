using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A merchant of Mexico with money and a confirmed destination, and a rail whose calls a test answers.</summary>
internal sealed class WithdrawalGround : IAsyncDisposable
{
    public const long Destination = 6, Account = 101;

    /// <summary>Stands for two people of the operator's.</summary>
    private static readonly Actor Finance = new("finance@example.com", 7, 0, Caller.Program);

    private WithdrawalGround(PaymentsGround ground, Shop shop) => (Ground, Shop) = (ground, shop);

    public PaymentsGround Ground { get; }

    public Shop Shop { get; }

    public ScriptedChannel Rail => Ground.The<ScriptedChannel>();

    public Withdrawals Withdrawals => Ground.The<Withdrawals>();

    public static async Task<WithdrawalGround> StartAsync(Engine engine, long hasMinor)
    {
        var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var shop = await ground.OpenShopAsync(hasMinor);
        await ground.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var owner = await ground.The<Users>().GiveAsync(context, trail, new RoleWish("owner@example.com", Role.Owner, 1), Actor.Program);
            (owner.State, owner.Name) = (UserState.Active, "Owner");
            context.Destinations.Add(new DestinationRow { Id = Destination, MerchantNo = shop.Merchant.No, Name = "Main", Bank = "A bank", Number = "002010077777777771", Holder = "Shop", State = DestinationState.Confirmed, UsableFromMs = 1 });
            return true;
        });
        return new WithdrawalGround(ground, shop);
    }

    public async Task<long> RequestAsync(long minor) => (await Withdrawals.RequestAsync(Finance, Shop.Merchant.No, Destination, minor)).Row!.Id;

    /// <summary>What carrying out a proposal does, in its transaction; why it is refused.</summary>
    public async Task<string?> DecideAsync(long id, WithdrawalWish wish, PaymentsGround? node = null)
    {
        await (node ?? Ground).The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var kind = (node ?? Ground).The<IEnumerable<IProposalKind>>().Single(k => k.Kind == WithdrawalDecision.Name);
        var proposal = new ProposalRow { Kind = kind.Kind, Subject = WithdrawalDecision.SubjectOf(id), Change = BookJson.Write(wish), Reason = "seen" };
        return await (node ?? Ground).The<AuditedStore>().ConfigureAsync((context, trail) => kind.CarryOutAsync(context, trail, proposal, Finance));
    }

    /// <summary>Approved, and its order is made.</summary>
    public async Task<OrderRow> SentAsync(long minor)
    {
        var id = await RequestAsync(minor);
        Assert.Null(await DecideAsync(id, new WithdrawalWish("approved", ChannelAccountId: Account)));
        await Withdrawals.RunOnceAsync(CancellationToken.None);
        return (await OrderAsync(id))!;
    }

    public Task<string?> GiveUpAsync(long id) => Withdrawals.GiveUpAsync(Finance, id, 0, "cannot be sent");

    /// <summary>A turn of the clock that sends and asks, and of what tells withdrawals of it.</summary>
    public async Task TurnAsync(TimeSpan later = default)
    {
        // PostgreSQL's clock, by which timers are set, may be ahead of the test's.
        Ground.Time.Pass(later == default ? TimeSpan.FromMinutes(1) : later);
        await Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await Ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        await LearnAsync();
    }

    public async Task LearnAsync() => await Ground.The<WithdrawalResults>().RunOnceAsync(CancellationToken.None);

    /// <summary>The rail says something; as a callback, or in its listing.</summary>
    public async Task<ApplyResult> SayAsync(OrderRow order, ObservationKind kind, string key = "", bool listed = false)
    {
        await Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var said = new Observation
        {
            Kind = kind, Direction = Direction.Payout, Reference = (await AttemptAsync(order)).Reference, AmountMinor = kind == ObservationKind.Failed ? 0 : order.AmountMinor, Currency = "MXN", OccurredAtMs = Ground.NowMs,
            RailReference = key, DedupeKey = key, Reason = kind is ObservationKind.Failed or ObservationKind.Returned ? "account closed" : "",
        };
        var (statements, offer) = (Ground.The<RailStatements>(), Ground.The<SnapshotStore>().Current.Accounts[Account]);
        return Assert.Single(listed ? await statements.ApplyListedAsync(offer, [said], CancellationToken.None) : await statements.ApplyAsync(offer, [said], null, CancellationToken.None));
    }

    public Task<WithdrawalRow> RowAsync(long id) => Ground.ReadAsync(c => c.Withdrawals.AsNoTracking().SingleAsync(w => w.Id == id));

    public Task<WithdrawalRow> RowAsync(OrderRow order) => RowAsync(long.Parse(order.TradeNo, System.Globalization.CultureInfo.InvariantCulture));

    public async Task<OrderRow?> OrderAsync(long id)
    {
        var key = (await RowAsync(id)).TradeKey;
        return await Ground.ReadAsync(c => c.Orders.SingleOrDefaultAsync(o => o.Bucket == key.Bucket && o.MerchantNo == key.MerchantNo && o.Direction == key.Direction && o.TradeNo == key.TradeNo));
    }

    public Task<AttemptRow> AttemptAsync(OrderRow order) => Ground.ReadAsync(c => c.Attempts.Where(a => a.Bucket == order.Bucket && a.OrderId == order.Id).OrderByDescending(a => a.AttemptNo).FirstAsync());

    public Task<int> MailsAsync() => Ground.ReadAsync(c => c.Mails.CountAsync(m => m.Kind == "withdrawal-back"));

    public async Task SoundAsync()
    {
        await LedgerAudit.AssertSoundAsync(Ground.The<IContexts>());
        Assert.Equal(0, await Ground.ReadAsync(c => c.WithdrawalResults.CountAsync()));
    }

    public ValueTask DisposeAsync() => Ground.DisposeAsync();
}
