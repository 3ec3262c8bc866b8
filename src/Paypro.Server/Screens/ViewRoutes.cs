using Paypro.Server.Access;

namespace Paypro.Server.Screens;

/// <summary>Saving and removing views of lists, in both portals.</summary>
internal static class ViewRoutes
{
    public static void MapViews(this IEndpointRouteBuilder app, Portal portal, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        app.MapPost($"{portal.Root}/views", (HttpContext http, Visits visits, SavedViews views) => visits.LetInAsync(portal, http, null, links, async visit =>
        {
            var (problem, address) = await views.SaveAsync(visit.Who, visit.From, portal.Root, visit.Field("list"), visit.Field("query"), visit.Field("name"));
            return problem is null ? Visit.GoTo(address) : new ScreenAnswer<Said>(visit.Frame("The view was not saved", problem), "Go back to the list.", StatusCodes.Status400BadRequest);
        }));
        app.MapPost($"{portal.Root}/views/remove", (HttpContext http, Visits visits, SavedViews views) => visits.LetInAsync(portal, http, null, links, async visit =>
            Visit.GoTo(await views.RemoveAsync(visit.Who, visit.From, visit.Field("view")) ?? portal.Root)));
    }
}
