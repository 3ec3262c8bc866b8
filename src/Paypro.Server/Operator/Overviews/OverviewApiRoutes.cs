using Paypro.Server.Access;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Operator.CaseWork;

namespace Paypro.Server.Operator.Overviews;

/// <param name="Way">Of the country; empty where no way was chosen, or for a channel account.</param>
internal sealed record OutcomeView(string Country, string Currency, string Way, long ChannelAccount, OutcomeCounts Counts);

/// <param name="Alarms">Open cases of today and now, by trouble.</param>
/// <param name="Ways">By country and way.</param>
/// <param name="Accounts">By channel account; with the calls of the last five minutes as the answering node saw them.</param>
/// <param name="Queues">What waits.</param>
/// <param name="Chains">Those of the ledger in which something is not right; empty without the permission ledger.see.</param>
/// <param name="Cover">By currency; empty without the permission ledger.see.</param>
/// <param name="CountedAtMs">When the newest half-hour was counted last.</param>
internal sealed record OverviewView(
    IReadOnlyList<CaseGroupView> Alarms, IReadOnlyList<OutcomeView> Ways, IReadOnlyList<OutcomeView> Accounts, IReadOnlyList<AccountState> States, IReadOnlyList<QueueLength> Queues, IReadOnlyList<ChainView> Chains,
    IReadOnlyList<CoverView> Cover, long CountedAtMs)
{
    public static OverviewView Of(OverviewPicture p) => new(
        [.. p.Alarms.Select(CaseGroupView.Of)],
        [.. p.Ways.Select(w => new OutcomeView(w.Country, w.Currency.Code, w.Way, 0, w.Counts))],
        [.. p.Accounts.SelectMany(a => a.Counts.Select(c => new OutcomeView(a.State.Account.Country, a.State.Account.Currency, "", a.State.Account.Account, c)))],
        [.. p.Accounts.Select(a => a.State)], p.Queues, [.. p.Chains.Select(ChainView.Of)], [.. p.Cover.Select(CoverView.Of)], p.CountedAtMs);
}

/// <summary>The call of the operator API.</summary>
internal static class OverviewApiRoutes
{
    /// <summary>Part of <see cref="OperatorApiRoutes.All"/>.</summary>
    public static readonly IReadOnlyList<OperatorOperation> All =
    [
        new("GET", OperatorApiRoutes.Root + "/overview", Permissions.OverviewSee, "getOverview", "What burns: alarms, how orders of the last 24 hours went and why they failed, channel accounts, queues, the ledger and cover.", async (s, c) =>
            OperatorApi.Ok(OverviewView.Of(await s.GetRequiredService<OverviewReads>().ReadAsync(OverviewRoutes.CountryOf(s, c.Request.Query["country"].ToString()), c.By.UserId, c.May(Permissions.LedgerSee), c.Ended))))
        { Answers = typeof(OverviewView), Query = [("country", "Two letters; all countries where it is not given.")] },
    ];
}
