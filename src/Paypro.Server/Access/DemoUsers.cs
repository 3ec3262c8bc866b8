using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// Users of a sandbox's demonstration, one for each role, whose sessions anybody may open from the sign-in page. They have neither password nor factor, so
/// that no other way in is theirs. A live installation has none.
/// </summary>
internal sealed class DemoUsers(IContexts contexts, AuditedStore store, Sessions sessions, Installation installation, TimeProvider time)
{
    private const string Domain = "@demo.paypro.example";

    /// <summary>Adds those that are not there; run a second time, it changes nothing.</summary>
    /// <param name="businessId">Of which business the merchant's people are.</param>
    public Task<int> AddAsync(long businessId) => !installation.IsSandbox ? Task.FromResult(0) : store.SaveAsync(async (context, trail) =>
    {
        var added = 0;
        foreach (var role in Permissions.OperatorRoles.Concat(Permissions.MerchantRoles))
        {
            var (realm, email) = (Permissions.RealmOf(role), $"{NameOf(role).ToLowerInvariant()}{Domain}");
            if (await context.Users.AnyAsync(u => u.Realm == realm && u.Email == email))
            {
                continue;
            }

            var user = new UserRow { Realm = realm, Email = email, Name = $"Demo {NameOf(role)}", State = UserState.Active, CreatedAtMs = time.GetUtcNow().ToUnixTimeMilliseconds() };
            context.Users.Add(user);
            await context.SaveChangesAsync();
            context.Memberships.Add(new MembershipRow { UserId = user.Id, BusinessId = realm == Realm.Operator ? 0 : businessId, Role = role, AddedAtMs = user.CreatedAtMs });
            trail.Add(Actor.Program, "user.demo", SignIn.Subject(user.Id), after: new { user.Email, role = role.ToString() });
            added++;
        }

        return added;
    });

    /// <summary>Those of a realm; none where nobody made them.</summary>
    public async Task<IReadOnlyList<UserRow>> ListAsync(Realm realm)
    {
        if (!installation.IsSandbox)
        {
            return [];
        }

        await using var context = contexts.Create();
        return await context.Users.AsNoTracking().Where(u => u.Realm == realm && u.Email.EndsWith(Domain) && u.PasswordHash == "" && u.State == UserState.Active).OrderBy(u => u.Id).Take(20).ToListAsync();
    }

    /// <summary>Opens a session of one of them.</summary>
    /// <returns>What the cookie holds; null when there is no such one.</returns>
    public async Task<string?> SignInAsync(Realm realm, long userId, Caller from)
    {
        if ((await ListAsync(realm)).FirstOrDefault(u => u.Id == userId) is not { } user)
        {
            return null;
        }

        return await store.SaveAsync((context, trail) =>
        {
            var (secret, id) = sessions.Add(context, user, from);
            trail.Add(Actor.User(user.Id, user.Email, id, from), "session.begin", SignIn.Subject(user.Id), after: new { by = "demo" });
            return Task.FromResult(secret);
        });
    }

    private static string NameOf(Role role) => role switch
    {
        Role.MerchantFinance => "Treasurer",
        Role.MerchantSupport => "Helpdesk",
        _ => role.ToString(),
    };
}
