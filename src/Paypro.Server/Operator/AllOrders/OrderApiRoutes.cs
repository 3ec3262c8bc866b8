using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.AllOrders;

/// <summary>The calls of the operator API about orders of all merchants.</summary>
internal static class OrderApiRoutes
{
    private const string Root = OperatorApiRoutes.Root + "/orders";

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", Root, Permissions.OrdersSee, "listOrders", "Orders of all merchants, the newest first.", ListAsync)
        {
            Answers = typeof(Listed<OrderView>),
            Query = [("kind", "payin, payout or refund."), ("merchant", "A merchant number."), ("account", "A channel account."), ("state", $"One of {string.Join(", ", PaymentQuery.States.Select(s => s.Key))}."), ("from", "First day, UTC."), ("to", "Last day, UTC."), ("before", "What the last page gave as next.")],
        },
        new("GET", Root + "/{number}", Permissions.OrdersSee, "getOrder", "One order with its attempts, statements, history and transfers; without its person.", async (s, c) =>
            await s.GetRequiredService<AllOrderReads>().FindAsync(NumberOf(c), c.Request.HttpContext.RequestAborted) is { } order
                ? OperatorApi.Ok(OrderDetailView.Of(await s.GetRequiredService<AllOrderReads>().ReadAsync(order, c.Request.HttpContext.RequestAborted))) : OperatorApi.Problem(StatusCodes.Status404NotFound, "number: there is no such order")) { Answers = typeof(OrderDetailView) },
        new("POST", Root + "/{number}/ask", Permissions.OrdersAsk, "askRail", "Asks the rail about an order.", async (s, c) =>
        {
            var asked = await s.GetRequiredService<Decisions>().AskAsync(NumberOf(c), c.Request.HttpContext.RequestAborted);
            return asked.Refusal is not null ? OperatorApi.Problem(StatusCodes.Status404NotFound, "number: there is no such order") : OperatorApi.Ok(new DoneView(asked.Done));
        }) { Answers = typeof(DoneView) },
        new("POST", Root + "/{number}/retry", Permissions.OrdersRetry, "retryOrder", "Sends on a payout or refund that waits after a certain decline, at the channel account named; while its merchant has been told no outcome.", (s, c) =>
        {
            var wish = c.Read<RetryWish>();
            return OnAsync(s, c, (actions, order) => actions.RetryAsync(c.By, order, wish.Account, wish.Reason));
        }) { Example = new RetryWish(1, "the first rail has no money of ours today"), Answers = typeof(DoneView) },
        new("POST", Root + "/{number}/end", Permissions.OrdersExpire, "endPayIn", "Ends an open pay-in at once. Its rails are asked first; money that still comes is credited as late.", (s, c) =>
        {
            var wish = c.Read<EvidencedWish>();
            return OnAsync(s, c, (actions, order) => actions.EndAsync(c.By, order, wish.Evidence, wish.Reason));
        }) { Example = new EvidencedWish("mail of the merchant of 3 May", "the goods are sold out"), Answers = typeof(DoneView) },
        new("POST", Root + "/{number}/reopen", Permissions.OrdersReopen, "reopenPayIn", "Proposes to open an expired pay-in again, for as long as its way is open. Refused where the rail made what it is paid to.", (s, c) =>
            OperatorApiRoutes.ProposeAsync(s, c, Permissions.OrdersReopen, PayInReopen.Name, PayInReopen.SubjectOf(NumberOf(c)), JsonSerializer.Serialize(new { number = NumberOf(c) }, OperatorJson.Options), c.Read<ReasonWish>().Reason))
        {
            Example = new ReasonWish("the payer stands at the counter"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted,
        },
        new("GET", OperatorApiRoutes.Root + "/find", Permissions.OrdersSee, "find", "Finds orders and money by what a payer or a bank quotes.", async (s, c) =>
            OperatorApi.Ok(new Listed<FindingView>([.. (await s.GetRequiredService<Findings>().FindAsync(c.Request.Query["text"].ToString(), TimeZoneInfo.Utc, s.GetRequiredService<TimeProvider>().NowMs(), c.Request.HttpContext.RequestAborted)).Select(FindingView.Of)], null)))
        {
            Answers = typeof(Listed<FindingView>), Query = [("text", "A number, a reference, a code; or an amount and a time in UTC, such as 250.00 14:30.")],
        },
        new("POST", OperatorApiRoutes.Root + "/find/person", Permissions.OrdersSee, "findPerson", "Finds the orders and money of a person by his exact phone number or account. The log says who looked, and names nobody.", async (s, c) =>
        {
            var wish = c.Read<PersonWish>();
            if (wish.Person.Trim().Length is 0 or > Findings.LongestPerson)
            {
                return OperatorApi.Problem(StatusCodes.Status400BadRequest, "person: must be a phone number or an account, in 1 to 100 characters");
            }

            var (found, looked) = await s.GetRequiredService<Findings>().FindPersonAsync(wish.Person, c.Request.HttpContext.RequestAborted);
            await OrderScreens.LookedAsync(s.GetRequiredService<AuditedStore>(), c.By, looked, found.Count);
            return OperatorApi.Ok(new Listed<FindingView>([.. found.Select(FindingView.Of)], null));
        }) { Example = new PersonWish("+525512345678"), Answers = typeof(Listed<FindingView>) },
    ];

    private static async Task<IResult> ListAsync(IServiceProvider services, OperatorCall call)
    {
        var query = OrderListQuery.Read(call.Request.Query);
        var filter = query.ToFilter(TimeZoneInfo.Utc, services.GetRequiredService<TimeProvider>().NowMs(), out var problem);
        if (problem is not null)
        {
            return OperatorApi.Problem(StatusCodes.Status400BadRequest, problem);
        }

        await using var context = services.GetRequiredService<IContexts>().Create();
        var row = query.Merchant is { } no ? await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == no) : null;
        if (query.Merchant is not null && row is null)
        {
            return OperatorApi.Problem(StatusCodes.Status404NotFound, "merchant: there is no such merchant");
        }

        var merchant = row is not null && services.GetRequiredService<CountryCatalog>().FindCountry(row.Country) is { } country ? new ListedMerchant(row.Bucket, row.MerchantNo, country.Currency) : null;
        var page = await services.GetRequiredService<AllOrderReads>().ListAsync(filter, merchant, query.Account, query.Before, call.Request.HttpContext.RequestAborted);
        return OperatorApi.Ok(new Listed<OrderView>([.. page.Rows.Select(OrderView.Of)], page.Next > 0 ? page.Next.ToString(CultureInfo.InvariantCulture) : null));
    }

    /// <summary>A wish that is refused leaves the line in the log that it was tried.</summary>
    private static async Task<IResult> OnAsync(IServiceProvider services, OperatorCall call, Func<OrderActions, OrderRow, Task<string?>> act) =>
        await services.GetRequiredService<AllOrderReads>().FindAsync(NumberOf(call), call.Request.HttpContext.RequestAborted) is not { } order
            ? OperatorApi.Problem(StatusCodes.Status404NotFound, "number: there is no such order")
            : await act(services.GetRequiredService<OrderActions>(), order) is { } problem
                ? OperatorApi.Problem(problem.StartsWith("number:", StringComparison.Ordinal) ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest, problem)
                : OperatorApi.Ok(new DoneView(true));

    private static string NumberOf(OperatorCall call) => (string)call.Request.RouteValues["number"]!;
}
