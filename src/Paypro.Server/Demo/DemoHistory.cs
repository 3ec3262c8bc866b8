namespace Paypro.Server.Demo;

/// <summary>
/// Makes a history: a list of what merchants, payers and persons do, by time, and a clock that goes from one of these to the next. What lies close together is
/// done at once, so that the writer has company; after it the loops have their turns. Everything goes through the core.
/// </summary>
internal sealed class DemoHistory(DemoClock clock, DemoTurns turns)
{
    /// <summary>So many are under way together, …</summary>
    private const int MostTogether = 16;

    /// <summary>… of what lies within this time, milliseconds: it is done within half a minute of its first.</summary>
    private const long TogetherMs = 30 * 60_000, SpreadMs = 30_000;

    /// <summary>Where nobody does anything, the loops have a turn after this time.</summary>
    private const long StepMs = 4 * 3_600_000, StepsADay = 6;

    /// <summary>The bank pays what it is sent after a second.</summary>
    private const long SettlesMs = 1_500;

    /// <summary>What is begun before the end by this time is over before it.</summary>
    private const long LongestTurnMs = SpreadMs + SettlesMs + 1_000;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<Func<Task>, (long AtMs, long No)> _todo = new();
    private long _no;

    /// <summary>Now, for who does something.</summary>
    public long NowMs => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Puts something on the list, for a time to come.</summary>
    public void At(long atMs, Func<Task> work)
    {
        lock (_gate)
        {
            _todo.Enqueue(work, (atMs, _no++));
        }
    }

    /// <summary>The same, so long after now.</summary>
    public void After(long ms, Func<Task> work) => At(NowMs + ms, work);

    /// <summary>Goes through the list until a time.</summary>
    /// <param name="endMs">Later things stay undone.</param>
    /// <param name="told">Told of each day that is over.</param>
    /// <param name="moved">Told of each new time.</param>
    public async Task RunAsync(long endMs, Action<int> told, Func<long, Task> moved)
    {
        var (startMs, steps) = (NowMs, 0L);
        while (Next(endMs - LongestTurnMs) is { } group)
        {
            for (; startMs + ((steps + 1) * StepMs) < group.AtMs; steps++)
            {
                await StepAsync(startMs + ((steps + 1) * StepMs), steps + 1, told, moved);
            }

            await MoveAsync(Math.Max(group.AtMs, NowMs), moved);
            await turns.RefreshAsync();
            await Task.WhenAll(group.Work.Select((work, i) => clock.AheadAsync(i * SpreadMs / MostTogether, work)));
            await MoveAsync(NowMs + SpreadMs, moved);
            await TurnAsync(moved);
        }

        for (; startMs + ((steps + 1) * StepMs) < endMs - LongestTurnMs; steps++)
        {
            await StepAsync(startMs + ((steps + 1) * StepMs), steps + 1, told, moved);
        }

        await MoveAsync(Math.Max(endMs - SettlesMs, NowMs), moved);
        await TurnAsync(moved);
        await turns.HoursAsync();
        await turns.DayAsync();
        await turns.CheckAsync();
        told((int)((endMs - startMs) / (StepMs * StepsADay)));
    }

    /// <summary>What is due happens, and the bank pays what was sent.</summary>
    private async Task TurnAsync(Func<long, Task> moved)
    {
        await turns.RefreshAsync();
        await turns.BankAsync();
        await turns.OrdersAsync();
        await MoveAsync(NowMs + SettlesMs, moved);
        await turns.BankAsync();
        await turns.TellAsync();
    }

    private async Task StepAsync(long atMs, long step, Action<int> told, Func<long, Task> moved)
    {
        await MoveAsync(Math.Max(atMs, NowMs), moved);
        await TurnAsync(moved);
        await turns.HoursAsync();
        if (step % StepsADay == 0)
        {
            await turns.DayAsync();
            told((int)(step / StepsADay));
        }
    }

    private async Task MoveAsync(long toMs, Func<long, Task> moved)
    {
        clock.MoveTo(toMs);
        await moved(toMs);
    }

    /// <summary>What is to be done next, and what lies close behind it; null when nothing is left before a time.</summary>
    private (long AtMs, List<Func<Task>> Work)? Next(long beforeMs)
    {
        lock (_gate)
        {
            if (!_todo.TryPeek(out _, out var first) || first.AtMs >= beforeMs)
            {
                return null;
            }

            var work = new List<Func<Task>>();
            while (work.Count < MostTogether && _todo.TryPeek(out var next, out var at) && at.AtMs < Math.Min(first.AtMs + TogetherMs, beforeMs))
            {
                _todo.Dequeue();
                work.Add(next);
            }

            return (first.AtMs, work);
        }
    }
}
