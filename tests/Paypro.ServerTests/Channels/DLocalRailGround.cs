using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.DLocal;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Rails;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>An installation whose orders go over the channel <c>dlocal</c> to the double, from one account in each of its eleven countries.</summary>
internal sealed class DLocalRailGround : IAsyncDisposable
{
    /// <summary>Mexico's account; the others follow it.</summary>
    public const long AccountId = 601;

    private const string Clabe = "012180001234567899";

    private long numbers = 100;

    private DLocalRailGround(FaultyLine callbacks, RecordingReceiver receiver) => (Callbacks, Receiver) = (callbacks, receiver);

    /// <summary>From dLocal to us.</summary>
    public FaultyLine Callbacks { get; }

    public RecordingReceiver Receiver { get; }

    public SandboxHost Host { get; private set; } = null!;

    /// <summary>A second node on the same database; null where there is one alone.</summary>
    public SandboxHost? Second { get; private set; }

    public DLocalHouse House { get; private set; } = null!;

    /// <summary>The rail's clock.</summary>
    public OffTime RailTime { get; private set; } = null!;

    /// <summary>Who takes the merchant's calls: the host, or another process on its database.</summary>
    public HttpClient Api { get; set; } = null!;

    public static async Task<DLocalRailGround> StartAsync(Engine engine, TestDatabase? shared = null, params string[] arguments)
    {
        var ground = new DLocalRailGround(new FaultyLine(), await RecordingReceiver.StartAsync());
        await ground.Callbacks.MendAsync();
        ground.Host = await SandboxHost.StartAsync(engine, shared, ["--Paypro:PublicUrl", ground.Callbacks.Address, .. arguments]);
        ground.Api = ground.Host.Http;
        ground.Callbacks.Target = ground.Host.Http.BaseAddress;
        ground.RailTime = new OffTime(ground.Host.Time);
        ground.House = await DLocalHouse.StartAsync(ground.RailTime);
        DLocalContract.Agree(ground.House);
        await ground.ConfigureAsync();
        return ground;
    }

    /// <summary>The same with two nodes.</summary>
    public static async Task<DLocalRailGround> StartTwoAsync(TestDatabase database)
    {
        var ground = await StartAsync(Engine.Postgres, database);
        ground.Second = await SandboxHost.StartAsync(Engine.Postgres, database, "--Paypro:PublicUrl", ground.Callbacks.Address);
        return ground;
    }

    /// <summary>Lets so much time pass at every node and at dLocal.</summary>
    public void Pass(TimeSpan time)
    {
        Host.Time.Pass(time);
        Second?.Time.Pass(time);
    }

    /// <summary>Ends the installation in this process, so that another may have its database.</summary>
    public async Task StopHostAsync()
    {
        await Host.DisposeAsync();
        Host = null!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in new[] { Second, Host }.OfType<SandboxHost>())
        {
            await host.DisposeAsync();
        }

        await House.DisposeAsync();
        await Callbacks.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>A signed call of the country's merchant; the answer must be an accepted one.</summary>
    public async Task<ApiAnswer> CreateAsync(Country country, OperationKind kind, string amount, params (FieldRole Role, string? Text)[] differs)
    {
        var operation = country.FindOperation(kind)!;
        var merchant = SandboxMerchants.All.Single(m => m.Country == country.IsoCode);
        var tradeNo = $"dlocal-{Interlocked.Increment(ref numbers)}";
        var body = new FlatBody();
        foreach (var field in operation.Fields.Where(field => field.Role != FieldRole.Sign))
        {
            var text = differs.Any(d => d.Role == field.Role) ? differs.First(d => d.Role == field.Role).Text : field.Role switch
            {
                FieldRole.TradeNo => tradeNo,
                FieldRole.Amount => amount,
                FieldRole.NotifyUrl => Receiver.AddressOf(tradeNo),
                FieldRole.Timestamp => "1795860000000",
                _ => field.Example,
            };
            if (text is not null)
            {
                body.Add(field.Name, text);
            }
        }

        var answer = await new SignedClient(Api, merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret).PostAsync($"/{country.Segment}{operation.Path}", body);
        Assert.True(answer.Code == "0000", $"{country}: {answer.Text}\n{Host?.Log.Text}");
        return answer;
    }

    /// <summary>A pay-in at a store in Mexico.</summary>
    public Task<ApiAnswer> PayInAsync(string amount) => CreateAsync(Mexico.Country, OperationKind.CreatePayIn, amount, (FieldRole.Way, Mexico.Store));

    /// <summary>A payout to a CLABE in Mexico.</summary>
    public Task<ApiAnswer> PayoutAsync(string amount) => CreateAsync(
        Mexico.Country, OperationKind.CreatePayout, amount, (FieldRole.AccountType, Mexico.ClabeAccount), (FieldRole.Bank, "40012"), (FieldRole.Account, Clabe), (FieldRole.Identity, "XEXX010101HNEXXXA4"));

    /// <summary>The order's last attempt.</summary>
    public async Task<AttemptRow> AttemptAsync(ApiAnswer created) =>
        (await Host.Get<OrderQueries>().FindAsync(created["platFormTradeNo"]!, CancellationToken.None))!.Attempts[^1];

    /// <summary>What dLocal knows the order by.</summary>
    public async Task<string> ReferenceAsync(ApiAnswer created) => (await AttemptAsync(created)).Reference;

    public async Task<OrderRow> UntilAsync(ApiAnswer created, Func<OrderRow, bool> isSo)
    {
        var order = await Host.UntilAsync(created["platFormTradeNo"]!, isSo);
        Assert.True(isSo(order), $"{order.Number} is {order.State} with {order.PaidMinor} paid and {order.ReturnedMinor} returned.\n{Host.Log.Text}");
        return order;
    }

    /// <summary>Waits until dLocal has the order's payout.</summary>
    public async Task<HousePayout> SentAsync(ApiAnswer created)
    {
        HousePayout? payout = null;
        Assert.True(await SandboxHost.ComesToBeAsync(async () =>
        {
            var reference = await ReferenceAsync(created);
            return (payout = House.Payouts.FirstOrDefault(each => each.ExternalId == reference)) is not null;
        }), Host.Log.Text);
        return payout!;
    }

    public async Task<ReceivedNotification> ToldAsync(ApiAnswer created, string status) =>
        (await Receiver.WaitForAsync(n => n.Path == "/" + created["tradeNo"] && n["status"] == status))[^1];

    public async Task DeliverAsync(HouseNotice notice) => Assert.Equal(HttpStatusCode.OK, await House.DeliverAsync(notice));

    private Task ConfigureAsync() => SaveAsync(async context =>
    {
        foreach (var sandbox in await context.ChannelAccounts.ToListAsync())
        {
            sandbox.Open = false;
        }

        var id = AccountId;
        foreach (var country in DLocalContract.Countries)
        {
            Configure(context, country, id++);
        }
    });

    private void Configure(PayproContext context, Country country, long id)
    {
        var maker = Host.Get<ChannelSecretMaker>();
        var account = new ChannelAccountRow
        {
            Id = id, Channel = "dlocal", Name = "An aggregator", Country = country.IsoCode, Currency = country.Currency.Code, CallbackKey = maker.CallbackKey(), SettingsJson = JsonSerializer.Serialize(DLocalContract.SettingsOf(House, country)),
        };
        context.ChannelAccounts.Add(account);
        foreach (var (name, value) in DLocalContract.Secrets)
        {
            context.ChannelSecrets.Add(maker.Make(account, name, Encoding.UTF8.GetBytes(value)));
        }

        foreach (var bank in country.Banks.Banks)
        {
            context.ChannelBankCodes.Add(new ChannelBankCodeRow { ChannelAccountId = id, Ours = bank.Code, Theirs = "rail-code" });
        }

        foreach (var way in country.PayInWays)
        {
            context.ChannelWays.Add(new ChannelWayRow
            {
                ChannelAccountId = id, Direction = Direction.PayIn, Way = way.Code, MinimumMinor = way.MinMinor, MaximumMinor = way.MaxMinor, TimeToLiveMinutes = (int)way.TimeToLive.TotalMinutes,
            });
        }

        foreach (var kind in country.PayoutKinds.Where(static kind => kind != Mexico.DebitCardAccount))
        {
            context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = id, Direction = Direction.Payout, Way = kind, MinimumMinor = country.PayoutMinMinor, MaximumMinor = country.PayoutMaxMinor });
        }
    }

    private async Task SaveAsync(Func<PayproContext, Task> save)
    {
        await Host.Get<ConfigStore>().SaveAsync(save);
        await Host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }
}
