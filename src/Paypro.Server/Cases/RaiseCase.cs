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

/// <summary>Opens a case that is found again and again while nothing has changed: one that is open stays as it is, and so does one that a person has resolved.</summary>
internal sealed class RaiseCaseOnce(CaseRow trouble) : WriteCommand<bool>
{
    private readonly CaseKey _key = CaseKey.Of(trouble.Bucket, trouble.Kind, trouble.Subject);

    public override short Bucket => trouble.Bucket;

    public override void Declare(Needs needs) => needs.Cases.Add(_key);

    /// <summary>Whether it was opened.</summary>
    protected override bool Decide(BatchState state)
    {
        if ((state.CaseChanges.Seen(_key) ?? state.Cases.Find(_key)) is { State: CaseState.Open } or { ResolvedBy: not CaseChange.Rail })
        {
            return false;
        }

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
        Tell(kind, subject, text);
        return writer.WriteAsync(new RaiseCase(CaseOf(kind, subject, text, severity)));
    }

    /// <summary>Trouble that is found again and again while nothing has changed: who resolves its case is not asked again.</summary>
    /// <inheritdoc cref="RaiseAsync"/>
    public async Task RaiseOnceAsync(string kind, string subject, string text, CaseSeverity severity)
    {
        if (await writer.WriteAsync(new RaiseCaseOnce(CaseOf(kind, subject, text, severity))))
        {
            Tell(kind, subject, text);
        }
    }

    /// <summary>The trouble is gone by itself.</summary>
    public Task EndAsync(string kind, string subject, string resolution) =>
        writer.WriteAsync(new EndCase(Buckets.Of(subject), kind, subject, resolution));

    private void Tell(string kind, string subject, string text)
    {
        Raised.Add(1, new KeyValuePair<string, object?>("kind", kind));
        log.LogWarning("Case {Kind} about {Subject}: {Text}", kind, subject, text);
    }

    private static CaseRow CaseOf(string kind, string subject, string text, CaseSeverity severity) => new() { Bucket = Buckets.Of(subject), Kind = kind, Subject = subject, Severity = severity, Text = text };
}
