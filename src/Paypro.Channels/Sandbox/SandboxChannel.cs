namespace Paypro.Channels.Sandbox;

/// <summary>
/// A channel to a bank that does not exist, written like one to a bank that does: what it knows of the rail, it knows through the
/// rail's answers and callbacks alone.
/// </summary>
/// <param name="rail">The bank's memory.</param>
/// <param name="faults">How the bank misbehaves.</param>
/// <param name="time">The clock.</param>
public sealed class SandboxChannel(ISandboxRail rail, SandboxFaultPlans faults, TimeProvider time) : IChannel
{
    /// <summary>The key of the bank's callbacks, at least 16 bytes.</summary>
    public const string CallbackKey = "callback-key";

    private static readonly ChannelTraits Traits = new()
    {
        CallTimeout = TimeSpan.FromSeconds(10),
        Finality = TimeSpan.FromMinutes(1),
        RepeatIsHarmless = false,
    };

    private readonly SandboxBank bank = new(rail, faults, time);
    private readonly SandboxDoor door = new(rail, time);

    /// <inheritdoc/>
    public string Name => "sandbox";

    /// <inheritdoc/>
    public IReadOnlyList<WayOffer> Ways { get; } = [.. SandboxWays.Table.Select(way => new WayOffer(way.Country, way.Direction, way.Way))];

    /// <inheritdoc/>
    public IReadOnlyList<SecretName> Secrets { get; } = [new(CallbackKey, Required: true, "Signs the bank's callbacks; at least 16 bytes.")];

    /// <inheritdoc/>
    public string? CheckAccount(ChannelAccount account) => SandboxSettings.Check(account, time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <inheritdoc/>
    public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) => Traits with
    {
        SendPace = PaceOf(account, isSend: true), QueryPace = PaceOf(account, isSend: false),
    };

    /// <inheritdoc/>
    public IChannelSession Open(ChannelAccount account, ChannelServices services) => SandboxSettings.Lists(account)
        ? new SandboxListingSession(account, bank, door, services, Traits.CallTimeout, time)
        : new SandboxSession(account, bank, door, services, Traits.CallTimeout, time);

    private static Pace PaceOf(ChannelAccount account, bool isSend) => SandboxSettings.PerSecond(account, isSend) is > 0 and var calls
        ? new Pace(calls, TimeSpan.FromSeconds(1), Pace.Free.InFlight)
        : Pace.Free;
}
