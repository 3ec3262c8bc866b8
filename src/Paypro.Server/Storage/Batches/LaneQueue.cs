namespace Paypro.Server.Storage;

/// <summary>
/// The commands that wait for one lane, a line for each group of buckets. The groups take turns; within a group commands leave as they
/// came. One reader.
/// </summary>
/// <param name="length">Commands that may wait, over all groups.</param>
/// <param name="groups">How many lines.</param>
internal sealed class LaneQueue(int length, int groups)
{
    private readonly Lock _gate = new();
    private readonly Queue<WriteCommand>[] _lines = [.. Enumerable.Range(0, groups).Select(static _ => new Queue<WriteCommand>())];
    private TaskCompletionSource<bool>? _reader;
    private int _count;
    private int _turn;
    private bool _isClosed;

    /// <summary>Commands that wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <returns>False when the queue is full or closed.</returns>
    public bool TryAdd(int group, WriteCommand command)
    {
        TaskCompletionSource<bool>? reader;
        lock (_gate)
        {
            if (_isClosed || _count == length)
            {
                return false;
            }

            _lines[group].Enqueue(command);
            _count++;
            (reader, _reader) = (_reader, null);
        }

        reader?.SetResult(true);
        return true;
    }

    /// <summary>Waits until there is a command; false when there is none and none will come.</summary>
    public Task<bool> WaitAsync()
    {
        lock (_gate)
        {
            if (_count > 0 || _isClosed)
            {
                return Task.FromResult(_count > 0);
            }

            _reader = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return _reader.Task;
        }
    }

    /// <summary>Takes the commands of the next group that has any.</summary>
    /// <param name="into">Empty.</param>
    /// <param name="most">At most so many.</param>
    public void Take(List<WriteCommand> into, int most)
    {
        lock (_gate)
        {
            for (var tried = 0; tried < _lines.Length && into.Count == 0; tried++)
            {
                var line = _lines[_turn];
                _turn = (_turn + 1) % _lines.Length;
                while (into.Count < most && line.TryDequeue(out var command))
                {
                    into.Add(command);
                }
            }

            _count -= into.Count;
        }
    }

    /// <summary>Takes no more. What waits can still be taken.</summary>
    public void Close()
    {
        TaskCompletionSource<bool>? reader;
        lock (_gate)
        {
            _isClosed = true;
            (reader, _reader) = (_reader, null);
        }

        reader?.SetResult(false);
    }
}
