using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.Server.PayIns;

/// <summary>What came of the wish to cancel.</summary>
/// <param name="Order">As it is now.</param>
/// <param name="Refusal">Why not; null when there is nothing to mend.</param>
internal sealed record CancelResult(OrderRow Order, string? Refusal = null);

/// <summary>
/// The merchant wants a pay-in no more. Its time is over now, unless an attempt is being sent, is not known, or has a prompt on its payer's
/// phone. It ends by <see cref="ExpirePayIn"/>, once its rails have answered that nobody has paid.
/// </summary>
/// <param name="key">The order.</param>
/// <param name="ended">The attempts for which their rail takes no more money.</param>
/// <param name="nowMs">Unix milliseconds UTC.</param>
internal sealed class CancelPayIn(OrderKey key, IReadOnlySet<short> ended, long nowMs) : WriteCommand<CancelResult>
{
    public const string MoneyCame = "tradeNo: money has come for this order";

    public override short Bucket => key.Bucket;

    public override void Declare(Needs needs) => needs.Orders.Add(key);

    protected override CancelResult Decide(BatchState state)
    {
        var order = state.Orders.Get(key);
        if (order.PaidMinor > 0 || order.SuspenseMinor > 0)
        {
            return new(order, MoneyCame);
        }

        if (order.State != OrderState.Pending)
        {
            return new(order);
        }

        if (!order.Exceptions.HasFlag(OrderExceptions.CancelWanted))
        {
            order = (order with { Exceptions = order.Exceptions | OrderExceptions.CancelWanted }).Happened(state, EventType.CancelRequested, "api", nowMs);
        }

        if (!state.AttemptsOf(order).Exists(IsLive) && order.ExpiresAtMs > nowMs)
        {
            // Should nobody ask the rails now, the clock does.
            order = (order with { ExpiresAtMs = nowMs }).DueAt(state, state.NowMs + LookAfterMs);
        }

        order.Save(state);
        return new(order);
    }

    /// <summary>The caller asks first.</summary>
    private const long LookAfterMs = 5_000;

    private bool IsLive(AttemptRow attempt) => attempt.State is AttemptState.Sending or AttemptState.Unknown
        || (attempt is { State: AttemptState.Accepted, InstructionKind: InstructionKinds.Prompt } && !ended.Contains(attempt.AttemptNo));
}
