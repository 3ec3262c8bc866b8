using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens;

/// <summary>What the page of a link shows.</summary>
/// <param name="Secret">What the link holds.</param>
/// <param name="Link">The link.</param>
/// <param name="Seed">For the app; null when the old one stays.</param>
/// <param name="SealedSeed">For the form.</param>
/// <param name="Name">As it was typed, or is kept.</param>
internal sealed record WelcomeModel(string Secret, OpenLink Link, byte[]? Seed, string SealedSeed, string Name);

/// <param name="Sessions">The newest first.</param>
/// <param name="Own">The one that looks.</param>
internal sealed record SessionsModel(IReadOnlyList<SessionRow> Sessions, long Own);

/// <summary>Signing in and out, links, a fresh second factor and one's own sessions: the same for both portals.</summary>
internal static class AccessRoutes
{
    public static void AddScreens(this IServiceCollection services)
    {
        services.AddSingleton<ScreenAssets>();
        services.AddSingleton<Visits>();
        services.AddSingleton<AccessAddress>();
        services.AddSingleton<StepUps>();
        services.AddSingleton<SavedViews>();
        services.AddListFiles();
    }

    public static void MapScreenFiles(this IEndpointRouteBuilder app) => app.MapGet(ScreenAssets.Folder + "{file}", (string file, HttpResponse response, ScreenAssets assets) =>
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return assets.Find(file) is { } found ? Results.Bytes(found.Content, found.Type) : Results.NotFound();
    });

    /// <summary>All that screens are made of, on one page of a sandbox.</summary>
    public static void MapComponents(this IEndpointRouteBuilder app) => app.MapGet("/sandbox/components", () => new ScreenAnswer<ComponentsPage>(
        new ScreenFrame("Components", "/operator") { IsSandbox = true, User = "somebody@example.com", Links = [new("/sandbox/components", "Components"), new("/operator", "Back office", "Portals"), new("/dashboard", "Dashboard", "Portals")], Path = "/sandbox/components" }));

    /// <param name="app">Where.</param>
    /// <param name="portal">Whose.</param>
    /// <param name="links">The head of the screens, for who came.</param>
    public static void MapAccess(this IEndpointRouteBuilder app, Portal portal, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        app.MapGet($"{portal.Root}/language", (HttpContext http, string? to) =>
        {
            if (ScreenTexts.All.FirstOrDefault(t => t.Language == to) is { } texts)
            {
                http.Response.Cookies.Append(Visits.LanguageCookie, texts.Language, new CookieOptions { Path = "/", SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(365), Secure = http.Request.IsHttps, HttpOnly = true });
            }

            return Visit.GoTo($"{portal.Root}/sign-in");
        });
        app.MapForgot(portal);
        app.MapGet($"{portal.Root}/sign-in", (Installation installation) => SignInForm(portal, installation, "", null));
        app.MapPost($"{portal.Root}/sign-in", (HttpContext http, SignIn signIn, Visits visits, RateLimits limits, Installation installation) => SignInAsync(portal, http, signIn, visits, limits, installation));
        app.MapSignInAs(portal);
        app.MapPost($"{portal.Root}/sign-out", (HttpContext http, Visits visits, AuditedStore store, Sessions sessions) => visits.LetInAsync(portal, http, null, links, async visit =>
        {
            await EndAsync(store, sessions, visit, visit.Who.Id);
            Visits.DropCookie(portal, http);
            return Visit.GoTo($"{portal.Root}/sign-in");
        }));
        app.MapGet($"{portal.Root}/welcome/{{secret}}", (string secret, AccessLinks accessLinks, Installation installation) => WelcomeAsync(portal, secret, accessLinks, installation));
        app.MapPost($"{portal.Root}/welcome/{{secret}}", (string secret, HttpContext http, AccessLinks accessLinks, Visits visits, RateLimits limits, Installation installation) =>
            EnterAsync(portal, secret, http, accessLinks, visits, limits, installation));
        app.MapPost($"{portal.Root}/welcome/{{secret}}/passkey", async (string secret, HttpContext http, AccessLinks accessLinks, Passkeys passkeys, Visits visits, RateLimits limits) =>
            limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0 ? Results.StatusCode(StatusCodes.Status429TooManyRequests)
            : await visits.ReadFormAsync(http) is null || await accessLinks.LookAsync(portal.Realm, secret) is not { Seed: not null } link ? Results.BadRequest()
            : PasskeyRoutes.Question(http, await passkeys.AskForNewAsync(http, link.User)));
        app.MapPost($"{portal.Root}/welcome/{{secret}}/with-passkey", (string secret, HttpContext http, AccessLinks accessLinks, Passkeys passkeys, Visits visits, RateLimits limits, Installation installation) =>
            EnterByPasskeyAsync(portal, secret, http, accessLinks, passkeys, visits, limits, installation));
        app.MapPost($"{portal.Root}/confirm", (HttpContext http, Visits visits) => visits.LetInAsync(portal, http, null, links, _ => Task.FromResult(Visit.GoTo(portal.Root)), stepUp: true));
        app.MapPasskeys(portal, links);
        app.MapMe(portal, links);
        app.MapViews(portal, links);
        app.MapGet($"{portal.Root}/sessions", (HttpContext http, Visits visits, IContexts contexts) => visits.LetInAsync(portal, http, null, links, async visit =>
        {
            await using var context = contexts.Create();
            var own = await context.Sessions.AsNoTracking().Where(s => s.UserId == visit.Who.User.Id).OrderByDescending(s => s.CreatedAtMs).Take(100).ToListAsync();
            return visit.Show<SessionsPage>("Your sessions", new SessionsModel(own, visit.Who.Id));
        }));
        app.MapPost($"{portal.Root}/sessions", (HttpContext http, Visits visits, AuditedStore store, Sessions sessions) => visits.LetInAsync(portal, http, null, links, async visit =>
        {
            if (long.TryParse(visit.Field("session"), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                await EndAsync(store, sessions, visit, id);
            }

            return Visit.GoTo($"{portal.Root}/sessions?done=ended");
        }));

        // An address that was typed wrong, or is of another version, is answered to a person and not to a merchant's program.
        app.Map($"{portal.Root}/{{**rest}}", (HttpContext http, Visits visits) => visits.LetInAsync(portal, http, null, links, visit => Task.FromResult<IResult>(
            new ScreenAnswer<Said>(visit.Frame("There is no such page"), "Its address may have been typed wrong.", StatusCodes.Status404NotFound))));
    }

    private static Task<bool> EndAsync(AuditedStore store, Sessions sessions, Visit visit, long id) => store.SaveAsync(async (context, trail) =>
    {
        if (await sessions.EndAsync(context, visit.Who.User.Id, id) == 0)
        {
            return false;
        }

        trail.Add(visit.By, "session.end", SignIn.Subject(visit.Who.User.Id), before: new { session = id });
        return true;
    });

    public static ScreenAnswer<SignInForm> SignInForm(Portal portal, Installation installation, string email, string? problem, int status = StatusCodes.Status200OK) =>
        new(new ScreenFrame($"{portal.Name}: sign in", portal.Root) { IsSandbox = installation.IsSandbox, Problem = problem }, email, status);

    private static async Task<IResult> SignInAsync(Portal portal, HttpContext http, SignIn signIn, Visits visits, RateLimits limits, Installation installation)
    {
        if (limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) is > 0 and var wait)
        {
            http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            return SignInForm(portal, installation, "", "There were too many tries from your address. Wait a minute.", StatusCodes.Status429TooManyRequests);
        }

        if (await visits.ReadFormAsync(http) is not { } form)
        {
            return SignInForm(portal, installation, "", "This form is not from this page. Load it again.", StatusCodes.Status400BadRequest);
        }

        var email = form["email"].ToString();
        switch (await signIn.RunAsync(portal.Realm, email, form["password"].ToString(), form["code"].ToString(), Visits.CallerOf(http)))
        {
            case SignInResult.Done done:
                Visits.SetCookie(portal, http, done.Secret);
                return Visit.GoTo(portal.Root);
            case SignInResult.Closed closed:
                return SignInForm(portal, installation, email, string.Create(CultureInfo.InvariantCulture, $"There were too many wrong tries. Try again in {closed.Seconds} seconds."), StatusCodes.Status429TooManyRequests);
            case SignInResult.Busy:
                http.Response.Headers.RetryAfter = "5";
                return SignInForm(portal, installation, email, Passwords.Busy, StatusCodes.Status503ServiceUnavailable);
            default:
                return SignInForm(portal, installation, email, "E-mail, password or code is wrong. A code is good once.", StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<IResult> WelcomeAsync(Portal portal, string secret, AccessLinks accessLinks, Installation installation) =>
        await accessLinks.LookAsync(portal.Realm, secret) is { } link
            ? Welcome(portal, installation, new WelcomeModel(secret, link, link.Seed, link.SealedSeed, link.User.Name), null)
            : Gone(portal, installation);

    private static async Task<IResult> EnterAsync(Portal portal, string secret, HttpContext http, AccessLinks accessLinks, Visits visits, RateLimits limits, Installation installation)
    {
        if (limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0 || await visits.ReadFormAsync(http) is not { } form || await accessLinks.LookAsync(portal.Realm, secret) is not { } link)
        {
            return Gone(portal, installation);
        }

        // The same seed as before, so that a wrong code does not make somebody scan again.
        var (name, sealedSeed) = (form["name"].ToString(), form["seed"].ToString());
        var seed = link.Purpose == LinkPurpose.PasswordReset ? null : await accessLinks.SeedAsync(portal.Realm, secret, sealedSeed);
        var (problem, entered) = await accessLinks.EnterAsync(portal.Realm, secret, name, form["password"].ToString(), seed, form["code"].ToString(), Visits.CallerOf(http));
        if (entered is null)
        {
            return Welcome(portal, installation, new WelcomeModel(secret, link, seed ?? link.Seed, seed is null ? link.SealedSeed : sealedSeed, name), problem);
        }

        return In(portal, http, installation, entered);
    }

    private static async Task<IResult> EnterByPasskeyAsync(
        Portal portal, string secret, HttpContext http, AccessLinks accessLinks, Passkeys passkeys, Visits visits, RateLimits limits, Installation installation)
    {
        if (limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0 || await visits.ReadFormAsync(http) is not { } form || await accessLinks.LookAsync(portal.Realm, secret) is not { Seed: not null } link)
        {
            return Gone(portal, installation);
        }

        var passkey = await passkeys.CheckNewAsync(http, link.User, form["step"].ToString(), form["credential"].ToString());
        var (problem, entered) = await accessLinks.EnterAsync(portal.Realm, secret, form["name"].ToString(), passkey, Visits.CallerOf(http));
        return entered is null ? Welcome(portal, installation, new WelcomeModel(secret, link, link.Seed, link.SealedSeed, form["name"].ToString()), problem) : In(portal, http, installation, entered);
    }

    private static IResult In(Portal portal, HttpContext http, Installation installation, Entered entered)
    {
        Visits.SetCookie(portal, http, entered.Secret);
        return entered.RecoveryCodes.Count == 0
            ? Visit.GoTo(portal.Root)
            : new ScreenAnswer<RecoveryCodesPage>(new ScreenFrame("Your recovery codes", portal.Root) { IsSandbox = installation.IsSandbox }, entered.RecoveryCodes);
    }

    private static ScreenAnswer<WelcomeForm> Welcome(Portal portal, Installation installation, WelcomeModel model, string? problem) =>
        new(new ScreenFrame($"{portal.Name}: your account", portal.Root) { IsSandbox = installation.IsSandbox, Problem = problem }, model, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    private static ScreenAnswer<Said> Gone(Portal portal, Installation installation) =>
        new(new ScreenFrame("This link is not open", portal.Root) { IsSandbox = installation.IsSandbox }, "A link opens once and for a limited time. Ask whoever sent it for a new one.", StatusCodes.Status404NotFound);
}
