namespace Paypro.Bench;

/// <summary>
/// Runs variants side by side: each round takes all of them, beginning with another one every time, so that a slow minute of
/// the machine does not hit always the same.
/// </summary>
internal static class Rounds
{
    /// <returns>For each variant its results, in the order of the rounds.</returns>
    public static async Task<List<TResult>[]> RunAsync<TResult>(int rounds, IReadOnlyList<Func<Task<TResult>>> variants)
    {
        var results = variants.Select(_ => new List<TResult>()).ToArray();
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < variants.Count; i++)
            {
                var variant = (i + round) % variants.Count;
                results[variant].Add(await variants[variant]());
            }
        }

        return results;
    }

    public static double Median<TResult>(this IEnumerable<TResult> results, Func<TResult, double> value)
    {
        var sorted = results.Select(value).Order().ToList();
        return sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>Median and, in brackets, the lowest and highest.</summary>
    public static string Spread<TResult>(this IReadOnlyCollection<TResult> results, Func<TResult, double> value, Func<double, string> text) =>
        results.Count == 1 ? text(results.Median(value)) : $"{text(results.Median(value))} ({text(results.Min(value))} – {text(results.Max(value))})";
}
