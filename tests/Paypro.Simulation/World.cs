using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.Simulation;

/// <summary>
/// Two nodes on one store, merchants, payers, banks and the weather, on one thread and a clock that passes only when nobody has
/// anything left to do. The same seed does the same, to the last step.
/// </summary>
internal sealed class World : IDisposable
{
    private const int NodeCount = 2;
    private const long HourMs = 3_600_000;

    /// <summary>After the orders have ended: long enough for the last payer, for every order to run out, for every notification to be tried to the end and for every settlement.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromDays(16);

    private readonly SimulatedNode[] _nodes = new SimulatedNode[NodeCount];
    private readonly Shops _shops;
    private readonly int _seed;
    private ulong _hash = 14695981039346656037;
    private long _steps;
    private int _crashes;
    private Action? _burial;

    public World(int seed, Variant? variant = null, TextWriter? trace = null)
    {
        ViolationException.Forget();
        (_seed, Variant, TraceTo) = (seed, variant ?? Variant.None, trace);
        Lists = Variant.Lists(seed % 2 == 0);
        Dice = new Dice(seed);
        Weather = Variant.In(Weather.Draw(Dice.Random));
        DatabaseTime = new NodeTime(Clock, TimeSpan.Zero);
        Rail = new VirtualRail(Clock, Dice.Random);
        Receiver = new Receiver(Clock, Dice);
        Mirror = new Mirror(Rail, Receiver);
        File = GroundFile.Copy();
        using (var context = GroundFile.Open(File))
        {
            Mirror.Begin(context);
            Pots = new OurPots(this, context);
        }

        _shops = new Shops(this);
        Office = new Office(this);
        Rail.StateOf = number => Mirror.WasDecidedFailed(number) ? null : Mirror.ByNumber(number)?.State;
        Rail.Sending = sent => OfficeAtRest.CheckSend(this, sent);
        Rail.Tell = TellUs;
        for (var i = 0; i < NodeCount; i++)
        {
            _nodes[i] = new SimulatedNode(this, i);
        }
    }

    public VirtualClock Clock { get; } = new();
    public Dice Dice { get; }
    public Variant Variant { get; }
    public Weather Weather { get; private set; }
    public NodeTime DatabaseTime { get; }
    public VirtualRail Rail { get; }
    public Receiver Receiver { get; }
    public Mirror Mirror { get; }
    public string File { get; }
    public int Commits { get; set; }

    /// <summary>Whether the rail that pay-ins come by tells all that moved. Where it does not, late money is found by asking.</summary>
    public bool Lists { get; }
    private TextWriter? TraceTo { get; }

    /// <summary>Nothing goes wrong any more, and no order comes.</summary>
    public bool IsResting { get; private set; }

    /// <summary>What the rails hold of ours.</summary>
    public OurPots Pots { get; }

    public Office Office { get; }

    /// <summary>The nodes that take requests at present.</summary>
    public IReadOnlyList<SimulatedNode> Ready => [.. _nodes.Where(n => n is { IsReady: true, IsPaused: false })];

    public static Dictionary<string, IChannel> Channels(VirtualRail rail, VirtualClock clock, Variant? variant, bool lists) => new(StringComparer.Ordinal)
    {
        ["sandbox"] = new VirtualChannel("sandbox", rail, clock, repeatIsHarmless: false, variant, lists),
        ["patient"] = new VirtualChannel("patient", rail, clock, repeatIsHarmless: true, variant, lists: false),
    };

    /// <summary>Runs for so many simulated hours, then lets everything come to rest, and checks what is left.</summary>
    public RunSummary Run(double hours, double ordersPerHour)
    {
        (Rail.Weather, Receiver.Weather) = (Weather, Weather);
        foreach (var node in _nodes)
        {
            node.Start();
        }

        PauseNow();
        Pots.BringMoney();
        _shops.Open(TimeSpan.FromHours(hours), ordersPerHour);
        Office.Open();
        for (var day = 0; day * 24 < hours; day++)
        {
            RunUntil(TimeSpan.FromHours(Math.Min(hours, (day + 1) * 24)));
            Audit.CompareSmall(this);
        }

        (Weather, Rail.Weather, Receiver.Weather, IsResting) = (Weather.Calm, Weather.Calm, Weather.Calm, true);
        Pots.Fill();
        RunUntil(TimeSpan.FromHours(hours) + Rest);
        Audit.CompareSmall(this);
        Audit.CompareAll(this);
        AtRest.Check(this, _shops);
        OfficeAtRest.Check(this);
        ViolationException.ThrowFirst();
        var orders = Mirror.Orders.Values;
        return new(_seed, hours, _hash, _steps, Commits, _crashes, Mirror.Orders.Count, Rail.Sends, Receiver.Taken, Rail.Movements.Count(), orders.Count(o => o is { Direction: Direction.Refund, State: OrderState.Paid or OrderState.Returned }), Mirror.Resumed)
        {
            Disputes = Mirror.Disputes.Values.Count(d => !d.IsOpen),
            Withdrawals = orders.Count(o => o is { Direction: Direction.Withdrawal, State: OrderState.Paid or OrderState.Returned }),
            Retried = Mirror.Retried,
        };
    }

    public void Trace(string what, long a, long b)
    {
        TraceTo?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Clock.Passed:d\\.hh\\:mm\\:ss\\.fff} {_steps,9} {what} {a} {b}"));
        foreach (var c in what)
        {
            _hash = (_hash ^ c) * 1099511628211;
        }

        _hash = (_hash ^ (ulong)a) * 1099511628211;
        _hash = (_hash ^ (ulong)b) * 1099511628211;
        _hash = (_hash ^ (ulong)Clock.Ticks) * 1099511628211;
    }

    /// <summary>Something was committed: every node looks again when its loops are due.</summary>
    public void WakeAll()
    {
        foreach (var node in _nodes)
        {
            node.Wake();
        }
    }

    /// <summary>A node's end: what it held open is closed once its last step is over, and another one takes its place.</summary>
    public void Died(SimulatedNode node)
    {
        _crashes++;
        _burial += node.Dispose;
        Clock.After(TimeSpan.FromSeconds(1 + Dice.Next(Dice.Next(5) == 0 ? 600 : 10)), () =>
        {
            _nodes[node.No] = new SimulatedNode(this, node.No);
            _nodes[node.No].Start();
        });
    }

    /// <summary>A loop failed. The database's refusals are part of the play; anything else is not.</summary>
    public void Faulted(SimulatedNode node, string loop, Exception error)
    {
        Trace("fault " + loop + " " + error.GetType().Name, node.No, 0);
        if (error is not (WriteFailedException or WriteInDoubtException or WriterBusyException or Server.Merchants.StaleSnapshotException))
        {
            _ = new ViolationException(Checks.Fault, $"the loop {loop} failed: {error}");
        }
    }

    /// <summary>For the broken variant that tells before COMMIT.</summary>
    public void TellEarly(BatchState state)
    {
        foreach (var row in state.Notifications.With(RowFate.Inserted))
        {
            var order = state.Orders.Get(row.Key);
            Receiver.CheckTold(order.Number, Receiver.Content(order));
        }
    }

    /// <summary>A callback on its way to whichever node answers; it comes again until one says 200.</summary>
    public void Callback(long accountId, byte[] body, string signature, Action<int> answered, int tries = 0)
    {
        var again = TimeSpan.FromSeconds(Math.Min(600, 5 << Math.Min(tries, 7)));
        if (Ready is not { Count: > 0 } ready)
        {
            Clock.After(again, () => Callback(accountId, body, signature, answered, tries + 1));
            return;
        }

        var node = Dice.OneOf(ready);
        var done = false;
        Clock.After(again + TimeSpan.FromSeconds(30), () => Answered(0));
        node.Run(
            async () =>
            {
                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { [VirtualSession.SignatureHeader] = signature };
                var answer = await node.The<ChannelCallbacks>().TakeAsync(accountId, new CallbackRequest { Headers = headers, Body = body, ReceivedAtMs = Clock.NowMs });
                Answered(Rail.Happens(Weather.CallbackAnswerLost) ? 0 : answer.Status);
            },
            _ => Answered(500));

        void Answered(int status)
        {
            if (done)
            {
                return;
            }

            done = true;
            Trace("callback", status, accountId);
            if (status is 0 or >= 500)
            {
                Clock.After(again, () => Callback(accountId, body, signature, answered, tries + 1));
            }
            else
            {
                answered(status);
            }
        }
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            node.Die("end");
        }

        _burial?.Invoke();
        GroundFile.Delete(File);
    }

    private void RunUntil(TimeSpan end)
    {
        while (true)
        {
            if (Next() is { } node)
            {
                _steps++;
                node.Step(Dice.Random);
                if (Dice.Happens(Weather.CrashAnywhere))
                {
                    node.Die("anywhere");
                }
            }
            else if (!Clock.Next(end.Ticks))
            {
                return;
            }

            _burial?.Invoke();
            _burial = null;
            ViolationException.ThrowFirst();
        }
    }

    private SimulatedNode? Next()
    {
        var (a, b) = (_nodes[0], _nodes[1]);
        return a.CanRun ? b.CanRun && Dice.Next(2) == 0 ? b : a : b.CanRun ? b : null;
    }

    private void PauseNow()
    {
        Clock.After(TimeSpan.FromMilliseconds(Dice.Next((int)HourMs)), PauseNow);
        if (Dice.Happens(Weather.PausesPerHour) && Dice.OneOf(_nodes) is { IsDead: false, IsPaused: false } node)
        {
            node.Pause(TimeSpan.FromSeconds(1 + Dice.Next(Dice.Next(3) == 0 ? 600 : 120)));
        }
    }

    /// <summary>The rail tells what happened: soon or late, once or several times.</summary>
    private void TellUs(long accountId, Movement? movement, RailEntry entry)
    {
        var said = movement is null ? VirtualSession.Failed(entry, Variant) : VirtualSession.Of(movement);
        if (Rail.Happens(Weather.CallbackLost) && (Lists || !entry.Reference.StartsWith('X')))
        {
            // Nobody but a listing knows of money for a number that nobody has.
            Trace("callback lost", accountId, said.AmountMinor);
            return;
        }

        var (body, signature) = VirtualSession.Write(accountId, said);
        do
        {
            var after = Rail.Span(Rail.Happens(Weather.CallbackLate) ? 20_000 : 5);
            Clock.After(after, () => Callback(accountId, body, signature, static _ => { }));
        }
        while (Rail.Happens(Weather.CallbackTwice));
    }
}
