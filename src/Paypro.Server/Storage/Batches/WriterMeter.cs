using System.Diagnostics.Metrics;

namespace Paypro.Server.Storage;

/// <summary>Measurements of the batch writer.</summary>
internal static class WriterMeter
{
    public const string Name = "Paypro.Writer";
    private static readonly Meter Meter = new(Name);

    public static readonly Histogram<int> BatchSize = Meter.CreateHistogram<int>("paypro.writer.batch.size", "{command}", "Commands per committed batch");
    public static readonly Histogram<double> BatchTime = Meter.CreateHistogram<double>("paypro.writer.batch.duration", "ms", "From taking a batch to its COMMIT");
    public static readonly Histogram<double> Wait = Meter.CreateHistogram<double>("paypro.writer.queue.wait", "ms", "From queueing a command to its batch");
    public static readonly UpDownCounter<int> Depth = Meter.CreateUpDownCounter<int>("paypro.writer.queue.depth", "{command}", "Commands that wait");
    public static readonly Counter<long> Repeats = Meter.CreateCounter<long>("paypro.writer.repeats", "{batch}", "Batches run again after a conflict or a lost connection");
    public static readonly Counter<long> Doubts = Meter.CreateCounter<long>("paypro.writer.doubts", "{batch}", "COMMITs whose reply was lost");
    public static readonly Counter<long> DataErrors = Meter.CreateCounter<long>("paypro.writer.data_errors", "{batch}", "Batches whose commands were run one by one");
    public static readonly Counter<long> FailedAlone = Meter.CreateCounter<long>("paypro.writer.failed_alone", "{command}", "Commands that failed alone");
    public static readonly Counter<long> Refused = Meter.CreateCounter<long>("paypro.writer.refused", "{command}", "Commands refused because the queue was full");

    /// <summary>Counts nothing of each.</summary>
    public static void CountFromZero() => Array.ForEach([Repeats, Doubts, DataErrors, FailedAlone, Refused], static counter => counter.Add(0));
}
