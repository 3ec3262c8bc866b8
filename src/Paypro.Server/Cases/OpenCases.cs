using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Cases;

/// <summary>Counts the open cases, whoever opened them: a transaction of an order or background work, on any node.</summary>
internal sealed class OpenCases(IContexts contexts)
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>In the order of their numbers.</summary>
    private static readonly string[] Severities = ["now", "today", "week"];

    private static readonly Meter Meter = new(RaiseCases.MeterName);
    private static readonly int[] Open = new int[Severities.Length];

    private static readonly ObservableGauge<int> Gauge = Meter.CreateObservableGauge(
        "paypro.cases.open",
        () => Severities.Select((name, at) => new Measurement<int>(Volatile.Read(ref Open[at]), new KeyValuePair<string, object?>("severity", name))),
        "{case}",
        "Open cases by severity");

    /// <summary>Looks once.</summary>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        var counts = await CountAsync(cancellation);
        for (var at = 0; at < counts.Length; at++)
        {
            Volatile.Write(ref Open[at], counts[at]);
        }

        return false;
    }

    /// <summary>How many there are now, the most urgent first.</summary>
    public async Task<int[]> CountAsync(CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        var open = await context.Cases.Where(c => Buckets.All.Contains(c.Bucket) && c.State == CaseState.Open)
            .GroupBy(c => c.Severity).Select(g => new { Severity = g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Severity, g => g.Count, cancellation);
        return [.. Severities.Select((_, at) => open.GetValueOrDefault((CaseSeverity)(at + 1)))];
    }
}
