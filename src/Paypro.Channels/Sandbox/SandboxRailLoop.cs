namespace Paypro.Channels.Sandbox;

/// <summary>Where the rail's callbacks go: to the server's own callback address, without the network between.</summary>
/// <param name="channelAccountId">The account that the callback is for.</param>
/// <param name="request">The callback, signed.</param>
/// <param name="cancellation">Gives up waiting.</param>
/// <returns>
/// What we have answered. The bank does not argue with a refusal. An exception or a status from 500 means no answer: the rail comes again.
/// </returns>
public delegate Task<ChannelAnswer> SandboxCallbackSink(long channelAccountId, CallbackRequest request, CancellationToken cancellation);

/// <summary>What one turn of the loop did.</summary>
/// <param name="Delivered">Callbacks answered.</param>
/// <param name="Undelivered">Callbacks that found no answer and come again.</param>
/// <param name="Fault">Why the last of these found none.</param>
public sealed record SandboxTurn(int Delivered, int Undelivered, Exception? Fault)
{
    internal static readonly SandboxTurn Idle = new(0, 0, null);

    internal SandboxTurn And(SandboxTurn other) => new(Delivered + other.Delivered, Undelivered + other.Undelivered, other.Fault ?? Fault);
}

/// <summary>
/// The bank at work: does what is due and makes the callbacks. Several nodes may run it at once, and any may be killed: what is due is
/// claimed by the order's version for <c>SandboxStory.LeaseMs</c>, so a callback may come twice but is never lost.
/// </summary>
/// <param name="rail">The bank's memory.</param>
/// <param name="faults">How the bank misbehaves.</param>
/// <param name="time">The clock.</param>
/// <param name="accounts">Finds a channel account by its number; null when there is none (its callbacks wait).</param>
/// <param name="sink">Takes the callbacks.</param>
public sealed class SandboxRailLoop(
    ISandboxRail rail, SandboxFaultPlans faults, TimeProvider time, Func<long, ChannelAccount?> accounts, SandboxCallbackSink sink)
{
    /// <summary>How many orders are worked on at the same time; the callbacks of one order come one after the other.</summary>
    private const int OrdersAtOnce = 16;

    /// <summary>How many orders one turn takes. A turn that delivered as many is best followed by the next at once.</summary>
    public const int OrdersPerTurn = 256;

    /// <summary>Does what is due now, at most <see cref="OrdersPerTurn"/> orders.</summary>
    /// <param name="cancellation">Stops after what was begun.</param>
    public async Task<SandboxTurn> RunOnceAsync(CancellationToken cancellation)
    {
        var turn = SandboxTurn.Idle;
        var due = await rail.DueAsync(NowMs(), OrdersPerTurn, cancellation).ConfigureAwait(false);
        foreach (var some in due.Chunk(OrdersAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            var turns = await Task.WhenAll(some.Select(order => FireAsync(order, cancellation))).ConfigureAwait(false);
            turn = turns.Aggregate(turn, (sum, one) => sum.And(one));
        }

        return turn;
    }

    /// <summary>Does what is due of one order.</summary>
    internal async Task<SandboxTurn> FireAsync(SandboxOrder key, CancellationToken cancellation)
    {
        IReadOnlyList<SandboxStep> tells = [];
        var order = await rail.ChangeAsync(key.AccountId, key.Direction, key.Reference, found =>
        {
            var claim = found is null ? null : SandboxStory.Claim(found, NowMs(), faults[key.AccountId]);
            tells = claim?.Tells ?? [];
            return claim?.Order;
        }, cancellation).ConfigureAwait(false);
        if (order is null || tells.Count == 0)
        {
            return SandboxTurn.Idle;
        }

        var delivered = new HashSet<int>();
        var undelivered = new HashSet<int>();
        Exception? fault = null;
        foreach (var tell in tells)
        {
            try
            {
                await DeliverAsync(order.AccountId, Write(order, tell), cancellation).ConfigureAwait(false);
                delivered.Add(tell.No);
            }
            catch (Exception thrown)
            {
                fault = thrown;
                undelivered.Add(tell.No);
            }
        }

        // Without the caller's token: what was delivered is struck out even when the node is stopping.
        await rail.ChangeAsync(order.AccountId, order.Direction, order.Reference,
            found => found is null ? null : SandboxStory.Finish(found, delivered, undelivered, NowMs()),
            CancellationToken.None).ConfigureAwait(false);
        return new SandboxTurn(delivered.Count, undelivered.Count, fault);
    }

    /// <summary>Asks whether an order takes an amount, before the payer's money is taken.</summary>
    /// <returns>Null when it does; else one sentence.</returns>
    internal async Task<string?> AskAsync(ChannelAccount account, SandboxOrder order, long amountMinor, CancellationToken cancellation)
    {
        try
        {
            var answer = await DeliverAsync(account.Id, SandboxCallback.Ask(account, order, amountMinor, NowMs()), cancellation).ConfigureAwait(false);
            return SandboxQuestion.RefusalIn(answer);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return "The bank asked whether the order takes this amount and got no answer.";
        }
    }

    private async Task<ChannelAnswer> DeliverAsync(long accountId, CallbackRequest request, CancellationToken cancellation)
    {
        var answer = await sink(accountId, request, cancellation).ConfigureAwait(false);
        return answer.Status < 500 ? answer : throw new InvalidOperationException($"The callback was answered with {answer.Status}.");
    }

    private CallbackRequest Write(SandboxOrder order, SandboxStep tell)
    {
        var movement = order.Movements[tell.Movement];
        var account = accounts(order.AccountId) ?? throw new InvalidOperationException($"There is no channel account {order.AccountId}.");
        return tell.Act == SandboxAct.TellForged
            ? SandboxCallback.Forge(account, order, movement, NowMs()) : SandboxCallback.Write(account, order, tell.Movement, NowMs());
    }

    private long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();
}
