using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.Accounts;

/// <summary>A way of a channel account.</summary>
/// <param name="Direction">Pay-ins or payouts.</param>
/// <param name="Way">A way code; for payouts the account kind, or <c>*</c>.</param>
/// <param name="Open">Whether it takes orders.</param>
/// <param name="MinimumMinor">Minor units.</param>
/// <param name="MaximumMinor">Minor units; 0 = none.</param>
/// <param name="TimeToLiveMinutes">Until an unpaid order expires; payouts 0.</param>
/// <param name="CostBasisPoints">What the rail takes of each.</param>
/// <param name="CostFixedMinor">What it takes for each, minor units.</param>
/// <param name="CutOff">Of payouts: the local time from which none is taken for this day, <c>16:30</c>; empty for all day.</param>
/// <param name="BusinessDaysOnly">Of payouts: whether they are taken on the country's business days only.</param>
internal sealed record WayView(
    Direction Direction, string Way, bool Open, long MinimumMinor, long MaximumMinor, int TimeToLiveMinutes, int CostBasisPoints, long CostFixedMinor, string CutOff = "", bool BusinessDaysOnly = false)
{
    public static WayView Of(ChannelWayRow row) => new(
        row.Direction, row.Way, row.Open, row.MinimumMinor, row.MaximumMinor, row.TimeToLiveMinutes, row.CostBasisPoints, row.CostFixedMinor, WayHours.Text(row.CutOffMinute), row.BusinessDaysOnly);
}

internal sealed record WayRequest(WayView Way, string Reason);

internal sealed record WayStopWish(Direction Direction, string Way, string Reason);

/// <summary>Opens a way, or changes its limits, time, cost and hours. One that the account does not have yet is added.</summary>
internal sealed class WayChange(AccountSettings settings) : IProposalKind
{
    public const string Name = "channel.way";
    private const long Most = 1_000_000_000_000_000;

    public string Kind => Name;

    public string Permission => Permissions.ChannelsEdit;

    public bool IsConfiguration => true;

    public static string SubjectOf(long account, Direction direction, string way) => $"{AccountSettings.SubjectOf(account)}/way:{direction}/{way}";

    public async Task<string?> NowAsync(PayproContext context, string subject)
    {
        var account = AccountSettings.AccountOf(subject);
        if (!await context.ChannelAccounts.AnyAsync(a => a.Id == account))
        {
            return null;
        }

        var scope = subject.Split("/way:")[1].Split('/', 2);
        var direction = Enum.Parse<Direction>(scope[0]);
        return await FindAsync(context, account, direction, scope[1]) is { } row ? JsonSerializer.Serialize(WayView.Of(row), OperatorJson.Options) : "none";
    }

    public async Task<string?> ProblemAsync(PayproContext context, ProposalRow proposal)
    {
        var (account, wish) = (AccountSettings.AccountOf(proposal.Subject), Read(proposal));
        var row = await context.ChannelAccounts.AsNoTracking().SingleAsync(a => a.Id == account);
        return !settings.Channels.TryGetValue(row.Channel, out var channel) || !channel.Ways.Any(w => w.Country == row.Country && w.Direction == wish.Direction && (w.Way == wish.Way || (w.Way == "*" && wish.Direction == Direction.Payout)))
                ? "way: is not one that this channel has in this country"
            : wish.MinimumMinor is < 0 or > Most || wish.MaximumMinor is < 0 or > Most || (wish.MaximumMinor > 0 && wish.MaximumMinor < wish.MinimumMinor) ? "maximumMinor: must be 0 for none, or at least the minimum"
            : wish.CostBasisPoints is < 0 or > 10_000 || wish.CostFixedMinor is < 0 or > Most ? "costBasisPoints: must be from 0 to 10000, and the fixed cost 0 or more"
            : !WayHours.TryRead(wish.CutOff, out var cutOff) ? "cutOff: must be a time from 00:01 to 23:59, or empty for all day"
            : wish.Direction == Direction.PayIn && (cutOff is not null || wish.BusinessDaysOnly) ? "cutOff: only payouts have a cut-off and days"
            : wish.Direction == Direction.PayIn ? wish.TimeToLiveMinutes is >= 1 and <= 527_040 ? null : "timeToLiveMinutes: must be from 1 to 527040, a year"
            : wish.TimeToLiveMinutes == 0 ? null : "timeToLiveMinutes: must be 0 for payouts";
    }

    public async Task<string?> CarryOutAsync(PayproContext context, AuditTrail trail, ProposalRow proposal, Actor by)
    {
        var (account, wish) = (AccountSettings.AccountOf(proposal.Subject), Read(proposal));
        var row = await FindAsync(context, account, wish.Direction, wish.Way);
        var before = row is null ? null : WayView.Of(row);
        row ??= context.ChannelWays.Add(new ChannelWayRow { ChannelAccountId = account, Direction = wish.Direction, Way = wish.Way }).Entity;
        (row.Open, row.MinimumMinor, row.MaximumMinor, row.TimeToLiveMinutes, row.CostBasisPoints, row.CostFixedMinor) =
            (wish.Open, wish.MinimumMinor, wish.MaximumMinor, wish.TimeToLiveMinutes, wish.CostBasisPoints, wish.CostFixedMinor);
        row.CutOffMinute = WayHours.TryRead(wish.CutOff, out var cutOff) ? cutOff : null;
        row.BusinessDaysOnly = wish.BusinessDaysOnly;
        trail.Add(by, Name, proposal.Subject, before, WayView.Of(row), proposal.Reason);
        return null;
    }

    private static Task<ChannelWayRow?> FindAsync(PayproContext context, long account, Direction direction, string way) =>
        context.ChannelWays.SingleOrDefaultAsync(w => w.ChannelAccountId == account && w.Direction == direction && w.Way == way);

    private static WayView Read(ProposalRow proposal) => JsonSerializer.Deserialize<WayView>(proposal.Change, OperatorJson.Options)!;
}
