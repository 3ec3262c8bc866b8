using Paypro.Server.Storage;

namespace Paypro.Server.Cases;

/// <summary>What came of resolving a case.</summary>
internal enum ResolveResult
{
    Resolved,

    /// <summary>It was resolved before; nothing changed.</summary>
    Repeated,
    NoCase,

    /// <summary>Its money is in suspense and nobody's.</summary>
    InSuspense,

    /// <summary>Its statement is neither booked nor rejected.</summary>
    Undecided,

    /// <summary>Less than asked waits in suspense.</summary>
    Underpaid,

    /// <summary>Its payout or refund is kept back.</summary>
    KeptBack,

    /// <summary>What its pay-in brought is held.</summary>
    Held,
}

/// <summary>
/// A person looked at a case and found nothing to book. The same trouble again opens it again. A case behind which money or a statement still waits is refused: nothing would raise it
/// again, and it is the only way to the decision that ends it.
/// </summary>
/// <param name="seen">The case as it was read; what it is about never changes.</param>
/// <param name="action">Who resolves it, and what was found.</param>
internal sealed class ResolveCase(CaseRow seen, CaseActionRow action) : WriteCommand<ResolveResult>
{
    public override short Bucket => seen.Bucket;

    private bool IsAboutOrder => seen is { OrderId: not 0, Kind: CaseKind.Underpaid or CaseKind.HeldPayout or CaseKind.UnscreenedPayout or CaseKind.HeldPayIn };

    private bool IsAboutStatement => seen is { StatementId: not 0, Kind: CaseKind.Suspense or CaseKind.Contradiction or CaseKind.WaitingReturn or CaseKind.RefusedStatement };

    private OrderKey Order => new(Bucket, seen.OrderId);

    private StatementKey Statement => new(Bucket, seen.StatementId);

    public override void Declare(Needs needs)
    {
        needs.Cases.Add(seen.Key);
        if (IsAboutOrder)
        {
            needs.Orders.Add(Order);
        }

        if (IsAboutStatement)
        {
            needs.Statements.Add(Statement);
        }
    }

    protected override ResolveResult Decide(BatchState state)
    {
        if (state.Cases.Find(seen.Key) is not { } open)
        {
            return ResolveResult.NoCase;
        }

        if (open.State == CaseState.Resolved)
        {
            return ResolveResult.Repeated;
        }

        if (Waits(state) is { } waits)
        {
            return waits;
        }

        state.Cases.Update(seen.Key, open with { State = CaseState.Resolved, ResolvedAtMs = state.NowMs, ResolvedBy = action.Actor, Resolution = action.Text });
        state.CaseActions.Insert(action.Key, action with { CaseId = seen.Id, OrderId = open.OrderId });
        return ResolveResult.Resolved;
    }

    /// <summary>What still waits behind it; null when nothing does.</summary>
    private ResolveResult? Waits(BatchState state)
    {
        if (IsAboutStatement && state.Statements.Find(Statement) is { } said)
        {
            return seen.Kind == CaseKind.Suspense
                ? said is { Outcome: StatementOutcome.Suspense, OrderId: 0 } && said.ReturnedMinor < said.AmountMinor ? ResolveResult.InSuspense : null
                : said is { Outcome: StatementOutcome.Waiting or StatementOutcome.Contradiction or StatementOutcome.Refused, BookedAtMs: 0 } ? ResolveResult.Undecided : null;
        }

        return !IsAboutOrder || state.Orders.Find(Order) is not { } order ? null
            : seen.Kind == CaseKind.Underpaid ? (order.SuspenseMinor > 0 ? ResolveResult.Underpaid : null)
            : seen.Kind == CaseKind.HeldPayIn ? (order.Exceptions.HasFlag(OrderExceptions.HoldsMoney) && order.PaidMinor > order.ReturnedMinor ? ResolveResult.Held : null)
            : order.State == OrderState.Pending && state.AttemptsOf(order) is [.., { State: AttemptState.Screening or AttemptState.Held }] ? ResolveResult.KeptBack
            : null;
    }
}
