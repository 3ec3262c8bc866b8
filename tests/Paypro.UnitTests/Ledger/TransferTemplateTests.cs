using CsCheck;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;
using Paypro.UnitTests.Decisions;

namespace Paypro.UnitTests.Ledger;

/// <summary>Whatever is transferred by hand keeps the sum zero, each account's rule, and happens once.</summary>
public sealed class TransferTemplateTests
{
    private static readonly TransferPlace Place = new(Scene.Bucket, new TransferWish(TransferTemplates.RailToBank, "sent", "MXN", 1) { ChannelAccountId = 7, BankAccountId = 2 });

    public static TheoryData<string> Templates => [.. TransferTemplates.All.Select(t => t.Key)];

    [Theory]
    [MemberData(nameof(Templates))]
    public void EachTemplateKeepsTheSumAndTheRulesAndIsBookedOnce(string key)
    {
        var template = TransferTemplates.Find(key)!;
        Gen.Select(Gen.Long[1, 500], Gen.Long[0, 400], Gen.Long[0, 300], Gen.Bool, Gen.Bool).Sample((amount, there, owed, side, given) =>
        {
            var books = new Decisions.Books();
            var fee = key == TransferTemplates.TopUp ? Math.Min(amount / 3, 50) : 0;
            var tax = key is TransferTemplates.TopUp or TransferTemplates.FeeAdjustment ? Math.Min(amount / 4, 20) : 0;
            var wish = new TransferWish(key, "a paper", "MXN", amount)
            {
                BankAccountId = 2, ToBankAccountId = 3, ChannelAccountId = 7, MerchantNo = Scene.MerchantNo, FeeMinor = fee, TaxMinor = tax, ToCurrency = "BRL", ToAmountMinor = amount * 2,
                Side = key == TransferTemplates.FeeAdjustment ? side ? "charge" : "giveBack" : side ? "tax" : "taxWithheld",
            };
            Give(books, there, given ? owed : 0);
            var plan = template.Legs(wish, Place, books.Balance);
            var accounts = template.Legs(wish, Place, _ => 0).SelectMany(p => p.Legs).Select(l => l.Account).ToHashSet();
            Assert.All(plan, part => Assert.Equal(0, part.Legs.Sum(l => l.AmountMinor)));
            Assert.All(plan, part => Assert.Single(part.Legs.Select(l => l.Account.Id % 1000).Distinct()));
            Assert.All(plan.SelectMany(p => p.Legs), l => Assert.Contains(l.Account, accounts));
            Assert.True(plan.SelectMany(p => p.Legs).Select(l => AccountId.Open(l.Account)).Where(a => a.OwnerType == OwnerType.Merchant).Select(a => a.OwnerId).Distinct().Count() <= 1);

            var problem = TransferTemplates.Problem(plan, books.Balance);
            var order = new LedgerOrderRow { Id = 77, Template = key, DecidedBy = "user 1", ValueDate = 20260302 };
            var (transfers, entries) = (books.Transfers.Count, books.Entries.Count);
            var posted = books.Run(new PostByHand(order, wish, Place, template, problem, null, null, books.NowMs));
            Assert.Equal(problem, posted.Refusal);
            if (problem is not null)
            {
                // For good: whoever thinks later that it can be finds it refused.
                var again = books.Run(new PostByHand(order, wish, Place, template, null, null, null, books.NowMs));
                Assert.Equal((problem, 0), (again.Refusal, again.TransferNo));
                Assert.Equal((transfers + 1, entries), (books.Transfers.Count, books.Entries.Count));
                return;
            }

            // Twice, by whatever node, and also where it could not be any more: it is booked, so nothing happens.
            Assert.Equal(transfers + plan.Count, books.Transfers.Count);
            Assert.Equal(posted.TransferNo, books.Run(new PostByHand(order, wish, Place, template, "is gone meanwhile", null, null, books.NowMs)).TransferNo);
            Assert.Equal(transfers + plan.Count, books.Transfers.Count);
            foreach (var account in books.Accounts.Values)
            {
                Assert.True(
                    account.Kind switch
                    {
                        AccountKind.Available or AccountKind.Held or AccountKind.Fees or AccountKind.Tax or AccountKind.TaxWithheld or AccountKind.Suspense => account.BalanceMinor >= 0,
                        AccountKind.Receivable or AccountKind.Bank or AccountKind.InTransit or AccountKind.Clearing => account.BalanceMinor <= 0,
                        _ => true,
                    },
                    $"{key} leaves {account.Kind} at {account.BalanceMinor}");
            }
        }, iter: 200);
    }

    /// <summary>What a merchant has changes between looking and booking: the ledger looks again.</summary>
    [Fact]
    public void AMerchantsMoneyThatIsGoneMeanwhileIsNotTaken()
    {
        var books = new Decisions.Books();
        books.Open(Scene.Available, 50);
        var wish = new TransferWish(TransferTemplates.Hold, "a paper", "MXN", 60) { MerchantNo = Scene.MerchantNo };
        var posted = books.Run(new PostByHand(new LedgerOrderRow { Id = 5 }, wish, new TransferPlace(Scene.Bucket), TransferTemplates.Find(TransferTemplates.Hold)!, null, null, null, books.NowMs));
        Assert.Contains("is more than the available account has, 0.50 MXN", posted.Refusal!, StringComparison.Ordinal);
        Assert.Equal(50, books.Balance(Scene.Available));

        // An account that more than its balance was looked at of has moved: it is read again.
        var release = new TransferWish(TransferTemplates.Release, "a paper", "MXN", 10) { MerchantNo = Scene.MerchantNo };
        books.Open(Scene.Held, 30);
        Assert.True(books.Run(new PostByHand(new LedgerOrderRow { Id = 6 }, release, new TransferPlace(Scene.Bucket), TransferTemplates.Find(TransferTemplates.Release)!, null, (Scene.Held, 0), null, books.NowMs)).IsAgain);
        Assert.Null(books.Run(new PostByHand(new LedgerOrderRow { Id = 6 }, release, new TransferPlace(Scene.Bucket), TransferTemplates.Find(TransferTemplates.Release)!, null, (Scene.Held, 1), null, books.NowMs)).Refusal);
        Assert.Equal((20, 60), (books.Balance(Scene.Held), books.Balance(Scene.Available)));
    }

    /// <summary>Reserved, then gone or back, and never both.</summary>
    [Fact]
    public void AWithdrawalsMoneyGoesOneWayOnce()
    {
        var books = new Decisions.Books();
        books.Open(Scene.Available, 100);
        var bank = AccountId.Bank(Scene.Bucket, 2, AccountKind.Bank, Scene.Currency);
        var row = new WithdrawalRow { Id = 9, MerchantNo = Scene.MerchantNo, Bucket = Scene.Bucket, Currency = "MXN", AmountMinor = 70, BankAccountId = 2, MadeBy = "user 1" };
        string? Move(WithdrawalMove move, long id = 9)
        {
            (row.Id, row.Wants) = (id, move);
            return books.Run(new MoveWithdrawal(row, books.NowMs, 20260302));
        }

        Assert.Null(Move(WithdrawalMove.Reserve));
        Assert.Null(Move(WithdrawalMove.Reserve));
        Assert.Equal((30, 70), (books.Balance(Scene.Available), books.Balance(Scene.Frozen)));
        Assert.Equal(Withdrawals.TooMuch, Move(WithdrawalMove.Reserve, 10));

        // It was refused, and stays so when the money is there.
        books.Open(Scene.Available, 100);
        Assert.Equal(Withdrawals.TooMuch, Move(WithdrawalMove.Reserve, 10));
        Assert.Null(Move(WithdrawalMove.Reserve, 12));
        Assert.Null(Move(WithdrawalMove.Void, 12));
        books.Open(Scene.Available, -100);
        Assert.Throws<LedgerException>(() => Move(WithdrawalMove.Return));
        Assert.Throws<LedgerException>(() => Move(WithdrawalMove.Post, 10));
        Assert.Null(Move(WithdrawalMove.Post));
        Assert.Null(Move(WithdrawalMove.Post));
        Assert.Throws<LedgerException>(() => Move(WithdrawalMove.Void));
        Assert.Equal((30, 0, 70), (books.Balance(Scene.Available), books.Balance(Scene.Frozen), books.Balance(bank)));
        Assert.Null(Move(WithdrawalMove.Return));
        Assert.Null(Move(WithdrawalMove.Return));
        Assert.Equal((100, 0), (books.Balance(Scene.Available), books.Balance(bank)));

        books.Open(Scene.Receivable, -5);
        Assert.Equal(Withdrawals.Owes, Move(WithdrawalMove.Reserve, 11));
    }

    [Theory]
    [InlineData("TU10000000017", 1000000001L)]
    [InlineData("tu 1000 0000 017", 1000000001L)]
    [InlineData("TU10000000018", null)]
    [InlineData("TU01000000017", null)]
    [InlineData("1000000001", null)]
    [InlineData("TU", null)]
    public void AReferenceNamesItsMerchantOrNobody(string text, long? merchantNo) => Assert.Equal(merchantNo, TopUpReference.MerchantOf(text));

    [Fact]
    public void EachMerchantHasAReferenceOfItsOwn() => Gen.Long[1_000_000_000, 9_999_999_999].Sample(no => Assert.Equal(no, TopUpReference.MerchantOf(TopUpReference.Of(no))));

    private static void Give(Decisions.Books books, long there, long owed)
    {
        if (there == 0)
        {
            return;
        }

        foreach (var key in (AccountKey[])[Scene.Available, Scene.Held, .. new[] { AccountKind.Fees, AccountKind.Tax, AccountKind.TaxWithheld, AccountKind.Suspense }.Select(k => AccountId.Platform(Scene.Bucket, k, Scene.Currency))])
        {
            books.Open(key, there);
        }

        foreach (var key in (AccountKey[])[Bank(AccountKind.Bank), Bank(AccountKind.InTransit), AccountId.Channel(Scene.Bucket, 7, AccountKind.Clearing, Scene.Currency)])
        {
            books.Open(key, -there);
        }

        if (owed > 0)
        {
            books.Open(Scene.Receivable, -owed);
        }

        static AccountKey Bank(AccountKind kind) => AccountId.Bank(Scene.Bucket, 2, kind, Scene.Currency);
    }
}
