using System.Text.Json;
using Paypro.Server.Access;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.AllOrders;

/// <summary>What operators do to one order. Each is noted in the log before it is tried, so that nothing was done by nobody.</summary>
internal sealed class OrderActions(OrderCommands commands, Proposals proposals, AuditedStore store)
{
    public const int LongestReason = 300;

    private const string NoReason = "reason: must say in 1 to 300 characters why";

    /// <summary>Sends on a payout or refund that waits. By one person: it is the merchant's own order, and nothing of it has left.</summary>
    /// <param name="by">Who.</param>
    /// <param name="order">The order.</param>
    /// <param name="accountId">The channel account; 0 for the one where it waits.</param>
    /// <param name="reason">Why.</param>
    public async Task<string?> RetryAsync(Actor by, OrderRow order, long accountId, string reason)
    {
        if (reason.Length is 0 or > LongestReason)
        {
            return NoReason;
        }

        await NoteAsync(by, order, "payout.retry", reason, new { channelAccountId = accountId });
        return (await commands.RetryAsync(order.Number, accountId, Of(by, "", reason), CancellationToken.None)).Refusal;
    }

    /// <summary>Ends an open pay-in. By one person: it only takes away, and what still comes is credited as late.</summary>
    public async Task<string?> EndAsync(Actor by, OrderRow order, string evidence, string reason)
    {
        if (reason.Length is 0 or > LongestReason)
        {
            return NoReason;
        }

        if (evidence.Length is 0 or > DecisionWish.MostEvidence)
        {
            return "evidence: must name in 1 to 200 characters what shows that nobody paid, or who wants it ended";
        }

        await NoteAsync(by, order, "payin.expire", reason, new { evidence });
        return (await commands.EndAsync(order.Number, Of(by, evidence, reason), CancellationToken.None)).Refusal;
    }

    /// <summary>Proposes to open an expired pay-in again.</summary>
    public Task<ProposalResult> ReopenAsync(Actor by, Grant grant, string number, string reason, Action<PayproContext, ProposalResult>? also = null) =>
        reason.Length is 0 or > LongestReason ? Task.FromResult(ProposalResult.No(NoReason))
            : proposals.ProposeAsync(by, grant, PayInReopen.Name, PayInReopen.SubjectOf(number), JsonSerializer.Serialize(new { number }, OperatorJson.Options), reason, also);

    private static DecidedBy Of(Actor by, string evidence, string reason) => new(DecisionProposal.NameOf(by.Text), "", evidence, reason);

    private Task<bool> NoteAsync(Actor by, OrderRow order, string action, string reason, object after) => store.SaveAsync((_, trail) =>
    {
        trail.Add(by, action, $"order:{order.Number}", after: after, reason: reason, chain: order.Bucket);
        return Task.FromResult(true);
    });
}
