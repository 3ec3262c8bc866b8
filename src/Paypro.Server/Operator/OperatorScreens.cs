using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Operator.Pages;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

internal sealed record MerchantsModel(IReadOnlyList<MerchantView> Merchants, IReadOnlyDictionary<long, string> Businesses, IReadOnlyList<(string Code, string Name)> Countries, long? Next, bool MayEdit);

internal sealed record MerchantModel(
    MerchantView Merchant, string Business, IReadOnlyList<UserRow> Owners, IReadOnlyList<KeyView> Keys, IReadOnlyList<TermsRow> Terms, Currency Currency, long NowMs, string? Link)
{
    public string Amount(long minor) => AmountText.Fixed(minor, Currency, Currency.MinorDigits);
}

internal sealed record UsersModel(IReadOnlyList<UserRow> Users, ILookup<long, string> Roles, string? Link);

internal sealed record TokensModel(IReadOnlyList<OperatorTokenRow> Tokens, IReadOnlyList<string> Grantable, string? Secret);

internal sealed record ProposalsModel(IReadOnlyList<ProposalRow> Proposals, long Own);

internal sealed record AuditModel(IReadOnlyList<AuditRow> Lines, string Actor, string Action, string Subject);

/// <summary>The screens of the back office.</summary>
internal sealed class OperatorScreens(
    IContexts contexts, CountryCatalog countries, MerchantChanges merchants, Users users, OperatorTokens tokens, Proposals proposals, PayproOptions options, TimeProvider time)
{
    private const int PageSize = 50, MostLines = 200;

    private static readonly string[] TermsFields = ["basisPoints", "fixedMinor", "taxBasisPoints", "settlementDays"];

    public async Task<IResult> MerchantsAsync(Visit visit, string? problem = null)
    {
        await using var context = contexts.Create();
        var after = Number(visit.Http.Request.Query["after"]) ?? 0;
        var rows = await context.Merchants.AsNoTracking().Where(m => m.MerchantNo > after).OrderBy(m => m.MerchantNo).Take(PageSize + 1).ToListAsync();
        var businesses = await context.Businesses.AsNoTracking().OrderBy(b => b.Name).Take(1000).ToDictionaryAsync(b => b.Id, b => b.Name);
        return visit.Show<MerchantsPage>("Merchants", new MerchantsModel(
            [.. rows.Take(PageSize).Select(MerchantView.Of)], businesses, [.. countries.Countries.Select(c => (c.IsoCode, c.Name)).OrderBy(c => c.Name)],
            rows.Count > PageSize ? rows[PageSize - 1].MerchantNo : null, visit.Who.May(Permissions.MerchantsEdit) != Grant.None), problem);
    }

    public async Task<IResult> AddMerchantAsync(Visit visit)
    {
        var businessId = Number(visit.Field("business"));
        if (businessId is null)
        {
            var business = await merchants.AddBusinessAsync(visit.By, visit.Field("businessName"), Answer<BusinessView>.Unkept);
            if (business.Value is null)
            {
                return await MerchantsAsync(visit, "Choose a business, or name a new one.");
            }

            businessId = business.Value.Id;
        }

        var added = await merchants.AddMerchantAsync(visit.By, businessId.Value, visit.Field("country"), visit.Field("name"), Answer<MerchantView>.Unkept);
        return added.Value is { } merchant ? Visit.GoTo($"/operator/merchants/{merchant.MerchantNo}?done=saved") : await MerchantsAsync(visit, added.Problem);
    }

    public async Task<IResult> MerchantAsync(Visit visit, long merchantNo, string? problem = null, string? link = null)
    {
        await using var context = contexts.Create();
        if (await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == merchantNo) is not { } row || countries.FindCountry(row.Country) is not { } country)
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "Its number may have been typed wrong.", StatusCodes.Status404NotFound);
        }

        var owners = await context.Memberships.Where(m => m.BusinessId == row.BusinessId && m.Role == Role.Owner).Join(context.Users, m => m.UserId, u => u.Id, (_, u) => u).AsNoTracking().ToListAsync();
        var keys = await context.MerchantKeys.AsNoTracking().Where(k => k.MerchantNo == merchantNo).OrderByDescending(k => k.ValidFromMs).Take(MostLines).ToListAsync();
        var terms = await context.Terms.AsNoTracking().Where(t => t.MerchantNo == merchantNo || (t.MerchantNo == 0 && t.Country == row.Country)).OrderByDescending(t => t.Id).Take(MostLines).ToListAsync();
        var business = await context.Businesses.Where(b => b.Id == row.BusinessId).Select(b => b.Name).SingleOrDefaultAsync() ?? "";
        return visit.Show<MerchantPage>(
            row.Name, new MerchantModel(MerchantView.Of(row), business, owners, [.. keys.Select(KeyView.Of)], terms, country.Currency, time.NowMs(), link), problem);
    }

    public async Task<IResult> StopAsync(Visit visit, long merchantNo)
    {
        var stopped = await merchants.StopAsync(visit.By, merchantNo, PayInsOf(visit), PayoutsOf(visit), visit.Field("reason"), null, Answer<MerchantView>.Unkept);
        return stopped.Problem is null ? Visit.GoTo($"/operator/merchants/{merchantNo}?done=stopped") : await MerchantAsync(visit, merchantNo, stopped.Problem);
    }

    public async Task<IResult> ReopenAsync(Visit visit, long merchantNo) => await ProposedAsync(visit, merchantNo, await proposals.ProposeAsync(
        visit.By, visit.Who.May(Permissions.MerchantsReopen), MerchantReopen.Name, MerchantChanges.SubjectOf(merchantNo),
        JsonSerializer.Serialize(new ReopenWish(PayInsOf(visit), PayoutsOf(visit)), OperatorJson.Options), visit.Field("reason")));

    public async Task<IResult> InviteOwnerAsync(Visit visit, long merchantNo)
    {
        await using var context = contexts.Create();
        var businessId = await context.Merchants.Where(m => m.MerchantNo == merchantNo).Select(m => (long?)m.BusinessId).SingleOrDefaultAsync();
        var invited = await merchants.InviteOwnerAsync(visit.By, businessId ?? 0, visit.Field("email"));
        return await MerchantAsync(visit, merchantNo, invited.Problem, invited.Value is { Length: > 0 } secret ? LinkOf(visit, Portal.Dashboard, secret) : null);
    }

    public async Task<IResult> EndKeyAsync(Visit visit, long merchantNo)
    {
        var ended = await merchants.EndKeyAsync(visit.By, merchantNo, Number(visit.Field("key")) ?? 0, visit.Field("reason"), Answer<KeyView>.Unkept);
        return ended.Problem is null ? Visit.GoTo($"/operator/merchants/{merchantNo}?done=ended") : await MerchantAsync(visit, merchantNo, ended.Problem);
    }

    public async Task<IResult> AddTermsAsync(Visit visit, long merchantNo)
    {
        await using var context = contexts.Create();
        var country = await context.Merchants.Where(m => m.MerchantNo == merchantNo).Select(m => m.Country).SingleOrDefaultAsync() ?? "";
        var numbers = TermsFields.Select(name => Number(visit.Field(name))).ToArray();
        if (!Enum.TryParse<Direction>(visit.Field("direction"), out var direction) || !Array.TrueForAll(numbers, n => n is >= 0 and <= 1_000_000_000_000))
        {
            return await MerchantAsync(visit, merchantNo, "Rates, fees and days are whole numbers from 0.");
        }

        var wish = new TermsWish(
            merchantNo, country, direction, visit.Field("way"), BasisPoints: Whole(numbers[0]), FixedMinor: numbers[1]!.Value, TaxBasisPoints: Whole(numbers[2]), SettlementDays: Whole(numbers[3]),
            BusinessDays: numbers[3] > 0);
        return await ProposedAsync(visit, merchantNo, await proposals.ProposeAsync(
            visit.By, visit.Who.May(Permissions.TermsEdit), TermsChange.Name, wish.Subject, JsonSerializer.Serialize(wish, OperatorJson.Options), visit.Field("reason")));
    }

    public async Task<IResult> UsersAsync(Visit visit, string? problem = null, string? link = null)
    {
        await using var context = contexts.Create();
        var all = await context.Users.AsNoTracking().Where(u => u.Realm == Realm.Operator).OrderBy(u => u.Email).Take(1000).ToListAsync();
        var roles = await context.Memberships.AsNoTracking().Where(m => m.BusinessId == 0).ToListAsync();
        return visit.Show<UsersPage>("Users", new UsersModel(all, roles.ToLookup(m => m.UserId, m => m.Role.ToString()), link), problem);
    }

    public async Task<IResult> GiveRoleAsync(Visit visit)
    {
        if (!Enum.TryParse<Role>(visit.Field("role"), out var role) || Users.Problem(visit.Field("email")) is not null)
        {
            return await UsersAsync(visit, "Give an e-mail address and a role.");
        }

        var wish = new RoleWish(SignIn.EmailOf(visit.Field("email")), role, 0);
        var proposed = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.UsersEdit), GiveRole.Name, GiveRole.SubjectOf(wish), JsonSerializer.Serialize(wish, AccessJson.Options), visit.Field("reason"));
        return proposed.Problem is { } problem ? await UsersAsync(visit, problem) : Visit.GoTo(proposed.State == ProposalState.Open ? "/operator/proposals?done=proposed" : "/operator/users?done=saved");
    }

    public async Task<IResult> SendLinkAsync(Visit visit)
    {
        var made = await users.LinkAsync(visit.By, Realm.Operator, Number(visit.Field("user")) ?? 0);
        return made is { Problem: null, LinkSecret: null } ? Visit.GoTo("/operator/users?done=mailed")
            : await UsersAsync(visit, made.Problem, made.LinkSecret is { } secret ? LinkOf(visit, Portal.Operator, secret) : null);
    }

    /// <summary>Of an operator by his number, or of the only owner of a business by his e-mail.</summary>
    public async Task<IResult> ResetFactorAsync(Visit visit)
    {
        await using var context = contexts.Create();
        var (id, email) = (Number(visit.Field("user")), SignIn.EmailOf(visit.Field("email")));
        var user = await context.Users.AsNoTracking().SingleOrDefaultAsync(u => id != null ? u.Id == id && u.Realm == Realm.Operator : u.Email == email && u.Realm == Realm.Merchant);
        if (user is null)
        {
            return await UsersAsync(visit, "user: there is no such user");
        }

        var proposed = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.UsersEdit), ResetFactor.Name, SignIn.Subject(user.Id), "{}", visit.Field("reason"));
        return proposed.Problem is { } problem ? await UsersAsync(visit, problem) : Visit.GoTo(proposed.State == ProposalState.Open ? "/operator/proposals?done=proposed" : "/operator/users?done=saved");
    }

    public async Task<IResult> DisableAsync(Visit visit)
    {
        var done = await users.DisableAsync(visit.By, Realm.Operator, Number(visit.Field("user")) ?? 0, visit.Field("reason"));
        return done.Problem is null ? Visit.GoTo("/operator/users?done=stopped") : await UsersAsync(visit, done.Problem);
    }

    public async Task<IResult> TokensAsync(Visit visit, string? problem = null, string? secret = null)
    {
        await using var context = contexts.Create();
        var all = await context.OperatorTokens.AsNoTracking().OrderByDescending(t => t.Id).Take(MostLines).ToListAsync();
        string[] grantable = visit.Who.May(Permissions.TokensEdit) == Grant.None ? [] : [.. Permissions.Operator.Select(p => p.Name).Where(p => visit.Who.May(p) != Grant.None && !p.StartsWith("users.", StringComparison.Ordinal) && p != Permissions.TokensEdit)];
        return visit.Show<TokensPage>("Tokens", new TokensModel(all, grantable, secret), problem);
    }

    public async Task<IResult> MakeTokenAsync(Visit visit)
    {
        var made = await tokens.MakeAsync(
            visit.Who, visit.By, visit.Field("name"), [.. visit.Form["permissions"].OfType<string>()], visit.Field("networks"), (int)Math.Clamp(Number(visit.Field("days")) ?? 0, 0, 10_000), visit.Field("reason"));
        return await TokensAsync(visit, made.Problem, made.Value);
    }

    public async Task<IResult> RevokeTokenAsync(Visit visit)
    {
        await tokens.RevokeAsync(visit.By, Number(visit.Field("id")) ?? 0, visit.Field("reason"));
        return Visit.GoTo("/operator/tokens?done=ended");
    }

    public async Task<IResult> ProposalsAsync(Visit visit, string? problem = null)
    {
        await using var context = contexts.Create();
        var open = await context.Proposals.AsNoTracking().Where(p => p.BusinessId == 0 && p.State == ProposalState.Open).OrderBy(p => p.Id).Take(MostLines).ToListAsync();
        var decided = await context.Proposals.AsNoTracking().Where(p => p.BusinessId == 0 && p.State != ProposalState.Open).OrderByDescending(p => p.Id).Take(PageSize).ToListAsync();
        return visit.Show<ProposalsPage>("Proposals", new ProposalsModel([.. open, .. decided], visit.Who.User.Id), problem);
    }

    public async Task<IResult> DecideAsync(Visit visit, long id)
    {
        var decided = visit.Field("do") == "takeBack"
            ? await proposals.TakeBackAsync(visit.By, id)
            : await proposals.DecideAsync(visit.By, [.. visit.Who.Memberships.Select(m => m.Role)], visit.Who.User.RaisedAtMs, id, visit.Field("do") == "approve", visit.Field("reason"));
        return decided.Problem is null ? Visit.GoTo("/operator/proposals?done=saved") : await ProposalsAsync(visit, decided.Problem);
    }

    public async Task<IResult> AuditAsync(Visit visit)
    {
        await using var context = contexts.Create();
        var query = visit.Http.Request.Query;
        var (actor, action, subject) = (query["actor"].ToString().Trim(), query["action"].ToString().Trim(), query["subject"].ToString().Trim());
        var lines = context.Audit.AsNoTracking().Where(a => (actor == "" || a.Actor.Contains(actor)) && (action == "" || a.Action == action) && (subject == "" || a.Subject == subject));
        return visit.Show<AuditPage>("Audit log", new AuditModel(await lines.OrderByDescending(a => a.AtMs).ThenByDescending(a => a.No).Take(MostLines).ToListAsync(), actor, action, subject));
    }

    public static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool PayInsOf(Visit visit) => visit.Field("what") != "payouts";

    private static bool PayoutsOf(Visit visit) => visit.Field("what") != "payIns";

    private static int Whole(long? number) => (int)Math.Min(number ?? 0, int.MaxValue);

    private async Task<IResult> ProposedAsync(Visit visit, long merchantNo, ProposalResult result) =>
        result.Problem is { } problem ? await MerchantAsync(visit, merchantNo, problem)
        : Visit.GoTo(result.State == ProposalState.Open ? "/operator/proposals?done=proposed" : $"/operator/merchants/{merchantNo}?done=saved");

    private string LinkOf(Visit visit, Portal portal, string secret) =>
        $"{options.PublicUrl?.TrimEnd('/') ?? $"{visit.Http.Request.Scheme}://{visit.Http.Request.Host}"}{portal.Root}/welcome/{secret}";
}
