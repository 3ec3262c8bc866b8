using Paypro.Channels.Sandbox;

namespace Paypro.Channels;

/// <summary>What channels are made of. A channel takes what it needs.</summary>
/// <param name="Time">The clock.</param>
/// <param name="SandboxRail">The simulated bank; null in a live installation, which has none.</param>
/// <param name="SandboxFaults">How the simulated bank misbehaves.</param>
public sealed record ChannelParts(TimeProvider Time, ISandboxRail? SandboxRail, SandboxFaultPlans SandboxFaults);

/// <summary>One channel of the list.</summary>
/// <param name="Name">Its <see cref="IChannel.Name"/>.</param>
/// <param name="MovesRealMoney">A sandbox installation refuses accounts of these, a live one all others.</param>
/// <param name="Make">Makes it; once per process.</param>
public sealed record ChannelEntry(string Name, bool MovesRealMoney, Func<ChannelParts, IChannel> Make);

/// <summary>All channels, as a list that one can read.</summary>
public static class ChannelCatalog
{
    /// <summary>A new channel is a folder and a line here.</summary>
    public static IReadOnlyList<ChannelEntry> Entries { get; } =
    [
        new("sandbox", MovesRealMoney: false, parts => new SandboxChannel(
            parts.SandboxRail ?? throw new ArgumentException("The sandbox channel needs the sandbox rail.", nameof(parts)),
            parts.SandboxFaults, parts.Time)),
    ];

    /// <summary>Makes the channels of a live or of a sandbox installation, by name.</summary>
    public static IReadOnlyDictionary<string, IChannel> Make(ChannelParts parts, bool sandbox) =>
        Entries.Where(entry => entry.MovesRealMoney != sandbox).ToDictionary(entry => entry.Name, entry => Checked(entry.Make(parts)), StringComparer.Ordinal);

    /// <summary>What a channel declares outside its range; null when nothing is.</summary>
    internal static string? Problem(ChannelTraits traits) =>
        traits.CallTimeout < TimeSpan.FromSeconds(1) || traits.CallTimeout > TimeSpan.FromSeconds(60) ? "CallTimeout: must be from 1 s to 60 s"
        : traits.PayoutFinality < TimeSpan.FromMinutes(1) ? "PayoutFinality: must be at least a minute"
        : traits.PayInFinality <= TimeSpan.Zero ? "PayInFinality: must be more than nothing"
        : null;

    private static IChannel Checked(IChannel channel) => Problem(channel.Traits) is { } problem
        ? throw new InvalidOperationException($"The channel {channel.Name} is wrongly made. {problem}.")
        : channel;
}
