using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>Who may be paid: asked when a payout is accepted and before it is sent. All of it is in memory.</summary>
internal sealed class SendGuard(SnapshotStore snapshots, PersonMarks marks, PayproOptions options)
{
    /// <summary>Why a new payout is refused, naming the field; null when it is not.</summary>
    public static string? Refusal(Snapshot snapshot, PersonMarks marks, Merchant merchant, RequestFields fields, Person person) =>
        snapshot.Blocked.HasNewer(merchant.No, merchant.Country.IsoCode, 0) && snapshot.Blocked.Hit(merchant.No, marks.Of(merchant.Country.IsoCode, person)) is { } hit
            ? fields.Operation.Says(hit.Role, "is not accepted")
            : null;

    /// <summary>Whether recipients are screened before anything is sent.</summary>
    public bool Screens => options.Screening.IsOn;

    /// <summary>How long a payout is kept back at most, from its acceptance.</summary>
    public long HeldForMs => options.Screening.HeldForMs;

    /// <summary>
    /// Why a payout or refund that is ready may not be sent, and what it waits for; null when it may. What a person released is held by newer entries only. The other nodes'
    /// pictures may be some seconds old when they accept, so all entries are looked at once more. A refund to somebody on the block list is not held: giving a payment back is what
    /// is advised for it. A withdrawal was asked about before it was approved.
    /// </summary>
    /// <param name="order">The payout or refund.</param>
    /// <param name="recipient">Of a payout.</param>
    public (AttemptState To, string Why)? KeepsBack(OrderRow order, Person? recipient)
    {
        var blocked = snapshots.Current.Blocked;
        return order.Direction == Channels.Direction.Payout && recipient is not null && blocked.HasNewer(order.MerchantNo, order.Country, order.ReleasedAtMs)
            && blocked.Hit(order.MerchantNo, marks.Of(order.Country, recipient), order.ReleasedAtMs) is not null
                ? (AttemptState.Held, KeepingBack.Blocked)
            : Screens && !order.Screened && order.Direction != Channels.Direction.Withdrawal ? (AttemptState.Screening, "waits for the screening service")
            : null;
    }
}
