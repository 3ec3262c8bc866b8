using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Timers;

/// <content>Pay-ins whose fate is unknown, or whose time is over.</content>
internal sealed partial class DueOrders
{
    private async Task<bool> TakeDuePayInAsync(OrderKey key, DueWork due, OrderPicture picture, AttemptRow? attempt, Action<TimerLane> elsewhere)
    {
        // An attempt whose channel account cannot be used cannot be asked about: whether its payer has paid is not known.
        var offer = attempt is null ? null : await OfferAsync(picture.Order, attempt);
        var traits = offer?.TraitsOf(Direction.PayIn, attempt!.Way);
        var nowMs = time.NowMs();
        if (offer is not null && await listed.TakeAsync(picture.Order, due.Timer.DueAtMs, attempt!, offer, nowMs))
        {
            return false;
        }

        if (!due.MayCall)
        {
            elsewhere(due.Lane);
            return false;
        }

        var taken = await writer.WriteAsync(
            new TakeDuePayIn(key, due.Timer.DueAtMs, Math.Max(traits is null ? 0 : leases.MsOf(traits), PostponeTimer.ByMs), nowMs)
            {
                AccountId = due.Lane.ChannelAccountId,
                LeastMs = due.LeastMs,
            });
        if (taken.Action != DueAction.Query)
        {
            return false;
        }

        var isAnswered = taken.Attempt is null;
        if (taken.Attempt is { } asked && offer is not null)
        {
            isAnswered = await statements.AskAsync(offer, taken.Order!, asked, due.Stop, paced: true);
            await ReportUnknownAsync(taken.Order!, asked, leases.FinalityMs(traits!));
        }

        // By the time at which it was decided whom to ask: before its end only what is unknown was asked about.
        var overForMs = nowMs - taken.Order!.ExpiresAtMs;
        if (isAnswered && overForMs >= 0)
        {
            var lateAfterMs = taken.Attempt is { } answered ? LateAsks.FirstAfterMs(offer, Direction.PayIn, answered.Way) : 0;
            await writer.WriteAsync(
                new ExpirePayIn(key, "clock", time.NowMs()) { AskedAtMs = nowMs, Answered = taken.Attempt is null ? [] : [taken.Attempt.AttemptNo], LateAfterMs = lateAfterMs });
        }
        else if (overForMs >= TakeDuePayIn.UnansweredAfterMs)
        {
            // Whether the payer has paid is not known, so nothing is said of it.
            await writer.WriteAsync(new ReportSilence(key, time.NowMs()));
        }

        return taken.Attempt is not null && offer is not null;
    }
}
