namespace Paypro.Protocol.Countries;

/// <summary>A way to pay in one country.</summary>
/// <param name="Code">Our name of it, unique in its country; in most countries also what merchants send.</param>
/// <param name="Name">What a payer reads.</param>
/// <param name="TimeToLive">How long an order waits for payment unless a channel account says otherwise.</param>
/// <param name="MinMinor">Least amount in minor units unless a channel account says otherwise.</param>
/// <param name="MaxMinor">Greatest amount in minor units unless a channel account says otherwise.</param>
/// <param name="Instruction">What the payer gets to pay with.</param>
public sealed record PayInWay(string Code, string Name, TimeSpan TimeToLive, long MinMinor, long MaxMinor, WayInstruction Instruction)
{
    /// <summary>What a merchant sends as the group of ways (<c>EWALLET</c>); null where the country has no groups.</summary>
    public string? ChannelCode { get; init; }

    /// <summary>What a merchant sends as the way, when it differs from <see cref="Code"/>.</summary>
    public string WayCode { get; init; } = Code;

    /// <summary>Former names of the way, accepted too (<c>EWALLET_BKASH</c>).</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>
    /// What the way must know of the payer before the rail is asked. A direct pay-in carries it; on the hosted page, whose request
    /// does not, the payer types it. Null where nothing is needed.
    /// </summary>
    public Field? Asks { get; init; }

    /// <summary>
    /// Whether the payer is sent to a wallet's own page: a direct pay-in then answers with <c>paymentUrl</c>, our page that leads there.
    /// </summary>
    public bool Redirects => Instruction is RedirectInstruction;

    /// <summary>Whether a merchant means this way by a text, in any letter case.</summary>
    public bool IsNamed(string text) => WayCode.Equals(text, StringComparison.OrdinalIgnoreCase) || Aliases.Contains(text, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a merchant means this way's group by a text, in any letter case.</summary>
    public bool IsIn(string channelCode) => channelCode.Equals(ChannelCode, StringComparison.OrdinalIgnoreCase);
}
