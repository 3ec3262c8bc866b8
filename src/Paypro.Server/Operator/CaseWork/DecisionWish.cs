using System.Text.Json.Serialization;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>What shall be decided, of one case or of several alike: the exact change of a proposal.</summary>
/// <param name="Kind">What.</param>
/// <param name="Count">How many cases.</param>
/// <param name="Sum">Of their amounts in each currency, for who approves: <c>120.00 MXN</c>.</param>
/// <param name="Cases">Their numbers.</param>
/// <param name="Number">The order that suspense is assigned to, or was wrongly; empty otherwise.</param>
/// <param name="Evidence">Reference of a letter or a message; of money that went back, the rail's own of that.</param>
/// <param name="File">A file of evidence; 0 for none.</param>
internal sealed record DecisionWish(DecisionKind Kind, int Count, string Sum, IReadOnlyList<long> Cases, string Number = "", string Evidence = "", long File = 0)
{
    /// <summary>Each case's own evidence, where they have one; null where all have the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Evidences { get; init; }

    /// <summary>Each case's own file; null where all have the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? Files { get; init; }

    /// <summary>When each of several cases was opened; null for one case, whose state the proposal holds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<long>? OpenedAtMs { get; init; }

    /// <summary>How many attempts there were of each of several cases' orders (<see cref="DecidedCase.Attempts"/>); null for one case.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Attempts { get; init; }

    public const int MostEvidence = 200, MostReference = 100;

    /// <summary>What one must be allowed.</summary>
    [JsonIgnore]
    public string Permission => PermissionOf(Kind);

    /// <summary>How proposals and the log name it.</summary>
    [JsonIgnore]
    public string Subject => Cases.Count == 1 ? CaseSubjects.Of(Cases[0]) : $"{CaseSubjects.Of(Cases[0])} and {Cases.Count - 1} more";

    /// <summary>What is decided of one of its cases.</summary>
    public DecisionWish Of(long caseId)
    {
        var at = Evidences is null && Files is null ? -1 : Cases.ToList().IndexOf(caseId);
        return at < 0 ? this : this with { Evidence = Evidences?[at] ?? Evidence, File = Files?[at] ?? File };
    }

    /// <summary>One of several cases as it was when the proposal was made; null of one case alone, which is approved as it is now.</summary>
    public DecidedCase? SeenOf(CaseKey key) => OpenedAtMs is { } opened && Attempts is { } attempts && Cases.ToList().IndexOf(key.Id) is >= 0 and var at
        ? new DecidedCase(key, opened[at], attempts[at]) : null;

    public static string PermissionOf(DecisionKind kind) => kind switch
    {
        DecisionKind.Paid or DecisionKind.Failed => Permissions.OutcomeDecide,
        DecisionKind.Assign or DecisionKind.TakeBack or DecisionKind.Settle => Permissions.SuspenseAssign,
        DecisionKind.SendBack => Permissions.SuspenseReturn,
        DecisionKind.Accept or DecisionKind.Reject => Permissions.StatementsDecide,
        DecisionKind.Release or DecisionKind.Refuse => Permissions.HoldsDecide,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public DecisionRow RowOf(DecidedCase one, long id, long proposalId, string actor, string approver, string reason, long nowMs) => new()
    {
        Id = id, ProposalId = proposalId, Kind = Kind, CaseBucket = one.Key.Bucket, CaseId = one.Key.Id, CaseOpenedAtMs = one.OpenedAtMs, Attempts = one.Attempts, Number = Number, Evidence = Of(one.Key.Id).Evidence, FileId = Of(one.Key.Id).File,
        Reason = reason, Actor = actor, Approver = approver, MadeAtMs = nowMs, State = DecisionState.Waits,
    };
}
