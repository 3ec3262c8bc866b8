using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>What came of a change of users.</summary>
/// <param name="Problem">A sentence that says what to mend; null when it is done.</param>
/// <param name="UserId">The user.</param>
/// <param name="LinkSecret">What his link holds, to be shown or mailed once; null when there is none.</param>
internal sealed record UserResult(string? Problem, long UserId = 0, string? LinkSecret = null);

/// <summary>A role for somebody, by e-mail: the user is made where he does not exist.</summary>
/// <param name="Email">Whose.</param>
/// <param name="Role">An operator's or a merchant's.</param>
/// <param name="BusinessId">0 for an operator's.</param>
/// <param name="MerchantNo">One number of the business; 0 for all.</param>
internal sealed record RoleWish(string Email, Role Role, long BusinessId, long MerchantNo = 0)
{
    /// <summary>The audit log's chain of what concerns it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public short Chain => BusinessId == 0 ? AuditTrail.Platform : Buckets.Of(string.Create(CultureInfo.InvariantCulture, $"business:{BusinessId}"));
}

/// <summary>Users, their roles and their links. What gives something goes through <see cref="Proposals"/>; what takes away is done at once.</summary>
internal sealed class Users(AuditedStore store, AccessLinks links, AccessMails mails, Sessions sessions, TimeProvider time)
{
    /// <summary>Makes a link for whoever may start the program on its machine: the first operator, or the way back in.</summary>
    public Task<UserResult> OperatorLinkAsync(string typedEmail) => store.SaveAsync(async (context, trail) =>
    {
        if (Problem(typedEmail) is { } problem)
        {
            return new UserResult(problem);
        }

        var user = await AddAsync(context, new RoleWish(SignIn.EmailOf(typedEmail), Role.Admin, 0));
        var isNew = user.PasswordHash.Length == 0;
        if (user.State == UserState.Disabled)
        {
            user.State = UserState.Invited;
        }

        trail.Add(Actor.Program, "user.operator-link", SignIn.Subject(user.Id), after: new { user.Email, role = "admin" });
        return new UserResult(null, user.Id, await links.AddAsync(context, user.Id, isNew ? LinkPurpose.Invitation : LinkPurpose.FactorReset, AccessLinks.OperatorLinkGoodFor));
    });

    /// <summary>Gives a role, in a transaction of whoever asks.</summary>
    public async Task<UserRow> GiveAsync(PayproContext context, AuditTrail trail, RoleWish wish, Actor by)
    {
        var user = await AddAsync(context, wish);
        trail.Add(by, "user.give-role", wish.BusinessId == 0 ? SignIn.Subject(user.Id) : BusinessUsers.Subject(wish.BusinessId), after: new { user.Email, role = wish.Role.ToString(), wish.BusinessId, wish.MerchantNo }, chain: wish.Chain);
        if (mails.IsOn && user.PasswordHash.Length == 0)
        {
            await links.SendAsync(context, user, LinkPurpose.Invitation, by.Text, wish.BusinessId);
        }
        else
        {
            mails.RoleGiven(context, user, by.Text, wish.Role, await AccessLinks.NameOfAsync(context, wish.BusinessId));
        }

        return user;
    }

    /// <summary>Makes a new link for a user: an invitation while he has no password, else a reset of it.</summary>
    public Task<UserResult> LinkAsync(Actor by, Realm realm, long userId) => store.SaveAsync(async (context, trail) =>
    {
        if (await context.Users.SingleOrDefaultAsync(u => u.Id == userId && u.Realm == realm && u.State != UserState.Disabled) is not { } user)
        {
            return new UserResult("user: there is no such user, or he is disabled");
        }

        var isNew = user.PasswordHash.Length == 0;
        trail.Add(by, isNew ? "user.invite" : "user.send-reset", SignIn.Subject(user.Id));
        return new UserResult(null, user.Id, await links.SendAsync(context, user, isNew ? LinkPurpose.Invitation : LinkPurpose.PasswordReset, by.Text));
    });

    /// <summary>Mails a link for a new password to whoever asks for one himself, if the address is a user's and he was not sent one a moment ago.</summary>
    public Task<bool> ForgotAsync(Realm realm, string typedEmail, Caller from)
    {
        var email = SignIn.EmailOf(typedEmail);
        return store.SaveAsync(async (context, trail) =>
        {
            if (await context.Users.SingleOrDefaultAsync(u => u.Realm == realm && u.Email == email && u.State == UserState.Active) is not { } user || !mails.IsOn || await mails.ResetsAsync(context, user) > 0)
            {
                return false;
            }

            trail.Add(new Actor("nobody", 0, 0, from), "user.forgot", SignIn.Subject(user.Id));
            await links.SendAsync(context, user, LinkPurpose.PasswordReset, "");
            return true;
        });
    }

    /// <summary>Takes everything away from a user at once: sessions, links, tokens, open proposals, files of payouts that are not released, schedules of withdrawals.</summary>
    public Task<UserResult> DisableAsync(Actor by, Realm realm, long userId, string reason) => store.SaveAsync(async (context, trail) =>
    {
        if (await context.Users.SingleOrDefaultAsync(u => u.Id == userId && u.Realm == realm) is not { } user)
        {
            return new UserResult("user: there is no such user");
        }

        var nowMs = time.NowMs();
        (user.State, user.Version) = (UserState.Disabled, user.Version + 1);
        await sessions.EndAsync(context, user.Id);
        await context.AccessLinks.Where(l => l.UserId == user.Id).ExecuteDeleteAsync();
        await context.OperatorTokens.Where(t => t.UserId == user.Id && t.RevokedAtMs == 0).ExecuteUpdateAsync(s => s.SetProperty(t => t.RevokedAtMs, nowMs));
        await Leavers.EndAsync(context, trail, by, user.Id, businessId: null, "its maker was disabled", nowMs);
        await context.CaseOwners.Where(o => o.UserId == user.Id).ExecuteDeleteAsync();
        trail.Add(by, "user.disable", SignIn.Subject(user.Id), reason: reason);
        return new UserResult(null, user.Id);
    });

    /// <summary>Why an e-mail address cannot be a user's; null when it can.</summary>
    public static string? Problem(string email) => SignIn.EmailOf(email) is var text && text.Length is >= 3 and <= 200 && text.Split('@') is [{ Length: > 0 }, { Length: > 0 } domain]
        && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '<' or '>' or '(' or ')' or '[' or ']' or ',' or ';' or ':' or '"' or '\\') && domain.All(c => char.IsLetterOrDigit(c) || c is '.' or '-')
        ? null
        : "email: must be an e-mail address";

    private async Task<UserRow> AddAsync(PayproContext context, RoleWish wish)
    {
        var (nowMs, realm) = (time.NowMs(), Permissions.RealmOf(wish.Role));
        var user = await context.Users.SingleOrDefaultAsync(u => u.Realm == realm && u.Email == wish.Email);
        if (user is null)
        {
            user = new UserRow { Realm = realm, Email = wish.Email, State = UserState.Invited, CreatedAtMs = nowMs };
            context.Users.Add(user);
            await context.SaveChangesAsync();
        }

        (user.RaisedAtMs, user.Version) = (nowMs, user.Version + 1);
        if (!await context.Memberships.AnyAsync(m => m.UserId == user.Id && m.BusinessId == wish.BusinessId && m.MerchantNo == wish.MerchantNo && m.Role == wish.Role))
        {
            context.Memberships.Add(new MembershipRow { UserId = user.Id, BusinessId = wish.BusinessId, MerchantNo = wish.MerchantNo, Role = wish.Role, AddedAtMs = nowMs });
        }

        return user;
    }
}

/// <summary>An operator gets a role; where he is new, whoever sees the proposal then sends him a link.</summary>
internal sealed class GiveRole(Users users) : IProposalKind
{
    public const string Name = "user.give-role";

    public string Kind => Name;

    public string Permission => Permissions.UsersEdit;

    public bool IsConfiguration => false;

    public static string SubjectOf(RoleWish wish) => $"email:{wish.Email}";

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var email = subject["email:".Length..];
        var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Realm == Realm.Operator && u.Email == email);
        return user?.Version.ToString(CultureInfo.InvariantCulture) ?? "new";
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var wish = Read(proposal);
        return Users.Problem(wish.Email)
            ?? (Permissions.RealmOf(wish.Role) != Realm.Operator ? "role: is not an operator's"
            : await context.Users.AnyAsync(u => u.Realm == Realm.Operator && u.Email == wish.Email && u.State == UserState.Disabled) ? "email: is a user's who is disabled"
            : null);
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        await users.GiveAsync(context, trail, Read(proposal), by);
        return null;
    }

    private static RoleWish Read(ProposalRow proposal) => JsonSerializer.Deserialize<RoleWish>(proposal.Change, AccessJson.Options)!;
}
