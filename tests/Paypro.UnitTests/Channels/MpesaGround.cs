using System.Collections.Concurrent;
using System.Text;
using Paypro.Channels;
using Paypro.Channels.Mpesa;
using Paypro.RailDoubles.Mpesa;
using Paypro.Server.Platform;
using Paypro.Server.Rails;

namespace Paypro.UnitTests.Channels;

/// <summary>An M-PESA account at the double, over real HTTPS. What the operator posts is kept until a test reads it.</summary>
internal sealed class MpesaGround : IAsyncDisposable
{
    public const string Callback = "https://gw.example.com/callbacks/0123456789abcdef0123456789abcdef", Phone = "254708374149";

    private static readonly ChannelHttpClients Clients = new(new Installation(IsSandbox: true, new HashSet<string>()));

    private int _phones;

    private MpesaGround(MpesaOperator rail, SetClock clock)
    {
        (Operator, Clock) = (rail, clock);
        Account = AccountOf(rail.Address, rail.Certificates.AuthorityPem, rail.CertificatePem);
        Services = TestServices.Make(time: clock) with { Http = Clients.Make };
        rail.Posts = post =>
        {
            Posted.Enqueue(post);
            return Task.CompletedTask;
        };
    }

    public MpesaOperator Operator { get; }

    public SetClock Clock { get; }

    public ChannelAccount Account { get; set; }

    public ChannelServices Services { get; set; }

    /// <summary>What the operator has posted of its own.</summary>
    public ConcurrentQueue<OperatorPost> Posted { get; } = [];

    public MpesaChannel Channel => new(Clock);

    /// <summary>The session of the account as it is when it is first asked for.</summary>
    public IChannelSession Session => field ??= Channel.Open(Account, Services);

    public IPayIns PayIns => (IPayIns)Session;

    public IPayouts Payouts => (IPayouts)Session;

    public IRefunds Refunds => (IRefunds)Session;

    public IQueries Queries => (IQueries)Session;

    public IListings Listings => (IListings)Session;

    public static async Task<MpesaGround> StartAsync(params (string Name, string Value)[] settings)
    {
        var clock = new SetClock();
        var ground = new MpesaGround(await MpesaOperator.StartAsync(clock), clock);
        ground.Account = ground.With(settings);
        return ground;
    }

    public static ChannelAccount AccountOf(Uri rail, string authority, string certificate) => new()
    {
        Id = 9,
        Channel = "mpesa",
        Country = "KE",
        Currency = "KES",
        Settings = new Dictionary<string, string>
        {
            ["base"] = rail.AbsoluteUri,
            ["shortCode"] = MpesaOperator.ShortCode,
            ["c2b"] = "hint",
            ["pull"] = "yes",
            ["pullOffset"] = "rows",
            ["pullNumber"] = Phone,
            ["initiatorName"] = MpesaOperator.Initiator,
            ["b2cShortCode"] = MpesaOperator.B2cShortCode,
            ["partialReversals"] = "yes",
            ["notFoundCodes"] = MpesaOperator.NoSuchTransaction,
            ["serverAuthority"] = authority,
        },
        Secrets = new ChannelSecrets(
        [
            new("consumer-key", Encoding.UTF8.GetBytes(MpesaOperator.ConsumerKey), 0, 0),
            new("consumer-secret", Encoding.UTF8.GetBytes(MpesaOperator.ConsumerSecret), 0, 0),
            new("passkey", Encoding.UTF8.GetBytes(MpesaOperator.Passkey), 0, 0),
            new("initiator-password", Encoding.UTF8.GetBytes(MpesaOperator.InitiatorPassword), 0, 0),
            new("certificate", Encoding.UTF8.GetBytes(certificate), 0, 0),
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

    /// <summary>A pay-in of a phone that no prompt was on before.</summary>
    public PayInDraft PayIn(long amountMinor = 300_00, int seed = 1) => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = MpesaReference.Make(Direction.PayIn, Random(seed)),
        Way = "mpesa",
        AmountMinor = amountMinor,
        Currency = "KES",
        ExpiresAtMs = Clock.NowMs + 900_000,
        Person = new Person { Account = $"2547{++_phones:00000000}" },
    };

    public static PayoutDraft Payout(long amountMinor = 200_00, int seed = 2) => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = MpesaReference.Make(Direction.Payout, Random(seed)),
        AmountMinor = amountMinor,
        Currency = "KES",
        AccountType = "",
        BankCode = "",
        Person = new Person { Account = Phone },
    };

    public static RefundDraft Refund(OperatorPayment payment, long amountMinor, int seed = 3) => new()
    {
        Number = "68o0uwogz7mnzuuu",
        Reference = MpesaReference.Make(Direction.Refund, Random(seed)),
        Way = "mpesa",
        PaidReference = payment.Account,
        PaidRailId = "",
        PaymentReference = payment.Receipt,
        PaymentKey = payment.Receipt,
        PaymentMinor = payment.Cents,
        AmountMinor = amountMinor,
        Currency = "KES",
        Reason = "Order 1001",
    };

    /// <summary>Something that the operator posts, as it comes to us.</summary>
    public CallbackRequest Calls(OperatorPost post, string from = "196.201.214.200") => new()
    {
        Path = post.To.AbsolutePath[new Uri(Callback).AbsolutePath.Length..],
        FullPath = post.To.AbsolutePath,
        Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" },
        Body = Encoding.UTF8.GetBytes(post.Body),
        RemoteAddress = from,
        ReceivedAtMs = Clock.NowMs,
    };

    public CallbackReading Read(OperatorPost post) => ((ICallbacks)Session).ReadCallback(Calls(post));

    public Observation Hinted(OperatorPost post) => Assert.Single(Assert.IsType<CallbackReading.Hint>(Read(post)).About);

    public Observation Said(OperatorPost post) => Assert.Single(Assert.IsType<CallbackReading.Statements>(Read(post)).Observations);

    public QueryTarget Target(PayInDraft draft, string railId) => new(Direction.PayIn, draft.Reference, draft.Way, draft.AmountMinor, Clock.NowMs - 60_000, railId);

    public static QueryTarget Target(PayoutDraft draft) => new(Direction.Payout, draft.Reference, draft.AccountType, draft.AmountMinor, 0);

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Operator.DisposeAsync();
    }

    private static byte[] Random(int seed)
    {
        var bytes = new byte[16];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
