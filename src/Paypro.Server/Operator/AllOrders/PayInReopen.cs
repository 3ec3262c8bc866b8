using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.AllOrders;

/// <summary>
/// Opens an expired pay-in again, by two people: its merchant was told that it is over. The approval writes a decision, and <see cref="CarryOutDecisions"/> does it by the batch writer.
/// The subject is the order.
/// </summary>
internal sealed class PayInReopen(OrderCommands commands, IdSource ids, TimeProvider time) : IProposalKind
{
    public const string Name = "payin.reopen";

    private const string Subject = "order:";

    public string Kind => Name;

    public string Permission => Permissions.OrdersReopen;

    public bool IsConfiguration => false;

    public static string SubjectOf(string number) => Subject + number;

    public async Task<string?> NowAsync(PayproContext context, string subject) =>
        await FindAsync(context, subject) is { } order ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{order.State} {order.EventCount}") : null;

    public Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal) => commands.ReopenProblemAsync(proposal.Subject[Subject.Length..], CancellationToken.None);

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        if (await FindAsync(context, proposal.Subject) is not { } order)
        {
            return "number: no pay-in has this number";
        }

        var (actor, approver) = (DecisionProposal.NameOf(proposal.MadeBy), DecisionProposal.NameOf(by.Text));
        context.Decisions.Add(new DecisionRow
        {
            Id = ids.Next(), ProposalId = proposal.Id, Kind = DecisionKind.Reopen, CaseBucket = order.Bucket, Number = order.Number, Reason = proposal.Reason, Actor = actor, Approver = approver == actor ? "" : approver,
            MadeAtMs = time.NowMs(), State = DecisionState.Waits,
        });
        trail.Add(by, Name, proposal.Subject, reason: proposal.Reason, chain: order.Bucket);
        return null;
    }

    private static async Task<OrderRow?> FindAsync(PayproContext context, string subject) =>
        subject.StartsWith(Subject, StringComparison.Ordinal) && subject[Subject.Length..] is var number && OrderNumber.BucketOf(number) is { } bucket
            ? await context.Orders.SingleOrDefaultAsync(o => o.Bucket == bucket && o.Number == number) : null;
}
