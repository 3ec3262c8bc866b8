using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Routes;

/// <summary>The rules of one country, and where an order would go.</summary>
/// <param name="Countries">To choose from.</param>
/// <param name="Country">The chosen one; null while none is.</param>
/// <param name="Rules">Its rules, the first to count first.</param>
/// <param name="Accounts">Its channel accounts.</param>
/// <param name="MayEdit">Whether the reader may propose.</param>
/// <param name="Plan">Of the order that was asked about; null while none was.</param>
/// <param name="Problem">Why it could not be asked.</param>
/// <param name="Asked">As it was typed: merchant, way, amount, rule.</param>
/// <param name="Edited">The rule that the form begins with; null for a new one.</param>
internal sealed record RoutingModel(
    IReadOnlyList<(string Code, string Name)> Countries, Country? Country, IReadOnlyList<RuleView> Rules, IReadOnlyList<(long Id, string Name)> Accounts, bool MayEdit, DryRunView? Plan, string? Problem,
    (string Merchant, string Scope, string Amount) Asked, RuleView? Edited);

/// <summary>The screen of routing rules with its dry run.</summary>
internal sealed class RoutingScreens(IContexts contexts, CountryCatalog countries, DryRun dryRun, Proposals proposals)
{
    private const string Amounts = "Write the amount in digits, such as 1500 or 1500.50.";

    public Task<IResult> ShowAsync(Visit visit) => ShowAsync(visit, null);

    public async Task<IResult> ProposeAsync(Visit visit)
    {
        var (rule, problem) = Read(visit);
        if (rule is null)
        {
            return await ShowAsync(visit, problem);
        }

        if (visit.Field("do") == "try")
        {
            return await ShowAsync(visit, null, rule);
        }

        var result = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.RoutingEdit), RuleChange.Name, RuleChange.SubjectOf(rule.Rule), JsonSerializer.Serialize(rule, OperatorJson.Options), visit.Field("reason"));
        return result.Problem is { } failed ? await ShowAsync(visit, failed, rule)
            : Visit.GoTo(result.State == ProposalState.Open ? "/operator/proposals?done=proposed" : $"/operator/routing?country={rule.Country}&done=saved");
    }

    private async Task<IResult> ShowAsync(Visit visit, string? problem, RuleView? tried = null)
    {
        string Asked(string name) => visit.Form.ContainsKey(name) ? visit.Field(name) : visit.Http.Request.Query[name].ToString().Trim();
        var country = countries.FindCountry(Asked("country"));
        await using var context = contexts.Create();
        var (code, edited) = (country?.IsoCode ?? "", tried);
        var rules = await context.RoutingRules.AsNoTracking().Where(r => r.Country == code).ToListAsync();
        var accounts = await context.ChannelAccounts.AsNoTracking().Where(a => a.Country == code).OrderBy(a => a.Id).Select(a => new { a.Id, a.Name }).ToListAsync();
        if (OperatorScreens.Number(Asked("rule")) is { } number && edited is null)
        {
            edited = rules.Where(r => r.Id == number).Select(RuleView.Of).FirstOrDefault();
        }

        var asked = (Merchant: Asked("merchant"), Scope: Asked("order"), Amount: Asked("amount"));
        DryRunView? plan = null;
        string? refused = null;
        if (country is not null && asked.Amount.Length > 0)
        {
            var scope = asked.Scope.Split('/', 2);
            var amount = TypedNumbers.Amount(asked.Amount, country.Currency);
            var run = amount is { } minor && scope.Length == 2 && Enum.TryParse<Direction>(scope[0], out var direction)
                ? await dryRun.RunAsync(new DryRunWish(code, OperatorScreens.Number(asked.Merchant) ?? 0, direction, scope[1], minor, null, tried)) : Change<DryRunView>.No(Amounts);
            (plan, refused) = (run.Value, run.Problem);
        }

        // As the router sorts them: by how exact they are, then by priority and number.
        static int Exactness(RoutingRuleRow r) => (r.MerchantNo == 0 ? 0 : 4) + (r.Way == "*" ? 0 : 2) + (r.MinimumMinor == 0 && r.MaximumMinor == 0 ? 0 : 1);
        return visit.Show<RoutingPage>("Routing", new RoutingModel(
            [.. countries.Countries.Select(c => (c.IsoCode, c.Name)).OrderBy(c => c.Name, StringComparer.Ordinal)], country,
            [.. rules.OrderBy(r => r.Direction).ThenByDescending(r => r.Open).ThenByDescending(Exactness).ThenBy(r => r.Priority).ThenBy(r => r.Id).Select(RuleView.Of)],
            accounts.ConvertAll(a => (a.Id, a.Name)), visit.Who.May(Permissions.RoutingEdit) != Grant.None, plan, refused, asked, edited), problem);
    }

    private (RuleView? Rule, string? Problem) Read(Visit visit)
    {
        if (countries.FindCountry(visit.Field("country")) is not { } country || visit.Field("scope").Split('/', 2) is not [var of, { Length: > 0 } way] || !Enum.TryParse<Direction>(of, out var direction))
        {
            return (null, "Choose a way.");
        }

        var (minimum, maximum) = (Money("minimum"), Money("maximum"));
        var priority = visit.Field("priority").Length == 0 ? 0 : TypedNumbers.Whole(visit.Field("priority"));
        var merchant = visit.Field("ofMerchant").Length == 0 ? 0 : OperatorScreens.Number(visit.Field("ofMerchant"));
        return minimum is null || maximum is null || priority is null || merchant is null ? (null, "Write amounts in digits, such as 1500.50, and merchant and priority as whole numbers.")
            : (new RuleView(
                OperatorScreens.Number(visit.Field("rule")) ?? 0, merchant.Value, country.IsoCode, direction, way, minimum.Value, maximum.Value, visit.Field("accounts").Replace(" ", "", StringComparison.Ordinal), priority.Value,
                visit.Field("open") != "no"), null);

        long? Money(string name) => visit.Field(name).Length == 0 ? 0 : TypedNumbers.Amount(visit.Field(name), country.Currency);
    }
}
