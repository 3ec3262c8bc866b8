using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens;

/// <summary>What the form that asks for a fresh factor shows.</summary>
/// <param name="Action">Where the form that waits goes to.</param>
/// <param name="Fields">What was typed into it, to be carried out once the factor is given.</param>
/// <param name="PasskeyOptions">Where a passkey is asked for; empty for who has none.</param>
internal sealed record ConfirmModel(string Action, IReadOnlyList<KeyValuePair<string, string>> Fields, string PasskeyOptions)
{
    /// <summary>Names of fields that are not repeated and have to be typed again.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];
}

/// <summary>
/// Asks for a fresh factor in the middle of a form: what was typed travels along in the page, and the same request that brings the factor carries the form
/// out, in the session that takes the old one's place.
/// </summary>
internal sealed class StepUps(SignIn signIn, Passkeys passkeys, Sessions sessions, IContexts contexts)
{
    /// <summary>Fields of the factor itself.</summary>
    public const string Code = "confirm-code", Step = "confirm-step", Credential = "confirm-credential";

    /// <summary>Whether a field belongs to the session or the factor, and not to what is to be done.</summary>
    public static bool IsOwn(string field) => field is "token" or Code or Step or Credential;

    /// <summary>What the names of fields begin with that no page repeats: they are typed again.</summary>
    public const string Secret = "secret-";

    /// <summary>Tries the factor that came with a form.</summary>
    /// <returns>The new session and what its cookie holds; a sentence when the factor is wrong; nothing when none came.</returns>
    public async Task<(SignedIn? Who, string Secret, string? Problem)> TryAsync(Portal portal, HttpContext http, SignedIn who, IFormCollection form)
    {
        var from = Visits.CallerOf(http);
        string? secret;
        if (form[Credential].ToString() is { Length: > 0 } credential)
        {
            secret = await passkeys.CheckAsync(http, portal.Realm, who.User.Id, form[Step].ToString(), credential) is var (_, passkey) ? await signIn.StepUpAsync(who, passkey, from) : null;
        }
        else if (form[Code].ToString() is { Length: > 0 } code)
        {
            secret = await signIn.StepUpAsync(who, code, from);
        }
        else
        {
            return (null, "", null);
        }

        return secret is not null && await sessions.FindAsync(portal.Realm, secret) is { } again
            ? (again, secret, null)
            : (null, "", "The code is not right, or it was used before. After five wrong ones you must wait.");
    }

    public async Task<ConfirmModel> ModelAsync(Portal portal, HttpContext http, SignedIn who, IFormCollection form)
    {
        await using var context = contexts.Create();
        var hasPasskey = context.UserPasskeys.Any(p => p.UserId == who.User.Id);
        return new ConfirmModel(
            http.Request.Path + http.Request.QueryString.ToUriComponent(),
            [.. form.Where(f => !IsOwn(f.Key) && !f.Key.StartsWith(Secret, StringComparison.Ordinal)).SelectMany(f => f.Value.Select(v => KeyValuePair.Create(f.Key, v ?? "")))],
            hasPasskey ? $"{portal.Root}/passkey/confirm" : "")
        {
            Secrets = [.. form.Keys.Where(k => k.StartsWith(Secret, StringComparison.Ordinal) && form[k].ToString().Length > 0)],
        };
    }
}
