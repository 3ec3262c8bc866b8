using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator.Pages;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

internal sealed record MerchantsModel(
    IReadOnlyList<MerchantView> Merchants, IReadOnlyDictionary<long, string> Businesses, IReadOnlyList<(string Code, string Name)> Countries, long? Next, bool MayEdit, string Find, string Country, string State);

/// <summary>One merchant on each of its screens.</summary>
/// <param name="Merchant">It.</param>
/// <param name="Business">The name of its business.</param>
/// <param name="Country">Its country.</param>
/// <param name="May">What the reader may do.</param>
internal record MerchantModel(MerchantView Merchant, string Business, Country Country, Func<string, bool> May);

internal sealed record MerchantOverview(MerchantModel Base, IReadOnlyList<AuditRow> Lines, int Unsettled) : MerchantModel(Base);

internal sealed record MerchantPapers(MerchantModel Base, IReadOnlyList<Paper> Papers) : MerchantModel(Base);

internal sealed record MerchantTerms(MerchantModel Base, IReadOnlyList<TermsRow> Terms, long NowMs) : MerchantModel(Base);

internal sealed record MerchantLimits(MerchantModel Base, IReadOnlyList<DailyLimitRow> Limits) : MerchantModel(Base);

internal sealed record MerchantAccess(MerchantModel Base, IReadOnlyList<UserRow> Owners, IReadOnlyList<KeyView> Keys, long NowMs, string? Link) : MerchantModel(Base);

internal sealed record MerchantConnected(MerchantModel Base, ConnectionView View) : MerchantModel(Base);

/// <summary>The back office's screens of merchants.</summary>
internal sealed class MerchantScreens(
    IContexts contexts, CountryCatalog countries, MerchantChanges merchants, LimitChanges limits, Papers papers, MerchantConnection connection, Proposals proposals, PayproOptions options, TimeProvider time)
{
    private const int PageSize = 50, MostLines = 200;

    public async Task<IResult> ListAsync(Visit visit, string? problem = null)
    {
        await using var context = contexts.Create();
        var query = visit.Http.Request.Query;
        var (after, find, country, state) = (OperatorScreens.Number(query["after"]) ?? 0, query["find"].ToString().Trim(), query["country"].ToString(), query["state"].ToString());
        var businesses = await context.Businesses.AsNoTracking().OrderBy(b => b.Name).Take(1000).ToDictionaryAsync(b => b.Id, b => b.Name);
        var rows = context.Merchants.AsNoTracking().Where(m => m.MerchantNo > after);
        rows = country.Length > 0 ? rows.Where(m => m.Country == country) : rows;
        var pattern = $"%{find.ToLowerInvariant().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
        rows = OperatorScreens.Number(find) is { } no ? rows.Where(m => m.MerchantNo == no)
            : find.Length > 0 ? rows.Where(m => EF.Functions.Like(m.Name.ToLower(), pattern, "\\") || context.Businesses.Any(b => b.Id == m.BusinessId && EF.Functions.Like(b.Name.ToLower(), pattern, "\\"))) : rows;
        rows = state switch
        {
            "papers" => rows.Where(m => m.Open && !m.Approved),
            "active" => rows.Where(m => m.Open && m.Approved && m.PayInsOpen && m.PayoutsOpen),
            "stopped" => rows.Where(m => m.Open && m.Approved && !(m.PayInsOpen && m.PayoutsOpen)),
            "closed" => rows.Where(m => !m.Open),
            _ => rows,
        };
        var page = await rows.OrderBy(m => m.MerchantNo).Take(PageSize + 1).ToListAsync();
        return visit.Show<MerchantsPage>("Merchants", new MerchantsModel(
            [.. page.Take(PageSize).Select(MerchantView.Of)], businesses, [.. countries.Countries.Select(c => (c.IsoCode, c.Name)).OrderBy(c => c.Name)],
            page.Count > PageSize ? page[PageSize - 1].MerchantNo : null, visit.Who.May(Permissions.MerchantsEdit) != Grant.None, find, country, state), problem);
    }

    public async Task<IResult> AddAsync(Visit visit)
    {
        var added = OperatorScreens.Number(visit.Field("business")) is { } businessId
            ? await merchants.AddMerchantAsync(visit.By, businessId, visit.Field("country"), visit.Field("name"), Answer<MerchantView>.Unkept)
            : await merchants.AddWithBusinessAsync(visit.By, visit.Field("businessName"), visit.Field("country"), visit.Field("name"));
        return added.Value is { } merchant ? Visit.GoTo($"/operator/merchants/{merchant.MerchantNo}?done=saved") : await ListAsync(visit, added.Problem);
    }

    public Task<IResult> OverviewAsync(Visit visit, string? problem = null) => ShowAsync<MerchantPage>(visit, problem, async (context, merchant) =>
    {
        var (no, bucket) = (merchant.Merchant.MerchantNo, BucketOf(merchant));
        var subject = MerchantChanges.SubjectOf(no);
        var lines = await context.Audit.AsNoTracking().Where(a => a.Chain == bucket && (a.Subject == subject || a.Subject.StartsWith(subject + "/"))).OrderByDescending(a => a.No).Take(20).ToListAsync();
        return new MerchantOverview(merchant, lines, (await papers.ListAsync(context, no, merchant.Country.IsoCode)).Count(p => !p.IsSettled));
    });

    public async Task<IResult> StopAsync(Visit visit)
    {
        var stopped = await merchants.StopAsync(visit.By, NoOf(visit), visit.Field("what") != "payouts", visit.Field("what") != "payIns", visit.Field("reason"), null, Answer<MerchantView>.Unkept);
        return stopped.Problem is null ? Visit.GoTo($"{PathOf(visit)}?done=stopped") : await OverviewAsync(visit, stopped.Problem);
    }

    public Task<IResult> ReopenAsync(Visit visit) =>
        ProposeAsync(visit, Permissions.MerchantsReopen, MerchantReopen.Name, Subject(visit), new ReopenWish(visit.Field("what") != "payouts", visit.Field("what") != "payIns"), "", OverviewAsync);

    public Task<IResult> ApproveAsync(Visit visit) => ProposeAsync(visit, Permissions.KybDecide, MerchantApproval.Name, Subject(visit), new { }, "", OverviewAsync);

    public Task<IResult> CloseAsync(Visit visit) => ProposeAsync(visit, Permissions.MerchantsClose, MerchantClose.Name, Subject(visit), new { }, "", OverviewAsync);

    public Task<IResult> PapersAsync(Visit visit, string? problem = null) =>
        ShowAsync<MerchantPapersPage>(visit, problem, async (context, merchant) => new MerchantPapers(merchant, await papers.ListAsync(context, merchant.Merchant.MerchantNo, merchant.Country.IsoCode)));

    public async Task<IResult> DecidePaperAsync(Visit visit)
    {
        _ = Enum.TryParse<PaperState>(visit.Field("state"), out var state);
        var problem = await papers.DecideAsync(visit.By, NoOf(visit), visit.Field("paper"), state, visit.Field("note"));
        return problem is null ? Visit.GoTo($"{PathOf(visit)}/papers?done=saved") : await PapersAsync(visit, problem);
    }

    public async Task<IResult> AddFileAsync(Visit visit)
    {
        var problem = await UploadedFile.ReadAsync(visit.Form.Files) is { } file
            ? await papers.AddFileAsync(visit.By, NoOf(visit), visit.Field("paper"), file.Name, file.Content)
            : "Choose a file.";
        return problem is null ? Visit.GoTo($"{PathOf(visit)}/papers?done=saved") : await PapersAsync(visit, problem);
    }

    public async Task<IResult> FileAsync(Visit visit) => OperatorScreens.Number(visit.Field("file")) is { } id && await papers.ReadAsync(visit.By, NoOf(visit), id) is var (name, type, content)
        ? new DownloadAnswer(name, type, content)
        : await PapersAsync(visit, "This file cannot be opened.");

    public Task<IResult> TermsAsync(Visit visit, string? problem = null) => ShowAsync<MerchantTermsPage>(visit, problem, async (context, merchant) =>
    {
        var (no, country) = (merchant.Merchant.MerchantNo, merchant.Country.IsoCode);
        return new MerchantTerms(
            merchant, await context.Terms.AsNoTracking().Where(t => t.MerchantNo == no || (t.MerchantNo == 0 && t.Country == country)).OrderByDescending(t => t.Id).Take(MostLines).ToListAsync(), time.NowMs());
    });

    public async Task<IResult> AddTermsAsync(Visit visit)
    {
        if (await CountryOfAsync(NoOf(visit)) is not { } country)
        {
            return NotThere(visit);
        }

        var (wish, problem) = TermsForm.Read(visit, NoOf(visit), country);
        return wish is null ? await TermsAsync(visit, problem) : await ProposeAsync(visit, Permissions.TermsEdit, TermsChange.Name, wish.Subject, wish, "/terms", TermsAsync);
    }

    public Task<IResult> LimitsAsync(Visit visit, string? problem = null) => ShowAsync<MerchantLimitsPage>(visit, problem, async (context, merchant) =>
    {
        var no = merchant.Merchant.MerchantNo;
        return new MerchantLimits(merchant, await context.DailyLimits.AsNoTracking().Where(l => l.MerchantNo == no).OrderBy(l => l.Direction).ThenBy(l => l.Way).ToListAsync());
    });

    public async Task<IResult> LowerLimitAsync(Visit visit)
    {
        var (wish, failed) = await LimitOfAsync(visit);
        if (wish is null)
        {
            return failed!;
        }

        var lowered = await limits.LowerAsync(visit.By, NoOf(visit), wish, visit.Field("reason"), Answer<LimitView>.Unkept);
        return lowered.Problem is null ? Visit.GoTo($"{PathOf(visit)}/limits?done=saved") : await LimitsAsync(visit, lowered.Problem);
    }

    public async Task<IResult> RaiseLimitAsync(Visit visit)
    {
        var (wish, failed) = await LimitOfAsync(visit);
        return wish is null ? failed! : await ProposeAsync(visit, Permissions.TermsEdit, LimitRaise.Name, LimitRaise.SubjectOf(NoOf(visit), wish), wish, "/limits", LimitsAsync);
    }

    public Task<IResult> AccessAsync(Visit visit, string? problem = null, string? link = null) => ShowAsync<MerchantAccessPage>(visit, problem, async (context, merchant) =>
    {
        var (no, businessId) = (merchant.Merchant.MerchantNo, merchant.Merchant.BusinessId);
        var owners = await context.Memberships.Where(m => m.BusinessId == businessId && m.Role == Role.Owner).Join(context.Users, m => m.UserId, u => u.Id, (_, u) => u).AsNoTracking().ToListAsync();
        var keys = await context.MerchantKeys.AsNoTracking().Where(k => k.MerchantNo == no).OrderByDescending(k => k.ValidFromMs).Take(MostLines).ToListAsync();
        return new MerchantAccess(merchant, owners, [.. keys.Select(KeyView.Of)], time.NowMs(), link);
    });

    public async Task<IResult> InviteOwnerAsync(Visit visit)
    {
        var no = NoOf(visit);
        await using var context = contexts.Create();
        var businessId = await context.Merchants.Where(m => m.MerchantNo == no).Select(m => (long?)m.BusinessId).SingleOrDefaultAsync();
        var invited = await merchants.InviteOwnerAsync(visit.By, businessId ?? 0, visit.Field("email"));
        return await AccessAsync(visit, invited.Problem, invited.Value is { Length: > 0 } secret ? OperatorScreens.LinkOf(options, visit.Http.Request, Portal.Dashboard, secret) : null);
    }

    public async Task<IResult> EndKeyAsync(Visit visit)
    {
        var ended = await merchants.EndKeyAsync(visit.By, NoOf(visit), OperatorScreens.Number(visit.Field("key")) ?? 0, visit.Field("reason"), Answer<KeyView>.Unkept);
        return ended.Problem is null ? Visit.GoTo($"{PathOf(visit)}/access?done=ended") : await AccessAsync(visit, ended.Problem);
    }

    public Task<IResult> ConnectionAsync(Visit visit, string? problem = null) =>
        ShowAsync<MerchantConnectionPage>(visit, problem, async (context, merchant) => new MerchantConnected(merchant, (await MerchantConnection.ReadAsync(context, merchant.Merchant.MerchantNo))!));

    public async Task<IResult> TakeAsync(Visit visit)
    {
        if (!Enum.TryParse<TakenPart>(visit.Field("what"), out var what))
        {
            return await ConnectionAsync(visit, "Choose what is taken away.");
        }

        var taken = await connection.TakeAsync(visit.By, NoOf(visit), new TakeWish(what, visit.Field("network"), visit.Field("reason")), Answer<ConnectionView>.Unkept);
        return taken.Problem is null ? Visit.GoTo($"{PathOf(visit)}/connection?done=stopped") : await ConnectionAsync(visit, taken.Problem);
    }

    private async Task<IResult> ShowAsync<TPage>(Visit visit, string? problem, Func<PayproContext, MerchantModel, Task<MerchantModel>> read)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        var no = NoOf(visit);
        await using var context = contexts.Create();
        if (await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == no) is not { } row || countries.FindCountry(row.Country) is not { } country)
        {
            return NotThere(visit);
        }

        visit.MerchantZone = country.TimeZone;
        var business = await context.Businesses.Where(b => b.Id == row.BusinessId).Select(b => b.Name).SingleOrDefaultAsync() ?? "";
        var model = await read(context, new MerchantModel(MerchantView.Of(row), business, country, p => visit.Who.May(p) != Grant.None));
        return new ScreenAnswer<TPage>(visit.Frame(row.Name, problem) with { TitleIsName = true }, model, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    private async Task<IResult> ProposeAsync<TChange>(Visit visit, string permission, string kind, string subject, TChange change, string screen, Func<Visit, string?, Task<IResult>> again)
    {
        var result = await proposals.ProposeAsync(visit.By, visit.Who.May(permission), kind, subject, JsonSerializer.Serialize(change, OperatorJson.Options), visit.Field("reason"));
        return result.Problem is { } problem ? await again(visit, problem)
            : Visit.GoTo(result.State == ProposalState.Open ? "/operator/proposals?done=proposed" : $"{PathOf(visit)}{screen}?done=saved");
    }

    private async Task<(LimitWish? Wish, IResult? Failed)> LimitOfAsync(Visit visit)
    {
        if (await CountryOfAsync(NoOf(visit)) is not { } country)
        {
            return (null, NotThere(visit));
        }

        var (scope, typed) = (visit.Field("scope").Split('/', 2), visit.Field("amount"));
        var amount = typed.Length == 0 ? null : TypedNumbers.Amount(typed, country.Currency);
        return scope.Length != 2 || !Enum.TryParse<Direction>(scope[0], out var direction) ? (null, await LimitsAsync(visit, "Choose what is limited."))
            : typed.Length > 0 && amount is null ? (null, await LimitsAsync(visit, "Write the amount in digits, such as 1500 or 1500.50."))
            : (new LimitWish(direction, scope[1], amount), null);
    }

    private async Task<Country?> CountryOfAsync(long merchantNo)
    {
        await using var context = contexts.Create();
        return await context.Merchants.Where(m => m.MerchantNo == merchantNo).Select(m => m.Country).SingleOrDefaultAsync() is { } code ? countries.FindCountry(code) : null;
    }

    private static ScreenAnswer<Said> NotThere(Visit visit) => new(visit.Frame("There is no such merchant"), "Its number may have been typed wrong.", StatusCodes.Status404NotFound);

    private static short BucketOf(MerchantModel merchant) => Buckets.Of(merchant.Merchant.MerchantNo.ToString(CultureInfo.InvariantCulture));

    private static string Subject(Visit visit) => MerchantChanges.SubjectOf(NoOf(visit));

    private static string PathOf(Visit visit) => string.Create(CultureInfo.InvariantCulture, $"/operator/merchants/{NoOf(visit)}");

    private static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
}
