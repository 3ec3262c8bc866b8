using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Merchants;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Blocking;

/// <param name="Entries">A page of the merchant's own, the newest first.</param>
/// <param name="Next">Before which entry the next page begins; null on the last.</param>
/// <param name="Found">The own entries of a value that was looked up; null while none was.</param>
/// <param name="Open">Proposals to take one off that wait for a second person.</param>
/// <param name="Reader">Who looks.</param>
internal sealed record OwnBlockModel(OwnMoney Place, IReadOnlyList<BlockEntryRow> Entries, long? Next, IReadOnlyList<BlockEntryRow>? Found, IReadOnlyList<ProposalRow> Open, long Reader);

/// <summary>
/// The block list that a merchant keeps for itself. Adding takes away and is done at once; taking one off gives and needs a second person. What the operator has listed is
/// shown to nobody here.
/// </summary>
internal sealed class OwnBlockScreen(OwnMerchants merchants, BlockEntries entries, AuditedStore store, Proposals proposals, IContexts contexts)
{
    public const string Root = "/dashboard/block-list";
    private const string Title = "Block list", Choose = "Choose what the values are.";
    private const int PageSize = 50, MostOpen = 200;

    public Task<IResult> ShowAsync(Visit visit) => ShowAsync(visit, null, null);

    public Task<IResult> AddAsync(Visit visit) => DoAsync(visit, async merchant =>
    {
        if (KindOf(visit) is not { } kind)
        {
            return (Choose, "");
        }

        var values = visit.Field("values").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var reason = visit.Field("reason");
        if ((entries.Read(merchant.Country.IsoCode, kind, values, out var hashes) ?? BlockEntries.ProblemOf(reason)) is { } problem)
        {
            return (problem, "");
        }

        var refused = await store.ConfigureAsync(async (context, trail) =>
        {
            var (added, known, full) = await entries.AddAsync(context, new BlockEntryRow { MerchantNo = merchant.No, IsOwn = true, Country = merchant.Country.IsoCode, Kind = kind, Reason = reason, MadeBy = visit.By.Text }, hashes);
            if (full is null)
            {
                trail.Add(visit.By, "blocklist.own-add", SubjectOf(merchant.No), after: new { kind, added, known }, reason: reason, chain: merchant.Row.Bucket);
            }

            return full;
        });
        return (refused, "saved");
    });

    /// <summary>A form, so that what is looked for stands in no address.</summary>
    public async Task<IResult> FindAsync(Visit visit)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.OwnBlockListEdit);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        if (KindOf(visit) is not { } kind)
        {
            return await ShowAsync(visit, Choose, null);
        }

        if (entries.Read(merchant.Country.IsoCode, kind, [visit.Field("value")], out var hashes) is { } problem)
        {
            return await ShowAsync(visit, problem, null);
        }

        await using var context = contexts.Create();
        return await ShowAsync(visit, null, await context.BlockEntries.AsNoTracking().Where(b => b.MerchantNo == merchant.No && b.IsOwn && hashes.Contains(b.Hash)).OrderBy(b => b.Id).Take(PageSize).ToListAsync());
    }

    public Task<IResult> RemoveAsync(Visit visit) => DoAsync(visit, async merchant =>
    {
        var subject = OwnBlockRemoval.SubjectOf(merchant.No, NumberOf(visit, "entry"));
        await using var context = contexts.Create();
        if (await OwnBlockRemoval.FindAsync(context, subject) is not { } row)
        {
            return ("entry: there is no such entry", "");
        }

        var proposed = await proposals.ProposeAsync(
            visit.By, OwnMoney.GrantOf(visit, merchant, Permissions.OwnBlockListEdit), OwnBlockRemoval.Name, subject, JsonSerializer.Serialize(Described(row), AccessJson.Options), visit.Field("reason"),
            businessId: merchant.Row.BusinessId);
        return (proposed.Problem, "proposed");
    });

    public Task<IResult> DecideAsync(Visit visit) => DoAsync(visit, async merchant =>
    {
        var id = NumberOf(visit, "proposal");
        // Of this merchant number alone: who decides may have no right at another one of the business.
        if (await proposals.FindAsync(id) is not { Kind: OwnBlockRemoval.Name } found || found.BusinessId != merchant.Row.BusinessId || !found.Subject.StartsWith(OwnBlockRemoval.Prefix(merchant.No), StringComparison.Ordinal))
        {
            return ("proposal: there is no such proposal", "");
        }

        var decided = visit.Field("do") == "takeBack"
            ? await proposals.TakeBackAsync(visit.By, id)
            : await proposals.DecideAsync(visit.By, [.. OwnMerchants.RolesFor(visit.Who, merchant.Row.BusinessId, merchant.No)], visit.Who.User.RaisedAtMs, id, visit.Field("do") == "approve", visit.Field("reason"), merchant.Row.BusinessId);
        return (decided.Problem, "saved");
    });

    public static string SubjectOf(long merchantNo) => string.Create(CultureInfo.InvariantCulture, $"merchant:{merchantNo}");

    /// <summary>An entry as the log and a proposal hold it: nobody keeps what it was made of.</summary>
    public static object Described(BlockEntryRow row) => new { entry = row.Id, kind = row.Kind, row.Reason, row.MadeBy, row.MadeAtMs };

    private async Task<IResult> ShowAsync(Visit visit, string? problem, IReadOnlyList<BlockEntryRow>? found)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.OwnBlockListEdit);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var before = long.TryParse(visit.Http.Request.Query["before"], NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : long.MaxValue;
        var (no, businessId, own) = (merchant.No, merchant.Row.BusinessId, OwnBlockRemoval.Prefix(merchant.No));
        await using var context = contexts.Create();
        var rows = await context.BlockEntries.AsNoTracking().Where(b => b.MerchantNo == no && b.IsOwn && b.Id < before).OrderByDescending(b => b.Id).Take(PageSize + 1).ToListAsync();
        var open = await context.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open && p.BusinessId == businessId && p.Kind == OwnBlockRemoval.Name).OrderBy(p => p.Id).Take(MostOpen).ToListAsync();
        return visit.Show<OwnBlockPage>(Title, new OwnBlockModel(place, [.. rows.Take(PageSize)], rows.Count > PageSize ? rows[PageSize - 1].Id : null, found, [.. open.Where(p => p.Subject.StartsWith(own, StringComparison.Ordinal))], visit.Who.User.Id), problem);
    }

    private async Task<IResult> DoAsync(Visit visit, Func<OwnMerchant, Task<(string? Problem, string Done)>> act)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.OwnBlockListEdit);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var (problem, done) = await act(merchant);
        return problem is not null ? await ShowAsync(visit, problem, null) : Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"{Root}?merchant={merchant.No}&done={done}"));
    }

    private static MarkKind? KindOf(Visit visit) => Enum.TryParse<MarkKind>(visit.Field("kind"), out var kind) && Enum.IsDefined(kind) ? kind : null;

    private static long NumberOf(Visit visit, string field) => long.TryParse(visit.Field(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
