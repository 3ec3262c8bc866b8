using Paypro.Server.Access;
using Paypro.Server.Mail;
using Paypro.Server.Platform;

namespace Paypro.Server.Screens;

/// <summary>A link for a new password, for whoever has forgotten his. Only where mails reach him.</summary>
internal static class ForgotRoutes
{
    /// <summary>Every answer takes this long, so that the time does not tell whether the address is a user's.</summary>
    private static readonly TimeSpan Takes = TimeSpan.FromMilliseconds(700);

    public static void MapForgot(this IEndpointRouteBuilder app, Portal portal)
    {
        if (!Mails.ReachAnybody(app.ServiceProvider.GetRequiredService<PayproOptions>(), app.ServiceProvider.GetRequiredService<Installation>()))
        {
            return;
        }

        app.MapGet($"{portal.Root}/forgot", (Installation installation) => Form(portal, installation, null));
        app.MapPost($"{portal.Root}/forgot", async (HttpContext http, Visits visits, Users users, RateLimits limits, Installation installation, TimeProvider time) =>
        {
            if (limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0)
            {
                return Form(portal, installation, "There were too many tries from your address. Wait a minute.", StatusCodes.Status429TooManyRequests);
            }

            if (await visits.ReadFormAsync(http) is not { } form)
            {
                return Form(portal, installation, "This form is not from this page. Load it again.", StatusCodes.Status400BadRequest);
            }

            var taken = Task.Delay(Takes, time);
            await users.ForgotAsync(portal.Realm, form["email"].ToString(), Visits.CallerOf(http));
            await taken;
            return (IResult)new ScreenAnswer<Said>(
                new ScreenFrame("Look into your mail", portal.Root) { IsSandbox = installation.IsSandbox }, "If this address is a user's, a link that sets a new password is on its way. It opens for 30 minutes.");
        });
    }

    private static ScreenAnswer<ForgotForm> Form(Portal portal, Installation installation, string? problem, int status = StatusCodes.Status200OK) =>
        new(new ScreenFrame("Set a new password", portal.Root) { IsSandbox = installation.IsSandbox, Problem = problem }, null, status);
}
