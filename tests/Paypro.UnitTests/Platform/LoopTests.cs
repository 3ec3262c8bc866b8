using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

/// <summary>How long a loop rests.</summary>
public sealed class LoopTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task ItRestsLongerTheLongerNothingIsThere()
    {
        var rests = await RestsAsync(6, (_, _) => false);

        Assert.Equal([200, 300, 450, 675, 1000, 1000], rests);
    }

    [Fact]
    public async Task WhatIsFoundMakesTheRestsShortAgain()
    {
        // The fifth turn finds something and is followed by the sixth at once.
        var rests = await RestsAsync(6, (_, turn) => turn == 5);

        Assert.Equal([200, 300, 450, 675, 200, 300], rests);
    }

    [Fact]
    public async Task ASignalMakesTheRestsShortAgain()
    {
        var rests = await RestsAsync(6, (signal, turn) =>
        {
            if (turn == 4)
            {
                signal.Wake();
            }

            return false;
        });

        Assert.Equal([200, 300, 450, 675, 200, 300], rests);
    }

    [Fact]
    public async Task AFaultIsNoReasonToHurry()
    {
        var rests = await RestsAsync(3, (_, _) => throw new InvalidOperationException("The database is away."));

        Assert.Equal([200, 300, 450], rests);
    }

    /// <summary>Whoever reads the log looks at each stack in it; what only has to wait leaves none.</summary>
    [Fact]
    public async Task WhatCannotBeDoneNowIsOneLineWithoutAStack()
    {
        var log = new Lines();
        await RestsAsync(2, (_, turn) => turn == 1 ? throw new StaleSnapshotException() : throw new InvalidOperationException("A fault."), log);

        Assert.Equal((LogLevel.Warning, "The test loop tries again later: The configuration could not be read for more than ten seconds.", null), log.Of[0]);
        Assert.Equal(LogLevel.Error, log.Of[1].Level);
        Assert.IsType<InvalidOperationException>(log.Of[1].Error);
    }

    /// <summary>The first rests of a loop, milliseconds. Its turns are counted from 1.</summary>
    private static async Task<IEnumerable<int>> RestsAsync(int count, Func<Signal, int, bool> turn, ILogger? log = null)
    {
        var signal = new Signal();
        var clock = new NotingClock(count);
        var turns = 0;
        using var loop = new Loop(
            "test", _ => Task.FromResult(turn(signal, ++turns)), Poll, Slowest, signal, new StartedLifetime(), clock, log ?? NullLogger.Instance);
        await loop.StartAsync(TestContext.Current.CancellationToken);
        await clock.Enough.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await loop.StopAsync(TestContext.Current.CancellationToken);
        return clock.Rests.Take(count);
    }

    /// <summary>Notes how long each timer is, and ends it at once.</summary>
    private sealed class NotingClock(int count) : TimeProvider
    {
        public List<int> Rests { get; } = [];

        public TaskCompletionSource Enough { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Rests.Add((int)dueTime.TotalMilliseconds);
            if (Rests.Count == count)
            {
                Enough.TrySetResult();
            }

            return base.CreateTimer(callback, state, TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Lines : ILogger
    {
        public List<(LogLevel Level, string Text, Exception? Error)> Of { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Of.Add((logLevel, formatter(state, exception), exception));
    }

    private sealed class StartedLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(canceled: true);

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => throw new NotSupportedException();
    }
}
