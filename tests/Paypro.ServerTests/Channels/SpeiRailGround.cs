using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Spei;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Rails;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>An installation whose orders of Mexico go over the channel <c>spei</c> to the double of STP.</summary>
internal sealed class SpeiRailGround : IAsyncDisposable
{
    public const long AccountId = 306;

    private const string Token = "a token of sixteen and more", Passphrase = "a passphrase";

    private static readonly Country Mexico = CountryCatalog.BuiltIn.FindCountry("MX")!;

    private static readonly Lazy<(string Pem, string PublicPem)> Keys = new(static () =>
    {
        using var key = RSA.Create(2048);
        return (key.ExportEncryptedPkcs8PrivateKeyPem(Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)), key.ExportSubjectPublicKeyInfoPem());
    });

    private readonly SandboxMerchant merchant = SandboxMerchants.All.Single(m => m.Country == "MX");
    private long numbers = 100;

    private SpeiRailGround(FaultyLine callbacks, RecordingReceiver receiver) => (Callbacks, Receiver) = (callbacks, receiver);

    /// <summary>From STP to us.</summary>
    public FaultyLine Callbacks { get; }

    public RecordingReceiver Receiver { get; }

    public SandboxHost Host { get; private set; } = null!;

    /// <summary>A second node on the same database; null where there is one alone.</summary>
    public SandboxHost? Second { get; private set; }

    public StpHouse House { get; private set; } = null!;

    /// <summary>The rail's clock.</summary>
    public OffTime RailTime { get; private set; } = null!;

    /// <summary>Who takes the merchant's calls: the host, or another process on its database.</summary>
    public HttpClient Api { get; set; } = null!;

    public static async Task<SpeiRailGround> StartAsync(Engine engine, TestDatabase? shared = null, params string[] arguments)
    {
        var ground = new SpeiRailGround(new FaultyLine(), await RecordingReceiver.StartAsync());
        await ground.Callbacks.MendAsync();
        ground.Host = await SandboxHost.StartAsync(engine, shared, ["--Paypro:PublicUrl", ground.Callbacks.Address, .. arguments]);
        ground.Api = ground.Host.Http;
        ground.Callbacks.Target = ground.Host.Http.BaseAddress;
        ground.RailTime = new OffTime(ground.Host.Time);
        ground.House = await StpHouse.StartAsync(Keys.Value.PublicPem, ground.RailTime);
        await ground.ConfigureAsync();
        return ground;
    }

    /// <summary>The same with two nodes.</summary>
    public static async Task<SpeiRailGround> StartTwoAsync(TestDatabase database)
    {
        var ground = await StartAsync(Engine.Postgres, database);
        ground.Second = await SandboxHost.StartAsync(Engine.Postgres, database, "--Paypro:PublicUrl", ground.Callbacks.Address);
        return ground;
    }

    /// <summary>Lets so much time pass at every node and at STP.</summary>
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

    /// <summary>A signed call of the merchant; the answer must be an accepted one.</summary>
    public async Task<ApiAnswer> CreateAsync(OperationKind kind, string amount, params (FieldRole Role, string? Text)[] differs)
    {
        var operation = Mexico.FindOperation(kind)!;
        var tradeNo = $"spei-{Interlocked.Increment(ref numbers)}";
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

        var answer = await new SignedClient(Api, merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret).PostAsync($"/{Mexico.Segment}{operation.Path}", body);
        Assert.True(answer.Code == "0000", answer.Text);
        return answer;
    }

    public Task<ApiAnswer> PayInAsync(string amount) => CreateAsync(OperationKind.CreatePayIn, amount, (FieldRole.Way, "va"));

    public Task<ApiAnswer> PayoutAsync(string amount) => CreateAsync(
        OperationKind.CreatePayout, amount, (FieldRole.AccountType, "CLABE"), (FieldRole.Bank, "40012"), (FieldRole.Account, "012180001234567899"));

    /// <summary>What STP knows the order by.</summary>
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

    /// <summary>Waits until STP has the order's payout.</summary>
    public async Task<StpOrder> SentAsync(ApiAnswer created)
    {
        StpOrder? sent = null;
        Assert.True(await SandboxHost.ComesToBeAsync(async () =>
        {
            var reference = await ReferenceAsync(created);
            return (sent = House.Orders.FirstOrDefault(each => each.Key == reference)) is not null;
        }), Host.Log.Text);
        return sent!;
    }

    public async Task<ReceivedNotification> ToldAsync(ApiAnswer created, string status) =>
        (await Receiver.WaitForAsync(n => n.Path == "/" + created["tradeNo"] && n["status"] == status))[^1];

    /// <summary>The days' lists are read, by whichever node.</summary>
    public async Task ListAsync()
    {
        var listings = (Second ?? Host).Get<ReadListings>();
        await listings.RunOnceAsync(CancellationToken.None);
        await listings.WhenIdleAsync();
    }

    public async Task TakenAsync(StpCredit credit) => Assert.Equal(HttpStatusCode.OK, await House.TellAsync(credit));

    /// <summary>How often the books hold something of a reference.</summary>
    public Task<int> StatementsOfAsync(string reference) => Host.ReadAsync(context => context.Statements.CountAsync(s => s.ChannelAccountId == AccountId && s.Reference == reference));

    /// <summary>What the account's settings are at a house.</summary>
    public static Dictionary<string, string> SettingsOf(StpHouse house) => new()
    {
        ["speiUrl"] = house.Address.AbsoluteUri,
        ["efwsUrl"] = house.Address.AbsoluteUri,
        ["empresa"] = StpHouse.Company,
        ["clabePrefix"] = StpHouse.Prefix,
        ["cuentaOrdenante"] = StpHouse.OwnAccount,
        ["nombreOrdenante"] = "Empresa de Prueba",
        ["queriesPerHour"] = "100000",
        ["fundsErrors"] = "-999, saldo insuficiente",
        ["serverAuthority"] = house.Certificates.AuthorityPem,
    };

    /// <summary>Its secrets.</summary>
    public static IReadOnlyDictionary<string, string> Secrets => new Dictionary<string, string>
    {
        ["private-key"] = Keys.Value.Pem,
        ["passphrase"] = Passphrase,
        ["callback-token"] = Token,
        ["basic-user"] = StpHouse.User,
        ["basic-password"] = StpHouse.Password,
    };

    /// <summary>The company's public key, which STP has from it.</summary>
    public static string PublicKey => Keys.Value.PublicPem;

    /// <summary>Tells STP where to post, as the operator's page tells to make the addresses, by other code than the channel's.</summary>
    public static void Point(StpHouse house, string publicUrl, string callbackKey, long accountId)
    {
        var secret = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Token), Encoding.UTF8.GetBytes($"spei:{accountId}")))[..32];
        house.CreditsTo = new Uri($"{publicUrl}/callbacks/{callbackKey}/{secret}/abono");
        house.StatesTo = new Uri($"{publicUrl}/callbacks/{callbackKey}/{secret}/estado");
    }

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
            Channel = "spei",
            Name = "STP",
            Country = "MX",
            Currency = "MXN",
            CallbackKey = maker.CallbackKey(),
            SettingsJson = JsonSerializer.Serialize(SettingsOf(House)),
        };
        context.ChannelAccounts.Add(account);
        foreach (var (name, value) in Secrets)
        {
            context.ChannelSecrets.Add(maker.Make(account, name, Encoding.UTF8.GetBytes(value)));
        }

        var va = Mexico.PayInWays.Single(way => way.Code == "va");
        context.ChannelWays.Add(new ChannelWayRow
        {
            ChannelAccountId = account.Id, Direction = Direction.PayIn, Way = va.Code, MinimumMinor = va.MinMinor, MaximumMinor = va.MaxMinor, TimeToLiveMinutes = (int)va.TimeToLive.TotalMinutes,
        });
        context.ChannelWays.Add(new ChannelWayRow
        {
            ChannelAccountId = account.Id, Direction = Direction.Payout, Way = "CLABE", MinimumMinor = Mexico.PayoutMinMinor, MaximumMinor = Mexico.PayoutMaxMinor,
        });

        Point(House, Callbacks.Address, account.CallbackKey, AccountId);
    });

    private async Task SaveAsync(Func<PayproContext, Task> save)
    {
        await Host.Get<ConfigStore>().SaveAsync(save);
        await Host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }
}
