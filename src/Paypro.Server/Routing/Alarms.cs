using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Routing;

/// <summary>Calls a person: one open row per subject, a log line and a metric. Raising it again says nothing new.</summary>
internal sealed class Alarms(IContexts contexts, BatchWriter writer, TimeProvider time, ILogger<Alarms> log)
{
    public const string MeterName = "Paypro.Alarms";
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Raised = Meter.CreateCounter<long>("paypro.alarms.raised", "{alarm}", "Alarms that wait for a person");

    /// <param name="kind">Short and stable: <c>needs-person</c>, <c>contradiction</c>, <c>suspense</c> …</param>
    /// <param name="subject">What it is about; no personal data.</param>
    /// <param name="text">One sentence; no personal data.</param>
    public Task RaiseAsync(string kind, string subject, string text) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        if (await context.Alarms.AnyAsync(a => a.Subject == subject && a.Kind == kind && a.ResolvedAtMs == 0))
        {
            return false;
        }

        context.Alarms.Add(new AlarmRow { Kind = kind, Subject = subject, Text = text, RaisedAtMs = time.NowMs() });
        await context.SaveChangesAsync();
        Raised.Add(1, new KeyValuePair<string, object?>("kind", kind));
        log.LogWarning("Alarm {Kind} about {Subject}: {Text}", kind, subject, text);
        return true;
    });
}
