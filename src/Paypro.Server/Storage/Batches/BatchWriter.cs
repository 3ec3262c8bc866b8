namespace Paypro.Server.Storage;

/// <summary>
/// The only way into the hot tables. Callers queue a command and wait; a lane takes whatever has gathered while its last
/// COMMIT was in flight, runs it as one transaction and answers every caller. Idle, a batch is one command and nobody waits
/// for company. A batch holds commands of one group of buckets (<see cref="BucketGroups"/>).
/// </summary>
internal sealed class BatchWriter : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);

    private readonly IBatchEngine _engine;
    private readonly WriterOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<BatchWriter> _log;
    private readonly BucketGroups _groups;
    private readonly Lane[] _lanes;
    private readonly Task[] _loops;

    /// <summary>Batches under way in all lanes.</summary>
    private int _running;

    /// <summary>When the database failed a batch last; 0 = never.</summary>
    private long _failedAt;

    /// <param name="engine">Runs the batches.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">For batches that fail.</param>
    /// <param name="lanes">Writers side by side.</param>
    /// <param name="groups">Whose commands may share a batch. With several, a group belongs to one lane.</param>
    public BatchWriter(IBatchEngine engine, WriterOptions options, TimeProvider time, ILogger<BatchWriter> log, int lanes, BucketGroups groups)
    {
        (_engine, _options, _time, _log, _groups) = (engine, options, time, log, groups);
        _lanes = new Lane[lanes];
        _loops = new Task[lanes];
        for (var i = 0; i < lanes; i++)
        {
            var lane = new Lane(options.QueueLength, groups.Count);
            _lanes[i] = lane;

            // On the scheduler that this is made on: the thread pool, but for a simulation that decides the order itself.
            _loops[i] = Task.Factory.StartNew(() => RunLaneAsync(lane), CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current).Unwrap();
        }
    }

    /// <summary>
    /// Told after every COMMIT, for those who only want to look again: nothing may depend on it, since other nodes commit too. Must be
    /// quick and must not throw.
    /// </summary>
    public event Action<IReadOnlyList<WriteCommand>>? Committed;

    /// <summary>Queues a command and waits for its answer, which is given only after COMMIT.</summary>
    /// <exception cref="WriterBusyException">The queue is full.</exception>
    /// <exception cref="WriteFailedException">Certainly nothing was stored.</exception>
    /// <exception cref="WriteInDoubtException">Nobody knows; not a failure.</exception>
    public Task<TResult> WriteAsync<TResult>(WriteCommand<TResult> command)
    {
        Turn.ThrowIfHeld();
        command.QueuedAt = _time.GetTimestamp();
        var group = _groups.Of(command.Bucket);
        var lane = _lanes[(_groups.Count == 1 ? command.Bucket : group) % _lanes.Length];
        if (!lane.Queue.TryAdd(group, command))
        {
            WriterMeter.Refused.Add(1);
            return Task.FromException<TResult>(new WriterBusyException());
        }

        WriterMeter.Depth.Add(1);
        if (lane.Waits && lane.Queue.Count >= _options.Company)
        {
            lane.Wake();
        }

        return command.Done;
    }

    /// <summary>Whether the database has failed a batch lately; a command that failed for a reason of its own is none.</summary>
    public bool HasFailedWithin(TimeSpan span) => Volatile.Read(ref _failedAt) is var at and not 0 && _time.GetElapsedTime(at) < span;

    /// <summary>Runs a change of configuration in its turn (see <see cref="IBatchEngine.InTurnAsync"/>).</summary>
    public Task<T> InTurnAsync<T>(Func<Task<T>> change) => _engine.InTurnAsync(change);

    /// <summary>Takes no more commands and finishes those that were accepted.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var lane in _lanes)
        {
            lane.Queue.Close();
            lane.Wake();
        }

        await Task.WhenAll(_loops);
    }

    private async Task RunLaneAsync(Lane lane)
    {
        var commands = new List<WriteCommand>(_options.BatchSize);
        while (await lane.Queue.WaitAsync())
        {
            commands.Clear();
            await AwaitCompanyAsync(lane);
            lane.Queue.Take(commands, _options.BatchSize);
            WriterMeter.Depth.Add(-commands.Count);
            if (commands.Count > 0)
            {
                Interlocked.Increment(ref _running);
                await RunBatchAsync(commands);
                if (Interlocked.Decrement(ref _running) == 0)
                {
                    Array.ForEach(_lanes, static other => other.Wake());
                }
            }
        }
    }

    /// <summary>
    /// A batch costs its database as much as several commands do, so a lane does not start a small one beside another lane's: it waits
    /// for that one's end or for company, but never long, since the other may be stuck.
    /// </summary>
    private async Task AwaitCompanyAsync(Lane lane)
    {
        if (_lanes.Length == 1 || lane.Queue.Count >= _options.Company || Volatile.Read(ref _running) == 0)
        {
            return;
        }

        var wake = lane.Wait();

        // Looked at again: the other's end or the last companion may have come before anybody could see this lane waiting.
        if (lane.Queue.Count < _options.Company && Volatile.Read(ref _running) > 0)
        {
            await Task.WhenAny(wake, Task.Delay(LongestWait, _time, CancellationToken.None));
        }

        lane.Wake();
    }

    private async Task RunBatchAsync(List<WriteCommand> commands)
    {
        var started = _time.GetTimestamp();
        WriterMeter.Wait.Record(_time.GetElapsedTime(commands[0].QueuedAt, started).TotalMilliseconds);
        try
        {
            await _engine.RunAsync(commands);
            foreach (var command in commands)
            {
                command.Answer();
            }

            Committed?.Invoke(commands);

            WriterMeter.BatchSize.Record(commands.Count);
            WriterMeter.BatchTime.Record(_time.GetElapsedTime(started).TotalMilliseconds);
        }
#pragma warning disable CA1031 // The lane must live; whatever happened is every caller's answer and is logged.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _log.LogError(error, "A batch of {Count} failed", commands.Count);
            if (error is not WriteFailedException { IsOfOneCommand: true })
            {
                Volatile.Write(ref _failedAt, _time.GetTimestamp());
            }

            foreach (var command in commands)
            {
                command.Fault(error is WriteFailedException or WriteInDoubtException ? error : new WriteFailedException(error));
            }
        }
    }

    /// <summary>A queue of its own buckets, and whether its reader waits for company.</summary>
    private sealed class Lane(int length, int groups)
    {
        private TaskCompletionSource? _waiting;

        public LaneQueue Queue { get; } = new(length, groups);

        public bool Waits => Volatile.Read(ref _waiting) is not null;

        public Task Wait()
        {
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _waiting, waiting);
            return waiting.Task;
        }

        public void Wake() => Interlocked.Exchange(ref _waiting, null)?.TrySetResult();
    }
}
