namespace Paypro.Channels;

/// <summary>How a trial of an account ended.</summary>
public enum TrialResult
{
    /// <summary>It is as it should be.</summary>
    Right = 1,

    /// <summary>It works now, and somebody should look at it.</summary>
    Attention = 2,

    /// <summary>It is wrong: the account does not work so.</summary>
    Wrong = 3,

    /// <summary>The rail did not answer, so that nothing is known.</summary>
    NoAnswer = 4,
}

/// <summary>One thing that was tried.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Says">One sentence for the operator.</param>
public sealed record TrialFinding(TrialResult Result, string Says);
