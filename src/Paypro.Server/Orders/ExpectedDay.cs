using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>The day on which a payout is expected to be sent that waits for its rail's hours. Asked anew each time, since holidays and hours change.</summary>
internal static class ExpectedDay
{
    /// <summary><c>yyyy-MM-dd</c>, local; empty when it waits for nothing, or for something that has no day.</summary>
    public static string Of(Snapshot snapshot, OrderRow order, IReadOnlyList<AttemptRow> attempts, long nowMs) =>
        order.State == OrderState.Pending && attempts is [.., { State: AttemptState.Parked } last]
            && snapshot.Accounts.GetValueOrDefault(last.ChannelAccountId) is { Calendar: { } calendar } offer
            && offer.ClosedUntilMs(last.Direction, last.Way, nowMs) is { } opensMs and < long.MaxValue
            ? Clock.Text(calendar.ValueDate(opensMs)) : "";
}
