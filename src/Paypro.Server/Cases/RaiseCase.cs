using System.Diagnostics.Metrics;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Cases;

/// <summary>Opens a case about something that no order's transaction finds.</summary>
internal sealed class RaiseCase(CaseRow trouble) : WriteCommand<bool>
{
    public override short Bucket => trouble.Bucket;

    public override void Declare(Needs needs)
    {
    }

    protected override bool Decide(BatchState state)
    {
        state.Raise(trouble);
        return true;
    }
}

/// <summary>Resolves a case whose trouble is gone by itself, if there is one.</summary>
internal sealed class EndCase(short bucket, string kind, string subject, string resolution) : WriteCommand<bool>
{
    public override short Bucket => bucket;

    public override void Declare(Needs needs)
    {
    }

    protected override bool Decide(BatchState state)
    {
        state.End(bucket, kind, subject, resolution);
        return true;
    }
}

/// <summary>Opens cases from background work: a log line and a metric each time, and one row for each kind and subject.</summary>
internal sealed class RaiseCases(BatchWriter writer, ILogger<RaiseCases> log)
{
    public const string MeterName = "Paypro.Cases";
    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Raised = Meter.CreateCounter<long>("paypro.cases.raised", "{case}", "Cases raised by background work");

    /// <summary>Kinds that background work raises. A counter that appears with its first event hides that event from whoever watches its rate.</summary>
    internal static readonly IReadOnlyList<string> Kinds =
    [
        "account-demoted", "allow-list", "audit-broken", "channel-account", "channel-way", "cover", "crossing", "float-low", "float-out", "float-stale", "float-stopped", "ledger", "listing", "mail-failed", "mail-server",
        "merchant", "merchant-key", "merchant-screening", "no-channel", "numbers-low", "payouts-parked", "proposal-alone", "routing-rule", "settlement", "terms", "terms-late", "transfer-refused", "unsendable", "withdrawal-screening", "withdrawal-stuck",
    ];

    /// <summary>Counts nothing of each kind.</summary>
    public static void CountFromZero()
    {
        foreach (var kind in Kinds)
        {
            Raised.Add(0, new KeyValuePair<string, object?>("kind", kind));
        }
    }

    /// <param name="kind">Short and stable.</param>
    /// <param name="subject">What it is about; no personal data.</param>
    /// <param name="text">One sentence; no personal data.</param>
    /// <param name="severity">How soon somebody has to look.</param>
    public Task RaiseAsync(string kind, string subject, string text, CaseSeverity severity = CaseSeverity.Now)
    {
        Raised.Add(1, new KeyValuePair<string, object?>("kind", kind));
        log.LogWarning("Case {Kind} about {Subject}: {Text}", kind, subject, text);
        return writer.WriteAsync(new RaiseCase(new CaseRow { Bucket = Buckets.Of(subject), Kind = kind, Subject = subject, Severity = severity, Text = text }));
    }

    /// <summary>The trouble is gone by itself.</summary>
    public Task EndAsync(string kind, string subject, string resolution) =>
        writer.WriteAsync(new EndCase(Buckets.Of(subject), kind, subject, resolution));
}
