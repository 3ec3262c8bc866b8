using System.Text.RegularExpressions;
using Paypro.Channels;
using Paypro.Channels.Spei;
using Paypro.RailDoubles.Spei;

namespace Paypro.UnitTests.Channels;

/// <summary>The suite for SPEI, at the double.</summary>
public sealed partial class SpeiCompliance : ChannelCompliance, IAsyncLifetime
{
    private SpeiGround ground = null!;

    protected override IChannel Channel => ground.Channel;

    protected override IChannel ChannelToBrokenRail => new CutChannel(ground.Channel);

    protected override ChannelAccount Account => ground.Account;

    /// <summary>Every number is our own.</summary>
    protected override ChannelAccount? RemoteAccount => null;

    protected override ChannelServices Services => ground.Services;

    /// <summary>The next payout is taken, and its answer never comes.</summary>
    protected override ChannelAccount? SlowAccount
    {
        get
        {
            ground.House.Trouble("PUT /speiws/rest/ordenPago/registra", StpTrouble.CutAfter);
            return Account;
        }
    }

    protected override ChannelAccount? Rotated => Account with
    {
        Secrets = new ChannelSecrets([.. Account.Secrets.Names.Select(name => new SecretVersion(name, Account.Secrets.Current(name, 1), 0, 0)), new("callback-token", "a newer token of many bytes"u8.ToArray(), 1_000, 0)]),
    };

    protected override Regex PayoutReferenceShape => Shape();

    /// <summary>STP signs nothing: the caller is known by the address and user that it knows.</summary>
    protected override bool CallbacksAreSigned => false;

    protected override bool CallbacksProveContent => false;

    /// <summary>A state is asked about before it counts, and it names no amount.</summary>
    protected override bool CallbacksProve(Direction direction) => direction == Direction.PayIn;

    protected override bool CallbacksTellAmounts(Direction direction) => direction == Direction.PayIn;

    public async ValueTask InitializeAsync()
    {
        ground = await SpeiGround.StartAsync();
        ground.House.QuestionsAnHour = 100;
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(ground.House.Faults);
        await ground.DisposeAsync();
    }

    protected override PayInDraft PayIn(string way) => ground.PayIn() with { Way = way };

    protected override PayoutDraft Payout(string accountType) => SpeiGround.Payout(200_00) with
    {
        AccountType = accountType, Person = new Person { Name = "Persona de Prueba", Account = accountType == "CLABE" ? SpeiGround.Recipient : SpeiGround.Card },
    };

    protected override bool IsWellFormed(string kind, string number) => kind == "clabe" && StpForms.IsClabe(number) && number.StartsWith(StpHouse.Prefix, StringComparison.Ordinal);

    protected override Task PassAsync(TimeSpan time)
    {
        ground.Clock.NowMs += (long)time.TotalMilliseconds;
        return Task.CompletedTask;
    }

    protected override Task<CallbackRequest> CallbackOfPaidPayout(string reference) => Task.FromResult(ground.Calls("estado", StpHouse.BodyOf(ground.House.End(reference), "Success")));

    protected override Task<CallbackRequest> CallbackOfPaidPayIn(string reference, long amountMinor)
    {
        ground.Clock.NowMs += 10;
        return Task.FromResult(ground.Calls("abono", StpHouse.BodyOf(ground.House.Pay(reference, amountMinor))));
    }

    protected override IEnumerable<CallbackRequest> AuthenticNonsense() =>
    [
        ground.Calls("abono", "{}"),
        ground.Calls("abono", "[]"),
        ground.Calls("abono", """{"fechaOperacion":20251009,"institucionOrdenante":40012,"claveRastreo":"A1","monto":"140,45","cuentaBeneficiario":"646180000107000011"}"""),
        ground.Calls("abono", """{"fechaOperacion":20251009,"institucionOrdenante":40012,"claveRastreo":"A1","monto":0.00,"cuentaBeneficiario":"646180000107000011"}"""),
        ground.Calls("abono", """{"fechaOperacion":20251009,"institucionOrdenante":40012,"claveRastreo":"A1","monto":1.005,"cuentaBeneficiario":"646180000107000011"}"""),
        ground.Calls("abono", """{"fechaOperacion":20251009,"claveRastreo":"A1","monto":1,"cuentaBeneficiario":"646180000107000011"}"""),
        ground.Calls("abono", """{"fechaOperacion":20251009,"institucionOrdenante":40012,"monto":1,"cuentaBeneficiario":"646180000107000011"}"""),
        ground.Calls("estado", "{}"),
        ground.Calls("estado", """{"id":0,"empresa":"PAYPROMX","estado":"Success"}"""),
        ground.Calls("estado", """{"id":12,"empresa":"PAYPROMX"}"""),
        ground.Calls("estado", """{"id":12,"Id":13,"estado":"Success"}"""),
    ];

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
            inner.Open(account, services with { Http = wish => new HttpClient(new Cut()) { BaseAddress = wish.BaseAddress } });

        private sealed class Cut : HttpMessageHandler
        {
            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
                throw new HttpRequestException(HttpRequestError.ResponseEnded);
        }
    }
}

/// <summary>A rail that answers nonsense.</summary>
public sealed class SpeiHttpCompliance : HttpChannelCompliance
{
    private readonly SetClock clock = new();

    protected override IChannel Channel => new SpeiChannel(clock);

    protected override PayoutDraft? Payout => SpeiGround.Payout();

    protected override PayInDraft? RemotePayIn => null;

    /// <summary>The gate before STP's network says it by its status alone.</summary>
    protected override bool MeansNotTaken(Nonsense answer) => answer.Status == 403;

    protected override ChannelAccount AccountAt(Uri rail)
    {
        var account = SpeiGround.AccountOf(rail, "");
        return account with { Settings = account.Settings.Where(pair => pair.Key != "serverAuthority").ToDictionary(pair => pair.Key, pair => pair.Value) };
    }
}
