using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.SelfService.Pages;
using Paypro.Server.Storage;

namespace Paypro.Server.SelfService;

/// <param name="Countries">What can be chosen.</param>
/// <param name="Email">As it was typed.</param>
/// <param name="Name">As it was typed.</param>
/// <param name="Chosen">As they were chosen.</param>
internal sealed record SignUpModel(IReadOnlyList<(string Code, string Name)> Countries, string Email, string Name, IReadOnlyCollection<string> Chosen);

/// <summary>Signing up in a sandbox, and the walk to the first notification.</summary>
internal static class StartRoutes
{
    /// <summary>What the walk needs; a test walks through it with every role.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission)> All =
        [("GET", "/dashboard/start", Permissions.KeysReveal), ("POST", "/dashboard/start", Permissions.KeysReveal)];

    public static void MapStart(this IEndpointRouteBuilder app, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        app.MapGet("/dashboard/sign-up", (CountryCatalog countries) => SignUpForm(countries, "", "", [], null));
        app.MapPost("/dashboard/sign-up", SignUpAsync);
        foreach (var (method, path, permission) in All)
        {
            app.MapMethods(path, [method], (HttpContext http, Visits visits, FirstPayment first, IContexts contexts) => visits.LetInAsync(Portal.Dashboard, http, permission, links, async visit =>
            {
                var own = await OwnAsync(contexts, visit.Who, permission);
                var typed = visit.Form["no"].ToString() is { Length: > 0 } sent ? sent : http.Request.Query["no"].ToString();
                if ((typed.Length == 0 ? own.FirstOrDefault() : own.FirstOrDefault(m => m.MerchantNo.ToString(CultureInfo.InvariantCulture) == typed)) is not { } merchant)
                {
                    return new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "It is not one of your business.", StatusCodes.Status404NotFound);
                }

                if (method == "GET")
                {
                    return visit.Show<StartPage>("Your first payment", await first.ReadAsync(merchant, own));
                }

                return await first.PayAsync(merchant, http.RequestAborted) is { } problem
                    ? visit.Show<StartPage>("Your first payment", await first.ReadAsync(merchant, own), problem)
                    : Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"/dashboard/start?no={merchant.MerchantNo}"));
            }));
        }
    }

    private static async Task<IResult> SignUpAsync(HttpContext http, SignUp signUp, Visits visits, RateLimits limits, CountryCatalog countries)
    {
        if (limits.SignIn(CallerAddress.Of(http.Connection.RemoteIpAddress)) > 0)
        {
            return SignUpForm(countries, "", "", [], "There were too many tries from your address. Wait a minute.", StatusCodes.Status429TooManyRequests);
        }

        if (await visits.ReadFormAsync(http) is not { } form)
        {
            return SignUpForm(countries, "", "", [], "This form is not from this page. Load it again.", StatusCodes.Status400BadRequest);
        }

        var (email, name, chosen) = (form["email"].ToString(), form["name"].ToString(), form["country"].OfType<string>().ToList());
        var (problem, secret) = await signUp.RunAsync(email, name, chosen, Visits.CallerOf(http));
        return secret is null ? SignUpForm(countries, email, name, chosen, problem, StatusCodes.Status400BadRequest) : Visit.GoTo($"/dashboard/welcome/{secret}");
    }

    private static async Task<List<MerchantRow>> OwnAsync(IContexts contexts, SignedIn who, string permission)
    {
        var held = who.Memberships.Where(m => Permissions.Of(m.Role, permission) != Grant.None).ToList();
        var businesses = held.Select(m => m.BusinessId).Distinct().ToList();
        await using var context = contexts.Create();
        var rows = await context.Merchants.AsNoTracking().Where(m => businesses.Contains(m.BusinessId)).OrderBy(m => m.MerchantNo).Take(100).ToListAsync();
        return [.. rows.Where(r => held.Any(m => m.BusinessId == r.BusinessId && (m.MerchantNo == 0 || m.MerchantNo == r.MerchantNo)))];
    }

    private static ScreenAnswer<SignUpPage> SignUpForm(CountryCatalog countries, string email, string name, IReadOnlyCollection<string> chosen, string? problem, int status = StatusCodes.Status200OK) => new(
        new ScreenFrame("Begin in the sandbox", "/dashboard") { IsSandbox = true, Problem = problem },
        new SignUpModel([.. countries.Countries.Select(c => (c.IsoCode, c.Name)).OrderBy(c => c.Name, StringComparer.Ordinal)], email, name, chosen), status);
}
