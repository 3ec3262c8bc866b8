using Paypro.Protocol.Countries;

namespace Paypro.Channels.Paypro;

/// <summary>
/// A channel to another gateway that speaks our merchant API: our own software at somebody else's, or the original. We are its merchant. It
/// serves every way of every country from the countries' own tables.
/// </summary>
/// <param name="time">The clock, for the validity of secrets.</param>
public sealed class PayproChannel(TimeProvider time) : IChannel
{
    /// <summary>The name of the one secret: the merchant key.</summary>
    public const string Key = PayproAccount.Key;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public string Name => "paypro";

    /// <inheritdoc/>
    public IReadOnlyList<WayOffer> Ways { get; } =
    [
        .. CountryCatalog.BuiltIn.Countries.SelectMany(country => country.PayInWays
            .Select(way => new WayOffer(country.IsoCode, Direction.PayIn, way.Code))
            .Concat(country.PayoutKinds.Select(kind => new WayOffer(country.IsoCode, Direction.Payout, kind)))),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<SecretName> Secrets { get; } =
        [new(Key, Required: true, "The merchant key at the upstream, as its dashboard shows it; it signs requests and checks notifications.")];

    /// <inheritdoc/>
    public IReadOnlyList<string>? Settings => PayproSettings.All;

    /// <inheritdoc/>
    public string? CheckAccount(ChannelAccount account)
    {
        PayproAccount.Read(account, time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem);
        return problem;
    }

    /// <inheritdoc/>
    public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way)
    {
        var isOwn = account.Settings.GetValueOrDefault(PayproSettings.Flavour) == "own";
        var timeToLive = direction == Direction.PayIn ? CountryCatalog.BuiltIn.FindCountry(account.Country)?.FindWay(way)?.TimeToLive ?? TimeSpan.FromHours(72) : TimeSpan.Zero;
        return new()
        {
            CallTimeout = CallTimeout,
            Finality = direction == Direction.PayIn ? timeToLive + TimeSpan.FromHours(1) : TimeSpan.FromHours(isOwn ? 24 : 72),
            RepeatIsHarmless = isOwn,
        };
    }

    /// <inheritdoc/>
    public IChannelSession Open(ChannelAccount account, ChannelServices services)
    {
        var read = PayproAccount.Read(account, services.Time.GetUtcNow().ToUnixTimeMilliseconds(), out var problem)
            ?? throw new ArgumentException(problem, nameof(account));
        return read.IsOwn ? new OwnPayproSession(read, services) : new PayproSession(read, services);
    }
}
