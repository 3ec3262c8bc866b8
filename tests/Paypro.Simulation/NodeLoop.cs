namespace Paypro.Simulation;

/// <summary>A loop of a node, taken turn by turn.</summary>
internal sealed class NodeLoop(string name, Func<Task> turn, Func<long?> dueMs)
{
    public string Name => name;
    public Func<Task> Turn => turn;
    public Func<long?> DueMs => dueMs;
    public bool IsRunning { get; set; }

    /// <summary>No turn before this: a fault that comes back at once must not turn in circles.</summary>
    public long EarliestMs { get; set; }

    /// <summary>A loop that comes round by the clock, first at a chance moment, and turns until nothing is left.</summary>
    public static NodeLoop Every(World world, string name, TimeSpan every, Func<Task<bool>> turn)
    {
        var nextMs = world.Clock.NowMs + world.Dice.Next((int)every.TotalMilliseconds);
        return new(
            name,
            async () =>
            {
                nextMs = world.Clock.NowMs + (long)every.TotalMilliseconds;
                while (await turn())
                {
                }
            },
            () => nextMs);
    }
}
