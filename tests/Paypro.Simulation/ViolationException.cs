namespace Paypro.Simulation;

/// <summary>A promise was broken. The code under test may catch it, so the first of a run is kept.</summary>
internal sealed class ViolationException : Exception
{
    [ThreadStatic]
    private static ViolationException? first;

    /// <param name="check">Which check noticed it: one of <see cref="Checks"/>.</param>
    /// <param name="what">What was seen.</param>
    public ViolationException(string check, string what)
        : base($"{check}: {what}")
    {
        Check = check;
        first ??= this;
    }

    public string Check { get; }

    /// <summary>Before a run.</summary>
    public static void Forget() => first = null;

    public static void ThrowFirst()
    {
        if (first is { } violation)
        {
            throw violation;
        }
    }
}

/// <summary>The names of the checks, as docs/concepts/simulation.md lists them.</summary>
internal static class Checks
{
    public const string SumZero = "sum-zero";
    public const string Balance = "balance";
    public const string BelowZero = "below-zero";
    public const string Chain = "chain";
    public const string Frozen = "frozen";
    public const string Pace = "pace";
    public const string Unsettled = "unsettled";
    public const string Held = "held";
    public const string Withheld = "withheld";
    public const string Terms = "terms";
    public const string RealMoney = "real-money";
    public const string AppliedOnce = "applied-once";
    public const string Timer = "timer";
    public const string Outbox = "outbox";
    public const string Steps = "steps";
    public const string Acknowledged = "acknowledged";
    public const string CertainlyNot = "certainly-not";
    public const string OrderHolds = "order-holds";
    public const string Told = "told";
    public const string SentOnce = "sent-once";
    public const string Elsewhere = "elsewhere";
    public const string OneAttempt = "one-attempt";
    public const string FailedButPaid = "failed-but-paid";
    public const string Forged = "forged";
    public const string Ends = "ends";
    public const string AllMoney = "all-money";
    public const string Stored = "stored";
    public const string Fault = "fault";
    public const string Float = "float";
    public const string Disputed = "disputed";
    public const string Brought = "brought";
    public const string OneWay = "one-way";
    public const string Verdict = "verdict";
}
