using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>
/// Carries out what was decided, one command of the batch writer each. Whoever takes a decision has it for some minutes; each command can be repeated, so that
/// a process that ended in between, or two at once, do nothing twice.
/// </summary>
internal sealed class CarryOutDecisions(IContexts contexts, AuditedStore store, DecisionRules rules, Decisions decisions, OrderCommands orders, TimeProvider time, ILogger<CarryOutDecisions> log)
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    /// <summary>Decisions of one turn, and of them so many at a time: each may ask its rail first.</summary>
    private const int PerTurn = 100, AtOnce = 8;
    private const long LeaseMs = 5 * 60_000;

    /// <summary>After so many tries that ended without an answer somebody has to decide again.</summary>
    private const int MostTries = 20;
    private const string HasChanged = "It was not carried out: what it was decided about has changed since.", NothingLeft = "Nothing was left to do: the rail or somebody else was quicker.";

    /// <summary>One turn.</summary>
    /// <returns>Whether there may be more to do at once.</returns>
    public async Task<bool> RunOnceAsync(CancellationToken cancellation)
    {
        List<DecisionRow> due;
        await using (var context = contexts.Create())
        {
            var nowMs = time.NowMs();
            due = await context.Decisions.AsNoTracking().Where(d => d.State == DecisionState.Waits && d.LeaseUntilMs <= nowMs).OrderBy(d => d.Id).Take(PerTurn).ToListAsync(cancellation);
        }

        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (decision, stop) => await CarryOutAsync(decision, stop));
        return due.Count == PerTurn;
    }

    private async Task CarryOutAsync(DecisionRow decision, CancellationToken cancellation)
    {
        if (!await TakeAsync(decision))
        {
            return;
        }

        try
        {
            var (isDone, outcome) = await TryAsync(decision, cancellation);
            await EndAsync(decision, isDone ? DecisionState.Done : DecisionState.Refused, outcome);
        }
#pragma warning disable CA1031 // One decision that cannot be carried out now keeps none of the others back.
        catch (Exception error) when (error is not OperationCanceledException)
#pragma warning restore CA1031
        {
            log.LogWarning(error, "Decision {Decision} was not carried out; it is tried again", decision.Id);
            if (decision.Tries + 1 >= MostTries)
            {
                await EndAsync(decision, DecisionState.Refused, "It was tried 20 times and could not be carried out. Look at the order, and decide again.");
            }
        }
    }

    private async Task<(bool IsDone, string Outcome)> TryAsync(DecisionRow decision, CancellationToken cancellation)
    {
        if (decision.Kind == DecisionKind.Reopen)
        {
            return Told(await orders.ReopenAsync(decision.Number, new DecidedBy(decision.Actor, decision.Approver, decision.Evidence, decision.Reason), decision.MadeAtMs, cancellation));
        }

        CaseRow? one;
        var decided = new DecidedCase(new CaseKey(decision.CaseBucket, decision.CaseId), decision.CaseOpenedAtMs, decision.Attempts);
        await using (var context = contexts.Create())
        {
            one = await context.Cases.SingleOrDefaultAsync(c => c.Bucket == decision.CaseBucket && c.Id == decision.CaseId, cancellation);
            if (one is null)
            {
                return (false, HasChanged);
            }

            // Done before its process ended, or by somebody else: whatever is held now is another hold.
            if (decision is { Kind: DecisionKind.Release or DecisionKind.Refuse, Tries: > 0 } && one.State != CaseState.Open)
            {
                return (true, NothingLeft);
            }

            if ((await DecisionRules.SeenAsync(context, [one]))[one.Key] != decided)
            {
                // What is taken back opens its case. What was assigned and is open again was taken back since: doing it again would undo that.
                return decision is { Kind: DecisionKind.TakeBack, Tries: > 0 } ? (true, NothingLeft)
                    : decision is { Kind: DecisionKind.Assign, Tries: > 0 } ? (false, "It was not carried out: the money was taken back since it was decided.")
                    : (false, HasChanged);
            }

            if (await rules.ProblemAsync(context, new DecisionWish(decision.Kind, 1, "", [decision.CaseId], decision.Number, decision.Evidence, decision.FileId), decision.CaseId) is { } problem && IsRefusal(problem, decision, one))
            {
                return (false, HasChanged);
            }
        }

        var number = decision.Number.Length > 0 ? decision.Number : await NumberAsync(one, cancellation);
        var evidence = decision.FileId == 0 ? decision.Evidence : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{decision.Evidence} (file {decision.FileId})");
        var by = new DecidedBy(decision.Actor, decision.Approver, evidence, decision.Reason) { Of = decided };
        var statement = new StatementKey(one.Bucket, one.StatementId);
        return Told(decision.Kind switch
        {
            DecisionKind.Paid or DecisionKind.Failed => await decisions.DecidePayoutAsync(number, decision.Kind == DecisionKind.Paid, by, cancellation),
            DecisionKind.Assign => await decisions.AssignAsync(statement, number, by, cancellation),
            DecisionKind.TakeBack => await decisions.TakeBackAsync(statement, number, by, cancellation),
            DecisionKind.SendBack => await decisions.SendBackAsync(statement, decision.Evidence.Trim(), by, cancellation),
            DecisionKind.Settle => await decisions.SettleAsync(number, by, cancellation),
            DecisionKind.Release => await decisions.ReleaseAsync(number, by, cancellation),
            DecisionKind.Refuse => await decisions.RefuseAsync(number, by, cancellation),
            _ => await decisions.DecideStatementAsync(statement, decision.Kind == DecisionKind.Accept, by, cancellation),
        });
    }

    private static (bool IsDone, string Outcome) Told(Decided decided) => decided switch
    {
        { Refusal: { } why } => (false, $"It was not carried out: {why}."),
        { Done: true } => (true, "Carried out."),
        _ => (true, NothingLeft),
    };

    /// <summary>A try that was done before its process ended finds its own work: that is no refusal.</summary>
    private static bool IsRefusal(string problem, DecisionRow decision, CaseRow one) =>
        decision.Tries == 0 || !problem.StartsWith("case: ", StringComparison.Ordinal) || (decision.Kind == DecisionKind.Settle && one.State == CaseState.Open);

    private async Task<string> NumberAsync(CaseRow one, CancellationToken cancellation)
    {
        await using var context = contexts.Create();
        return await context.Orders.Where(o => o.Bucket == one.Bucket && o.Id == one.OrderId).Select(o => o.Number).SingleOrDefaultAsync(cancellation) ?? "";
    }

    private Task<bool> TakeAsync(DecisionRow decision) => store.SaveAsync(async (context, _) =>
    {
        var (until, seen) = (time.NowMs() + LeaseMs, decision.LeaseUntilMs);
        return await context.Decisions.Where(d => d.Id == decision.Id && d.State == DecisionState.Waits && d.LeaseUntilMs == seen)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.LeaseUntilMs, until).SetProperty(d => d.Tries, d => d.Tries + 1)) == 1;
    });

    private Task<bool> EndAsync(DecisionRow decision, DecisionState state, string outcome) => store.SaveAsync(async (context, trail) =>
    {
        var (nowMs, cut) = (time.NowMs(), OutsideText.Line(outcome, 500));
        if (await context.Decisions.Where(d => d.Id == decision.Id && d.State == DecisionState.Waits)
            .ExecuteUpdateAsync(s => s.SetProperty(d => d.State, state).SetProperty(d => d.Outcome, cut).SetProperty(d => d.DoneAtMs, nowMs)) == 0)
        {
            return false;
        }

        trail.Add(Actor.Program, state == DecisionState.Done ? "case.decided" : "case.decide-refused", decision.CaseId == 0 ? AllOrders.PayInReopen.SubjectOf(decision.Number) : CaseSubjects.Of(decision.CaseId), after: new { decision = decision.Id, decision.ProposalId, decision.Kind, decision.Actor, decision.Approver, outcome = cut });
        return true;
    });
}
