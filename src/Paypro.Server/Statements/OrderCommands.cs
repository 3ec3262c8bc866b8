using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Statements;

/// <summary>What people do to single orders beside cases: send one on, end one before its time, open one again. Each can be repeated.</summary>
internal sealed class OrderCommands(OrderQueries queries, Retries retries, Reopening reopening, Decisions decisions, EndAtRails rails, IdSource ids, TimeProvider time)
{
    /// <summary>Sends on a payout or refund that waits after a certain decline.</summary>
    /// <param name="number">The order.</param>
    /// <param name="accountId">The channel account; 0 for the one where it waits.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellation">Stops reading, never a write.</param>
    public async Task<Decided> RetryAsync(string number, long accountId, DecidedBy by, CancellationToken cancellation) =>
        await retries.RetryAsync(number, accountId, by.Did(0, "payout.retry", ids.Next(), time.NowMs()), cancellation) is { } why ? Decided.No(why) : Decided.Yes;

    /// <summary>The channel accounts by which an order that waits can be sent on; empty when it does not.</summary>
    public async Task<IReadOnlyList<Taker>> TakersAsync(OrderRow order, CancellationToken cancellation) =>
        order is { State: OrderState.Pending, Direction: not Direction.PayIn } && await queries.FindAsync(order.Key, cancellation) is { } picture ? await retries.TakersAsync(picture) : [];

    /// <summary>Ends an open pay-in at once. Its rails are asked first, and end it where they can; money that still comes is credited as late.</summary>
    public async Task<Decided> EndAsync(string number, DecidedBy by, CancellationToken cancellation)
    {
        if (await queries.FindAsync(number, cancellation) is not { Order: { Direction: Direction.PayIn } order } picture)
        {
            return Decided.No("number: no pay-in has this number");
        }

        if (order.State is not (OrderState.Pending or OrderState.PartlyPaid))
        {
            return Decided.No("number: this pay-in is not open");
        }

        await rails.EndAsync(picture);
        return await decisions.ExpireAsync(number, by, cancellation);
    }

    /// <summary>Why an expired pay-in cannot be opened again, in a sentence; null when it can.</summary>
    public Task<string?> ReopenProblemAsync(string number, CancellationToken cancellation) => reopening.ProblemAsync(number, cancellation);

    /// <summary>Opens an expired pay-in again.</summary>
    public async Task<Decided> ReopenAsync(string number, DecidedBy by, long decidedAtMs, CancellationToken cancellation)
    {
        var (done, why) = await reopening.ReopenAsync(number, by.Did(0, "payin.reopen", ids.Next(), time.NowMs()), decidedAtMs, cancellation);
        return new Decided(done, why);
    }
}
