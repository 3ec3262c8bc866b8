using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>A rail that does not answer fills its own lane, and every account is called no oftener than its pace.</summary>
public sealed class RailLaneTests
{
    private const long Account = 101;

    /// <summary>More than all lanes hold in hand: the rest waits in the database. More are measured by hand.</summary>
    private static readonly int Silent = int.Parse(Environment.GetEnvironmentVariable("PAYPRO_TEST_SILENT") ?? "600", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Within a second on a quiet machine; here it must only be sooner than the first silent call gives up.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(8);

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnInnocentPayoutLeavesBesideASilentRail(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(1_000_000_00));
        var (answer, left) = (new TaskCompletionSource<SendOutcome>(), new TaskCompletionSource());
        channel.Sends = draft => draft.AmountMinor == 1_00 ? answer.Task : Left(left);
        var silent = ground.The<SnapshotStore>().Current.Accounts.Keys.First(id => id != Account);
        await Task.WhenAll(Enumerable.Range(0, Silent).Select(_ => shop.PayoutAsync(1_00, silent)));
        var took = await LeavesAsync(ground, shop, left);
        answer.SetResult(new SendOutcome.Unknown("late"));
        await ground.The<OrderClock>().WhenIdleAsync();
        Assert.InRange(took, TimeSpan.Zero, Most);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task SendsLeaveBesideQuestionsOfTheirOwnAccountThatAreNotAnswered(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(1_000_000_00));
        channel.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Unknown("no answer"));
        await Task.WhenAll(Enumerable.Range(0, Silent).Select(_ => shop.PayoutAsync(1_00)));
        ground.Time.Pass(TimeSpan.FromMinutes(5));
        for (var turn = 0; turn < 100 && await ground.ReadAsync(c => c.Attempts.AnyAsync(a => a.State == AttemptState.Ready)); turn++)
        {
            await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        }

        var (answer, left) = (new TaskCompletionSource<IReadOnlyList<Observation>>(), new TaskCompletionSource());
        channel.Answers = _ => answer.Task;
        channel.Sends = _ => Left(left);
        ground.Time.Pass(TimeSpan.FromHours(1));
        await ground.The<OrderClock>().RunOnceAsync(CancellationToken.None);
        var took = await LeavesAsync(ground, shop, left);
        answer.SetResult([new Observation { Kind = ObservationKind.Unreachable, Direction = Direction.Payout, Reference = "" }]);
        await ground.The<OrderClock>().WhenIdleAsync();
        Assert.InRange(took, TimeSpan.Zero, Most);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TwoNodesTogetherKeepToAnAccountsPace(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.The<ScriptedChannel>().Traits = static t => t with { QueryPace = new Pace(100, TimeSpan.FromHours(1), 64) };
        var offer = ground.The<SnapshotStore>().Current.Accounts[Account];
        RailPace[] nodes = [Node(), Node()];
        var calls = new List<long>();
        var begunAtMs = ground.NowMs;
        while (ground.NowMs < begunAtMs + (150 * 60_000))
        {
            foreach (var node in nodes)
            {
                while (await node.TakeAsync(offer, PacedCalls.Query) == 0)
                {
                    calls.Add(ground.NowMs);
                }
            }

            ground.Time.Pass(TimeSpan.FromSeconds(30));
        }

        Assert.All(calls, from => Assert.InRange(calls.Count(at => at >= from && at < from + 3_600_000), 1, 100));
        Assert.InRange(calls.Count, 180, 250);

        // Sends have a pace of their own: none here.
        Assert.Equal(0, await nodes[0].TakeAsync(offer, PacedCalls.Send));

        RailPace Node() => new(ground.The<IContexts>(), ground.The<IBatchEngine>(), ground.Time);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task QuestionsOfASlowAccountWaitForItsPace(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(10_000_00));
        channel.Traits = static t => t with { QueryPace = new Pace(20, TimeSpan.FromHours(1), 64) };
        channel.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Unknown("no answer"));
        for (var i = 0; i < 10; i++)
        {
            await shop.PayoutAsync(1_00);
        }

        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        var asked = 0;
        channel.Answers = target =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult<IReadOnlyList<Observation>>([new Observation { Kind = ObservationKind.Pending, Direction = Direction.Payout, Reference = target.Reference }]);
        };
        ground.Time.Pass(TimeSpan.FromHours(1));
        using var stop = new CancellationTokenSource();
        for (var turn = 0; turn < 100 && asked < 2; turn++)
        {
            await ground.The<OrderClock>().RunOnceAsync(stop.Token);
            await PauseAsync(20);
        }

        await PauseAsync(300);
        await stop.CancelAsync();
        await ground.The<OrderClock>().WhenIdleAsync();
        Assert.Equal(2, asked);

        // What was in hand is still due, and its turn comes.
        ground.Time.Pass(TimeSpan.FromMinutes(4));
        using var again = new CancellationTokenSource();
        for (var turn = 0; turn < 100 && asked < 3; turn++)
        {
            await ground.The<OrderClock>().RunOnceAsync(again.Token);
            await PauseAsync(20);
        }

        await again.CancelAsync();
        await ground.The<OrderClock>().WhenIdleAsync();
        Assert.InRange(asked, 3, 4);
    }

    private static Task<SendOutcome> Left(TaskCompletionSource left)
    {
        left.TrySetResult();
        return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
    }

    /// <summary>The rail's silence lasts as long as the test wants; the payout has to leave meanwhile.</summary>
    private static async Task<TimeSpan> LeavesAsync(PaymentsGround ground, Shop shop, TaskCompletionSource left)
    {
        ground.Time.Pass(TimeSpan.FromHours(1));
        for (var turn = 0; turn < 5; turn++)
        {
            await ground.The<OrderClock>().RunOnceAsync(CancellationToken.None);
        }

        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await shop.PayoutAsync(2_00);
        var asked = TimeProvider.System.GetTimestamp();
        for (var turn = 0; turn < 400 && !left.Task.IsCompleted; turn++)
        {
            await ground.The<OrderClock>().RunOnceAsync(CancellationToken.None);
            await PauseAsync(10);
        }

        var took = TimeProvider.System.GetElapsedTime(asked);
        TestContext.Current.SendDiagnosticMessage("left after {0:0} ms", took.TotalMilliseconds);
        return took;
    }

    private static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System, CancellationToken.None);
}
