namespace Paypro.Protocol.Countries;

/// <summary>A way to pay in one country.</summary>
/// <param name="Code">Our name of it, unique in its country; in most countries also what merchants send.</param>
/// <param name="Name">What a payer reads.</param>
/// <param name="TimeToLive">How long an order waits for payment unless a channel account says otherwise.</param>
/// <param name="MinMinor">Least amount in minor units unless a channel account says otherwise.</param>
/// <param name="MaxMinor">Greatest amount in minor units unless a channel account says otherwise.</param>
public sealed record PayInWay(string Code, string Name, TimeSpan TimeToLive, long MinMinor, long MaxMinor)
{
    /// <summary>What a merchant sends as the group of ways (<c>EWALLET</c>); null where the country has no groups.</summary>
    public string? ChannelCode { get; init; }

    /// <summary>What a merchant sends as the way, when it differs from <see cref="Code"/>.</summary>
    public string WayCode { get; init; } = Code;
}
