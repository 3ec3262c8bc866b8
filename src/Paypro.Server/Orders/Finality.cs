using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>When a request that a rail does not know will never be known to it.</summary>
internal static class Finality
{
    /// <summary>
    /// The rail's finality time counts from the end of the latest sender's lease: until then it may have slept between its right to send
    /// and the sending.
    /// </summary>
    /// <param name="attempt">What was sent.</param>
    /// <param name="finalityMs">After what time a request that has not arrived never will (<see cref="CallLeases.FinalityMs"/>).</param>
    /// <param name="asOfMs">When the rail was asked, not when its answer is used. Unix milliseconds UTC.</param>
    public static bool IsOver(AttemptRow attempt, long finalityMs, long asOfMs) =>
        asOfMs - attempt.SentAtMs > finalityMs;
}
