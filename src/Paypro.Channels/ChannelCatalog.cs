using Paypro.Channels.DLocal;
using Paypro.Channels.Mpesa;
using Paypro.Channels.Paypro;
using Paypro.Channels.Pix;
using Paypro.Channels.Sandbox;
using Paypro.Channels.Spei;

namespace Paypro.Channels;

/// <summary>What channels are made of. A channel takes what it needs.</summary>
/// <param name="Time">The clock.</param>
/// <param name="SandboxRail">The simulated bank; null in a live installation, which has none.</param>
/// <param name="SandboxFaults">How the simulated bank misbehaves.</param>
public sealed record ChannelParts(TimeProvider Time, ISandboxRail? SandboxRail, SandboxFaultPlans SandboxFaults);

/// <summary>Which installations may have accounts of a channel.</summary>
[Flags]
public enum ChannelUse
{
    /// <summary>No installation.</summary>
    None = 0,

    /// <summary>Installations that move no real money.</summary>
    Sandbox = 1,

    /// <summary>Installations that move real money.</summary>
    Live = 2,

    /// <summary>Both: the rail has test accounts of its own, and each account says which it is.</summary>
    Both = Sandbox | Live,
}

/// <summary>One channel of the list.</summary>
/// <param name="Name">Its <see cref="IChannel.Name"/>.</param>
/// <param name="Use">Where it may be used.</param>
/// <param name="Make">Makes it; once per process.</param>
public sealed record ChannelEntry(string Name, ChannelUse Use, Func<ChannelParts, IChannel> Make);

/// <summary>All channels, as a list that one can read.</summary>
public static class ChannelCatalog
{
    /// <summary>A new channel is a folder and a line here.</summary>
    public static IReadOnlyList<ChannelEntry> Entries { get; } =
    [
        new("sandbox", ChannelUse.Sandbox, parts => new SandboxChannel(
            parts.SandboxRail ?? throw new ArgumentException("The sandbox channel needs the sandbox rail.", nameof(parts)),
            parts.SandboxFaults, parts.Time)),
        new("paypro", ChannelUse.Both, parts => new PayproChannel(parts.Time)),
        new("pix", ChannelUse.Both, parts => new PixChannel(parts.Time)),
        new("mpesa", ChannelUse.Both, parts => new MpesaChannel(parts.Time)),
        new("spei", ChannelUse.Both, parts => new SpeiChannel(parts.Time)),
        new("dlocal", ChannelUse.Both, parts => new DLocalChannel(parts.Time)),
    ];

    /// <summary>Makes the channels of a live or of a sandbox installation, by name.</summary>
    public static IReadOnlyDictionary<string, IChannel> Make(ChannelParts parts, bool sandbox) =>
        Entries.Where(entry => entry.Use.HasFlag(sandbox ? ChannelUse.Sandbox : ChannelUse.Live)).ToDictionary(entry => entry.Name, entry => entry.Make(parts), StringComparer.Ordinal);
}
