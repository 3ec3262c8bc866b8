using System.Globalization;
using System.Text.Json;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>
/// Decisions about money by two people. The approval writes what is to be done; <see cref="CarryOutDecisions"/> does it by the batch writer, whose commands
/// stand in no other transaction.
/// </summary>
/// <param name="permission">What it needs; also its name.</param>
/// <param name="rules">When it may be.</param>
/// <param name="ids">Numbers.</param>
/// <param name="time">The clock.</param>
internal sealed class DecisionProposal(string permission, DecisionRules rules, IdSource ids, TimeProvider time) : IProposalKind
{
    /// <summary>The permissions that have such proposals.</summary>
    public static readonly IReadOnlyList<string> All = [Permissions.OutcomeDecide, Permissions.SuspenseAssign, Permissions.SuspenseReturn, Permissions.StatementsDecide, Permissions.HoldsDecide];

    public string Kind => permission;

    public string Permission => permission;

    public bool IsConfiguration => false;

    /// <summary>
    /// Several cases are looked at one by one when they are carried out, each against what it was when the proposal was made: one that was solved or opened again meanwhile stops none of
    /// the others.
    /// </summary>
    public async Task<string?> NowAsync(PayproContext context, string subject) => subject.Split(' ') switch
    {
        [var one] => await DecisionRules.NowAsync(context, IdOf(one)),
        [var first, ..] => await CaseQueue.FindAsync(context, IdOf(first)) is null ? null : "several",
        _ => null,
    };

    /// <summary>Of several cases one that can be decided is enough.</summary>
    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var wish = Read(proposal);
        string? first = null;
        foreach (var id in wish.Cases)
        {
            if (await rules.ProblemAsync(context, wish, id) is not { } problem)
            {
                return null;
            }

            first ??= problem;
        }

        return first ?? "case: there is no such case";
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (wish, nowMs) = (Read(proposal), time.NowMs());
        var actor = NameOf(proposal.MadeBy);
        foreach (var id in wish.Cases)
        {
            if (await CaseQueue.FindAsync(context, id) is { } one)
            {
                // Alone, after a day without anybody else who could: then nobody has approved.
                var seen = wish.SeenOf(one.Key) ?? (await DecisionRules.SeenAsync(context, [one]))[one.Key];
                context.Decisions.Add(wish.RowOf(seen, ids.Next(), proposal.Id, actor, NameOf(by.Text) is var approver && approver == actor ? "" : approver, proposal.Reason, nowMs));
            }
        }

        trail.Add(by, "case.decide", proposal.Subject, after: wish, reason: proposal.Reason);
        return null;
    }

    /// <summary>How an order's history names somebody: without his address.</summary>
    public static string NameOf(string actor) => actor.StartsWith("user:", StringComparison.Ordinal) ? $"operator:{actor["user:".Length..].Split(' ')[0]}" : actor;

    private static long IdOf(string subject) => long.Parse(subject["case:".Length..], CultureInfo.InvariantCulture);

    private static DecisionWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<DecisionWish>(proposal.Change, OperatorJson.Options)!;
}
