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

/// <summary>Terms by version: how they are added, which one prices what, and what they hold back.</summary>
[Collection(PaymentTests.Name)]
public sealed class TermsTests(PaymentsGrounds grounds)
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    private static readonly TermsRow Held = new()
    {
        WithholdingName = "ISR", WithholdingBasisPoints = 400, ReserveBasisPoints = 1000, ReserveDays = 2, SettlementDays = 1, ReturnsFee = true,
    };

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AVersionIsAddedOnceAndNeverStartsInThePast(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var shop = await ground.OpenShopAsync(0, new TermsRow { BasisPoints = 100 });
        var terms = ground.The<AddTerms>();
        var wanted = new TermsRow
        {
            MerchantNo = shop.Merchant.No, Country = "MX", Direction = Direction.PayIn, BasisPoints = 300, Actor = "operator:1", Approver = "operator:2", Way = "va",
        };
        var aheadMs = (long)AddTerms.Ahead.TotalMilliseconds;
        var version = await VersionAsync(ground);
        var added = await terms.AddAsync(wanted);
        Assert.Equal((null, ground.NowMs + aheadMs), (added.Refusal, added.ValidFromMs));
        Assert.True(await VersionAsync(ground) > version);
        Assert.Equal(
            (300, "operator:1", "operator:2", ground.NowMs),
            await ground.ReadAsync(c => c.Terms.AsNoTracking().SingleAsync(t => t.Id == added.Id)) is var row ? (row.BasisPoints, row.Actor, row.Approver, row.AddedAtMs) : default);

        // Its answer was lost: the same again is the same version. Another content at the same start is a later one, which holds.
        Assert.Equal(added, await terms.AddAsync(wanted));
        Assert.Equal(added, await terms.AddAsync(wanted with { ValidFromMs = added.ValidFromMs, Approver = "operator:3" }));
        var mended = await terms.AddAsync(wanted with { ValidFromMs = added.ValidFromMs, BasisPoints = 250 });
        Assert.Equal((null, added.ValidFromMs, true), (mended.Refusal, mended.ValidFromMs, mended.Id > added.Id));
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Equal(100, BasisPoints(added.ValidFromMs - 1));
        Assert.Equal(250, BasisPoints(added.ValidFromMs));

        // What is agreed for later is not what is wanted now.
        var later = await terms.AddAsync(wanted with { Way = "store", ValidFromMs = ground.NowMs + 1_000_000 });
        var now = await terms.AddAsync(wanted with { Way = "store" });
        Assert.Equal((true, ground.NowMs + aheadMs), (now.Id > later.Id, now.ValidFromMs));

        foreach (var (says, wrong) in new (string, TermsRow)[]
        {
            ("validFromMs: must be 0", wanted with { BasisPoints = 1, ValidFromMs = ground.NowMs + aheadMs - 1 }),
            ("validFromMs: must be 0", wanted with { BasisPoints = 1, ValidFromMs = -1 }),
            ("basisPoints: must be from 0 to 10000", wanted with { BasisPoints = 10_001 }),
            ("disputeFeeMinor: must not be negative", wanted with { DisputeFeeMinor = -1 }),
            ("actor: ", wanted with { Actor = "" }),
            ("country: is not one", wanted with { Country = "XX" }),
            ("country: must be the merchant's", wanted with { Country = "BR", Way = "*" }),
            ("merchantNo: ", wanted with { MerchantNo = 1 }),
            ("direction: ", wanted with { Direction = Direction.Refund }),
            ("way: ", wanted with { Way = "carrier-pigeon" }),
            ("way: ", wanted with { Way = "" }),
            ("settlementDays: must be 0 for payouts", wanted with { Direction = Direction.Payout, Way = "*", SettlementDays = 1 }),
            ("reserveBasisPoints: must be 0 for payouts", wanted with { Direction = Direction.Payout, Way = "*", ReserveBasisPoints = 1, ReserveDays = 1 }),
            ("withholdingBasisPoints: must be 0 for payouts", wanted with { Direction = Direction.Payout, Way = "*", WithholdingBasisPoints = 1, WithholdingName = "x" }),
            ("refundBasisPoints: must be 0 for payouts", wanted with { Direction = Direction.Payout, Way = "*", RefundFixedMinor = 1 }),
        })
        {
            var refused = await terms.AddAsync(wrong);
            Assert.Equal(0, refused.Id);
            Assert.StartsWith(says, refused.Refusal, StringComparison.Ordinal);
        }

        int BasisPoints(long atMs) => ground.The<SnapshotStore>().Current.Terms.At(shop.Merchant, Direction.PayIn, "va", atMs)!.BasisPoints;
    }

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

    private static Task<long> VersionAsync(PaymentsGround ground) => ground.ReadAsync(c => c.Installation.Select(i => i.ConfigVersion).SingleAsync());
}
