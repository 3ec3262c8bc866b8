using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Paypro.ServerTests.Security;

/// <summary>Keeps every text that this process puts into spans and metrics while it lives, of whatever source.</summary>
internal sealed class OutputWatch : IDisposable
{
    private readonly ConcurrentDictionary<string, byte> texts = new(StringComparer.Ordinal);
    private readonly ActivityListener spans;
    private readonly MeterListener metrics = new();

    public OutputWatch()
    {
        spans = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Keep,
        };
        ActivitySource.AddActivityListener(spans);
        metrics.InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument);
        metrics.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Keep(instrument, tags));
        metrics.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Keep(instrument, tags));
        metrics.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Keep(instrument, tags));
        metrics.Start();
    }

    /// <summary>Everything so far, each text once.</summary>
    public string Text
    {
        get
        {
            metrics.RecordObservableInstruments();
            return string.Join('\n', texts.Keys);
        }
    }

    public void Dispose()
    {
        spans.Dispose();
        metrics.Dispose();
    }

    private void Keep(Activity span)
    {
        Keep(span.DisplayName);
        Keep(span.StatusDescription);
        foreach (var (name, value) in span.TagObjects.Concat(span.Events.SelectMany(e => e.Tags)))
        {
            Keep($"{name}={value}");
        }

        foreach (var (name, value) in span.Baggage)
        {
            Keep($"{name}={value}");
        }
    }

    private void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Keep(instrument.Name);
        foreach (var (name, value) in tags)
        {
            Keep($"{name}={value}");
        }
    }

    private void Keep(string? text)
    {
        if (text is not null)
        {
            texts.TryAdd(text, 0);
        }
    }
}
