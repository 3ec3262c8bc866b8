using Paypro.Server.Storage;

namespace Paypro.Server.Cases;

/// <summary>What came of resolving a case.</summary>
internal enum ResolveResult
{
    Resolved,

    /// <summary>It was resolved before; nothing changed.</summary>
    Repeated,
    NoCase,
}

/// <summary>A person looked at a case and found nothing to book. The same trouble again opens it again.</summary>
internal sealed class ResolveCase(CaseKey key, CaseActionRow action) : WriteCommand<ResolveResult>
{
    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Cases.Add(key);

    protected override ResolveResult Decide(BatchState state)
    {
        if (state.Cases.Find(key) is not { } open)
        {
            return ResolveResult.NoCase;
        }

        if (open.State == CaseState.Resolved)
        {
            return ResolveResult.Repeated;
        }

        state.Cases.Update(key, open with { State = CaseState.Resolved, ResolvedAtMs = state.NowMs, ResolvedBy = action.Actor, Resolution = action.Text });
        state.CaseActions.Insert(action.Key, action with { CaseId = key.Id, OrderId = open.OrderId });
        return ResolveResult.Resolved;
    }
}
