using System.Text.RegularExpressions;
using Paypro.Channels;
using Paypro.Channels.Pix;
using Paypro.RailDoubles.Pix;

namespace Paypro.UnitTests.Channels;

/// <summary>The suite for Pix, at the double.</summary>
public sealed partial class PixCompliance : ChannelCompliance, IAsyncLifetime
{
    private PixGround ground = null!;

    protected override IChannel Channel => ground.Channel;

    protected override IChannel ChannelToBrokenRail => new CutChannel(ground.Channel);

    protected override ChannelAccount Account => ground.Account;

    protected override ChannelAccount? RemoteAccount => ground.Account;

    protected override ChannelServices Services => ground.Services;

    /// <summary>The next payout is taken, and its answer never comes.</summary>
    protected override ChannelAccount? SlowAccount
    {
        get
        {
            ground.Bank.Trouble("PUT /v3/gn/pix", PixTrouble.CutAfter);
            return Account;
        }
    }

    protected override ChannelAccount? Rotated => Account with
    {
        Secrets = new ChannelSecrets([.. Account.Secrets.Names.Select(name => new SecretVersion(name, Account.Secrets.Current(name, 1), 0, 0)), new("callback-token", "a newer token of many bytes"u8.ToArray(), 1_000, 0)]),
    };

    protected override Regex PayoutReferenceShape => Shape();

    protected override IEnumerable<string> PayableWays => PayInWays;

    /// <summary>The standard signs nothing: the caller is known by the address that it knows.</summary>
    protected override bool CallbacksAreSigned => false;

    protected override bool CallbacksProveContent => false;

    public async ValueTask InitializeAsync()
    {
        ground = await PixGround.StartAsync();
        Assert.Null(await ((IActivation)ground.Session).ActivateAsync(Stop));
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(ground.Bank.Faults);
        await ground.DisposeAsync();
    }

    protected override PayInDraft PayIn(string way) => ground.PayIn(30_000) with { Way = way };

    protected override PayoutDraft Payout(string accountType) =>
        PixGround.Payout(20_000) with { AccountType = accountType, Person = new Person { Name = "Pessoa de Teste", Account = accountType == "CPF" ? PixGround.Cpf : PixGround.RecipientKey, Identity = PixGround.Cpf } };

    protected override bool IsWellFormed(string kind, string number) => throw new InvalidOperationException("The bank makes every charge.");

    protected override string NumberOf(string way, int serial)
    {
        var draft = PayIn(way);
        draft = draft with { Reference = ground.PayIns.MakePayInReference(draft, Bytes(1_000 + serial)) };
        Assert.IsType<InstructionOutcome.Accepted>(ground.PayIns.RequestInstructionAsync(draft, Stop).GetAwaiter().GetResult());
        ground.Clock.NowMs += 10;
        return draft.Reference;
    }

    protected override Task PassAsync(TimeSpan time)
    {
        ground.Clock.NowMs += (long)time.TotalMilliseconds;
        return Task.CompletedTask;
    }

    protected override Task<CallbackRequest> CallbackOfPaidPayout(string reference) =>
        Task.FromResult(Call(PixBank.BodyOf(ground.Bank.Settle(reference))));

    protected override Task<CallbackRequest> CallbackOfPaidPayIn(string reference, long amountMinor) =>
        Task.FromResult(Call(PixBank.BodyOf(ground.Bank.Pay(reference, amountMinor))));

    protected override Task<CallbackRequest?> CallbackOfPaidRefund(string reference) =>
        Task.FromResult<CallbackRequest?>(Call(PixBank.BodyOf(ground.Bank.SettleReturn(reference[..reference.IndexOf('.', StringComparison.Ordinal)]))));

    protected override Task<bool> EndTokenAsync()
    {
        ground.Bank.EndTokens();
        return Task.FromResult(true);
    }

    protected override IEnumerable<CallbackRequest> AuthenticNonsense() =>
    [
        Call("""{"pix":[{}]}"""),
        Call("""{"pix":[null]}"""),
        Call("""{"pix":[{"endToEndId":"E1","valor":"140,45","horario":"2026-11-28T10:05:33.902Z"}]}"""),
        Call("""{"pix":[{"endToEndId":"E1","valor":"0.00","horario":"2026-11-28T10:05:33.902Z"}]}"""),
        Call("""{"pix":[{"endToEndId":"E1","valor":10.00,"horario":"2026-11-28T10:05:33.902Z"}]}"""),
        Call("""{"pix":{"endToEndId":"E1"}}"""),
        Call("[]"),
    ];

    private CallbackRequest Call(string body) => ground.CallsOf(new Uri(ground.Bank.Webhook() + "/pix"), body);

    [GeneratedRegex("^SO[A-Z2-7]{26}$")]
    private static partial Regex Shape();

    /// <summary>The channel over connections that break when the request has left.</summary>
    private sealed class CutChannel(IChannel inner) : IChannel
    {
        public string Name => inner.Name;

        public IReadOnlyList<WayOffer> Ways => inner.Ways;

        public IReadOnlyList<SecretName> Secrets => inner.Secrets;

        public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) => inner.TraitsOf(account, direction, way);

        public IChannelSession Open(ChannelAccount account, ChannelServices services) =>
            inner.Open(account, services with { Http = wish => new HttpClient(new Cut()) { BaseAddress = wish.BaseAddress }, Tokens = new OneToken() });

        private sealed class Cut : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
        }

        private sealed class OneToken : ITokenStore
        {
            public Task<RailToken?> GetAsync(string name, Func<CancellationToken, Task<RailToken?>> renew, CancellationToken cancellation) =>
                Task.FromResult<RailToken?>(new RailToken("a-token", long.MaxValue));

            public Task ForgetAsync(string name, RailToken refused, CancellationToken cancellation) => Task.CompletedTask;
        }
    }
}

/// <summary>A bank that answers nonsense.</summary>
public sealed class PixHttpCompliance : HttpChannelCompliance
{
    private static readonly Lazy<byte[]> File = new(static () =>
    {
        using var certificates = new RailDoubles.TestCertificates();
        return certificates.Client();
    });

    private readonly SetClock clock = new();

    protected override IChannel Channel => new PixChannel(clock);

    protected override PayoutDraft? Payout => PixGround.Payout();

    protected override PayInDraft? RemotePayIn => new()
    {
        Number = "68o0uwogz7mnzutt", Reference = "SIABCDEFGHIJKLMNOPQRSTUVWX23", Way = "PIX", AmountMinor = 100, Currency = "BRL", ExpiresAtMs = clock.NowMs + 600_000,
    };

    protected override RefundDraft? Refund => PixGround.Refund(new BankPayment { EndToEndId = "E00416968202611281005abcdef12345", AmountMinor = 100, At = default, Key = "" }, 100);

    /// <summary>A token that is refused says it by its status alone.</summary>
    protected override bool MeansNotTaken(Nonsense answer) => answer.Status == 401;

    protected override ChannelAccount AccountAt(Uri rail)
    {
        var account = PixGround.AccountOf(rail, "", File.Value);
        return account with { Settings = account.Settings.Where(pair => pair.Key != "serverAuthority").ToDictionary(pair => pair.Key, pair => pair.Value) };
    }
}
