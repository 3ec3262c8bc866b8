using Paypro.Server.PayIns;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>What a pay-in costs the merchant: the fee of the total, by the way that the money came on.</summary>
[Collection(PaymentTests.Name)]
public sealed class PayInFeeTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheFeeOfTheTotalIsBookedInDifferencesAndNeverMoreThanCame(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);

        // 3 % + 1.00, at least 5.00, at most 8.00, 16 % tax.
        var shop = await ground.OpenShopAsync(0, Fee(300, 1_00, 5_00, 8_00, 1600));
        var order = await shop.PayInAsync(300_00);
        await shop.PaidAsync(order, 2_00, "a");
        Assert.Equal((2_00L, 0L), FeeOf(await shop.OrderAsync(order)));
        Assert.Equal(default, await shop.HoldingsAsync());

        await shop.PaidAsync(order, 98_00, "b");
        Assert.Equal((5_00L, 80L), FeeOf(await shop.OrderAsync(order)));
        await shop.PaidAsync(order, 50_00, "c");
        Assert.Equal((5_50L, 88L), FeeOf(await shop.OrderAsync(order)));
        await shop.PaidAsync(order, 850_00, "d");
        Assert.Equal((8_00L, 1_28L), FeeOf(await shop.OrderAsync(order)));
        Assert.Equal(new Holdings(1000_00 - 9_28, 0, 0, 0), await shop.HoldingsAsync());

        await shop.ReturnedAsync(order, 1000_00, "r");
        Assert.Equal((0L, 0L), FeeOf(await shop.OrderAsync(order)));
        Assert.Equal(default, await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyAfterAWholeReturnPaysTheFeeOfOnePayment(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 300, ReturnsFee = true });
        var order = await shop.PayInAsync(100_00);
        await shop.PaidAsync(order, 100_00, "a");
        await shop.ReturnedAsync(order, 100_00, "r");
        Assert.Equal(default, await shop.HoldingsAsync());

        await shop.PaidAsync(order, 100_00, "b");
        Assert.Equal(new Holdings(97_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(3_00, (await shop.OrderAsync(order)).FeeMinor);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task SoDoesMoneyThatAPersonAssigns(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 300, ReturnsFee = true });
        var order = await shop.PayInAsync(100_00);
        await shop.PaidAsync(order, 100_00, "a");
        await shop.ReturnedAsync(order, 100_00, "r");

        Assert.Equal(AssignResult.Assigned, await shop.PaidByAssigningAsync(order, 100_00, "b"));
        Assert.Equal(new Holdings(97_00, 0, 0, 0), await shop.HoldingsAsync());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyCostsWhatTheWayCostsThatItCameOn(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, Fee(300, 0, 0, 0, 0));
        var first = await shop.PayInAsync(100_00);
        var second = (await shop.ChooseAsync(first, "store", Fee(100, 0, 0, 0, 0)))!;

        // The number of the way that was chosen first is still in the payer's hand.
        await shop.PaidAsync(await shop.FoundAsync(first), 100_00, "a");
        Assert.Equal((3_00L, 0L), FeeOf(await shop.OrderAsync(first)));

        var other = await shop.PayInAsync(100_00);
        second = (await shop.ChooseAsync(other, "store", Fee(100, 0, 0, 0, 0)))!;
        await shop.PaidAsync(second, 50_00, "a");
        Assert.Equal((50L, 0L), FeeOf(await shop.OrderAsync(other)));
        await shop.PaidAsync(await shop.FoundAsync(other), 50_00, "b");
        Assert.Equal((3_00L, 0L), FeeOf(await shop.OrderAsync(other)));

        // Money that a person assigns is money of the way that the payer has.
        var third = await shop.PayInAsync(100_00);
        Assert.NotNull(await shop.ChooseAsync(third, "store", Fee(100, 0, 0, 0, 0)));
        await shop.PaidByAssigningAsync(third, 100_00, "a");
        Assert.Equal((1_00L, 0L), FeeOf(await shop.OrderAsync(third)));
        Assert.Equal(new Holdings(300_00 - 7_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AFeeGivenBackRepaysWhatIsOwedFirst(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, Fee(0, 20_00, 0, 0, 0));
        var order = await shop.PayInAsync(100_00);
        await shop.PaidAsync(order, 100_00, "a");
        await shop.ReturnedAsync(order, 95_00, "r1");
        Assert.Equal(new Holdings(0, 0, 0, -15_00), await shop.HoldingsAsync());

        // The last 5.00 go back and the fee of 20.00 comes back with them: 15.00 in the merchant's favour.
        await shop.ReturnedAsync(order, 5_00, "r2");
        Assert.Equal(default, await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    private static TermsRow Fee(int basisPoints, long fixedMinor, long minimumMinor, long maximumMinor, int taxBasisPoints) => new()
    {
        BasisPoints = basisPoints, FixedMinor = fixedMinor, MinimumMinor = minimumMinor, MaximumMinor = maximumMinor, TaxBasisPoints = taxBasisPoints, ReturnsFee = true,
    };

    private static (long FeeMinor, long TaxMinor) FeeOf(OrderRow order) => (order.FeeMinor, order.TaxMinor);
}
