using System.Security.Cryptography;
using System.Text.Json;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.Payouts;

/// <summary>
/// What becomes of a payout or refund that its rail had taken and then cancelled for want of our money (<see cref="Observation.LacksFunds"/>). Waiting again needs no more certainty than a
/// failure does: after either the money may be sent once more, by us or by the merchant.
/// </summary>
internal sealed class CancelledForFunds(
    PayoutCascade cascade, OrderQueries queries, RefundReads refunds, People people, NewOrder newOrder, Pots pots, ParkedSignal parked, PayproOptions options, ILogger<CancelledForFunds> log)
{
    /// <summary>How long an order waits for money of ours at most, milliseconds.</summary>
    public long ParkForMs => options.Float.ParkedForMs;

    /// <summary>
    /// The attempt that takes the place of a cancelled one, whose account is stopped; null where nothing was cancelled that way, another attempt has followed already, or none can be made: the
    /// order then stays as it is, and the rail is asked again.
    /// </summary>
    public async Task<AttemptRow?> NextAsync(AccountOffer offer, OrderRow order, AttemptRow attempt, AttemptRef facts, Observation said)
    {
        if (said is not { Kind: ObservationKind.Failed, LacksFunds: true } || !attempt.IsCurrent(order) || !ApplyPayoutStatement.WasSent(attempt))
        {
            return null;
        }

        try
        {
            if (facts.Direction == Direction.Refund)
            {
                return await refunds.ReceiptAsync(order, CancellationToken.None) is { } receipt
                    ? await cascade.NextAfterStopAsync(new SentAttempt(facts, attempt, null, () => ((IRefunds)offer.Session).MakeRefundReference(receipt.Draft(order, ""), newOrder.ReferenceBytes()), IsRepeat: false), offer)
                    : null;
            }

            var person = await queries.PersonAsync(order.Key, CancellationToken.None) ?? throw new InvalidOperationException("The payout has no recipient.");
            var draft = PayoutCreation.Draft(order, people.Open(person), "");
            return await cascade.NextAfterStopAsync(new SentAttempt(facts, attempt, draft, () => ((IPayouts)offer.Session).MakePayoutReference(draft, newOrder.ReferenceBytes()), IsRepeat: false), offer);
        }
        catch (Exception error) when (error is CryptographicException or JsonException or InvalidOperationException)
        {
            log.LogError(error, "Order {Number} was cancelled for want of our money and cannot be made to wait", order.Number);
            return null;
        }
    }

    /// <summary>A rail that checks our money late has paid what was sent after it had said that there is none: there is some again.</summary>
    public async Task PaidAsync(AccountOffer offer, AttemptRow attempt, Direction direction)
    {
        if (offer.TraitsOf(direction, attempt.Way).FundsAreCheckedLater && offer.PotOf(direction, attempt.Way) is { } pot && await pots.GoOnAsync(offer.Account.Id, pot, attempt.SentAtMs) > 0)
        {
            parked.Wake();
        }
    }
}
