using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Operator.Pages;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <param name="Rail">How far it is by its rail; empty for one that goes by hand.</param>
/// <param name="Accounts">Of one that waits: the channel accounts that take payouts of its merchant.</param>
internal sealed record WithdrawalLine(WithdrawalRow Row, string Merchant, DestinationRow Destination, string Rail, IReadOnlyList<(long Id, string Text)> Accounts);

/// <param name="Proposed">Withdrawals about which a proposal waits.</param>
internal sealed record WithdrawalsModel(IReadOnlyList<WithdrawalLine> Lines, IReadOnlySet<long> Proposed, IReadOnlyList<BankAccountRow> Banks, string State, long? Next, bool MayDecide)
{
    /// <summary>Channel accounts in recovery after a restore; mostly none.</summary>
    public IReadOnlyList<long> Recovering { get; init; } = [];

    /// <summary>Those who asked for them.</summary>
    public ActorNames Names { get; init; } = ActorNames.None;
}

internal sealed record DestinationsModel(IReadOnlyList<(DestinationRow Row, string Merchant)> Lines, bool MayConfirm);

internal sealed record DebtsModel(IReadOnlyList<(Debt Debt, string Merchant)> Lines, long NowMs);

internal sealed record SettlementDaysModel(IReadOnlyList<SettlementDay> Days, SettlementPlace? Next);

internal sealed record SettlementDayModel(int Day, IReadOnlyList<(DueLine Line, string Merchant)> Lines, long? Next);

/// <summary>The back office's screens of what merchants withdraw, owe and are settled.</summary>
internal sealed class WithdrawalScreens(IContexts contexts, Withdrawals withdrawals, WithdrawalByRail rails, Destinations destinations, Debts debts, Settlements settlements, Proposals proposals, TimeProvider time)
{
    private const int PageSize = 50;

    public static readonly IReadOnlyList<(WithdrawalState State, string Key, string Text)> States =
    [
        (WithdrawalState.Requested, "requested", "Requested"), (WithdrawalState.Waits, "waits", "Waits for approval"), (WithdrawalState.Approved, "approved", "To be paid by hand"), (WithdrawalState.Sending, "sending", "By a rail"), (WithdrawalState.Paid, "paid", "Paid"),
        (WithdrawalState.Failed, "failed", "Failed"), (WithdrawalState.Returned, "returned", "Returned"), (WithdrawalState.Refused, "refused", "Given up"),
    ];

    public async Task<IResult> ListAsync(Visit visit, string? problem = null)
    {
        await using var context = contexts.Create();
        var (typed, before) = (visit.Http.Request.Query["state"].ToString(), OperatorScreens.Number(visit.Http.Request.Query["before"]) ?? long.MaxValue);
        var state = States.Where(s => s.Key == typed).Select(s => (WithdrawalState?)s.State).SingleOrDefault();
        var rows = await context.Withdrawals.AsNoTracking().Where(w => w.Id < before && (state == null || w.State == state)).OrderByDescending(w => w.Id).Take(PageSize + 1).ToListAsync();
        var shown = rows.Take(PageSize).ToList();
        var (nos, ids) = (shown.Select(w => w.MerchantNo).Distinct().ToList(), shown.Select(w => w.DestinationId).Distinct().ToList());
        var names = await context.Merchants.Where(m => nos.Contains(m.MerchantNo)).ToDictionaryAsync(m => m.MerchantNo, m => m.Name);
        var places = await context.Destinations.AsNoTracking().Where(d => ids.Contains(d.Id)).ToDictionaryAsync(d => d.Id);
        var orders = await WithdrawalOrders.ReadAsync(context, shown);
        var open = await context.Proposals.Where(p => p.State == ProposalState.Open && p.Kind == WithdrawalDecision.Name).Select(p => p.Subject).Take(1000).ToListAsync();
        return visit.Show<WithdrawalsPage>(
            "Withdrawals",
            new WithdrawalsModel(
                [
                    .. shown.Select(w => new WithdrawalLine(
                        w, names.GetValueOrDefault(w.MerchantNo, ""), places[w.DestinationId],
                        w.ChannelAccountId == 0 ? "" : orders.TryGetValue(w.OrderNumber, out var of) ? WithdrawalWords.Of(of.Order, of.Attempt) : WithdrawalWords.Of(null, null),
                        w.State == WithdrawalState.Waits ? [.. rails.AccountsOf(w.MerchantNo).Select(a => (a.Account.Id, string.Create(CultureInfo.InvariantCulture, $"{a.Account.Id} · {a.Account.Channel}")))] : [])),
                ],
                open.Select(s => long.Parse(s.Split(':')[1], CultureInfo.InvariantCulture)).ToHashSet(), await context.BankAccounts.AsNoTracking().Where(b => b.Open).OrderBy(b => b.Id).Take(500).ToListAsync(),
                typed, rows.Count > PageSize ? shown[^1].Id : null, visit.Who.May(Permissions.WithdrawalsApprove) != Grant.None)
            {
                Recovering = await context.ChannelAccounts.Where(a => a.RecoverySinceMs > 0).OrderBy(a => a.Id).Select(a => a.Id).Take(100).ToListAsync(),
                Names = await ActorNames.ReadAsync(context, shown.Select(w => w.MadeBy)),
            },
            problem);
    }

    public async Task<IResult> DecideAsync(Visit visit, long id)
    {
        var wish = new WithdrawalWish(visit.Field("to"), OperatorScreens.Number(visit.Field("bank")) ?? 0, visit.Field("reference"), visit.Field("to") == "approved" ? OperatorScreens.Number(visit.Field("account")) ?? 0 : 0, visit.Field("to") == "approved" ? visit.Field("bankCode") : "");
        var proposed = await proposals.ProposeAsync(visit.By, visit.Who.May(Permissions.WithdrawalsApprove), WithdrawalDecision.Name, WithdrawalDecision.SubjectOf(id), BookJson.Write(wish), visit.Field("reason"));
        return proposed.Problem is { } problem ? await ListAsync(visit, problem) : Visit.GoTo(proposed.State == ProposalState.Open ? "/operator/withdrawals?done=proposed" : "/operator/withdrawals?done=saved");
    }

    public async Task<IResult> GiveUpAsync(Visit visit, long id) =>
        await withdrawals.GiveUpAsync(visit.By, id, 0, visit.Field("reason")) is { } problem ? await ListAsync(visit, problem) : Visit.GoTo("/operator/withdrawals?done=ended");

    public async Task<IResult> DestinationsAsync(Visit visit, string? problem = null)
    {
        await using var context = contexts.Create();
        var rows = await context.Destinations.AsNoTracking().Where(d => d.State != DestinationState.Closed).OrderBy(d => d.State).ThenByDescending(d => d.Id).Take(500).ToListAsync();
        var nos = rows.Select(d => d.MerchantNo).Distinct().ToList();
        var names = await context.Merchants.Where(m => nos.Contains(m.MerchantNo)).ToDictionaryAsync(m => m.MerchantNo, m => m.Name);
        return visit.Show<DestinationsPage>("Destinations", new DestinationsModel([.. rows.Select(d => (d, names.GetValueOrDefault(d.MerchantNo, "")))], visit.Who.May(Permissions.DestinationConfirm) != Grant.None), problem);
    }

    public async Task<IResult> ConfirmAsync(Visit visit, long id) =>
        await destinations.ConfirmAsync(visit.By, id, visit.Field("reason")) is { } problem ? await DestinationsAsync(visit, problem) : Visit.GoTo("/operator/destinations?done=saved");

    public async Task<IResult> CloseAsync(Visit visit, long id) =>
        await destinations.CloseAsync(visit.By, id, 0, visit.Field("reason")) is { } problem ? await DestinationsAsync(visit, problem) : Visit.GoTo("/operator/destinations?done=ended");

    public async Task<IResult> DebtsAsync(Visit visit)
    {
        var found = await debts.ReadAsync(visit.Http.RequestAborted);
        await using var context = contexts.Create();
        var nos = found.Select(d => d.MerchantNo).ToList();
        var names = await context.Merchants.Where(m => nos.Contains(m.MerchantNo)).ToDictionaryAsync(m => m.MerchantNo, m => m.Name);
        return visit.Show<DebtsPage>("Debts", new DebtsModel([.. found.Select(d => (d, names.GetValueOrDefault(d.MerchantNo, "")))], time.GetUtcNow().ToUnixTimeMilliseconds()));
    }

    public async Task<IResult> SettlementsAsync(Visit visit)
    {
        var days = await settlements.DaysAsync(SettlementPlace.Read(visit.Http.Request.Query["before"].ToString()) ?? SettlementPlace.First, PageSize + 1, visit.Http.RequestAborted);
        return visit.Show<SettlementDaysPage>("Settlement runs", new SettlementDaysModel([.. days.Take(PageSize)], days.Count > PageSize ? days[PageSize - 1].Place : null));
    }

    public async Task<IResult> SettlementAsync(Visit visit, long day)
    {
        var rows = await settlements.OfDayAsync((int)Math.Clamp(day, 0, int.MaxValue), OperatorScreens.Number(visit.Http.Request.Query["after"]) ?? 0, PageSize + 1, visit.Http.RequestAborted);
        if (rows.Count == 0)
        {
            return new ScreenAnswer<Said>(visit.Frame("Nothing is due on this day"), "Look it up under Settlement runs.", StatusCodes.Status404NotFound);
        }

        await using var context = contexts.Create();
        var nos = rows.Select(r => r.Line.MerchantNo).Distinct().ToList();
        var names = await context.Merchants.Where(m => nos.Contains(m.MerchantNo)).ToDictionaryAsync(m => m.MerchantNo, m => m.Name);
        return visit.Show<SettlementDayPage>(
            "Settlement", new SettlementDayModel((int)day, [.. rows.Take(PageSize).Select(r => (r.Line, names.GetValueOrDefault(r.Line.MerchantNo, "")))], rows.Count > PageSize ? rows[PageSize - 1].AccountId : null));
    }
}
