using System.Globalization;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <param name="Withdrawal">What shall become of it.</param>
/// <param name="Reason">Why.</param>
internal sealed record WithdrawalRequest(WithdrawalWish Withdrawal, string Reason);

/// <param name="Id">Its number.</param>
/// <param name="Destination">Where to.</param>
/// <param name="AmountMinor">Minor units.</param>
/// <param name="Reference">The bank's own of the payment; empty before it is paid.</param>
/// <param name="ReturnReference">The bank's own of the line by which it came back; empty while it has not, and by a rail.</param>
/// <param name="ChannelAccountId">The channel account by which it goes; 0 = by hand, or not approved yet.</param>
/// <param name="Order">By a rail: the number of its order, which says how far it is; empty before it is made.</param>
/// <param name="ScheduleDay">Of the schedule that made it, yyyyMMdd; 0 = by hand.</param>
internal sealed record WithdrawalView(
    long Id, long MerchantNo, long Destination, string Currency, long AmountMinor, WithdrawalState State, string MadeBy, long MadeAtMs, int ScheduleDay, long BankAccountId, string Reference, string ReturnReference, string DecidedBy, string Outcome, long ChannelAccountId,
    string Order)
{
    public static WithdrawalView Of(WithdrawalRow w) => new(
        w.Id, w.MerchantNo, w.DestinationId, w.Currency, w.AmountMinor, w.State, w.MadeBy, w.MadeAtMs, w.ScheduleDay, w.BankAccountId, w.Reference, w.ReturnReference, w.DecidedBy, w.Outcome, w.ChannelAccountId, w.OrderNumber);
}

/// <param name="Id">Its number.</param>
/// <param name="UsableFromMs">From when it can be withdrawn to; 0 = not confirmed.</param>
internal sealed record DestinationView(long Id, long MerchantNo, string Name, string Bank, string Number, string Holder, DestinationState State, long UsableFromMs)
{
    public static DestinationView Of(DestinationRow d) => new(d.Id, d.MerchantNo, d.Name, d.Bank, d.Number, d.Holder, d.State, d.UsableFromMs);
}

/// <param name="AmountMinor">What is owed.</param>
/// <param name="SinceMs">Since when without a break.</param>
internal sealed record DebtView(long MerchantNo, string Currency, long AmountMinor, long SinceMs);

/// <param name="DueDate">Local, yyyyMMdd.</param>
/// <param name="AmountMinor">All that falls due.</param>
/// <param name="MovedMinor">What was moved to available.</param>
/// <param name="Runs">So often something was moved.</param>
internal sealed record SettlementDayView(int DueDate, string Currency, int Accounts, long AmountMinor, long MovedMinor, int Runs);

/// <summary>The calls of the operator API about withdrawals, destinations, debts and settlements.</summary>
internal static class WithdrawalApiRoutes
{
    private const string Root = OperatorApiRoutes.Root;
    private const int DaysOfPage = 200;

    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        OperatorApiRoutes.List("/withdrawals", Permissions.LedgerSee, "listWithdrawals", "Merchants' withdrawals, the oldest first.", (_, context, after) => context.Withdrawals.Where(w => w.Id > after).OrderBy(w => w.Id), WithdrawalView.Of, w => w.Id),
        new("POST", Root + "/withdrawals/{withdrawal:long}/decide", Permissions.WithdrawalsApprove, "decideWithdrawal", "Proposes that a withdrawal is approved, to be paid by hand or sent by a channel account, or was paid, failed or returned by the bank.", async (s, c) =>
        {
            var wish = c.Read<WithdrawalRequest>();
            return await OperatorApiRoutes.ProposeAsync(s, c, Permissions.WithdrawalsApprove, WithdrawalDecision.Name, WithdrawalDecision.SubjectOf(Value(c, "withdrawal")), BookJson.Write(wish.Withdrawal), wish.Reason);
        }) { Example = new WithdrawalRequest(new WithdrawalWish("approved"), "the account is the merchant's"), Answers = typeof(ProposedView), Status = StatusCodes.Status202Accepted },
        new("POST", Root + "/withdrawals/{withdrawal:long}/give-up", Permissions.WithdrawalsApprove, "giveUpWithdrawal", "Refuses a withdrawal that waits for approval, or that shall go by a rail and cannot be sent; its money is available again.", async (s, c) =>
        {
            WithdrawalView? view = null;
            var problem = await s.GetRequiredService<Withdrawals>().GiveUpAsync(c.By, Value(c, "withdrawal"), 0, c.Read<ReasonWish>().Reason, (context, row) => c.Keeping<WithdrawalView>(200).Keep(context, view = WithdrawalView.Of(row)));
            return Of(problem, view);
        }) { Example = new ReasonWish("asked by the merchant"), Answers = typeof(WithdrawalView) },
        OperatorApiRoutes.List("/destinations", Permissions.LedgerSee, "listDestinations", "Where merchants withdraw to, the oldest first.", (_, context, after) => context.Destinations.Where(d => d.Id > after).OrderBy(d => d.Id), DestinationView.Of, d => d.Id),
        new("POST", Root + "/destinations/{destination:long}/confirm", Permissions.DestinationConfirm, "confirmDestination", "Says that an account is the merchant's own; it can be used a day later.", async (s, c) =>
        {
            DestinationView? view = null;
            var problem = await s.GetRequiredService<Destinations>().ConfirmAsync(c.By, Value(c, "destination"), c.Read<ReasonWish>().Reason, (context, row) => c.Keeping<DestinationView>(200).Keep(context, view = DestinationView.Of(row)));
            return Of(problem, view);
        }) { Example = new ReasonWish("the bank's letter was seen"), Answers = typeof(DestinationView) },
        new("POST", Root + "/destinations/{destination:long}/close", Permissions.MerchantsStop, "closeDestination", "Takes a destination away at once.", async (s, c) =>
        {
            DestinationView? view = null;
            var problem = await s.GetRequiredService<Destinations>().CloseAsync(c.By, Value(c, "destination"), 0, c.Read<ReasonWish>().Reason, (context, row) => c.Keeping<DestinationView>(200).Keep(context, view = DestinationView.Of(row)));
            return Of(problem, view);
        }) { Example = new ReasonWish("it is somebody else's"), Answers = typeof(DestinationView) },
        new("GET", Root + "/debts", Permissions.LedgerSee, "listDebts", "Merchants that owe, the oldest debt first.", async (s, c) =>
            OperatorApi.Ok(new Listed<DebtView>([.. (await s.GetRequiredService<Debts>().ReadAsync(c.Ended)).Select(d => new DebtView(d.MerchantNo, d.Currency.Code, d.AmountMinor, d.SinceMs))], null))) { Answers = typeof(Listed<DebtView>) },
        new("GET", Root + "/settlements", Permissions.LedgerSee, "listSettlements", "What falls due on each day by currency, and what was moved, the latest day first.", SettlementsAsync)
        { Answers = typeof(Listed<SettlementDayView>), IsList = true, Query = [("before", "Only days before this one, yyyyMMdd; of no effect beside after.")] },
    ];

    private static async Task<IResult> SettlementsAsync(IServiceProvider services, OperatorCall call)
    {
        var (after, before) = (call.Request.Query["after"].ToString(), call.Request.Query["before"].ToString());
        if (after.Length > 0 && (!after.Contains('-', StringComparison.Ordinal) || SettlementPlace.Read(after) is null))
        {
            return OperatorApi.Problem(StatusCodes.Status400BadRequest, "after: must be what the last page gave as next");
        }

        if (before.Length > 0 && (before.Contains('-', StringComparison.Ordinal) || SettlementPlace.Read(before) is null))
        {
            return OperatorApi.Problem(StatusCodes.Status400BadRequest, "before: must be a day like 20261129");
        }

        var days = await services.GetRequiredService<Settlements>().DaysAsync(SettlementPlace.Read(after) ?? SettlementPlace.Read(before) ?? SettlementPlace.First, DaysOfPage + 1, call.Ended);
        return OperatorApi.Ok(new Listed<SettlementDayView>(
            [.. days.Take(DaysOfPage).Select(d => new SettlementDayView(d.DueDate, d.Currency.Code, d.Merchants, d.AmountMinor, d.MovedMinor, d.Runs))], days.Count > DaysOfPage ? days[DaysOfPage - 1].Place.ToString() : null));
    }

    private static IResult Of<T>(string? problem, T? view) => problem is null ? OperatorApi.Ok(view)
        : OperatorApi.Problem(problem.Contains("there is no such", StringComparison.Ordinal) ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest, problem);

    private static long Value(OperatorCall call, string name) => long.Parse((string)call.Request.RouteValues[name]!, CultureInfo.InvariantCulture);
}
