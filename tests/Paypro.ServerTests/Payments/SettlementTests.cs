using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Unsettled money becomes available on its day, at local midnight, and once.</summary>
[Collection(PaymentTests.Name)]
public sealed class SettlementTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task BusinessDaysSkipHolidaysAndWeekendsAndEndAtLocalMidnight(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        await ground.AddHolidayAsync(20260306);
        var shop = await ground.OpenShopAsync(0, new TermsRow { SettlementDays = 1, BusinessDays = true, FixedMinor = 1_00, ReturnsFee = true });
        var order = await shop.PayInAsync(100_00);
        await shop.PaidAsync(order, 100_00, "a");
        Assert.Equal(new Holdings(0, 0, 99_00, 0), await shop.HoldingsAsync());

        // Thursday; Friday is a holiday; Monday begins at 06:00 UTC in Mexico.
        ground.Time.Set(new DateTimeOffset(2026, 3, 9, 5, 59, 59, TimeSpan.Zero));
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(0, 0, 99_00, 0), await shop.HoldingsAsync());

        ground.Time.Set(new DateTimeOffset(2026, 3, 9, 6, 0, 0, TimeSpan.Zero));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None)));
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(99_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task CalendarDaysCountEveryDayAndALateBookingForTheSameDayIsMovedToo(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { SettlementDays = 1, ReturnsFee = true });
        var order = await shop.PayInAsync(100_00);
        await shop.PaidAsync(order, 40_00, "a");
        ground.Time.Set(new DateTimeOffset(2026, 3, 6, 6, 0, 0, TimeSpan.Zero));
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(40_00, 0, 0, 0), await shop.HoldingsAsync());

        // A second run for one day: booked the evening before by a node whose clock was behind.
        ground.Time.Set(SettableTime.Thursday);
        await shop.PaidAsync(order, 60_00, "b");
        ground.Time.Set(new DateTimeOffset(2026, 3, 6, 6, 0, 0, TimeSpan.Zero));
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task SettlementRepaysWhatIsOwedFirst(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { SettlementDays = 1, ReturnsFee = true });
        var first = await shop.PayInAsync(100_00);
        await shop.PaidAsync(first, 100_00, "a");
        var second = await shop.PayInAsync(70_00);
        await shop.PaidAsync(second, 70_00, "b");

        // What was settled and paid out is owed when it goes back.
        ground.Time.Set(new DateTimeOffset(2026, 3, 6, 6, 0, 0, TimeSpan.Zero));
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        await shop.SentPayoutAsync(170_00);
        await shop.PaidAsync(await shop.PayInAsync(130_00), 130_00, "c");
        await shop.ReturnedAsync(first, 100_00, "r");
        Assert.Equal(new Holdings(0, 170_00, 130_00, -100_00), await shop.HoldingsAsync());

        ground.Time.Set(new DateTimeOffset(2026, 3, 7, 6, 0, 0, TimeSpan.Zero));
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(new Holdings(30_00, 170_00, 0, 0), await shop.HoldingsAsync());
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task RowsThatCannotBeMovedKeepNobodyBehindThemWaiting(Engine engine)
    {
        // More rows of merchants that are not here than are read at a time, and due before the others.
        await using var ground = await PaymentsGround.StartAsync(engine);
        ground.Time.Set(SettableTime.Thursday);
        var shop = await ground.OpenShopAsync(0, new TermsRow { SettlementDays = 1, ReturnsFee = true });
        await shop.PaidAsync(await shop.PayInAsync(100_00), 100_00, "a");
        var unknown = AccountId.Merchant(0, 9_000_000_000, AccountKind.Unsettled, Currency.Mxn).Id;
        await ground.ReadAsync(c => c.Database.ExecuteSqlAsync(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 510)
            INSERT INTO settlement_dues (bucket, account_id, due_date, amount_minor, settled_minor, run_count)
            SELECT 0, {unknown} + i * 100000, 20260305, 1, 0, 0 FROM n
            """));

        ground.Time.Set(new DateTimeOffset(2026, 3, 6, 6, 0, 0, TimeSpan.Zero));
        Assert.False(await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None));
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shop.HoldingsAsync());
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnAccountWithWrongBooksKeepsNoOtherWaiting(Engine engine)
    {
        // Books that are wrong on purpose, so on a ground that nobody shares.
        await using var ground = await PaymentsGround.StartAsync(engine);
        ground.Time.Set(SettableTime.Thursday);
        var shops = new List<Shop>();
        for (var i = 0; i < 3; i++)
        {
            shops.Add(await ground.OpenShopAsync(0, new TermsRow { SettlementDays = 1, ReturnsFee = true }));
            await shops[i].PaidAsync(await shops[i].PayInAsync(100_00), 100_00, "a");
        }

        var wrong = AccountId.Merchant(shops[0].Merchant.Bucket, shops[0].Merchant.No, AccountKind.Unsettled, Currency.Mxn);
        await ground.ReadAsync(c => c.Database.ExecuteSqlAsync(
            $"UPDATE settlement_dues SET amount_minor = amount_minor + 1 WHERE bucket = {wrong.Bucket} AND account_id = {wrong.Id}"));

        ground.Time.Set(new DateTimeOffset(2026, 3, 6, 6, 0, 0, TimeSpan.Zero));
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
        await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);

        Assert.Equal(new Holdings(0, 0, 100_00, 0), await shops[0].HoldingsAsync());
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shops[1].HoldingsAsync());
        Assert.Equal(new Holdings(100_00, 0, 0, 0), await shops[2].HoldingsAsync());
        var open = Assert.Single(await ground.ReadAsync(c => c.Cases.Where(a => a.Kind == "settlement").ToListAsync()));
        Assert.Equal($"{wrong.Bucket}:{wrong.Id}:20260306", open.Subject);
    }
}
