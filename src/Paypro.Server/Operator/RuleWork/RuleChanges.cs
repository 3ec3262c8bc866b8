using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.RuleWork;

/// <summary>A rule of a merchant, as it is or shall be. Without both limits there is none.</summary>
/// <param name="Direction">Pay-ins: per payer. Payouts: per recipient.</param>
/// <param name="Span">Within an hour or a day.</param>
/// <param name="Action">What is done with one too many.</param>
/// <param name="MostCount">So many at most, from 0; null = any number.</param>
/// <param name="MostMinor">So much together at most, minor units; null = any amount.</param>
internal sealed record PersonRuleView(Direction Direction, RuleSpan Span, RuleAction Action, int? MostCount, long? MostMinor)
{
    public static PersonRuleView Of(MerchantRuleRow row) => new(row.Direction, row.Span, row.Action, row.MostCount, row.MostMinor);
}

/// <param name="Rule">As it shall be.</param>
/// <param name="Reason">Why.</param>
internal sealed record PersonRuleRequest(PersonRuleView Rule, string Reason);

/// <summary>Rules of a merchant. One that takes more away is set at once; a looser one, or none, is proposed (<see cref="RuleLoosening"/>).</summary>
internal sealed class RuleChanges(AuditedStore store)
{
    private const long MostMinor = 1_000_000_000_000_000;

    public Task<Change<PersonRuleView>> TightenAsync(Actor by, long merchantNo, PersonRuleRequest wish, Answer<PersonRuleView> answer) => store.ConfigureAsync(async (context, trail) =>
    {
        if (await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == merchantNo) is not { } merchant)
        {
            return Change<PersonRuleView>.No("merchantNo: there is no such merchant");
        }

        if (ProblemOf(wish.Rule) is { } problem)
        {
            return Change<PersonRuleView>.No(problem);
        }

        if (!IsTighter(wish.Rule, await FindAsync(context, merchantNo, wish.Rule)))
        {
            return Change<PersonRuleView>.No("rule: is not tighter than the one that holds; propose to loosen it");
        }

        var view = await SetAsync(context, trail, by, merchant, wish.Rule, "rule.tighten", wish.Reason);
        answer.Keep(context, view);
        return Change<PersonRuleView>.Of(view);
    });

    public static string? ProblemOf(PersonRuleView rule) =>
        !Enum.IsDefined(rule.Span) || !Enum.IsDefined(rule.Action) || rule.Direction is not (Direction.PayIn or Direction.Payout) ? "rule: names a direction, a span and an action"
        : rule.MostCount is < 0 or > PersonRule.HighestCount ? $"mostCount: must be a whole number from 0 to {PersonRule.HighestCount}"
        : rule.MostMinor is < 0 or > MostMinor ? "mostMinor: must be a whole number from 0"
        : null;

    /// <summary>Whether nothing is let through that was not before, and something is not that was.</summary>
    public static bool IsTighter(PersonRuleView wished, MerchantRuleRow? now)
    {
        var (count, minor) = (Compare(wished.MostCount, now?.MostCount), Compare(wished.MostMinor, now?.MostMinor));
        return count <= 0 && minor <= 0 && (count < 0 || minor < 0);

        static int Compare(long? wished, long? now) => (wished ?? long.MaxValue).CompareTo(now ?? long.MaxValue);
    }

    public static Task<MerchantRuleRow?> FindAsync(PayproContext context, long merchantNo, PersonRuleView rule) => context.MerchantRules.SingleOrDefaultAsync(
        r => r.MerchantNo == merchantNo && r.Direction == rule.Direction && r.Span == rule.Span && r.Action == rule.Action);

    /// <summary>Sets or removes the row, with its line in the audit log.</summary>
    public static async Task<PersonRuleView> SetAsync(PayproContext context, AuditTrail trail, Actor by, MerchantRow merchant, PersonRuleView rule, string action, string reason)
    {
        var row = await FindAsync(context, merchant.MerchantNo, rule);
        var before = row is null ? rule with { MostCount = null, MostMinor = null } : PersonRuleView.Of(row);
        if (rule.MostCount is null && rule.MostMinor is null)
        {
            context.MerchantRules.RemoveRange(row is null ? [] : [row]);
        }
        else if (row is null)
        {
            context.MerchantRules.Add(new MerchantRuleRow
            {
                MerchantNo = merchant.MerchantNo, Direction = rule.Direction, Span = rule.Span, Action = rule.Action, MostCount = rule.MostCount, MostMinor = rule.MostMinor,
            });
        }
        else
        {
            (row.MostCount, row.MostMinor) = (rule.MostCount, rule.MostMinor);
        }

        trail.Add(by, action, MerchantChanges.SubjectOf(merchant.MerchantNo), before, rule, reason, merchant.Bucket);
        return rule;
    }
}

/// <summary>Loosens or removes a rule.</summary>
internal sealed class RuleLoosening : IProposalKind
{
    public const string Name = "rule.loosen";

    public string Kind => Name;

    public string Permission => Permissions.RulesEdit;

    public bool IsConfiguration => true;

    public static string SubjectOf(long merchantNo, PersonRuleView rule) => $"{MerchantChanges.SubjectOf(merchantNo)}/rule:{rule.Direction}/{rule.Span}/{rule.Action}";

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var parts = subject.Split("/rule:");
        var (no, scope) = (MerchantChanges.NoOf(parts[0]), parts[1].Split('/'));
        if (!Enum.TryParse<Direction>(scope[0], out var direction) || !Enum.TryParse<RuleSpan>(scope[1], out var span) || !Enum.TryParse<RuleAction>(scope[2], out var action)
            || !await context.Merchants.AnyAsync(m => m.MerchantNo == no))
        {
            return null;
        }

        return await RuleChanges.FindAsync(context, no, new PersonRuleView(direction, span, action, null, null)) is { } row ? string.Create(CultureInfo.InvariantCulture, $"{row.MostCount} {row.MostMinor}") : "none";
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (no, rule) = Read(proposal);
        var row = await RuleChanges.FindAsync(context, no, rule);
        return RuleChanges.ProblemOf(rule)
            ?? (row is null ? "rule: there is none that could be loosened"
            : RuleChanges.IsTighter(rule, row) || (row.MostCount == rule.MostCount && row.MostMinor == rule.MostMinor) ? "rule: is not looser than the one that holds; tighten it at once"
            : null);
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (no, rule) = Read(proposal);
        await RuleChanges.SetAsync(context, trail, by, await context.Merchants.AsNoTracking().SingleAsync(m => m.MerchantNo == no), rule, Name, proposal.Reason);
        return null;
    }

    private static (long No, PersonRuleView Rule) Read(ProposalRow proposal) =>
        (MerchantChanges.NoOf(proposal.Subject.Split("/rule:")[0]), JsonSerializer.Deserialize<PersonRuleView>(proposal.Change, OperatorJson.Options)!);
}
