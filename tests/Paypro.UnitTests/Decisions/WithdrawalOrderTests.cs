using CsCheck;
using Paypro.Channels;
using Paypro.Server.Books;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>A withdrawal by a rail: its reservation goes one way, whatever comes in which order, and its order's outcome moves it once.</summary>
public sealed class WithdrawalOrderTests
{
    private const long Id = 9, Amount = 40_00, Had = 100_00;
    private static readonly AccountKey Bank = AccountId.Bank(Scene.Bucket, 3, AccountKind.Bank, Scene.Currency);
    private static readonly AccountKey Clearing = AccountId.Channel(Scene.Bucket, Scene.AccountId, AccountKind.Clearing, Scene.Currency);
    private static readonly AccountKey Loss = AccountId.Platform(Scene.Bucket, AccountKind.Loss, Scene.Currency);

    /// <summary>Nodes that have an old picture, forms that are sent twice and crashes in between are commands in any order, again and again.</summary>
    [Fact]
    public void PaidByHandGivenBackAndSentByARailExcludeEachOther() => Gen.Int[0, 3].Array[1, 14].Sample(steps =>
    {
        var books = new Books();
        books.Open(Scene.Available, Had);
        var (reserved, gaveBack, paid, sent) = (false, false, false, 0L);
        foreach (var step in steps)
        {
            switch (step)
            {
                case 0:
                    reserved |= Move(books, WithdrawalMove.Reserve) == "";
                    break;
                case 1:
                    gaveBack |= Move(books, WithdrawalMove.Void) == "";
                    break;
                case 2:
                    paid |= Move(books, WithdrawalMove.Post) == "";
                    break;
                default:
                    var order = Order(books.Orders.Count + 1);
                    var made = books.Run(new CreateWithdrawal(Row(WithdrawalMove.Send), order, Scene.Attempt(order, AttemptState.Ready) with { Direction = Direction.Payout }, Scene.Person(order)) { Cause = "user:1" });
                    Assert.True(sent == 0 || made?.Id == sent);
                    sent = made?.Id ?? 0;
                    break;
            }

            Assert.True((gaveBack ? 1 : 0) + (paid ? 1 : 0) + (sent > 0 ? 1 : 0) <= (reserved ? 1 : 0));
            Assert.Equal(sent > 0 ? 1 : 0, books.Orders.Count);
            Assert.Equal(sent > 0 ? 1 : 0, books.Persons.Count);
            var frozen = reserved && !gaveBack && !paid ? Amount : 0;
            Assert.Equal((Had - frozen - (paid ? Amount : 0), frozen, paid ? Amount : 0), (books.Balance(Scene.Available), books.Balance(Scene.Frozen), books.Balance(Bank)));
        }
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TheRailsWordMovesWhatWasReserved(bool paid)
    {
        var (kind, state, back, type) = paid ? (ObservationKind.Paid, OrderState.Paid, 0L, TransferType.WithdrawalPost) : (ObservationKind.Failed, OrderState.Failed, Amount, TransferType.WithdrawalVoid);
        var (books, order) = Sent();
        Assert.Equal(ApplyResult.Applied, Say(books, order, kind));
        Assert.Equal(ApplyResult.Repeated, Say(books, order, kind));
        Assert.Equal((state, 1), (books.Orders[order.Key].State, books.Orders[order.Key].ResultVersion));
        Assert.Equal((0, back, type), (books.Balance(Scene.Frozen), books.Balance(Scene.Available), books.Transfers.Values.Last().Type));
        Assert.Equal(new WithdrawalResultKey(Scene.Bucket, order.Id, 1), Assert.Single(books.WithdrawalResults).Key);
        Assert.Empty(books.Notifications);
        Assert.Empty(books.DailyTotals);
    }

    [Fact]
    public void WhatComesBackRepaysWhatIsOwedFirst()
    {
        var (books, order) = Sent();
        Say(books, order, ObservationKind.Paid);
        Assert.Equal(Amount + Scene.Cost.On(Amount), books.Balance(Clearing));
        books.Open(Scene.Receivable, -10_00);
        Assert.Equal(ApplyResult.Applied, Say(books, order, ObservationKind.Returned));
        Assert.Equal(ApplyResult.Repeated, Say(books, order, ObservationKind.Returned));
        Assert.Equal([(AccountKind.Clearing, -Amount), (AccountKind.Receivable, 10_00), (AccountKind.Available, 30_00)], books.LastLegs());
        Assert.Equal((TransferType.WithdrawalReturn, OrderState.Returned), (books.Transfers.Values.Last().Type, books.Orders[order.Key].State));
        Assert.Equal([1, 2], books.WithdrawalResults.Keys.Select(k => k.Version).Order());
    }

    /// <summary>A person called it failed, the merchant has its money, and the rail has paid it: our loss, and never the merchant's.</summary>
    [Fact]
    public void PaidAfterItWasDecidedAsFailedIsALoss()
    {
        var (books, order) = Sent();
        var said = Scene.Said(order, ObservationKind.Failed) with { Direction = Direction.Payout, DedupeKey = "" };
        var nowMs = Scene.Now + 86_400_000;
        books.NowMs = nowMs;
        Assert.Equal(ApplyResult.Applied, books.Run(new ApplyPayoutStatement(Facts(order), new Statement(said, StatementSource.Person, 900, nowMs) { Actor = "user:1" }, allKnown: false, finalityMs: 60_000, nowMs)));
        Assert.Equal(Amount, books.Balance(Scene.Available));
        Assert.Equal(ApplyResult.Applied, Say(books, order, ObservationKind.Paid));
        Assert.Equal((Amount, -Amount), (books.Balance(Scene.Available), books.Balance(Loss)));
        Assert.StartsWith($"Withdrawal {order.Number} ", Assert.Single(books.OpenCases).Text, StringComparison.Ordinal);
        Assert.Equal(OrderState.Failed, books.Orders[order.Key].State);
    }

    private static (Books Books, OrderRow Order) Sent()
    {
        var books = new Books();
        books.Open(Scene.Available, Amount);
        Assert.Equal("", Move(books, WithdrawalMove.Reserve));
        var order = Order(1);
        books.Run(new CreateWithdrawal(Row(WithdrawalMove.Send), order, Scene.Attempt(order, AttemptState.Ready) with { Direction = Direction.Payout, TermsId = 0 }, Scene.Person(order)));
        var taken = books.Run(new TakeDuePayout(order.Key, books.Orders[order.Key].TimerDueMs, "r1-1", repeatIsHarmless: false, Scene.LeaseMs, Scene.Now));
        Assert.Equal(DueAction.Send, taken.Action);
        Assert.Equal(ApplyResult.Applied, books.Run(new RecordSend(Facts(order), new SendOutcome.Accepted("rail-1"), Scene.Now)));
        return (books, order);
    }

    private static ApplyResult Say(Books books, OrderRow order, ObservationKind kind) => books.Run(new ApplyPayoutStatement(
        Facts(order), Scene.Told(Scene.Said(order, kind, Amount) with { Direction = Direction.Payout }), allKnown: false, finalityMs: 60_000, Scene.Now));

    private static AttemptRef Facts(OrderRow order) => Scene.Ref(order, terms: Terms.Free) with { Direction = Direction.Payout, IsWithdrawal = true, CountedWays = [] };

    private static string Move(Books books, WithdrawalMove wants)
    {
        try
        {
            return books.Run(new MoveWithdrawal(Row(wants), Scene.Now, Scene.Today)) ?? "";
        }
        catch (LedgerException error)
        {
            return error.Message;
        }
    }

    private static WithdrawalRow Row(WithdrawalMove wants) => new()
    {
        Id = Id, MerchantNo = Scene.MerchantNo, Bucket = Scene.Bucket, Currency = "MXN", AmountMinor = Amount, BankAccountId = wants == WithdrawalMove.Post ? 3 : 0, Wants = wants, MadeBy = "user:1",
    };

    private static OrderRow Order(long id) => Scene.Payout(id) with
    {
        Direction = Direction.Withdrawal, TradeNo = "9", AmountMinor = Amount, FeeMinor = 0, TaxMinor = 0, TermsId = 0, TimerDueMs = 0, EventCount = 0, AttemptCount = 0, NotifyUrl = "",
    };
}
