using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard;

/// <param name="Id">Its number.</param>
/// <param name="Name">As contracts call it.</param>
/// <param name="Others">The other businesses of the same reader, for the switch.</param>
internal sealed record OwnBusiness(long Id, string Name, IReadOnlyList<(long Id, string Name)> Others);

internal sealed record PeopleModel(OwnBusiness Business, IReadOnlyList<UserRow> Users, ILookup<long, MembershipRow> Roles, IReadOnlyList<MerchantRow> Merchants, long Own, string? Link, string Email);

internal sealed record OwnProposalsModel(OwnBusiness Business, IReadOnlyList<ProposalRow> Proposals, long Own, IReadOnlySet<string> Decides);

internal sealed record PolicyModel(OwnBusiness Business, bool KeysByTwo);

/// <summary>The screens by which a business's owners see to its people. They belong to the whole business: a role for one number opens none of them.</summary>
internal sealed class PeopleScreens(IContexts contexts, BusinessUsers users, Proposals proposals, AccessAddress address, IEnumerable<IProposalKind> kinds)
{
    private const int Most = 200;

    public Task<IResult> UsersAsync(Visit visit, string? problem = null, string? link = null) => InBusinessAsync(visit, Permissions.UsersEdit, async (context, business) =>
    {
        var roles = await context.Memberships.AsNoTracking().Where(m => m.BusinessId == business.Id).OrderBy(m => m.Role).ThenBy(m => m.MerchantNo).Take(1000).ToListAsync();
        var ids = roles.Select(r => r.UserId).Distinct().ToList();
        var people = await context.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).OrderBy(u => u.Email).ToListAsync();
        var merchants = await context.Merchants.AsNoTracking().Where(m => m.BusinessId == business.Id).OrderBy(m => m.MerchantNo).Take(Most).ToListAsync();
        return visit.Show<PeoplePage>("Users", new PeopleModel(business, people, roles.ToLookup(r => r.UserId), merchants, visit.Who.User.Id, link, problem is null ? "" : visit.Field("email")), problem);
    });

    public Task<IResult> GiveAsync(Visit visit) => DoAsync(visit, async business =>
    {
        var role = Permissions.MerchantRoles.FirstOrDefault(r => r.ToString() == visit.Field("role"));
        return role == default ? new UserResult("Choose a role.") : await users.GiveAsync(visit.By, new RoleWish(SignIn.EmailOf(visit.Field("email")), role, business, Number(visit, "merchantNo")));
    });

    public Task<IResult> TakeAsync(Visit visit) => DoAsync(visit, async business =>
    {
        var role = Permissions.MerchantRoles.FirstOrDefault(r => r.ToString() == visit.Field("role"));
        return await users.TakeAsync(visit.By, business, Number(visit, "user"), role, Number(visit, "merchantNo"));
    });

    public Task<IResult> RemoveAsync(Visit visit) => DoAsync(visit, business => users.RemoveAsync(visit.By, business, Number(visit, "user"), visit.Field("reason")));

    public Task<IResult> SendLinkAsync(Visit visit) => DoAsync(visit, business => users.LinkAsync(visit.By, business, Number(visit, "user")));

    public Task<IResult> ResetFactorAsync(Visit visit) => DoAsync(visit, business => users.ResetFactorAsync(visit.By, business, Number(visit, "user")));

    public Task<IResult> ProposalsAsync(Visit visit, string? problem = null) => InBusinessAsync(visit, Permissions.KeysEdit, async (context, business) =>
    {
        var open = await context.Proposals.AsNoTracking().Where(p => p.BusinessId == business.Id && p.State == ProposalState.Open).OrderBy(p => p.Id).Take(Most).ToListAsync();
        var decided = await context.Proposals.AsNoTracking().Where(p => p.BusinessId == business.Id && p.State != ProposalState.Open).OrderByDescending(p => p.Id).Take(50).ToListAsync();
        var roles = RolesIn(visit, business.Id);
        var decides = kinds.Where(k => Permissions.Of(roles, k.Permission) >= k.ApprovedFrom).Select(k => k.Kind).ToHashSet(StringComparer.Ordinal);
        return visit.Show<OwnProposalsPage>("Proposals", new OwnProposalsModel(business, [.. open, .. decided], visit.Who.User.Id, decides), problem);
    });

    public Task<IResult> DecideAsync(Visit visit) => InBusinessAsync(visit, Permissions.KeysEdit, async (_, business) =>
    {
        var id = long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
        var decided = visit.Field("do") == "takeBack"
            ? await proposals.TakeBackAsync(visit.By, id)
            : await proposals.DecideAsync(visit.By, RolesIn(visit, business.Id), visit.Who.User.RaisedAtMs, id, visit.Field("do") == "approve", visit.Field("reason"), business.Id);
        return decided.Problem is null ? Visit.GoTo($"/dashboard/proposals?done=saved&business={business.Id}") : await ProposalsAsync(visit, decided.Problem);
    });

    public Task<IResult> PolicyAsync(Visit visit, string? problem = null) => InBusinessAsync(visit, Permissions.PolicyEdit, async (context, business) =>
    {
        var byTwo = await context.Businesses.Where(b => b.Id == business.Id).Select(b => b.KeysByTwo).SingleAsync();
        return visit.Show<PolicyPage>("Policy", new PolicyModel(business, byTwo), problem);
    });

    public Task<IResult> ChangePolicyAsync(Visit visit) => InBusinessAsync(visit, Permissions.PolicyEdit, async (_, business) =>
    {
        var proposed = await proposals.ProposeAsync(
            visit.By, Permissions.Of(RolesIn(visit, business.Id), Permissions.PolicyEdit), PolicyChange.Name, BusinessUsers.Subject(business.Id),
            JsonSerializer.Serialize(new PolicyWish(visit.Field("keysByTwo") == "yes"), AccessJson.Options), visit.Field("reason"), businessId: business.Id);
        return proposed.Problem is { } problem ? await PolicyAsync(visit, problem) : Visit.GoTo($"/dashboard/proposals?done=proposed&business={business.Id}");
    });

    public Task<IResult> AuditAsync(Visit visit) => InBusinessAsync(visit, Permissions.AuditSee, async (context, business) =>
        visit.Show<OwnAuditPage>("Audit log", await OwnAudit.ReadAsync(context, business, visit.Http.Request.Query)));

    /// <summary>Does something to a user and shows the list again, with the link that nobody mailed.</summary>
    private Task<IResult> DoAsync(Visit visit, Func<long, Task<UserResult>> change) => InBusinessAsync(visit, Permissions.UsersEdit, async (_, business) =>
    {
        var done = await change(business.Id);
        return done is { Problem: null, LinkSecret: null }
            ? Visit.GoTo($"/dashboard/users?done=saved&business={business.Id}")
            : await UsersAsync(visit, done.Problem, done.LinkSecret is { } secret ? address.OfLink(visit.Http.Request, Portal.Dashboard, secret) : null);
    });

    /// <summary>Answers for the business that is named, else the reader's first; one in which he may not do this does not exist.</summary>
    private async Task<IResult> InBusinessAsync(Visit visit, string permission, Func<PayproContext, OwnBusiness, Task<IResult>> answer)
    {
        var own = visit.Who.Memberships.Where(m => m.MerchantNo == 0 && Permissions.Of(m.Role, permission) != Grant.None).Select(m => m.BusinessId).Distinct().Order().ToList();
        var named = visit.Form["business"].ToString() is { Length: > 0 } typed ? typed : visit.Http.Request.Query["business"].ToString();
        var id = named.Length == 0 ? own.FirstOrDefault() : long.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (!own.Contains(id))
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such business"), "It is not one that you manage.", StatusCodes.Status404NotFound);
        }

        await using var context = contexts.Create();
        var names = await context.Businesses.AsNoTracking().Where(b => own.Contains(b.Id)).ToDictionaryAsync(b => b.Id, b => b.Name);
        return await answer(context, new OwnBusiness(id, names.GetValueOrDefault(id, ""), [.. own.Where(o => o != id).Select(o => (o, names.GetValueOrDefault(o, "")))]));
    }

    private static List<Role> RolesIn(Visit visit, long businessId) => [.. visit.Who.Memberships.Where(m => m.BusinessId == businessId && m.MerchantNo == 0).Select(m => m.Role)];

    private static long Number(Visit visit, string field) => long.TryParse(visit.Field(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
