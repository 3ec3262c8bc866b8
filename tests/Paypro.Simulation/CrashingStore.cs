using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>
/// The real engine of a node, around which the node dies, the database refuses, and replies to COMMIT are lost. What was committed
/// goes to the <see cref="Mirror"/> at once, whoever hears of it.
/// </summary>
internal sealed class CrashingEngine(IBatchEngine real, World world, SimulatedNode node) : IBatchEngine, IDisposable
{
    private readonly CommitDoubt _doubt = new(node.Time, TimeSpan.FromSeconds(20));

    public async Task RunAsync(IReadOnlyList<WriteCommand> commands)
    {
        await node.LingerAsync();
        var weather = world.Weather;
        var dice = world.Dice;
        if (dice.Happens(weather.CrashBeforeCommit))
        {
            await node.DieAsync("before COMMIT");
        }

        if (dice.Happens(weather.CommitFails))
        {
            world.Trace("refused", commands.Count, node.No);
            throw new WriteFailedException(new IOException("The simulated database is away."));
        }

        if (dice.Happens(weather.DoubtNotStored))
        {
            world.Trace("doubt", 0, node.No);
            throw new WriteInDoubtException(new IOException("The simulated connection was lost before COMMIT."));
        }

        BatchState? state = null;
        IReadOnlyList<WriteCommand> watched = [.. commands.Select(c => new WatchedCommand(c, world.Variant, s => state = Decided(s)))];
        if (world.Variant.AnswersEarly)
        {
            await AnswerEarlyAsync(watched);
        }

        var replyLost = dice.Happens(weather.CommitLost);
        if (replyLost && dice.Next(2) == 0)
        {
            // Lost on the way there: the batch was decided, and nothing of it is stored.
            await RehearseAsync(watched);
            if (await WasCommittedAsync(heard: false))
            {
                world.Trace("taken for committed", commands.Count, node.No);
                return;
            }

            replyLost = false;
        }

        await real.RunAsync(watched);
        world.Commits++;
        world.Trace("commit", commands.Count, node.No);
        world.Mirror.Apply(state!);
        world.WakeAll();
        if (dice.Happens(weather.CrashAfterCommit))
        {
            await node.DieAsync("after COMMIT");
        }

        if (replyLost && !await WasCommittedAsync(heard: true))
        {
            throw new InvalidOperationException("A batch that was committed was taken for one that was not.");
        }

        if (dice.Happens(weather.DoubtStored))
        {
            world.Trace("doubt", 1, node.No);
            throw world.Variant.DoubtIsFailure
                ? new WriteFailedException(new IOException("Doubt, taken for a failure."))
                : new WriteInDoubtException(new IOException("The simulated connection was lost after COMMIT."));
        }

        if (dice.Happens(weather.PauseAfterCommit))
        {
            node.Pause(TimeSpan.FromSeconds(1 + dice.Next(150)));
        }
        else if (commands.Any(c => c is TakeDuePayout) && dice.Happens(weather.PauseBeforeSend))
        {
            node.Pause(TimeSpan.FromSeconds(60 + dice.Next(1800)));
        }

        await node.LingerAsync();
    }

    /// <summary>Without a rest inside: the real one holds its turn by a semaphore, whose waiters would come back on another thread.</summary>
    public async Task<T> InTurnAsync<T>(Func<Task<T>> change)
    {
        if (world.Dice.Happens(world.Weather.CrashBeforeCommit))
        {
            await node.DieAsync("before a saved change");
        }

        var result = await real.InTurnAsync(change);
        if (world.Dice.Happens(world.Weather.CrashAfterCommit))
        {
            await node.DieAsync("after a saved change");
        }

        return result;
    }

    public void Dispose() => (real as IDisposable)?.Dispose();

    /// <summary>
    /// The core's own asking, of a database that keeps what it heard and whose answers are lost now and then: the next question then meets
    /// what the one before has left there.
    /// </summary>
    private Task<bool> WasCommittedAsync(bool heard)
    {
        const long mark = 1;
        long? standing = heard ? mark : null;
        world.Trace("asking", heard ? 1 : 0, node.No);
        return _doubt.WasCommittedAsync(new IOException("The simulated reply to COMMIT was lost."), async () =>
        {
            await node.LingerAsync();
            var taken = standing is not null;
            standing ??= BatchMark.Probe;
            return world.Dice.Happens(world.Weather.ProbeLost) ? throw new IOException("The simulated reply to a probe was lost.")
                : world.Variant.ProbeIsBatch ? taken
                : BatchMark.IsOf(mark, standing.Value);
        });
    }

    private async Task RehearseAsync(IReadOnlyList<WriteCommand> commands)
    {
        try
        {
            await real.RunAsync([.. commands, new EndOfRehearsal(commands[0].Bucket)]);
        }
        catch (WriteFailedException failed) when (failed.InnerException is RehearsedException)
        {
            // The end of every rehearsal.
        }
    }

    private async Task AnswerEarlyAsync(IReadOnlyList<WriteCommand> commands)
    {
        await RehearseAsync(commands);
        foreach (var command in commands)
        {
            command.Answer();
        }

        await node.LingerAsync();
        if (world.Dice.Happens(world.Weather.CrashBeforeCommit))
        {
            await node.DieAsync("between answer and COMMIT");
        }
    }

    private BatchState Decided(BatchState state)
    {
        if (world.Variant.TellsEarly)
        {
            world.TellEarly(state);
        }

        return state;
    }
}

/// <summary>The real queues, read and claimed with a rest before and after: two nodes see the same row and meet at its order.</summary>
internal sealed class WatchedQueues(IQueues real, World world, SimulatedNode node) : IQueues
{
    public async Task<IReadOnlyList<TimerRow>> DueTimersAsync(long nowMs, IReadOnlyCollection<TimerLane> without, int limit, CancellationToken cancellation)
    {
        var rows = await real.DueTimersAsync(nowMs, without, limit, cancellation);
        await node.LingerAsync();
        return rows;
    }

    public async Task<IReadOnlyList<NotificationRow>> ClaimNotificationsAsync(NotificationClaim claim, CancellationToken cancellation)
    {
        // The lease is by the database's clock.
        var rows = await real.ClaimNotificationsAsync(claim with { NowMs = world.Clock.NowMs }, cancellation);
        foreach (var row in rows)
        {
            world.Mirror.Leased(row);
        }

        world.Trace("claimed", rows.Count, node.No);
        await node.LingerAsync();
        return rows;
    }

    public Task<long> CountDueNotificationsAsync(long nowMs, CancellationToken cancellation) => real.CountDueNotificationsAsync(nowMs, cancellation);

    public Task<IReadOnlyList<SettlementDueRow>> DueSettlementsAsync(int date, SettlementDueKey? after, int limit, CancellationToken cancellation) =>
        real.DueSettlementsAsync(date, after, limit, cancellation);
}

/// <summary>The real reads, with a rest after them: what was read is old when it is acted on.</summary>
internal sealed class WatchedReads(IOrderReads real, SimulatedNode node) : IOrderReads
{
    public async Task<IReadOnlyList<OrderRow>> ByKeyAsync(IReadOnlyCollection<OrderKey> keys, CancellationToken cancellation)
    {
        var rows = await real.ByKeyAsync(keys, cancellation);
        await node.LingerAsync();
        return rows;
    }

    public async Task<IReadOnlyList<OrderRow>> ByTradeAsync(IReadOnlyCollection<TradeKey> keys, CancellationToken cancellation)
    {
        var rows = await real.ByTradeAsync(keys, cancellation);
        await node.LingerAsync();
        return rows;
    }
}

/// <summary>The real database, of which several nodes of one process share a file: its lock against other processes is left out.</summary>
internal sealed class SharedDatabase(IDatabase real) : IDatabase
{
    public Task CheckAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task<bool> HasTableAsync(string table, CancellationToken cancellation) => real.HasTableAsync(table, cancellation);

    public Task AloneAsync(Func<Task> work, CancellationToken cancellation) => real.AloneAsync(work, cancellation);

    public Task MigrateAsync(CancellationToken cancellation) => real.MigrateAsync(cancellation);

    public Task<int> CountStartAsync(CancellationToken cancellation) => real.CountStartAsync(cancellation);
}
