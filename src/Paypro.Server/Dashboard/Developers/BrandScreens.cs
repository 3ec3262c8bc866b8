using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Checkout;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Merchants;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <param name="Place">Whose.</param>
/// <param name="Colour">As it is stored, or was typed.</param>
/// <param name="Support">The same.</param>
/// <param name="LogoFile">The stored logo; empty for none.</param>
/// <param name="Languages">The languages of the payment page in the country.</param>
internal sealed record BrandModel(OwnPlace Place, string Colour, string Support, string LogoFile, IReadOnlyList<(string Tag, string Name)> Languages);

/// <summary>How a merchant's payment page looks, beside a preview of it.</summary>
internal sealed class BrandScreens(IContexts contexts, AuditedStore store, SamplePreview preview)
{
    public async Task<IResult> ShowAsync(Visit visit, OwnPlace place, string? problem = null, string? colour = null, string? support = null)
    {
        var row = await FindAsync(place.No);
        var model = new BrandModel(place, colour ?? row.Colour, support ?? row.Support, row.LogoFile, SamplePreview.LanguagesOf(place.Country));
        return new ScreenAnswer<BrandPage>(visit.Frame("Brand", problem) with { ShowsFrames = true }, model, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    public async Task<IResult> SaveAsync(Visit visit, OwnPlace place)
    {
        var (colour, support) = (visit.Field("colour"), visit.Field("support"));
        var file = visit.Form.Files["logo"];
        var logo = file is { Length: > 0 } ? await ReadAsync(file) : null;
        var problem = await store.ConfigureAsync<string?>(async (context, trail) =>
        {
            var row = await context.MerchantBrands.SingleOrDefaultAsync(b => b.MerchantNo == place.No);
            var isNew = row is null;
            row ??= new MerchantBrandRow { MerchantNo = place.No };
            var before = new { row.Colour, row.Support, row.LogoFile };
            if (Brand.Set(row, colour, support, visit.Field("noLogo").Length > 0 ? [] : logo ?? row.Logo) is { } wrong)
            {
                return wrong;
            }

            if (isNew)
            {
                context.MerchantBrands.Add(row);
            }

            trail.Add(visit.By, "brand.set", Connection.SubjectOf(place.No), before, new { row.Colour, row.Support, row.LogoFile }, chain: place.Merchant.Bucket);
            return null;
        });
        return problem is null ? Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"/dashboard/brand/{place.No}?done=saved")) : await ShowAsync(visit, place, problem, colour, support);
    }

    /// <summary>A sample page with what is typed and not saved yet. What cannot be set is shown as if it were not there.</summary>
    public async Task<IResult> PreviewAsync(Visit visit, OwnPlace place)
    {
        var (query, row) = (visit.Http.Request.Query, await FindAsync(place.No));
        var draft = new MerchantBrandRow();
        foreach (var (colour, support) in ((string, string)[])[(query["colour"].ToString(), query["support"].ToString()), (query["colour"].ToString(), ""), ("", query["support"].ToString())])
        {
            if (Brand.Set(draft, colour, support, []) is null)
            {
                break;
            }
        }

        return preview.Paint(place.No, new Brand(draft.Colour, draft.Support, row.LogoFile), query["lang"].ToString()) is { } page
            ? page
            : new ScreenAnswer<Said>(visit.Frame("There is no preview"), "The merchant is not open at present.", StatusCodes.Status404NotFound);
    }

    private async Task<MerchantBrandRow> FindAsync(long merchantNo)
    {
        await using var context = contexts.Create();
        return await context.MerchantBrands.AsNoTracking().SingleOrDefaultAsync(b => b.MerchantNo == merchantNo) ?? new MerchantBrandRow { MerchantNo = merchantNo };
    }

    /// <summary>One byte more than allowed tells that it is too long.</summary>
    private static async Task<byte[]> ReadAsync(IFormFile file)
    {
        await using var stream = file.OpenReadStream();
        var bytes = new byte[Brand.LogoAtMostBytes + 1];
        var length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes[..length];
    }
}
