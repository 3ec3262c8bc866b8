using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Pay-ins whose time is over at a rail that tells all that moved.</summary>
public sealed class ListedEndTests
{
    private const long Account = 101;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>The listing says that it was paid, and the line cannot be booked: that is no word that nobody paid.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatTheListingSaysWasPaidDoesNotExpireThoughItCannotBeBooked(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.PutListing);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        var (strange, unpaid) = (await shop.PayInAsync(100_00), await shop.PayInAsync(50_00));
        var line = Said(strange, ObservationKind.Paid, 100_00, "a") with { Currency = "USD" };
        var questions = new ConcurrentBag<string>();
        channel.Answers = target =>
        {
            questions.Add(target.Reference);
            return Task.FromResult<IReadOnlyList<Observation>>([line]);
        };
        channel.Lists = (account, cursor) => Task.FromResult<ListPage?>(new ListPage(account == Account && cursor == "" ? [line] : [], "1", HasMore: false));
        ground.Time.Pass(OverBy(unpaid, TimeSpan.FromMinutes(2)));
        await ReadAsync(ground);
        Assert.Equal(1, await ground.ReadAsync(c => c.Statements.CountAsync(s => s.OrderId == strange.Order.Id && s.Outcome == StatementOutcome.Refused)));
        ground.Time.Pass(TimeSpan.FromSeconds(61));
        for (var turn = 0; turn < 100 && ((await shop.OrderAsync(unpaid)).State == OrderState.Pending || questions.IsEmpty); turn++)
        {
            await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
        }

        Assert.Equal((OrderState.Expired, OrderState.Pending), ((await shop.OrderAsync(unpaid)).State, (await shop.OrderAsync(strange)).State));
        Assert.Equal([strange.Attempt.Reference], questions);
    }

    /// <summary>Nothing is asked for them, so none waits for the right to ask, and none for those that have to be asked about.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheyExpireTogetherHoweverFewQuestionsTheRailAllows(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.PutListing);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        channel.Traits = static t => t with { QueryPace = new Pace(20, TimeSpan.FromHours(1), 64) };
        var questions = new ConcurrentBag<string>();
        channel.Answers = target =>
        {
            questions.Add(target.Reference);
            return Task.FromResult<IReadOnlyList<Observation>>([new Observation { Kind = ObservationKind.Unreachable, Direction = target.Direction, Reference = target.Reference }]);
        };
        var (asked, unpaid) = (new List<Placed>(), new List<Placed>());
        for (var i = 0; i < 15; i++)
        {
            (i < 5 ? asked : unpaid).Add(await shop.PayInAsync(100_00));
        }

        var ids = asked.ConvertAll(a => a.Order.Id);
        await ground.ReadAsync(c => c.Set<AttemptRow>().Where(a => ids.Contains(a.OrderId)).ExecuteUpdateAsync(s => s.SetProperty(a => a.State, AttemptState.Unknown)));
        ground.Time.Pass(OverBy(unpaid[^1], TimeSpan.FromMinutes(2)));
        await ReadAsync(ground);
        ground.Time.Pass(TimeSpan.FromSeconds(61));
        using var stop = new CancellationTokenSource();
        for (var turn = 0; turn < 150 && await ExpiredAsync() < unpaid.Count; turn++)
        {
            await ground.The<OrderClock>().RunOnceAsync(stop.Token);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        await stop.CancelAsync();
        await ground.The<OrderClock>().WhenIdleAsync();
        Assert.Equal(unpaid.Count, await ExpiredAsync());
        Assert.Subset(asked.Select(a => a.Attempt.Reference).ToHashSet(), questions.ToHashSet());
        Assert.InRange(questions.Count, 0, 2);
        Assert.All(await Task.WhenAll(asked.Select(shop.OrderAsync)), o => Assert.Equal(OrderState.Pending, o.State));

        Task<int> ExpiredAsync() => ground.ReadAsync(c => c.Orders.CountAsync(o => o.State == OrderState.Expired));
    }

    /// <summary>What comes into the lane of an account that was taken away meanwhile is attended to, and not kept in hand.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatFallsDueAtAnAccountThatIsTakenAwayIsTaken(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine, ScriptedChannel.PutListing);
        ground.Time.SetToReal();
        var (channel, shop) = (ground.The<ScriptedChannel>(), await ground.OpenShopAsync());
        channel.Traits = static t => t with { QueryPace = new Pace(20, TimeSpan.FromHours(1), 64) };
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource<IReadOnlyList<Observation>>(TaskCreationOptions.RunContinuationsAsynchronously));
        channel.Answers = _ =>
        {
            asked.TrySetResult();
            return answer.Task;
        };
        var first = await shop.PayInAsync(100_00);
        ground.Time.Pass(TimeSpan.FromSeconds(5));
        var second = await shop.PayInAsync(100_00);
        await ground.ReadAsync(c => c.Set<AttemptRow>().Where(a => a.OrderId == first.Order.Id).ExecuteUpdateAsync(s => s.SetProperty(a => a.State, AttemptState.Unknown)));
        ground.Time.Pass(TimeSpan.FromMilliseconds(first.Order.ExpiresAtMs + 100 - ground.NowMs));
        var clock = ground.The<OrderClock>();
        await clock.RunOnceAsync(CancellationToken.None);
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(90), TimeProvider.System);

        await ground.The<ConfigStore>().SaveAsync(context => context.Database.ExecuteSqlAsync($"UPDATE channel_accounts SET channel = 'none' WHERE id = {Account}"));
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.False(ground.The<SnapshotStore>().Current.Accounts.ContainsKey(Account));
        ground.Time.Pass(TimeSpan.FromMilliseconds(second.Order.ExpiresAtMs + 100 - ground.NowMs));
        await clock.RunOnceAsync(CancellationToken.None);
        answer.SetResult([]);
        await clock.WhenIdleAsync().WaitAsync(TimeSpan.FromSeconds(90), TimeProvider.System);
        Assert.NotEqual(second.Order.TimerDueMs, (await shop.OrderAsync(second)).TimerDueMs);
    }

    private static TimeSpan OverBy(Placed placed, TimeSpan by) => TimeSpan.FromMilliseconds(placed.Order.ExpiresAtMs - placed.Order.CreatedAtMs) + by;

    private static async Task ReadAsync(PaymentsGround ground)
    {
        await ground.The<ReadListings>().RunOnceAsync(CancellationToken.None);
        await ground.The<ReadListings>().WhenIdleAsync();
    }

    private static Observation Said(Placed placed, ObservationKind kind, long amountMinor, string key) => new()
    {
        Kind = kind, Direction = placed.Attempt.Direction, Reference = placed.Attempt.Reference, AmountMinor = amountMinor, Currency = "MXN", DedupeKey = key, RailReference = key,
    };
}
