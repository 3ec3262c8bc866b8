using System.Text.Json;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

internal sealed record BusinessWish(string Name);

internal sealed record MerchantWish(long BusinessId, string Country, string Name);

/// <summary>Why something is done; it stands in the audit log.</summary>
internal sealed record ReasonWish(string Reason);

internal sealed record StopWish(bool PayIns, bool Payouts, string Reason);

internal sealed record LimitRequest(LimitWish Limit, string Reason);

internal sealed record TermsRequest(TermsWish Terms, string Reason);

internal sealed record PaperWish(PaperState State, string Note);

internal sealed record PaperView(string Code, string Name, PaperState State, string Note, string DecidedBy, IReadOnlyList<PaperFile> Files)
{
    public static PaperView Of(Paper paper) => new(paper.Code, paper.Name, paper.State, paper.Note, paper.DecidedBy, paper.Files);
}

internal sealed record OwnerWish(string Email);

/// <param name="Email">Whose.</param>
/// <param name="Link">Sets his first password; told once, and null when the call is repeated or he has one already.</param>
internal sealed record OwnerView(string Email, string? Link);

internal sealed record TermsView(long Id, TermsWish Terms, string Actor, string Approver, long AddedAtMs)
{
    public static TermsView Of(TermsRow row) => new(row.Id, TermsWish.Of(row), row.Actor, row.Approver, row.AddedAtMs);
}

internal sealed record UserView(long Id, string Email, string Name, UserState State, long CreatedAtMs)
{
    public static UserView Of(UserRow row) => new(row.Id, row.Email, row.Name, row.State, row.CreatedAtMs);
}

internal sealed record TokenView(long Id, string Name, string Permissions, string Networks, long CreatedAtMs, long EndsAtMs, bool IsOpen)
{
    public static TokenView Of(OperatorTokenRow row) => new(row.Id, row.Name, row.Permissions, row.Networks, row.CreatedAtMs, row.EndsAtMs, row.ApprovedAtMs > 0 && row.RevokedAtMs == 0);
}

internal sealed record AuditView(int Chain, long No, long AtMs, string Actor, string Address, string Action, string Subject, string Before, string After, string Reason)
{
    public static AuditView Of(AuditRow row) => new(row.Chain, row.No, row.AtMs, row.Actor, row.Address, row.Action, row.Subject, row.Before, row.After, row.Reason);
}

internal sealed record DoneView(bool Done);

/// <param name="Items">At most fifty.</param>
/// <param name="Next">For <c>after</c>; null on the last page.</param>
internal sealed record Listed<T>(IReadOnlyList<T> Items, string? Next);

/// <param name="Proposal">Its number.</param>
/// <param name="State"><c>open</c> while it waits for a second person.</param>
internal sealed record ProposedView(long Proposal, string State);

internal sealed record ProposalView(long Id, string Kind, string Subject, string Change, string Reason, string MadeBy, long MadeAtMs, long EndsAtMs, long AloneAtMs, string State, string DecidedBy, long DecidedAtMs, string Outcome)
{
    public static ProposalView Of(ProposalRow row) => new(
        row.Id, row.Kind, row.Subject, row.Change, row.Reason, row.MadeBy, row.MadeAtMs, row.EndsAtMs, row.AloneAtMs, StateOf(row.State), row.DecidedBy, row.DecidedAtMs, row.Outcome);

    public static string StateOf(ProposalState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
}
