using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Operator.Months;
using Paypro.Server.Settlement;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>Closed months: whatever was booked, on whatever days, the journal sums to what was frozen, and nothing comes later.</summary>
public sealed class MonthTests
{
    /// <summary>Both engines, with chance.</summary>
    public static TheoryData<Engine, int> Chances => new() { { Engine.Sqlite, 1 }, { Engine.Sqlite, 2 }, { Engine.Sqlite, 3 }, { Engine.Postgres, 4 } };

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Chances))]
    public async Task TheJournalSumsToTheFrozenTrialBalance(Engine engine, int seed)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var random = new Random(seed);
        await BookAtRandomAsync(ground, random);
        ground.Time.Set(new DateTimeOffset(2026, 5, 3, 0, 0, 0, TimeSpan.Zero));
        var months = ground.The<ClosedMonths>();
        var numbers = new List<long>();
        foreach (var month in (int[])[202603, 202604])
        {
            Assert.Null(await CloseAsync(ground, month));
            var entries = await ground.ReadAsync(c => c.Entries.ToListAsync());
            var last = new Month(month).LastDate;
            var expected = entries.Where(e => e.ValueDate <= last).GroupBy(e => e.AccountId).Select(g => (Account: g.Key, Sum: g.Sum(e => e.AmountMinor))).Where(e => e.Sum != 0).OrderBy(e => e.Account).ToList();
            var frozen = await ground.ReadAsync(c => c.MonthBalances.AsNoTracking().Where(b => b.Month == month).OrderBy(b => b.AccountId).ToListAsync());
            Assert.Equal(expected, frozen.Where(f => f.ClosingMinor != 0).Select(f => (f.AccountId, f.ClosingMinor)));
            var trials = (await months.TrialAsync(month, CancellationToken.None))!;
            Assert.True(trials.Count >= 2);
            foreach (var trial in trials)
            {
                Assert.Equal(0, trial.SumMinor);
                var lines = (await months.JournalAsync(month, trial.Currency.Code, CancellationToken.None))!.Value.Lines;
                Assert.Equal(
                    frozen.Where(f => f.AccountId % 1000 == trial.Currency.NumericCode).Select(f => (f.AccountId, f.ClosingMinor)),
                    lines.GroupBy(l => l.Named.Id).Select(g => (g.Key, g.Sum(l => l.CreditMinor - l.DebitMinor))).OrderBy(l => l.Key));
                Assert.All(lines.GroupBy(l => l.Date), day => Assert.Equal(0, day.Sum(l => l.CreditMinor - l.DebitMinor)));
                Assert.All(lines, l => Assert.True(l.Date == 0 || (l.Date >= new Month(month).FirstDate && l.Date <= last)));
                Assert.Equal(trial.Lines.Sum(l => l.ClosingMinor - l.OpeningMinor), lines.Where(l => l.Date != 0).Sum(l => l.CreditMinor - l.DebitMinor));
            }

            // What each merchant was charged: by the entries on our accounts in the transfers that touch its own.
            var fees = await months.FeesAsync(month, null, 0, 1000, CancellationToken.None);
            var owners = entries.Where(e => e.AccountId / 1_000_000_000_000_000 == 3).GroupBy(e => (e.Bucket, e.TransferNo)).ToDictionary(g => g.Key, g => g.Select(e => e.AccountId / 100_000 % 10_000_000_000).Distinct().Single());
            var types = await ground.ReadAsync(c => c.Transfers.ToDictionaryAsync(t => (t.Bucket, t.TransferNo), t => t.Type));
            var charged = entries.Where(e => e.ValueDate >= new Month(month).FirstDate && e.ValueDate <= last && owners.ContainsKey((e.Bucket, e.TransferNo)))
                .Select(e => (Merchant: owners[(e.Bucket, e.TransferNo)], Type: types[(e.Bucket, e.TransferNo)], AccountId.Open(new AccountKey(0, e.AccountId)).Kind, e.AmountMinor)).ToList();
            Assert.NotEmpty(fees);
            foreach (var fee in fees)
            {
                long Sum(AccountKind kind, bool? adjusted) => charged.Where(c => c.Merchant == fee.MerchantNo && c.Kind == kind && (adjusted == null || adjusted == (c.Type == TransferType.Adjustment))).Sum(c => c.AmountMinor);
                Assert.Equal((Sum(AccountKind.Fees, false), Sum(AccountKind.Fees, true), Sum(AccountKind.Tax, null), Sum(AccountKind.TaxWithheld, null)), (fee.FeeMinor, fee.AdjustmentMinor, fee.TaxMinor, fee.WithheldMinor));
            }

            Assert.Equal(charged.Where(c => c.Kind is AccountKind.Fees or AccountKind.Tax or AccountKind.TaxWithheld).Select(c => c.Merchant).Distinct().Order(), fees.Select(f => f.MerchantNo).Order());
            numbers.AddRange(fees.Select(f => f.Number));
        }

        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(n => (long)n), numbers);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task MonthsAreClosedInTurnOnceAndTakeNothingMore(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync(500_00);
        ground.Time.Set(new DateTimeOffset(2026, 4, 2, 23, 59, 59, TimeSpan.Zero));
        Assert.Equal("month: it can be closed from day 3 of the next one, UTC", await CloseAsync(ground, 202603));
        ground.Time.Set(new DateTimeOffset(2026, 4, 3, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal("month: it can be closed from day 3 of the next one, UTC", await CloseAsync(ground, 202604));
        Assert.Equal("month: must be a month like 202611", await CloseAsync(ground, 202613));
        Assert.Null((await CheckAsync(20260331)).Problem);

        // What is decided and not booked yet holds it up.
        await ground.The<ConfigStore>().SaveAsync(c =>
        {
            c.LedgerOrders.Add(new LedgerOrderRow { Id = 1, Template = TransferTemplates.Hold, Wish = BookJson.Write(Wish(20260331)), Document = "a", ValueDate = 20260331, State = LedgerOrderState.Decided, MerchantNo = shop.Merchant.No, MadeBy = "user:1", DecidedBy = "user:2" });
            return Task.CompletedTask;
        });
        Assert.Contains("is decided and not booked yet", await CloseAsync(ground, 202603), StringComparison.Ordinal);
        await ground.The<BookByHand>().RunOnceAsync(CancellationToken.None);
        Assert.Null(await CloseAsync(ground, 202603));
        Assert.Equal(100, (await ground.ReadAsync(c => c.MonthBalances.SingleAsync(b => b.AccountId == AccountId.Merchant(0, shop.Merchant.No, AccountKind.Held, Currency.Mxn).Id))).ClosingMinor);
        Assert.Contains("closed already", await CloseAsync(ground, 202603), StringComparison.Ordinal);
        Assert.Contains("closed already", await CloseAsync(ground, 202602), StringComparison.Ordinal);
        Assert.Equal("valueDate: 2026-03 is closed; the earliest day is 20260401", (await CheckAsync(20260331)).Problem);
        Assert.Null((await CheckAsync(20260401)).Problem);
        Assert.Null((await CheckAsync(0)).Problem);
        ground.Time.Set(new DateTimeOffset(2026, 6, 3, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal("month: 2026-04 has to be closed first", await CloseAsync(ground, 202605));

        // Whatever comes into a closed month past the program is seen when the next one is closed.
        await ground.Writer.WriteAsync(new PostOnce(
            new TransferCause(TransferType.Adjustment, "test", 0, "late", ground.NowMs, 20260315), new Leg(AccountId.Merchant(shop.Merchant.Bucket, shop.Merchant.No, AccountKind.Available, Currency.Mxn), -5),
            new Leg(AccountId.Platform(shop.Merchant.Bucket, AccountKind.Fees, Currency.Mxn), 5)));
        Assert.Contains("something was booked into 2026-03, which is closed", await CloseAsync(ground, 202604), StringComparison.Ordinal);
        Assert.Null(await ground.The<ClosedMonths>().TrialAsync(202604, CancellationToken.None));

        TransferWish Wish(int day) => new(TransferTemplates.Hold, "a letter", "MXN", 100) { MerchantNo = shop.Merchant.No, ValueDate = day };

        Task<CheckedTransfer> CheckAsync(int day) => ground.ReadAsync(c => ground.The<TransferCheck>().CheckAsync(c, Wish(day) with { Document = $"letter {day}" }, 0));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheMostExactCodeCountsAndStandsInTheFile(Engine engine)
    {
        await using var ground = await PaymentsGround.StartAsync(engine);
        var shop = await ground.OpenShopAsync(500_00);
        var (codes, no) = (ground.The<AccountCodes>(), shop.Merchant.No);
        Assert.Null(await SetAsync(new AccountCode("merchant", "available", 0, "", "2010")));
        Assert.Null(await SetAsync(new AccountCode("platform", "equity", 0, "MXN", "=30,1")));
        Assert.Equal("2010", await CodeOfAsync());
        Assert.Null(await SetAsync(new AccountCode("merchant", "available", 0, "MXN", "2011")));
        Assert.Equal("2011", await CodeOfAsync());
        Assert.Null(await SetAsync(new AccountCode("merchant", "available", no, "", "2012")));
        Assert.Equal("2012", await CodeOfAsync());
        Assert.Null(await SetAsync(new AccountCode("merchant", "available", no, "MXN", "2013")));
        Assert.Equal("2013", await CodeOfAsync());
        Assert.Null(await SetAsync(new AccountCode("merchant", "available", no, "MXN", "")));
        Assert.Equal("2012", await CodeOfAsync());
        foreach (var (wish, says) in new (AccountCode, string)[]
        {
            (new("nobody", "available", 0, "", "1"), "owner: must be"), (new("merchant", "nothing", 0, "", "1"), "kind: is none"), (new("platform", "fees", 5, "", "1"), "ownerId: must be"), (new("merchant", "held", 0, "XXX", "1"), "currency: is none"),
            (new("merchant", "held", 0, "", new string('1', 41)), "code: must have at most"), (new("merchant", "held", 0, "", ""), "code: there is no such line"),
        })
        {
            Assert.Contains(says, await SetAsync(wish), StringComparison.Ordinal);
        }

        ground.Time.Set(new DateTimeOffset(2026, 4, 3, 0, 0, 0, TimeSpan.Zero));
        Assert.Null(await CloseAsync(ground, 202603));
        var journal = (await ground.The<ClosedMonths>().JournalAsync(202603, "MXN", CancellationToken.None))!.Value;
        Assert.Equal(["opening"], journal.Lines.Where(l => l.Named.OwnerType == OwnerType.Merchant && l.Named.OwnerId == no).Select(l => ClosedMonths.Cells(l, Currency.Mxn)[0]));
        Assert.Contains(journal.Lines, l => ClosedMonths.Cells(l, Currency.Mxn) is ["opening", "2012", _, "merchant", _, "available", "MXN", "0.00", "500.00"]);
        Assert.Contains("currency: is none", (await ground.The<ClosedMonths>().JournalAsync(202603, "XXX", CancellationToken.None))!.Value.Problem!, StringComparison.Ordinal);
        Assert.Null(await ground.The<ClosedMonths>().JournalAsync(202604, "MXN", CancellationToken.None));
        Assert.Null(MonthFiles.Typed("2026-13"));
        Assert.Equal(new Month(202603), MonthFiles.Typed("2026-03"));

        Task<string?> SetAsync(AccountCode wish) => codes.SetAsync(Actor.Program, wish, "x", static _ => { });

        Task<string> CodeOfAsync() => ground.ReadAsync(async c => new CodeBook(await c.AccountCodes.ToListAsync()).Of(AccountId.Open(AccountId.Merchant(0, no, AccountKind.Available, Currency.Mxn))));
    }

    /// <summary>Two months of pay-ins with fee, tax and withholding, some returned, settled in between; adjustments and transfers between our own accounts, some with an earlier value date.</summary>
    private static async Task BookAtRandomAsync(PaymentsGround ground, Random random)
    {
        var terms = new TermsRow { SettlementDays = 2, BusinessDays = true, BasisPoints = 250, FixedMinor = 1_00, TaxBasisPoints = 1600, ReturnsFee = true, WithholdingName = "ISR", WithholdingBasisPoints = 100 };
        List<Shop> shops = [await ground.OpenShopAsync(5_000_00, terms), await ground.OpenShopAsync(0, terms)];
        for (var i = 0; i < 24; i++)
        {
            ground.Time.Pass(TimeSpan.FromHours(random.Next(20, 55)));
            var shop = shops[random.Next(shops.Count)];
            var amount = random.Next(100, 5_000) * 100L;
            var order = await shop.PayInAsync(amount);
            await shop.PaidAsync(order, amount, $"p{i}");
            if (random.Next(3) == 0)
            {
                await shop.ReturnedAsync(await shop.FoundAsync(order), amount, $"r{i}");
            }

            await ground.The<SettlementRun>().RunOnceAsync(CancellationToken.None);
            var (bucket, back) = (shop.Merchant.Bucket, DateOnly.FromDateTime(ground.Time.GetUtcNow().UtcDateTime).AddDays(-random.Next(0, 9)));
            var date = int.Parse(back.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            var taken = random.Next(1, 1000);
            Leg[] legs = random.Next(2) == 0
                ? [new Leg(AccountId.Merchant(shops[0].Merchant.Bucket, shops[0].Merchant.No, AccountKind.Available, Currency.Mxn), -7), new Leg(AccountId.Platform(shops[0].Merchant.Bucket, AccountKind.Fees, Currency.Mxn), 5), new Leg(AccountId.Platform(shops[0].Merchant.Bucket, AccountKind.Tax, Currency.Mxn), 2)]
                : [new Leg(AccountId.Platform(bucket, AccountKind.Equity, Currency.Kes), -taken), new Leg(AccountId.Bank(bucket, 1, AccountKind.Bank, Currency.Kes), taken)];
            await ground.Writer.WriteAsync(new PostOnce(new TransferCause(TransferType.Adjustment, "test", 0, $"by-hand-{i}", ground.NowMs, date), legs));
        }
    }

    private static Task<string?> CloseAsync(PaymentsGround ground, int month)
    {
        var kind = ground.The<IEnumerable<IProposalKind>>().OfType<MonthClose>().Single();
        return ground.The<AuditedStore>().ConfigureAsync(async (context, trail) =>
        {
            var row = new ProposalRow { Id = 1, Kind = kind.Kind, Subject = MonthClose.SubjectOf(month), Change = "{}", MadeBy = "user:1", Reason = "x" };
            return await kind.CarryOutAsync(context, trail, row, Actor.Program);
        });
    }
}
