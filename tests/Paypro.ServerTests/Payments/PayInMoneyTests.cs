using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>What a rail can say about a pay-in, and what is booked for it.</summary>
[Collection(PaymentTests.Name)]
public sealed class PayInMoneyTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyInPartsIsPartThenPaidThenOver(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        var order = await shop.PayInAsync(100_00);

        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(order, 40_00, "a"));
        Assert.Equal(OrderState.PartlyPaid, (await shop.OrderAsync(order)).State);
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(order, 60_00, "b"));
        var paid = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Paid, 100_00L, OrderExceptions.None), (paid.State, paid.PaidMinor, paid.Exceptions));

        // It is asked about as long as its money may go back.
        Assert.NotEqual(0, paid.TimerDueMs);
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(order, 1, "c"));
        var over = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Paid, 100_01L, OrderExceptions.Over), (over.State, over.PaidMinor, over.Exceptions));
        Assert.Equal(new Holdings(100_01, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyAfterExpiryIsLateAndCredited(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        var order = await shop.PayInAsync(100_00);
        ground.Time.Pass(TimeSpan.FromHours(2));
        Assert.Equal(Expiry.Expired, await shop.ExpireAsync(order));
        Assert.Equal(OrderState.Expired, (await shop.OrderAsync(order)).State);

        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(order, 100_00, "a"));
        var late = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Paid, OrderExceptions.Late, "", ""), (late.State, late.Exceptions, late.FailureCode, late.Message));
        Assert.Equal(2, late.ResultVersion);
        Assert.Equal(Expiry.Nothing, await shop.ExpireAsync(order));
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task OneMovementCountsOnceHoweverOftenItIsTold(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        var order = await shop.PayInAsync(100_00);

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.PaidAsync(order, 100_00, "a")));
        Assert.Equal(1, results.Count(r => r == ApplyResult.Applied));
        Assert.Equal(19, results.Count(r => r == ApplyResult.Repeated));
        Assert.Equal(ApplyResult.Contradiction, await shop.PaidAsync(order, 99_00, "a"));
        Assert.Equal(ApplyResult.Contradiction, await shop.SaidAsync(order, ObservationKind.Failed));

        var after = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Paid, OrderExceptions.Contradiction, 1), (after.State, after.Exceptions, after.ResultVersion));
        Assert.Equal(1, await shop.TransfersOfAsync(order));
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ReturnsTakeBackWhatCameAndNoMore(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        var order = await shop.PayInAsync(100_00);
        Assert.Equal(ApplyResult.Waiting, await shop.ReturnedAsync(order, 100_00, "r0"));
        Assert.Equal(0, await shop.TransfersOfAsync(order));

        await shop.PaidAsync(order, 100_00, "a");
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(order, 30_00, "r1"));
        Assert.Equal(ApplyResult.Repeated, await shop.ReturnedAsync(order, 30_00, "r1"));
        Assert.Equal(OrderState.Paid, (await shop.OrderAsync(order)).State);
        Assert.Equal(ApplyResult.Waiting, await shop.ReturnedAsync(order, 70_01, "r2"));
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(order, 70_00, "r3"));

        var after = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Returned, 100_00L, "00029"), (after.State, after.ReturnedMinor, after.FailureCode));
        Assert.Equal(default, await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AReversalBeyondAvailableIsOwedAndRepaidFirst(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        var first = await shop.PayInAsync(100_00);
        await shop.PaidAsync(first, 100_00, "a");
        var payout = await shop.SentPayoutAsync(80_00);
        await shop.ReturnedAsync(first, 100_00, "r");
        Assert.Equal(new Holdings(0, 80_00, 0, -80_00), await shop.HoldingsAsync());
        Assert.Null(await shop.PayoutAsync(1));

        var second = await shop.PayInAsync(50_00);
        await shop.PaidAsync(second, 50_00, "b");
        Assert.Equal(new Holdings(0, 80_00, 0, -30_00), await shop.HoldingsAsync());

        // A reservation given back is a credit like any other.
        Assert.Equal(ApplyResult.Applied, await shop.SaidAsync(payout, ObservationKind.Failed));
        Assert.Equal(new Holdings(50_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatIsHeldDecidesWhenAPartWentBackAndMoreComes(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        var order = await shop.PayInAsync(100_00);
        await shop.PaidAsync(order, 100_00, "a");
        await shop.ReturnedAsync(order, 30_00, "r");
        await shop.PaidAsync(order, 10_00, "b");
        Assert.Equal((OrderState.Paid, OrderExceptions.None), ((await shop.OrderAsync(order)).State, (await shop.OrderAsync(order)).Exceptions));
        Assert.Equal(new Holdings(80_00, 0, 0, 0), await shop.HoldingsAsync());
        await shop.PaidAsync(order, 20_00, "c");
        Assert.Equal((OrderState.Paid, OrderExceptions.None), ((await shop.OrderAsync(order)).State, (await shop.OrderAsync(order)).Exceptions));
    }

    /// <summary>Minutes after the order's creation at which the rail says that the payer paid (null: it does not say); it lives for 60 and we hear after 120.</summary>
    public static TheoryData<Engine, int?, bool, int> RailTimes
    {
        get
        {
            var data = new TheoryData<Engine, int?, bool, int>();
            foreach (var (railMinute, late, bookedMinute) in new (int?, bool, int)[] { (59, false, 59), (60, true, 60), (null, true, 120), (-600, false, 0), (300, true, 120) })
            {
                data.Add(Engine.Sqlite, railMinute, late, bookedMinute);
                data.Add(Engine.Postgres, railMinute, late, bookedMinute);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(RailTimes))]
    public async Task LateIsJudgedByTheRailsTime(Engine engine, int? railMinute, bool late, int bookedMinute)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        var order = await shop.PayInAsync(100_00);
        var createdAtMs = order.Order.CreatedAtMs;
        ground.Time.Pass(TimeSpan.FromHours(2));
        await shop.ExpireAsync(order);
        await shop.SaidAsync(order, ObservationKind.Paid, 100_00, "a", occurredAtMs: railMinute is { } minute ? createdAtMs + minute * 60_000 : 0);

        var paid = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Paid, late ? OrderExceptions.Late : OrderExceptions.None), (paid.State, paid.Exceptions));
        Assert.Equal(createdAtMs + bookedMinute * 60_000, paid.SuccessAtMs);
    }
}
