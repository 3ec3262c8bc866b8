using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Mail;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>What somebody has chosen for himself.</summary>
/// <param name="Name">What others see him under.</param>
/// <param name="Language">BCP 47; empty for what the browser prefers.</param>
/// <param name="Zone">An IANA name; empty for the merchant's own.</param>
/// <param name="Theme"><c>light</c>, <c>dark</c> or empty.</param>
internal sealed record Profile(string Name, string Language, string Zone, string Theme);

/// <summary>What somebody does to his own account. Every change of a factor is mailed to him, and ends his other sessions where it takes one away.</summary>
internal sealed class OwnAccount(
    AuditedStore store, Passwords passwords, SecondFactor factor, SignInFailures failures, Sessions sessions, KnownDevices devices, AccessMails mails, MasterKeys keys, IContexts contexts, TimeProvider time)
{
    private const string WrongCode = "code: is not the one that the app shows now; look at the clock of the phone";
    private const int NameLength = 60;

    /// <returns>A sentence that says what to mend; null when it is saved.</returns>
    public Task<string?> SaveAsync(SignedIn who, Caller from, Profile wish, IReadOnlyCollection<string> languages) => store.SaveAsync<string?>(async (context, trail) =>
    {
        var problem = OutsideText.Line(wish.Name, 100) is not { Length: > 0 } ? "name: must not be empty"
            : wish.Language.Length > 0 && !languages.Contains(wish.Language) ? "language: is not one of the list"
            : wish.Zone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(wish.Zone, out _) ? "zone: is not one that is known, such as America/Mexico_City"
            : wish.Theme is not ("" or "light" or "dark") ? "theme: is not one of the list"
            : null;
        if (problem is not null)
        {
            return problem;
        }

        var user = await context.Users.SingleAsync(u => u.Id == who.User.Id);
        var before = new Profile(user.Name, user.Language, user.Zone, user.Theme);
        (user.Name, user.Language, user.Zone, user.Theme) = (OutsideText.Line(wish.Name, 100), wish.Language, wish.Zone, wish.Theme);
        trail.Add(who.By(from), "me.edit", SignIn.Subject(user.Id), before, new Profile(user.Name, user.Language, user.Zone, user.Theme));
        sessions.Reread(user.Id);
        return null;
    });

    /// <summary>Sets a new password, for whoever gives the old one and a code; every other session ends.</summary>
    /// <returns>What to mend, or the cookie of the new session.</returns>
    public async Task<(string? Problem, string? Secret)> ChangePasswordAsync(SignedIn who, Caller from, string old, string password, string code)
    {
        if (Passwords.Problem(password, who.User.Email) is { } problem)
        {
            return (problem, null);
        }

        string oldHash;
        await using (var context = contexts.Create())
        {
            if (await failures.ClosedForAsync(context, who.User.Realm, who.User.Email, from.Address) > 0)
            {
                return ("There were too many wrong tries. Wait a minute.", null);
            }

            oldHash = await context.Users.Where(u => u.Id == who.User.Id).Select(u => u.PasswordHash).SingleAsync();
        }

        if (await passwords.IsRightAsync(oldHash, old) is not { } isRight || await passwords.HashAsync(password) is not { } hash)
        {
            return (Passwords.Busy, null);
        }

        return await store.SaveAsync<(string?, string?)>(async (context, trail) =>
        {
            var user = await context.Users.SingleAsync(u => u.Id == who.User.Id);
            if (!isRight || user.PasswordHash != oldHash || user.State != UserState.Active || !await factor.TakeAsync(context, user, code))
            {
                await failures.CountAsync(context, user.Realm, user.Email, from.Address);
                trail.Add(who.By(from), "me.password-refused", SignIn.Subject(user.Id));
                return ("Password or code is wrong. A code is good once.", null);
            }

            (user.PasswordHash, user.Version) = (hash, user.Version + 1);
            mails.PasswordChanged(context, user, from);
            return (null, await AgainAsync(context, trail, user, from, "me.password"));
        });
    }

    /// <summary>New recovery codes; the old ones end.</summary>
    public Task<IReadOnlyList<string>> NewRecoveryCodesAsync(SignedIn who, Caller from) => store.SaveAsync(async (context, trail) =>
    {
        var codes = await factor.NewRecoveryCodesAsync(context, who.User.Id);
        mails.FactorAdded(context, who.User, MailKind.RecoveryCodes, from);
        trail.Add(who.By(from), "me.recovery-codes", SignIn.Subject(who.User.Id));
        return codes;
    });

    /// <summary>A seed for another app, and the same for the form, sealed and bound to the user.</summary>
    public (byte[] Seed, string Sealed) NewApp(SignedIn who)
    {
        var seed = factor.NewSeed();
        var (keyId, sealedSeed) = keys.Seal(seed, BoundTo(who));
        return (seed, $"{keyId}.{Convert.ToBase64String(sealedSeed)}");
    }

    /// <summary>The seed that a form carries back; null when it is not from this user's page.</summary>
    public byte[]? SeedOf(SignedIn who, string sealedSeed)
    {
        try
        {
            return sealedSeed.Split('.') is [var keyId, var text] ? keys.Open(keyId, Convert.FromBase64String(text), BoundTo(who)) : null;
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Takes another app of codes instead of the old one, once it shows the right code; every other session ends.</summary>
    public Task<(string? Problem, string? Secret)> ChangeAppAsync(SignedIn who, Caller from, byte[] seed, string code) => store.SaveAsync<(string?, string?)>(async (context, trail) =>
    {
        var user = await context.Users.SingleAsync(u => u.Id == who.User.Id);
        if (user.State != UserState.Active || factor.StepOf(seed, code) is not { } step)
        {
            return (WrongCode, null);
        }

        factor.Keep(user, seed);
        (user.TotpLastStep, user.Version) = (step, user.Version + 1);
        mails.FactorAdded(context, user, MailKind.AppOfCodes, from);
        return (null, await AgainAsync(context, trail, user, from, "me.app"));
    });

    /// <summary>Adds a passkey whose answer was right.</summary>
    public Task<string?> AddPasskeyAsync(SignedIn who, Caller from, UserPasskeyInfo passkey, string name) => store.SaveAsync<string?>(async (context, trail) =>
    {
        var id = passkey.CredentialId;
        if (await context.UserPasskeys.CountAsync(p => p.UserId == who.User.Id) >= Passkeys.MostOfUser)
        {
            return "You have ten passkeys. Remove one first.";
        }

        if (await context.UserPasskeys.AnyAsync(p => p.CredentialId == id))
        {
            return "This passkey is there already.";
        }

        var line = OutsideText.Line(name, NameLength) is { Length: > 0 } typed ? typed : "Passkey";
        context.UserPasskeys.Add(new UserPasskeyRow
        {
            CredentialId = id, UserId = who.User.Id, Name = line, PublicKey = passkey.PublicKey, SignCount = passkey.SignCount, Transports = string.Join(' ', passkey.Transports ?? []),
            IsBackupEligible = passkey.IsBackupEligible, IsBackedUp = passkey.IsBackedUp, CreatedAtMs = time.NowMs(),
        });
        mails.FactorAdded(context, who.User, MailKind.Passkey, from, line);
        trail.Add(who.By(from), "me.add-passkey", SignIn.Subject(who.User.Id), after: new { name = line });
        return null;
    });

    /// <summary>Gives a passkey another name.</summary>
    /// <returns>What to mend; null when it is saved.</returns>
    public Task<string?> RenamePasskeyAsync(SignedIn who, Caller from, byte[] credentialId, string typed) => store.SaveAsync<string?>(async (context, trail) =>
    {
        var name = OutsideText.Line(typed, NameLength);
        if (name.Length == 0)
        {
            return "name: must not be empty";
        }

        if (await context.UserPasskeys.SingleOrDefaultAsync(p => p.CredentialId == credentialId && p.UserId == who.User.Id) is not { } row)
        {
            return "This passkey is not there any more.";
        }

        trail.Add(who.By(from), "me.rename-passkey", SignIn.Subject(who.User.Id), before: new { name = row.Name }, after: new { name });
        row.Name = name;
        return null;
    });

    /// <summary>Takes a passkey away, unless it is the only way in that he has.</summary>
    /// <returns>What stands against it; null when it is gone.</returns>
    public Task<string?> RemovePasskeyAsync(SignedIn who, Caller from, byte[] credentialId) => store.SaveAsync<string?>(async (context, trail) =>
    {
        var row = await context.UserPasskeys.AsNoTracking().SingleOrDefaultAsync(p => p.CredentialId == credentialId && p.UserId == who.User.Id);
        if (row is null)
        {
            return null;
        }

        if (await context.Users.AnyAsync(u => u.Id == who.User.Id && u.TotpKeyId == "") && await context.UserPasskeys.CountAsync(p => p.UserId == who.User.Id) == 1)
        {
            return "This passkey is your only way to sign in. Add another one or an app of codes first.";
        }

        await context.UserPasskeys.Where(p => p.CredentialId == credentialId && p.UserId == who.User.Id).ExecuteDeleteAsync();

        mails.FactorRemoved(context, who.User, MailKind.Passkey, from, row.Name);
        trail.Add(who.By(from), "me.remove-passkey", SignIn.Subject(who.User.Id), before: new { name = row.Name });
        return null;
    });

    public async Task<IReadOnlyList<UserPasskeyRow>> PasskeysAsync(SignedIn who)
    {
        await using var context = contexts.Create();
        return await context.UserPasskeys.AsNoTracking().Where(p => p.UserId == who.User.Id).OrderBy(p => p.CreatedAtMs).ToListAsync();
    }

    /// <summary>Ends every session and begins one for whoever is here.</summary>
    private async Task<string> AgainAsync(PayproContext context, AuditTrail trail, UserRow user, Caller from, string action)
    {
        await sessions.EndAsync(context, user.Id);
        var (secret, id) = sessions.Add(context, user, from);
        await devices.SeenAsync(context, user, from, secret, tells: false);
        trail.Add(Actor.User(user.Id, user.Email, id, from), action, SignIn.Subject(user.Id));
        return secret;
    }

    private static string BoundTo(SignedIn who) => $"app-seed:{SignIn.Subject(who.User.Id)}";
}
