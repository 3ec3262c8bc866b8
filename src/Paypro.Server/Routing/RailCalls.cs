using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;

namespace Paypro.Server.Routing;

/// <summary>
/// Every call to a rail goes through here. It is bounded by the channel's time-out, also when the channel does not keep to it, and whatever a
/// channel throws, a cancellation of its own among it, is an outcome that is not known: it ends no other call. Its texts are cleaned here. A call that may move money
/// takes no stop token: a stop waits for its answer.
/// </summary>
internal sealed class RailCalls(TimeProvider time, ILogger<RailCalls> log)
{
    /// <summary>How much longer than its time-out a channel may take to notice it.</summary>
    private static readonly TimeSpan NoticesWithin = TimeSpan.FromSeconds(1);

    public async Task<SendOutcome> SendPayoutAsync(AccountOffer offer, PayoutDraft draft) => RailTexts.Clean(await CallAsync<SendOutcome>(
        offer, limit => offer.Channel.SendPayoutAsync(offer.Account, draft, limit), why => new SendOutcome.Unknown(why), CancellationToken.None));

    public async Task<InstructionOutcome> RequestInstructionAsync(AccountOffer offer, PayInDraft draft) => RailTexts.Clean(await CallAsync<InstructionOutcome>(
        offer, limit => offer.Channel.RequestInstructionAsync(offer.Account, draft, limit), why => new InstructionOutcome.Unknown(why), CancellationToken.None));

    public async Task<AccountOutcome> VerifyAccountAsync(AccountOffer offer, AccountEnquiry enquiry) => RailTexts.Clean(await CallAsync<AccountOutcome>(
        offer, limit => offer.Channel.VerifyAccountAsync(offer.Account, enquiry, limit), why => new AccountOutcome.Unknown(why), CancellationToken.None));

    /// <summary>Asks what became of an attempt.</summary>
    /// <param name="offer">Its channel account.</param>
    /// <param name="target">The attempt.</param>
    /// <param name="cancellation">Asking moves nothing, so a stop ends it.</param>
    /// <exception cref="OperationCanceledException">The stop came before the answer; a rail's silence is an observation instead.</exception>
    public async Task<IReadOnlyList<Observation>> QueryAsync(AccountOffer offer, QueryTarget target, CancellationToken cancellation)
    {
        var said = await CallAsync<IReadOnlyList<Observation>>(
            offer,
            limit => offer.Channel.QueryAsync(offer.Account, target, limit),
            why => [new Observation { Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference, Reason = why }],
            cancellation);
        if (said.All(static one => one.Kind == ObservationKind.Unreachable))
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return [.. said.Select(RailTexts.Clean)];
    }

    private async Task<T> CallAsync<T>(AccountOffer offer, Func<CancellationToken, Task<T>> call, Func<string, T> unknown, CancellationToken cancellation)
        where T : class
    {
        try
        {
            var timeout = offer.Channel.Traits.CallTimeout;
            using var limit = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            return await call(either.Token).WaitAsync(timeout + NoticesWithin, time, CancellationToken.None) ?? unknown("The channel gave no answer.");
        }
#pragma warning disable CA1031 // Whatever a channel throws, the request may have left: that is an unknown, and it is logged.
        catch (Exception error)
#pragma warning restore CA1031
        {
            var isLate = error is OperationCanceledException or TimeoutException;
            if (!cancellation.IsCancellationRequested)
            {
                log.LogError(error, "A call of channel account {AccountId} broke", offer.Account.Id);
            }

            return unknown(isLate ? "The rail did not answer in time." : $"The call broke ({error.GetType().Name}).");
        }
    }
}
