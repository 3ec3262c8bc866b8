using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;

namespace Paypro.Server.Routing;

/// <summary>
/// Every call to a rail goes through here. It is bounded by the channel's time-out, also when the channel does not keep to it, and whatever a
/// channel throws, a cancellation of its own among it, is an outcome that is not known: it ends no other call. Its texts are cleaned here. A call that may move money
/// takes no stop token: a stop waits for its answer.
/// </summary>
internal sealed class RailCalls(RailPace pace, ChannelHealth health, TimeProvider time, ILogger<RailCalls> log)
{
    /// <summary>How much longer than its time-out a channel may take to notice it.</summary>
    private static readonly TimeSpan NoticesWithin = TimeSpan.FromSeconds(1);

    /// <summary>Longer than the calls of any trial together.</summary>
    private static readonly TimeSpan TrialWithin = TimeSpan.FromMinutes(2);

    /// <summary>No pot holds more than this, minor units.</summary>
    private const long MostMinor = 1_000_000_000_000_000;

    private const string PaceIsFull = "The account's pace at the rail is used up.";

    /// <summary>Sends money out. Whoever calls has asked <see cref="RailPace"/> before he took the right to send.</summary>
    public async Task<SendOutcome> SendPayoutAsync(AccountOffer offer, PayoutDraft draft)
    {
        if (offer.Session is not IPayouts payouts)
        {
            return new SendOutcome.Declined("the channel sends no payouts", Scope: DeclineScope.Channel);
        }

        var limit = offer.TraitsOf(Direction.Payout, draft.AccountType).CallTimeout;
        var began = time.GetTimestamp();
        var outcome = RailTexts.Clean(await CallAsync<SendOutcome>(
            offer, limit, stop => payouts.SendPayoutAsync(draft, stop), why => new SendOutcome.Unknown(why), CancellationToken.None));
        Ended(offer, Direction.Payout, Cascade.Opens(outcome), outcome is SendOutcome.Unknown, began, limit);
        return outcome;
    }

    /// <summary>Asks for a payment instruction. A payer waits, so an account whose pace is used up declines at once.</summary>
    /// <param name="offer">Its channel account.</param>
    /// <param name="draft">With its reference.</param>
    /// <param name="within">How long the call may take where that is less than the channel's time-out.</param>
    public async Task<InstructionOutcome> RequestInstructionAsync(AccountOffer offer, PayInDraft draft, TimeSpan? within = null)
    {
        if (await pace.TakeAsync(offer, PacedCalls.Send) > 0)
        {
            return new InstructionOutcome.Declined(PaceIsFull, Scope: DeclineScope.Channel);
        }

        var limit = offer.TraitsOf(Direction.PayIn, draft.Way).CallTimeout;
        var shortened = within < limit;
        var began = time.GetTimestamp();
        var outcome = RailTexts.Clean(await CallAsync<InstructionOutcome>(
            offer, shortened ? within!.Value : limit, stop => offer.PayIns.RequestInstructionAsync(draft, stop), why => new InstructionOutcome.Unknown(why), CancellationToken.None));
        if (!shortened || outcome is not InstructionOutcome.Unknown)
        {
            // One that was given less time than it may take is not to blame for having had too little.
            Ended(offer, Direction.PayIn, Cascade.Opens(outcome), outcome is InstructionOutcome.Unknown, began, limit);
        }

        return outcome;
    }

    /// <summary>As <see cref="SendPayoutAsync"/>, for a refund.</summary>
    public async Task<SendOutcome> SendRefundAsync(AccountOffer offer, RefundDraft draft) => offer.Session is not IRefunds refunds
        ? new SendOutcome.Declined("the channel sends no refunds", Scope: DeclineScope.Channel)
        : RailTexts.Clean(await CallAsync<SendOutcome>(
            offer, offer.TraitsOf(Direction.Refund, draft.Way).CallTimeout, limit => refunds.SendRefundAsync(draft, limit), why => new SendOutcome.Unknown(why), CancellationToken.None));

    /// <summary>Asks the rail to take no more money for an attempt of a pay-in.</summary>
    /// <returns>Whether it takes none any more; anything else is a no.</returns>
    public async Task<bool> CancelPayInAsync(AccountOffer offer, QueryTarget target) => offer.Session is ICancellations cancellations
        && await CallAsync<SendOutcome>(
            offer, offer.TraitsOf(Direction.PayIn, target.Way).CallTimeout, limit => cancellations.CancelPayInAsync(target, limit), why => new SendOutcome.Unknown(why), CancellationToken.None)
            is SendOutcome.Accepted;

    public async Task<AccountOutcome> VerifyAccountAsync(AccountOffer offer, AccountEnquiry enquiry) => offer.Session is not IAccountChecks checks
        ? new AccountOutcome.NotOffered()
        : await pace.TakeAsync(offer, PacedCalls.Query) > 0 ? new AccountOutcome.Unknown(PaceIsFull)
        : RailTexts.Clean(await CallAsync<AccountOutcome>(
            offer, offer.TraitsOf(Direction.Payout, "*").CallTimeout, limit => checks.VerifyAccountAsync(enquiry, limit), why => new AccountOutcome.Unknown(why), CancellationToken.None));

    /// <summary>Asks what became of an attempt.</summary>
    /// <param name="offer">Its channel account.</param>
    /// <param name="target">The attempt.</param>
    /// <param name="cancellation">Asking moves nothing, so a stop ends it.</param>
    /// <param name="paced">Whether the caller has asked <see cref="RailPace"/>. Who has not is answered with silence while the pace is used up.</param>
    /// <exception cref="OperationCanceledException">The stop came before the answer; a rail's silence is an observation instead.</exception>
    public async Task<IReadOnlyList<Observation>> QueryAsync(AccountOffer offer, QueryTarget target, CancellationToken cancellation, bool paced = false)
    {
        if (offer.Session is not IQueries queries)
        {
            return [Unreachable(target, "The channel answers no queries.")];
        }

        if (!paced && await pace.TakeAsync(offer, PacedCalls.Query) > 0)
        {
            return [Unreachable(target, PaceIsFull)];
        }

        var said = await CallAsync<IReadOnlyList<Observation>>(
            offer,
            offer.TraitsOf(target.Direction, target.Way).CallTimeout,
            limit => queries.QueryAsync(target, limit),
            why => [Unreachable(target, why)],
            cancellation);
        if (said.All(static one => one.Kind == ObservationKind.Unreachable))
        {
            cancellation.ThrowIfCancellationRequested();
        }

        return [.. said.Select(RailTexts.Clean)];
    }

    private void Ended(AccountOffer offer, Direction direction, bool declined, bool unknown, long began, TimeSpan limit)
    {
        var took = time.GetElapsedTime(began);
        var end = declined ? CallEnd.Declined : !unknown ? CallEnd.Answered : took >= limit ? CallEnd.TimedOut : CallEnd.Unknown;
        health.Called(offer.Account.Id, direction, end, took, limit);
    }

    /// <summary>Reads the next page of what moved on the account. Whoever calls has asked <see cref="RailPace"/>.</summary>
    /// <returns>Null when the rail did not answer.</returns>
    public async Task<ListPage?> ListAsync(AccountOffer offer, string cursor, long sinceMs, CancellationToken cancellation)
    {
        var listing = (IListings)offer.Session;
        var limit = offer.Ways.Select(w => offer.TraitsOf(w.Direction, w.Way).CallTimeout).DefaultIfEmpty(TimeSpan.FromSeconds(60)).Max();
        return (await CallAsync(offer, limit, async stop => new Listed(await listing.ListAsync(cursor, sinceMs, stop)), _ => new Listed(null), cancellation)).Page;
    }

    /// <summary>Asks what the account's pots hold. Whoever calls has asked <see cref="RailPace"/>.</summary>
    /// <returns>By the pot's name; empty when the rail did not answer, or in a way that cannot be right.</returns>
    public async Task<IReadOnlyDictionary<string, PotBalance>> BalancesAsync(AccountOffer offer, CancellationToken cancellation)
    {
        var limit = offer.Ways.Select(w => offer.TraitsOf(w.Direction, w.Way).CallTimeout).DefaultIfEmpty(TimeSpan.FromSeconds(60)).Max();
        var told = await CallAsync<IReadOnlyList<PotBalance>>(offer, limit, stop => ((IBalances)offer.Session).BalancesAsync(stop), _ => [], cancellation);

        // The only pot of an account has no name of its own at some rails.
        var named = told.Select(p => p is { Pot.Length: 0 } ? p with { Pot = PotBalance.Payout } : p).ToList();
        return named.TrueForAll(static p => p is { Pot.Length: <= PotBalance.MostCharacters, BlockedMinor: >= 0 and <= MostMinor, AvailableMinor: >= -MostMinor and <= MostMinor } && p.Pot.All(char.IsAsciiLetterOrDigit))
            && named.DistinctBy(static p => p.Pot).Count() == named.Count
                ? named.ToDictionary(static p => p.Pot)
                : new Dictionary<string, PotBalance>();
    }

    /// <summary>Registers the account at its rail.</summary>
    /// <returns>Empty when it is done; else one sentence.</returns>
    public async Task<string> ActivateAsync(AccountOffer offer) => offer.Session is not IActivation activation
        ? "The channel has nothing to register."
        : RailTexts.Reason(await CallAsync(offer, TimeSpan.FromSeconds(60), async stop => await activation.ActivateAsync(stop) ?? "", static why => why, CancellationToken.None));

    /// <summary>Tries an account without moving money.</summary>
    /// <returns>At least one finding.</returns>
    public async Task<IReadOnlyList<TrialFinding>> TryAsync(AccountOffer offer, CancellationToken cancellation)
    {
        if (offer.Session is not (IAccountTrials or IBalances))
        {
            return [new(TrialResult.Attention, "This rail has nothing that can be tried without moving money.")];
        }

        if (await pace.TakeAsync(offer, PacedCalls.Query) > 0)
        {
            return [new(TrialResult.NoAnswer, PaceIsFull)];
        }

        var findings = await CallAsync<IReadOnlyList<TrialFinding>>(offer, TrialWithin, FindAsync, static why => [new(TrialResult.NoAnswer, why)], cancellation);
        return [.. findings.Select(static finding => finding with { Says = RailTexts.Reason(finding.Says) })];

        async Task<IReadOnlyList<TrialFinding>> FindAsync(CancellationToken stop) => offer.Session is IAccountTrials trials ? await trials.TryAccountAsync(stop)
            : (await ((IBalances)offer.Session).BalancesAsync(stop)).Count > 0 ? [new(TrialResult.Right, "The rail tells the account's balance.")]
            : [new(TrialResult.NoAnswer, "The rail does not tell the account's balance: its credentials are wrong, or it does not answer.")];
    }

    private static Observation Unreachable(QueryTarget target, string why) =>
        new() { Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference, Reason = why };

    private async Task<T> CallAsync<T>(
        AccountOffer offer, TimeSpan timeout, Func<CancellationToken, Task<T>> call, Func<string, T> unknown, CancellationToken cancellation)
        where T : class
    {
        try
        {
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

    private sealed record Listed(ListPage? Page);
}
