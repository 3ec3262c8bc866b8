using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Paypro.Channels;
using Paypro.Channels.Spei;
using Paypro.RailDoubles;
using Paypro.RailDoubles.Spei;
using Paypro.Server.Platform;
using Paypro.Server.Rails;

namespace Paypro.UnitTests.Channels;

/// <summary>An account at STP's double, over real HTTPS.</summary>
internal sealed class SpeiGround : IAsyncDisposable
{
    public const string Callback = "https://gw.example.com/callbacks/0123456789abcdef0123456789abcdef", Passphrase = "a passphrase";

    public const string Recipient = "072000000000000025", Card = "4242424242424242";

    private static readonly ChannelHttpClients Clients = new(new Installation(IsSandbox: true, new HashSet<string>()));

    /// <summary>Made once: a key of this length takes a while.</summary>
    private static readonly Lazy<(string Pem, string PublicPem)> Keys = new(static () =>
    {
        using var key = RSA.Create(2048);
        return (key.ExportEncryptedPkcs8PrivateKeyPem(Passphrase, new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)), key.ExportSubjectPublicKeyInfoPem());
    });

    private readonly TestCertificates _others = new("Another authority");

    private SpeiGround(StpHouse house, SetClock clock)
    {
        (House, Clock) = (house, clock);
        Account = AccountOf(house.Address, house.Certificates.AuthorityPem);
        Services = TestServices.Make(time: clock) with { Http = Clients.Make };
    }

    public StpHouse House { get; }

    public SetClock Clock { get; }

    public ChannelAccount Account { get; set; }

    public ChannelServices Services { get; set; }

    public SpeiChannel Channel => new(Clock);

    /// <summary>The session of the account as it is when it is first asked for.</summary>
    public IChannelSession Session => field ??= Channel.Open(Account, Services);

    public IPayIns PayIns => (IPayIns)Session;

    public IPayouts Payouts => (IPayouts)Session;

    public IQueries Queries => (IQueries)Session;

    public IListings Listings => (IListings)Session;

    /// <summary>An authority that has not issued STP's certificate.</summary>
    public string ForeignAuthority => _others.AuthorityPem;

    public static string PublicKey => Keys.Value.PublicPem;

    public static async Task<SpeiGround> StartAsync(params (string Name, string Value)[] settings)
    {
        var clock = new SetClock();
        var ground = new SpeiGround(await StpHouse.StartAsync(PublicKey, clock), clock);
        ground.Account = ground.With(settings);
        return ground;
    }

    public static ChannelAccount AccountOf(Uri house, string authority) => new()
    {
        Id = 9,
        Channel = "spei",
        Country = "MX",
        Currency = "MXN",
        Settings = new Dictionary<string, string>
        {
            ["speiUrl"] = house.AbsoluteUri,
            ["efwsUrl"] = house.AbsoluteUri,
            ["empresa"] = StpHouse.Company,
            ["clabePrefix"] = StpHouse.Prefix,
            ["cuentaOrdenante"] = StpHouse.OwnAccount,
            ["nombreOrdenante"] = "Empresa de Prueba, S.A.",
            ["acceptsCards"] = "yes",
            ["serverAuthority"] = authority,
        },
        Secrets = new ChannelSecrets(
        [
            new("private-key", Encoding.UTF8.GetBytes(Keys.Value.Pem), 0, 0),
            new("passphrase", Encoding.UTF8.GetBytes(Passphrase), 0, 0),
            new("callback-token", "a token of sixteen and more"u8.ToArray(), 0, 0),
            new("basic-user", Encoding.UTF8.GetBytes(StpHouse.User), 0, 0),
            new("basic-password", Encoding.UTF8.GetBytes(StpHouse.Password), 0, 0),
        ]),
        CallbackAddress = new Uri(Callback),
    };

    /// <summary>The account with other settings; an empty value takes one away.</summary>
    public ChannelAccount With(params (string Name, string Value)[] settings)
    {
        var all = Account.Settings.ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
            if (value.Length == 0)
            {
                all.Remove(name);
            }
        }

        return Account with { Settings = all };
    }

    /// <summary>The account with another version of a secret; null takes it away.</summary>
    public ChannelAccount WithSecret(string name, byte[]? value) => Account with
    {
        Secrets = new ChannelSecrets(Account.Secrets.Names.Where(each => each != name).Select(each => new SecretVersion(each, Account.Secrets.Current(each, Clock.NowMs), 0, 0))
            .Concat(value is null ? [] : [new SecretVersion(name, value, 0, 0)])),
    };

    public PayInDraft PayIn(long amountMinor = 300_00, int serial = 1) => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = NumberOf(serial),
        Way = "va",
        AmountMinor = amountMinor,
        Currency = "MXN",
        ExpiresAtMs = Clock.NowMs + 86_400_000,
        MerchantName = "Tienda",
    };

    /// <summary>A CLABE that the account gives out.</summary>
    public string NumberOf(int serial)
    {
        var space = PayIns.NumberSpaceFor("va")!;
        return space.Finish($"{space.Prefix}07{serial.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(space.SerialDigits, '0')}");
    }

    public static PayoutDraft Payout(long amountMinor = 1234_50, int seed = 2) => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = SpeiReference.Make(Random(seed)),
        AmountMinor = amountMinor,
        Currency = "MXN",
        AccountType = "CLABE",
        BankCode = "BANORTE",
        Person = new Person { Name = "Persona de Prueba", Account = Recipient },
    };

    /// <summary>What STP posts, at the address that the account has for it.</summary>
    public CallbackRequest Calls(string kind, JsonObject body) => Calls(kind, body.ToJsonString());

    public CallbackRequest Calls(string kind, string body) => new()
    {
        Path = $"/{SpeiAccount.Read(Account, Clock.NowMs, out _)!.CallbackSecrets(Clock.NowMs).First()}/{kind}",
        Headers = new Dictionary<string, string>
        {
            ["Content-Type"] = "application/json",
            ["Authorization"] = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{StpHouse.User}:{StpHouse.Password}")),
        },
        Body = Encoding.UTF8.GetBytes(body),
        RemoteAddress = "127.0.0.1",
        ReceivedAtMs = Clock.NowMs,
    };

    public CallbackReading Read(CallbackRequest request) => ((ICallbacks)Session).ReadCallback(request);

    public QueryTarget Target(PayoutDraft draft, long? createdAtMs = null) => new(Direction.Payout, draft.Reference, draft.AccountType, draft.AmountMinor, createdAtMs ?? Clock.NowMs);

    public QueryTarget Target(PayInDraft draft) => new(Direction.PayIn, draft.Reference, draft.Way, draft.AmountMinor, Clock.NowMs);

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        _others.Dispose();
        await House.DisposeAsync();
    }

    private static byte[] Random(int seed)
    {
        var bytes = new byte[16];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
