using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Cases;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>Where a refund's money comes from and goes to, leg by leg, and what its pay-in becomes.</summary>
public sealed class RefundTests
{
    private static readonly Terms Later = Scene.Terms with { SettlementDays = 1 };

    /// <summary>96.52 of the pay-in's 100.00 are not settled; 50.00 were available before.</summary>
    private static RefundBooks Unsettled()
    {
        var books = new RefundBooks(terms: Later);
        books.Books.Open(Scene.Available, 50_00);
        books.Say(ObservationKind.Paid, 100_00, "k1");
        return books;
    }

    [Fact]
    public void MoneyIsTakenFromWhatIsNotSettledAndThenFromAvailable()
    {
        var books = Unsettled();
        Assert.Equal((50_00, 96_52), (books.Available, books.Unsettled));
        Assert.IsType<CreateResult.Created>(books.Refund(100_00, [new TakenShare(20260303, 96_52)]));
        Assert.Equal([(AccountKind.Unsettled, -96_52), (AccountKind.Available, -3_48), (AccountKind.Frozen, 100_00)], books.Books.LastLegs());
        Assert.Equal((46_52, 100_00, 0), (books.Available, books.Frozen, books.Unsettled));
        Assert.Equal((100_00L, 100_00L, 0L, OrderState.Paid), (books.Now.PaidMinor, books.Now.RefundingMinor, books.Now.ReturnedMinor, books.Now.State));
        Assert.Equal(("20260303:9652", TransferType.RefundReserve), (books.Newest.TakenFrom, books.Books.Transfers.Values.Last().Type));
    }

    [Fact]
    public void RefusedByTheRailItGoesBackWhereItCameFrom()
    {
        var books = Unsettled();
        books.Refund(100_00, [new TakenShare(20260303, 96_52)]);
        books.Sent(books.Newest, new SendOutcome.Declined("the account is closed"));
        Assert.Equal([(AccountKind.Frozen, -100_00), (AccountKind.Unsettled, 96_52), (AccountKind.Available, 3_48)], books.Books.LastLegs());
        Assert.Equal((50_00, 0, 96_52), (books.Available, books.Frozen, books.Unsettled));
        Assert.Equal(96_52, Assert.Single(books.Books.Dues.Values).AmountMinor);
        Assert.Equal((OrderState.Failed, OrderState.Paid, 0L), (books.Newest.State, books.Now.State, books.Now.RefundingMinor));
        Assert.Equal([EventType.Paid, EventType.RefundRequested, EventType.RefundFailed], books.Books.History(books.PayIn.Key));
    }

    [Fact]
    public void WhatIsSettledMeanwhileIsTakenFromAvailable()
    {
        var books = Unsettled();
        books.Books.Run(new Paypro.Server.Settlement.SettleDue(new SettlementDueKey(Scene.Bucket, Scene.Unsettled.Id, 20260303), Scene.MerchantNo, Scene.Currency, Scene.Now, 20260303));
        Assert.IsType<CreateResult.Created>(books.Refund(100_00, [new TakenShare(20260303, 96_52)]));
        Assert.Equal([(AccountKind.Available, -100_00), (AccountKind.Frozen, 100_00)], books.Books.LastLegs());
        Assert.Equal("", books.Newest.TakenFrom);
    }

    [Fact]
    public void GoneOutItIsPostedAndTheWholeGivesTheFeeBack()
    {
        var books = new RefundBooks();
        books.Books.Open(Scene.Available, 50_00);
        books.Say(ObservationKind.Paid, 100_00, "k1");
        books.Refund(40_00);
        var first = books.Sent(books.Newest);
        Assert.Equal(ApplyResult.Applied, books.Say(first, ObservationKind.Paid, "b1"));
        Assert.Equal([(AccountKind.Frozen, -40_00), (AccountKind.Clearing, 40_00)], books.Books.LastLegs());
        Assert.Equal(ApplyResult.Repeated, books.Say(first, ObservationKind.Paid, "b1"));
        Assert.Equal((OrderState.Paid, 60_00L, 3_00L, 1), (books.Now.State, books.Now.PaidMinor - books.Now.ReturnedMinor, books.Now.FeeMinor, books.Now.ResultVersion));

        books.Refund(60_00);
        books.Say(books.Sent(books.Newest), ObservationKind.Paid, "b2");
        Assert.Equal(
            [(AccountKind.Frozen, -60_00), (AccountKind.Clearing, 60_00), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.Available, 3_48)], books.Books.LastLegs());
        Assert.Equal(("00029", ResultMessage.Refunded, 0L, 2), (books.Now.FailureCode, books.Now.Message, books.Now.FeeMinor, books.Now.ResultVersion));
        Assert.Equal(50_00, books.Available);
    }

    [Fact]
    public void BouncedItIsCreditedAgainAndThePayInIsAsItWas()
    {
        var books = new RefundBooks();
        books.Books.Open(Scene.Available, 50_00);
        books.Say(ObservationKind.Paid, 100_00, "k1");
        books.Refund(100_00);
        var refund = books.Sent(books.Newest);
        books.Say(refund, ObservationKind.Paid, "b1");
        Assert.Equal("00029", OrderViews.Status(books.Now));
        Assert.Equal(ApplyResult.Applied, books.Say(refund, ObservationKind.Returned, "b1"));
        Assert.Equal([(AccountKind.Clearing, -100_00), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48), (AccountKind.Available, 96_52)], books.Books.LastLegs());
        Assert.Equal(("0000", 100_00L, 3_00L, 0L), (OrderViews.Status(books.Now), books.Now.PaidMinor - books.Now.ReturnedMinor, books.Now.FeeMinor, books.Now.ForgivenMinor));
        Assert.Equal(("00029", ResultMessage.Returned), (OrderViews.Status(books.Newest), books.Newest.Message));
        Assert.Equal(3, books.Now.ResultVersion);
    }

    /// <summary>Each bounce is priced like a receipt: with all of them back the pay-in costs what it did, whichever came first.</summary>
    [Theory]
    [InlineData(60_00, 40_00)]
    [InlineData(40_00, 60_00)]
    [InlineData(99_00, 1_00)]
    [InlineData(1_00, 99_00)]
    public void EveryBounceIsPricedAgain(long firstMinor, long secondMinor)
    {
        var terms = Scene.Terms with { MinimumMinor = 2_00 };
        var books = Bouncing(terms);
        var (first, second) = (Out(books, firstMinor, "b1"), Out(books, secondMinor, "b2"));
        Assert.Equal((50_00, 0L, 0L), (books.Available, books.Now.FeeMinor, books.Now.TaxMinor));
        Assert.Equal(ApplyResult.Applied, books.Say(first, ObservationKind.Returned, "b1"));

        // A fee is never more than came back, and then nothing is left for its tax.
        Assert.Equal(firstMinor == 1_00 ? (1_00, 0) : terms.On(firstMinor), (books.Now.FeeMinor, books.Now.TaxMinor));
        Assert.Equal(ApplyResult.Applied, books.Say(second, ObservationKind.Returned, "b2"));
        Assert.Equal((3_00L, 48L, 146_52), (books.Now.FeeMinor, books.Now.TaxMinor, books.Available));
    }

    [Fact]
    public void ABounceAfterANewReceiptIsPricedWithIt()
    {
        var books = Bouncing(Scene.Terms);
        var refund = Out(books, 100_00, "b1");
        books.Say(ObservationKind.Paid, 100_00, "k2");
        Assert.Equal((3_00L, 48L), (books.Now.FeeMinor, books.Now.TaxMinor));
        Assert.Equal(ApplyResult.Applied, books.Say(refund, ObservationKind.Returned, "b1"));
        Assert.Equal((5_00L, 80L, 200_00L), (books.Now.FeeMinor, books.Now.TaxMinor, books.Now.PaidMinor - books.Now.ReturnedMinor));
    }

    /// <summary>A refund of a part gives no fee back, and so its bounce costs none.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ABounceCostsNothingWhereNoFeeWasGivenBack(bool returnsFee)
    {
        var books = Bouncing(Scene.Terms with { ReturnsFee = returnsFee });
        var refund = Out(books, returnsFee ? 60_00 : 100_00, "b1");
        Assert.Equal((3_00L, 48L), (books.Now.FeeMinor, books.Now.TaxMinor));
        Assert.Equal(ApplyResult.Applied, books.Say(refund, ObservationKind.Returned, "b1"));
        Assert.Equal((3_00L, 48L, 146_52), (books.Now.FeeMinor, books.Now.TaxMinor, books.Available));
    }

    private static RefundBooks Bouncing(Terms terms)
    {
        var books = new RefundBooks(terms: terms);
        books.Books.Open(Scene.Available, 50_00);
        books.Say(ObservationKind.Paid, 100_00, "k1");
        return books;
    }

    /// <summary>A refund that went out.</summary>
    private static OrderRow Out(RefundBooks books, long minor, string key)
    {
        Assert.IsType<CreateResult.Created>(books.Refund(minor));
        var refund = books.Sent(books.Newest);
        Assert.Equal(ApplyResult.Applied, books.Say(refund, ObservationKind.Paid, key));
        return refund;
    }

    /// <summary>Two refunds that were decided from the same look at the pay-in: the second looks again, and then there is not enough.</summary>
    [Fact]
    public void TwoAtOnceNeverRefundMoreThanCame()
    {
        var books = new RefundBooks();
        books.Books.Open(Scene.Available, 500_00);
        books.Say(ObservationKind.Paid, 100_00, "k1");
        var seen = books.Now;
        Assert.IsType<CreateResult.Created>(books.Refund(60_00, seen: seen));
        Assert.IsType<CreateResult.Changed>(books.Refund(60_00, seen: seen));
        Assert.IsType<CreateResult.Refused>(books.Refund(60_00));
        Assert.Equal((60_00L, 1), (books.Now.RefundingMinor, books.Books.Orders.Values.Count(o => o.RefundOf != 0)));
    }

    [Fact]
    public void WithoutEnoughMoneyNothingIsStored()
    {
        var books = new RefundBooks();
        books.Say(ObservationKind.Paid, 100_00, "k1");
        var writes = books.Books.Writes;
        Assert.StartsWith("amount: ", Assert.IsType<CreateResult.Refused>(books.Refund(100_00)).Sentence, StringComparison.Ordinal);
        Assert.Equal(writes, books.Books.Writes);
    }

    /// <summary>The rail takes back by itself what a refund may be giving back: it waits, without a case, for the refund's outcome.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ARailsOwnReturnWaitsForTheRefundsOutcome(bool goesOut)
    {
        var books = new RefundBooks();
        books.Books.Open(Scene.Available, 50_00);
        books.Say(ObservationKind.Paid, 100_00, "k1");
        books.Refund(60_00);
        Assert.Equal(ApplyResult.Waiting, books.Say(ObservationKind.Returned, 70_00, "t1"));
        Assert.Equal(ApplyResult.Applied, books.Say(ObservationKind.Returned, 40_00, "t2"));
        Assert.Empty(books.Books.OpenCases);
        Assert.Equal((OrderExceptions.Waiting, 60_00L), (books.Now.Exceptions, books.Now.PaidMinor - books.Now.ReturnedMinor));
        var waits = Assert.Single(books.Books.Left);
        Assert.Equal(StatementOutcome.Waiting, waits.Outcome);

        books.Say(books.Sent(books.Newest), goesOut ? ObservationKind.Paid : ObservationKind.Failed, goesOut ? "b1" : "");
        var result = books.Say(ObservationKind.Returned, 70_00, "t1", Statement.Of(waits));
        Assert.Equal(ApplyResult.Waiting, result);
        Assert.Equal(CaseKind.WaitingReturn, Assert.Single(books.Books.OpenCases).Kind);
        Assert.False(books.Now.Exceptions.HasFlag(OrderExceptions.Contradiction));

        // With more money, or a smaller return, it is booked.
        books.Say(ObservationKind.Paid, 100_00, "k2");
        Assert.Equal(ApplyResult.Applied, books.Say(ObservationKind.Returned, 70_00, "t1", Statement.Of(books.Books.Statements[waits.Key])));
        Assert.Equal(goesOut ? 30_00 : 90_00, books.Now.PaidMinor - books.Now.ReturnedMinor);
    }

    [Fact]
    public void AReturnOfTheSameMoneyIsBookedWhenTheRefundFails()
    {
        var books = new RefundBooks();
        books.Books.Open(Scene.Available, 50_00);
        books.Say(ObservationKind.Paid, 100_00, "k1");
        books.Refund(100_00);
        Assert.Equal(ApplyResult.Waiting, books.Say(ObservationKind.Returned, 100_00, "t1"));
        books.Say(books.Sent(books.Newest), ObservationKind.Failed, "");
        Assert.Equal(ApplyResult.Applied, books.Say(ObservationKind.Returned, 100_00, "t1", Statement.Of(Assert.Single(books.Books.Left))));
        Assert.Equal((OrderState.Returned, ResultMessage.Returned, OrderExceptions.None), (books.Now.State, books.Now.Message, books.Now.Exceptions));
        Assert.Equal(50_00, books.Available);
    }

    [Fact]
    public void ARefundHasAFeeOnlyWhereItsOwnTermsSaySo()
    {
        var books = new RefundBooks();
        books.Books.Open(Scene.Available, 50_00);
        books.Say(ObservationKind.Paid, 100_00, "k1");
        books.Refund(10_00, terms: Terms.Free with { RefundFixedMinor = 1_00, ReturnsFee = false });
        Assert.Equal([(AccountKind.Available, -11_00), (AccountKind.Frozen, 11_00)], books.Books.LastLegs());
        books.Say(books.Sent(books.Newest), ObservationKind.Paid, "b1");
        Assert.Equal([(AccountKind.Frozen, -11_00), (AccountKind.Clearing, 10_00), (AccountKind.Fees, 1_00)], books.Books.LastLegs());
    }
}
