using System.Globalization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Access;

/// <summary>What a browser is asked to do with a passkey.</summary>
/// <param name="Step">Comes back with the answer; opens nothing by itself.</param>
/// <param name="Options">For the browser, JSON.</param>
internal sealed record PasskeyQuestion(string Step, string Options);

/// <summary>
/// Passkeys with user verification: one is both factors. The challenge is kept in the database and taken once, so that any node checks the answer of a
/// question that another one asked.
/// </summary>
internal sealed class Passkeys(IContexts contexts, BatchWriter writer, PayproOptions options, IRandomness randomness, TimeProvider time, ILogger<UserManager<UserRow>> log)
{
    public const string ForSignIn = "sign-in", ForConfirm = "confirm", ForAdd = "add";
    public const int MostOfUser = 10;

    /// <summary>Longer than any authenticator's answer.</summary>
    private const int LongestAnswer = 16 * 1024;
    private const long GoodForMs = 300_000;

    private readonly PasskeyHandler<UserRow> _handler = new(
        new UserManager<UserRow>(new PasskeyStore(contexts), null!, null!, [], [], null!, new IdentityErrorDescriber(), null!, log),
        Options.Create(new IdentityPasskeyOptions
        {
            ServerDomain = options.PublicUrl is { } url ? new Uri(url).Host : null,
            UserVerificationRequirement = "required",
            ResidentKeyRequirement = "required",
            ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && context.Origin == (options.PublicUrl is { } own
                ? new Uri(own).GetLeftPart(UriPartial.Authority) : $"{context.HttpContext.Request.Scheme}://{context.HttpContext.Request.Host}")),
        }));

    /// <summary>Asks for a passkey, whoever's it is, or that of somebody who has signed in.</summary>
    public async Task<PasskeyQuestion> AskAsync(HttpContext http, Realm realm, UserRow? user)
    {
        var made = await _handler.MakeRequestOptionsAsync(user!, http);
        return new PasskeyQuestion(await KeepAsync(realm, user?.Id ?? 0, user is null ? ForSignIn : ForConfirm, made.AssertionState ?? ""), made.RequestOptionsJson);
    }

    /// <summary>Asks a browser to make a passkey.</summary>
    public async Task<PasskeyQuestion> AskForNewAsync(HttpContext http, UserRow user)
    {
        var entity = new PasskeyUserEntity { Id = user.Id.ToString(CultureInfo.InvariantCulture), Name = user.Email, DisplayName = user.Name.Length > 0 ? user.Name : user.Email };
        var made = await _handler.MakeCreationOptionsAsync(entity, http);
        return new PasskeyQuestion(await KeepAsync(user.Realm, user.Id, ForAdd, made.AttestationState ?? ""), made.CreationOptionsJson);
    }

    /// <summary>Checks an answer; its question is used up in any case.</summary>
    /// <param name="http">The request.</param>
    /// <param name="realm">Whose page it came from.</param>
    /// <param name="userId">Who has signed in; 0 for nobody.</param>
    /// <param name="step">What the question gave.</param>
    /// <param name="credential">What the authenticator said, JSON.</param>
    /// <returns>Whose passkey it is and how it looks now; null when the answer is not right.</returns>
    public async Task<(UserRow User, UserPasskeyInfo Passkey)?> CheckAsync(HttpContext http, Realm realm, long userId, string step, string credential)
    {
        if (await TakeAsync(realm, userId, userId == 0 ? ForSignIn : ForConfirm, step) is not { } state || credential.Length > LongestAnswer)
        {
            return null;
        }

        var result = await _handler.PerformAssertionAsync(new PasskeyAssertionContext { HttpContext = http, CredentialJson = credential, AssertionState = state });
        return result.Succeeded && result.User.Realm == realm && (userId == 0 || result.User.Id == userId) && result.Passkey.IsUserVerified ? (result.User, result.Passkey) : null;
    }

    /// <summary>The same for a new one.</summary>
    public async Task<UserPasskeyInfo?> CheckNewAsync(HttpContext http, UserRow user, string step, string credential)
    {
        if (await TakeAsync(user.Realm, user.Id, ForAdd, step) is not { } state || credential.Length > LongestAnswer)
        {
            return null;
        }

        var result = await _handler.PerformAttestationAsync(new PasskeyAttestationContext { HttpContext = http, CredentialJson = credential, AttestationState = state });
        return result.Succeeded && result.Passkey.IsUserVerified && result.UserEntity.Id == user.Id.ToString(CultureInfo.InvariantCulture) ? result.Passkey : null;
    }

    /// <summary>Notes that it was used, in the transaction of what it opens.</summary>
    /// <returns>False when it was removed meanwhile, or its count went back: another one has the same key.</returns>
    public async Task<bool> UsedAsync(PayproContext context, UserRow user, UserPasskeyInfo passkey)
    {
        var (id, count, isBackedUp, nowMs) = (passkey.CredentialId, (long)passkey.SignCount, passkey.IsBackedUp, time.NowMs());
        return await context.UserPasskeys.Where(p => p.CredentialId == id && p.UserId == user.Id && (p.SignCount < count || (p.SignCount == 0 && count == 0)))
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.SignCount, count).SetProperty(p => p.IsBackedUp, isBackedUp).SetProperty(p => p.UsedAtMs, nowMs)) == 1;
    }

    private async Task<string> KeepAsync(Realm realm, long userId, string purpose, string state)
    {
        var (secret, endsAtMs) = (SecretText.New(randomness), time.NowMs() + GoodForMs);
        await writer.InTurnAsync(async () =>
        {
            await using var context = contexts.Create();
            context.LoginSteps.Add(new LoginStepRow { Hash = SecretText.HashOf(secret), Realm = realm, UserId = userId, Purpose = purpose, State = state, EndsAtMs = endsAtMs });
            return await context.SaveChangesAsync();
        });
        return secret;
    }

    private Task<string?> TakeAsync(Realm realm, long userId, string purpose, string step) => writer.InTurnAsync(async () =>
    {
        await using var context = contexts.Create();
        var (hash, nowMs) = (SecretText.HashOf(step), time.NowMs());
        var found = await context.LoginSteps.AsNoTracking().SingleOrDefaultAsync(l => l.Hash == hash && l.Realm == realm && l.UserId == userId && l.Purpose == purpose && l.EndsAtMs > nowMs);
        return found is not null && await context.LoginSteps.Where(l => l.Hash == hash).ExecuteDeleteAsync() == 1 ? found.State : null;
    });
}
