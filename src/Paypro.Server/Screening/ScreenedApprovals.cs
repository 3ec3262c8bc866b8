using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screening;

/// <summary>Something that people approve.</summary>
/// <param name="Kind">What.</param>
/// <param name="Id">Its number.</param>
/// <param name="CaseKind">The kind of its case; the subject is the number.</param>
/// <param name="Name">As sentences call it: <c>merchant</c>.</param>
internal readonly record struct Screenable(ScreenedKind Kind, long Id, string CaseKind, string Name)
{
    /// <summary>Why it may not be approved while nobody has asked about it.</summary>
    public required string NotAsked { get; init; }

    /// <summary>Why it may not be approved without a clear answer.</summary>
    public required string NotCleared { get; init; }

    public string Subject => Id.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the screening service says about what people approve, kept until they do: what it does not clear waits for whoever resolves its case.</summary>
internal sealed class ScreenedApprovals(IContexts contexts, BatchWriter writer, Screener screener, RaiseCases cases, PayproOptions options, TimeProvider time, ILogger<ScreenedApprovals> log)
{
    /// <summary>The kinds of the cases.</summary>
    public const string MerchantCase = "merchant-screening", WithdrawalCase = "withdrawal-screening";

    public bool IsOn => options.Screening.IsOn;

    /// <summary>What was asked about without an answer since then rests, Unix milliseconds UTC.</summary>
    public long AgainBeforeMs => time.NowMs() - options.Screening.AgainSeconds * 1000L;

    /// <summary>
    /// Asks about one, and keeps what is said. Two nodes may ask the same: no answer never takes the place of one, whichever comes last. An answer's case comes first, since it is not asked
    /// for again; without an answer it is, so that a node that dies in between leaves nothing out.
    /// </summary>
    public async Task AskAsync(Screenable of, ScreeningQuestion question, CancellationToken cancellation)
    {
        var said = await screener.AskAsync(question, cancellation);
        var named = said.Reference.Length == 0 ? "" : $", reference {said.Reference}";
        switch (said.Verdict)
        {
            case Verdict.Clear:
                await cases.EndAsync(of.CaseKind, of.Subject, "The screening service has cleared it.");
                await StoreAsync(of, said);
                break;
            case Verdict.Hit:
                await cases.RaiseAsync(of.CaseKind, of.Subject, $"The screening service has a hit for {of.Name} {of.Subject}{named}. It cannot be approved before this case is resolved.", CaseSeverity.Today);
                await StoreAsync(of, said);
                break;
            default:
                log.LogWarning("The screening of {Id} has no answer: {Trouble}", question.Id, said.Trouble);

                // Who looked instead and resolved its case did so for as long as the service is away.
                if (await StoreAsync(of, said))
                {
                    await cases.RaiseOnceAsync(
                        of.CaseKind, of.Subject,
                        $"The screening service has not answered about {of.Name} {of.Subject}. It is asked again; the {of.Name} cannot be approved before it answers or this case is resolved.", CaseSeverity.Today);
                }

                break;
        }
    }

    /// <summary>False where an answer stands that no answer does not change.</summary>
    private async Task<bool> StoreAsync(Screenable of, Screened said)
    {
        var (kind, id, verdict, none, nowMs) = ((short)of.Kind, of.Id, (short)said.Verdict, (short)Verdict.NoAnswer, time.NowMs());
        return await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            return await context.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO screenings (kind, id, verdict, reference, at_ms) VALUES ({kind}, {id}, {verdict}, {said.Reference}, {nowMs})
                ON CONFLICT (kind, id) DO UPDATE SET verdict = excluded.verdict, reference = excluded.reference, at_ms = excluded.at_ms
                WHERE excluded.verdict <> {none} OR screenings.verdict = {none}
                """);
        }) == 1;
    }

    /// <summary>Why one may not be approved; null when it may. What is no clear answer holds it until its case is resolved.</summary>
    public async Task<string?> ProblemAsync(PayproContext context, Screenable of)
    {
        if (!IsOn)
        {
            return null;
        }

        if (await context.Screenings.AsNoTracking().SingleOrDefaultAsync(s => s.Kind == of.Kind && s.Id == of.Id) is not { } said)
        {
            return of.NotAsked;
        }

        var key = CaseKey.Of(Buckets.Of(of.Subject), of.CaseKind, of.Subject);
        return said.Verdict == Verdict.Clear || await context.Cases.AnyAsync(c => c.Bucket == key.Bucket && c.Id == key.Id && c.State == CaseState.Resolved)
            ? null
            : of.NotCleared;
    }
}
