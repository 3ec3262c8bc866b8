using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>Ends what a pay-in is paid to at its rails, where they can.</summary>
internal sealed class EndAtRails(SnapshotStore snapshots, RailCalls calls)
{
    /// <summary>Ends it, while nobody has paid.</summary>
    /// <returns>The attempts for which their rail takes no more money.</returns>
    public async Task<IReadOnlySet<short>> EndAsync(OrderPicture picture)
    {
        var ended = new HashSet<short>();
        if (picture.Order is not { State: OrderState.Pending, SuspenseMinor: 0 })
        {
            return ended;
        }

        foreach (var attempt in picture.Attempts.Where(a => a.State == AttemptState.Accepted))
        {
            if (snapshots.Current.Accounts.TryGetValue(attempt.ChannelAccountId, out var offer)
                && await calls.CancelPayInAsync(offer, AttemptRefs.Target(picture.Order, attempt)))
            {
                ended.Add(attempt.AttemptNo);
            }
        }

        return ended;
    }
}
