using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Rails;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using ProtocolBody = Paypro.Protocol.FlatBody;

namespace Paypro.ServerTests.Payments;

/// <summary>Mexico's channel account 101 with a pot, and what happens to payouts from it, turn by turn.</summary>
internal sealed class PotGround(PaymentsGround ground) : IAsyncDisposable
{
    public const long AccountId = 101;

    private bool _isSame;

    public PaymentsGround Ground => ground;
    public ScriptedChannel Channel => ground.The<ScriptedChannel>();
    public Pots Pots => ground.The<Pots>();
    public PotReadings Readings => ground.The<PotReadings>();
    public AccountOffer Offer => ground.The<SnapshotStore>().Current.Accounts[AccountId];

    public static async Task<PotGround> StartAsync(Engine engine, Action<IServiceCollection>? replace = null)
    {
        var ground = await PaymentsGround.StartAsync(engine, replace ?? ScriptedChannel.Put);
        ground.Time.SetToReal();
        return new PotGround(ground);
    }

    /// <summary>A second node; on SQLite, which one process owns, the same once more. To be disposed before this one.</summary>
    public async Task<PotGround> OtherAsync(Engine engine, Action<IServiceCollection>? replace = null) =>
        new(engine == Engine.Sqlite ? ground : await ground.AnotherNodeAsync(replace ?? ScriptedChannel.Put)) { _isSame = engine == Engine.Sqlite };

    /// <summary>A reader of its own: another node's.</summary>
    public ReadBalances NewReader() => ActivatorUtilities.CreateInstance<ReadBalances>(ground.The<IServiceProvider>());

    /// <summary>Makes the pot, old enough for a balance.</summary>
    /// <param name="balanceMinor">Null: nobody has told it.</param>
    /// <param name="accountId">The account.</param>
    public async Task PutAsync(long? balanceMinor, long accountId = AccountId)
    {
        await Pots.MakeAsync(accountId, [PotBalance.Payout]);
        await ground.ReadAsync(c => c.Database.ExecuteSqlAsync(
            $"UPDATE channel_pots SET created_at_ms = 1, balance_minor = {balanceMinor ?? 0}, told_at_ms = {(balanceMinor is null ? 0 : 1)} WHERE channel_account_id = {accountId} AND pot = 'payout'"));
        await RefreshAsync();
    }

    /// <summary>Another account that takes payouts, tried after the first.</summary>
    public Task AddAccountAsync(long id) => ground.The<ConfigStore>().SaveAsync(context =>
    {
        var account = new ChannelAccountRow { Id = id, Channel = "sandbox", Name = "Next", Country = "MX", Currency = "MXN", Priority = (int)id };
        context.ChannelAccounts.Add(account);
        context.ChannelSecrets.Add(ground.The<ChannelSecretMaker>().Make(account, SandboxChannel.CallbackKey, new byte[32]));
        context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = id, Direction = Direction.Payout, Way = "*" });
        return Task.CompletedTask;
    });

    public Task RefreshAsync() => ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

    /// <summary>A payout over the merchant API's way, without the API.</summary>
    public async Task<OrderRow> PayOutAsync(Shop shop, string tradeNo, int units = 100)
    {
        await RefreshAsync();
        return Assert.IsType<CreateResult.Created>(await AskAsync(shop, tradeNo, units)).Order;
    }

    /// <summary>The same, whatever comes of it.</summary>
    public Task<CreateResult> AskAsync(Shop shop, string tradeNo, int units = 100, PayoutMaker? maker = null, string account = "4111111111111111")
    {
        var members = new Dictionary<string, string>
        {
            ["tradeNo"] = tradeNo, ["amount"] = units.ToString(CultureInfo.InvariantCulture), ["wayCode"] = "BANXICO", ["customerName"] = "ana", ["customerAccountType"] = "DebitCard",
            ["customerAccount"] = account, ["timestamp"] = ground.NowMs.ToString(CultureInfo.InvariantCulture), ["notifyUrl"] = "http://127.0.0.1:9/n",
        };
        var body = ProtocolBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        var country = shop.Merchant.Country;
        var fields = RequestReader.Read(
            country, country.FindOperation(OperationKind.CreatePayout)!, body, new RequestContext(true, ground.The<SnapshotStore>().Current.Banks["MX"]), out var error);
        Assert.Null(error);
        return ground.The<PayoutCreation>().CreateAsync(shop.Merchant, fields!, refusal: null, maker: maker);
    }

    /// <summary>A turn of what resumes and one of what sends.</summary>
    public async Task TurnAsync()
    {
        ground.Time.SetToReal();
        await RefreshAsync();
        await ground.The<ParkedOrders>().RunOnceAsync(CancellationToken.None);
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
    }

    public Task<ChannelPotRow> PotAsync(long accountId = AccountId) =>
        ground.ReadAsync(c => c.ChannelPots.AsNoTracking().SingleAsync(p => p.ChannelAccountId == accountId && p.Pot == PotBalance.Payout));

    public async Task<OrderPicture> FindAsync(OrderRow order) => (await ground.The<OrderQueries>().FindAsync(order.Key, CancellationToken.None))!;

    public async Task<AttemptState> StateAsync(OrderRow order) => (await FindAsync(order)).Attempts[^1].State;

    public Task<List<EventType>> HistoryAsync(OrderRow order) =>
        ground.ReadAsync(c => c.Events.Where(e => e.Bucket == order.Bucket && e.OrderId == order.Id).OrderBy(e => e.Sequence).Select(e => e.Type).ToListAsync());

    /// <summary>The rail tells a balance: asked and answered.</summary>
    public async Task<bool> TellAsync(long balanceMinor, long blockedMinor = 0)
    {
        var begun = (await Readings.BeginAsync(AccountId, long.MaxValue))!;
        return await Readings.TellAsync(AccountId, begun, new Dictionary<string, PotBalance> { [PotBalance.Payout] = new(PotBalance.Payout, balanceMinor, blockedMinor) });
    }

    /// <summary>What is counted is always the sum of the counted sends.</summary>
    public async Task AssertSumsAsync()
    {
        foreach (var pot in await ground.ReadAsync(c => c.ChannelPots.AsNoTracking().ToListAsync()))
        {
            var sum = await ground.ReadAsync(c => c.ChannelPotSends.Where(s => s.ChannelAccountId == pot.ChannelAccountId && s.Pot == pot.Pot).SumAsync(s => s.AmountMinor));
            Assert.Equal(sum, pot.SentMinor);
        }
    }

    public ValueTask DisposeAsync() => _isSame ? ValueTask.CompletedTask : ground.DisposeAsync();
}
