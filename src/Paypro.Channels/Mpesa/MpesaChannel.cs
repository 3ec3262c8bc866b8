using Paypro.Protocol.Countries;

namespace Paypro.Channels.Mpesa;

/// <summary>Kenya's M-PESA over Safaricom's Daraja: prompts and payments from the menu in, B2C out, reversals back.</summary>
/// <param name="time">The clock, for the validity of secrets.</param>
public sealed class MpesaChannel(TimeProvider time) : IChannel
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan PayInFinality = TimeSpan.FromMinutes(10), PayoutFinality = TimeSpan.FromHours(24);

    /// <summary>A payer may still pay from the menu. A payout that is done does not come back by the API.</summary>
    private static readonly TimeSpan MayComeFor = TimeSpan.FromDays(2), NeverComesBack = TimeSpan.Zero;

    /// <inheritdoc/>
    public string Name => "mpesa";

    /// <inheritdoc/>
    public IReadOnlyList<WayOffer> Ways { get; } =
        [new("KE", Direction.PayIn, Kenya.Mpesa), .. Kenya.Country.PayoutKinds.Select(static kind => new WayOffer("KE", Direction.Payout, kind))];

    /// <inheritdoc/>
    public IReadOnlyList<SecretName> Secrets { get; } =
    [
        new(MpesaAccount.ConsumerKey, Required: true, "The consumer key of the application in Daraja's portal."),
        new(MpesaAccount.ConsumerSecret, Required: true, "The consumer secret beside it."),
        new(MpesaAccount.Passkey, Required: true, "The passkey of M-PESA Express for the short code, which Safaricom sends at Go Live."),
        new(MpesaAccount.InitiatorPassword, Required: false, "The password of the API operator, for payouts and reversals; it ends after 90 days."),
        new(MpesaAccount.Certificate, Required: false, "Safaricom's certificate (PEM) that the password is encrypted to, from Daraja's portal."),
        new(MpesaAccount.CallbackToken, Required: true, "At least 16 random characters of your own; the addresses that M-PESA calls hold what is made from it."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Settings => MpesaSettings.All;

    /// <inheritdoc/>
    public string? CheckAccount(ChannelAccount account)
    {
        MpesaAccount.Read(account, time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem);
        return problem;
    }

    /// <inheritdoc/>
    public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) => new()
    {
        CallTimeout = CallTimeout,
        Finality = direction == Direction.Payout ? PayoutFinality : PayInFinality,
        RepeatIsHarmless = false,
        MoneyMayComeFor = direction == Direction.Payout ? NeverComesBack : MayComeFor,
        FundsAreCheckedLater = direction == Direction.Payout,
        SendPace = new Pace(MpesaAccount.PerSecondOf(account), TimeSpan.FromSeconds(1), 64),
        QueryPace = new Pace(MpesaAccount.PerSecondOf(account), TimeSpan.FromSeconds(1), 16),
    };

    /// <inheritdoc/>
    public IChannelSession Open(ChannelAccount account, ChannelServices services)
    {
        var read = MpesaAccount.Read(account, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem)
            ?? throw new ArgumentException(problem, nameof(account));
        return (read.InitiatorName is not null, read.Pulls) switch
        {
            (true, true) => new WholeMpesaSession(read, services),
            (true, false) => new SendingMpesaSession(read, services),
            (false, true) => new ListingMpesaSession(read, services),
            _ => new MpesaSession(read, services),
        };
    }
}
