using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles;
using Paypro.RailDoubles.DLocal;
using Paypro.RailDoubles.Mpesa;
using Paypro.RailDoubles.Pix;
using Paypro.RailDoubles.Spei;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>
/// A live installation with accounts of every rail at once, set up by the operator API: dLocal in each of its countries, and before it the country's own rail where there is one. Its callbacks
/// come over https through a proxy that has a certificate.
/// </summary>
internal sealed class LiveRailsGround : IAsyncDisposable
{
    private readonly TestCertificates certificates = new("Our own authority");
    private readonly MasterKeyFile key = new();
    private readonly Dictionary<string, (long No, string Secret)> merchants = new(StringComparer.Ordinal);
    private LiveDesk desk = null!;
    private long numbers;

    private LiveRailsGround() => Callbacks = new FaultyLine(certificates.Server());

    public FaultyLine Callbacks { get; }

    public RecordingReceiver Receiver { get; private set; } = null!;

    public SandboxHost Host { get; private set; } = null!;

    public PixBank Bank { get; private set; } = null!;

    public MpesaOperator Operator { get; private set; } = null!;

    public StpHouse Stp { get; private set; } = null!;

    public DLocalHouse House { get; private set; } = null!;

    /// <summary>Accounts by channel and country.</summary>
    public Dictionary<(string Channel, string Country), long> Accounts { get; } = [];

    public static async Task<LiveRailsGround> StartAsync(Engine engine, IReadOnlyList<Country> countries)
    {
        var ground = new LiveRailsGround { Receiver = await RecordingReceiver.StartAsync() };
        MasterKeyFile.Own(ground.key.Path);
        await ground.Callbacks.MendAsync();
        ground.Host = await SandboxHost.StartAsync(
            engine, null, "--Paypro:Sandbox=false", $"--Paypro:PublicUrl={ground.Callbacks.Address}", $"--Paypro:MasterKeyFile={ground.key.Path}", "--Paypro:Notifications:AllowLoopback=true");
        ground.Callbacks.Target = ground.Host.Http.BaseAddress;
        var time = ground.Host.Time;
        (ground.Bank, ground.Operator) = (await PixBank.StartAsync(time), await MpesaOperator.StartAsync(time));
        (ground.Stp, ground.House) = (await StpHouse.StartAsync(SpeiRailGround.PublicKey, time), await DLocalHouse.StartAsync(time));
        (ground.Bank.Trusts, ground.Operator.Trusts, ground.Stp.Trusts, ground.House.Trusts) = (ground.certificates, ground.certificates, ground.certificates, ground.certificates);
        await ground.SetUpAsync(countries);
        return ground;
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Bank.DisposeAsync();
        await Operator.DisposeAsync();
        await Stp.DisposeAsync();
        await House.DisposeAsync();
        await Callbacks.DisposeAsync();
        await Receiver.DisposeAsync();
        certificates.Dispose();
        key.Dispose();
    }

    /// <summary>A signed call of the country's merchant; the answer must be an accepted one.</summary>
    public async Task<ApiAnswer> CreateAsync(Country country, OperationKind kind, long amountMinor, params (FieldRole Role, string? Text)[] differs)
    {
        var operation = country.FindOperation(kind)!;
        var merchant = merchants[country.IsoCode];
        var tradeNo = $"live-{Interlocked.Increment(ref numbers)}";
        var body = new FlatBody();
        foreach (var field in operation.Fields.Where(field => field.Role != FieldRole.Sign))
        {
            var text = differs.Any(d => d.Role == field.Role) ? differs.First(d => d.Role == field.Role).Text : field.Role switch
            {
                FieldRole.TradeNo => tradeNo,
                FieldRole.Amount => Protocol.AmountText.WholeOrFixed(amountMinor, country.Currency),
                FieldRole.NotifyUrl => Receiver.AddressOf(tradeNo),
                FieldRole.Timestamp => Host.Time.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
                _ => field.LiveExample ?? field.Example,
            };
            if (text is not null)
            {
                body.Add(field.Name, text);
            }
        }

        var answer = await new SignedClient(Host.Http, merchant.No.ToString(CultureInfo.InvariantCulture), merchant.Secret).PostAsync($"/{country.Segment}{operation.Path}", body);
        Assert.True(answer.Code == "0000", $"{country}: {answer.Text}\n{Host.Log.Text}");
        return answer;
    }

    /// <summary>The order's last attempt.</summary>
    public async Task<AttemptRow> AttemptAsync(ApiAnswer created) => (await Host.Get<OrderQueries>().FindAsync(created["platFormTradeNo"]!, CancellationToken.None))!.Attempts[^1];

    /// <summary>Waits until a rail has the order's payout; it is what the rail has it as.</summary>
    public async Task<T> SentAsync<T>(ApiAnswer created, Func<string, T?> find)
        where T : class
    {
        T? found = null;
        Assert.True(await SandboxHost.ComesToBeAsync(async () => (found = find((await AttemptAsync(created)).Reference)) is not null), Host.Log.Text);
        return found!;
    }

    /// <summary>Waits until the order is paid, with all of the amount, and its merchant is told.</summary>
    public async Task PaidAsync(ApiAnswer created, string channel, Country country, long amountMinor)
    {
        var order = await Host.UntilAsync(created["platFormTradeNo"]!, static o => o.State == OrderState.Paid);
        Assert.True((order.State, order.PaidMinor) == (OrderState.Paid, amountMinor), $"{country} {channel}: {order.State} with {order.PaidMinor} of {amountMinor}.\n{Host.Log.Text}");
        Assert.Equal(Accounts[(channel, country.IsoCode)], (await AttemptAsync(created)).ChannelAccountId);
        await Receiver.WaitForAsync(n => n.Path == "/" + created["tradeNo"] && n["status"] == "0000");
    }

    /// <summary>Closes an account, so that the country's other one takes its orders.</summary>
    public async Task StopAsync(string channel, string country)
    {
        await desk.StopAsync(Accounts[(channel, country)]);
        await Host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    /// <summary>What the books say is at an account.</summary>
    public Task<long> BookedAsync(long account) => Host.ReadAsync(context =>
        context.Accounts.Where(a => a.OwnerType == OwnerType.Channel && a.OwnerId == account && a.Kind == AccountKind.Clearing).SumAsync(a => -a.BalanceMinor));

    private async Task SetUpAsync(IReadOnlyList<Country> countries)
    {
        desk = new LiveDesk(Host);
        await desk.OpenAsync();
        DLocalContract.Agree(House);
        foreach (var country in countries)
        {
            merchants[country.IsoCode] = await desk.AddMerchantAsync(country.IsoCode);
            await AddAsync("dlocal", country.IsoCode, DLocalContract.SettingsOf(House, country), Bytes(DLocalContract.Secrets), priority: 10);
        }

        await AddAsync("pix", "BR", PixRailGround.SettingsOf(Bank), PixRailGround.SecretsOf(Bank), priority: 0);
        await AddAsync("mpesa", "KE", MpesaRailGround.SettingsOf(Operator), MpesaRailGround.SecretsOf(Operator), priority: 0);
        await AddAsync("spei", "MX", SpeiRailGround.SettingsOf(Stp), Bytes(SpeiRailGround.Secrets), priority: 0);
        var spei = Accounts[("spei", "MX")];
        SpeiRailGround.Point(Stp, Callbacks.Address, await Host.ReadAsync(context => context.ChannelAccounts.Where(a => a.Id == spei).Select(a => a.CallbackKey).SingleAsync()), spei);
    }

    private async Task AddAsync(string channel, string country, Dictionary<string, string> settings, Dictionary<string, byte[]> secrets, int priority) =>
        Accounts[(channel, country)] = await desk.AddAccountAsync(channel, country, settings, secrets, priority);

    private static Dictionary<string, byte[]> Bytes(IReadOnlyDictionary<string, string> secrets) => secrets.ToDictionary(s => s.Key, s => Encoding.UTF8.GetBytes(s.Value));
}
