using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Developers;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Merchants;
using Paypro.Server.Screens;

namespace Paypro.Server.Dashboard.Papers;

/// <param name="Place">Whose.</param>
/// <param name="Papers">What its country asks for.</param>
internal sealed record OwnPapersModel(OwnPlace Place, IReadOnlyList<Paper> Papers);

/// <summary>The papers of a merchant, for its own people: what is wanted, what was said of it, and where a file is added.</summary>
internal sealed class PaperScreens(Merchants.Papers papers, OwnPlaces places)
{
    private const string Root = "/dashboard/papers";
    private const long LongestForm = Merchants.Papers.MostBytes + 65536;

    /// <summary>Every screen and form: method, path, permission. A test walks through them with every role.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<PaperScreens, Visit, OwnPlace, Task<IResult>> Answer)> All =
    [
        ("GET", Root + "/{no:long}", Permissions.PapersEdit, (s, v, p) => s.ShowAsync(v, p)),
        ("POST", Root + "/{no:long}", Permissions.PapersEdit, (s, v, p) => s.AddAsync(v, p)),
    ];

    public static void Map(IEndpointRouteBuilder app, Func<SignedIn, IReadOnlyList<ScreenLink>> links)
    {
        foreach (var (method, path, permission, answer) in All)
        {
            app.MapMethods(path, [method], (HttpContext http, Visits visits, PaperScreens screens) => visits.LetInAsync(Portal.Dashboard, http, permission, links, async visit =>
                await screens.PlaceAsync(visit, permission) is { } place ? await answer(screens, visit, place) : OwnPlaces.None(visit))).WithMetadata(new UploadLimit(LongestForm));
        }

        app.MapGet(Root, (HttpContext http, Visits visits, OwnMerchants own) => visits.LetInAsync(Portal.Dashboard, http, Permissions.PapersEdit, links, async visit =>
            await own.OfAsync(visit.Who, Permissions.PapersEdit) is [var first, ..] ? Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"{Root}/{first.No}")) : OwnPlaces.None(visit)));
    }

    private async Task<IResult> ShowAsync(Visit visit, OwnPlace place, string? problem = null) => visit.Show<OwnPapersPage>("Papers", new OwnPapersModel(place, await papers.ListAsync(place.No)), problem);

    private async Task<IResult> AddAsync(Visit visit, OwnPlace place)
    {
        var problem = await UploadedFile.ReadAsync(visit.Form.Files) is { } file
            ? await papers.AddFileAsync(visit.By, place.No, visit.Field("paper"), file.Name, file.Content)
            : "Choose a file.";
        return problem is null ? Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"{Root}/{place.No}?done=saved")) : await ShowAsync(visit, place, problem);
    }

    private Task<OwnPlace?> PlaceAsync(Visit visit, string permission) =>
        places.FindAsync(visit, long.Parse((string)visit.Http.Request.RouteValues["no"]!, NumberStyles.None, CultureInfo.InvariantCulture), permission);
}
