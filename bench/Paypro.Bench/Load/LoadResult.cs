namespace Paypro.Bench.Load;

/// <summary>What one run of the generator saw.</summary>
/// <param name="PerSecond">Accepted answers a second.</param>
/// <param name="P50Ms">Median time to the answer, milliseconds; in open loop from the scheduled time.</param>
/// <param name="P99Ms">99 of 100 answers came within this.</param>
/// <param name="Accepted">Accepted answers in the measured time.</param>
/// <param name="Refused">Any other answer.</param>
/// <param name="Dropped">Open loop: requests that could not be sent within a second of their time.</param>
/// <param name="FirstRefusal">What the first other answer was.</param>
internal sealed record LoadResult(double PerSecond, double P50Ms, double P99Ms, int Accepted, int Refused, int Dropped, string? FirstRefusal);
