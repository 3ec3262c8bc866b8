using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Paypro.Channels;
using Paypro.Channels.Mpesa;
using Paypro.RailDoubles.Mpesa;

namespace Paypro.UnitTests.Channels;

/// <summary>The suite for M-PESA, at the double: an account with the list, whose payers pay from the menu.</summary>
public partial class MpesaCompliance : ChannelCompliance, IAsyncLifetime
{
    private MpesaGround ground = null!;

    private protected MpesaGround Ground => ground;

    protected override IChannel Channel => ground.Channel;

    protected override IChannel ChannelToBrokenRail => new CutChannel(ground.Channel);

    protected override ChannelAccount Account => ground.Account;

    /// <summary>A prompt that is asked for again appears again, and a question does not tell its phone: <see cref="MpesaPromptTests"/> has what holds here.</summary>
    protected override ChannelAccount? RemoteAccount => null;

    protected override ChannelServices Services => ground.Services;

    /// <summary>The next payout is taken, and its answer never comes.</summary>
    protected override ChannelAccount? SlowAccount
    {
        get
        {
            ground.Operator.Trouble("POST /mpesa/b2c", MpesaTrouble.CutAfter);
            return Account;
        }
    }

    protected override ChannelAccount? Rotated => Account with
    {
        Secrets = new ChannelSecrets([.. Account.Secrets.Names.Select(name => new SecretVersion(name, Account.Secrets.Current(name, 1), 0, 0)), new("callback-token", "a newer token of many bytes"u8.ToArray(), 1_000, 0)]),
    };

    protected override Regex PayoutReferenceShape => Shape();

    protected override IEnumerable<string> PayableWays => PayInWays;

    /// <summary>Daraja signs nothing: the caller is known by the address that it knows.</summary>
    protected override bool CallbacksAreSigned => false;

    protected override bool CallbacksProveContent => false;

    /// <summary>A question confirms what came in; what went out is told by its own address alone.</summary>
    protected override bool CallbacksProve(Direction direction) => direction != Direction.PayIn;

    protected override bool RefundsAreJudgedAtOnce => false;

    /// <summary>One short code that collects and pays out, so that one answer tells both of its pots.</summary>
    protected virtual (string, string)[] Settings => [("b2cShortCode", MpesaOperator.ShortCode)];

    public async ValueTask InitializeAsync()
    {
        ground = await MpesaGround.StartAsync(Settings);
        ground.Operator.MostPerSecond = 5;
        Assert.Null(await ((IActivation)ground.Session).ActivateAsync(Stop));
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(ground.Operator.Faults);
        await ground.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override PayInDraft PayIn(string way) => ground.PayIn(30_000) with { Way = way };

    protected override PayoutDraft Payout(string accountType) => MpesaGround.Payout(20_000) with { AccountType = accountType };

    protected override bool IsWellFormed(string kind, string number) => throw new InvalidOperationException("M-PESA makes every prompt.");

    protected override string NumberOf(string way, int serial)
    {
        var draft = PayIn(way);
        draft = draft with { Reference = ground.PayIns.MakePayInReference(draft, Bytes(1_000 + serial)) };
        Assert.IsType<InstructionOutcome.Accepted>(ground.PayIns.RequestInstructionAsync(draft, Stop).GetAwaiter().GetResult());
        ground.Clock.NowMs += 1_000;
        return draft.Reference;
    }

    protected override string RailIdOf(Direction direction, string reference) => direction switch
    {
        Direction.PayIn => ground.Operator.Prompts.LastOrDefault(each => each.Reference == reference)?.CheckoutId ?? "",
        Direction.Refund => ReversalOf(reference)?.OriginatorId ?? "",
        _ => "",
    };

    /// <summary>The answer to a question about what went out is posted.</summary>
    protected override async Task<IReadOnlyList<Observation>> AskedAsync(IChannelSession session, QueryTarget target)
    {
        ground.Posted.Clear();
        var said = await base.AskedAsync(session, target);
        if (said is not [{ Kind: ObservationKind.Pending, Direction: Direction.Payout or Direction.Refund }])
        {
            return said;
        }

        Assert.True(SpinWait.SpinUntil(() => !ground.Posted.IsEmpty, TimeSpan.FromSeconds(10)));
        Assert.True(ground.Posted.TryDequeue(out var post));
        return ((ICallbacks)session).ReadCallback(ground.Calls(post)) is CallbackReading.Statements told ? told.Observations : said;
    }

    protected override async Task<IReadOnlyList<PotBalance>> BalancesAsync(IBalances balances)
    {
        Assert.Empty(await base.BalancesAsync(balances));
        ground.Posted.Clear();
        Assert.True(balances.ToldByCallback && await balances.AskBalancesAsync("7-1", Stop));
        Assert.True(SpinWait.SpinUntil(() => !ground.Posted.IsEmpty, TimeSpan.FromSeconds(10)));
        Assert.True(ground.Posted.TryDequeue(out var post));
        var told = Assert.IsType<CallbackReading.Balances>(((ICallbacks)balances).ReadCallback(ground.Calls(post!)));
        Assert.Equal("7-1", told.Mark);
        return told.Told;
    }

    protected override Task PassAsync(TimeSpan time)
    {
        ground.Clock.NowMs += (long)time.TotalMilliseconds;
        return Task.CompletedTask;
    }

    protected override Task<CallbackRequest> CallbackOfPaidPayout(string reference) => Task.FromResult(ground.Calls(ground.Operator.Told(ground.Operator.Settle(reference))));

    /// <summary>The payer lets the prompt go and pays from the menu.</summary>
    protected override Task<CallbackRequest> CallbackOfPaidPayIn(string reference, long amountMinor)
    {
        ground.Operator.End(reference, "1037");
        return Task.FromResult(ground.Calls(ground.Operator.Confirmed(ground.Operator.PayFromMenu(reference, amountMinor))));
    }

    protected override Task<CallbackRequest?> CallbackOfPaidRefund(string reference) =>
        Task.FromResult<CallbackRequest?>(ground.Calls(MpesaOperator.ToldReversal(ground.Operator.SettleReversal(ReversalOf(reference)!.OriginatorId))));

    protected override Task<bool> EndTokenAsync()
    {
        ground.Operator.StealToken();
        return Task.FromResult(true);
    }

    protected override IEnumerable<CallbackRequest> AuthenticNonsense()
    {
        var read = MpesaAccount.Read(Account, ground.Clock.NowMs, out _)!;
        return from topic in new[] { MpesaTopic.Prompt, MpesaTopic.Payout, MpesaTopic.PayoutStatus, MpesaTopic.Reversal, MpesaTopic.Confirmation }
               from body in new[] { "{}", "[]", "null", """{"Body":{}}""", """{"Result":[]}""", """{"Body":{"stkCallback":1}}""", """{"TransID":"RKTQDM7W6S","TransAmount":"50"}""", """{"a":1,"a":2}""" }
               select ground.Calls(new OperatorPost(new Uri(MpesaAddress.Of(read, topic, "S0ABC", ground.Clock.NowMs)), body));
    }

    private OperatorOrder? ReversalOf(string reference) => ground.Operator.Reversals.LastOrDefault(each => each.Result.AbsolutePath.EndsWith("/" + reference, StringComparison.Ordinal));

    [GeneratedRegex("^S0[A-Z0-9]{26}$")]
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

/// <summary>The suite for an account that has neither list nor payments from the menu: prompts alone, whose callbacks are hints, and questions that say no more than that it is paid.</summary>
public sealed class MpesaPromptCompliance : MpesaCompliance
{
    protected override (string, string)[] Settings => [("b2cShortCode", MpesaOperator.ShortCode), ("c2b", ""), ("pull", ""), ("pullOffset", ""), ("pullNumber", "")];

    protected override PayInAnswers PayInAnswers => PayInAnswers.Confirmations;

    protected override Task<CallbackRequest> CallbackOfPaidPayIn(string reference, long amountMinor) =>
        Task.FromResult(Ground.Calls(MpesaOperator.Told(Ground.Operator.Pay(reference, amountMinor))));
}

/// <summary>An operator that answers nonsense.</summary>
public sealed class MpesaHttpCompliance : HttpChannelCompliance
{
    private static readonly Lazy<string> Pem = new(static () =>
    {
        using var key = RSA.Create(2048);
        return key.ExportSubjectPublicKeyInfoPem();
    });

    private readonly SetClock clock = new();

    protected override IChannel Channel => new MpesaChannel(clock);

    protected override PayoutDraft? Payout => MpesaGround.Payout();

    protected override PayInDraft? RemotePayIn => new()
    {
        Number = "68o0uwogz7mnzutt", Reference = "K7APY2N4R9TA", Way = "mpesa", AmountMinor = 100, Currency = "KES", ExpiresAtMs = clock.NowMs + 600_000, Person = new Person { Account = MpesaGround.Phone },
    };

    protected override RefundDraft? Refund => MpesaGround.Refund(new OperatorPayment { Receipt = "NLJ7RT61SV", Account = "K7APY2N4R9TA", Cents = 100, At = default }, 100);

    protected override ChannelAccount AccountAt(Uri rail)
    {
        var account = MpesaGround.AccountOf(rail, "", Pem.Value);
        return account with { Settings = account.Settings.Where(pair => pair.Key != "serverAuthority").ToDictionary(pair => pair.Key, pair => pair.Value) };
    }
}
