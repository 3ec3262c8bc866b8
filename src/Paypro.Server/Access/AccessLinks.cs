using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Mail;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>What a page needs to let somebody in by a link.</summary>
/// <param name="User">Whose it is.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Seed">A new seed for the app of codes; null when the old one stays.</param>
/// <param name="SealedSeed">The same for the form, sealed and bound to this link.</param>
internal sealed record OpenLink(UserRow User, LinkPurpose Purpose, byte[]? Seed, string SealedSeed);

/// <summary>Who came in by a link.</summary>
/// <param name="Secret">For the cookie.</param>
/// <param name="RecoveryCodes">Shown once; empty when the second factor stayed.</param>
internal sealed record Entered(string Secret, IReadOnlyList<string> RecoveryCodes);

/// <summary>
/// Links that let somebody set a password and a second factor. The secret is kept as its hash and opens once: looking at the page takes nothing, so that
/// a mail program which looks at links first does not use them up.
/// </summary>
internal sealed class AccessLinks(
    IContexts contexts, AuditedStore store, Passwords passwords, SecondFactor factor, SignInFailures failures, Sessions sessions, KnownDevices devices, AccessMails mails, MasterKeys keys,
    IRandomness randomness, TimeProvider time)
{
    public static readonly TimeSpan InvitationGoodFor = TimeSpan.FromHours(72), ResetGoodFor = TimeSpan.FromMinutes(30), OperatorLinkGoodFor = TimeSpan.FromMinutes(60);

    /// <summary>Adds a link to what is saved; older ones of the user end. One that anybody may ask for, for a new password, ends none of another purpose.</summary>
    /// <returns>What the link holds.</returns>
    /// <param name="context">What is saved.</param>
    /// <param name="userId">Whose.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="goodFor">How long it opens.</param>
    /// <param name="beside">Whether older ones go on beside it; all of them end when one is used.</param>
    public async Task<string> AddAsync(PayproContext context, long userId, LinkPurpose purpose, TimeSpan goodFor, bool beside = false)
    {
        await context.AccessLinks.Where(l => !beside && l.UserId == userId && (l.Purpose == purpose || purpose != LinkPurpose.PasswordReset)).ExecuteDeleteAsync();
        var (secret, nowMs) = (SecretText.New(randomness), time.NowMs());
        context.AccessLinks.Add(new AccessLinkRow { Hash = SecretText.HashOf(secret), UserId = userId, Purpose = purpose, CreatedAtMs = nowMs, EndsAtMs = nowMs + (long)goodFor.TotalMilliseconds });
        return secret;
    }

    /// <summary>Adds a link and mails it where mails reach anybody.</summary>
    /// <param name="context">What is saved.</param>
    /// <param name="user">Whose.</param>
    /// <param name="purpose">What it is for.</param>
    /// <param name="by">Who makes it.</param>
    /// <param name="businessId">Of whose people he is; 0 for an operator.</param>
    /// <returns>What the link holds, to be shown once; null when it was mailed.</returns>
    public async Task<string?> SendAsync(PayproContext context, UserRow user, LinkPurpose purpose, string by, long businessId = 0)
    {
        var goodFor = purpose == LinkPurpose.Invitation ? InvitationGoodFor : purpose == LinkPurpose.PasswordReset ? ResetGoodFor : OperatorLinkGoodFor;
        var secret = await AddAsync(context, user.Id, purpose, goodFor);
        if (!mails.IsOn)
        {
            return secret;
        }

        mails.Link(context, user, purpose, secret, time.NowMs() + (long)goodFor.TotalMilliseconds, await NameOfAsync(context, businessId), by);
        return null;
    }

    /// <summary>An invitation to be shown once to who gave somebody a role; null for who has a password already, or was mailed one.</summary>
    public async Task<string?> ToShowAsync(PayproContext context, UserRow user) =>
        mails.IsOn || user.PasswordHash.Length > 0 ? null : await AddAsync(context, user.Id, LinkPurpose.Invitation, InvitationGoodFor);

    /// <summary>What mails call a business; Paypro for the operators'.</summary>
    public static async Task<string> NameOfAsync(PayproContext context, long businessId) =>
        businessId == 0 ? "Paypro" : await context.Businesses.Where(b => b.Id == businessId).Select(b => b.Name).SingleOrDefaultAsync() ?? "Paypro";

    /// <summary>What the page shows; null when the link is not one, or has ended.</summary>
    public async Task<OpenLink?> LookAsync(Realm realm, string secret)
    {
        await using var context = contexts.Create();
        if (await FindAsync(context, realm, secret) is not var (link, user))
        {
            return null;
        }

        if (link.Purpose == LinkPurpose.PasswordReset)
        {
            return new OpenLink(user, link.Purpose, null, "");
        }

        var seed = factor.NewSeed();
        var (keyId, sealedSeed) = keys.Seal(seed, BoundTo(link));
        return new OpenLink(user, link.Purpose, seed, $"{keyId}.{Convert.ToBase64String(sealedSeed)}");
    }

    /// <summary>The seed that a form carries back; null when it is not from this link's page.</summary>
    public async Task<byte[]?> SeedAsync(Realm realm, string secret, string sealedSeed)
    {
        await using var context = contexts.Create();
        if (await FindAsync(context, realm, secret) is not var (link, _) || sealedSeed.Split('.') is not [var keyId, var text])
        {
            return null;
        }

        try
        {
            return keys.Open(keyId, Convert.FromBase64String(text), BoundTo(link));
        }
        catch (Exception error) when (error is FormatException or System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Sets what the link is for and signs in.</summary>
    /// <param name="realm">Whose page it came from.</param>
    /// <param name="secret">What the link holds.</param>
    /// <param name="name">What others see him under.</param>
    /// <param name="password">The new one; see <see cref="Passwords.Problem"/>.</param>
    /// <param name="seed">The new seed; null when the old one stays.</param>
    /// <param name="code">Proves that his app has it.</param>
    /// <param name="from">Where the request came from.</param>
    /// <returns>A sentence that says what to mend, or who came in.</returns>
    public async Task<(string? Problem, Entered? Entered)> EnterAsync(Realm realm, string secret, string name, string password, byte[]? seed, string code, Caller from)
    {
        string email;
        await using (var context = contexts.Create())
        {
            if (await FindAsync(context, realm, secret) is not var (link, user))
            {
                return (Ended, null);
            }

            email = user.Email;
            if (seed is null && link.Purpose != LinkPurpose.PasswordReset)
            {
                return (Ended, null);
            }
        }

        if (Passwords.Problem(password, email) is { } problem)
        {
            return (problem, null);
        }

        if (OutsideText.Line(name, 100) is not { Length: > 0 } line)
        {
            return ("name: must not be empty", null);
        }

        if (seed is not null && factor.StepOf(seed, code) is null)
        {
            return (WrongCode, null);
        }

        if (await passwords.HashAsync(password) is not { } hash)
        {
            return (Passwords.Busy, null);
        }

        return await store.SaveAsync(async (context, trail) => await EnterAsync(context, trail, realm, secret, line, hash, seed, code, null, from));
    }

    /// <summary>Sets an account up with a passkey alone, which is both factors, and signs in. Its password is one that nobody knows; a recovery code lets him set one later.</summary>
    /// <param name="realm">Whose page it came from.</param>
    /// <param name="secret">What the link holds: an invitation, or one to set both factors anew.</param>
    /// <param name="name">What others see him under.</param>
    /// <param name="passkey">Whose answer was right; null where it was not.</param>
    /// <param name="from">Where the request came from.</param>
    /// <returns>A sentence that says what to mend, or who came in.</returns>
    public async Task<(string? Problem, Entered? Entered)> EnterAsync(Realm realm, string secret, string name, UserPasskeyInfo? passkey, Caller from)
    {
        if (passkey is null)
        {
            return ("The browser's answer was not right. Try again.", null);
        }

        if (OutsideText.Line(name, 100) is not { Length: > 0 } line)
        {
            return ("name: must not be empty", null);
        }

        return await passwords.HashAsync(SecretText.New(randomness)) is not { } hash ? (Passwords.Busy, null)
            : await store.SaveAsync(async (context, trail) => await EnterAsync(context, trail, realm, secret, line, hash, null, "", passkey, from));
    }

    private const string Ended = "link: is not one that is open; ask for a new one";
    private const string WrongCode = "code: is not the one that the app shows now; look at the clock of the phone";

    private async Task<(string?, Entered?)> EnterAsync(PayproContext context, AuditTrail trail, Realm realm, string secret, string name, string passwordHash, byte[]? seed, string code, UserPasskeyInfo? passkey, Caller from)
    {
        if (await FindAsync(context, realm, secret) is not var (link, found))
        {
            return (Ended, null);
        }

        // A new password alone comes with no new factor.
        if (passkey is not null && link.Purpose == LinkPurpose.PasswordReset)
        {
            return (Ended, null);
        }

        var user = await context.Users.SingleAsync(u => u.Id == found.Id);
        if (seed is null && passkey is null && (await failures.ClosedForAsync(context, realm, user.Email, from.Address) > 0 || !await factor.TakeAsync(context, user, code)))
        {
            await failures.CountAsync(context, realm, user.Email, from.Address);
            return (WrongCode, null);
        }

        // Once, whoever comes with it a second time.
        if (await context.AccessLinks.Where(l => l.Hash == link.Hash).ExecuteDeleteAsync() == 0)
        {
            return (Ended, null);
        }

        await context.AccessLinks.Where(l => l.UserId == user.Id).ExecuteDeleteAsync();
        (user.Name, user.PasswordHash, user.State, user.Version) = (name, passwordHash, UserState.Active, user.Version + 1);
        IReadOnlyList<string> codes = [];
        if (seed is not null)
        {
            await context.UserPasskeys.Where(p => p.UserId == user.Id).ExecuteDeleteAsync();
            factor.Keep(user, seed);
            user.TotpLastStep = factor.StepOf(seed, code) ?? 0;
            codes = await factor.NewRecoveryCodesAsync(context, user.Id);
            if (link.Purpose != LinkPurpose.Invitation)
            {
                mails.FactorAdded(context, user, MailKind.AppOfCodes, from);
            }
        }

        if (passkey is not null)
        {
            await context.UserPasskeys.Where(p => p.UserId == user.Id).ExecuteDeleteAsync();
            (user.TotpKeyId, user.TotpSealed) = ("", []);
            context.UserPasskeys.Add(new UserPasskeyRow
            {
                CredentialId = passkey.CredentialId, UserId = user.Id, Name = "Passkey", PublicKey = passkey.PublicKey, SignCount = passkey.SignCount, Transports = string.Join(' ', passkey.Transports ?? []),
                IsBackupEligible = passkey.IsBackupEligible, IsBackedUp = passkey.IsBackedUp, CreatedAtMs = time.NowMs(),
            });
            codes = await factor.NewRecoveryCodesAsync(context, user.Id);
            if (link.Purpose != LinkPurpose.Invitation)
            {
                mails.FactorAdded(context, user, MailKind.Passkey, from, "Passkey");
            }
        }

        await sessions.EndAsync(context, user.Id);
        await failures.ForgetAsync(context, realm, user.Email, from.Address);
        var (session, id) = sessions.Add(context, user, from);
        await devices.SeenAsync(context, user, from, session, tells: link.Purpose != LinkPurpose.Invitation);
        if (link.Purpose != LinkPurpose.Invitation)
        {
            mails.PasswordChanged(context, user, from);
        }

        trail.Add(Actor.User(user.Id, user.Email, id, from), link.Purpose switch
        {
            LinkPurpose.Invitation => "user.accept",
            LinkPurpose.PasswordReset => "user.reset-password",
            _ => "user.reset-factor",
        }, SignIn.Subject(user.Id), after: passkey is null ? null : new { by = "passkey" });
        return (null, new Entered(session, codes));
    }

    private async Task<(AccessLinkRow Link, UserRow User)?> FindAsync(PayproContext context, Realm realm, string secret)
    {
        var (hash, nowMs) = (SecretText.HashOf(secret), time.NowMs());
        var link = await context.AccessLinks.AsNoTracking().SingleOrDefaultAsync(l => l.Hash == hash && l.EndsAtMs > nowMs);
        var user = link is null ? null : await context.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == link.UserId && u.Realm == realm && u.State != UserState.Disabled);
        return link is null || user is null ? null : (link, user);
    }

    private static string BoundTo(AccessLinkRow link) => $"link-seed:{Convert.ToHexStringLower(link.Hash)}";
}
