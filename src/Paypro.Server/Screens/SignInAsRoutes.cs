using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens;

/// <summary>Signing in as one of a demo's users, without a password. Elsewhere there is no such address.</summary>
internal static class SignInAsRoutes
{
    public static void MapSignInAs(this IEndpointRouteBuilder app, Portal portal)
    {
        if (!app.ServiceProvider.GetRequiredService<PayproOptions>().Demo)
        {
            return;
        }

        app.MapPost($"{portal.Root}/sign-in-as", async (HttpContext http, Visits visits, DemoUsers users, RateLimits limits) =>
        {
            if (limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) is > 0 and var wait)
            {
                http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
                return Results.StatusCode(StatusCodes.Status429TooManyRequests);
            }

            if (await visits.ReadFormAsync(http) is { } form
                && DemoUsers.RolesOf(portal.Realm).Where(r => DemoUsers.NameOf(r) == form["role"]).Cast<Role?>().FirstOrDefault() is { } role
                && await users.SignInAsync(role, Visits.CallerOf(http)) is var (secret, _))
            {
                Visits.SetCookie(portal, http, secret);
                return Visit.GoTo(portal.Root);
            }

            return Visit.GoTo($"{portal.Root}/sign-in");
        });
    }
}
