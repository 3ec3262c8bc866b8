using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>
/// What an owner does to the people of his business. He has power over what they may do there, and over nothing else of theirs: who belongs to another
/// business too keeps his account, and his owner there is not at the mercy of this one.
/// </summary>
internal sealed class BusinessUsers(AuditedStore store, Users users, AccessLinks links, AccessMails mails, Sessions sessions, TimeProvider time)
{
    private const string NoSuch = "user: there is no such user in your business";
    private const string LastOwner = "user: is the only owner; give somebody else that role first";

    /// <summary>Gives a role to somebody who has none here yet, or another one.</summary>
    public Task<UserResult> GiveAsync(Actor by, RoleWish wish) => store.SaveAsync(async (context, trail) =>
    {
        if (Users.Problem(wish.Email) is { } wrong)
        {
            return new UserResult(wrong);
        }

        var problem = Permissions.RealmOf(wish.Role) != Realm.Merchant ? "role: is not one of a business"
            : wish is { Role: Role.Owner, MerchantNo: not 0 } ? "role: an owner is one of the whole business"
            : wish.MerchantNo != 0 && !await context.Merchants.AnyAsync(m => m.MerchantNo == wish.MerchantNo && m.BusinessId == wish.BusinessId) ? "merchantNo: there is no such number in your business"
            : !await MayAsync(context, by, wish.BusinessId) ? "user: you may not change users any more"
            : null;
        if (problem is not null)
        {
            return new UserResult(problem);
        }

        var known = await context.Users.SingleOrDefaultAsync(u => u.Realm == Realm.Merchant && u.Email == wish.Email);
        if (known is { State: UserState.Disabled })
        {
            if (await context.Memberships.AnyAsync(m => m.UserId == known.Id))
            {
                return new UserResult("email: is a user's whom Paypro's operator has disabled");
            }

            // He left some time ago, and comes back as somebody new.
            await ForgetFactorsAsync(context, known);
        }

        var user = await users.GiveAsync(context, trail, wish, by);
        await context.SaveChangesAsync();
        return new UserResult(null, user.Id, await IsElsewhereAsync(context, user.Id, wish.BusinessId) ? null : await links.ToShowAsync(context, user));
    });

    /// <summary>Takes one role; with the last one he belongs to the business no more.</summary>
    public Task<UserResult> TakeAsync(Actor by, long businessId, long userId, Role role, long merchantNo) => store.SaveAsync(async (context, trail) =>
    {
        var held = context.Memberships.Where(m => m.BusinessId == businessId && m.UserId == userId && m.Role == role && m.MerchantNo == merchantNo);
        if (!await MayAsync(context, by, businessId) || !await held.AnyAsync())
        {
            return new UserResult(NoSuch);
        }

        if (role == Role.Owner && await OtherOwnersAsync(context, businessId, userId) == 0)
        {
            return new UserResult(LastOwner);
        }

        await held.ExecuteDeleteAsync();
        await EndAsync(context, trail, by, businessId, userId);
        trail.Add(by, "user.take-role", Subject(businessId), before: new { user = await EmailAsync(context, userId), role = role.ToString(), merchantNo }, chain: Chain(businessId));
        return new UserResult(null, userId);
    });

    /// <summary>Takes everything that somebody has in the business, at once and on every node: a leaver.</summary>
    public Task<UserResult> RemoveAsync(Actor by, long businessId, long userId, string reason) => store.SaveAsync(async (context, trail) =>
    {
        var held = context.Memberships.Where(m => m.BusinessId == businessId && m.UserId == userId);
        if (!await MayAsync(context, by, businessId) || !await held.AnyAsync())
        {
            return new UserResult(NoSuch);
        }

        if (await held.AnyAsync(m => m.Role == Role.Owner) && await OtherOwnersAsync(context, businessId, userId) == 0)
        {
            return new UserResult(LastOwner);
        }

        await held.ExecuteDeleteAsync();
        await EndAsync(context, trail, by, businessId, userId);
        trail.Add(by, "user.remove", Subject(businessId), before: new { user = await EmailAsync(context, userId) }, reason: reason, chain: Chain(businessId));
        return new UserResult(null, userId);
    });

    /// <summary>Makes a new link: an invitation while he has no password, else a reset of it, which skips no second factor.</summary>
    public Task<UserResult> LinkAsync(Actor by, long businessId, long userId) => store.SaveAsync(async (context, trail) =>
    {
        if (!await MayAsync(context, by, businessId) || await FindAsync(context, businessId, userId) is not { State: not UserState.Disabled } user)
        {
            return new UserResult(NoSuch);
        }

        var isNew = user.PasswordHash.Length == 0;
        if (isNew && !mails.IsOn && await IsElsewhereAsync(context, userId, businessId))
        {
            return new UserResult("user: was invited by another business too; the link that he was given there opens");
        }

        trail.Add(by, isNew ? "user.invite" : "user.send-reset", Subject(businessId), after: new { user = user.Email }, chain: Chain(businessId));
        return new UserResult(null, userId, await links.SendAsync(context, user, isNew ? LinkPurpose.Invitation : LinkPurpose.PasswordReset, by.Text, businessId));
    });

    /// <summary>Takes password and factors of somebody who has lost his: he sets up his account anew by a link.</summary>
    public Task<UserResult> ResetFactorAsync(Actor by, long businessId, long userId) => store.SaveAsync(async (context, trail) =>
    {
        if (!await MayAsync(context, by, businessId) || await FindAsync(context, businessId, userId) is not { State: UserState.Active } user)
        {
            return new UserResult(NoSuch);
        }

        if (userId == by.UserId)
        {
            return new UserResult("user: is yourself; another owner resets your factors, and Paypro's operator those of the only owner");
        }

        if (await IsElsewhereAsync(context, userId, businessId))
        {
            return new UserResult("user: belongs to another business too; Paypro's operator resets his factors");
        }

        await ForgetFactorsAsync(context, user);
        trail.Add(by, "user.reset-factor", Subject(businessId), before: new { user = user.Email }, chain: Chain(businessId));
        return new UserResult(null, userId, await links.SendAsync(context, user, LinkPurpose.Invitation, by.Text, businessId));
    });

    /// <summary>Puts a user back to where he was when he was invited.</summary>
    public async Task ForgetFactorsAsync(PayproContext context, UserRow user)
    {
        (user.State, user.PasswordHash, user.TotpKeyId, user.TotpSealed, user.RaisedAtMs, user.Version) = (UserState.Invited, "", "", [], time.GetUtcNow().ToUnixTimeMilliseconds(), user.Version + 1);
        await context.RecoveryCodes.Where(c => c.UserId == user.Id).ExecuteDeleteAsync();
        await context.UserPasskeys.Where(p => p.UserId == user.Id).ExecuteDeleteAsync();
        await context.AccessLinks.Where(l => l.UserId == user.Id).ExecuteDeleteAsync();
        await sessions.EndAsync(context, user.Id);
    }

    public static string Subject(long businessId) => string.Create(CultureInfo.InvariantCulture, $"business:{businessId}");

    /// <summary>The audit log's chain of a business.</summary>
    public static short Chain(long businessId) => Platform.Buckets.Of(Subject(businessId));

    /// <summary>How many others own a business and can sign in.</summary>
    public static Task<int> OtherOwnersAsync(PayproContext context, long businessId, long butNot) => context.Memberships
        .Where(m => m.BusinessId == businessId && m.MerchantNo == 0 && m.Role == Role.Owner && m.UserId != butNot)
        .Join(context.Users.Where(u => u.State == UserState.Active), m => m.UserId, u => u.Id, (_, u) => u.Id).Distinct().CountAsync();

    /// <summary>A node keeps a session for some seconds: who has lost his role changes nothing more.</summary>
    private static Task<bool> MayAsync(PayproContext context, Actor by, long businessId) =>
        Entitlement.Of(context, businessId, 0, Permissions.UsersEdit, Grant.May).AnyAsync(id => id == by.UserId);

    private async Task EndAsync(PayproContext context, AuditTrail trail, Actor by, long businessId, long userId)
    {
        await sessions.EndAsync(context, userId);
        if (await context.Memberships.AnyAsync(m => m.BusinessId == businessId && m.UserId == userId))
        {
            return;
        }

        await Leavers.EndAsync(context, trail, by, userId, businessId, "its maker has left", time.NowMs());
        if (!await context.Memberships.AnyAsync(m => m.UserId == userId))
        {
            await context.AccessLinks.Where(l => l.UserId == userId).ExecuteDeleteAsync();
            await context.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(s => s.SetProperty(u => u.State, UserState.Disabled).SetProperty(u => u.Version, u => u.Version + 1));
        }
    }

    private static Task<UserRow?> FindAsync(PayproContext context, long businessId, long userId) =>
        context.Users.SingleOrDefaultAsync(u => u.Id == userId && u.Realm == Realm.Merchant && context.Memberships.Any(m => m.UserId == userId && m.BusinessId == businessId));

    private static Task<bool> IsElsewhereAsync(PayproContext context, long userId, long businessId) => context.Memberships.AnyAsync(m => m.UserId == userId && m.BusinessId != businessId);

    private static Task<string?> EmailAsync(PayproContext context, long userId) => context.Users.Where(u => u.Id == userId).Select(u => (string?)u.Email).SingleOrDefaultAsync();
}
