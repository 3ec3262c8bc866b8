using System.Diagnostics.Metrics;
using Paypro.Server.Platform;

namespace Paypro.Server.Ledger;

/// <summary>Measurements of the ledger check, as this process last saw each bucket.</summary>
internal static class LedgerCheckMeter
{
    public const string Name = "Paypro.Ledger";
    private static readonly Meter Meter = new(Name);
    private static readonly long[] CheckedTransfers = new long[Buckets.Count];
    private static readonly int[] Findings = new int[Buckets.Count];

    public static readonly Histogram<double> CheckTime = Meter.CreateHistogram<double>("paypro.ledger.check.duration", "ms", "One turn of the ledger check");

    private static readonly ObservableGauge<int> FindingGauge =
        Meter.CreateObservableGauge("paypro.ledger.findings", () => Findings.Sum(), "{bucket}", "Buckets whose ledger is not right");

    private static readonly ObservableGauge<long> CheckedGauge = Meter.CreateObservableGauge(
        "paypro.ledger.checked_transfer",
        () => CheckedTransfers.Select((no, bucket) => new Measurement<long>(no, new KeyValuePair<string, object?>("bucket", bucket))),
        "{transfer}",
        "The last transfer that was found right");

    public static void Found(short bucket, long checkedTransferNo, bool isFinding)
    {
        Volatile.Write(ref CheckedTransfers[bucket], checkedTransferNo);
        Volatile.Write(ref Findings[bucket], isFinding ? 1 : 0);
    }
}
