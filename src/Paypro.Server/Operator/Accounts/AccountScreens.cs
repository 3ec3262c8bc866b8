using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

internal sealed record AccountsModel(IReadOnlyList<AccountState> Accounts, IReadOnlyList<(string Code, string Name)> Countries, long? Next, bool MayEdit, string Country, string State, long NowMs);

internal sealed record NewAccountModel(IReadOnlyList<(string Code, string Name)> Countries, IReadOnlyCollection<string> Channels, string Channel, string Country, IReadOnlyList<SecretName> Secrets, string Typed, string Name);

/// <summary>One channel account on each of its screens.</summary>
/// <param name="State">It.</param>
/// <param name="Currency">What it moves.</param>
/// <param name="Zone">Its country's.</param>
/// <param name="May">What the reader may do.</param>
/// <param name="NowMs">Unix milliseconds UTC.</param>
internal record AccountModel(AccountState State, Currency Currency, TimeZoneInfo Zone, Func<string, bool> May, long NowMs)
{
    public ChannelAccountView Account => State.Account;
}

internal sealed record AccountOverview(AccountModel Base, IReadOnlyList<AuditRow> Lines, string CallbackUrl, IChannelSession? Session, IReadOnlyList<FindingView> Found, IReadOnlyList<DeclinedBank> Declined) : AccountModel(Base);

internal sealed record AccountSettingsModel(AccountModel Base, string Typed) : AccountModel(Base);

internal sealed record AccountSecrets(AccountModel Base, IReadOnlyList<SecretName> Names, ILookup<string, SecretView> Versions) : AccountModel(Base);

internal sealed record AccountFloat(AccountModel Base, bool Tells) : AccountModel(Base);

internal sealed record AccountWays(AccountModel Base, IReadOnlyList<WayView> Ways, IReadOnlyList<WayOffer> Offered) : AccountModel(Base);

/// <summary>The back office's screens of channel accounts: the list, a new one, and what one is and does.</summary>
internal sealed class AccountScreens(
    IContexts contexts, AccountReads reads, AccountSettings settings, AccountChanges changes, AccountActions actions, ProposalSecrets kept, Proposals proposals, CountryCatalog countries, OwnAddress address, TimeProvider time)
{
    private const int PageSize = 50;

    public async Task<IResult> ListAsync(Visit visit)
    {
        await using var context = contexts.Create();
        var query = visit.Http.Request.Query;
        var (after, country, state) = (OperatorScreens.Number(query["after"]) ?? 0, query["country"].ToString(), query["state"].ToString());
        var page = await reads.ListAsync(context, country, state, after, PageSize + 1);
        return visit.Show<AccountsPage>("Channels", new AccountsModel(
            [.. page.Take(PageSize)], Countries(), page.Count > PageSize ? page[PageSize - 1].Account.Account : null, visit.Who.May(Permissions.ChannelsEdit) != Grant.None, country, state, time.NowMs()));
    }

    public Task<IResult> NewAsync(Visit visit, string? problem = null)
    {
        var (query, form) = (visit.Http.Request.Query, visit.Form);
        var channel = form.ContainsKey("channel") ? visit.Field("channel") : query["channel"].ToString();
        var country = form.ContainsKey("country") ? visit.Field("country") : query["country"].ToString();
        var found = settings.Channels.GetValueOrDefault(channel);
        return Task.FromResult(visit.Show<NewAccountPage>("New channel account", new NewAccountModel(
            [.. Countries().Where(c => found is null || found.Ways.Any(w => w.Country == c.Code))], [.. settings.Channels.Keys.Order(StringComparer.Ordinal)], channel, country, found?.Secrets ?? [], visit.Field("settings"), visit.Field("name")), problem));
    }

    public async Task<IResult> AddAsync(Visit visit)
    {
        if (AccountSettings.Lines(visit.Field("settings")) is not { } typed)
        {
            return await NewAsync(visit, "Write one setting a line, as name = value.");
        }

        var secrets = visit.Form.Keys.Where(k => k.StartsWith(StepUps.Secret, StringComparison.Ordinal)).ToDictionary(k => k[StepUps.Secret.Length..], visit.Field);
        var added = await changes.AddAsync(visit.By, new AccountWish(visit.Field("channel"), visit.Field("country"), visit.Field("name"), typed, secrets), Answer<ChannelAccountView>.Unkept);
        return added.Value is { } account ? Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"/operator/channels/{account.Account}?done=saved")) : await NewAsync(visit, added.Problem);
    }

    public Task<IResult> OverviewAsync(Visit visit, string? problem = null) => OverviewAsync(visit, problem, []);

    private Task<IResult> OverviewAsync(Visit visit, string? problem, IReadOnlyList<FindingView> found) => ShowAsync<AccountPage>(visit, problem, async (context, account) =>
    {
        var subject = AccountSettings.SubjectOf(account.Account.Account);
        var lines = await context.Audit.AsNoTracking().Where(a => a.Chain == AuditTrail.Platform && (a.Subject == subject || a.Subject.StartsWith(subject + "/"))).OrderByDescending(a => a.No).Take(20).ToListAsync();
        var key = await context.ChannelAccounts.Where(a => a.Id == account.Account.Account).Select(a => a.CallbackKey).SingleAsync();
        var offer = reads.OfferOf(account.Account.Account);
        var lacking = LackingBanks.Of(offer, await context.Banks.Where(b => b.Country == account.Account.Country && b.Open).Select(b => b.Code).ToListAsync());
        var declined = await LackingBanks.DeclinedAsync(context, account.Account.Account, lacking, account.NowMs);
        return new AccountOverview(account, lines, key.Length == 0 ? "" : $"{address.Root()}/callbacks/{key}", offer?.Session, found, declined);
    });

    public async Task<IResult> StopAsync(Visit visit) => await DoneAsync(visit, await changes.StopAsync(visit.By, NoOf(visit), visit.Field("reason"), Answer<ChannelAccountView>.Unkept), "", "stopped", OverviewAsync);

    public Task<IResult> ReopenAsync(Visit visit) => ProposeAsync(visit, Permissions.ChannelsSwitch, AccountReopen.Name, AccountSettings.SubjectOf(NoOf(visit)), new { }, "", OverviewAsync);

    public Task<IResult> EndRecoveryAsync(Visit visit) => ProposeAsync(visit, Permissions.ChannelsSwitch, RecoveryEnd.Name, AccountSettings.SubjectOf(NoOf(visit)), new { }, "", OverviewAsync);

    public async Task<IResult> RenameAsync(Visit visit) =>
        await DoneAsync(visit, await changes.RenameAsync(visit.By, NoOf(visit), visit.Field("name"), visit.Field("reason"), Answer<ChannelAccountView>.Unkept), "", "saved", OverviewAsync);

    public async Task<IResult> CheckAsync(Visit visit)
    {
        var wish = new CheckWish(visit.Field("bankCode"), visit.Field("accountNo"));
        var check = await actions.CheckAsync(visit.By, NoOf(visit), wish, Answer<CheckView>.Unkept, visit.Http.RequestAborted);
        return await OverviewAsync(visit, check.Problem, check.Value?.Findings ?? []);
    }

    public async Task<IResult> ActivateAsync(Visit visit)
    {
        var done = await actions.ActivateAsync(visit.By, NoOf(visit), visit.Field("reason"), Answer<CheckView>.Unkept);
        return await OverviewAsync(visit, done.Problem, done.Value?.Findings ?? []);
    }

    public Task<IResult> SettingsAsync(Visit visit, string? problem = null) => ShowAsync<AccountSettingsPage>(visit, problem, (_, account) =>
        Task.FromResult<AccountModel>(new AccountSettingsModel(account, visit.Form.ContainsKey("settings") ? visit.Field("settings") : AccountSettings.Text(account.Account.Settings))));

    public async Task<IResult> ChangeSettingsAsync(Visit visit) =>
        AccountSettings.Lines(visit.Field("settings")) is { } typed && TypedNumbers.Whole(visit.Field("priority")) is { } priority
            ? await ProposeAsync(visit, Permissions.ChannelsEdit, SettingsChange.Name, AccountSettings.SubjectOf(NoOf(visit)), new SettingsWish(typed, priority), "/settings", SettingsAsync)
            : await SettingsAsync(visit, "Write one setting a line, as name = value.");

    public Task<IResult> SecretsAsync(Visit visit, string? problem = null) => ShowAsync<AccountSecretsPage>(visit, problem, async (context, account) =>
    {
        var no = account.Account.Account;
        var versions = await context.ChannelSecrets.AsNoTracking().Where(s => s.ChannelAccountId == no).OrderByDescending(s => s.ValidFromMs).ToListAsync();
        return new AccountSecrets(account, settings.Channels.GetValueOrDefault(account.Account.Channel)?.Secrets ?? [], versions.Select(SecretView.Of).ToLookup(s => s.Name));
    });

    public async Task<IResult> AddSecretAsync(Visit visit)
    {
        if (AccountSettings.Value(visit.Field($"{StepUps.Secret}value")) is not { } value)
        {
            return await SecretsAsync(visit, "secrets: a value must have 1 to 16384 bytes; what begins with base64: must be base64");
        }

        var (from, to) = (await TimeAsync(visit, "validFrom"), await TimeAsync(visit, "validTo"));
        return from is null || to is null
            ? await SecretsAsync(visit, "Write the start as a date and a time.")
            : await ProposeAsync(visit, Permissions.ChannelsEdit, SecretAdd.Name, AccountSettings.SubjectOf(NoOf(visit)), new SecretWish(visit.Field("name"), from.Value, to.Value), "/secrets", SecretsAsync, (context, row) => kept.Keep(context, row, value));
    }

    public async Task<IResult> EndSecretAsync(Visit visit)
    {
        var wish = new SecretEndWish(visit.Field("name"), OperatorScreens.Number(visit.Field("validFromMs")) ?? -1, visit.Field("reason"));
        return await DoneAsync(visit, await changes.EndSecretAsync(visit.By, NoOf(visit), wish, Answer<SecretView>.Unkept), "/secrets", "ended", SecretsAsync);
    }

    public Task<IResult> WaysAsync(Visit visit, string? problem = null) => ShowAsync<AccountWaysPage>(visit, problem, async (context, account) =>
    {
        var no = account.Account.Account;
        var ways = await context.ChannelWays.AsNoTracking().Where(w => w.ChannelAccountId == no).OrderBy(w => w.Direction).ThenBy(w => w.Way).ToListAsync();
        var offered = settings.Channels.GetValueOrDefault(account.Account.Channel)?.Ways.Where(w => w.Country == account.Account.Country) ?? [];
        return new AccountWays(account, [.. ways.Select(WayView.Of)], [.. offered.DistinctBy(w => (w.Direction, w.Way)).OrderBy(w => w.Direction).ThenBy(w => w.Way, StringComparer.Ordinal)]);
    });

    public async Task<IResult> StopWayAsync(Visit visit) => Scope(visit) is var (direction, way)
        ? await DoneAsync(visit, await changes.StopWayAsync(visit.By, NoOf(visit), direction, way, visit.Field("reason"), Answer<WayView>.Unkept), "/ways", "stopped", WaysAsync)
        : await WaysAsync(visit, "Choose a way.");

    public async Task<IResult> ChangeWayAsync(Visit visit)
    {
        if (await CurrencyAsync(visit) is not { } currency || Scope(visit) is not var (direction, way))
        {
            return await WaysAsync(visit, "Choose a way.");
        }

        var (minimum, maximum, cost) = (Money("minimum"), Money("maximum"), Money("costFixed"));
        var (rate, minutes) = (visit.Field("costRate").Length == 0 ? 0 : TypedNumbers.Percent(visit.Field("costRate")), visit.Field("minutes").Length == 0 ? 0 : TypedNumbers.Whole(visit.Field("minutes")));
        return minimum is null || maximum is null || cost is null || rate is null || minutes is null
            ? await WaysAsync(visit, "Write amounts in digits, such as 1500.50, rates in per cent, such as 2.5, and whole minutes.")
            : await ProposeAsync(
                visit, Permissions.ChannelsEdit, WayChange.Name, WayChange.SubjectOf(NoOf(visit), direction, way), new WayView(direction, way, visit.Field("open") != "no", minimum.Value, maximum.Value, minutes.Value, rate.Value, cost.Value, visit.Field("cutOff"), visit.Field("days") == "business"), "/ways",
                WaysAsync);

        long? Money(string name) => visit.Field(name).Length == 0 ? 0 : TypedNumbers.Amount(visit.Field(name), currency);
    }

    /// <summary>A screen of one account; 404 where there is no such account.</summary>
    public async Task<IResult> ShowAsync<TPage>(Visit visit, string? problem, Func<PayproContext, AccountModel, Task<AccountModel>> read)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        await using var context = contexts.Create();
        if (await reads.FindAsync(context, NoOf(visit)) is not { } state)
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such channel account"), "Its number may have been typed wrong.", StatusCodes.Status404NotFound);
        }

        var zone = countries.FindCountry(state.Account.Country)?.TimeZone ?? TimeZoneInfo.Utc;
        visit.MerchantZone = zone;
        var model = await read(context, new AccountModel(state, Currency.Get(state.Account.Currency), zone, p => visit.Who.May(p) != Grant.None, time.NowMs()));
        return new ScreenAnswer<TPage>(visit.Frame(state.Account.Name, problem) with { TitleIsName = true }, model, problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    }

    public async Task<IResult> ProposeAsync<TChange>(
        Visit visit, string permission, string kind, string subject, TChange change, string screen, Func<Visit, string?, Task<IResult>> again, Action<PayproContext, ProposalRow>? beside = null)
    {
        var result = await proposals.ProposeAsync(visit.By, visit.Who.May(permission), kind, subject, JsonSerializer.Serialize(change, OperatorJson.Options), visit.Field("reason"), beside: beside);
        return result.Problem is { } problem ? await again(visit, problem)
            : Visit.GoTo(result.State == ProposalState.Open ? "/operator/proposals?done=proposed" : $"{PathOf(visit)}{screen}?done=saved");
    }

    public static async Task<IResult> DoneAsync<T>(Visit visit, Change<T> change, string screen, string done, Func<Visit, string?, Task<IResult>> again) =>
        change.Problem is { } problem ? await again(visit, problem) : Visit.GoTo($"{PathOf(visit)}{screen}?done={done}");

    /// <summary>A time in the account's zone; 0 where the field is empty, null where it is no time.</summary>
    public async Task<long?> TimeAsync(Visit visit, string field)
    {
        if (visit.Field(field) is not { Length: > 0 } typed)
        {
            return 0;
        }

        await using var context = contexts.Create();
        var no = NoOf(visit);
        var country = await context.ChannelAccounts.Where(a => a.Id == no).Select(a => a.Country).SingleOrDefaultAsync();
        return TypedNumbers.Time(typed, (country is null ? null : countries.FindCountry(country)?.TimeZone) ?? TimeZoneInfo.Utc);
    }

    public async Task<Currency?> CurrencyAsync(Visit visit)
    {
        await using var context = contexts.Create();
        var no = NoOf(visit);
        return await context.ChannelAccounts.Where(a => a.Id == no).Select(a => a.Currency).SingleOrDefaultAsync() is { } code ? Currency.Get(code) : null;
    }

    public static long NoOf(Visit visit) => long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);

    private List<(string Code, string Name)> Countries() => [.. countries.Countries.Select(c => (c.IsoCode, c.Name)).OrderBy(c => c.Name, StringComparer.Ordinal)];

    private static (Direction Direction, string Way)? Scope(Visit visit) =>
        visit.Field("scope").Split('/', 2) is [var of, { Length: > 0 } way] && Enum.TryParse<Direction>(of, out var direction) ? (direction, way) : null;

    private static string PathOf(Visit visit) => string.Create(CultureInfo.InvariantCulture, $"/operator/channels/{NoOf(visit)}");
}
