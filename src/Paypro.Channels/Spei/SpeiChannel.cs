using Paypro.Protocol.Countries;

namespace Paypro.Channels.Spei;

/// <summary>Mexico's SPEI over STP: payers transfer to CLABEs of ours, and payouts go to CLABEs and debit cards.</summary>
/// <param name="time">The clock, for the validity of secrets.</param>
public sealed class SpeiChannel(TimeProvider time) : IChannel
{
    /// <summary>The names of the secrets.</summary>
    internal const string PrivateKey = "private-key", Passphrase = "passphrase", CallbackToken = "callback-token", BasicUser = "basic-user", BasicPassword = "basic-password";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(20);

    /// <summary>What STP does not know after this time, neither alone nor in its lists, it never had: an operating day and a little.</summary>
    private static readonly TimeSpan PayoutFinality = TimeSpan.FromHours(26), PayInFinality = TimeSpan.FromMinutes(1);

    /// <summary>A number may be paid late, and a payout may come back days later.</summary>
    private static readonly TimeSpan MovesFor = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public string Name => "spei";

    /// <inheritdoc/>
    public IReadOnlyList<WayOffer> Ways { get; } =
        [new("MX", Direction.PayIn, Mexico.VirtualAccount), .. Mexico.Country.PayoutKinds.Select(static kind => new WayOffer("MX", Direction.Payout, kind))];

    /// <inheritdoc/>
    public IReadOnlyList<SecretName> Secrets { get; } =
    [
        new(PrivateKey, Required: true, "The RSA key that signs every call, PEM (PKCS#8, best encrypted); STP has its public half."),
        new(Passphrase, Required: false, "The passphrase of that key."),
        new(CallbackToken, Required: true, "At least 16 random characters of your own; the addresses that STP calls hold what is made from it."),
        new(BasicUser, Required: false, "The user that STP shows when it calls us."),
        new(BasicPassword, Required: false, "That user's password."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Settings => SpeiSettings.All;

    /// <inheritdoc/>
    public string? CheckAccount(ChannelAccount account)
    {
        SpeiAccount.Read(account, time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem);
        return problem;
    }

    /// <inheritdoc/>
    public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) => new()
    {
        CallTimeout = CallTimeout,
        Finality = direction == Direction.PayIn ? PayInFinality : PayoutFinality,

        // A tracking key is refused twice on one operating day only; on the next one it is a second payment.
        RepeatIsHarmless = false,
        MoneyMayComeFor = MovesFor,
        Pot = PotBalance.Payout,
        FundsAreCheckedLater = true,
        SendPace = Pace.Free with { InFlight = SpeiAccount.NumberOf(account, SpeiSettings.MaxInFlight, 8, 1, 64) },
        QueryPace = new Pace(SpeiAccount.NumberOf(account, SpeiSettings.QueriesPerHour, 100, 10, 100_000), TimeSpan.FromHours(1), 4),
    };

    /// <inheritdoc/>
    public IChannelSession Open(ChannelAccount account, ChannelServices services) =>
        new SpeiSession(
            SpeiAccount.Read(account, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem) ?? throw new ArgumentException(problem, nameof(account)), services);
}
