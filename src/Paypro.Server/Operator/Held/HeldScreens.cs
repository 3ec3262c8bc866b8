using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Outgoing;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Held;

/// <summary>A held payout of any merchant.</summary>
/// <param name="Merchant">Its name.</param>
/// <param name="Recipient">Masked: name and account.</param>
/// <param name="PaidBefore">Payouts that its merchant has paid in the last 30 days, and their sum.</param>
internal sealed record HeldOfAll(HeldPayout Payout, string Merchant, string Recipient, (int Count, long Minor) PaidBefore)
{
    public Currency Currency => Currency.Get(Payout.Order.Currency);
}

internal sealed record HeldModel(IReadOnlyList<HeldOfAll> Lines, bool MayDecide);

internal sealed record MerchantHolds(MerchantModel Base, IReadOnlyList<HoldLimitRow> Limits) : MerchantModel(Base);

/// <summary>The back office's screens of payouts that the operator's terms hold, and of the limits that do.</summary>
internal sealed class HeldScreens(
    HeldReads reads, HeldPayouts held, HoldLimitChanges limits, People people, OrderQueries queries, AuditedStore store, Proposals proposals, CountryCatalog countries, IContexts contexts, TimeProvider time)
{
    public const string Path = "/operator/held-payouts";
    private const string Title = "Held payouts";
    private const int Most = 100;

    public async Task<IResult> ListAsync(Visit visit, string? problem = null)
    {
        var found = await reads.ListAsync(OrderExceptions.HeldForOperator, null, visit.Http.RequestAborted);
        var nos = found.Select(f => f.Order.MerchantNo).Distinct().ToList();
        await using var context = contexts.Create();
        var names = await context.Merchants.Where(m => nos.Contains(m.MerchantNo)).ToDictionaryAsync(m => m.MerchantNo, m => m.Name);
        var firstId = Platform.IdSource.FirstAt(time.GetUtcNow().AddDays(-30).ToUnixTimeMilliseconds());
        var before = new Dictionary<long, (int, long)>();
        foreach (var (no, bucket) in found.Select(f => (f.Order.MerchantNo, f.Order.Bucket)).Distinct())
        {
            var paid = context.Orders.Where(o => o.Bucket == bucket && o.MerchantNo == no && o.Direction == Direction.Payout && o.Id >= firstId && o.State == OrderState.Paid);
            before[no] = (await paid.CountAsync(), await paid.SumAsync(o => o.AmountMinor));
        }

        return visit.Show<HeldPage>(
            Title,
            new HeldModel(
                [.. found.Select(f => new HeldOfAll(f, names.GetValueOrDefault(f.Order.MerchantNo, ""), ApprovalScreen.RecipientOf(people, f.Person), before[f.Order.MerchantNo]))],
                visit.Who.May(Permissions.PayoutsApprove) != Grant.None && !IsNew(visit)),
            problem);
    }

    public async Task<IResult> DecideAsync(Visit visit)
    {
        var approves = visit.Field("do") == "approve";
        var numbers = visit.Form["order"].OfType<string>().Distinct().Take(Most).ToList();
        if (numbers.Count == 0)
        {
            return await ListAsync(visit, "Choose at least one payout.");
        }

        if (approves && IsNew(visit))
        {
            return await ListAsync(visit, "Who was added or given a role within the last 24 hours approves nothing yet.");
        }

        var problems = new List<string>();
        foreach (var number in numbers)
        {
            if (await DecideAsync(visit, number, approves) is { } problem)
            {
                problems.Add(problem);
            }
        }

        return problems.Count == 0 ? Visit.GoTo($"{Path}?done=saved") : problems.Count == numbers.Count ? await ListAsync(visit, problems[0]) : Visit.GoTo($"{Path}?done=some");
    }

    public Task<IResult> LimitsAsync(Visit visit, string? problem = null) => OnMerchantAsync(visit, async (context, merchant) =>
    {
        var no = merchant.Merchant.MerchantNo;
        var rows = await context.HoldLimits.AsNoTracking().Where(l => l.MerchantNo == no).OrderBy(l => l.Owner).ThenBy(l => l.Kind).ToListAsync();
        return new ScreenAnswer<MerchantHoldsPage>(
            visit.Frame(merchant.Merchant.Name, problem) with { TitleIsName = true }, new MerchantHolds(merchant, rows), problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest);
    });

    public Task<IResult> LowerAsync(Visit visit) => ChangeAsync(visit, async (no, wish) => (await limits.LowerAsync(visit.By, no, HoldOwner.Operator, wish, visit.Field("reason")), $"{PathOf(no)}?done=saved"));

    public Task<IResult> RaiseAsync(Visit visit) => ChangeAsync(visit, async (no, wish) =>
    {
        var result = await proposals.ProposeAsync(
            visit.By, visit.Who.May(Permissions.TermsEdit), HoldRaise.TermsName, HoldRaise.SubjectOf(no, wish.Kind), JsonSerializer.Serialize(wish, AccessJson.Options), visit.Field("reason"));
        return (result.Problem, result.State == ProposalState.Open ? "/operator/proposals?done=proposed" : $"{PathOf(no)}?done=saved");
    });

    private static string PathOf(long no) => string.Create(CultureInfo.InvariantCulture, $"/operator/merchants/{no}/holds");

    private bool IsNew(Visit visit) => visit.Who.User.RaisedAtMs > time.GetUtcNow().ToUnixTimeMilliseconds() - (long)Proposals.NewcomersWait.TotalMilliseconds;

    private async Task<string?> DecideAsync(Visit visit, string number, bool approves)
    {
        if ((await queries.FindAsync(number, CancellationToken.None))?.Order is not { Direction: Direction.Payout, IsHeld: true } order || !order.Exceptions.HasFlag(OrderExceptions.HeldForOperator))
        {
            return HeldPayouts.DecidedAlready;
        }

        var (reason, cause) = (visit.Field("reason"), string.Create(CultureInfo.InvariantCulture, $"operator:{visit.Who.User.Id}"));
        await store.NoteAsync(visit, approves ? "payout.approve" : "payout.refuse", PaymentScreen.SubjectOf(order), order.Bucket, reason: reason);
        return approves
            ? await held.ApproveAsync(order.Key, OrderExceptions.HeldForOperator, visit.Who.User.Id, cause, reason)
            : await held.EndAsync(order.Key, OrderExceptions.HeldForOperator, cause, reason.Length == 0 ? "refused" : reason);
    }

    private Task<IResult> ChangeAsync(Visit visit, Func<long, HoldWish, Task<(string? Problem, string Next)>> change) => OnMerchantAsync(visit, async (_, merchant) =>
    {
        var typed = visit.Field("amount");
        var amount = TypedNumbers.Amount(typed, merchant.Country.Currency);
        if (HoldWords.Read(visit.Field("kind")) is not { } kind || (amount is null && typed.Length > 0))
        {
            return await LimitsAsync(visit, "Write the amount in digits, such as 1500 or 1500.50.");
        }

        var (problem, next) = await change(merchant.Merchant.MerchantNo, new HoldWish(kind, amount));
        return problem is null ? Visit.GoTo(next) : await LimitsAsync(visit, problem);
    });

    private async Task<IResult> OnMerchantAsync(Visit visit, Func<PayproContext, MerchantModel, Task<IResult>> answer)
    {
        var no = long.Parse((string)visit.Http.Request.RouteValues["no"]!, CultureInfo.InvariantCulture);
        await using var context = contexts.Create();
        if (await context.Merchants.AsNoTracking().SingleOrDefaultAsync(m => m.MerchantNo == no) is not { } row || countries.FindCountry(row.Country) is not { } country)
        {
            return new ScreenAnswer<Said>(visit.Frame("There is no such merchant"), "Its number may have been typed wrong.", StatusCodes.Status404NotFound);
        }

        visit.MerchantZone = country.TimeZone;
        var business = await context.Businesses.Where(b => b.Id == row.BusinessId).Select(b => b.Name).SingleOrDefaultAsync() ?? "";
        return await answer(context, new MerchantModel(MerchantView.Of(row), business, country, p => visit.Who.May(p) != Grant.None));
    }
}
