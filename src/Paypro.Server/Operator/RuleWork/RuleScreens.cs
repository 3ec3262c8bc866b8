using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.RuleWork;

internal sealed record MerchantRules(MerchantModel Base, IReadOnlyList<PersonRuleView> Rules) : MerchantModel(Base);

/// <summary>The block list, one page of it, and what was looked up.</summary>
/// <param name="Entries">The newest first.</param>
/// <param name="Next">Where the next page begins; null on the last.</param>
/// <param name="Found">The entries of a value that was looked up; null while none was.</param>
/// <param name="Countries">To choose from.</param>
/// <param name="Country">Only those of this country; empty for all.</param>
/// <param name="Merchant">Only those of this merchant; empty for all.</param>
/// <param name="MayEdit">Whether the reader may change it.</param>
internal sealed record BlockListModel(
    IReadOnlyList<BlockEntryView> Entries, long? Next, IReadOnlyList<BlockEntryView>? Found, IReadOnlyList<(string Code, string Name)> Countries, string Country, string Merchant, bool MayEdit);

/// <summary>The screens of the block list and of a merchant's rules.</summary>
internal sealed class RuleScreens(IContexts contexts, CountryCatalog countries, BlockListChanges blocks, RuleChanges rules, Proposals proposals)
{
    private const int PageSize = 50;
    private const string Amounts = "Write the amount in digits, such as 1500 or 1500.50.";

    public Task<IResult> BlockListAsync(Visit visit) => BlockListAsync(visit, null, null);

    public async Task<IResult> AddAsync(Visit visit)
    {
        if (KindOf(visit) is not { } kind || MerchantOf(visit) is not { } merchant)
        {
            return await BlockListAsync(visit, "Choose what the values are, and a merchant's number or none.", null);
        }

        var values = visit.Field("values").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var added = await blocks.AddAsync(visit.By, new BlockWish(merchant, visit.Field("country"), kind, values, visit.Field("reason")), Answer<BlockedView>.Unkept);
        return added.Problem is null ? Visit.GoTo("/operator/block-list?done=saved") : await BlockListAsync(visit, added.Problem, null);
    }

    /// <summary>A form, so that what is looked for stands in no address.</summary>
    public async Task<IResult> FindAsync(Visit visit)
    {
        if (KindOf(visit) is not { } kind)
        {
            return await BlockListAsync(visit, "Choose what the values are, and a merchant's number or none.", null);
        }

        var (found, problem) = await blocks.FindAsync(new BlockQuestion(visit.Field("country"), kind, visit.Field("value")));
        return await BlockListAsync(visit, problem, problem is null ? found : null);
    }

    public async Task<IResult> RemoveAsync(Visit visit)
    {
        var entry = OperatorScreens.Number(visit.Field("entry")) ?? 0;
        var result = await proposals.ProposeAsync(
            visit.By, visit.Who.May(Permissions.BlockListEdit), BlockListRemoval.Name, BlockListRemoval.SubjectOf(entry), await blocks.DescribedAsync(entry), visit.Field("reason"));
        return result.Problem is { } problem ? await BlockListAsync(visit, problem, null)
            : Visit.GoTo(result.State == ProposalState.Open ? "/operator/proposals?done=proposed" : "/operator/block-list?done=saved");
    }

    public async Task<IResult> RulesAsync(Visit visit, string? problem = null)
    {
        var no = NoOf(visit);
        await using var context = contexts.Create();
        if (await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == no) is not { } row || countries.FindCountry(row.Country) is not { } country)
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "Its number may have been typed wrong.", StatusCodes.Status404NotFound);
        }

        var business = await context.Businesses.Where(b => b.Id == row.BusinessId).Select(b => b.Name).SingleOrDefaultAsync() ?? "";
        var held = await context.MerchantRules.AsNoTracking().Where(r => r.MerchantNo == no).OrderBy(r => r.Direction).ThenBy(r => r.Span).ThenBy(r => r.Action).ToListAsync();
        var model = new MerchantRules(new MerchantModel(MerchantView.Of(row), business, country, p => visit.Who.May(p) != Grant.None), [.. held.Select(PersonRuleView.Of)]);
        return new ScreenAnswer<MerchantRulesPage>(visit.Frame(row.Name, problem) with { TitleIsName = true }, model, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    public async Task<IResult> TightenAsync(Visit visit)
    {
        var (rule, problem) = await RuleOfAsync(visit);
        if (rule is null)
        {
            return await RulesAsync(visit, problem);
        }

        var done = await rules.TightenAsync(visit.By, NoOf(visit), new PersonRuleRequest(rule, visit.Field("reason")), Answer<PersonRuleView>.Unkept);
        return done.Problem is null ? Visit.GoTo($"{PathOf(visit)}?done=saved") : await RulesAsync(visit, done.Problem);
    }

    public async Task<IResult> LoosenAsync(Visit visit)
    {
        var (rule, problem) = await RuleOfAsync(visit);
        if (rule is null)
        {
            return await RulesAsync(visit, problem);
        }

        var result = await proposals.ProposeAsync(
            visit.By, visit.Who.May(Permissions.RulesEdit), RuleLoosening.Name, RuleLoosening.SubjectOf(NoOf(visit), rule), JsonSerializer.Serialize(rule, OperatorJson.Options), visit.Field("reason"));
        return result.Problem is { } failed ? await RulesAsync(visit, failed)
            : Visit.GoTo(result.State == ProposalState.Open ? "/operator/proposals?done=proposed" : $"{PathOf(visit)}?done=saved");
    }

    private async Task<IResult> BlockListAsync(Visit visit, string? problem, IReadOnlyList<BlockEntryView>? found)
    {
        var query = visit.Http.Request.Query;
        var (country, merchant, before) = (query["country"].ToString(), query["merchant"].ToString().Trim(), OperatorScreens.Number(query["before"]) ?? long.MaxValue);
        await using var context = contexts.Create();
        var rows = context.BlockEntries.AsNoTracking().Where(b => b.Id < before);
        rows = country.Length > 0 ? rows.Where(b => b.Country == country) : rows;
        rows = OperatorScreens.Number(merchant) is { } no ? rows.Where(b => b.MerchantNo == no) : rows;
        var page = await rows.OrderByDescending(b => b.Id).Take(PageSize + 1).ToListAsync();
        return visit.Show<BlockListPage>("Block list", new BlockListModel(
            [.. page.Take(PageSize).Select(BlockEntryView.Of)], page.Count > PageSize ? page[PageSize - 1].Id : null, found,
            [.. countries.Countries.Select(c => (c.IsoCode, c.Name)).OrderBy(c => c.Name, StringComparer.Ordinal)], country, merchant, visit.Who.May(Permissions.BlockListEdit) != Grant.None), problem);
    }

    private async Task<(PersonRuleView? Rule, string? Problem)> RuleOfAsync(Visit visit)
    {
        var no = NoOf(visit);
        await using var context = contexts.Create();
        var code = await context.Merchants.Where(m => m.MerchantNo == no).Select(m => m.Country).SingleOrDefaultAsync();
        if (code is null || countries.FindCountry(code) is not { } country)
        {
            return (null, "merchantNo: there is no such merchant");
        }

        var (scope, count, typed) = (visit.Field("scope").Split('/'), visit.Field("count"), visit.Field("amount"));
        var amount = typed.Length == 0 ? null : TypedNumbers.Amount(typed, country.Currency);
        return scope.Length != 3 || !Enum.TryParse<Direction>(scope[0], out var direction) || !Enum.TryParse<RuleSpan>(scope[1], out var span) || !Enum.TryParse<RuleAction>(scope[2], out var action)
                ? (null, "Choose what is limited.")
            : typed.Length > 0 && amount is null ? (null, Amounts)
            : count.Length > 0 && !(int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var many) && many <= PersonRule.HighestCount) ? (null, "Write the number in digits, 200 at most.")
            : (new PersonRuleView(direction, span, action, count.Length == 0 ? null : int.Parse(count, CultureInfo.InvariantCulture), amount), null);
    }

    private static MarkKind? KindOf(Visit visit) => Enum.TryParse<MarkKind>(visit.Field("kind"), out var kind) && Enum.IsDefined(kind) ? kind : null;

    private static long? MerchantOf(Visit visit) => visit.Field("merchant").Length == 0 ? 0 : OperatorScreens.Number(visit.Field("merchant"));

    private static string PathOf(Visit visit) => string.Create(CultureInfo.InvariantCulture, $"/operator/merchants/{NoOf(visit)}/rules");

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
}
