using System.Text;
using Paypro.Channels;
using Paypro.Channels.Pix;
using Paypro.RailDoubles;
using Paypro.RailDoubles.Pix;
using Paypro.Server.Platform;
using Paypro.Server.Rails;

namespace Paypro.UnitTests.Channels;

/// <summary>A Pix account at the double, over real HTTPS.</summary>
internal sealed class PixGround : IAsyncDisposable
{
    public const string Callback = "https://gw.example.com/callbacks/0123456789abcdef0123456789abcdef";

    public const string RecipientKey = "123e4567-e89b-42d3-a456-426614174000", Cpf = "52998224725";

    private static readonly ChannelHttpClients Clients = new(new Installation(IsSandbox: true, new HashSet<string>()));

    private readonly TestCertificates _others = new("Another authority");

    private PixGround(PixBank bank, SetClock clock)
    {
        (Bank, Clock) = (bank, clock);
        ClientFile = bank.Certificates.Client();
        Account = AccountOf(bank.Address, bank.Certificates.AuthorityPem, ClientFile);
        Services = TestServices.Make(time: clock) with { Http = Clients.Make };
    }

    public PixBank Bank { get; }

    public SetClock Clock { get; }

    public byte[] ClientFile { get; }

    public ChannelAccount Account { get; set; }

    public ChannelServices Services { get; set; }

    public PixChannel Channel => new(Clock);

    /// <summary>The session of the account as it is when it is first asked for.</summary>
    public IChannelSession Session => field ??= Channel.Open(Account, Services);

    public IPayIns PayIns => (IPayIns)Session;

    public IPayouts Payouts => (IPayouts)Session;

    public IRefunds Refunds => (IRefunds)Session;

    public IQueries Queries => (IQueries)Session;

    public IListings Listings => (IListings)Session;

    /// <summary>A certificate of an authority that the bank does not know.</summary>
    public byte[] ForeignClientFile => _others.Client();

    /// <summary>An authority that has not issued the bank's certificate.</summary>
    public string ForeignAuthority => _others.AuthorityPem;

    public static async Task<PixGround> StartAsync(params (string Name, string Value)[] settings)
    {
        var clock = new SetClock();
        var ground = new PixGround(await PixBank.StartAsync(clock), clock);
        ground.Account = ground.With(settings);
        return ground;
    }

    public static ChannelAccount AccountOf(Uri bank, string authority, byte[] clientFile) => new()
    {
        Id = 9,
        Channel = "pix",
        Country = "BR",
        Currency = "BRL",
        Settings = new Dictionary<string, string>
        {
            ["base"] = bank.AbsoluteUri,
            ["pixKey"] = PixBank.DefaultKey,
            ["merchantName"] = PixBank.Merchant,
            ["pixCity"] = PixBank.City,
            ["payouts"] = "efi",
            ["serverAuthority"] = authority,
        },
        Secrets = new ChannelSecrets(
        [
            new("client-id", Encoding.UTF8.GetBytes(PixBank.ClientId), 0, 0),
            new("client-secret", Encoding.UTF8.GetBytes(PixBank.ClientSecret), 0, 0),
            new("certificate", clientFile, 0, 0),
            new("callback-token", "a token of sixteen and more"u8.ToArray(), 0, 0),
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

    public PayInDraft PayIn(long amountMinor = 123_45, int seed = 1) => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = PixReference.Make(Direction.PayIn, Random(seed)),
        Way = "PIX",
        AmountMinor = amountMinor,
        Currency = "BRL",
        ExpiresAtMs = Clock.NowMs + 1_800_000,
        Person = new Person { Name = "Pessoa de Teste", Identity = Cpf, IdentityType = "CPF" },
        MerchantName = "Loja",
    };

    public static PayoutDraft Payout(long amountMinor = 12_34, int seed = 2) => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = PixReference.Make(Direction.Payout, Random(seed)),
        AmountMinor = amountMinor,
        Currency = "BRL",
        AccountType = "EVP",
        BankCode = "",
        Person = new Person { Name = "Pessoa de Teste", Account = RecipientKey, Identity = Cpf, IdentityType = "CPF" },
    };

    public static RefundDraft Refund(BankPayment payment, long amountMinor, int seed = 3) => new()
    {
        Number = "68o0uwogz7mnzuuu",
        Reference = PixReference.OfRefund(PixReference.Make(Direction.Refund, Random(seed)), payment.EndToEndId),
        Way = "PIX",
        PaidReference = payment.TxId ?? "",
        PaidRailId = "",
        PaymentReference = payment.EndToEndId,
        PaymentKey = payment.EndToEndId,
        PaymentMinor = payment.AmountMinor,
        AmountMinor = amountMinor,
        Currency = "BRL",
        Reason = "Pedido 1001",
    };

    /// <summary>What the bank posts, at the address that the account has for it.</summary>
    public CallbackRequest Calls(string body) => CallsOf(new Uri(PixAccount.Read(Account, Clock.NowMs, out _)!.CallbackAddress(Clock.NowMs) + "/pix"), body);

    public CallbackRequest CallsOf(Uri address, string body) => new()
    {
        Path = address.AbsolutePath[new Uri(Callback).AbsolutePath.Length..],
        FullPath = address.AbsolutePath,
        Query = address.Query,
        Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" },
        Body = Encoding.UTF8.GetBytes(body),
        RemoteAddress = "127.0.0.1",
        ReceivedAtMs = Clock.NowMs,
    };

    public CallbackReading Read(CallbackRequest request) => ((ICallbacks)Session).ReadCallback(request);

    public IReadOnlyList<Observation> Said(CallbackRequest request) => Assert.IsType<CallbackReading.Statements>(Read(request)).Observations;

    public static QueryTarget Target(PayInDraft draft) => new(Direction.PayIn, draft.Reference, draft.Way, draft.AmountMinor, 0);

    public static QueryTarget Target(PayoutDraft draft) => new(Direction.Payout, draft.Reference, draft.AccountType, draft.AmountMinor, 0);

    public static QueryTarget Target(RefundDraft draft) => new(Direction.Refund, draft.Reference, draft.Way, draft.AmountMinor, 0);

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        _others.Dispose();
        await Bank.DisposeAsync();
    }

    private static byte[] Random(int seed)
    {
        var bytes = new byte[16];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
