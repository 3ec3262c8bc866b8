using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Storage;

/// <summary>A change of an order whose history, timer or notification is written is saved too, or its command fails and leaves nothing.</summary>
public sealed class PreparedChangeTests
{
    private static readonly OrderRow Stored = new()
    {
        Bucket = 3, Id = 7, Number = "abc", State = OrderState.Pending, EventCount = 1, TimerDueMs = 500, ResultVersion = 1, NotifyUrl = "http://shop/n",
    };

    [Theory]
    [InlineData("event")]
    [InlineData("timer")]
    [InlineData("no timer")]
    [InlineData("result")]
    [InlineData("older")]
    [InlineData("other branch")]
    [InlineData("timer of another branch")]
    [InlineData("new")]
    public async Task WhatIsPreparedAndNotSavedFails(string forgotten)
    {
        var state = State();
        var command = new Change(s =>
        {
            var order = s.Orders.Get(Stored.Key);
            switch (forgotten)
            {
                case "event":
                    order.Happened(s, EventType.Paid, "test", 1);
                    break;
                case "timer":
                    order.DueAt(s, 600);
                    break;
                case "no timer":
                    order.DueAt(s, 0);
                    break;
                case "result":
                    order.WithResult(s);
                    break;
                case "older":
                    var once = order.Happened(s, EventType.Paid, "test", 1);
                    once.DueAt(s, 0);
                    once.Save(s);
                    break;
                case "other branch":
                    order.Happened(s, EventType.Paid, "test", 1);
                    order.DueAt(s, 0).Save(s);
                    break;
                case "timer of another branch":
                    order.DueAt(s, 0);
                    order.Happened(s, EventType.Paid, "test", 1).Save(s);
                    break;
                case "new":
                    (Stored with { Id = 8, Number = "new", TimerDueMs = 0 }).DueAt(s, 600);
                    break;
            }
        });

        command.Run(state);
        command.Answer();

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => command.Done);
        Assert.Equal($"A change of order {(forgotten == "new" ? "new" : "abc")} was prepared and not saved.", error.Message);
        Assert.Empty(state.Events.With(RowFate.Inserted));
        Assert.Empty(state.Timers.With(RowFate.Inserted));
        Assert.Empty(state.Timers.DeletedKeys());
        Assert.Empty(state.Notifications.With(RowFate.Inserted));
        Assert.Equal(Stored, state.Orders.Get(Stored.Key));
    }

    [Fact]
    public async Task WhatIsSavedIsKeptAndTheNextCommandStartsAnew()
    {
        var state = State();
        var forgets = new Change(s => s.Orders.Get(Stored.Key).Happened(s, EventType.Paid, "test", 1));
        var saves = new Change(s =>
        {
            var order = s.Orders.Get(Stored.Key).Happened(s, EventType.Paid, "test", 1).DueAt(s, 0);
            order.Save(s);
            (order.WithResult(s) with { State = OrderState.Paid }).Save(s);
        });
        var looks = new Change(s => s.Orders.Get(Stored.Key).DueAt(s, 0));

        foreach (var command in new[] { forgets, saves, looks })
        {
            command.Run(state);
            command.Answer();
        }

        await Assert.ThrowsAsync<InvalidOperationException>(() => forgets.Done);
        Assert.True(await saves.Done && await looks.Done);
        var kept = state.Orders.Get(Stored.Key);
        Assert.Equal((OrderState.Paid, 2, 0L, 2), (kept.State, kept.EventCount, kept.TimerDueMs, kept.ResultVersion));
        Assert.Single(state.Events.With(RowFate.Inserted));
    }

    private static BatchState State()
    {
        var state = new BatchState { NowMs = 100 };
        state.Orders.Load(Stored.Key, Stored);
        state.Notifications.Expect(Stored.Key);
        state.Notifications.Expect(new OrderKey(3, 8));
        return state;
    }

    private sealed class Change(Action<BatchState> change) : WriteCommand<bool>
    {
        public override short Bucket => 3;

        public override void Declare(Needs needs) => needs.Orders.Add(Stored.Key);

        protected override bool Decide(BatchState state)
        {
            change(state);
            return true;
        }
    }
}
