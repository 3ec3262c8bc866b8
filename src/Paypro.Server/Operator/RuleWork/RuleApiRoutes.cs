using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.RuleWork;

/// <summary>The calls of the operator API about the block list and rules.</summary>
internal static class RuleApiRoutes
{
    private const string OfList = OperatorApiRoutes.Root + "/block-list", OfMerchant = OperatorApiRoutes.Root + "/merchants/{no:long}/rules";

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        OperatorApiRoutes.List("/block-list", Permissions.MerchantsSee, "listBlocked", "The block list, the oldest entries first. What an entry was made of is kept nowhere.",
            (_, context, after) => context.BlockEntries.Where(b => b.Id > after).OrderBy(b => b.Id), BlockEntryView.Of, b => b.Id),
        new("POST", OfList, Permissions.BlockListEdit, "block", "Puts accounts, phones or tax numbers on the block list of a country or of one merchant, at once; all of them or none.", async (s, c) =>
            OperatorApi.Of(await s.GetRequiredService<BlockListChanges>().AddAsync(c.By, c.Read<BlockWish>(), c.Keeping<BlockedView>(200)), 200))
        { Example = new BlockWish(0, "MX", MarkKind.Account, ["646180157000000004"], "reported as fraud by its bank"), Answers = typeof(BlockedView) },
        new("POST", OfList + "/find", Permissions.MerchantsSee, "findBlocked", "The entries that a value stands on.", async (s, c) =>
            await s.GetRequiredService<BlockListChanges>().FindAsync(c.Read<BlockQuestion>()) is { Problem: null, Entries: var found }
                ? OperatorApi.Ok(new Listed<BlockEntryView>(found, null)) : OperatorApi.Problem(StatusCodes.Status400BadRequest, "value: is none of this kind and country"))
        { Example = new BlockQuestion("MX", MarkKind.Account, "646180157000000004"), Answers = typeof(Listed<BlockEntryView>) },
        new("POST", OfList + "/{entry:long}/remove", Permissions.BlockListEdit, "unblock", "Proposes to take an entry off the block list.", async (s, c) =>
            await OperatorApiRoutes.ProposeAsync(
                s, c, Permissions.BlockListEdit, BlockListRemoval.Name, BlockListRemoval.SubjectOf(Value(c, "entry")), await s.GetRequiredService<BlockListChanges>().DescribedAsync(Value(c, "entry")), c.Read<ReasonWish>().Reason))
        { Example = new ReasonWish("it was another person"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("GET", OfMerchant, Permissions.MerchantsSee, "listPersonRules", "What one payer or recipient of a merchant may do within an hour and a day.", async (s, c) =>
        {
            var no = Value(c, "no");
            await using var context = s.GetRequiredService<IContexts>().Create();
            return await context.Merchants.AnyAsync(m => m.MerchantNo == no)
                ? OperatorApi.Ok(new Listed<PersonRuleView>([.. (await context.MerchantRules.AsNoTracking().Where(r => r.MerchantNo == no).OrderBy(r => r.Direction).ThenBy(r => r.Span).ThenBy(r => r.Action).ToListAsync()).Select(PersonRuleView.Of)], null))
                : OperatorApi.Problem(StatusCodes.Status404NotFound, "merchantNo: there is no such merchant");
        }) { Answers = typeof(Listed<PersonRuleView>) },
        new("POST", OfMerchant + "/tighten", Permissions.RulesEdit, "tightenRule", "Sets a rule that lets less through than the one that holds, at once.", async (s, c) =>
            OperatorApi.Of(await s.GetRequiredService<RuleChanges>().TightenAsync(c.By, Value(c, "no"), c.Read<PersonRuleRequest>(), c.Keeping<PersonRuleView>(200)), 200))
        { Example = new PersonRuleRequest(new PersonRuleView(Direction.Payout, RuleSpan.Day, RuleAction.Hold, 20, 500_000_00), "a new merchant"), Answers = typeof(PersonRuleView) },
        new("POST", OfMerchant + "/loosen", Permissions.RulesEdit, "loosenRule", "Proposes to loosen or to remove a rule.", (s, c) =>
        {
            var (no, wish) = (Value(c, "no"), c.Read<PersonRuleRequest>());
            return OperatorApiRoutes.ProposeAsync(s, c, Permissions.RulesEdit, RuleLoosening.Name, RuleLoosening.SubjectOf(no, wish.Rule), JsonSerializer.Serialize(wish.Rule, OperatorJson.Options), wish.Reason);
        }) { Example = new PersonRuleRequest(new PersonRuleView(Direction.Payout, RuleSpan.Day, RuleAction.Hold, 40, null), "three good months"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
    ];

    private static long Value(OperatorCall call, string name) => long.Parse((string)call.Request.RouteValues[name]!, CultureInfo.InvariantCulture);
}
