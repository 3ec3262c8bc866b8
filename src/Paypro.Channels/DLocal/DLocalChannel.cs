namespace Paypro.Channels.DLocal;

/// <summary>dLocal: pay-ins by local methods of eleven countries, and payouts v3 to banks and wallets.</summary>
/// <param name="time">The clock, for the validity of secrets.</param>
public sealed class DLocalChannel(TimeProvider time) : IChannel
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    /// <summary>dLocal is believed to know nothing of an attempt only so long after it was sent; a recipient's bank refuses days later.</summary>
    private static readonly TimeSpan PayInFinality = TimeSpan.FromHours(24), PayoutFinality = TimeSpan.FromDays(5);

    /// <inheritdoc/>
    public string Name => "dlocal";

    /// <inheritdoc/>
    public IReadOnlyList<WayOffer> Ways => DLocalCountries.Ways;

    /// <inheritdoc/>
    public IReadOnlyList<SecretName> Secrets { get; } =
    [
        new(DLocalAccount.Login, Required: true, "The X-Login of pay-ins, as dLocal's dashboard shows it."),
        new(DLocalAccount.TransKey, Required: true, "The X-Trans-Key beside it."),
        new(DLocalAccount.SecretKey, Required: true, "The secret key beside it; it signs calls and checks notifications."),
        new(DLocalAccount.ClientId, Required: false, "The client id of payouts v3; needed where payouts are sent."),
        new(DLocalAccount.ClientSecret, Required: false, "The client secret beside it."),
        new(DLocalAccount.CallbackToken, Required: true, "At least 16 random characters of your own; the addresses that dLocal calls hold what is made from it."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Settings => DLocalSettings.All;

    /// <inheritdoc/>
    public string? CheckAccount(ChannelAccount account)
    {
        DLocalAccount.Read(account, time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem);
        return problem;
    }

    /// <inheritdoc/>
    public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) => new()
    {
        CallTimeout = CallTimeout,
        Finality = direction == Direction.PayIn ? PayInFinality : PayoutFinality,

        // A number that was used is refused, and a repeat asks first; a refund has no number of ours.
        RepeatIsHarmless = direction != Direction.Refund,
        SendPace = Pace.Free with { InFlight = DLocalAccount.InFlightOf(account) },
        QueryPace = Pace.Free with { InFlight = DLocalAccount.InFlightOf(account) },
    };

    /// <inheritdoc/>
    public IChannelSession Open(ChannelAccount account, ChannelServices services)
    {
        var read = DLocalAccount.Read(account, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem)
            ?? throw new ArgumentException(problem, nameof(account));
        return read.Sends ? new DLocalPayoutSession(read, services) : new DLocalSession(read, services);
    }
}
