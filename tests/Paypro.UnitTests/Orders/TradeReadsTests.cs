using System.Diagnostics;
using CsCheck;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Orders;

/// <summary>
/// Questions that are asked together must be answered as if each had been asked alone: by a statement that began after it, with its
/// own order and nobody else's, and one that fails fails those who were in it.
/// </summary>
public sealed class TradeReadsTests
{
    [Fact]
    public async Task WhoeverComesWhileAllReadersAreBusyIsReadTogether()
    {
        var store = new GatedReads();
        var reads = new TradeReads(store);
        var first = Enumerable.Range(0, TradeReads.AtOnce).Select(n => reads.FindAsync(Key(n))).ToList();
        var later = Enumerable.Range(100, 30).Select(n => reads.FindAsync(Key(n))).ToList();
        Assert.All(store.Statements, static s => Assert.Single(s.Keys));
        Assert.Equal(TradeReads.AtOnce, store.Statements.Count);

        store.Statements[0].Answer();
        Assert.Equal(Key(0), (await first[0])!.TradeKey);
        await store.BegunAsync(TradeReads.AtOnce + 1);

        Assert.Equal(30, store.Statements[^1].Keys.Count);
        store.Statements[^1].Answer();
        Assert.Equal(Enumerable.Range(100, 30).Select(Key), (await Task.WhenAll(later)).Select(static o => o!.TradeKey));
        Assert.False(first[1].IsCompleted);
    }

    [Fact]
    public async Task AStatementHasAnEnd()
    {
        var store = new GatedReads();
        var reads = new TradeReads(store);
        var all = Enumerable.Range(0, TradeReads.AtOnce + TradeReads.Most + 1).Select(n => reads.FindAsync(Key(n))).ToList();
        store.Statements[0].Answer();
        await store.BegunAsync(TradeReads.AtOnce + 1);
        Assert.Equal(TradeReads.Most, store.Statements[^1].Keys.Count);
        store.Statements[1].Answer();
        await store.BegunAsync(TradeReads.AtOnce + 2);
        Assert.Equal(Key(TradeReads.AtOnce + TradeReads.Most), Assert.Single(store.Statements[^1].Keys));
        store.AnswerAll();
        Assert.All(await Task.WhenAll(all), Assert.NotNull);
    }

    [Fact]
    public async Task TheSameNumberIsAskedForOnceAndAnswersAllWhoAsked()
    {
        var store = new GatedReads { Has = static key => key.TradeNo != "t8" };
        var reads = new TradeReads(store);
        var busy = Enumerable.Range(0, TradeReads.AtOnce).Select(n => reads.FindAsync(Key(n))).ToList();
        Task<OrderRow?>[] same = [reads.FindAsync(Key(7)), reads.FindAsync(Key(7)), reads.FindAsync(Key(8))];
        store.AnswerAll();
        await Task.WhenAll(busy);
        await store.BegunAsync(TradeReads.AtOnce + 1);
        store.AnswerAll();
        Assert.Equal(2, store.Statements[^1].Keys.Count);
        Assert.Equal([Key(7), Key(7), null], (await Task.WhenAll(same)).Select(static o => o?.TradeKey));
    }

    [Fact]
    public async Task AStatementThatFailsFailsThoseWhoWereInIt()
    {
        var store = new GatedReads();
        var reads = new TradeReads(store);
        var busy = Enumerable.Range(0, TradeReads.AtOnce).Select(n => reads.FindAsync(Key(n))).ToList();
        var later = reads.FindAsync(Key(9));
        store.Statements[0].Fail(new TimeoutException("gone"));
        await Assert.ThrowsAsync<TimeoutException>(() => busy[0]);
        await store.BegunAsync(TradeReads.AtOnce + 1);
        store.AnswerAll();
        Assert.NotNull(await later);
        Assert.All(await Task.WhenAll(busy[1..]), Assert.NotNull);

        // The readers are there again, all of them: questions that nobody answers occupy one after the other. One that has just
        // answered may still be looking for more and take two of them, therefore as many as it needs are asked.
        var after = new List<Task<OrderRow?>>();
        await UntilAsync(() =>
        {
            after.Add(reads.FindAsync(Key(20 + after.Count)));
            return store.Open.Count == TradeReads.AtOnce;
        });
        await UntilAsync(() =>
        {
            store.AnswerAll();
            return after.TrueForAll(static a => a.IsCompleted);
        });
        Assert.All(await Task.WhenAll(after), Assert.NotNull);
    }

    /// <summary>A statement sees the store as it was when it began: whoever asks later must not be given it.</summary>
    [Fact]
    public async Task AnAnswerIsNeverOlderThanItsQuestion() => await Gen.Int[0, 5].Array[5, 120].SampleAsync(
        static async steps =>
        {
            var store = new GatedReads();
            var reads = new TradeReads(store);
            var asked = new List<(Task<OrderRow?> Answer, long Version)>();
            foreach (var step in steps)
            {
                if (step < 3)
                {
                    asked.Add((reads.FindAsync(Key(step)), store.Version));
                }
                else if (step < 5)
                {
                    store.Version++;
                }
                else if (store.Open is { Count: > 0 } open)
                {
                    open[steps.Length % open.Count].Answer();
                    await Task.Yield();
                }
            }

            await UntilAsync(() =>
            {
                store.AnswerAll();
                return asked.TrueForAll(static a => a.Answer.IsCompleted);
            });

            foreach (var (answer, version) in asked)
            {
                Assert.InRange((await answer)!.AmountMinor, version, store.Version);
            }
        },
        iter: 300);

    /// <summary>What does not come within half a minute does not come: the test fails instead of waiting without end.</summary>
    private static async Task UntilAsync(Func<bool> holds)
    {
        var ends = Stopwatch.GetTimestamp() + (30 * Stopwatch.Frequency);
        while (!holds())
        {
            Assert.True(Stopwatch.GetTimestamp() < ends, "The readers did not come that far.");
            await Task.Yield();
        }
    }

    private static TradeKey Key(int n) => new(3, 1_000_000_001, Direction.PayIn, $"t{n}");

    /// <summary>A store whose statements are answered by hand, with what it held when they began.</summary>
    private sealed class GatedReads : IOrderReads
    {
        public Func<TradeKey, bool> Has { get; init; } = static _ => true;

        public List<Statement> Statements { get; } = [];

        public long Version { get; set; }

        public List<Statement> Open
        {
            get
            {
                lock (Statements)
                {
                    return [.. Statements.Where(static s => !s.Done.Task.IsCompleted)];
                }
            }
        }

        public Task<IReadOnlyList<OrderRow>> ByTradeAsync(IReadOnlyCollection<TradeKey> keys, CancellationToken cancellation)
        {
            var rows = keys.Where(Has).Select(k => Row(k) with { AmountMinor = Version }).ToList();
            var statement = new Statement([.. keys], rows, new TaskCompletionSource<IReadOnlyList<OrderRow>>(TaskCreationOptions.RunContinuationsAsynchronously));
            lock (Statements)
            {
                Statements.Add(statement);
            }

            return statement.Done.Task;
        }

        public Task<IReadOnlyList<OrderRow>> ByKeyAsync(IReadOnlyCollection<OrderKey> keys, CancellationToken cancellation) => throw new NotSupportedException();

        public Task BegunAsync(int count) => UntilAsync(() => Count() == count);

        public void AnswerAll() => Open.ForEach(static s => s.Answer());

        private int Count()
        {
            lock (Statements)
            {
                return Statements.Count;
            }
        }

        private static OrderRow Row(TradeKey key) =>
            new() { Bucket = key.Bucket, MerchantNo = key.MerchantNo, Direction = key.Direction, TradeNo = key.TradeNo };
    }

    private sealed record Statement(IReadOnlyList<TradeKey> Keys, IReadOnlyList<OrderRow> Rows, TaskCompletionSource<IReadOnlyList<OrderRow>> Done)
    {
        public void Answer() => Done.TrySetResult(Rows);

        public void Fail(Exception error) => Done.SetException(error);
    }
}
