using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Channels;
using Paypro.Channels.Paypro;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Channels;

/// <summary>A request as it left.</summary>
internal sealed record SentCall(Uri Address, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public FlatBody Flat => FlatBody.Read(Body, out _) ?? throw new InvalidOperationException("The request is no flat body.");

    public string? this[string name] => Flat.TryGet(name, out var member) ? member.Text : null;
}

/// <summary>An upstream that answers as the test says, and remembers what came.</summary>
internal sealed class StubUpstream : HttpMessageHandler
{
    public List<SentCall> Calls { get; } = [];

    /// <summary>Answers the call of a number, from 1.</summary>
    public Func<SentCall, int, HttpResponseMessage> Answers { get; set; } = (_, _) => Says("{}");

    public static HttpResponseMessage Says(string body, int status = 200) =>
        new((HttpStatusCode)status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };

    public static HttpResponseMessage Envelope(string code, string message, string data = "{}", int status = 200) =>
        Says($$"""{"msg":"{{message}}","code":"{{code}}","timestamp":1795860005000,"success":{{(code == "0000" ? "true" : "false")}},"data":{{data}}}""", status);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var call = new SentCall(request.RequestUri!, request.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase), body);
        Calls.Add(call);
        return Answers(call, Calls.Count);
    }
}

/// <summary>A session at a stub.</summary>
internal sealed class PayproGround
{
    public const string Secret = "0123456789abcdef0123456789abcdef";

    public const string OldSecret = "fedcba9876543210fedcba9876543210";

    public PayproGround(string country = "MX", bool own = false, params (string Name, string Value)[] settings)
    {
        Account = AccountOf(country, own, settings);
    }

    public StubUpstream Upstream { get; } = new();

    public SetClock Clock { get; } = new() { NowMs = 1_795_860_000_000 };

    public ChannelAccount Account { get; set; }

    public Country Country => CountryCatalog.BuiltIn.FindCountry(Account.Country)!;

    public IChannelSession Session => field ??= Open();

    public IPayIns PayIns => (IPayIns)Session;

    public IPayouts Payouts => (IPayouts)Session;

    public IQueries Queries => (IQueries)Session;

    public ICallbacks Callbacks => (ICallbacks)Session;

    public static ChannelAccount AccountOf(string country, bool own = false, params (string Name, string Value)[] settings)
    {
        var of = CountryCatalog.BuiltIn.FindCountry(country)!;
        Dictionary<string, string> all = new()
        {
            ["base"] = $"https://upstream.example.com/{of.Segment}",
            ["merchantNo"] = "1000000001",
            ["flavour"] = own ? "own" : "original",
            ["bankCodes"] = "*",
            ["ipAddress"] = "203.0.113.7",
            ["subMerchantNo"] = "shop",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }

        return new()
        {
            Id = 9,
            Channel = "paypro",
            Country = country,
            Currency = of.Currency.Code,
            Settings = all,
            Secrets = new ChannelSecrets(
            [
                new("key", Encoding.ASCII.GetBytes(Secret), 1_000, 0),
                new("key", Encoding.ASCII.GetBytes(OldSecret), 0, 0),
            ]),
            CallbackAddress = new Uri("https://gw.example.com/c/9"),
        };
    }

    public ChannelServices Services() => new()
    {
        Time = Clock,
        Random = count => new byte[count],
        Http = http => new HttpClient(Upstream, disposeHandler: false) { BaseAddress = http.BaseAddress },
        Tokens = new NoTokens(),
        Log = NullLogger.Instance,
    };

    /// <summary>A pay-in made of the country's examples.</summary>
    public PayInDraft PayIn(string way, long? amountMinor = null)
    {
        var of = Country.FindWay(way)!;
        return new()
        {
            Number = "68o0uwogz7mnzutt",
            Reference = PayproReference.Make(Direction.PayIn, new byte[16]),
            Way = way,
            AmountMinor = amountMinor ?? Math.Max(of.MinMinor, 300 * Country.Currency.UnitMinor),
            Currency = Country.Currency.Code,
            ExpiresAtMs = 1_800_000_000_000,
            Person = PersonOf(PayproAccount.Read(Account, Clock.NowMs, out _)!.PayInOperation(of), null),
            MerchantName = "A shop",
            ReturnUrl = Country.FindWay(way)!.Redirects ? "https://gw.example.com/pay/1" : null,
        };
    }

    /// <summary>A payout made of the country's examples.</summary>
    public PayoutDraft Payout(string kind = "*", long? amountMinor = null)
    {
        var operation = Country.FindOperation(OperationKind.CreatePayout)!;
        var sample = operation.Examples.LastOrDefault(each => each.Texts.Any(text => text == (FieldRole.AccountType, kind)));
        if (kind == "DebitCard")
        {
            sample = operation.Examples.Single(each => each.Name == "to a debit card");
        }

        return new()
        {
            Number = "68o0uwogz7mnzutt",
            Reference = PayproReference.Make(Direction.Payout, new byte[16]),
            AmountMinor = amountMinor ?? (Country.Currency.MinorDigits == 0 ? 50_000 : 300_00),
            Currency = Country.Currency.Code,
            AccountType = kind == "*" ? "" : kind,
            BankCode = BankOf(TextOf(operation, sample, FieldRole.Bank) ?? ""),
            Person = PersonOf(operation, sample),
        };
    }

    /// <summary>The code that the gateway stores, whichever of a bank's codes the merchant sent.</summary>
    private string BankOf(string sent) => Country.Banks.Find(sent)?.Code ?? sent;

    private static Person PersonOf(Operation operation, Sample? sample) => new()
    {
        Name = TextOf(operation, sample, FieldRole.Name)
            ?? $"{TextOf(operation, sample, FieldRole.FirstName)} {TextOf(operation, sample, FieldRole.LastName)}".Trim(),
        Mobile = TextOf(operation, sample, FieldRole.Mobile),
        Email = TextOf(operation, sample, FieldRole.Email),
        Account = TextOf(operation, sample, FieldRole.Account),
        Identity = TextOf(operation, sample, FieldRole.Identity),
        IdentityType = TextOf(operation, sample, FieldRole.IdentityType),
        CustomerId = TextOf(operation, sample, FieldRole.CustomerId),
    };

    private static string? TextOf(Operation operation, Sample? sample, FieldRole role) =>
        sample?.Texts.FirstOrDefault(text => text.Role == role).Text
        ?? operation.Fields.Where(field => field.Role == role).Select(field => field.LiveExample ?? field.Example).FirstOrDefault();

    private IChannelSession Open()
    {
        var channel = new PayproChannel(Clock);
        Assert.Null(channel.CheckAccount(Account));
        return channel.Open(Account, Services());
    }

    private sealed class NoTokens : ITokenStore
    {
        public Task<RailToken?> GetAsync(string name, Func<CancellationToken, Task<RailToken?>> renew, CancellationToken cancellation) => renew(cancellation);

        public Task ForgetAsync(string name, RailToken refused, CancellationToken cancellation) => Task.CompletedTask;
    }
}
