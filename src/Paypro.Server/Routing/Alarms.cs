using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>
/// What a person has to look at: a row, a log line and a metric. While one is open, the same trouble again is counted; other words about the
/// same subject, and the same words after it was resolved, are a new one.
/// </summary>
internal sealed class Alarms(IContexts contexts, BatchWriter writer, TimeProvider time, ILogger<Alarms> log)
{
    public const string MeterName = "Paypro.Alarms";
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Raised = Meter.CreateCounter<long>("paypro.alarms.raised", "{alarm}", "Alarms that wait for a person");
    private static readonly Counter<long> Repeated = Meter.CreateCounter<long>("paypro.alarms.repeated", "{alarm}", "The same trouble again while its alarm was open");

    /// <param name="kind">Short and stable: <c>needs-person</c>, <c>contradiction</c>, <c>suspense</c> …</param>
    /// <param name="subject">What it is about; no personal data.</param>
    /// <param name="text">One sentence; no personal data.</param>
    public Task RaiseAsync(string kind, string subject, string text) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        if (await context.Alarms.AnyAsync(a => a.Subject == subject && a.Kind == kind && a.Text == text && a.ResolvedAtMs == 0))
        {
            Repeated.Add(1, new KeyValuePair<string, object?>("kind", kind));
            log.LogInformation("Alarm {Kind} about {Subject} again: {Text}", kind, subject, text);
            return false;
        }

        context.Alarms.Add(new AlarmRow { Kind = kind, Subject = subject, Text = text, RaisedAtMs = time.NowMs() });
        await context.SaveChangesAsync();
        Raised.Add(1, new KeyValuePair<string, object?>("kind", kind));
        log.LogWarning("Alarm {Kind} about {Subject}: {Text}", kind, subject, text);
        return true;
    });

    /// <summary>The trouble is gone: the next one of the same words is a new alarm.</summary>
    /// <returns>False when none was open.</returns>
    public Task<bool> ResolveAsync(string kind, string subject, string text) => writer.InTurnAsync(async () =>
    {
        var nowMs = time.NowMs();
        await using var context = contexts.Create();
        var resolved = await context.Alarms.Where(a => a.Subject == subject && a.Kind == kind && a.Text == text && a.ResolvedAtMs == 0)
            .ExecuteUpdateAsync(s => s.SetProperty(a => a.ResolvedAtMs, nowMs));
        if (resolved > 0)
        {
            log.LogInformation("Alarm {Kind} about {Subject} is resolved: {Text}", kind, subject, text);
        }

        return resolved > 0;
    });
}
