using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>Everything that one needs to decide a case.</summary>
internal sealed record CasePicture
{
    public required CaseRow Case { get; init; }
    public CaseOwnerRow? Owner { get; init; }

    /// <summary>Null when it is about none.</summary>
    public OrderRow? Order { get; init; }
    public IReadOnlyList<AttemptRow> Attempts { get; init; } = [];

    /// <summary>The newest last.</summary>
    public IReadOnlyList<EventRow> Events { get; init; } = [];

    /// <summary>What the rail said: of its order, and the one that the case is about.</summary>
    public IReadOnlyList<StatementRow> Statements { get; init; } = [];

    /// <summary>The statement that the case is about.</summary>
    public StatementRow? Statement { get; init; }

    /// <summary>The pay-in that the money of the statement was assigned to; null when it was to none.</summary>
    public OrderRow? AssignedTo { get; init; }
    public IReadOnlyList<CaseActionRow> Actions { get; init; } = [];
    public IReadOnlyList<DecisionRow> Decisions { get; init; } = [];
    public IReadOnlyList<EvidenceFile> Files { get; init; } = [];
    public IReadOnlyList<Candidate> Candidates { get; init; } = [];

    /// <summary>Proposals about it that wait for a second person.</summary>
    public IReadOnlyList<ProposalRow> Proposals { get; init; } = [];
}

/// <summary>A file of evidence, without its content.</summary>
internal sealed record EvidenceFile(long Id, string Name, int Size, string AddedBy, long AddedAtMs);

/// <summary>Reads a case with what each side says.</summary>
internal sealed class CasePictures(IContexts contexts, Candidates candidates)
{
    /// <summary>Lines of one kind at most.</summary>
    private const int Most = 100;

    /// <summary>Null when there is no such case.</summary>
    public async Task<CasePicture?> FindAsync(long id, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        if (await CaseQueue.FindAsync(context, id, cancellation) is not { } found)
        {
            return null;
        }

        var (bucket, orderId) = (found.Bucket, found.OrderId);
        var order = orderId == 0 ? null : await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Id == orderId, cancellation);
        var statement = found.StatementId == 0 ? null : await context.Statements.SingleOrDefaultAsync(s => s.Bucket == bucket && s.Id == found.StatementId, cancellation);
        var said = order is null ? [] : await context.Statements.Where(s => s.Bucket == bucket && s.OrderId == orderId && s.OrderId != 0).OrderBy(s => s.ReceivedAtMs).Take(Most).ToListAsync(cancellation);
        if (statement is not null && !said.Exists(s => s.Key == statement.Key))
        {
            said.Add(statement);
        }

        var subject = CaseSubjects.Of(found);
        return new CasePicture
        {
            Case = found,
            Owner = (await CaseQueue.OwnersAsync(context, [found], cancellation)).GetValueOrDefault(found.Key),
            Order = order,
            Attempts = order is null ? [] : await context.Attempts.Where(a => a.Bucket == bucket && a.OrderId == orderId).OrderBy(a => a.AttemptNo).Take(Most).ToListAsync(cancellation),
            Events = order is null ? [] : await NewestAsync(context, bucket, orderId, cancellation),
            Statements = said,
            Statement = statement,
            AssignedTo = found.Kind == CaseKind.Suspense && statement is { Outcome: StatementOutcome.Suspense, OrderId: not 0 }
                ? await context.Orders.SingleOrDefaultAsync(o => o.Bucket == statement.OrderBucket && o.Id == statement.OrderId, cancellation) : null,
            Actions = await context.CaseActions.Where(a => a.Bucket == bucket && (a.CaseId == found.Id || (orderId != 0 && a.OrderId == orderId))).OrderBy(a => a.Id).Take(Most).ToListAsync(cancellation),
            Decisions = await context.Decisions.AsNoTracking().Where(d => d.CaseBucket == bucket && d.CaseId == found.Id).OrderBy(d => d.Id).Take(Most).ToListAsync(cancellation),
            Files = await FilesAsync(context, CaseSubjects.OfFiles(found), cancellation),
            Candidates = statement is { Outcome: StatementOutcome.Suspense, OrderId: 0, Direction: Direction.PayIn, Kind: ObservationKind.Paid } && found.State == CaseState.Open
                ? await candidates.FindAsync(statement, cancellation) : [],
            Proposals = await context.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open && p.BusinessId == 0 && p.Subject == subject).OrderBy(p => p.Id).Take(Most).ToListAsync(cancellation),
        };
    }

    /// <summary>The files of a case or of its group, the newest first.</summary>
    public static Task<List<EvidenceFile>> FilesAsync(PayproContext context, IReadOnlyCollection<string> subjects, CancellationToken cancellation = default) =>
        context.EvidenceFiles.Where(f => subjects.Contains(f.Subject)).OrderByDescending(f => f.Id).Take(Most)
            .Select(f => new EvidenceFile(f.Id, f.Name, f.Size, f.AddedBy, f.AddedAtMs)).ToListAsync(cancellation);

    private static async Task<IReadOnlyList<EventRow>> NewestAsync(PayproContext context, short bucket, long orderId, CancellationToken cancellation)
    {
        var newest = await context.Events.Where(e => e.Bucket == bucket && e.OrderId == orderId).OrderByDescending(e => e.Sequence).Take(Most).ToListAsync(cancellation);
        newest.Reverse();
        return newest;
    }
}

/// <summary>How the audit log, proposals and files name cases.</summary>
internal static class CaseSubjects
{
    public static string Of(CaseRow one) => Of(one.Id);

    public static string Of(long caseId) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"case:{caseId}");

    public static string Of(CaseGroupKey group) => $"group:{group with { IsResolved = false }}";

    /// <summary>What the files of a group are kept under: as trouble goes on, a line of the queue gets the next hour, or loses it again, and its files stay seen.</summary>
    public static IReadOnlyList<string> OfFiles(CaseGroupKey group) =>
        [.. Enumerable.Range(-1, 2 + group.More).SelectMany(hour => Enumerable.Range(0, 2).Select(more => Of(group with { Hour = group.Hour + hour, More = more })))];

    /// <summary>What the files of a case and its group are kept under.</summary>
    public static IReadOnlyList<string> OfFiles(CaseRow one) => [Of(one), .. OfFiles(GroupOf(one))];

    /// <summary>The hour of the clock that a case was opened in.</summary>
    public static CaseGroupKey GroupOf(CaseRow one) => new(false, one.Severity, one.OpenedAtMs / CaseGroupKey.HourMs, one.Kind, one.ChannelAccountId, one.Currency);
}
