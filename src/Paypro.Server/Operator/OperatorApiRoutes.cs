using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

internal sealed record BusinessWish(string Name);

internal sealed record MerchantWish(long BusinessId, string Country, string Name);

internal sealed record StopWish(bool PayIns, bool Payouts, string Reason);

internal sealed record EndKeyWish(string Reason);

internal sealed record ReopenRequest(bool PayIns, bool Payouts, string Reason);

internal sealed record TermsRequest(TermsWish Terms, string Reason);

/// <param name="Items">At most fifty.</param>
/// <param name="Next">For <c>after</c>; null on the last page.</param>
internal sealed record Listed<T>(IReadOnlyList<T> Items, string? Next);

/// <param name="Proposal">Its number.</param>
/// <param name="State"><c>open</c> while it waits for a second person.</param>
internal sealed record ProposedView(long Proposal, string State);

internal sealed record ProposalView(long Id, string Kind, string Subject, string Change, string Reason, string MadeBy, long MadeAtMs, long EndsAtMs, long AloneAtMs, string State, string DecidedBy, long DecidedAtMs, string Outcome)
{
    public static ProposalView Of(ProposalRow row) => new(
        row.Id, row.Kind, row.Subject, row.Change, row.Reason, row.MadeBy, row.MadeAtMs, row.EndsAtMs, row.AloneAtMs, StateOf(row.State), row.DecidedBy, row.DecidedAtMs, row.Outcome);

    public static string StateOf(ProposalState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());
}

/// <summary>The calls of the operator API: what each needs, and what it does.</summary>
internal static class OperatorApiRoutes
{
    private const string Root = "/operator/v1";
    private const int PageSize = 50;

    /// <summary>Method, path, permission and answer of each call. A test calls each with tokens that have the permission, and that have not.</summary>
    public static readonly IReadOnlyList<(string Method, string Path, string Permission, Func<IServiceProvider, OperatorCall, Task<IResult>> Answer)> All =
    [
        ("GET", Root + "/businesses", Permissions.MerchantsSee, (s, c) => ListAsync(s, c, (context, after) => context.Businesses.Where(b => b.Id > after).OrderBy(b => b.Id).Take(PageSize + 1), b => new BusinessView(b.Id, b.Name), b => b.Id)),
        ("POST", Root + "/businesses", Permissions.MerchantsEdit, async (s, c) => OperatorApi.Of(await s.GetRequiredService<MerchantChanges>().AddBusinessAsync(c.By, c.Read<BusinessWish>().Name, c.Keeping<BusinessView>(201)), 201)),
        ("GET", Root + "/merchants", Permissions.MerchantsSee, (s, c) => ListAsync(s, c, (context, after) => context.Merchants.Where(m => m.MerchantNo > after).OrderBy(m => m.MerchantNo).Take(PageSize + 1), MerchantView.Of, m => m.MerchantNo)),
        ("POST", Root + "/merchants", Permissions.MerchantsEdit, AddMerchantAsync),
        ("GET", Root + "/merchants/{no:long}", Permissions.MerchantsSee, MerchantAsync),
        ("POST", Root + "/merchants/{no:long}/stop", Permissions.MerchantsStop, StopAsync),
        ("POST", Root + "/merchants/{no:long}/reopen", Permissions.MerchantsReopen, ReopenAsync),
        ("GET", Root + "/merchants/{no:long}/keys", Permissions.MerchantsSee, (s, c) => ListAsync(s, c, (context, after) => context.MerchantKeys.Where(k => k.MerchantNo == NoOf(c) && k.Id > after).OrderBy(k => k.Id).Take(PageSize + 1), KeyView.Of, k => k.Id)),
        ("POST", Root + "/merchants/{no:long}/keys/{key:long}/end", Permissions.KeysStop, async (s, c) => OperatorApi.Of(
            await s.GetRequiredService<MerchantChanges>().EndKeyAsync(c.By, NoOf(c), Value(c, "key"), c.Read<EndKeyWish>().Reason, c.Keeping<KeyView>(200)), 200)),
        ("GET", Root + "/terms", Permissions.MerchantsSee, (s, c) => ListAsync(s, c, (context, after) => context.Terms.Where(t => t.Id > after).OrderBy(t => t.Id).Take(PageSize + 1), t => new { t.Id, terms = TermsWish.Of(t), t.Actor, t.Approver, t.AddedAtMs }, t => t.Id)),
        ("POST", Root + "/terms", Permissions.TermsEdit, AddTermsAsync),
        ("GET", Root + "/proposals", Permissions.ProposalsSee, (s, c) => ListAsync(s, c, (context, after) => context.Proposals.Where(p => p.BusinessId == 0 && p.Id > after).OrderBy(p => p.Id).Take(PageSize + 1), ProposalView.Of, p => p.Id)),
        ("GET", Root + "/proposals/{no:long}", Permissions.ProposalsSee, async (s, c) => await s.GetRequiredService<Proposals>().FindAsync(NoOf(c)) is { BusinessId: 0 } found
            ? OperatorApi.Ok(ProposalView.Of(found)) : OperatorApi.Problem(StatusCodes.Status404NotFound, "proposal: there is no such proposal")),
    ];

    public static void MapOperatorApi(this IEndpointRouteBuilder app)
    {
        foreach (var (method, path, permission, answer) in All)
        {
            app.MapMethods(path, [method], (HttpContext http, OperatorApi api) => api.RunAsync(http, permission, call => answer(http.RequestServices, call)));
        }
    }

    private static async Task<IResult> ListAsync<TRow, TView>(IServiceProvider services, OperatorCall call, Func<PayproContext, long, IQueryable<TRow>> rows, Func<TRow, TView> view, Func<TRow, long> key)
        where TRow : class
    {
        var text = call.Request.Query["after"].ToString();
        if (text.Length > 0 && OperatorScreens.Number(text) is null)
        {
            return OperatorApi.Problem(StatusCodes.Status400BadRequest, "after: must be what the last page gave as next");
        }

        await using var context = services.GetRequiredService<IContexts>().Create();
        var page = await rows(context, OperatorScreens.Number(text) ?? 0).AsNoTracking().ToListAsync();
        return OperatorApi.Ok(new Listed<TView>([.. page.Take(PageSize).Select(view)], page.Count > PageSize ? key(page[PageSize - 1]).ToString(CultureInfo.InvariantCulture) : null));
    }

    private static async Task<IResult> AddMerchantAsync(IServiceProvider services, OperatorCall call)
    {
        var wish = call.Read<MerchantWish>();
        return OperatorApi.Of(await services.GetRequiredService<MerchantChanges>().AddMerchantAsync(call.By, wish.BusinessId, wish.Country, wish.Name, call.Keeping<MerchantView>(201)), 201);
    }

    private static async Task<IResult> MerchantAsync(IServiceProvider services, OperatorCall call)
    {
        await using var context = services.GetRequiredService<IContexts>().Create();
        var no = NoOf(call);
        if (await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == no) is not { } row)
        {
            return OperatorApi.Problem(StatusCodes.Status404NotFound, "merchantNo: there is no such merchant");
        }

        var view = MerchantView.Of(row);
        call.Request.HttpContext.Response.Headers.ETag = view.Tag;
        return OperatorApi.Ok(view);
    }

    private static async Task<IResult> StopAsync(IServiceProvider services, OperatorCall call)
    {
        var wish = call.Read<StopWish>();
        if (call.Request.Headers.IfMatch.ToString() is not { Length: > 0 } tag)
        {
            return OperatorApi.Problem(StatusCodes.Status428PreconditionRequired, "If-Match: must be the ETag of the merchant, or *");
        }

        return OperatorApi.Of(
            await services.GetRequiredService<MerchantChanges>().StopAsync(call.By, NoOf(call), wish.PayIns, wish.Payouts, wish.Reason, tag == "*" ? null : tag, call.Keeping<MerchantView>(200)), 200);
    }

    private static async Task<IResult> ReopenAsync(IServiceProvider services, OperatorCall call)
    {
        var wish = call.Read<ReopenRequest>();
        return await ProposeAsync(
            services, call, Permissions.MerchantsReopen, MerchantReopen.Name, MerchantChanges.SubjectOf(NoOf(call)), JsonSerializer.Serialize(new ReopenWish(wish.PayIns, wish.Payouts), OperatorJson.Options), wish.Reason);
    }

    private static async Task<IResult> AddTermsAsync(IServiceProvider services, OperatorCall call)
    {
        var wish = call.Read<TermsRequest>();
        return await ProposeAsync(services, call, Permissions.TermsEdit, TermsChange.Name, wish.Terms.Subject, JsonSerializer.Serialize(wish.Terms, OperatorJson.Options), wish.Reason);
    }

    /// <summary>A token proposes; only a person approves.</summary>
    private static async Task<IResult> ProposeAsync(IServiceProvider services, OperatorCall call, string permission, string kind, string subject, string change, string reason)
    {
        await using var context = services.GetRequiredService<IContexts>().Create();
        var maker = call.By.UserId;
        var roles = await context.Memberships.Where(m => m.UserId == maker).Select(m => m.Role).ToListAsync();
        var keeping = call.Keeping<ProposedView>(StatusCodes.Status202Accepted);
        var result = await services.GetRequiredService<Proposals>().ProposeAsync(
            call.By, Permissions.Of(roles, permission), kind, subject, change, reason, (kept, made) => keeping.Keep(kept, new ProposedView(made.Id, ProposalView.StateOf(made.State))));
        return result.Problem is { } problem
            ? OperatorApi.Problem(problem.Contains("there is no such", StringComparison.Ordinal) ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, problem)
            : OperatorApi.Ok(new ProposedView(result.Id, ProposalView.StateOf(result.State)), StatusCodes.Status202Accepted);
    }

    private static long NoOf(OperatorCall call) => Value(call, "no");

    private static long Value(OperatorCall call, string name) => long.Parse((string)call.Request.RouteValues[name]!, CultureInfo.InvariantCulture);
}
