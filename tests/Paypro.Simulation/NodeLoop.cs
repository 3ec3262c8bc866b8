using Paypro.Server.Books;
using Paypro.Server.Disputes;
using Paypro.Server.Routing;
using Paypro.Server.Timers;

namespace Paypro.Simulation;

/// <summary>A loop of a node, taken turn by turn.</summary>
internal sealed class NodeLoop(string name, Func<Task> turn, Func<long?> dueMs)
{
    public string Name => name;
    public Func<Task> Turn => turn;
    public Func<long?> DueMs => dueMs;
    public bool IsRunning { get; set; }

    /// <summary>No turn before this: a fault that comes back at once must not take every turn.</summary>
    public long EarliestMs { get; set; }

    /// <summary>The clock. Its turn does not wait for what it starts; somebody does, so that the node's picture stays fresh meanwhile.</summary>
    public static NodeLoop Clock(World world, SimulatedNode node)
    {
        var isWatched = false;
        return new(
            "clock",
            async () =>
            {
                await node.The<OrderClock>().RunOnceAsync(CancellationToken.None);
                if (!isWatched)
                {
                    isWatched = true;
                    node.Run(
                        async () =>
                        {
                            await node.The<OrderClock>().WhenIdleAsync();
                            isWatched = false;
                        },
                        error => world.Faulted(node, "clock", error));
                }
            },
            () => world.Mirror.NextTimerMs);
    }

    /// <summary>Reads what the rails list.</summary>
    public static NodeLoop Listings(World world, SimulatedNode node) => Every(world, "listings", TimeSpan.FromHours(2), async () =>
    {
        await node.The<ReadListings>().RunOnceAsync(CancellationToken.None);
        await node.The<ReadListings>().WhenIdleAsync();
        return false;
    });

    /// <summary>What looks after our pots; nothing where they cannot be empty.</summary>
    public static IReadOnlyList<NodeLoop> OfPots(World world, SimulatedNode node) => !world.Pots.CanBeEmpty ? [] :
    [
        Balances(world, node), Parked(world, node), Every(world, "float cases", TimeSpan.FromHours(4), () => node.The<FloatCases>().RunOnceAsync(CancellationToken.None)),
    ];

    /// <summary>Asks what our pots hold; once all is at rest only while somebody waits for it.</summary>
    private static NodeLoop Balances(World world, SimulatedNode node) => OnlyWhile(() => !world.IsResting || world.Mirror.Parked > 0, Every(world, "balances", TimeSpan.FromMinutes(20), async () =>
    {
        await node.The<ReadBalances>().RunOnceAsync(CancellationToken.None);
        await node.The<ReadBalances>().WhenIdleAsync();
        world.Office.SendOn();
        return false;
    }));

    /// <summary>Resumes what waits for money.</summary>
    private static NodeLoop Parked(World world, SimulatedNode node) => OnlyWhile(
        () => world.Mirror.Parked > 0, Every(world, "parked orders", TimeSpan.FromMinutes(10), () => node.The<ParkedOrders>().RunOnceAsync(CancellationToken.None)));

    /// <summary>What carries out what people decided, and watches what they have to decide.</summary>
    public static IReadOnlyList<NodeLoop> OfOffice(World world, SimulatedNode node) =>
    [
        OnlyWhile(() => world.Office.IsBusy, Every(world, "dispute steps", TimeSpan.FromMinutes(30), () => node.The<DisputeSteps>().RunOnceAsync(CancellationToken.None))),
        OnlyWhile(() => world.Office.IsBusy, Every(world, "withdrawals", TimeSpan.FromMinutes(30), () => node.The<Withdrawals>().RunOnceAsync(CancellationToken.None))),
        OnlyWhile(() => world.Office.IsBusy, Every(world, "withdrawal results", TimeSpan.FromMinutes(30), () => node.The<WithdrawalResults>().RunOnceAsync(CancellationToken.None))),
        OnlyWhile(() => world.Mirror.WatchesDisputes, Every(world, "disputes", TimeSpan.FromHours(3), () => node.The<DisputeWatch>().RunOnceAsync(CancellationToken.None))),
    ];

    private static NodeLoop OnlyWhile(Func<bool> isWanted, NodeLoop loop) => new(loop.Name, loop.Turn, () => isWanted() ? loop.DueMs() : null);

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
