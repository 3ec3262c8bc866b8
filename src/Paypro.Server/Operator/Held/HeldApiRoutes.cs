using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Merchants;
using Paypro.Server.Operator.AllOrders;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Held;

/// <param name="Limit">What it shall be.</param>
/// <param name="Reason">Why.</param>
internal sealed record HoldRequest(HoldWish Limit, string Reason);

/// <param name="Owner">merchant or operator.</param>
/// <param name="Kind">What it counts.</param>
/// <param name="AmountMinor">Minor units; 0 holds every payout.</param>
internal sealed record HoldView(HoldOwner Owner, HoldKind Kind, long AmountMinor);

/// <param name="Order">The payout.</param>
/// <param name="IsFirst">Whether its merchant never paid this recipient before.</param>
/// <param name="Over">The limits that it is over.</param>
/// <param name="WaitsForMerchant">Whether its merchant has still to approve it.</param>
/// <param name="WaitsForOperator">Whether we have.</param>
/// <param name="EndsAtMs">When it fails undecided.</param>
internal sealed record HeldView(OrderView Order, bool IsFirst, string MadeBy, string Over, bool WaitsForMerchant, bool WaitsForOperator, long EndsAtMs)
{
    public static HeldView Of(HeldPayout held) => new(
        OrderView.Of(held.Order), held.IsFirst, held.Maker, held.Why, held.Order.Exceptions.HasFlag(OrderExceptions.HeldForMerchant), held.Order.Exceptions.HasFlag(OrderExceptions.HeldForOperator), held.Order.TimerDueMs);
}

/// <summary>The calls of the operator API about held payouts. A program refuses; only a person approves, on the screen.</summary>
internal static class HeldApiRoutes
{
    private const string Root = OperatorApiRoutes.Root;
    private const string OfMerchant = Root + "/merchants/{no:long}/holds";

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", Root + "/held-payouts", Permissions.OrdersSee, "listHeldPayouts", "Payouts of all merchants that wait for approval, recipients that were never paid first.", async (s, c) =>
            OperatorApi.Ok(new Listed<HeldView>([.. (await s.GetRequiredService<HeldReads>().ListAsync(OrderExceptions.Held, null, c.Ended)).Select(HeldView.Of)], null))) { Answers = typeof(Listed<HeldView>) },
        new("POST", Root + "/held-payouts/{held}/refuse", Permissions.PayoutsApprove, "refuseHeldPayout", "Refuses a payout that waits for us: it fails, and its money is available again.", RefuseAsync)
        {
            Example = new ReasonWish("the recipient is not who he should be"), Answers = typeof(DoneView),
        },
        new("GET", OfMerchant, Permissions.MerchantsSee, "listHolds", "Limits above which a merchant's payouts wait for approval.", async (s, c) =>
        {
            await using var context = s.GetRequiredService<IContexts>().Create();
            var no = NoOf(c);
            return OperatorApi.Ok(new Listed<HoldView>([.. await context.HoldLimits.AsNoTracking().Where(l => l.MerchantNo == no).OrderBy(l => l.Owner).ThenBy(l => l.Kind).Select(l => new HoldView(l.Owner, l.Kind, l.AmountMinor)).ToListAsync()], null));
        }) { Answers = typeof(Listed<HoldView>) },
        new("POST", OfMerchant + "/lower", Permissions.MerchantsStop, "lowerHold", "Lowers a limit of our terms above which payouts wait for us, or sets the first one, at once.", async (s, c) =>
        {
            var wish = c.Read<HoldRequest>();
            var view = new HoldView(HoldOwner.Operator, wish.Limit.Kind, wish.Limit.AmountMinor ?? 0);
            var problem = await s.GetRequiredService<HoldLimitChanges>().LowerAsync(c.By, NoOf(c), HoldOwner.Operator, wish.Limit, wish.Reason, context => c.Keeping<HoldView>(200).Keep(context, view));
            return problem is null ? OperatorApi.Ok(view)
                : OperatorApi.Problem(problem.Contains("there is no such", StringComparison.Ordinal) ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, problem);
        }) { Example = new HoldRequest(new HoldWish(HoldKind.Payment, 5_000_000), "a new merchant"), Answers = typeof(HoldView) },
        new("POST", OfMerchant + "/raise", Permissions.TermsEdit, "raiseHold", "Proposes to raise or to remove a limit of our terms above which payouts wait for us.", async (s, c) =>
        {
            var wish = c.Read<HoldRequest>();
            return await OperatorApiRoutes.ProposeAsync(s, c, Permissions.TermsEdit, HoldRaise.TermsName, HoldRaise.SubjectOf(NoOf(c), wish.Limit.Kind), JsonSerializer.Serialize(wish.Limit, AccessJson.Options), wish.Reason);
        }) { Example = new HoldRequest(new HoldWish(HoldKind.Payment, 9_000_000), "three good months"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
    ];

    private static async Task<IResult> RefuseAsync(IServiceProvider services, OperatorCall call)
    {
        var (number, reason) = ((string)call.Request.RouteValues["held"]!, call.Read<ReasonWish>().Reason);
        if ((await services.GetRequiredService<OrderQueries>().FindAsync(number, CancellationToken.None))?.Order is not { IsHeld: true } order || !order.Exceptions.HasFlag(OrderExceptions.HeldForOperator))
        {
            return OperatorApi.Problem(StatusCodes.Status404NotFound, "number: no payout of this number waits for us");
        }

        // It is refused once by itself: a call whose answer was lost is told that nothing waits any more, or does it now.
        await services.GetRequiredService<AuditedStore>().SaveAsync((_, trail) =>
        {
            trail.Add(call.By, "payout.refuse", PaymentScreen.SubjectOf(order), reason: reason, chain: order.Bucket);
            return Task.FromResult(true);
        });
        return await services.GetRequiredService<HeldPayouts>().EndAsync(order.Key, OrderExceptions.HeldForOperator, call.By.Text.Split(' ')[0], reason) is { } problem
            ? OperatorApi.Problem(StatusCodes.Status409Conflict, problem) : OperatorApi.Ok(new DoneView(true));
    }

    private static long NoOf(OperatorCall call) => long.Parse((string)call.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
}
