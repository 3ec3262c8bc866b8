using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>The users of a demo, one for each role, whom everybody can sign in as. Elsewhere there are none.</summary>
internal sealed class DemoUsers(AuditedStore store, Users users, Sessions sessions, PayproOptions options)
{
    /// <summary>Their domain, which nobody can have.</summary>
    public const string Domain = "demo.example";

    /// <summary>Whether this is a demo.</summary>
    public bool AreHere => options.Demo;

    /// <summary>The roles of a realm.</summary>
    public static IReadOnlyList<Role> RolesOf(Realm realm) => realm == Realm.Operator ? Permissions.OperatorRoles : Permissions.MerchantRoles;

    /// <summary>What a role is called in an address; two realms may have the same.</summary>
    public static string NameOf(Role role) => role.ToString().Replace("Merchant", "", StringComparison.Ordinal).ToLowerInvariant();

    public static string EmailOf(Role role) => $"{NameOf(role)}@{Domain}";

    /// <summary>Adds the users of a realm, who have no password.</summary>
    /// <param name="realm">Whose.</param>
    /// <param name="businessId">0 for operators.</param>
    public Task<bool> AddAsync(Realm realm, long businessId) => store.SaveAsync(async (context, trail) =>
    {
        foreach (var role in RolesOf(realm))
        {
            var user = await users.GiveAsync(context, trail, new RoleWish(EmailOf(role), role, businessId), Actor.Program);
            (user.State, user.Name) = (UserState.Active, $"Demo {NameOf(role)}");
        }

        return true;
    });

    /// <summary>Signs in as a role, with a second factor that counts as given now.</summary>
    /// <returns>What the cookie holds, and who it is; null where there is no such user.</returns>
    public Task<(string Secret, Actor By)?> SignInAsync(Role role, Caller from) => store.SaveAsync<(string, Actor)?>(async (context, trail) =>
    {
        var (realm, email) = (Permissions.RealmOf(role), EmailOf(role));
        if (!AreHere || await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Realm == realm && u.Email == email && u.State == UserState.Active) is not { } user)
        {
            return null;
        }

        var (secret, id) = sessions.Add(context, user, from);
        var by = Actor.User(user.Id, user.Email, id, from);
        trail.Add(by, "session.begin-in-demo", SignIn.Subject(user.Id));
        return (secret, by);
    });
}
