using System.Globalization;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>
/// Whether an expired pay-in can be opened again, and doing it. What we made ourselves is good for longer: a number that is still the order's, a code of ours. What the rail made has
/// ended there with its time, and no channel makes it last again.
/// </summary>
internal sealed class Reopening(SnapshotStore snapshots, BatchWriter writer, OrderQueries queries, NumberPool numbers, TimeProvider time)
{
    /// <summary>Why a pay-in cannot be opened again, in a sentence; null when it can.</summary>
    public async Task<string?> ProblemAsync(string number, CancellationToken cancellation) => (await LookAsync(await queries.FindAsync(number, cancellation), keeps: false)).Problem;

    /// <summary>Opens it again.</summary>
    /// <param name="number">The order.</param>
    /// <param name="action">Who, and why; of the order's bucket it is made here.</param>
    /// <param name="decidedAtMs">When it was decided; carrying it out again opens nothing twice.</param>
    /// <param name="cancellation">Stops reading, never a write.</param>
    /// <returns>Whether it was opened now, and why not, in a sentence; null when it is open already.</returns>
    public async Task<(bool Done, string? Why)> ReopenAsync(string number, CaseActionRow action, long decidedAtMs, CancellationToken cancellation)
    {
        var picture = await queries.FindAsync(number, cancellation);
        var (problem, untilMs) = await LookAsync(picture, keeps: true);
        if (problem is not null)
        {
            // A node that ended after its COMMIT finds its own work.
            return (false, picture is { Order: { State: OrderState.Pending, Direction: Direction.PayIn } order } && order.ExpiresAtMs > decidedAtMs ? null : problem);
        }

        var payable = picture!.Attempts.Where(TimerPlan.MayHaveMoved).Select(a => a.AttemptNo).ToHashSet();
        return await writer.WriteAsync(new ReopenPayIn(picture.Order.Key, payable, untilMs, action with { Bucket = picture.Order.Bucket }, decidedAtMs, time.NowMs())) switch
        {
            ReopenResult.Reopened => (true, null),
            ReopenResult.Repeated => (false, null),
            _ => (false, "number: it has changed meanwhile; look at it again"),
        };
    }

    /// <param name="picture">The order.</param>
    /// <param name="keeps">Whether its numbers are kept for the new time.</param>
    private async Task<(string? Problem, long UntilMs)> LookAsync(OrderPicture? picture, bool keeps)
    {
        if (picture is not { Order: { Direction: Direction.PayIn } order })
        {
            return ("number: no pay-in has this number", 0);
        }

        if (!ReopenPayIn.HasExpired(order))
        {
            return ("number: it has not expired unpaid", 0);
        }

        var (snapshot, nowMs) = (snapshots.Current, time.NowMs());
        if (snapshot.Merchant(order.MerchantNo) is not { PayInsOpen: true } merchant)
        {
            return ("number: its merchant takes no pay-ins at present", 0);
        }

        var live = picture.Attempts.Where(TimerPlan.MayHaveMoved).ToList();
        var kept = new List<(AttemptRow Attempt, NumberSpace Space)>();
        var untilMs = nowMs + (live.Exists(a => a.InstructionKind != InstructionKinds.Prompt) ? 0 : (long)PayInCreation.UnchosenTimeToLive.TotalMilliseconds);
        foreach (var attempt in live)
        {
            if (attempt.InstructionKind == InstructionKinds.Prompt)
            {
                // Another prompt can be sent from the page alone.
                if (!order.HasPage)
                {
                    return ("number: its prompt has left the payer's phone, and it has no page to send another one from", 0);
                }

                continue;
            }

            if (Router.Find(snapshot, merchant, Direction.PayIn, attempt.Way, order.AmountMinor, attempt.ChannelAccountId, nowMs) is not { } route)
            {
                return (Sentence($"number: channel account {attempt.ChannelAccountId} takes no such payment at present"), 0);
            }

            if (route.Offer.PayIns.ModeFor(attempt.Way) != InstructionMode.Local)
            {
                return (Sentence($"number: what it is paid to was made by the rail of channel account {attempt.ChannelAccountId} and has ended with its time; the merchant has to make a new order"), 0);
            }

            untilMs = Math.Max(untilMs, nowMs + (long)PayInAttempts.TimeToLive(route).TotalMilliseconds);
            if (route.Offer.PayIns.NumberSpaceFor(attempt.Way) is { } space)
            {
                kept.Add((attempt, space));
            }
        }

        if (live.Count == 0 && (!order.HasPage || Router.Choices(snapshot, merchant, order.ChannelCode, order.AmountMinor, nowMs).Count == 0))
        {
            return ("number: there is nothing that it can be paid to", 0);
        }

        foreach (var (attempt, space) in kept)
        {
            if (!await numbers.KeepAsync(attempt.ChannelAccountId, space, order.Bucket, attempt.Reference, attempt.CreatedAtMs, keeps ? untilMs : null))
            {
                return ("number: the number that it is paid to has been given back, and may be another order's", 0);
            }
        }

        return (null, untilMs);
    }

    private static string Sentence(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
