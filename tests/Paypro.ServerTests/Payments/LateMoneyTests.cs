using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>After an order's end its rail is asked on for as long as money may move: by its listing, else once a day.</summary>
public sealed class LateMoneyTests
{
    private const long Account = 101;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>The callback was lost, and money came after the order's end.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyThatComesAfterTheEndIsFoundByTheDailyQuestion(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        var placed = await shop.PayInAsync(100_00);
        Answer(channel, placed, ObservationKind.Pending);
        ground.Time.Pass(TimeSpan.FromHours(2));
        await UntilAsync(ground, placed, OrderState.Expired);
        Assert.Equal(TimerWork.AskLate, (await TimerAsync(ground, placed))!.Work);

        Answer(channel, placed, ObservationKind.Paid, 100_00, "late");
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        Assert.Equal(OrderState.Expired, (await shop.OrderAsync(placed)).State);
        ground.Time.Pass(TimeSpan.FromDays(1));
        await UntilAsync(ground, placed, OrderState.Paid);
        Assert.True((await shop.OrderAsync(placed)).Exceptions.HasFlag(OrderExceptions.Late));

        // And asked on, until none can move any more.
        Answer(channel, placed, ObservationKind.Paid, 100_00, "late");
        for (var day = 0; day < 12; day++)
        {
            ground.Time.Pass(TimeSpan.FromDays(1));
            await TurnsAsync(ground);
        }

        Assert.Null(await TimerAsync(ground, placed));
        Assert.InRange((await ground.ReadAsync(c => c.Attempts.SingleAsync())).QueryCount, 7, 60);
        Assert.Equal(100_00, PayInBooking.HeldMinor(await shop.OrderAsync(placed)));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APaidPayoutThatComesBackIsFound(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync(1_000_00));
        channel.Sends = _ => Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        var placed = (await shop.PayoutAsync(100_00))!;
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        await shop.PaidAsync(placed, 100_00, "p");
        Assert.Equal(TimerWork.AskLate, (await TimerAsync(ground, placed))!.Work);
        channel.Answers = _ => Task.FromResult<IReadOnlyList<Observation>>(
            [Said(placed, ObservationKind.Paid, 100_00, $"{placed.Order.Number}:p"), Said(placed, ObservationKind.Returned, 100_00, "r")]);
        ground.Time.Pass(TimeSpan.FromDays(1.1));
        await UntilAsync(ground, placed, OrderState.Returned);
        Assert.Equal(new Holdings(1_000_00, 0, 0, 0), await shop.HoldingsAsync());
    }

    /// <summary>Where the rail tells all that moved, no order is asked about, and a line of nobody's goes to suspense.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AListingIsAppliedLikeCallbacksBeforeItsCursorIsStored(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.PutListing);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        var (first, second) = (await shop.PayInAsync(100_00), await shop.PayInAsync(50_00));
        var stranger = Said(first, ObservationKind.Paid, 7_00, "s") with { Reference = "646180999999999999" };
        var asked = new List<string>();
        channel.Lists = (account, cursor) =>
        {
            if (account != Account)
            {
                return Task.FromResult<ListPage?>(new ListPage([], cursor, HasMore: false));
            }

            asked.Add(cursor);
            return Task.FromResult<ListPage?>(cursor == ""
                ? new ListPage([Said(first, ObservationKind.Paid, 100_00, "a"), stranger], "1", HasMore: true)
                : new ListPage([Said(second, ObservationKind.Paid, 50_00, "b"), Said(first, ObservationKind.Paid, 100_00, "a")], "2", HasMore: false));
        };
        await ReadAsync(ground);
        Assert.Equal(["", "1"], asked);
        Assert.Equal((OrderState.Paid, 0L), await shop.OrderAsync(first) is var one ? (one.State, one.TimerDueMs) : default);
        Assert.Equal(OrderState.Paid, (await shop.OrderAsync(second)).State);
        Assert.Equal(1, await ground.ReadAsync(c => c.Statements.CountAsync(s => s.Outcome == StatementOutcome.Suspense && s.AmountMinor == 7_00)));
        var row = await ground.ReadAsync(c => c.ChannelCursors.SingleAsync(r => r.ChannelAccountId == Account));
        Assert.Equal(("2", 0L), (row.Cursor, row.LeaseUntilMs));

        // Not before its time, and from where it ended.
        asked.Clear();
        await ReadAsync(ground);
        Assert.Empty(asked);
        ground.Time.Pass(TimeSpan.FromMinutes(2));
        await ReadAsync(ground);
        Assert.Equal(["2"], asked);
    }

    /// <summary>A rail that does not answer, and a page that cannot be applied, leave the cursor where it was; one node reads at a time.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ACursorIsNotMovedPastWhatIsNotApplied(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.PutListing);
        ground.Time.SetToReal();
        var channel = ground.The<ScriptedChannel>();
        var asked = 0;
        channel.Lists = (_, _) =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult<ListPage?>(null);
        };
        await ReadAsync(ground);
        var accounts = asked;
        await ReadAsync(ground);
        Assert.Equal(accounts, asked);
        Assert.Equal("", await ground.ReadAsync(c => c.ChannelCursors.Where(r => r.ChannelAccountId == Account).Select(r => r.Cursor).SingleAsync()));
        ground.Time.Pass(TimeSpan.FromMinutes(5));
        await ReadAsync(ground);
        Assert.Equal(2 * accounts, asked);
    }

    /// <summary>One listing that was read since their end answers for all of them, and what it tells is credited and not expired.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AListingExpiresWhatNobodyPaid(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.PutListing);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        Placed[] unpaid = [await shop.PayInAsync(100_00), await shop.PayInAsync(50_00)];
        var paid = await shop.PayInAsync(70_00);
        var questions = new ConcurrentBag<string>();
        channel.Answers = target =>
        {
            questions.Add(target.Reference);
            return Task.FromResult<IReadOnlyList<Observation>>([Said(paid, ObservationKind.Pending, 0, "") with { Reference = target.Reference }]);
        };

        // A listing from before their end says nothing of it.
        await ReadAsync(ground);
        ground.Time.Pass(JustOver(paid));
        await TurnsAsync(ground);
        Assert.All(await Task.WhenAll(unpaid.Select(shop.OrderAsync)), o => Assert.Equal(OrderState.Pending, o.State));

        // Nor does one that another node's clock may have dated too late.
        ground.Time.Pass(TimeSpan.FromSeconds(57));
        await ReadAsync(ground);
        await TurnsAsync(ground);
        Assert.All(await Task.WhenAll(unpaid.Select(shop.OrderAsync)), o => Assert.Equal(OrderState.Pending, o.State));
        ground.Time.Pass(TimeSpan.FromSeconds(61));

        channel.Lists = (account, cursor) => Task.FromResult<ListPage?>(new ListPage(account == Account && cursor == "" ? [Said(paid, ObservationKind.Paid, 70_00, "a")] : [], "1", HasMore: false));
        await ReadAsync(ground);
        ground.Time.Pass(TimeSpan.FromSeconds(61));
        await UntilAsync(ground, unpaid[0], OrderState.Expired);
        await UntilAsync(ground, unpaid[1], OrderState.Expired);
        Assert.Equal((OrderState.Paid, 70_00), await shop.OrderAsync(paid) is var order ? (order.State, order.PaidMinor) : default);
        Assert.Empty(questions);
        Assert.Equal(["listing", "listing"], await ground.ReadAsync(c => c.Events.Where(e => e.Type == EventType.Expired).Select(e => e.Cause).ToListAsync()));
    }

    /// <summary>Three listings that do not come are silence, and an order is then asked about by itself.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WithoutAListingAnOrderIsAskedAbout(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.PutListing);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        var placed = await shop.PayInAsync(100_00);
        var questions = 0;
        channel.Answers = _ =>
        {
            Interlocked.Increment(ref questions);
            return Task.FromResult<IReadOnlyList<Observation>>([Said(placed, ObservationKind.Pending, 0, "")]);
        };
        ground.Time.Pass(JustOver(placed));
        await TurnsAsync(ground);
        Assert.Equal((OrderState.Pending, 0), ((await shop.OrderAsync(placed)).State, questions));
        ground.Time.Pass(TimeSpan.FromMinutes(4));
        await UntilAsync(ground, placed, OrderState.Expired);
        Assert.Equal(1, questions);
    }

    private static TimeSpan JustOver(Placed placed) => TimeSpan.FromMilliseconds(placed.Order.ExpiresAtMs - placed.Order.CreatedAtMs + 1_000);

    private static async Task ReadAsync(PaymentsGround ground)
    {
        await ground.The<ReadListings>().RunOnceAsync(CancellationToken.None);
        await ground.The<ReadListings>().WhenIdleAsync();
    }

    private static void Answer(ScriptedChannel channel, Placed placed, ObservationKind kind, long amountMinor = 0, string key = "") =>
        channel.Answers = _ => Task.FromResult<IReadOnlyList<Observation>>([Said(placed, kind, amountMinor, key)]);

    private static Observation Said(Placed placed, ObservationKind kind, long amountMinor, string key) => new()
    {
        Kind = kind, Direction = placed.Attempt.Direction, Reference = placed.Attempt.Reference, AmountMinor = amountMinor, Currency = "MXN", DedupeKey = key,
        RailReference = key,
    };

    private static Task<TimerRow?> TimerAsync(PaymentsGround ground, Placed placed) => ground.ReadAsync(c => c.Timers.SingleOrDefaultAsync(t => t.OrderId == placed.Order.Id));

    private static async Task TurnsAsync(PaymentsGround ground)
    {
        for (var turn = 0; turn < 3; turn++)
        {
            await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
            await Task.Delay(TimeSpan.FromMilliseconds(30), TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task UntilAsync(PaymentsGround ground, Placed placed, OrderState state)
    {
        for (var turn = 0; turn < 100; turn++)
        {
            await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
            if (await ground.ReadAsync(c => c.Orders.Where(o => o.Id == placed.Order.Id).Select(o => o.State).SingleAsync()) == state)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        Assert.Fail($"The order did not become {state}.");
    }
}
