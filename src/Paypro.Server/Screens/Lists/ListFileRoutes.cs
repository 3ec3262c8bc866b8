using Paypro.Server.Access;

namespace Paypro.Server.Screens.Lists;

/// <summary>Where the files of long lists are, in both portals.</summary>
internal static class ListFileRoutes
{
    /// <summary>Every screen, file and form: method, path, permission.</summary>
    public static IEnumerable<(string Method, string Path, string Permission, Func<Visit, Task<IResult>> Answer)> Of(Portal portal) =>
    [
        ("GET", PathOf(portal), Permissions.ListsExport, v => Files(v).ShowAsync(v)),
        ("GET", PathOf(portal) + "/{no:long}", Permissions.ListsExport, v => Files(v).FetchAsync(v)),
        ("POST", PathOf(portal) + "/remove", Permissions.ListsExport, v => Files(v).RemoveAsync(v)),
    ];

    public static ScreenLink LinkOf(Portal portal) => new(PathOf(portal), "Files of lists", "You");

    public static void AddListFiles(this IServiceCollection services)
    {
        services.AddSingleton<ListFiles>();
        services.AddSingleton<ListFileWork>();
    }

    private static string PathOf(Portal portal) => $"{portal.Root}/exports";

    private static ListFiles Files(Visit visit) => visit.Http.RequestServices.GetRequiredService<ListFiles>();
}
