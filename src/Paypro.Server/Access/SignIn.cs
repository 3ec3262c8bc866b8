using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>What came of a sign-in.</summary>
internal abstract record SignInResult
{
    private SignInResult()
    {
    }

    /// <param name="Secret">For the cookie.</param>
    public sealed record Done(string Secret) : SignInResult;

    /// <summary>Something is wrong; it is never said what.</summary>
    public sealed record Wrong : SignInResult;

    /// <param name="Seconds">When it may be tried again.</param>
    public sealed record Closed(int Seconds) : SignInResult;

    /// <summary>Too many sign in at once.</summary>
    public sealed record Busy : SignInResult;
}

/// <summary>
/// Signs in by e-mail, password and second factor, all at once, so that a right password alone is never told. Every other way to a session goes through
/// this class too.
/// </summary>
internal sealed class SignIn(IContexts contexts, AuditedStore store, Passwords passwords, SecondFactor factor, SignInFailures failures, Sessions sessions, KnownDevices devices,
    Passkeys passkeys, AccessMails mails)
{
    /// <summary>An e-mail address as it is kept and compared.</summary>
    public static string EmailOf(string? text) => (text ?? "").Trim().ToLowerInvariant();

    public async Task<SignInResult> RunAsync(Realm realm, string? typedEmail, string password, string code, Caller from)
    {
        var email = EmailOf(typedEmail);
        UserRow? user;
        await using (var context = contexts.Create())
        {
            if (await failures.ClosedForAsync(context, realm, email, from.Address) is > 0 and var seconds)
            {
                return new SignInResult.Closed(seconds);
            }

            user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Realm == realm && u.Email == email && u.State == UserState.Active);
        }

        // The password first, in any case: who has no account waits as long.
        if (await passwords.IsRightAsync(user?.PasswordHash, password) is not { } isRight)
        {
            return new SignInResult.Busy();
        }

        return await store.SaveAsync(async (context, trail) => await EndAsync(context, trail, realm, email, isRight ? user : null, user, code, from));
    }

    /// <summary>Gives a fresh second factor in a session: what needs one is open for five minutes.</summary>
    /// <returns>The cookie of the new session that takes the place of this one; null when the code is wrong or it is closed.</returns>
    public async Task<string?> StepUpAsync(SignedIn who, string code, Caller from) => await store.SaveAsync<string?>(async (context, trail) =>
    {
        var user = await context.Users.SingleAsync(u => u.Id == who.User.Id);
        if (await failures.ClosedForAsync(context, user.Realm, user.Email, from.Address) > 0 || !await factor.TakeAsync(context, user, code))
        {
            await CountAsync(context, user.Realm, user.Email, user, from);
            trail.Add(who.By(from), "session.step-up-refused", Subject(user.Id));
            return null;
        }

        await sessions.EndAsync(context, user.Id, who.Id);
        var (secret, id) = sessions.Add(context, user, from);
        await devices.SeenAsync(context, user, from, secret, tells: false);
        trail.Add(Actor.User(user.Id, user.Email, id, from), "session.step-up", Subject(user.Id));
        return secret;
    });

    /// <summary>Signs in with a passkey, which is both factors.</summary>
    /// <param name="realm">Whose page it came from.</param>
    /// <param name="proved">Whose passkey it is, and the passkey; null when the answer was not right.</param>
    /// <param name="from">Where the request came from.</param>
    public async Task<SignInResult> PasskeyAsync(Realm realm, (UserRow User, UserPasskeyInfo Passkey)? proved, Caller from) => proved is not var (named, passkey)
        ? new SignInResult.Wrong()
        : await store.SaveAsync<SignInResult>(async (context, trail) =>
        {
            var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == named.Id && u.Realm == realm && u.State == UserState.Active);
            if (user is null || !await passkeys.UsedAsync(context, user, passkey))
            {
                trail.Add(new Actor("nobody", 0, 0, from), "session.refused", Subject(named.Id), after: new { by = "passkey" });
                return new SignInResult.Wrong();
            }

            var (secret, id) = sessions.Add(context, user, from);
            await devices.SeenAsync(context, user, from, secret, tells: true);
            trail.Add(Actor.User(user.Id, user.Email, id, from), "session.begin", Subject(user.Id), after: new { by = "passkey" });
            return new SignInResult.Done(secret);
        });

    /// <summary>Gives a fresh factor in a session by a passkey.</summary>
    /// <returns>The cookie of the new session; null when it was removed meanwhile.</returns>
    public Task<string?> StepUpAsync(SignedIn who, UserPasskeyInfo passkey, Caller from) => store.SaveAsync<string?>(async (context, trail) =>
    {
        var user = await context.Users.SingleAsync(u => u.Id == who.User.Id);
        if (user.State != UserState.Active || !await passkeys.UsedAsync(context, user, passkey))
        {
            trail.Add(who.By(from), "session.step-up-refused", Subject(user.Id), after: new { by = "passkey" });
            return null;
        }

        await sessions.EndAsync(context, user.Id, who.Id);
        var (secret, id) = sessions.Add(context, user, from);
        await devices.SeenAsync(context, user, from, secret, tells: false);
        trail.Add(Actor.User(user.Id, user.Email, id, from), "session.step-up", Subject(user.Id), after: new { by = "passkey" });
        return secret;
    });

    /// <summary>What the audit log calls a user.</summary>
    public static string Subject(long userId) => string.Create(CultureInfo.InvariantCulture, $"user:{userId}");

    private async Task<SignInResult> EndAsync(PayproContext context, AuditTrail trail, Realm realm, string email, UserRow? proved, UserRow? named, string code, Caller from)
    {
        // Checking a password takes long enough for it to be changed, or for its owner to be disabled, meanwhile.
        if (proved is not null && await context.Users.AnyAsync(u => u.Id == proved.Id && u.State == UserState.Active && u.PasswordHash == proved.PasswordHash)
            && await factor.TakeAsync(context, proved, code))
        {
            await failures.ForgetAsync(context, realm, email, from.Address);
            var (secret, id) = sessions.Add(context, proved, from);
            await devices.SeenAsync(context, proved, from, secret, tells: true);
            trail.Add(Actor.User(proved.Id, proved.Email, id, from), "session.begin", Subject(proved.Id));
            return new SignInResult.Done(secret);
        }

        await CountAsync(context, realm, email, named, from);
        if (named is not null)
        {
            // Of addresses that nobody has the log says nothing: anybody could fill it.
            trail.Add(new Actor("nobody", 0, 0, from), "session.refused", Subject(named.Id));
        }

        return new SignInResult.Wrong();
    }

    private async Task CountAsync(PayproContext context, Realm realm, string email, UserRow? named, Caller from)
    {
        if (await failures.CountAsync(context, realm, email, from.Address) && named is not null)
        {
            await mails.LockoutAsync(context, named, from);
        }
    }
}
