using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Channels;
using Paypro.Server;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>
/// One node: the real application, put together by its own list, with the clock, chance, channels, receiver and engine of the
/// simulation. It is not started; its loops take their turns when something is due for them.
/// </summary>
internal sealed class SimulatedNode : IDisposable
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(3);
    private readonly World _world;
    private readonly NodeScheduler _scheduler = new();
    private readonly List<NodeLoop> _loops = [];
    private WebApplication? _app;
    private CrashingEngine? _engine;
    private long _pulseAt = long.MaxValue;
    private int _pulse;
    private int _active;
    private bool _kept;
    private long _freshAt = long.MinValue;

    public SimulatedNode(World world, int no)
    {
        (_world, No) = (world, no);
        Time = new NodeTime(world.Clock, TimeSpan.FromMilliseconds(world.Dice.Next(3000) - 1500));
    }

    public int No { get; }

    public NodeTime Time { get; }

    public bool IsReady { get; private set; }

    public bool IsDead => _scheduler.IsDead;

    public bool IsPaused => Time.PausedUntil > _world.Clock.Ticks;

    public bool CanRun => _scheduler.HasWork && !IsPaused;

    public T The<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    /// <summary>Begins to start; it is ready some steps later, or dies on the way.</summary>
    public void Start() => Run(
        async () =>
        {
            _app = Application.Build(
                [
                    "--Paypro:Sandbox=true", "--Paypro:Roles=api,worker", "--Paypro:Database=Sqlite", $"--ConnectionStrings:Paypro=Data Source={_world.File}",
                    "--Paypro:PublicUrl=http://localhost", "--Paypro:Float:ParkedHours=5", "--Paypro:Float:ReadEveryMinutes=19", "--hostBuilder:reloadConfigOnChange=false", "--Paypro:Metrics=off",
                ],
                Replace);
            await The<Start>().PrepareAsync(CancellationToken.None);
            MakeLoops();
            IsReady = true;
            _freshAt = _world.Clock.Ticks;
            _world.Trace("ready", No, 0);
            Wake();
        },
        error => Die($"start: {error.GetType().Name}"));

    /// <summary>Runs one of its continuations.</summary>
    public void Step(Random random) => _scheduler.RunOne(random);

    /// <summary>Begins some work; what it throws is handed over, unless the node dies first.</summary>
    public void Run(Func<Task> work, Action<Exception> failed)
    {
        _active++;
        _ = Task.Factory.StartNew(
            async () =>
            {
                try
                {
                    if (IsReady && _world.Clock.Ticks - _freshAt > FreshFor.Ticks)
                    {
                        await RefreshAsync();
                    }

                    await work();
                }
#pragma warning disable CA1031 // Handed to whoever asked; a simulated client has to deal with whatever a node says.
                catch (Exception error)
#pragma warning restore CA1031
                {
                    failed(error);
                }
                finally
                {
                    _active--;
                }
            },
            CancellationToken.None, TaskCreationOptions.DenyChildAttach, _scheduler).Unwrap();
        KeepFresh();
    }

    /// <summary>Sometimes a moment, sometimes none: others come in between.</summary>
    public async Task LingerAsync()
    {
        if (_world.Dice.Next(3) == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1 + _world.Dice.Next(_world.Dice.Next(50) == 0 ? 3000 : 20)), Time, CancellationToken.None);
        }
        else
        {
            await Task.Yield();
        }
    }

    /// <summary>The node is gone: what it had in memory is lost, and nobody gets an answer.</summary>
    public Task DieAsync(string where)
    {
        Die(where);
        return new TaskCompletionSource().Task;
    }

    public void Die(string where)
    {
        if (_scheduler.IsDead)
        {
            return;
        }

        _world.Trace("crash " + where, No, 0);
        _scheduler.Kill();
        Time.IsStopped = true;
        IsReady = false;
        _world.Died(this);
    }

    /// <summary>Closes what a dead node held open, as its operating system would.</summary>
    public void Dispose() => _engine?.Dispose();

    public void Pause(TimeSpan time)
    {
        _world.Trace("pause", No, (long)time.TotalMilliseconds);
        Time.PausedUntil = _world.Clock.Ticks + time.Ticks;
        if (_world.Variant.SleepsThroughLeases)
        {
            Time.MonotonicLostTicks += time.Ticks;
        }

        _world.Clock.At(Time.PausedUntil, static () => { });
    }

    /// <summary>Looks when its loops are next due.</summary>
    public void Wake()
    {
        if (!IsReady)
        {
            return;
        }

        foreach (var loop in _loops)
        {
            if (!loop.IsRunning && loop.DueMs() is { } dueMs)
            {
                PulseAt(_world.Clock.Ticks + (Math.Max(loop.EarliestMs - _world.Clock.NowMs, Math.Max(0, dueMs - _world.Clock.NowMs)) + 1 + _world.Dice.Next(200)) * TimeSpan.TicksPerMillisecond);
            }
        }
    }

    private void PulseAt(long ticks)
    {
        if (ticks < _pulseAt)
        {
            _pulseAt = ticks;
            var no = ++_pulse;
            _world.Clock.At(ticks, () =>
            {
                if (no == _pulse)
                {
                    _pulseAt = long.MaxValue;
                    Pulse();
                }
            });
        }
    }

    private void Pulse()
    {
        if (!IsReady)
        {
            return;
        }

        if (IsPaused)
        {
            PulseAt(Time.PausedUntil);
            return;
        }

        var nowMs = _world.Clock.NowMs;
        foreach (var loop in _loops)
        {
            if (!loop.IsRunning && loop.EarliestMs <= nowMs && loop.DueMs() is { } dueMs && dueMs <= nowMs)
            {
                loop.IsRunning = true;
                loop.EarliestMs = nowMs + 300;
                Run(
                    async () =>
                    {
                        try
                        {
                            await loop.Turn();
                        }
                        finally
                        {
                            loop.IsRunning = false;
                            Wake();
                        }
                    },
                    error => _world.Faulted(this, loop.Name, error));
            }
        }

        Wake();
    }

    private void MakeLoops()
    {
        var mirror = _world.Mirror;
        _loops.Add(NodeLoop.Clock(_world, this));
        _loops.Add(NodeLoop.Listings(_world, this));
        _loops.AddRange([.. NodeLoop.OfPots(_world, this), .. NodeLoop.OfOffice(_world, this)]);
        _loops.Add(new("notifications", async () => await The<Deliveries>().RunOnceAsync(CancellationToken.None), () => mirror.NextNotificationMs));
        _loops.Add(NodeLoop.Every(_world, "settlement", TimeSpan.FromHours(3), () => The<SettlementRun>().RunOnceAsync(CancellationToken.None)));
        _loops.Add(NodeLoop.Every(_world, "ledger check", TimeSpan.FromDays(7), () => The<LedgerCheck>().RunOnceAsync(CancellationToken.None)));
        _loops.Add(NodeLoop.Every(_world, "crossings", TimeSpan.FromHours(6), () => The<FinishCrossings>().RunOnceAsync(CancellationToken.None)));
    }

    private async Task RefreshAsync()
    {
        var at = _world.Clock.Ticks;
        await The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        _freshAt = at;
    }

    /// <summary>The snapshot's own loop, but only while there is something to do.</summary>
    private void KeepFresh()
    {
        if (!_kept)
        {
            _kept = true;
            _world.Clock.After(TimeSpan.FromSeconds(2), () =>
            {
                _kept = false;
                if (!IsDead && _active > 0)
                {
                    if (IsReady)
                    {
                        Run(static () => Task.CompletedTask, _ => { });
                    }
                    else
                    {
                        KeepFresh();
                    }
                }
            });
        }
    }

    private void Replace(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(Time);
        services.AddSingleton<IRandomness>(_world.Dice);
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(s => new NotificationSender(new ReceiverHandler(_world.Receiver, _world.Variant), TimeSpan.FromSeconds(10), Time));
        services.AddSingleton<IReadOnlyDictionary<string, IChannel>>(World.Channels(_world.Rail, _world.Clock, _world.Variant, _world.Lists));
        services.AddSingleton<IBatchEngine>(s => _engine = new CrashingEngine(
            new Server.Storage.Sqlite.SqliteEngine(
                $"Data Source={_world.File}", new WriterOptions(), _world.Dice, _world.DatabaseTime, NullLogger<Server.Storage.Sqlite.SqliteEngine>.Instance),
            _world,
            this));
        var queues = Last<IQueues>(services);
        services.AddSingleton<IQueues>(s => new WatchedQueues(queues(s), _world, this));
        var reads = Last<IOrderReads>(services);
        services.AddSingleton<IOrderReads>(s => new WatchedReads(reads(s), this));
        var database = Last<IDatabase>(services);
        services.AddSingleton<IDatabase>(s => new SharedDatabase(database(s)));
    }

    private static Func<IServiceProvider, T> Last<T>(IServiceCollection services)
    {
        var own = services.Last(s => s.ServiceType == typeof(T));
        return s => (T)own.ImplementationFactory!(s);
    }
}
