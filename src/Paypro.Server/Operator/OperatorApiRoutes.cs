using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Operator.Routes;
using Paypro.Server.Operator.AllOrders;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Operator.DisputeWork;
using Paypro.Server.Operator.Held;
using Paypro.Server.Operator.Notices;
using Paypro.Server.Operator.Overviews;
using Paypro.Server.Operator.RuleWork;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>The calls of the operator API. What only a person may do is not among them: deciding proposals, and giving roles and tokens.</summary>
internal static class OperatorApiRoutes
{
    public const string Root = "/operator/v1";
    private const string OfMerchant = Root + "/merchants/{no:long}";
    private const int PageSize = 50;

    /// <summary>A test calls each with tokens that have the permission, and that have not, and sends every example.</summary>
    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        List("/businesses", Permissions.MerchantsSee, "listBusinesses", "Lists businesses by number.", (c, context, after) => context.Businesses.Where(b => b.Id > after).OrderBy(b => b.Id), b => new BusinessView(b.Id, b.Name), b => b.Id),
        new("POST", Root + "/businesses", Permissions.MerchantsEdit, "addBusiness", "Adds a business, which owns merchant numbers.", async (s, c) =>
            OperatorApi.Of(await Changes(s).AddBusinessAsync(c.By, c.Read<BusinessWish>().Name, c.Keeping<BusinessView>(201)), 201)) { Example = new BusinessWish("Example business"), Answers = typeof(BusinessView), Status = 201 },
        List("/merchants", Permissions.MerchantsSee, "listMerchants", "Lists merchants by number.", (c, context, after) => context.Merchants.Where(m => m.MerchantNo > after).OrderBy(m => m.MerchantNo), MerchantView.Of, m => m.MerchantNo),
        new("POST", Root + "/merchants", Permissions.MerchantsEdit, "addMerchant", "Adds a merchant number in one country. Live, it takes nothing until it is approved.", async (s, c) =>
        {
            var wish = c.Read<MerchantWish>();
            return OperatorApi.Of(await Changes(s).AddMerchantAsync(c.By, wish.BusinessId, wish.Country, wish.Name, c.Keeping<MerchantView>(201)), 201);
        }) { Example = new MerchantWish(1, "MX", "Example shop"), Answers = typeof(MerchantView), Status = 201 },
        new("GET", OfMerchant, Permissions.MerchantsSee, "getMerchant", "One merchant; its ETag is for If-Match.", MerchantAsync) { Answers = typeof(MerchantView) },
        new("POST", OfMerchant + "/stop", Permissions.MerchantsStop, "stopMerchant", "Stops pay-ins, payouts or both at once.", StopAsync) { Example = new StopWish(true, false, "asked by the merchant"), Answers = typeof(MerchantView), NeedsTag = true },
        Proposal<StopWish>("/reopen", Permissions.MerchantsReopen, "reopenMerchant", "Proposes that a stopped merchant takes pay-ins, payouts or both again.", MerchantReopen.Name, new StopWish(true, true, "the cause is mended"),
            (no, wish) => (MerchantChanges.SubjectOf(no), Json(new ReopenWish(wish.PayIns, wish.Payouts)), wish.Reason)),
        Proposal<ReasonWish>("/approve", Permissions.KybDecide, "approveMerchant", "Proposes that a merchant whose papers are settled takes live money.", MerchantApproval.Name, new ReasonWish("all papers were seen"),
            (no, wish) => (MerchantChanges.SubjectOf(no), "{}", wish.Reason)),
        Proposal<ReasonWish>("/close", Permissions.MerchantsClose, "closeMerchant", "Proposes to close a merchant for good.", MerchantClose.Name, new ReasonWish("the contract has ended"),
            (no, wish) => (MerchantChanges.SubjectOf(no), "{}", wish.Reason)),
        new("GET", OfMerchant + "/papers", Permissions.MerchantsSee, "listPapers", "What the country asks of the merchant, and where each paper stands.", async (s, c) =>
            OperatorApi.Ok(new Listed<PaperView>([.. (await s.GetRequiredService<Papers>().ListAsync(NoOf(c))).Select(PaperView.Of)], null))) { Answers = typeof(Listed<PaperView>) },
        new("POST", OfMerchant + "/papers/{code}", Permissions.KybDecide, "decidePaper", "Accepts or refuses a paper, or says that it is not needed.", DecidePaperAsync) { Example = new PaperWish(PaperState.NotNeeded, "a public authority"), Answers = typeof(DoneView) },
        new("GET", OfMerchant + "/papers/files/{file:long}", Permissions.PeopleReveal, "getPaperFile", "A file as it was delivered; the look at it is written into the audit log.", async (s, c) =>
            await s.GetRequiredService<Papers>().ReadAsync(c.By, NoOf(c), Value(c, "file")) is var (name, type, content) ? new DownloadAnswer(name, type, content) : OperatorApi.Problem(404, "file: there is no such file")),
        List("/merchants/{no:long}/keys", Permissions.MerchantsSee, "listKeys", "A merchant's keys, without their secrets.", (c, context, after) => context.MerchantKeys.Where(k => k.MerchantNo == NoOf(c) && k.Id > after).OrderBy(k => k.Id), KeyView.Of, k => k.Id),
        new("POST", OfMerchant + "/keys/{key:long}/end", Permissions.KeysStop, "endKey", "Ends a key at once.", async (s, c) =>
            OperatorApi.Of(await Changes(s).EndKeyAsync(c.By, NoOf(c), Value(c, "key"), c.Read<ReasonWish>().Reason, c.Keeping<KeyView>(200)), 200)) { Example = new ReasonWish("it was found in a public place"), Answers = typeof(KeyView) },
        new("POST", OfMerchant + "/owners", Permissions.OwnersInvite, "inviteOwner", "Makes somebody an owner of the merchant's business.", InviteOwnerAsync) { Example = new OwnerWish("owner@example.com"), Answers = typeof(OwnerView), Status = 201 },
        new("GET", OfMerchant + "/limits", Permissions.MerchantsSee, "listLimits", "A merchant's daily limits.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            var no = NoOf(c);
            return OperatorApi.Ok(new Listed<LimitView>([.. (await context.DailyLimits.AsNoTracking().Where(l => l.MerchantNo == no).OrderBy(l => l.Direction).ThenBy(l => l.Way).ToListAsync()).Select(l => new LimitView(l.Direction, l.Way, l.AmountMinor))], null));
        }) { Answers = typeof(Listed<LimitView>) },
        new("POST", OfMerchant + "/limits/lower", Permissions.MerchantsStop, "lowerLimit", "Lowers a daily limit, or sets the first one, at once.", async (s, c) =>
        {
            var wish = c.Read<LimitRequest>();
            return OperatorApi.Of(await s.GetRequiredService<LimitChanges>().LowerAsync(c.By, NoOf(c), wish.Limit, wish.Reason, c.Keeping<LimitView>(200)), 200);
        }) { Example = new LimitRequest(new LimitWish(Direction.PayIn, "*", 5_000_000), "a new merchant"), Answers = typeof(LimitView) },
        Proposal<LimitRequest>("/limits/raise", Permissions.TermsEdit, "raiseLimit", "Proposes to raise or to remove a daily limit.", LimitRaise.Name, new LimitRequest(new LimitWish(Direction.PayIn, "*", 9_000_000), "three good months"),
            (no, wish) => (LimitRaise.SubjectOf(no, wish.Limit), Json(wish.Limit), wish.Reason)),
        new("GET", OfMerchant + "/connection", Permissions.MerchantsSee, "getConnection", "Where a merchant's results are told, from where its calls are taken, and how its payouts are signed.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            return await MerchantConnection.ReadAsync(context, NoOf(c)) is { } view ? OperatorApi.Ok(view) : OperatorApi.Problem(StatusCodes.Status404NotFound, "merchantNo: there is no such merchant");
        }) { Answers = typeof(ConnectionView) },
        new("POST", OfMerchant + "/connection/take", Permissions.MerchantsStop, "takeConnection", "Takes away the default notify URLs, one line of the allow-list, or that payouts are taken with an MD5 key, at once.", async (s, c) =>
            OperatorApi.Of(await s.GetRequiredService<MerchantConnection>().TakeAsync(c.By, NoOf(c), c.Read<TakeWish>(), c.Keeping<ConnectionView>(200)), 200)) { Example = new TakeWish(TakenPart.NotifyUrls, "", "they lead to somebody else"), Answers = typeof(ConnectionView) },
        List("/terms", Permissions.MerchantsSee, "listTerms", "All versions of terms, the oldest first.", (c, context, after) => context.Terms.Where(t => t.Id > after).OrderBy(t => t.Id), TermsView.Of, t => t.Id),
        new("POST", Root + "/terms", Permissions.TermsEdit, "addTerms", "Proposes a version of terms.", async (s, c) =>
        {
            var wish = c.Read<TermsRequest>();
            return await ProposeAsync(s, c, Permissions.TermsEdit, TermsChange.Name, wish.Terms.Subject, Json(wish.Terms), wish.Reason);
        }) { Example = new TermsRequest(new TermsWish(0, "MX", Direction.PayIn, BasisPoints: 250, SettlementDays: 1, BusinessDays: true), "the price list"), Answers = typeof(ProposedView), Status = 202 },
        List("/users", Permissions.UsersStop, "listUsers", "The operators' users.", (c, context, after) => context.Users.Where(u => u.Realm == Realm.Operator && u.Id > after).OrderBy(u => u.Id), UserView.Of, u => u.Id),
        new("POST", Root + "/users/{user:long}/disable", Permissions.UsersStop, "disableUser", "Takes everything away from an operator's user at once: sessions, links, tokens, open proposals.", DisableAsync) { Example = new ReasonWish("has left"), Answers = typeof(DoneView) },
        List("/tokens", Permissions.TokensStop, "listTokens", "The tokens of this API, without their secrets.", (c, context, after) => context.OperatorTokens.Where(t => t.Id > after).OrderBy(t => t.Id), TokenView.Of, t => t.Id),
        new("POST", Root + "/tokens/{token:long}/revoke", Permissions.TokensStop, "revokeToken", "Ends a token at once.", async (s, c) =>
            OperatorApi.Ok(new DoneView(await s.GetRequiredService<OperatorTokens>().RevokeAsync(c.By, Value(c, "token"), c.Read<ReasonWish>().Reason)))) { Example = new ReasonWish("no longer used"), Answers = typeof(DoneView) },
        List("/proposals", Permissions.ProposalsSee, "listProposals", "All proposals, the oldest first.", (c, context, after) => context.Proposals.Where(p => p.BusinessId == 0 && p.Id > after).OrderBy(p => p.Id), ProposalView.Of, p => p.Id),
        new("GET", Root + "/proposals/{no:long}", Permissions.ProposalsSee, "getProposal", "One proposal.", async (s, c) => await s.GetRequiredService<Proposals>().FindAsync(NoOf(c)) is { BusinessId: 0 } found
            ? OperatorApi.Ok(ProposalView.Of(found)) : OperatorApi.Problem(StatusCodes.Status404NotFound, "proposal: there is no such proposal")) { Answers = typeof(ProposalView) },
        .. BookApiRoutes.All,
        List("/audit", Permissions.AuditSee, "listAudit", "Lines of one chain of the audit log, the oldest first. Each merchant's lines stand in the chain of its bucket, all others in -1.",
            (c, context, after) => Lines(c, context.Audit, after), AuditView.Of, a => a.No) with { Query = [("chain", "The chain: -1, or a bucket from 0."), ("subject", "Only lines of this subject, such as merchant:2000000001; its chain is found by itself.")] },
        .. AccountApiRoutes.All,
        .. RoutingApiRoutes.All,
        .. NoticeApiRoutes.All,
        .. RuleApiRoutes.All,
        .. CaseApiRoutes.All,
        .. OrderApiRoutes.All,
        .. HeldApiRoutes.All,
        .. DisputeApiRoutes.All,
        .. OverviewApiRoutes.All,
    ];

    public static void MapOperatorApi(this IEndpointRouteBuilder app)
    {
        foreach (var operation in All)
        {
            app.MapMethods(operation.Path, [operation.Method], (HttpContext http, OperatorApi api) => api.RunAsync(http, operation.Permission, call => operation.Answer(http.RequestServices, call)));
        }

        var document = new Lazy<byte[]>(OperatorOpenApi.Make);
        app.MapGet(Root + "/openapi.json", (HttpResponse response) =>
        {
            ScreenAnswer<Said>.Guard(response);
            return Results.Bytes(document.Value, "application/json; charset=utf-8");
        });
        app.Map(Root + "/{**rest}", (HttpContext http, OperatorApi api) => api.RunAsync(
            http, null, _ => Task.FromResult(OperatorApi.Problem(StatusCodes.Status404NotFound, $"path: is no call of this API; {Root}/openapi.json lists them"))));
    }

    internal static OperatorOperation List<TRow, TView>(string path, string permission, string id, string summary, Func<OperatorCall, PayproContext, long, IQueryable<TRow>> rows, Func<TRow, TView> view, Func<TRow, long> key)
        where TRow : class => new("GET", Root + path, permission, id, summary, async (services, call) =>
        {
            var text = call.Request.Query["after"].ToString();
            if (text.Length > 0 && OperatorScreens.Number(text) is null)
            {
                return OperatorApi.Problem(StatusCodes.Status400BadRequest, "after: must be what the last page gave as next");
            }

            await using var context = services.GetRequiredService<IContexts>().Create();
            var page = await rows(call, context, OperatorScreens.Number(text) ?? 0).AsNoTracking().Take(PageSize + 1).ToListAsync();
            return OperatorApi.Ok(new Listed<TView>([.. page.Take(PageSize).Select(view)], page.Count > PageSize ? key(page[PageSize - 1]).ToString(CultureInfo.InvariantCulture) : null));
        }) { Answers = typeof(Listed<TView>), IsList = true };

    /// <summary>A change of a merchant that a second person must approve.</summary>
    private static OperatorOperation Proposal<TWish>(string path, string permission, string id, string summary, string kind, TWish example, Func<long, TWish, (string Subject, string Change, string Reason)> change)
        where TWish : class => new("POST", OfMerchant + path, permission, id, summary, async (s, c) =>
        {
            var (subject, json, reason) = change(NoOf(c), c.Read<TWish>());
            return await ProposeAsync(s, c, permission, kind, subject, json, reason);
        }) { Example = example, Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted };

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

        return OperatorApi.Of(await Changes(services).StopAsync(call.By, NoOf(call), wish.PayIns, wish.Payouts, wish.Reason, tag == "*" ? null : tag, call.Keeping<MerchantView>(200)), 200);
    }

    private static async Task<IResult> DecidePaperAsync(IServiceProvider services, OperatorCall call)
    {
        var wish = call.Read<PaperWish>();
        var problem = await services.GetRequiredService<Papers>().DecideAsync(
            call.By, NoOf(call), (string)call.Request.RouteValues["code"]!, wish.State, wish.Note, context => call.Keeping<DoneView>(200).Keep(context, new DoneView(true)));
        return problem is null ? OperatorApi.Ok(new DoneView(true)) : OperatorApi.Problem(StatusCodes.Status400BadRequest, problem);
    }

    private static async Task<IResult> InviteOwnerAsync(IServiceProvider services, OperatorCall call)
    {
        var (wish, no) = (call.Read<OwnerWish>(), NoOf(call));
        await using var context = services.GetRequiredService<IContexts>().Create();
        if (await context.Merchants.Where(m => m.MerchantNo == no).Select(m => (long?)m.BusinessId).SingleOrDefaultAsync() is not { } businessId)
        {
            return OperatorApi.Problem(StatusCodes.Status404NotFound, "merchantNo: there is no such merchant");
        }

        // The link is a secret: it is not kept with the answer.
        var keeping = call.Keeping<OwnerView>(201);
        var invited = await Changes(services).InviteOwnerAsync(call.By, businessId, wish.Email, also: kept => keeping.Keep(kept, new OwnerView(SignIn.EmailOf(wish.Email), null)));
        return invited.Problem is { } problem
            ? OperatorApi.Problem(StatusCodes.Status400BadRequest, problem)
            : OperatorApi.Ok(new OwnerView(SignIn.EmailOf(wish.Email), invited.Value is { Length: > 0 } secret ? OperatorScreens.LinkOf(services.GetRequiredService<PayproOptions>(), call.Request, Portal.Dashboard, secret) : null), 201);
    }

    private static async Task<IResult> DisableAsync(IServiceProvider services, OperatorCall call)
    {
        var done = await services.GetRequiredService<Users>().DisableAsync(call.By, Realm.Operator, Value(call, "user"), call.Read<ReasonWish>().Reason);
        return done.Problem is { } problem ? OperatorApi.Problem(StatusCodes.Status404NotFound, problem) : OperatorApi.Ok(new DoneView(true));
    }

    private static IQueryable<AuditRow> Lines(OperatorCall call, IQueryable<AuditRow> all, long after)
    {
        var subject = call.Request.Query["subject"].ToString();
        var merchant = subject.StartsWith("merchant:", StringComparison.Ordinal) ? OperatorScreens.Number(subject["merchant:".Length..].Split('/')[0]) : null;
        var chain = merchant is { } no ? Buckets.Of(no.ToString(CultureInfo.InvariantCulture))
            : short.TryParse(call.Request.Query["chain"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var named) ? named : AuditTrail.Platform;
        return all.Where(a => a.Chain == chain && a.No > after && (subject == "" || a.Subject == subject)).OrderBy(a => a.No);
    }

    /// <summary>A token proposes; only a person approves.</summary>
    public static async Task<IResult> ProposeAsync(
        IServiceProvider services, OperatorCall call, string permission, string kind, string subject, string change, string reason, Action<PayproContext, ProposalRow>? beside = null)
    {
        await using var context = services.GetRequiredService<IContexts>().Create();
        var maker = call.By.UserId;
        var roles = await context.Memberships.Where(m => m.UserId == maker).Select(m => m.Role).ToListAsync();
        var keeping = call.Keeping<ProposedView>(StatusCodes.Status202Accepted);
        var result = await services.GetRequiredService<Proposals>().ProposeAsync(
            call.By, Permissions.Of(roles, permission), kind, subject, change, reason, (kept, made) => keeping.Keep(kept, new ProposedView(made.Id, ProposalView.StateOf(made.State))), beside: beside);
        return result.Problem is { } problem
            ? OperatorApi.Problem(problem.Contains("there is no such", StringComparison.Ordinal) ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, problem)
            : OperatorApi.Ok(new ProposedView(result.Id, ProposalView.StateOf(result.State)), StatusCodes.Status202Accepted);
    }

    private static MerchantChanges Changes(IServiceProvider services) => services.GetRequiredService<MerchantChanges>();

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, OperatorJson.Options);

    private static long NoOf(OperatorCall call) => Value(call, "no");

    private static long Value(OperatorCall call, string name) => long.Parse((string)call.Request.RouteValues[name]!, CultureInfo.InvariantCulture);
}
