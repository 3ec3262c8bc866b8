using System.Text;
using System.Text.Json.Nodes;
using Paypro.Channels;
using Paypro.Channels.DLocal;
using Paypro.RailDoubles;
using Paypro.RailDoubles.DLocal;
using Paypro.Server.Platform;
using Paypro.Server.Rails;

namespace Paypro.UnitTests.Channels;

/// <summary>A dLocal account of Mexico at the double, over real HTTPS.</summary>
internal sealed class DLocalGround : IAsyncDisposable
{
    public const string Callback = "https://gw.example.com/callbacks/0123456789abcdef0123456789abcdef", Clabe = "012180001234567899";

    private static readonly ChannelHttpClients Clients = new(new Installation(IsSandbox: true, new HashSet<string>()));

    private readonly TestCertificates _others = new("Another authority");
    private readonly List<IChannelSession> _sessions = [];

    private DLocalGround(DLocalHouse house, SetClock clock)
    {
        (House, Clock) = (house, clock);
        Account = AccountOf(house.Address, house.Certificates.AuthorityPem);
        Services = TestServices.Make(time: clock) with { Http = Clients.Make };
    }

    public DLocalHouse House { get; }

    public SetClock Clock { get; }

    public ChannelAccount Account { get; set; }

    public ChannelServices Services { get; set; }

    public DLocalChannel Channel => new(Clock);

    /// <summary>A session of the account as it is now.</summary>
    public IChannelSession Session
    {
        get
        {
            var session = Channel.Open(Account, Services);
            _sessions.Add(session);
            return session;
        }
    }

    public IPayIns PayIns => (IPayIns)Session;

    public IPayouts Payouts => (IPayouts)Session;

    public IRefunds Refunds => (IRefunds)Session;

    public IQueries Queries => (IQueries)Session;

    /// <summary>An authority that has not issued the rail's certificate.</summary>
    public string ForeignAuthority => _others.AuthorityPem;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<DLocalGround> StartAsync(params (string Name, string Value)[] settings)
    {
        var clock = new SetClock();
        var ground = new DLocalGround(await DLocalHouse.StartAsync(clock), clock);
        ground.Account = ground.With(settings);
        return ground;
    }

    public static ChannelAccount AccountOf(Uri house, string authority) => new()
    {
        Id = 9,
        Channel = "dlocal",
        Country = "MX",
        Currency = "MXN",
        Settings = new Dictionary<string, string>
        {
            ["base"] = house.AbsoluteUri,
            ["method.va"] = "SE:REDIRECT",
            ["method.store"] = "OX:REDIRECT",
            ["payouts"] = "v3",
            ["purpose"] = "REMITTANCES",
            ["refunds"] = "va,store",
            ["payment.payer.email"] = "payer@example.com",
            ["serverAuthority"] = authority,
        },
        Secrets = new ChannelSecrets(
        [
            new("login", Encoding.UTF8.GetBytes(DLocalHouse.Login), 0, 0),
            new("trans-key", Encoding.UTF8.GetBytes(DLocalHouse.TransKey), 0, 0),
            new("secret-key", Encoding.UTF8.GetBytes(DLocalHouse.SecretKey), 0, 0),
            new("client-id", Encoding.UTF8.GetBytes(DLocalHouse.ClientId), 0, 0),
            new("client-secret", Encoding.UTF8.GetBytes(DLocalHouse.ClientSecret), 0, 0),
            new("callback-token", "a token of sixteen and more"u8.ToArray(), 0, 0),
        ]),
        BankCodes = new Dictionary<string, string> { ["40012"] = "012" },
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

    /// <summary>The account in another country; what a country asks for besides is the caller's.</summary>
    public ChannelAccount In(string country, params (string Name, string Value)[] settings)
    {
        var moved = Account with { Country = country, Currency = DLocalForms.Currencies[country], BankCodes = new Dictionary<string, string>() };
        var all = Account.Settings.Where(pair => !pair.Key.StartsWith("method.", StringComparison.Ordinal) && pair.Key != "refunds").ToDictionary(pair => pair.Key, pair => pair.Value);
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return moved with { Settings = all };
    }

    public PayInDraft PayIn(long amountMinor = 123_45, int seed = 1) => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = DLocalReference.Make(Direction.PayIn, Random(seed)),
        Way = "va",
        AmountMinor = amountMinor,
        Currency = "MXN",
        ExpiresAtMs = Clock.NowMs + 1_800_000,
        Person = new Person { Name = "José Núñez de Prueba", Mobile = "525555550100", CustomerId = "c-1001" },
        MerchantName = "Tienda",
        ReturnUrl = "https://pay.example.com/pay/abc",
    };

    public static PayoutDraft Payout(long amountMinor = 12_34, int seed = 2) => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = DLocalReference.Make(Direction.Payout, Random(seed)),
        AmountMinor = amountMinor,
        Currency = "MXN",
        AccountType = "CLABE",
        BankCode = "40012",
        Person = new Person { Name = "Persona de Prueba", Account = Clabe, Identity = "XEXX010101HNEXXXA4" },
    };

    public static RefundDraft Refund(HousePayment payment, long amountMinor, int seed = 3) => new()
    {
        Number = "68o0uwogz7mnzuuu",
        Reference = DLocalReference.Make(Direction.Refund, Random(seed)),
        Way = "va",
        PaidReference = payment.OrderId,
        PaidRailId = payment.Id,
        PaymentReference = payment.Id,
        PaymentKey = payment.Id,
        PaymentMinor = payment.PaidMinor,
        AmountMinor = amountMinor,
        Currency = "MXN",
        Reason = "Pedido 1001",
    };

    /// <summary>A payment that the rail has.</summary>
    public async Task<HousePayment> MadeAsync(int seed = 1, long amountMinor = 123_45)
    {
        var draft = PayIn(amountMinor, seed);
        Assert.IsType<InstructionOutcome.Accepted>(await PayIns.RequestInstructionAsync(draft, Stop));
        return House.PaymentOf(draft.Reference)!;
    }

    public CallbackRequest Calls(HouseNotice notice) => new()
    {
        Path = notice.Address.AbsolutePath[new Uri(Callback).AbsolutePath.Length..],
        FullPath = notice.Address.AbsolutePath,
        Query = notice.Address.Query,
        Headers = notice.Headers.Append(new("Content-Type", "application/json")).ToDictionary(pair => pair.Key, pair => pair.Value),
        Body = Encoding.UTF8.GetBytes(notice.Body),
        RemoteAddress = "127.0.0.1",
        ReceivedAtMs = Clock.NowMs,
    };

    public CallbackReading Read(HouseNotice notice) => Read(Calls(notice));

    public CallbackReading Read(CallbackRequest request) => ((ICallbacks)Session).ReadCallback(request);

    /// <summary>A signed notification with one member changed or (null) taken away.</summary>
    public HouseNotice Changed(HousePayment payment, string member, JsonNode? value)
    {
        var body = House.BodyOf(payment);
        body[member] = value;
        if (value is null)
        {
            body.Remove(member);
        }

        return House.Signed(payment.NotifyUrl, body);
    }

    public static QueryTarget Target(PayInDraft draft, string railId = "") => new(Direction.PayIn, draft.Reference, draft.Way, draft.AmountMinor, 0, railId);

    public static QueryTarget Target(PayoutDraft draft) => new(Direction.Payout, draft.Reference, draft.AccountType, draft.AmountMinor, 0);

    public static QueryTarget Target(RefundDraft draft, string railId) => new(Direction.Refund, draft.Reference, draft.Way, draft.AmountMinor, 0, railId);

    public async ValueTask DisposeAsync()
    {
        _sessions.ForEach(static session => session.Dispose());
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
