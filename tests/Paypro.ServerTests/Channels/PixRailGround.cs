using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Pix;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Rails;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>An installation whose orders of Brazil go over the channel <c>pix</c> to the double of a bank.</summary>
internal sealed class PixRailGround : IAsyncDisposable
{
    public const long AccountId = 305;

    private static readonly Country Brazil = CountryCatalog.BuiltIn.FindCountry("BR")!;

    private readonly SandboxMerchant merchant = SandboxMerchants.All.Single(m => m.Country == "BR");
    private long numbers = 100;

    private PixRailGround(FaultyLine callbacks, RecordingReceiver receiver) => (Callbacks, Receiver) = (callbacks, receiver);

    /// <summary>From the bank to us.</summary>
    public FaultyLine Callbacks { get; }

    public RecordingReceiver Receiver { get; }

    public SandboxHost Host { get; private set; } = null!;

    /// <summary>A second node on the same database; null where there is one alone.</summary>
    public SandboxHost? Second { get; private set; }

    public PixBank Bank { get; private set; } = null!;

    /// <summary>The rail's clock.</summary>
    public OffTime RailTime { get; private set; } = null!;

    /// <summary>Who takes the merchant's calls: the host, or another process on its database.</summary>
    public HttpClient Api { get; set; } = null!;

    public static async Task<PixRailGround> StartAsync(Engine engine, TestDatabase? shared = null, params string[] arguments)
    {
        var ground = new PixRailGround(new FaultyLine(), await RecordingReceiver.StartAsync());
        await ground.Callbacks.MendAsync();
        ground.Host = await SandboxHost.StartAsync(engine, shared, ["--Paypro:PublicUrl", ground.Callbacks.Address, .. arguments]);
        ground.Api = ground.Host.Http;
        ground.Callbacks.Target = ground.Host.Http.BaseAddress;
        ground.RailTime = new OffTime(ground.Host.Time);
        ground.Bank = await PixBank.StartAsync(ground.RailTime);
        await ground.ConfigureAsync();
        return ground;
    }

    /// <summary>The same with two nodes.</summary>
    public static async Task<PixRailGround> StartTwoAsync(TestDatabase database)
    {
        var ground = await StartAsync(Engine.Postgres, database);
        ground.Second = await SandboxHost.StartAsync(Engine.Postgres, database, "--Paypro:PublicUrl", ground.Callbacks.Address);
        return ground;
    }

    /// <summary>Lets so much time pass at every node and at the bank.</summary>
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

        await Bank.DisposeAsync();
        await Callbacks.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    /// <summary>A signed call of the merchant; the answer must be an accepted one.</summary>
    public async Task<ApiAnswer> CreateAsync(OperationKind kind, string amount, params (FieldRole Role, string? Text)[] differs)
    {
        var operation = Brazil.FindOperation(kind)!;
        var tradeNo = $"pix-{Interlocked.Increment(ref numbers)}";
        var body = new FlatBody();
        foreach (var field in operation.Fields.Where(field => field.Role != FieldRole.Sign))
        {
            var text = differs.Any(d => d.Role == field.Role) ? differs.First(d => d.Role == field.Role).Text : field.Role switch
            {
                FieldRole.TradeNo => tradeNo,
                FieldRole.Amount => amount,
                FieldRole.NotifyUrl => Receiver.AddressOf(tradeNo),
                FieldRole.Timestamp => "1795860000000",
                FieldRole.IdentityType => "CPF",
                FieldRole.Identity => "52998224725",
                _ => field.Example,
            };
            if (text is not null)
            {
                body.Add(field.Name, text);
            }
        }

        var answer = await new SignedClient(Api, merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret).PostAsync($"/{Brazil.Segment}{operation.Path}", body);
        Assert.True(answer.Code == "0000", answer.Text);
        return answer;
    }

    public Task<ApiAnswer> PayInAsync(string amount) => CreateAsync(OperationKind.CreatePayIn, amount);

    public Task<ApiAnswer> PayoutAsync(string amount) => CreateAsync(
        OperationKind.CreatePayout, amount, (FieldRole.AccountType, "EVP"), (FieldRole.Account, "123e4567-e89b-42d3-a456-426614174000"));

    /// <summary>What the bank knows the order by.</summary>
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

    /// <summary>Waits until the bank has the order's payout.</summary>
    public async Task<BankPayout> SentAsync(ApiAnswer created)
    {
        BankPayout? payout = null;
        Assert.True(await SandboxHost.ComesToBeAsync(async () =>
        {
            var reference = await ReferenceAsync(created);
            return (payout = Bank.Payouts.FirstOrDefault(each => each.SendId == reference)) is not null;
        }), Host.Log.Text);
        return payout!;
    }

    public async Task<ReceivedNotification> ToldAsync(ApiAnswer created, string status) =>
        (await Receiver.WaitForAsync(n => n.Path == "/" + created["tradeNo"] && n["status"] == status))[^1];

    public async Task DeliverAsync(string body) => Assert.Equal(HttpStatusCode.OK, await Bank.DeliverAsync(body));

    /// <summary>What the account's settings are at a bank.</summary>
    public static Dictionary<string, string> SettingsOf(PixBank bank) => new()
    {
        ["base"] = bank.Address.AbsoluteUri,
        ["pixKey"] = PixBank.DefaultKey,
        ["payouts"] = "efi",
        ["maxInFlight"] = "4",
        ["fundsErrors"] = "saldo_insuficiente_do_teste",
        ["serverAuthority"] = bank.Certificates.AuthorityPem,
    };

    /// <summary>Its secrets.</summary>
    public static Dictionary<string, byte[]> SecretsOf(PixBank bank) => new()
    {
        ["client-id"] = Encoding.UTF8.GetBytes(PixBank.ClientId),
        ["client-secret"] = Encoding.UTF8.GetBytes(PixBank.ClientSecret),
        ["certificate"] = bank.Certificates.Client(),
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
            Channel = "pix",
            Name = "A bank",
            Country = "BR",
            Currency = "BRL",
            CallbackKey = maker.CallbackKey(),
            SettingsJson = JsonSerializer.Serialize(SettingsOf(Bank)),
        };
        context.ChannelAccounts.Add(account);
        foreach (var (name, value) in SecretsOf(Bank))
        {
            context.ChannelSecrets.Add(maker.Make(account, name, value));
        }

        foreach (var way in Brazil.PayInWays)
        {
            context.ChannelWays.Add(new ChannelWayRow
            {
                ChannelAccountId = account.Id, Direction = Direction.PayIn, Way = way.Code, MinimumMinor = way.MinMinor, MaximumMinor = way.MaxMinor,
                TimeToLiveMinutes = (int)way.TimeToLive.TotalMinutes,
            });
        }

        foreach (var kind in Brazil.PayoutKinds)
        {
            context.ChannelWays.Add(new ChannelWayRow
            {
                ChannelAccountId = account.Id, Direction = Direction.Payout, Way = kind, MinimumMinor = Brazil.PayoutMinMinor, MaximumMinor = Brazil.PayoutMaxMinor,
            });
        }
    });

    private async Task SaveAsync(Func<PayproContext, Task> save)
    {
        await Host.Get<ConfigStore>().SaveAsync(save);
        await Host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }
}
