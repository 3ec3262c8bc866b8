using CsCheck;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Cases;
using Paypro.Server.Orders;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Writer;

/// <summary>
/// One movement of a rail is booked once, under whatever references, in whatever order and through whichever node it is told:
/// orders of the same bucket, of others, and numbers without an order.
/// </summary>
public sealed class MovementTests
{
    /// <summary>Both engines; PostgreSQL with two nodes, and with eight groups, where movements are claimed first.</summary>
    public static TheoryData<Engine, int> Ways => new() { { Engine.Sqlite, 1 }, { Engine.Postgres, 1 }, { Engine.Postgres, 8 } };

    /// <param name="Key">Which movement.</param>
    /// <param name="Told">Which order, or beyond the orders a number that nobody has.</param>
    private readonly record struct Telling(int Key, int Told);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task AnyOrderOfTellingsBooksEachMovementOnce(Engine engine, int groups)
    {
        await using var place = await MovementPlace.StartAsync(engine, groups);
        var story = 0;
        await Gen.Select(Gen.Int[0, 5], Gen.Int[0, place.Orders.Count + 2], (k, t) => new Telling(k, t)).Array[2, 16].SampleAsync(
            async tellings =>
            {
                var prefix = $"s{++story}";
                var bookedAt = new Dictionary<int, int>();
                foreach (var telling in tellings)
                {
                    var result = await place.TellAsync($"{prefix}-{telling.Key}", telling.Told, node: telling.Told % 2);
                    if (bookedAt.TryAdd(telling.Key, telling.Told))
                    {
                        Assert.Equal(telling.Told < place.Orders.Count ? ApplyResult.Applied : ApplyResult.Suspense, result);
                    }
                    else
                    {
                        Assert.Equal(place.Again(bookedAt[telling.Key], telling.Told), result);
                    }
                }
            },
            iter: (engine == Engine.Sqlite ? 60 : 25) * Stories.Times,
            threads: 1);
        await place.AssertEachBookedOnceAsync();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task AtOnceThroughEveryNodeBooksEachMovementOnce(Engine engine, int groups)
    {
        await using var place = await MovementPlace.StartAsync(engine, groups);
        var told = place.Orders.Count + 3;
        var results = await Task.WhenAll(Enumerable.Range(0, 40 * told).Select(i => Task.Run(async () =>
            (Key: i / told, Result: await place.TellAsync($"m{i / told}", (i + (i / told)) % told, node: i % 2)))));

        foreach (var movement in results.GroupBy(r => r.Key))
        {
            Assert.Single(movement, m => m.Result is ApplyResult.Applied or ApplyResult.Suspense);
            Assert.All(movement, m => Assert.NotEqual(ApplyResult.Nothing, m.Result));
        }

        Assert.Equal(40, await place.AssertEachBookedOnceAsync());
        Assert.NotEqual(0, await place.First.ReadAsync(c => c.Cases.CountAsync(a => a.Kind == "contradiction")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task ACaseIsOpenedAndTheOrderSaysWhy(Engine engine, int groups)
    {
        await using var place = await MovementPlace.StartAsync(engine, groups);
        Assert.Equal(ApplyResult.Applied, await place.TellAsync("m", 0, node: 0));
        Assert.Equal(ApplyResult.Contradiction, await place.TellAsync("m", 1, node: 1));
        var (order, _) = place.Orders[1];
        var open = await place.First.ReadAsync(c => c.Cases.SingleAsync(a => a.Kind == "contradiction"));
        Assert.StartsWith(order.Number, open.Subject, StringComparison.Ordinal);
        Assert.Equal((order.Id, MovementPlace.EachMinor), (open.OrderId, open.AmountMinor));
        var after = await place.First.ReadAsync(c => c.Orders.SingleAsync(o => o.Bucket == order.Bucket && o.Id == order.Id));
        Assert.Equal((OrderState.Pending, 0L, OrderExceptions.Contradiction), (after.State, after.PaidMinor, after.Exceptions));

        // The second order is not lost by it: its own money comes under its own key.
        Assert.Equal(ApplyResult.Applied, await place.TellAsync("n", 1, node: 0));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task WhatComesBackIsTakenFromOneOrderAlone(Engine engine, int groups)
    {
        await using var place = await MovementPlace.StartAsync(engine, groups);
        await place.TellAsync("a", 0, node: 0);
        await place.TellAsync("b", 1, node: 0);

        // A return may carry the key of the payment that it takes back: another kind of movement.
        Assert.Equal(ApplyResult.Applied, await place.TellAsync("a", 0, node: 0, ObservationKind.Returned));
        Assert.Equal(ApplyResult.Repeated, await place.TellAsync("a", 0, node: 1, ObservationKind.Returned));
        Assert.Equal(ApplyResult.Contradiction, await place.TellAsync("a", 1, node: 1, ObservationKind.Returned));
        var order = place.Orders[1].Order;
        Assert.Equal(0, await place.First.ReadAsync(c => c.Orders.Where(o => o.Bucket == order.Bucket && o.Id == order.Id).Select(o => o.ReturnedMinor).SingleAsync()));
        Assert.Equal(1, await place.First.ReadAsync(c => c.Returns.CountAsync()));
        await Books.AssertRightAsync(place.First);
    }

    /// <summary>What a statement claimed that was then not booked is another one's, in whatever bucket.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task AClaimThatBookedNothingKeepsNobodyOut(Engine engine, int groups)
    {
        await using var place = await MovementPlace.StartAsync(engine, groups);
        var payouts = new List<OrderRow>();
        foreach (var merchant in place.Merchants.Take(2))
        {
            payouts.Add(Assert.IsType<CreateResult.Created>(await place.First.PayoutAsync(merchant, "p", 100)).Order);
        }

        // A wrong amount is not booked; the same movement of the right order is.
        Assert.Equal(ApplyResult.Contradiction, await place.PaidOutAsync(payouts[0] with { AmountMinor = 1 }, "out", node: 0));
        Assert.Equal(ApplyResult.Applied, await place.PaidOutAsync(payouts[1], "out", node: 1));
        Assert.Equal(ApplyResult.Repeated, await place.PaidOutAsync(payouts[1], "out", node: 0));
        Assert.Equal(ApplyResult.Contradiction, await place.PaidOutAsync(payouts[0], "out", node: 0));
        Assert.Equal(payouts[1].Id, await place.First.ReadAsync(c => c.Receipts.Where(r => r.Direction == Direction.Payout).Select(r => r.OrderId).SingleAsync()));
        await Books.AssertRightAsync(place.First);
    }

    /// <summary>A return that waited for a number without an order is booked where its money was assigned to meanwhile, in whatever group that is.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task AReturnThatWaitedFollowsMoneyThatCrossed(Engine engine, int groups)
    {
        await using var place = await MovementPlace.StartAsync(engine, groups);
        var told = place.Elsewhere(0);
        Assert.Equal(ApplyResult.Waiting, await place.TellAsync("back", told, node: 0, ObservationKind.Returned));
        await place.AssignWhileItWaitsAsync("m", told, place.Orders[0].Order);

        await place.First.Get<WaitingStatements>().RunOnceAsync(CancellationToken.None);
        await place.First.Get<WaitingStatements>().RunOnceAsync(CancellationToken.None);

        var order = place.Orders[0].Order;
        var after = await place.First.ReadAsync(c => c.Orders.SingleAsync(o => o.Bucket == order.Bucket && o.Id == order.Id));
        Assert.Equal((MovementPlace.EachMinor, MovementPlace.EachMinor), (after.PaidMinor, after.ReturnedMinor));
        Assert.Equal(order.Bucket, await place.First.ReadAsync(c => c.Returns.Select(r => r.Bucket).SingleAsync()));
        Assert.Empty(await place.First.ReadAsync(c => c.Statements.Where(s => s.Outcome == StatementOutcome.Waiting).ToListAsync()));
        Assert.Empty(await place.First.ReadAsync(c => c.Cases.Where(k => k.State == CaseState.Open).ToListAsync()));
        await Books.AssertRightAsync(place.First);
    }

    /// <summary>One that contradicts the order's books is kept there, with one case, and told no more.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public async Task AReturnThatWaitedAndContradictsIsToldOnce(Engine engine, int groups)
    {
        await using var place = await MovementPlace.StartAsync(engine, groups);
        var told = place.Elsewhere(0);
        Assert.Equal(ApplyResult.Waiting, await place.TellAsync("back", told, node: 0, ObservationKind.Returned));

        // The same movement is booked for another order meanwhile.
        Assert.Equal(ApplyResult.Applied, await place.TellAsync("other", 1, node: 0));
        Assert.Equal(ApplyResult.Applied, await place.TellAsync("back", 1, node: 0, ObservationKind.Returned));
        var order = place.Orders[0].Order;
        await place.AssignWhileItWaitsAsync("m", told, order);

        for (var turn = 0; turn < 3; turn++)
        {
            await place.First.Get<WaitingStatements>().RunOnceAsync(CancellationToken.None);
        }

        var open = Assert.Single(await place.First.ReadAsync(c => c.Cases.Where(k => k.State == CaseState.Open).ToListAsync()));
        Assert.Equal((CaseKind.Contradiction, order.Bucket, order.Id, 1), (open.Kind, open.Bucket, open.OrderId, open.Count));
        Assert.Empty(await place.First.ReadAsync(c => c.Statements.Where(s => s.Outcome == StatementOutcome.Waiting).ToListAsync()));
        await Books.AssertRightAsync(place.First);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task OneMovementPaysOnePayout(Engine engine, int groups)
    {
        await using var place = await MovementPlace.StartAsync(engine, groups);
        var payouts = new List<OrderRow>();
        foreach (var merchant in place.Merchants.Take(2))
        {
            payouts.Add(Assert.IsType<CreateResult.Created>(await place.First.PayoutAsync(merchant, "p", 100)).Order);
        }

        Assert.Equal(ApplyResult.Applied, await place.PaidOutAsync(payouts[0], "out", node: 0));
        Assert.Equal(ApplyResult.Contradiction, await place.PaidOutAsync(payouts[1], "out", node: 1));
        Assert.Equal(ApplyResult.Applied, await place.PaidOutAsync(payouts[1], "own", node: 1));
        Assert.Equal(2, await place.First.ReadAsync(c => c.Receipts.CountAsync(r => r.Direction == Direction.Payout)));
        await Books.AssertRightAsync(place.First);
    }
}
