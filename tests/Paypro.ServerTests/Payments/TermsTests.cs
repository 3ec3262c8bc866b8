using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.MerchantApi;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Platform;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Payments;

/// <summary>Terms by version: which one prices what, and what they hold back.</summary>
[Collection(PaymentTests.Name)]
public sealed class TermsTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    private static readonly TermsRow Held = new()
    {
        WithholdingName = "ISR", WithholdingBasisPoints = 400, ReserveBasisPoints = 1000, ReserveDays = 2, SettlementDays = 1, ReturnsFee = true,
    };

    /// <summary>Yesterday's attempt is priced at yesterday's version, and money on today's at today's.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task MoneyIsPricedAtTheVersionOfItsAttempt(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 100 });
        var early = await shop.PayInAsync(100_00);
        var added = await ground.The<AddTerms>().AddAsync(
            new TermsRow { MerchantNo = shop.Merchant.No, Country = "MX", Direction = Direction.PayIn, BasisPoints = 300, ReturnsFee = true, Actor = "operator:1" });
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var before = await shop.PayInAsync(100_00);
        ground.Time.Pass(AddTerms.Ahead);
        var after = await shop.PayInAsync(100_00);
        Assert.Equal((early.Order.TermsId, added.Id), (before.Order.TermsId, after.Order.TermsId));
        foreach (var (placed, feeMinor) in new[] { (early, 1_00L), (before, 1_00), (after, 3_00) })
        {
            await shop.PaidAsync(await shop.FoundAsync(placed), 100_00, "a");
            Assert.Equal(feeMinor, (await shop.OrderAsync(placed)).FeeMinor);

            // The later version alone gives the fee back.
            await shop.ReturnedAsync(await shop.FoundAsync(placed), 100_00, "r");
            Assert.Equal(placed == after ? 0 : feeMinor, (await shop.OrderAsync(placed)).FeeMinor);
        }

        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>A node that has not read the configuration since finds the version by the attempt that names it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task ANodeWithAnOlderPictureBooksAtTheNewVersion(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 100 });

        // Only PostgreSQL has two nodes; on SQLite the one that began later knows no version.
        await using var second = engine == Engine.Postgres ? await ground.AnotherNodeAsync() : null;
        var other = second ?? ground;
        var old = other.The<SnapshotStore>().Newest! with { Book = new TermsBook(other.The<IContexts>()) };
        var added = await ground.The<AddTerms>().AddAsync(
            new TermsRow { MerchantNo = shop.Merchant.No, Country = "MX", Direction = Direction.PayIn, BasisPoints = 300, Actor = "operator:1" });
        ground.Time.Pass(AddTerms.Ahead);
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var placed = await shop.PayInAsync(100_00);
        Assert.NotEqual(added.Id, old.Terms.At(shop.Merchant, Direction.PayIn, "va", ground.NowMs)!.Id);

        var picture = (await other.The<OrderQueries>().FindAsync(placed.Order.Key, CancellationToken.None))!;
        var facts = await AttemptRefs.OfAsync(old, picture.Order, picture.Attempts[0]);
        var said = new Observation
        {
            Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = facts.Reference, AmountMinor = 100_00, Currency = "MXN", OccurredAtMs = ground.NowMs, DedupeKey = "a",
        };
        var told = new Statement(said, StatementSource.Callback, other.The<IdSource>().Next(), ground.NowMs);
        Assert.Equal(ApplyResult.Applied, await other.Writer.WriteAsync(new ApplyPayInStatement(facts, told, ground.NowMs)));
        Assert.Equal((added.Id, 3_00L), await shop.OrderAsync(placed) is var order ? (order.TermsId, order.FeeMinor) : default);

        // From now on it asks nobody.
        Assert.Same(facts.Terms, await old.Book.OfAsync(added.Id));
    }

    /// <summary>Held money is shown inside the frozen amount until its day; the rail's return takes the pay-in's own first.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AReserveIsHeldShownReleasedAndTakenBack(Engine engine)
    {
        await using var ground = await RefundGround.StartAsync(engine, openingMinor: 500_00, payIn: Held);
        var (kept, back) = (await ground.PaidAsync(100_00), await ground.PaidAsync(50_00, "k2"));
        Assert.Equal(new Holdings(500_00, 0, 129_00, 0, 15_00, 6_00), await ground.Shop.HoldingsAsync());
        Assert.Equal(new BalanceView(500_00, 15_00, 129_00), await BalanceAsync());

        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(Direction.PayIn, ObservationKind.Returned, back.Attempt.Reference, 50_00, "b1"));
        Assert.Equal(ApplyResult.Repeated, await ground.SayAsync(Direction.PayIn, ObservationKind.Returned, back.Attempt.Reference, 50_00, "b1"));
        Assert.Equal(new Holdings(500_00, 0, 86_00, 0, 10_00, 4_00), await ground.Shop.HoldingsAsync());

        ground.Ground.Time.Pass(TimeSpan.FromDays(3));
        await ground.Ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => ground.Ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None)));
        Assert.Equal(new Holdings(596_00, 0, 0, 0, 0, 4_00), await ground.Shop.HoldingsAsync());
        Assert.Equal(1, await ground.Ground.ReadAsync(c => c.Transfers.CountAsync(t => t.Type == TransferType.Release)));

        // What is available by now is taken from there.
        Assert.Equal(ApplyResult.Applied, await ground.SayAsync(Direction.PayIn, ObservationKind.Returned, kept.Attempt.Reference, 100_00, "b2"));
        Assert.Equal(new Holdings(500_00, 0, 0, 0), await ground.Shop.HoldingsAsync());
        await ground.SoundAsync();

        async Task<BalanceView> BalanceAsync() => Assert.IsType<Server.MerchantApi.ApiAnswer.Balance>(
            await new QueryBalanceCall(ground.Ground.The<IContexts>()).RunAsync(new MerchantRequest(ground.Shop.Merchant, null!, null!, null, null, null!))).View;
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ACertificateHasWhatWasWithheldAndGivenBackInItsMonth(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, Held);
        var (first, second) = (await shop.PayInAsync(100_00), await shop.PayInAsync(50_00));
        await shop.PaidAsync(first, 100_00, "a");
        await shop.PaidAsync(second, 50_00, "a");
        ground.Time.Set(new DateTimeOffset(2026, 4, 1, 5, 59, 0, TimeSpan.Zero));
        await shop.ReturnedAsync(second, 10_00, "r");
        ground.Time.Set(new DateTimeOffset(2026, 4, 1, 6, 0, 0, TimeSpan.Zero));
        await shop.ReturnedAsync(first, 25_00, "r");

        var reads = ground.The<WithheldReads>();
        Assert.Equal([new WithheldSum("ISR", 400, 3, 140_00, 5_60)], await reads.SumsAsync(shop.Merchant, 202603, CancellationToken.None));
        Assert.Equal([new WithheldSum("ISR", 400, 1, -25_00, -1_00)], await reads.SumsAsync(shop.Merchant, 202604, CancellationToken.None));
        Assert.Empty(await reads.SumsAsync(shop.Merchant, 202605, CancellationToken.None));
        var lines = await reads.LinesAsync(shop.Merchant, 202603, 0, CancellationToken.None);
        Assert.Equal(
            [(first.Order.Number, 20260305, 100_00L, 4_00L), (second.Order.Number, 20260305, 50_00, 2_00), (second.Order.Number, 20260331, -10_00, -40)],
            lines.Select(l => (l.Number, l.ValueDate, l.GrossMinor, l.WithheldMinor)));
        Assert.Equal([lines[2]], await reads.LinesAsync(shop.Merchant, 202603, lines[1].TransferNo, CancellationToken.None));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>What goes back on an attempt that withholds nothing stands on the certificate under the version that withheld it.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatGoesBackOnAnotherWayStandsOnTheCertificate(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(500_00, new TermsRow { WithholdingName = "ISR", WithholdingBasisPoints = 400 });
        var reads = ground.The<WithheldReads>();
        var va = await shop.PayInAsync(300_00);
        var store = (await shop.ChooseAsync(va, "store", new TermsRow()))!;
        await shop.PaidAsync(va, 100_00, "a");
        await shop.PaidAsync(store, 100_00, "b");
        var month = await ground.ReadAsync(c => c.Withholdings.Where(w => w.OrderId == va.Order.Id).Select(w => w.ValueDate / 100).SingleAsync());
        Placed? refund = null;

        // The rail's own return, a refund, and the refund's bounce.
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(store, 50_00, "r"));
        await AssertAsync(-50_00, -1_00, 50_00, 3_00);
        refund = (await shop.RefundAsync(va, 50_00))!;
        await shop.TakeDueAsync(refund);
        await shop.SentAsync(refund, new SendOutcome.Accepted());
        Assert.Equal(ApplyResult.Applied, await shop.PaidAsync(refund, 50_00, "out"));
        await AssertAsync(-50_00, -1_00, 0, 2_00);
        Assert.Equal(ApplyResult.Applied, await shop.ReturnedAsync(refund, 50_00, "bounced"));
        await AssertAsync(50_00, 1_00, 50_00, 3_00);
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());

        async Task AssertAsync(long grossMinor, long withheldMinor, long sumGrossMinor, long sumMinor)
        {
            var lines = await reads.LinesAsync(shop.Merchant, month, 0, CancellationToken.None);
            Assert.Equal(("ISR", 400, grossMinor, withheldMinor), (lines[^1].Name, lines[^1].BasisPoints, lines[^1].GrossMinor, lines[^1].WithheldMinor));
            Assert.Equal([new WithheldSum("ISR", 400, lines.Count, sumGrossMinor, sumMinor)], await reads.SumsAsync(shop.Merchant, month, CancellationToken.None));
            var account = AccountId.Platform(shop.Merchant.Bucket, AccountKind.TaxWithheld, shop.Merchant.Currency);
            var orders = refund is null ? [va.Order.Id] : new[] { va.Order.Id, refund.Order.Id };
            Assert.Equal(sumMinor, await ground.ReadAsync(c => c.Entries
                .Where(e => e.Bucket == account.Bucket && e.AccountId == account.Id
                    && c.Transfers.Any(t => t.Bucket == account.Bucket && t.TransferNo == e.TransferNo && orders.Contains(t.OrderId)))
                .SumAsync(e => e.AmountMinor)));
        }
    }

    /// <summary>Money that a person assigns costs what the order cost when its first money came, and a refund of it remembers that version.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AssignedMoneyAndItsRefundHaveOnePrice(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(500_00, new TermsRow { BasisPoints = 200, ReturnsFee = true });
        var placed = await shop.PayInAsync(300_00);
        await shop.PaidAsync(placed, 100_00, "a");
        Assert.NotNull(await shop.ChooseAsync(placed, "store", new TermsRow { BasisPoints = 500 }));
        Assert.Equal(AssignResult.Assigned, await shop.PaidByAssigningAsync(placed, 100_00, "b"));
        Assert.Equal((4_00L, placed.Order.TermsId), await shop.OrderAsync(placed) is var order ? (order.FeeMinor, order.TermsId) : default);
        Assert.Equal(placed.Order.TermsId, (await shop.RefundAsync(placed, 100_00))!.Order.ReceiptTermsId);
    }

    /// <summary>A due row that says more than is held would release money that is not there.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheLedgerCheckFindsAReserveThatIsNotHeld(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        ground.Time.Set(SettableTime.Thursday);
        var shop = await ground.OpenShopAsync(0, Held);
        await shop.PaidAsync(await shop.PayInAsync(100_00), 100_00, "a");
        Assert.Equal("", await FindingAsync());
        var held = AccountId.Merchant(shop.Merchant.Bucket, shop.Merchant.No, AccountKind.Held, shop.Merchant.Currency);
        await ground.ReadAsync(c => c.Database.ExecuteSqlAsync($"UPDATE settlement_dues SET amount_minor = amount_minor + 1 WHERE bucket = {held.Bucket} AND account_id = {held.Id}"));
        Assert.Equal($"account {held.Id} stands at 1000, and 1001 of it are still to become available", await FindingAsync());

        async Task<string> FindingAsync()
        {
            while (await ground.The<LedgerCheck>().RunOnceAsync(CancellationToken.None))
            {
            }

            return await ground.ReadAsync(c => c.LedgerChecks.Where(r => r.Bucket == shop.Merchant.Bucket).Select(r => r.Finding).SingleAsync());
        }
    }
}
