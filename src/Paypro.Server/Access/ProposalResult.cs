using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>What came of a proposal or a decision.</summary>
/// <param name="Id">Its number; 0 when there is none.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Problem">A sentence that says what to mend; null when there is nothing.</param>
internal sealed record ProposalResult(long Id, ProposalState State, string? Problem)
{
    public static ProposalResult No(string why) => new(0, ProposalState.Refused, why);
}
