using System.Collections.Concurrent;
using System.Text;
using Paypro.Channels;
using Paypro.Channels.Sandbox;

namespace Paypro.UnitTests.Channels;

/// <summary>A sandbox rail with a clock to set and a recorder where the server would be.</summary>
internal sealed class SandboxGround
{
    public SandboxGround(ISandboxRail? rail = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        Account = Account with { Settings = settings ?? Account.Settings };
        Rail = rail ?? Memory;
        Channel = new SandboxChannel(Rail, Faults, Clock);
        Loop = NewNode();
        Hand = new SandboxActions(Rail, Loop, Faults, Clock);
    }

    public InMemorySandboxRail Memory { get; } = new();

    public ISandboxRail Rail { get; }

    public SandboxFaultPlans Faults { get; } = new();

    public SetClock Clock { get; } = new();

    public SandboxChannel Channel { get; }

    public SandboxRailLoop Loop { get; }

    public SandboxActions Hand { get; }

    public ChannelAccount Account { get; } = new()
    {
        Id = 7,
        Channel = "sandbox",
        Country = "MX",
        Currency = "MXN",
        Settings = new Dictionary<string, string>(),
        Secrets = new ChannelSecrets([new SecretVersion(SandboxChannel.CallbackKey, Encoding.ASCII.GetBytes("a-secret-of-the-simulated-bank!!"), 0, 0)]),
    };

    public ChannelAccount Remote => With("instructions", "remote");

    /// <summary>The account with one more setting.</summary>
    public ChannelAccount With(string setting, string value) => Account with { Settings = new Dictionary<string, string>(Account.Settings) { [setting] = value } };

    /// <summary>What arrived, in order.</summary>
    public List<CallbackRequest> Callbacks { get; } = [];

    /// <summary>When set, the server does not answer.</summary>
    public bool ServerIsDown { get; set; }

    /// <summary>What the authentic ones of <see cref="Callbacks"/> said.</summary>
    public IReadOnlyList<Observation> Heard => [.. Callbacks.Select(c => Read(c))
        .OfType<CallbackReading.Statements>().SelectMany(r => r.Observations)];

    /// <summary>The account as the bank has it, where that is another one.</summary>
    public ChannelAccount? Signing { get; set; }

    /// <summary>What the server says to a callback.</summary>
    public Func<CallbackRequest, ChannelAnswer> Answer { get; set; } = _ => new ChannelAnswer(200);

    public int Refused => Callbacks.Count(c => Read(c) is CallbackReading.Refused { Answer.Status: 401 });

    /// <summary>A session of an account; of <see cref="Account"/> unless another is given.</summary>
    internal SandboxSession Session(ChannelAccount? account = null) => (SandboxSession)Channel.Open(account ?? Account, TestServices.Make());

    private CallbackReading Read(CallbackRequest callback) => Session().ReadCallback(callback);

    public SandboxRailLoop NewNode() => new(Rail, Faults, Clock, id => id == Account.Id ? Signing ?? Account : null, (_, request, _) =>
    {
        if (ServerIsDown)
        {
            throw new IOException("The server does not answer.");
        }

        lock (Callbacks)
        {
            Callbacks.Add(request);
        }

        return Task.FromResult(Answer(request));
    });

    public async Task<SandboxTurn> After(long ms)
    {
        Clock.NowMs += ms;
        return await Loop.RunOnceAsync(TestContext.Current.CancellationToken);
    }

    public static PayoutDraft Payout(long amountMinor, string reference = "SO1") => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = reference,
        AmountMinor = amountMinor,
        Currency = "MXN",
        AccountType = "CLABE",
        BankCode = "BANXICO",
        Person = new Person { Name = "A recipient", Account = "002180000000000008" },
    };

    public static PayInDraft PayIn(string way, long amountMinor, string reference = "") => new()
    {
        Number = "68o0uwogz7mnzutt",
        Reference = reference,
        Way = way,
        AmountMinor = amountMinor,
        Currency = "MXN",
        ExpiresAtMs = 1_800_000_000_000,
        MerchantName = "A shop",
    };
}

/// <summary>A clock that stands until it is set.</summary>
internal sealed class SetClock : TimeProvider
{
    private long nowMs = 1_760_000_000_000;

    public long NowMs
    {
        get => Interlocked.Read(ref nowMs);
        set => Interlocked.Exchange(ref nowMs, value);
    }

    /// <summary>When set, a timer that is made waits until <see cref="Release"/>.</summary>
    public bool HoldsTimers { get; set; }

    private ConcurrentQueue<(ITimer Timer, TimeSpan DueTime)> Held { get; } = new();

    /// <summary>Timers run a hundred times too fast, so that a test of a 10 s timeout takes 100 ms.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (!HoldsTimers)
        {
            return base.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / 100 : dueTime, period);
        }

        var timer = base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Held.Enqueue((timer, dueTime));
        return timer;
    }

    /// <summary>So much time has passed for the timers that were held.</summary>
    public void Release(TimeSpan passed)
    {
        foreach (var (timer, _) in Held.Where(h => h.DueTime <= passed))
        {
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}

/// <summary>A bank that breaks every call.</summary>
internal sealed class BrokenRail : ISandboxRail
{
    public Task<SandboxOrder?> FindAsync(long accountId, Direction direction, string reference, CancellationToken cancellation) =>
        Task.FromException<SandboxOrder?>(new IOException("The connection was cut."));

    public Task<bool> SaveAsync(SandboxOrder order, long expectedVersion, CancellationToken cancellation) =>
        Task.FromException<bool>(new IOException("The connection was cut."));

    public Task<IReadOnlyList<SandboxOrder>> DueAsync(long nowMs, int limit, CancellationToken cancellation) =>
        Task.FromException<IReadOnlyList<SandboxOrder>>(new IOException("The connection was cut."));

    public Task<IReadOnlyList<SandboxOrder>> MovedAsync(long accountId, SandboxPlace after, long untilMs, int limit, CancellationToken cancellation) =>
        Task.FromException<IReadOnlyList<SandboxOrder>>(new IOException("The connection was cut."));

    public Task<long> BalanceAsync(long accountId, Direction direction, string paidReference, CancellationToken cancellation) =>
        Task.FromException<long>(new IOException("The connection was cut."));
}
