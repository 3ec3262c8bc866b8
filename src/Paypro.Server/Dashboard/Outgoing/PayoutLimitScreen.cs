using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Money;
using Paypro.Server.Dashboard.Pages;
using Paypro.Server.Merchants;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <param name="Limits">The merchant's own and the operator's.</param>
/// <param name="Open">Proposals to raise that wait for a second person.</param>
internal sealed record PayoutLimitsModel(OwnMoney Place, IReadOnlyList<HoldLimitRow> Limits, IReadOnlyList<ProposalRow> Open, long Reader);

/// <summary>The limits of a merchant's policy above which its payouts wait for another person.</summary>
internal sealed class PayoutLimitScreen(OwnMerchants merchants, HoldLimitChanges limits, Proposals proposals, IContexts contexts)
{
    private const string Title = "Payout limits";

    public async Task<IResult> ShowAsync(Visit visit, string? problem = null)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PolicyEdit);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        await using var context = contexts.Create();
        var (no, businessId) = (merchant.No, merchant.Row.BusinessId);
        var subjects = Enum.GetValues<HoldKind>().Select(k => HoldRaise.SubjectOf(no, k)).ToList();
        return visit.Show<PayoutLimitsPage>(
            Title,
            new PayoutLimitsModel(
                place, await context.HoldLimits.AsNoTracking().Where(l => l.MerchantNo == no).OrderBy(l => l.Owner).ThenBy(l => l.Kind).ToListAsync(),
                await context.Proposals.AsNoTracking().Where(p => p.State == ProposalState.Open && p.BusinessId == businessId && p.Kind == HoldRaise.OwnName && subjects.Contains(p.Subject)).OrderBy(p => p.Id).Take(20).ToListAsync(), visit.Who.User.Id),
            problem);
    }

    public Task<IResult> ChangeAsync(Visit visit) => DoAsync(visit, async merchant =>
    {
        var typed = visit.Field("amount");
        var amount = TypedNumbers.Amount(typed, merchant.Country.Currency);
        if (HoldWords.Read(visit.Field("kind")) is not { } kind || (amount is null && typed.Length > 0))
        {
            return ("Write the amount in digits, such as 1500 or 1500.50.", "");
        }

        var wish = new HoldWish(kind, amount);
        if (visit.Field("do") != "raise")
        {
            return (await limits.LowerAsync(visit.By, merchant.No, HoldOwner.Merchant, wish, visit.Field("reason")), "saved");
        }

        var proposed = await proposals.ProposeAsync(
            visit.By, OwnMoney.GrantOf(visit, merchant, Permissions.PolicyEdit), HoldRaise.OwnName, HoldRaise.SubjectOf(merchant.No, kind), JsonSerializer.Serialize(wish, AccessJson.Options), visit.Field("reason"),
            businessId: merchant.Row.BusinessId);
        return (proposed.Problem, "proposed");
    });

    public Task<IResult> DecideAsync(Visit visit) => DoAsync(visit, async merchant =>
    {
        var id = long.TryParse(visit.Field("proposal"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (await proposals.FindAsync(id) is not { Kind: HoldRaise.OwnName } found || found.BusinessId != merchant.Row.BusinessId)
        {
            return ("proposal: there is no such proposal", "");
        }

        var decided = visit.Field("do") == "takeBack"
            ? await proposals.TakeBackAsync(visit.By, id)
            : await proposals.DecideAsync(visit.By, [.. OwnMerchants.RolesFor(visit.Who, merchant.Row.BusinessId, 0)], visit.Who.User.RaisedAtMs, id, visit.Field("do") == "approve", visit.Field("reason"), merchant.Row.BusinessId);
        return (decided.Problem, "saved");
    });

    private async Task<IResult> DoAsync(Visit visit, Func<OwnMerchant, Task<(string? Problem, string Done)>> act)
    {
        var place = await OwnMoney.FindAsync(merchants, visit, Permissions.PolicyEdit);
        if (place.Merchant is not { } merchant)
        {
            return OwnMoney.Nowhere(visit, Title);
        }

        var (problem, done) = await act(merchant);
        return problem is not null ? await ShowAsync(visit, problem) : Visit.GoTo(string.Create(CultureInfo.InvariantCulture, $"/dashboard/payout-limits?merchant={merchant.No}&done={done}"));
    }
}
