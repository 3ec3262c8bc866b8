using System.Collections.Concurrent;

namespace Paypro.Channels.Sandbox;

/// <summary>How a channel account of the sandbox misbehaves. Everything is off by default.</summary>
public sealed record SandboxFaults
{
    /// <summary>No fault.</summary>
    public static readonly SandboxFaults None = new();

    /// <summary>Every call to the rail times out after the rail has accepted it.</summary>
    public bool TimeoutAfterAcceptance { get; init; }

    /// <summary>How many more times each callback comes. Range: 0 to 10.</summary>
    public int RepeatCallbacks { get; init; }

    /// <summary>How much later each callback comes, milliseconds. Range: 0 to 3,600,000.</summary>
    public int DelayCallbacksMs { get; init; }

    /// <summary>
    /// The first callback about an order, and every second one after it, is held back for <see cref="HeldBackMs"/>, so that the next
    /// may overtake it.
    /// </summary>
    public bool Reorder { get; init; }

    /// <summary>Each callback is preceded by one with a false content and a wrong signature.</summary>
    public bool Falsify { get; init; }

    /// <summary>How many of a hundred callbacks are lost for good, whichever way the money went. Which ones, is the same in every run. Range: 0 to 100.</summary>
    public int LoseCallbacksPercent { get; init; }

    /// <summary>How long <see cref="Reorder"/> holds a callback back: 3 s.</summary>
    public const int HeldBackMs = 3_000;

    /// <summary>One sentence that names the member out of its range, or null.</summary>
    public string? Check() =>
        RepeatCallbacks is < 0 or > 10 ? "repeatCallbacks: must be 0 to 10"
        : DelayCallbacksMs is < 0 or > 3_600_000 ? "delayCallbacksMs: must be 0 to 3600000"
        : LoseCallbacksPercent is < 0 or > 100 ? "loseCallbacksPercent: must be 0 to 100"
        : null;
}

/// <summary>
/// The fault plan of each channel account. It lives in the memory of one node and ends with it: a forgotten plan must not haunt an
/// installation after a restart.
/// </summary>
public sealed class SandboxFaultPlans
{
    private readonly ConcurrentDictionary<long, SandboxFaults> plans = [];

    /// <summary>The plan of this account; <see cref="SandboxFaults.None"/> unless one was set.</summary>
    public SandboxFaults this[long accountId] => plans.GetValueOrDefault(accountId, SandboxFaults.None);

    /// <summary>Sets or, with <see cref="SandboxFaults.None"/>, removes a plan.</summary>
    /// <exception cref="ArgumentException">A member is out of its range; the message is <see cref="SandboxFaults.Check"/>'s sentence.</exception>
    public void Set(long accountId, SandboxFaults faults)
    {
        if (faults.Check() is { } wrong)
        {
            throw new ArgumentException(wrong, nameof(faults));
        }

        if (faults == SandboxFaults.None)
        {
            plans.TryRemove(accountId, out _);
        }
        else
        {
            plans[accountId] = faults;
        }
    }
}
