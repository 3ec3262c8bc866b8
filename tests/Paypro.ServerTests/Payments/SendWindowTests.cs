using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Between the right to send and the rail's answer nothing may fail but the call, and one order's fault is no other's.</summary>
public sealed class SendWindowTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>A stop comes at each moment at which the clock looks at the channel: the payout is sent or not begun, and never half of it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AStopLeavesNoPayoutThatIsTakenAndNotSent(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(10_000_00));
        var sent = new HashSet<string>();
        channel.Sends = draft =>
        {
            sent.Add(draft.Reference);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        for (var at = 1; at <= 6; at++)
        {
            var payout = (await shop.PayoutAsync(10_00))!;
            using var stop = new CancellationTokenSource();
            var looks = 0;
            channel.Looked = () =>
            {
                if (++looks == at)
                {
                    stop.Cancel();
                }
            };
            await RunAsync(ground, stop.Token);
            channel.Looked = null;
            var attempt = await AttemptAsync(ground, payout);
            Assert.Equal(sent.Contains(payout.Attempt.Reference) ? AttemptState.Accepted : AttemptState.Ready, attempt.State);

            // The next start finds it as it was.
            await RunAsync(ground, CancellationToken.None);
            Assert.Contains(payout.Attempt.Reference, sent);
            Assert.Equal(AttemptState.Accepted, (await AttemptAsync(ground, payout)).State);
        }
    }

    /// <summary>What a channel hears of a repeated send is no refusal of the payout, so it must know that it repeats.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ASendThatWasFoundHalfWayIsCalledARepeat(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(10_000_00));
        channel.RepeatIsHarmless = true;
        var repeats = new Dictionary<string, bool>();
        channel.Sends = draft =>
        {
            repeats.Add(draft.Reference, draft.IsRepeat);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };

        // A node takes the first payout and dies; nobody has seen the second.
        var taken = (await shop.PayoutAsync(10_00))!;
        var order = await shop.OrderAsync(taken);
        var due = await ground.Writer.WriteAsync(new TakeDuePayout(order.Key, order.TimerDueMs, taken.Attempt.Reference, repeatIsHarmless: true, leaseMs: 0, ground.NowMs));
        Assert.Equal(DueAction.Send, due.Action);
        ground.Time.Pass(TimeSpan.FromMinutes(2));
        var fresh = (await shop.PayoutAsync(20_00))!;

        // A node that a busy machine stops for too long gives a send back; its next turn takes it.
        for (var turn = 0; turn < 10 && repeats.Count < 2; turn++)
        {
            await RunAsync(ground, CancellationToken.None);
            ground.Time.Pass(TimeSpan.FromMinutes(2));
        }

        Assert.Equal((true, false), (repeats[taken.Attempt.Reference], repeats[fresh.Attempt.Reference]));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AStopWaitsForTheCall(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(10_000_00));
        var payout = (await shop.PayoutAsync(10_00))!;
        using var stop = new CancellationTokenSource();
        var answer = new TaskCompletionSource<SendOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.Sends = _ =>
        {
            stop.Cancel();
            return answer.Task;
        };
        var turn = RunAsync(ground, stop.Token);
        await Task.WhenAny(turn, Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None));
        Assert.False(turn.IsCompleted);
        answer.SetResult(new SendOutcome.Declined("account closed"));
        await turn;
        Assert.Equal(OrderState.Failed, (await shop.OrderAsync(payout)).State);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AChannelThatLeaksACancellationOrThrowsIsUnknownAndCancelsNoNeighbour(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(10_000_00));
        Placed[] payouts = [(await shop.PayoutAsync(10_00))!, (await shop.PayoutAsync(20_00))!, (await shop.PayoutAsync(30_00))!];
        var begun = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.Sends = async draft =>
        {
            if (Interlocked.Increment(ref begun) == 3)
            {
                all.SetResult();
            }

            await all.Task.WaitAsync(TimeSpan.FromSeconds(60), CancellationToken.None);
            return draft.AmountMinor switch
            {
                10_00 => throw new OperationCanceledException("not ours"),
                20_00 => throw new InvalidOperationException("broken"),
                _ => await AfterAsync(new SendOutcome.Accepted()),
            };
        };
        await RunAsync(ground, CancellationToken.None);
        Assert.Equal(
            [AttemptState.Unknown, AttemptState.Unknown, AttemptState.Accepted],
            new[] { (await AttemptAsync(ground, payouts[0])).State, (await AttemptAsync(ground, payouts[1])).State, (await AttemptAsync(ground, payouts[2])).State });

        // The same for a question: silence, and the next look is made.
        channel.Answers = _ => throw new OperationCanceledException("not ours");
        ground.Time.Pass(TimeSpan.FromHours(1));
        await RunAsync(ground, CancellationToken.None);
        foreach (var payout in payouts)
        {
            Assert.Equal((OrderState.Pending, 1), ((await shop.OrderAsync(payout)).State, (await AttemptAsync(ground, payout)).QueryCount));
        }
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APayoutWhoseRecipientDoesNotOpenIsNotBegunAndASoundOneIsSentWhenItDoes(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(10_000_00));
        var sent = new List<PayoutDraft>();
        channel.Sends = draft =>
        {
            sent.Add(draft);
            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        var payout = (await shop.PayoutAsync(10_00))!;
        var key = payout.Order.Key;
        await ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE persons SET master_key_id = 'gone' WHERE bucket = {key.Bucket} AND order_id = {key.Id}"));
        await RunAsync(ground, CancellationToken.None);
        Assert.Empty(sent);
        Assert.Equal(AttemptState.Ready, (await AttemptAsync(ground, payout)).State);
        var open = await ground.ReadAsync(c => c.Cases.SingleAsync(a => a.Kind == "unsendable"));
        Assert.Equal(payout.Order.Number, open.Subject);

        var other = (await shop.PayoutAsync(20_00))!;
        var whole = await ground.ReadAsync(c => c.Persons.AsNoTracking().SingleAsync(p => p.OrderId == other.Order.Id));
        await ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE persons SET master_key_id = {whole.MasterKeyId} WHERE bucket = {key.Bucket} AND order_id = {key.Id}"));
        ground.Time.Pass(TimeSpan.FromMinutes(2));
        await RunAsync(ground, CancellationToken.None);
        Assert.Equal(2, sent.Count);
        Assert.All(sent, draft => Assert.Equal("Recipient", draft.Person.Name));
    }

    /// <summary>One device waits for the rail's instruction while another chooses a number of ours.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task EachDeviceIsGivenTheAttemptOfTheWayThatItChose(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        channel.Remote.Add("store");
        var (desk, merchant) = (ground.The<PayInCreation>(), shop.Merchant);
        var order = (await shop.HostedAsync(300_00)).Order;
        ChooseWayResult? second = null;
        channel.Instructs = async draft =>
        {
            second = await desk.ChooseAsync(merchant, order, "va", null, CancellationToken.None);
            return new InstructionOutcome.Accepted(new PaymentInstruction { Kind = "reference", Value = draft.Reference });
        };
        var first = await desk.ChooseAsync(merchant, order, "store", null, CancellationToken.None);
        Assert.Equal(("store", "va"), (first.Attempt!.Way, second!.Attempt!.Way));
        Assert.Equal(first.Attempt.Reference, first.Attempt.InstructionValue);

        // Going back to the first way shows the first way's instruction again.
        var picture = (await ground.The<OrderQueries>().FindAsync(order.Key, CancellationToken.None))!;
        Assert.Equal("va", picture.Current!.Way);
        await desk.ChooseAsync(merchant, picture.Order, "store", null, CancellationToken.None);
        picture = (await ground.The<OrderQueries>().FindAsync(order.Key, CancellationToken.None))!;
        Assert.Equal(first.Attempt.Reference, picture.Current!.Reference);

        // Any of its numbers rests as long as the order may live.
        var longest = ground.The<SnapshotStore>().Current.Accounts[101].Ways.Max(w => w.TimeToLiveMinutes);
        var life = TimeSpan.FromMinutes(Math.Max(longest, 24 * 60));
        var rests = await ground.ReadAsync(c => c.NumberBlocks.Where(b => b.Bucket == order.Bucket && b.ChannelAccountId == 101).Select(b => b.RestsUntilMs).MaxAsync());
        Assert.True(rests >= order.CreatedAtMs + (long)(life + Server.Routing.NumberPool.Rest).TotalMilliseconds);
    }

    private static async Task<SendOutcome> AfterAsync(SendOutcome outcome)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
        return outcome;
    }

    private static async Task RunAsync(PaymentsGround ground, CancellationToken stop)
    {
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        try
        {
            await ground.The<OrderClock>().TurnAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The turn was stopped, as the loop would be.
        }
    }

    private static Task<AttemptRow> AttemptAsync(PaymentsGround ground, Placed placed) =>
        ground.ReadAsync(c => c.Attempts.AsNoTracking().SingleAsync(a => a.Bucket == placed.Order.Bucket && a.OrderId == placed.Order.Id));
}
