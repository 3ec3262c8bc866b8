using Paypro.Server.Access;
using Paypro.Server.Platform;

namespace Paypro.Server.Screens;

/// <summary>Signing in with a passkey, and the questions that a browser gets for one. The only part of the screens that needs their script.</summary>
internal static class PasskeyRoutes
{
    public static void MapPasskeys(this IEndpointRouteBuilder app, Portal portal, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        app.MapPost($"{portal.Root}/passkey/sign-in", async (HttpContext http, Passkeys passkeys, Visits visits, RateLimits limits) =>
            limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0 ? Results.StatusCode(StatusCodes.Status429TooManyRequests)
            : await visits.ReadFormAsync(http) is null ? Results.BadRequest()
            : Question(http, await passkeys.AskAsync(http, portal.Realm, null)));
        app.MapPost($"{portal.Root}/passkey/confirm", (HttpContext http, Passkeys passkeys, Visits visits, RateLimits limits) => visits.LetInAsync(portal, http, null, links, async visit =>
            limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0 ? Results.StatusCode(StatusCodes.Status429TooManyRequests)
            : Question(http, await passkeys.AskAsync(http, portal.Realm, visit.Who.User))));
        app.MapPost($"{portal.Root}/passkey/add", (HttpContext http, Passkeys passkeys, Visits visits, RateLimits limits) => visits.LetInAsync(portal, http, null, links, async visit =>
            limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0 ? Results.StatusCode(StatusCodes.Status429TooManyRequests)
            : Question(http, await passkeys.AskForNewAsync(http, visit.Who.User))));
        app.MapPost($"{portal.Root}/sign-in/passkey", async (HttpContext http, SignIn signIn, Passkeys passkeys, Visits visits, RateLimits limits, Installation installation) =>
        {
            if (limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0)
            {
                return AccessRoutes.SignInForm(portal, installation, "", "There were too many tries from your address. Wait a minute.", StatusCodes.Status429TooManyRequests);
            }

            var proved = await visits.ReadFormAsync(http) is { } form ? await passkeys.CheckAsync(http, portal.Realm, 0, form["step"].ToString(), form["credential"].ToString()) : null;
            if (await signIn.PasskeyAsync(portal.Realm, proved, Visits.CallerOf(http)) is not SignInResult.Done done)
            {
                return AccessRoutes.SignInForm(portal, installation, "", "This passkey does not open an account here.", StatusCodes.Status400BadRequest);
            }

            Visits.SetCookie(portal, http, done.Secret);
            return Visit.GoTo(portal.Root);
        });
    }

    public static IResult Question(HttpContext http, PasskeyQuestion question)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Content($"{{\"step\":\"{question.Step}\",\"options\":{question.Options}}}", "application/json");
    }
}
