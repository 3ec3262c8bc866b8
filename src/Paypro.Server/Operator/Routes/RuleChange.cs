using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Routes;

/// <summary>A routing rule.</summary>
/// <param name="Rule">Its number; 0 for a new one.</param>
/// <param name="MerchantNo">0 = every merchant of the country.</param>
/// <param name="Country">ISO 3166.</param>
/// <param name="Direction">Pay-ins or payouts.</param>
/// <param name="Way">A way code (payouts: the account kind), or <c>*</c>.</param>
/// <param name="MinimumMinor">Minor units of the country's currency.</param>
/// <param name="MaximumMinor">0 = none.</param>
/// <param name="Accounts">Channel accounts with their weights: <c>101:80,777:20</c>.</param>
/// <param name="Priority">Among equally exact rules the lowest counts.</param>
/// <param name="Open">False: as if it were not there.</param>
internal sealed record RuleView(long Rule, long MerchantNo, string Country, Direction Direction, string Way, long MinimumMinor, long MaximumMinor, string Accounts, int Priority, bool Open)
{
    public static RuleView Of(RoutingRuleRow row) => new(row.Id, row.MerchantNo, row.Country, row.Direction, row.Way, row.MinimumMinor, row.MaximumMinor, row.Accounts, row.Priority, row.Open);

    public RoutingRuleRow Row(RoutingRuleRow row)
    {
        (row.MerchantNo, row.Country, row.Direction, row.Way, row.MinimumMinor, row.MaximumMinor, row.Accounts, row.Priority, row.Open) =
            (MerchantNo, Country, Direction, Way, MinimumMinor, MaximumMinor, Accounts, Priority, Open);
        return row;
    }
}

internal sealed record RuleRequest(RuleView Rule, string Reason);

/// <summary>Reads and checks routing rules.</summary>
internal sealed class RoutingRules(CountryCatalog countries)
{
    /// <summary>Rules of an installation, at most.</summary>
    public const int Most = 1_000;

    /// <summary>The rule as the router reads it; or what is wrong with it.</summary>
    public async Task<(RoutingRule? Rule, string? Problem)> ReadAsync(PayproContext context, RuleView wish)
    {
        if (countries.FindCountry(wish.Country) is not { } country)
        {
            return (null, "country: is not one of this installation");
        }

        if (wish.MerchantNo != 0 && !await context.Merchants.AnyAsync(m => m.MerchantNo == wish.MerchantNo && m.Country == wish.Country))
        {
            return (null, "merchantNo: there is no such merchant in this country");
        }

        if (wish.Way != "*" && !(wish.Direction == Direction.PayIn ? country.FindWay(wish.Way) is not null : country.PayoutKinds.Contains(wish.Way)))
        {
            return (null, "way: is not one of this country; * means all together");
        }

        var problems = new List<ConfigurationProblem>();
        var accounts = await context.ChannelAccounts.AsNoTracking().ToDictionaryAsync(a => a.Id, a => a.Country);
        var read = RoutingRule.ReadAll([wish.Row(new RoutingRuleRow { Id = wish.Rule })], accounts, problems);

        // The sentence is that of the case which a stored rule like this would open.
        return read.Count == 1 ? (read[0], null) : (null, $"rule: {problems[0].Text.Split(": ", 2)[1].Split(". What it speaks of")[0]}");
    }
}

/// <summary>Adds, changes, opens or closes a routing rule.</summary>
internal sealed class RuleChange(RoutingRules rules) : IProposalKind
{
    public const string Name = "routing.rule";
    private const string New = "new";

    public string Kind => Name;

    public string Permission => Permissions.RoutingEdit;

    public bool IsConfiguration => true;

    public static string SubjectOf(long rule) => rule == 0 ? $"routing:{New}" : string.Create(CultureInfo.InvariantCulture, $"routing:{rule}");

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var id = subject["routing:".Length..];
        return id == New ? New : await FindAsync(context, long.Parse(id, CultureInfo.InvariantCulture)) is { } row ? JsonSerializer.Serialize(RuleView.Of(row), OperatorJson.Options) : null;
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var wish = Read(proposal);
        return SubjectOf(wish.Rule) != proposal.Subject ? "rule: is another one than the proposal's"
            : wish.Rule == 0 && await context.RoutingRules.CountAsync() >= RoutingRules.Most ? "rule: there are 1000 rules already"
            : (await rules.ReadAsync(context, wish)).Problem;
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var wish = Read(proposal);
        var row = wish.Rule == 0 ? null : await FindAsync(context, wish.Rule);
        var before = row is null ? null : RuleView.Of(row);
        row = wish.Row(row ?? context.RoutingRules.Add(new RoutingRuleRow()).Entity);

        // Its number is the database's.
        await context.SaveChangesAsync();
        trail.Add(by, Name, SubjectOf(row.Id), before, RuleView.Of(row), proposal.Reason);
        return null;
    }

    private static Task<RoutingRuleRow?> FindAsync(PayproContext context, long id) => context.RoutingRules.SingleOrDefaultAsync(r => r.Id == id);

    private static RuleView Read(ProposalRow proposal) => JsonSerializer.Deserialize<RuleView>(proposal.Change, OperatorJson.Options)!;
}
