namespace Paypro.Simulation;

/// <summary>
/// Runs everything that one node does, one continuation at a time on the simulation's only thread, in an order drawn from the
/// seed. A node that crashes runs nothing more: whatever stood at an <c>await</c> stands there without end.
/// </summary>
internal sealed class NodeScheduler : TaskScheduler
{
    private readonly List<Task> _ready = [];
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Something was queued from another thread: the run would not replay.</summary>
    public static bool Escaped { get; private set; }

    public bool IsDead { get; private set; }

    public bool HasWork => _ready.Count > 0;

    public void Kill()
    {
        IsDead = true;
        _ready.Clear();
    }

    /// <summary>Runs one of those that are ready.</summary>
    public void RunOne(Random random)
    {
        var at = _ready.Count == 1 ? 0 : random.Next(_ready.Count);
        var task = _ready[at];
        _ready.RemoveAt(at);
        TryExecuteTask(task);
    }

    protected override void QueueTask(Task task)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Escaped = true;
            throw new InvalidOperationException("A continuation came from another thread, so that the run could not be replayed.");
        }

        if (!IsDead)
        {
            _ready.Add(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => _ready;
}
