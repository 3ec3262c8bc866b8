using System.Collections.Frozen;
using System.Globalization;

namespace Paypro.Bench.Ground;

/// <summary>The merchants that the HTTP rows call as: one for each of the 64 buckets, so that every writer lane has work.</summary>
internal static class BenchMerchants
{
    public const int Count = 64;
    public const long FirstNo = 1_000_001_000;

    public static string NoText(int index) => (FirstNo + index).ToString(CultureInfo.InvariantCulture);

    public static string Secret(int index) => $"bench-secret-{NoText(index)}";

    public static FrozenDictionary<string, string> Secrets() => Enumerable.Range(0, Count).ToFrozenDictionary(NoText, Secret);
}
