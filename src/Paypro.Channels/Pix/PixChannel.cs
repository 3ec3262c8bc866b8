using Paypro.Protocol.Countries;

namespace Paypro.Channels.Pix;

/// <summary>
/// Brazil's Pix over Banco Central's API Pix, which every receiving bank serves, and payouts over Efí's own call.
/// </summary>
/// <param name="time">The clock, for the validity of secrets.</param>
public sealed class PixChannel(TimeProvider time) : IChannel
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Pix settles in seconds: what the bank does not know after this time it never will.</summary>
    private static readonly TimeSpan PayInFinality = TimeSpan.FromMinutes(5), PayoutFinality = TimeSpan.FromMinutes(30);

    /// <summary>The fraud mechanism takes money back so long after it came; a payout may come back.</summary>
    private static readonly TimeSpan ReturnsFor = TimeSpan.FromDays(90), BouncesFor = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public string Name => "pix";

    /// <inheritdoc/>
    public IReadOnlyList<WayOffer> Ways { get; } =
        [new("BR", Direction.PayIn, Brazil.Pix), .. Brazil.Country.PayoutKinds.Select(static kind => new WayOffer("BR", Direction.Payout, kind))];

    /// <inheritdoc/>
    public IReadOnlyList<SecretName> Secrets { get; } =
    [
        new(PixAccount.ClientId, Required: true, "The client id that the bank gave for its Pix API."),
        new(PixAccount.ClientSecret, Required: true, "The client secret beside it."),
        new(PixAccount.Certificate, Required: true, "The client certificate with its key, as the bank's PKCS#12 file (.p12 or .pfx)."),
        new(PixAccount.CertificatePassword, Required: false, "The password of that file; Efí's has none."),
        new(PixAccount.CallbackToken, Required: true, "At least 16 random characters of your own; the address that the bank calls holds what is made from it."),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Settings => PixSettings.All;

    /// <inheritdoc/>
    public string? CheckAccount(ChannelAccount account)
    {
        PixAccount.Read(account, time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem);
        return problem;
    }

    /// <inheritdoc/>
    public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) => new()
    {
        CallTimeout = CallTimeout,
        Finality = direction == Direction.Payout ? PayoutFinality : PayInFinality,
        RepeatIsHarmless = false,
        MoneyMayComeFor = direction == Direction.Payout ? BouncesFor : ReturnsFor,
        // Refunds draw from the one balance that payouts draw from.
        Pot = PotBalance.Payout,
        SendPace = Pace.Free with { InFlight = PixAccount.InFlightOf(account) },
    };

    /// <inheritdoc/>
    public IChannelSession Open(ChannelAccount account, ChannelServices services)
    {
        var read = PixAccount.Read(account, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem)
            ?? throw new ArgumentException(problem, nameof(account));
        return read.Sends ? new EfiPixSession(read, services) : new PixSession(read, services);
    }
}
