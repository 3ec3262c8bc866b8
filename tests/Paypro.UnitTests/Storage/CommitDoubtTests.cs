using CsCheck;
using Paypro.Server.Storage;
using Paypro.UnitTests.Platform;

namespace Paypro.UnitTests.Storage;

/// <summary>The fate of a COMMIT, asked of a database that keeps what it heard and loses answers.</summary>
public sealed class CommitDoubtTests
{
    private static readonly Exception Lost = new IOException("lost");

    private enum Loss
    {
        None,
        BeforeTheDatabase,
        OfTheAnswer,
    }

    [Fact]
    public async Task TheTruthIsFoundWhateverIsLost() => await Gen.Select(Gen.Bool, Gen.Enum<Loss>().Array[0, 6]).SampleAsync(
        async (committed, losses) =>
        {
            var mark = BatchMark.Draw(new SeededRandomness((byte)losses.Length));
            long? standing = committed ? mark : null;
            var asked = 0;

            var found = await new CommitDoubt(new FastTime(), TimeSpan.FromSeconds(20)).WasCommittedAsync(Lost, () =>
            {
                var loss = asked < losses.Length ? losses[asked] : Loss.None;
                asked++;
                if (loss != Loss.BeforeTheDatabase)
                {
                    standing ??= BatchMark.Probe;
                }

                return loss == Loss.None ? Task.FromResult(BatchMark.IsOf(mark, standing!.Value)) : throw Lost;
            });

            Assert.Equal(committed, found);
        },
        iter: 300);

    [Fact]
    public async Task AskingEnds()
    {
        var asked = 0;
        var error = await Assert.ThrowsAsync<WriteInDoubtException>(() => new CommitDoubt(new FastTime(), TimeSpan.FromSeconds(2)).WasCommittedAsync(Lost, () =>
        {
            asked++;
            throw new InvalidOperationException("still away");
        }));

        Assert.Equal(22, asked);
        Assert.Equal([Lost.Message, "still away"], Assert.IsType<AggregateException>(error.InnerException).InnerExceptions.Select(e => e.Message));
    }

    /// <summary>Asking again would insert a probe where the batch may have been.</summary>
    [Fact]
    public async Task WhatWasRemovedCannotBeFoundOut()
    {
        var asked = 0;
        await Assert.ThrowsAsync<WriteInDoubtException>(() => new CommitDoubt(new FastTime(), TimeSpan.FromSeconds(20)).WasCommittedAsync(Lost, () =>
        {
            asked++;
            throw new BatchMarkGoneException();
        }));

        Assert.Equal(1, asked);
    }

    [Fact]
    public void NoBatchHasTheMarkOfAProbeAndTwoHaveTheirOwn()
    {
        var random = new SeededRandomness(7);
        var marks = Enumerable.Range(0, 1000).Select(_ => BatchMark.Draw(random)).ToList();

        Assert.All(marks, mark => Assert.True(mark > 0 && !BatchMark.IsOf(mark, BatchMark.Probe)));
        Assert.Equal(1000, marks.Distinct().Count());
    }

    /// <summary>Every wait is over at once, and the clock has gone on by it.</summary>
    private sealed class FastTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero)
            {
                _ticks += dueTime.Ticks;
            }

            return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }
}
