using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Screens;

/// <summary>A portal: its realm, its place and its cookie.</summary>
/// <param name="Realm">Whose people sign in.</param>
/// <param name="Root">Such as <c>/operator</c>.</param>
/// <param name="Name">What its people call it.</param>
internal sealed record Portal(Realm Realm, string Root, string Name)
{
    public static readonly Portal Operator = new(Realm.Operator, "/operator", "Back office");
    public static readonly Portal Dashboard = new(Realm.Merchant, "/dashboard", "Dashboard");

    /// <summary>Bound to the host and sent over https alone; a sandbox without https has the same without that.</summary>
    public string CookieOf(HttpRequest request) => request.IsHttps ? $"__Host-paypro{Root.Replace('/', '-')}" : $"paypro{Root.Replace('/', '-')}";
}

/// <summary>One request of somebody who has signed in.</summary>
internal sealed class Visit(Portal portal, HttpContext http, SignedIn who, string secret, bool isSandbox, IReadOnlyList<ScreenLink> links, long pageId)
{
    public HttpContext Http => http;

    public SignedIn Who => who;

    /// <summary>Of its portal.</summary>
    public string Root => portal.Root;

    /// <summary>What the cookie holds.</summary>
    public string Secret => secret;

    public Caller From => Visits.CallerOf(http) with { Form = Sent };

    public Actor By => who.By(From);

    /// <summary>The form as one that is carried out once; null where it came from no page.</summary>
    public SentForm? Sent { get; init; }

    /// <summary>The form that was sent; empty for a request that sends none.</summary>
    public required IFormCollection Form { get; init; }

    public string Field(string name) => Form[name].ToString().Trim();

    /// <summary>His views of the list that is asked for; null where it is no such list.</summary>
    public ListViews? Views { get; init; }

    /// <summary>The zone of the merchant whose screen it is; UTC where it is of none.</summary>
    public TimeZoneInfo MerchantZone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>The zone that the user has chosen, else the merchant's.</summary>
    public TimeZoneInfo Zone => who.User.Zone.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(who.User.Zone, out var own) ? own : MerchantZone;

    /// <summary>The reader's language.</summary>
    public ScreenTexts Texts { get; } = Visits.TextsOf(http, who.User.Language);

    public ScreenFrame Frame(string title, string? problem = null) => new(title, portal.Root)
    {
        Links = links, Path = http.Request.Path, User = who.User.Name, FormToken = Sessions.FormToken(secret), PageId = pageId, IsSandbox = isSandbox, Problem = problem,
        Texts = Texts, Zone = Zone, Theme = who.User.Theme, Views = Views,
        Done = problem is null ? Notice(http.Request.Query["done"]) : null,
    };

    public IResult Show<TContent>(string title, object? model = null, string? problem = null)
        where TContent : Microsoft.AspNetCore.Components.IComponent =>
        new ScreenAnswer<TContent>(Frame(title, problem), model, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);

    /// <summary>Goes to another screen, so that a reload repeats nothing.</summary>
    public static IResult GoTo(string path) => Results.Redirect(path, permanent: false, preserveMethod: false);

    private static string? Notice(string? done) => done switch
    {
        "saved" => "Saved.",
        "proposed" => "Proposed. Somebody else must approve it.",
        "stopped" => "Stopped.",
        "ended" => "Ended.",
        "resent" => "Asked for. It is sent in a moment.",
        "asked" => "Asked. What the rail said is below.",
        "carried" => "Decided. It is carried out in a moment.",
        "some" => "Done for some. The others could not be, or were solved already.",
        "file" => "Asked for. It is being written; load this page again to see how far it is.",
        "removed" => "Removed.",
        "mailed" => "Saved. The link was mailed.",
        _ => null,
    };
}

/// <summary>Lets in who has signed in and may do what the screen does; everybody else is told where to go.</summary>
internal sealed class Visits(Sessions sessions, StepUps stepUps, RateLimits limits, Installation installation, PayproOptions options, IdSource ids, AuditedStore store, SavedViews views, TimeProvider time)
{
    /// <summary>What somebody chose who has not signed in.</summary>
    public const string LanguageCookie = "paypro-language";

    private const int LongestForm = 64 * 1024;
    private const string FormType = "application/x-www-form-urlencoded";
    private const string FilesType = "multipart/form-data";
    private static readonly FormCollection NoForm = new(null);

    public static Caller CallerOf(HttpContext http) =>
        new(http.Connection.RemoteIpAddress?.ToString() ?? "", http.Request.Headers.UserAgent.ToString(), http.TraceIdentifier, http.Request.Cookies[DeviceCookieOf(http.Request)]);

    /// <summary>Names the browser, so that a sign-in from another one can be told.</summary>
    private static string DeviceCookieOf(HttpRequest request) => request.IsHttps ? "__Host-paypro-device" : "paypro-device";

    /// <summary>Answers a request of a screen.</summary>
    /// <param name="portal">Whose.</param>
    /// <param name="http">The request.</param>
    /// <param name="permission">What one must be allowed; null where signing in is enough.</param>
    /// <param name="links">The head of the screen, for who came.</param>
    /// <param name="answer">The screen.</param>
    /// <param name="stepUp">Whether it asks for a fresh factor whatever the permission says.</param>
    public async Task<IResult> LetInAsync(Portal portal, HttpContext http, string? permission, Func<SignedIn, IReadOnlyList<ScreenLink>> links, Func<Visit, Task<IResult>> answer, bool stepUp = false)
    {
        // Each look at a cookie that nobody has is a question to the database.
        if (limits.Page(CallerAddress.Of(http.Connection.RemoteIpAddress)) is > 0 and var wait)
        {
            http.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        var secret = http.Request.Cookies[portal.CookieOf(http.Request)];
        if (await sessions.FindAsync(portal.Realm, secret) is not { } who || secret is null)
        {
            return Visit.GoTo($"{portal.Root}/sign-in");
        }

        if (http.Request.Query.Any(q => q.Value.Any(HasNul)))
        {
            return new ScreenAnswer<Said>(new ScreenFrame("There is no such page", portal.Root), "Its address may have been typed wrong.", StatusCodes.Status404NotFound);
        }

        var form = NoForm as IFormCollection;
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            if (await ReadFormAsync(http) is not { } read || !Sessions.IsFormToken(secret, read["token"]))
            {
                return new ScreenAnswer<Said>(new ScreenFrame("This form is not from this page", portal.Root), http.Request.ContentLength > LimitOf(http) ? "What was sent is too large. Go back and choose a smaller file." : "Go back, load the page again and send the form once more.", StatusCodes.Status400BadRequest);
            }

            form = read;
        }

        var sent = SentForms.Read(http, who, form);
        var visit = new Visit(portal, http, who, secret, installation.IsSandbox, links(who), ids.Next()) { Form = form, Sent = sent, Views = await ViewsAsync(http, who) };
        if (permission is not null && who.May(permission) == Grant.None)
        {
            return new ScreenAnswer<Said>(visit.Frame("Your roles do not allow this"), $"It needs the permission {permission}. Whoever manages the users can give you a role that has it.", StatusCodes.Status403Forbidden);
        }

        if (sent is not null && await store.WasDoneAsync(sent))
        {
            return DoneBefore(visit);
        }

        // Only what changes or shows a secret asks for a fresh factor; looking at its screen does not.
        if (!HttpMethods.IsGet(http.Request.Method) && (stepUp || (permission is not null && Permissions.NeedsStepUp(permission))) && !IsFresh(who))
        {
            var (again, newSecret, problem) = await stepUps.TryAsync(portal, http, who, form);
            if (again is null)
            {
                return visit.Show<ConfirmForm>("Confirm that it is you", await stepUps.ModelAsync(portal, http, who, form), problem);
            }

            SetCookie(portal, http, newSecret);
            visit = new Visit(portal, http, again, newSecret, installation.IsSandbox, links(again), ids.Next()) { Form = form, Sent = sent };
        }

        try
        {
            return await answer(visit);
        }
        catch (FormSentTwiceException)
        {
            return DoneBefore(visit);
        }
    }

    private async Task<ListViews?> ViewsAsync(HttpContext http, SignedIn who) =>
        HttpMethods.IsGet(http.Request.Method) && await views.OfAsync(who, http.Request.Path, http.RequestAborted) is { } own
            ? new ListViews(http.Request.Path, SavedViews.QueryOf(http.Request.QueryString.ToString()) ?? "", own) : null;

    private static ScreenAnswer<Said> DoneBefore(Visit visit) =>
        new(visit.Frame("This was done already"), "The same form was sent before and carried out then. Nothing was done a second time.", StatusCodes.Status409Conflict);

    /// <summary>The language of a reader.</summary>
    /// <param name="http">His request.</param>
    /// <param name="own">What he has set; empty or null for nothing.</param>
    public static ScreenTexts TextsOf(HttpContext http, string? own) =>
        ScreenTexts.Choose(own is { Length: > 0 } ? own : http.Request.Cookies[LanguageCookie], http.Request.GetTypedHeaders().AcceptLanguage);

    /// <summary>A form of our own page; null when it is none.</summary>
    public async Task<IFormCollection?> ReadFormAsync(HttpContext http)
    {
        var request = http.Request;
        var files = http.GetEndpoint()?.Metadata.GetMetadata<UploadLimit>();
        if (request.ContentLength is not { } length || length > LimitOf(http) || !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !(type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase) || (files is not null && type.MediaType.Equals(FilesType, StringComparison.OrdinalIgnoreCase))) || !SameOrigin.Holds(request.Headers, $"{request.Scheme}://{request.Host}", options.PublicUrl))
        {
            return null;
        }

        try
        {
            // A file stays in memory: what is sealed later must not lie open in a temporary file first.
            var form = await request.ReadFormAsync(new FormOptions { MemoryBufferThreshold = (int)LimitOf(http) }, http.RequestAborted);

            return form.Any(f => f.Value.Any(HasNul)) ? null : form;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>No page sends it, and PostgreSQL refuses it with the whole statement.</summary>
    private static bool HasNul(string? text) => text?.Contains('\0', StringComparison.Ordinal) == true;

    private static long LimitOf(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<UploadLimit>()?.Bytes ?? LongestForm;

    /// <summary>Gives a browser its session, and a name when it has none.</summary>
    public static void SetCookie(Portal portal, HttpContext http, string secret)
    {
        http.Response.Cookies.Append(portal.CookieOf(http.Request), secret, CookieOf(null));
        var device = DeviceCookieOf(http.Request);
        http.Response.Cookies.Append(device, http.Request.Cookies[device] is { } known && KnownDevices.IsToken(known) ? known : KnownDevices.TokenOf(secret), CookieOf(TimeSpan.FromDays(400)));

        CookieOptions CookieOf(TimeSpan? keptFor) => new()
        {
            HttpOnly = true, Secure = http.Request.IsHttps, SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = keptFor,
        };
    }

    public static void DropCookie(Portal portal, HttpContext http) =>
        http.Response.Cookies.Delete(portal.CookieOf(http.Request), new CookieOptions { Secure = http.Request.IsHttps, Path = "/" });

    public bool IsFresh(SignedIn who) => time.NowMs() - who.FactorAtMs < (long)Sessions.StepUpGoodFor.TotalMilliseconds;
}
