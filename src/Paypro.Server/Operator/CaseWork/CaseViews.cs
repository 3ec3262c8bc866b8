using System.Text.Json;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <param name="Id">Its number.</param>
/// <param name="AmountMinor">Minor units.</param>
/// <param name="Owner">Who looks after it; null for nobody.</param>
internal sealed record CaseView(
    long Id, string Kind, string Subject, string Severity, string State, long ChannelAccountId, long AmountMinor, string Currency, string Text, int Count, long OpenedAtMs, long RaisedAtMs, string? Owner, string ResolvedBy,
    string Resolution)
{
    public static CaseView Of(CaseRow row, CaseOwnerRow? owner) => new(
        row.Id, row.Kind, row.Subject, Name(row.Severity), Name(row.State), row.ChannelAccountId, row.AmountMinor, row.Currency, row.Text, row.Count, row.OpenedAtMs, row.RaisedAtMs, owner?.Name, row.ResolvedBy, row.Resolution);

    public static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

/// <summary>A line of the queue: cases of one kind, channel account and hour.</summary>
internal sealed record CaseGroupView(string Group, string Severity, string Kind, long ChannelAccountId, string Currency, int Count, long SumMinor, long OldestAtMs, IReadOnlyList<string> Owners)
{
    public static CaseGroupView Of(CaseGroup group) => new(
        group.Key.ToString(), CaseView.Name(group.Key.Severity), group.Key.Kind, group.Key.Account, group.Key.Currency, group.Count, group.SumMinor, group.OldestMs, group.Owners);
}

internal sealed record SaidView(string Kind, string Source, string Outcome, string Reference, string RailReference, string DedupeKey, long AmountMinor, string Currency, string Reason, string Note, long ReceivedAtMs)
{
    public static SaidView Of(StatementRow row) => new(
        CaseView.Name(row.Kind), CaseView.Name(row.Source), CaseView.Name(row.Outcome), row.Reference, row.RailReference, row.DedupeKey, row.AmountMinor, row.Currency, row.Reason, row.Note, row.ReceivedAtMs);
}

internal sealed record CandidateView(string Number, long MerchantNo, string TradeNo, string State, long AmountMinor, bool FitsReference, bool FitsAmount)
{
    public static CandidateView Of(Candidate one) => new(
        one.Order.Number, one.Order.MerchantNo, one.Order.TradeNo, CaseView.Name(one.Order.State), one.Order.AmountMinor, one.FitsReference, one.FitsAmount);
}

internal sealed record CaseActionView(string Action, string Actor, string Approver, string Evidence, string Text, long AtMs)
{
    public static CaseActionView Of(CaseActionRow row) => new(row.Action, row.Actor, row.Approver, row.Evidence, row.Text, row.AtMs);
}

internal sealed record DecisionView(long Id, string Kind, string State, string Outcome, string Actor, string Approver, long MadeAtMs, long DoneAtMs)
{
    public static DecisionView Of(DecisionRow row) => new(row.Id, CaseView.Name(row.Kind), CaseView.Name(row.State), row.Outcome, row.Actor, row.Approver, row.MadeAtMs, row.DoneAtMs);
}

/// <summary>A case with what each side says.</summary>
internal sealed record CaseDetailView(
    CaseView Case, string? OrderNumber, string? OrderState, IReadOnlyList<SaidView> Said, IReadOnlyList<CandidateView> Candidates, IReadOnlyList<CaseActionView> Actions, IReadOnlyList<DecisionView> Decisions,
    IReadOnlyList<EvidenceFile> Files)
{
    public static CaseDetailView Of(CasePicture picture) => new(
        CaseView.Of(picture.Case, picture.Owner), picture.Order?.Number, picture.Order is { } order ? CaseView.Name(order.State) : null, [.. picture.Statements.Select(SaidView.Of)],
        [.. picture.Candidates.Select(CandidateView.Of)], [.. picture.Actions.Select(CaseActionView.Of)], [.. picture.Decisions.Select(DecisionView.Of)], picture.Files);
}

internal sealed record CaseListWish(IReadOnlyList<long> Cases);

internal sealed record CaseReasonWish(IReadOnlyList<long> Cases, string Reason);

/// <param name="Paid">Paid, or failed for good.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="File">A file of evidence of the cases or their group; needed where it failed.</param>
internal sealed record OutcomeWish(IReadOnlyList<long> Cases, bool Paid, string Evidence, long File, string Reason);

internal sealed record StatementWish(IReadOnlyList<long> Cases, bool Accept, string Evidence, string Reason);

/// <param name="Cases">Of one kind.</param>
/// <param name="Release">Released, or refused.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="Reason">Why.</param>
internal sealed record HeldWish(IReadOnlyList<long> Cases, bool Release, string Evidence, string Reason);

/// <param name="Number">Of the pay-in.</param>
internal sealed record AssignWish(string Number, string Evidence, string Reason);

/// <param name="Reference">The rail's own of what went back.</param>
internal sealed record SendBackWish(string Reference, string Reason);

internal sealed record EvidencedWish(string Evidence, string Reason);

/// <param name="Done">Of how many cases.</param>
/// <param name="Problem">Of the first that it was not done for; null for none.</param>
internal sealed record CasesDoneView(int Done, string? Problem);
