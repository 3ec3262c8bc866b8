using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Too little, in a country without partial payment: it waits in suspense for the rest, or goes back.</summary>
[Collection(PaymentTests.Name)]
public sealed class HeldMoneyTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WithoutPartialPaymentTooLittleWaitsInSuspense(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 100, ReturnsFee = true });
        var order = await shop.PayInAsync(100_00, acceptsPartial: false);
        await shop.PaidAsync(order, 40_00, "a");
        var held = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Pending, 0L, 40_00L, 0), (held.State, held.PaidMinor, held.SuspenseMinor, held.ResultVersion));
        Assert.Equal(default, await shop.HoldingsAsync());

        await shop.PaidAsync(order, 60_00, "b");
        var paid = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Paid, 100_00L, 0L, 1_00L), (paid.State, paid.PaidMinor, paid.SuspenseMinor, paid.FeeMinor));
        Assert.Equal(new Holdings(99_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatWaitsInSuspenseCanGoBack(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 100, ReturnsFee = true });
        var order = await shop.PayInAsync(100_00, acceptsPartial: false);
        await shop.PaidAsync(order, 40_00, "a");
        await shop.PaidAsync(order, 10_00, "b");
        Assert.Equal(ApplyResult.Waiting, await shop.ReturnedAsync(order, 50_01, "r0"));
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(order, 40_00, "r1"));
        Assert.Equal(ApplyResult.Repeated, await shop.ReturnedAsync(order, 40_00, "r1"));
        var held = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Pending, 0L, 10_00L, 0L, 0), (held.State, held.PaidMinor, held.SuspenseMinor, held.ReturnedMinor, held.ResultVersion));
        Assert.Equal(default, await shop.HoldingsAsync());

        await shop.PaidAsync(order, 90_00, "c");
        var paid = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Paid, 100_00L, 0L, 1_00L), (paid.State, paid.PaidMinor, paid.SuspenseMinor, paid.FeeMinor));
        Assert.Equal(new Holdings(99_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOrderWhoseHeldMoneyWentBackAfterItsTimeExpires(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        var order = await shop.PayInAsync(100_00, acceptsPartial: false);
        await shop.PaidAsync(order, 40_00, "a");
        ground.Time.Pass(TimeSpan.FromHours(2));
        Assert.Equal(Expiry.NeedsPerson, await shop.ExpireAsync(order));
        Assert.Equal((OrderState.Pending, OrderExceptions.NeedsPerson), ((await shop.OrderAsync(order)).State, (await shop.OrderAsync(order)).Exceptions));

        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(order, 40_00, "r"));
        var free = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Pending, OrderExceptions.None, order.Order.ExpiresAtMs), (free.State, free.Exceptions, free.TimerDueMs));
        Assert.Equal(Expiry.Expired, await shop.ExpireAsync(order));
        Assert.Equal(OrderState.Expired, (await shop.OrderAsync(order)).State);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ACaseIsOpenedWhenTheTimeOfAnOrderWithHeldMoneyIsOver(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync();
        var order = await shop.PayInAsync(100_00, acceptsPartial: false);
        await shop.PaidAsync(order, 40_00, "a");
        ground.Time.Pass(TimeSpan.FromHours(2));
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);

        Assert.Equal(OrderExceptions.NeedsPerson, (await shop.OrderAsync(order)).Exceptions);
        var open = await ground.ReadAsync(c => Task.FromResult(c.Cases.Single(a => a.Kind == "underpaid")));
        Assert.Equal((order.Order.Number, CaseState.Open, 40_00L), (open.Subject, open.State, open.AmountMinor));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatComesAfterAWholeReturnIsCredited(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        var order = await shop.PayInAsync(100_00, acceptsPartial: false);
        await shop.PaidAsync(order, 100_00, "a");
        await shop.ReturnedAsync(order, 100_00, "r");
        await shop.PaidAsync(order, 40_00, "b");
        Assert.Equal((OrderState.Returned, "PARTLY_RETURNED", 0L), await shop.OrderAsync(order) is var part ? (part.State, part.Message, part.SuspenseMinor) : default);
        Assert.Equal(new Holdings(40_00, 0, 0, 0), await shop.HoldingsAsync());

        await shop.PaidAsync(order, 60_00, "c");
        var again = await shop.OrderAsync(order);
        Assert.Equal((OrderState.Paid, OrderExceptions.None, 200_00L, 100_00L), (again.State, again.Exceptions, again.PaidMinor, again.ReturnedMinor));
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }
}
