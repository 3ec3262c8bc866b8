using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>What a merchant may be paid and pay out in one local day.</summary>
[Collection(PaymentTests.Name)]
public sealed class DailyLimitTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task PayoutsCountUntilTheyFailAndUntilMidnight(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(1000_00);
        await ground.LimitAsync(shop, Direction.Payout, "*", 100_00);
        var first = await shop.SentPayoutAsync(60_00);
        Assert.Null(await shop.PayoutAsync(40_01));
        Assert.NotNull(await shop.PayoutAsync(40_00));
        Assert.Null(await shop.PayoutAsync(1));

        // Refused ones reserved nothing; what failed counts no longer, once.
        Assert.Equal(new Holdings(900_00, 100_00, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(ApplyResult.Applied, await shop.SaidAsync(first, ObservationKind.Failed));
        Assert.Equal(ApplyResult.Repeated, await shop.SaidAsync(first, ObservationKind.Failed));
        Assert.Null(await shop.PayoutAsync(60_01));
        Assert.NotNull(await shop.PayoutAsync(60_00));

        // Midnight in Mexico is six in the morning, UTC.
        ground.Time.Set(new DateTimeOffset(2026, 3, 6, 5, 59, 59, TimeSpan.Zero));
        Assert.Null(await shop.PayoutAsync(1));
        ground.Time.Set(new DateTimeOffset(2026, 3, 6, 6, 0, 0, TimeSpan.Zero));
        Assert.NotNull(await shop.PayoutAsync(100_00));
        Assert.Null(await shop.PayoutAsync(1));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ManyAtOnceDoNotPassTheLimitOfTheWayNorOfAll(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(1000_00);
        await ground.LimitAsync(shop, Direction.Payout, "*", 500_00);
        await ground.LimitAsync(shop, Direction.Payout, "CLABE", 70_00);
        await ground.LimitAsync(shop, Direction.Payout, "DebitCard", 10_00);
        var placed = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.PayoutAsync(10_00)));
        Assert.Equal(7, placed.Count(p => p is not null));
        var counted = await ground.ReadAsync(c => Task.FromResult(c.DailyTotals.Where(t => t.MerchantNo == shop.Merchant.No).ToDictionary(t => t.Way, t => t.AmountMinor)));
        Assert.Equal(new Dictionary<string, long> { ["*"] = 70_00, ["CLABE"] = 70_00 }, counted);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task PayInsCountWhenTheyArePaidAndWhatComesIsCredited(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync();
        await ground.LimitAsync(shop, Direction.PayIn, "va", 100_00);
        var paid = await shop.PayInAsync(80_00);
        var unpaid = await shop.PayInAsync(80_00);
        await shop.PaidAsync(paid, 80_00, "a");
        await shop.PaidAsync(paid, 80_00, "a");
        Assert.Equal("amount: is more than this merchant may still be paid today", await RefusalAsync(ground, shop, 20_01));
        Assert.Null(await RefusalAsync(ground, shop, 20_00));

        // It was within the limit when it was begun: the payer's money is never turned away.
        await shop.PaidAsync(unpaid, 70_00, "b");
        await shop.PaidByAssigningAsync(unpaid, 10_00, "c");
        Assert.Equal(new Holdings(160_00, 0, 0, 0), await shop.HoldingsAsync());
        Assert.Equal(160_00, await ground.ReadAsync(c => Task.FromResult(c.DailyTotals.Single(t => t.MerchantNo == shop.Merchant.No).AmountMinor)));
        Assert.NotNull(await RefusalAsync(ground, shop, 1));

        ground.Time.Set(new DateTimeOffset(2026, 3, 6, 6, 0, 0, TimeSpan.Zero));
        Assert.Null(await RefusalAsync(ground, shop, 100_00));
        Assert.NotNull(await RefusalAsync(ground, shop, 100_01));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>What the merchant would be told about a pay-in of this amount, which is not stored.</summary>
    private static async Task<string?> RefusalAsync(PaymentsGround ground, Shop shop, long amountMinor) => await ground.Writer.WriteAsync(
        new LimitProbe(shop.Merchant.Bucket, ground.The<SnapshotStore>().Current.LimitsFor(shop.Merchant, Direction.PayIn, "va", ground.NowMs), amountMinor)) is { Length: > 0 } refusal
            ? refusal
            : null;

    private sealed class LimitProbe(short bucket, IReadOnlyList<DailyLimit> limits, long amountMinor) : WriteCommand<string>
    {
        public override short Bucket => bucket;

        public override void Declare(Needs needs) => needs.DailyTotals.UnionWith(limits.Select(l => l.Total));

        protected override string Decide(BatchState state) => DailyLimits.Refusal(state, limits, amountMinor) ?? "";
    }
}
