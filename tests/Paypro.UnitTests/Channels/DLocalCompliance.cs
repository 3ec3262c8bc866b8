using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Paypro.Channels;
using Paypro.Channels.DLocal;
using Paypro.RailDoubles.DLocal;

namespace Paypro.UnitTests.Channels;

/// <summary>The suite for dLocal, at the double.</summary>
public sealed partial class DLocalCompliance : ChannelCompliance, IAsyncLifetime
{
    private DLocalGround ground = null!;

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
            ground.House.Trouble("POST /payouts/v3", DLocalTrouble.CutAfter);
            return Account;
        }
    }

    protected override ChannelAccount? Rotated => Account with
    {
        Secrets = new ChannelSecrets([.. Account.Secrets.Names.Select(name => new SecretVersion(name, Account.Secrets.Current(name, 1), 0, 0)),
            new("callback-token", "a newer token of many bytes"u8.ToArray(), 1_000, 0), new("secret-key", "a newer key"u8.ToArray(), 1_000, 0)]),
    };

    protected override Regex PayoutReferenceShape => Shape();

    protected override IEnumerable<string> PayableWays => PayInWays;

    /// <summary>A payout's signature is described nowhere.</summary>
    protected override bool CallbacksProve(Direction direction) => direction != Direction.Payout;

    /// <summary>One without a signature is a hint and not refused; a wrong one is refused, which the channel's own tests hold.</summary>
    protected override bool CallbacksAreSigned => false;

    public async ValueTask InitializeAsync() => ground = await DLocalGround.StartAsync();

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(ground.House.Faults);
        await ground.DisposeAsync();
    }

    protected override PayInDraft PayIn(string way) => ground.PayIn(30_000) with { Way = way };

    protected override PayoutDraft Payout(string accountType) => DLocalGround.Payout(20_000) with { AccountType = accountType };

    protected override bool IsWellFormed(string kind, string number) => throw new InvalidOperationException("The rail makes every payment.");

    protected override string NumberOf(string way, int serial)
    {
        var draft = PayIn(way);
        draft = draft with { Reference = ground.PayIns.MakePayInReference(draft, Bytes(1_000 + serial + (way.Length * 10_000))) };
        Assert.IsType<InstructionOutcome.Accepted>(ground.PayIns.RequestInstructionAsync(draft, Stop).GetAwaiter().GetResult());
        ground.Clock.NowMs += 10;
        return draft.Reference;
    }

    protected override string RailIdOf(Direction direction, string reference) => direction != Direction.Refund ? ""
        : ground.House.Payments.SelectMany(static each => each.Refunds).FirstOrDefault(each => each.NotifyUrl.EndsWith(reference, StringComparison.Ordinal))?.Id ?? "";

    protected override Task<CallbackRequest> CallbackOfPaidPayout(string reference) => Task.FromResult(ground.Calls(DLocalHouse.NoticeOf(ground.House.Settle(reference))));

    protected override Task<CallbackRequest> CallbackOfPaidPayIn(string reference, long amountMinor) => Task.FromResult(ground.Calls(ground.House.NoticeOf(ground.House.Pay(reference, amountMinor))));

    protected override Task<CallbackRequest?> CallbackOfPaidRefund(string reference) =>
        Task.FromResult<CallbackRequest?>(ground.Calls(ground.House.NoticeOf(ground.House.SettleRefund(RailIdOf(Direction.Refund, reference)))));

    protected override Task<bool> EndTokenAsync()
    {
        ground.House.EndTokens();
        return Task.FromResult(true);
    }

    protected override IEnumerable<CallbackRequest> AuthenticNonsense()
    {
        var address = $"{DLocalGround.Callback}/{DLocalAccount.Read(Account, 1, out _)!.CallbackSecrets(1).First()}/payment";
        return new[]
        {
            "{}", "[]", "null", "7", """{"id":"D-4-1","order_id":"SI1","status":"PAID","currency":"MXN","amount":"100.00"}""", """{"id":"D-4-1","order_id":"SI1","status":"PAID","currency":"MXN","amount":100.001}""",
            """{"id":"D-4-1","order_id":"SI1","status":"PAID","currency":"MXN","amount":0}""", """{"id":"D-4-1","order_id":"SI1","status":"PAID","currency":"MXN","amount":-1}""",
            """{"id":"D-4-1","order_id":"SI1","status":"PAID","currency":"MXN"}""", """{"id":"D-4-1","status":"PAID","currency":"MXN","amount":1}""", """{"order_id":"SI1","status":"PAID","currency":"MXN","amount":1}""",
            """{"id":"D-4-1","order_id":"SI1","status":200,"currency":"MXN","amount":1}""", """{"id":"D-4-1","order_id":"SI1","status":"PAID","amount":1}""", """{"id":"../1","order_id":"SI1","status":"PAID","currency":"MXN","amount":1}""",
        }.Select(body => ground.Calls(ground.House.Signed(address, body)));
    }

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

/// <summary>A rail that answers nonsense to payouts, pay-ins and refunds.</summary>
public sealed class DLocalHttpCompliance : HttpChannelCompliance
{
    private readonly SetClock clock = new();

    protected override IChannel Channel => new DLocalChannel(clock);

    protected override PayoutDraft? Payout => DLocalGround.Payout();

    protected override PayInDraft? RemotePayIn => DLocalNonsense.PayIn(clock);

    protected override RefundDraft? Refund => DLocalNonsense.Refund;

    /// <summary>A token that is refused says it by its status alone.</summary>
    protected override bool MeansNotTaken(Nonsense answer) => answer.Status == 401;

    protected override ChannelAccount AccountAt(Uri rail) => DLocalNonsense.AccountAt(rail);
}

/// <summary>The same for questions about pay-ins.</summary>
public sealed class DLocalPayInHttpCompliance : HttpChannelCompliance
{
    private readonly SetClock clock = new();

    protected override IChannel Channel => new DLocalChannel(clock);

    protected override PayoutDraft? Payout => null;

    protected override PayInDraft? RemotePayIn => DLocalNonsense.PayIn(clock);

    protected override ChannelAccount AccountAt(Uri rail)
    {
        var account = DLocalNonsense.AccountAt(rail);
        return account with { Settings = account.Settings.Where(pair => pair.Key != "payouts").ToDictionary(pair => pair.Key, pair => pair.Value) };
    }
}

/// <summary>What is asked of a rail that answers nonsense.</summary>
internal static class DLocalNonsense
{
    public static RefundDraft Refund { get; } = DLocalGround.Refund(
        new HousePayment
        {
            Id = "D-4-e2227981-8ec8-48fd-8e9a-19fedb08d73a", OrderId = "SIABCDEFGHIJKLMNOPQRSTUVWX23", Country = "MX", Currency = "MXN", Method = "SE", IsDirect = false, AmountMinor = 100, PaidMinor = 100,
            CreatedAt = default, NotifyUrl = "", Asked = new JsonObject(),
        },
        100);

    public static PayInDraft PayIn(SetClock clock) => new()
    {
        Number = "68o0uwogz7mnzutt", Reference = "SIABCDEFGHIJKLMNOPQRSTUVWX23", Way = "va", AmountMinor = 100, Currency = "MXN", ExpiresAtMs = clock.NowMs + 600_000, ReturnUrl = "https://pay.example.com/",
    };

    public static ChannelAccount AccountAt(Uri rail)
    {
        var account = DLocalGround.AccountOf(rail, "");
        return account with { Settings = account.Settings.Where(pair => pair.Key != "serverAuthority").ToDictionary(pair => pair.Key, pair => pair.Value) };
    }
}
