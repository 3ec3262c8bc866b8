using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Mpesa;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Rails;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>An installation whose orders of Kenya go over the channel <c>mpesa</c> to the double of the operator.</summary>
internal sealed class MpesaRailGround : IAsyncDisposable
{
    public const long AccountId = 306;

    private static readonly Country Kenya = CountryCatalog.BuiltIn.FindCountry("KE")!;

    private readonly SandboxMerchant merchant = SandboxMerchants.All.Single(m => m.Country == "KE");
    private long numbers = 100;

    private MpesaRailGround(FaultyLine callbacks, RecordingReceiver receiver) => (Callbacks, Receiver) = (callbacks, receiver);

    /// <summary>From the operator to us.</summary>
    public FaultyLine Callbacks { get; }

    public RecordingReceiver Receiver { get; }

    public SandboxHost Host { get; private set; } = null!;

    /// <summary>A second node on the same database; null where there is one alone.</summary>
    public SandboxHost? Second { get; private set; }

    public MpesaOperator Operator { get; private set; } = null!;

    /// <summary>The rail's clock.</summary>
    public OffTime RailTime { get; private set; } = null!;

    /// <summary>Who takes the merchant's calls: the host, or another process on its database.</summary>
    public HttpClient Api { get; set; } = null!;

    public static async Task<MpesaRailGround> StartAsync(Engine engine, TestDatabase? shared = null, params string[] arguments)
    {
        var ground = new MpesaRailGround(new FaultyLine(), await RecordingReceiver.StartAsync());
        await ground.Callbacks.MendAsync();
        ground.Host = await SandboxHost.StartAsync(engine, shared, ["--Paypro:PublicUrl", ground.Callbacks.Address, .. arguments]);
        ground.Api = ground.Host.Http;
        ground.Callbacks.Target = ground.Host.Http.BaseAddress;
        ground.RailTime = new OffTime(ground.Host.Time);
        ground.Operator = await MpesaOperator.StartAsync(ground.RailTime);
        await ground.ConfigureAsync();
        return ground;
    }

    /// <summary>The same with two nodes.</summary>
    public static async Task<MpesaRailGround> StartTwoAsync(TestDatabase database)
    {
        var ground = await StartAsync(Engine.Postgres, database);
        ground.Second = await SandboxHost.StartAsync(Engine.Postgres, database, "--Paypro:PublicUrl", ground.Callbacks.Address);
        return ground;
    }

    /// <summary>Lets so much time pass at every node and at the operator.</summary>
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

        await Operator.DisposeAsync();
        await Callbacks.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>A signed call of the merchant; the answer must be an accepted one.</summary>
    public async Task<ApiAnswer> CreateAsync(OperationKind kind, string amount, params (FieldRole Role, string? Text)[] differs)
    {
        var operation = Kenya.FindOperation(kind)!;
        var tradeNo = $"ke-{Interlocked.Increment(ref numbers)}";
        var body = new FlatBody();
        foreach (var field in operation.Fields.Where(field => field.Role != FieldRole.Sign))
        {
            var text = differs.Any(d => d.Role == field.Role) ? differs.First(d => d.Role == field.Role).Text : field.Role switch
            {
                FieldRole.TradeNo => tradeNo,
                FieldRole.Amount => amount,
                FieldRole.NotifyUrl => Receiver.AddressOf(tradeNo),
                FieldRole.Timestamp => "1795860000000",
                FieldRole.Account => $"2547{Interlocked.Read(ref numbers):00000000}",
                _ => field.Example,
            };
            if (text is not null)
            {
                body.Add(field.Name, text);
            }
        }

        var answer = await new SignedClient(Api, merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret).PostAsync($"/{Kenya.Segment}{operation.Path}", body);
        Assert.True(answer.Code == "0000", answer.Text);
        return answer;
    }

    public Task<ApiAnswer> PayInAsync(string amount) => CreateAsync(OperationKind.CreatePayIn, amount);

    public Task<ApiAnswer> PayoutAsync(string amount) => CreateAsync(OperationKind.CreatePayout, amount);

    /// <summary>What the operator knows the order by.</summary>
    public async Task<string> ReferenceAsync(ApiAnswer created)
    {
        var found = await Host.Get<OrderQueries>().FindAsync(created["platFormTradeNo"]!, CancellationToken.None);
        return found!.Attempts[^1].Reference;
    }

    public async Task<OrderRow> UntilAsync(ApiAnswer created, Func<OrderRow, bool> isSo)
    {
        var order = await Host.UntilAsync(created["platFormTradeNo"]!, isSo);
        Assert.True(isSo(order), $"{order.Number} is {order.State} with {order.PaidMinor} paid and {order.ReturnedMinor} returned.\n{Host.Log.Text}");
        return order;
    }

    /// <summary>Waits until the operator has the order's payout.</summary>
    public async Task<OperatorOrder> SentAsync(ApiAnswer created)
    {
        OperatorOrder? payout = null;
        Assert.True(await SandboxHost.ComesToBeAsync(async () =>
        {
            var reference = await ReferenceAsync(created);
            return (payout = Operator.Payouts.FirstOrDefault(each => each.OriginatorId == reference)) is not null;
        }), Host.Log.Text);
        return payout!;
    }

    public async Task<ReceivedNotification> ToldAsync(ApiAnswer created, string status) =>
        (await Receiver.WaitForAsync(n => n.Path == "/" + created["tradeNo"] && n["status"] == status))[^1];

    public async Task DeliverAsync(OperatorPost post) => Assert.Equal(200, await Operator.DeliverAsync(post));

    /// <summary>Reads what the operator lists.</summary>
    public async Task ReadListAsync()
    {
        var listings = Host.Get<ReadListings>();
        await listings.RunOnceAsync(CancellationToken.None);
        await listings.WhenIdleAsync();
    }

    /// <summary>What the account's settings are at an operator.</summary>
    public static Dictionary<string, string> SettingsOf(MpesaOperator it) => new()
    {
        ["base"] = it.Address.AbsoluteUri,
        ["shortCode"] = MpesaOperator.ShortCode,
        ["c2b"] = "hint",
        ["pull"] = "yes",
        ["pullOffset"] = "rows",
        ["pullNumber"] = "254708374149",
        ["initiatorName"] = MpesaOperator.Initiator,
        ["b2cShortCode"] = MpesaOperator.B2cShortCode,
        ["partialReversals"] = "yes",
        ["notFoundCodes"] = MpesaOperator.NoSuchTransaction,
        ["maxPerSecond"] = "1000",
        ["serverAuthority"] = it.Certificates.AuthorityPem,
    };

    /// <summary>Its secrets.</summary>
    public static Dictionary<string, byte[]> SecretsOf(MpesaOperator it) => new()
    {
        ["consumer-key"] = Encoding.UTF8.GetBytes(MpesaOperator.ConsumerKey),
        ["consumer-secret"] = Encoding.UTF8.GetBytes(MpesaOperator.ConsumerSecret),
        ["passkey"] = Encoding.UTF8.GetBytes(MpesaOperator.Passkey),
        ["initiator-password"] = Encoding.UTF8.GetBytes(MpesaOperator.InitiatorPassword),
        ["certificate"] = Encoding.UTF8.GetBytes(it.CertificatePem),
        ["callback-token"] = "a token of sixteen and more"u8.ToArray(),
    };

    private Task ConfigureAsync() => SaveAsync(async context =>
    {
        foreach (var sandbox in await context.ChannelAccounts.ToListAsync())
        {
            sandbox.Open = false;
        }

        var maker = Host.Get<ChannelSecretMaker>();
        var account = new ChannelAccountRow
        {
            Id = AccountId,
            Channel = "mpesa",
            Name = "An operator",
            Country = "KE",
            Currency = "KES",
            CallbackKey = maker.CallbackKey(),
            SettingsJson = JsonSerializer.Serialize(SettingsOf(Operator)),
        };
        context.ChannelAccounts.Add(account);
        foreach (var (name, value) in SecretsOf(Operator))
        {
            context.ChannelSecrets.Add(maker.Make(account, name, value));
        }

        foreach (var way in Kenya.PayInWays)
        {
            context.ChannelWays.Add(new ChannelWayRow
            {
                ChannelAccountId = account.Id, Direction = Direction.PayIn, Way = way.Code, MinimumMinor = way.MinMinor, MaximumMinor = way.MaxMinor,
                TimeToLiveMinutes = (int)way.TimeToLive.TotalMinutes,
            });
        }

        foreach (var kind in Kenya.PayoutKinds)
        {
            context.ChannelWays.Add(new ChannelWayRow
            {
                ChannelAccountId = account.Id, Direction = Direction.Payout, Way = kind, MinimumMinor = Kenya.PayoutMinMinor, MaximumMinor = Kenya.PayoutMaxMinor,
            });
        }
    });

    private async Task SaveAsync(Func<PayproContext, Task> save)
    {
        await Host.Get<ConfigStore>().SaveAsync(save);
        await Host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }
}
