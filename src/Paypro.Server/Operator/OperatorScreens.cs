using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Disputes;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Operator.Pages;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

internal sealed record UsersModel(IReadOnlyList<UserRow> Users, ILookup<long, string> Roles, string? Link);

internal sealed record TokensModel(IReadOnlyList<OperatorTokenRow> Tokens, IReadOnlyList<string> Grantable, string? Secret);

/// <summary>What is proposed.</summary>
/// <param name="Proposals">What waits first.</param>
/// <param name="Own">The user's number.</param>
/// <param name="Amounts">How much each subject is about that is money, by subject, with its currency.</param>
/// <param name="Names">Those who proposed and decided.</param>
/// <param name="MayDecide">Whether the user's roles decide one.</param>
internal sealed record ProposalsModel(IReadOnlyList<ProposalRow> Proposals, long Own, IReadOnlyDictionary<string, string> Amounts, ActorNames Names, Func<ProposalRow, bool> MayDecide);

internal sealed record AuditModel(IReadOnlyList<AuditRow> Lines, string Actor, string Action, string Subject);

/// <summary>The screens of the back office.</summary>
internal sealed class OperatorScreens(
    IContexts contexts, Users users, OperatorTokens tokens, Proposals proposals, PayproOptions options)
{
    public const int MostLines = 200;
    private const int PageSize = 50;

    public async Task<IResult> UsersAsync(Visit visit, string? problem = null, string? link = null)
    {
        await using var context = contexts.Create();
        var all = await context.Users.AsNoTracking().Where(u => u.Realm == Realm.Operator).OrderBy(u => u.Email).Take(1000).ToListAsync();
        var roles = await context.Memberships.AsNoTracking().Where(m => m.BusinessId == 0).ToListAsync();
        return visit.Show<UsersPage>("Users", new UsersModel(all, roles.ToLookup(m => m.UserId, m => m.Role.ToString()), link), problem);
    }

    public async Task<IResult> GiveRoleAsync(Visit visit)
    {
        if (!Enum.TryParse<Role>(visit.Field("role"), out var role) || Users.Problem(visit.Field("email")) is not null)
        {
            return await UsersAsync(visit, "Give an e-mail address and a role.");
        }

        var wish = new RoleWish(SignIn.EmailOf(visit.Field("email")), role, 0);
        var proposed = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.UsersEdit), GiveRole.Name, GiveRole.SubjectOf(wish), JsonSerializer.Serialize(wish, AccessJson.Options), visit.Field("reason"));
        return proposed.Problem is { } problem ? await UsersAsync(visit, problem) : Visit.GoTo(proposed.State == ProposalState.Open ? "/operator/proposals?done=proposed" : "/operator/users?done=saved");
    }

    public async Task<IResult> SendLinkAsync(Visit visit)
    {
        var made = await users.LinkAsync(visit.By, Realm.Operator, Number(visit.Field("user")) ?? 0);
        return made is { Problem: null, LinkSecret: null } ? Visit.GoTo("/operator/users?done=mailed")
            : await UsersAsync(visit, made.Problem, made.LinkSecret is { } secret ? LinkOf(options, visit.Http.Request, Portal.Operator, secret) : null);
    }

    /// <summary>Of an operator by his number, or of the only owner of a business by his e-mail.</summary>
    public async Task<IResult> ResetFactorAsync(Visit visit)
    {
        await using var context = contexts.Create();
        var (id, email) = (Number(visit.Field("user")), SignIn.EmailOf(visit.Field("email")));
        var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => id != null ? u.Id == id && u.Realm == Realm.Operator : u.Email == email && u.Realm == Realm.Merchant);
        if (user is null)
        {
            return await UsersAsync(visit, "user: there is no such user");
        }

        var proposed = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.UsersEdit), ResetFactor.Name, SignIn.Subject(user.Id), "{}", visit.Field("reason"));
        return proposed.Problem is { } problem ? await UsersAsync(visit, problem) : Visit.GoTo(proposed.State == ProposalState.Open ? "/operator/proposals?done=proposed" : "/operator/users?done=saved");
    }

    public async Task<IResult> DisableAsync(Visit visit)
    {
        var done = await users.DisableAsync(visit.By, Realm.Operator, Number(visit.Field("user")) ?? 0, visit.Field("reason"));
        return done.Problem is null ? Visit.GoTo("/operator/users?done=stopped") : await UsersAsync(visit, done.Problem);
    }

    public async Task<IResult> TokensAsync(Visit visit, string? problem = null, string? secret = null)
    {
        await using var context = contexts.Create();
        var all = await context.OperatorTokens.AsNoTracking().OrderByDescending(t => t.Id).Take(MostLines).ToListAsync();
        string[] grantable = visit.Who.May(Permissions.TokensEdit) == Grant.None ? [] : [.. Permissions.Operator.Select(p => p.Name).Where(p => visit.Who.May(p) != Grant.None && p is not (Permissions.UsersEdit or Permissions.TokensEdit))];
        return visit.Show<TokensPage>("Tokens", new TokensModel(all, grantable, secret), problem);
    }

    public async Task<IResult> MakeTokenAsync(Visit visit)
    {
        var made = await tokens.MakeAsync(
            visit.Who, visit.By, visit.Field("name"), [.. visit.Form["permissions"].OfType<string>()], visit.Field("networks"), (int)Math.Clamp(Number(visit.Field("days")) ?? 0, 0, 10_000), visit.Field("reason"));
        return await TokensAsync(visit, made.Problem, made.Value);
    }

    public async Task<IResult> RevokeTokenAsync(Visit visit)
    {
        await tokens.RevokeAsync(visit.By, Number(visit.Field("id")) ?? 0, visit.Field("reason"));
        return Visit.GoTo("/operator/tokens?done=ended");
    }

    public async Task<IResult> ProposalsAsync(Visit visit, string? problem = null)
    {
        await using var context = contexts.Create();
        var open = await context.Proposals.AsNoTracking().Where(p => p.BusinessId == 0 && p.State == ProposalState.Open).OrderBy(p => p.Id).Take(MostLines).ToListAsync();
        var decided = await context.Proposals.AsNoTracking().Where(p => p.BusinessId == 0 && p.State != ProposalState.Open).OrderByDescending(p => p.Id).Take(PageSize).ToListAsync();
        var (all, roles) = ((IReadOnlyList<ProposalRow>)[.. open, .. decided], RolesOf(visit));
        return visit.Show<ProposalsPage>(
            "Proposals",
            new ProposalsModel(
                all, visit.Who.User.Id, await AmountsAsync(context, all), await ActorNames.ReadAsync(context, all.SelectMany(p => new[] { p.MadeBy, p.DecidedBy })), p => proposals.MayDecide(roles, p)),
            problem);
    }

    /// <summary>The amounts of disputes and withdrawals; of the rest the change itself says it.</summary>
    private static async Task<Dictionary<string, string>> AmountsAsync(PayproContext context, IReadOnlyList<ProposalRow> all)
    {
        var (disputes, withdrawals) = (IdsOf(WinDispute.Name), IdsOf(WithdrawalDecision.Name));
        var found = await context.Disputes.AsNoTracking().Where(d => disputes.Contains(d.Id)).Select(d => new { d.Id, d.AmountMinor, d.Currency }).ToListAsync();
        var asked = await context.Withdrawals.AsNoTracking().Where(w => withdrawals.Contains(w.Id)).Select(w => new { w.Id, w.AmountMinor, w.Currency }).ToListAsync();
        return found.Select(d => (Subject: WinDispute.SubjectOf(d.Id), d.AmountMinor, d.Currency)).Concat(asked.Select(w => (Subject: WithdrawalDecision.SubjectOf(w.Id), w.AmountMinor, w.Currency)))
            .ToDictionary(one => one.Subject, one => CaseWords.Amount(one.AmountMinor, one.Currency), StringComparer.Ordinal);

        List<long> IdsOf(string kind) => [.. all.Where(p => p.Kind == kind).Select(p => Number(p.Subject.Split(':')[^1]) ?? 0).Distinct()];
    }

    private static Role[] RolesOf(Visit visit) => [.. visit.Who.Memberships.Select(m => m.Role)];

    public async Task<IResult> DecideAsync(Visit visit, long id)
    {
        var decided = visit.Field("do") == "takeBack"
            ? await proposals.TakeBackAsync(visit.By, id)
            : await proposals.DecideAsync(visit.By, RolesOf(visit), visit.Who.User.RaisedAtMs, id, visit.Field("do") == "approve", visit.Field("reason"));
        return decided.Problem is null ? Visit.GoTo("/operator/proposals?done=saved") : await ProposalsAsync(visit, decided.Problem);
    }

    public async Task<IResult> AuditAsync(Visit visit)
    {
        await using var context = contexts.Create();
        var query = visit.Http.Request.Query;
        var (actor, action, subject) = (query["actor"].ToString().Trim(), query["action"].ToString().Trim(), query["subject"].ToString().Trim());
        var lines = context.Audit.AsNoTracking().Where(a => (actor == "" || a.Actor.Contains(actor)) && (action == "" || a.Action == action) && (subject == "" || a.Subject == subject));
        return visit.Show<AuditPage>("Audit log", new AuditModel(await lines.OrderByDescending(a => a.AtMs).ThenByDescending(a => a.No).Take(MostLines).ToListAsync(), actor, action, subject));
    }

    public Task<IResult> ApiAsync(Visit visit) => Task.FromResult(visit.Show<ApiPage>("Operator API", options.PublicUrl?.TrimEnd('/') ?? $"{visit.Http.Request.Scheme}://{visit.Http.Request.Host}"));

    public static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static string LinkOf(PayproOptions options, HttpRequest request, Portal portal, string secret) =>
        $"{options.PublicUrl?.TrimEnd('/') ?? $"{request.Scheme}://{request.Host}"}{portal.Root}/welcome/{secret}";
}
