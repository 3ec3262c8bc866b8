using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>The calls of the operator API about cases. What moves money is proposed; a person approves.</summary>
internal static class CaseApiRoutes
{
    private const string Root = OperatorApiRoutes.Root + "/cases", OfCase = Root + "/{case:long}";
    private static readonly IReadOnlyList<long> Example = [1];

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", Root + "/groups", Permissions.CasesSee, "listCaseGroups", "The queue: cases of one kind, channel account and hour are one line, the most urgent and oldest first.", GroupsAsync)
        {
            Answers = typeof(Listed<CaseGroupView>), Query = [("state", "resolved, or nothing for open ones."), ("severity", "now, today or week."), ("kind", "Such as unknown-outcome."), ("account", "A channel account."), ("after", "What the last page gave as next.")],
        },
        new("GET", Root, Permissions.CasesSee, "listCases", "The cases of one line of the queue, or all open ones, the most urgent and oldest first; at most 500.", OfGroupAsync) { Answers = typeof(Listed<CaseView>), Query = [("group", "As the queue names it; without it, all open cases.")] },
        new("GET", OfCase, Permissions.CasesSee, "getCase", "One case with what each side says.", async (s, c) => await s.GetRequiredService<CasePictures>().FindAsync(CaseOf(c), c.Request.HttpContext.RequestAborted) is { } picture
            ? OperatorApi.Ok(CaseDetailView.Of(picture)) : OperatorApi.Problem(StatusCodes.Status404NotFound, "case: there is no such case")) { Answers = typeof(CaseDetailView) },
        new("POST", Root + "/take", Permissions.CasesEdit, "takeCases", "Makes the token's maker the owner of cases.", (s, c) => OwnAsync(s, c, takes: true)) { Example = new CaseListWish(Example), Answers = typeof(CasesDoneView) },
        new("POST", Root + "/leave", Permissions.CasesEdit, "leaveCases", "Takes the owner off cases.", (s, c) => OwnAsync(s, c, takes: false)) { Example = new CaseListWish(Example), Answers = typeof(CasesDoneView) },
        new("POST", Root + "/ask", Permissions.OrdersAsk, "askRails", "Asks the rails about the orders of cases.", async (s, c) =>
            Done(await Changes(s).AskAsync(c.By, Few(c.Read<CaseListWish>().Cases), c.Request.HttpContext.RequestAborted))) { Example = new CaseListWish(Example), Answers = typeof(CasesDoneView) },
        new("POST", OfCase + "/expire", Permissions.OrdersExpire, "expirePayIn", "Ends the time of a pay-in whose rail does not answer. Money that still comes is credited as late.", async (s, c) =>
        {
            var wish = c.Read<EvidencedWish>();
            return Done(await Changes(s).ExpireAsync(c.By, CaseOf(c), wish.Evidence, wish.Reason, c.Request.HttpContext.RequestAborted));
        }) { Example = new EvidencedWish("mail of the bank of 3 May", "the rail has been silent for two days"), Answers = typeof(CasesDoneView) },
        new("POST", Root + "/outcome", Permissions.OutcomeDecide, "decideOutcome", "Proposes to decide payouts or refunds whose outcome is unknown as paid or as failed.", (s, c) =>
        {
            var wish = c.Read<OutcomeWish>();
            return DecideAsync(s, c, new DecisionWish(wish.Paid ? DecisionKind.Paid : DecisionKind.Failed, 0, "", wish.Cases, "", wish.Evidence, wish.File), wish.Reason);
        }) { Example = new OutcomeWish(Example, true, "letter of the bank, 12 May", 0, "the bank shows the payment"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("POST", Root + "/statement", Permissions.StatementsDecide, "decideStatement", "Proposes to accept or to reject statements of which nothing is booked.", (s, c) =>
        {
            var wish = c.Read<StatementWish>();
            return DecideAsync(s, c, new DecisionWish(wish.Accept ? DecisionKind.Accept : DecisionKind.Reject, 0, "", wish.Cases, "", wish.Evidence), wish.Reason);
        }) { Example = new StatementWish(Example, false, "the bank's listing", "the bank took it back"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("POST", OfCase + "/assign", Permissions.SuspenseAssign, "assignSuspense", "Gives money in suspense to a pay-in: at once where reference and amount both fit, else as a proposal.", (s, c) =>
        {
            var wish = c.Read<AssignWish>();
            return DecideAsync(s, c, new DecisionWish(DecisionKind.Assign, 0, "", [CaseOf(c)], wish.Number, wish.Evidence), wish.Reason);
        }) { Example = new AssignWish("abcdefghij012345", "receipt of the payer", "the payer mistyped the reference"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("POST", OfCase + "/take-back", Permissions.SuspenseAssign, "takeSuspenseBack", "Proposes to take money back from a pay-in that it was wrongly assigned to; it is in suspense then, and can be assigned again.", (s, c) =>
        {
            var wish = c.Read<AssignWish>();
            return DecideAsync(s, c, new DecisionWish(DecisionKind.TakeBack, 0, "", [CaseOf(c)], wish.Number, wish.Evidence), wish.Reason);
        }) { Example = new AssignWish("abcdefghij012346", "mail of the merchant", "the payer meant another order"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("POST", OfCase + "/return", Permissions.SuspenseReturn, "returnSuspense", "Proposes to book that money in suspense was sent back to where it came from.", (s, c) =>
        {
            var wish = c.Read<SendBackWish>();
            return DecideAsync(s, c, new DecisionWish(DecisionKind.SendBack, 0, "", [CaseOf(c)], "", wish.Reference), wish.Reason);
        }) { Example = new SendBackWish("RB20260512001", "nobody knows whose it is"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("POST", OfCase + "/settle", Permissions.SuspenseAssign, "settleUnderpaid", "Proposes to settle an underpaid pay-in with what came.", (s, c) =>
        {
            var wish = c.Read<EvidencedWish>();
            return DecideAsync(s, c, new DecisionWish(DecisionKind.Settle, 0, "", [CaseOf(c)], "", wish.Evidence), wish.Reason);
        }) { Example = new EvidencedWish("mail of the merchant", "the merchant delivers for this amount"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("POST", Root + "/held", Permissions.HoldsDecide, "decideHeld", "Proposes to release or to refuse payouts that are held, or to release what is held of pay-ins.", (s, c) =>
        {
            var wish = c.Read<HeldWish>();
            return DecideAsync(s, c, new DecisionWish(wish.Release ? DecisionKind.Release : DecisionKind.Refuse, 0, "", wish.Cases, "", wish.Evidence), wish.Reason);
        }) { Example = new HeldWish(Example, true, "passport of the recipient", "another person of the same name"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("POST", Root + "/resolve", Permissions.CasesEdit, "resolveCases", "Resolves cases without money. The same trouble again opens them again. One behind which money or a statement still waits is refused.", async (s, c) =>
        {
            var wish = c.Read<CaseReasonWish>();
            return Done(await Changes(s).ResolveAsync(c.By, Few(wish.Cases), wish.Reason));
        }) { Example = new CaseReasonWish(Example, "found to be right"), Answers = typeof(CasesDoneView) },
    ];

    private static async Task<IResult> GroupsAsync(IServiceProvider services, OperatorCall call)
    {
        var query = call.Request.Query;
        var after = CaseGroupKey.Read(query["after"]);
        if (query["after"].ToString().Length > 0 && after is null)
        {
            return OperatorApi.Problem(StatusCodes.Status400BadRequest, "after: must be what the last page gave as next");
        }

        var page = await services.GetRequiredService<CaseQueue>().ReadAsync(CaseFilter.Read(query), after, call.By.UserId, services.GetRequiredService<TimeProvider>().NowMs(), call.Request.HttpContext.RequestAborted);
        return OperatorApi.Ok(new Listed<CaseGroupView>([.. page.Groups.Select(CaseGroupView.Of)], page.Next.Length > 0 ? page.Next : null));
    }

    private static async Task<IResult> OfGroupAsync(IServiceProvider services, OperatorCall call)
    {
        var (text, stop) = (call.Request.Query["group"].ToString(), call.Request.HttpContext.RequestAborted);
        var key = CaseGroupKey.Read(text);
        if (text.Length > 0 && key is null)
        {
            return OperatorApi.Problem(StatusCodes.Status400BadRequest, "group: must be one that the queue names");
        }

        var queue = services.GetRequiredService<CaseQueue>();
        var cases = key is { } of ? await queue.OfGroupAsync(of, stop) : await queue.OpenAsync(stop);
        await using var context = services.GetRequiredService<IContexts>().Create();
        var owners = await CaseQueue.OwnersAsync(context, cases, stop);
        return OperatorApi.Ok(new Listed<CaseView>([.. cases.Select(c => CaseView.Of(c, owners.GetValueOrDefault(c.Key)))], null));
    }

    private static async Task<IResult> OwnAsync(IServiceProvider services, OperatorCall call, bool takes)
    {
        var keeping = call.Keeping<CasesDoneView>(StatusCodes.Status200OK);
        return Done(await Changes(services).OwnAsync(call.By, Few(call.Read<CaseListWish>().Cases), takes, (kept, done) =>
        {
            if (done.Done > 0)
            {
                keeping.Keep(kept, new CasesDoneView(done.Done, done.Problem));
            }
        }));
    }

    private static async Task<IResult> DecideAsync(IServiceProvider services, OperatorCall call, DecisionWish wish, string reason)
    {
        await using var context = services.GetRequiredService<IContexts>().Create();
        var maker = call.By.UserId;
        var roles = await context.Memberships.Where(m => m.UserId == maker).Select(m => m.Role).ToListAsync();
        var keeping = call.Keeping<ProposedView>(StatusCodes.Status202Accepted);
        var result = await Changes(services).DecideAsync(
            call.By, Permissions.Of(roles, wish.Permission), wish, reason, (kept, made) => keeping.Keep(kept, new ProposedView(made.Id, ProposalView.StateOf(made.State))));
        return result.Problem is { } problem ? Problem(problem) : OperatorApi.Ok(new ProposedView(result.Id, ProposalView.StateOf(result.State)), StatusCodes.Status202Accepted);
    }

    /// <summary>That a rail does not answer is no fault of the call: it has no field's name before it.</summary>
    private static IResult Done(CasesDone done) => done is { Done: 0, Problem: { } problem } && problem.Contains(": ", StringComparison.Ordinal) ? Problem(problem) : OperatorApi.Ok(new CasesDoneView(done.Done, done.Problem));

    private static IResult Problem(string problem) =>
        OperatorApi.Problem(problem.Contains("there is no such", StringComparison.Ordinal) ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, problem);

    private static List<long> Few(IReadOnlyList<long> cases) => [.. cases.Distinct().Take(CaseQueue.MostOfGroup)];

    private static CaseChanges Changes(IServiceProvider services) => services.GetRequiredService<CaseChanges>();

    private static long CaseOf(OperatorCall call) => long.Parse((string)call.Request.RouteValues["case"]!, System.Globalization.CultureInfo.InvariantCulture);
}
