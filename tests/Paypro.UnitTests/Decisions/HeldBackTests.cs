using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>Reserve and withholding, leg by leg: into the receipt's own transfer, out with what goes back, and free on their day.</summary>
public sealed class HeldBackTests
{
    /// <summary>3.48 of 100.00 are fee and tax, 4.00 are withheld, 10.00 are held for two days, and the rest is available the day after.</summary>
    private static readonly Terms Terms = Scene.Terms with
    {
        SettlementDays = 1, WithholdingName = "ISR", WithholdingBasisPoints = 400, ReserveBasisPoints = 1000, ReserveDays = 2, ReserveCapMinor = 15_00,
    };

    private static readonly AccountKey Withheld = AccountId.Platform(Scene.Bucket, AccountKind.TaxWithheld, Scene.Currency);

    [Fact]
    public void AReceiptIsSplitInItsOwnTransfer()
    {
        var books = Paid();
        Assert.Equal(
            [
                (AccountKind.Clearing, -99_40L), (AccountKind.Unsettled, 82_52), (AccountKind.Held, 10_00), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48),
                (AccountKind.TaxWithheld, 4_00), (AccountKind.ChannelCost, -60),
            ],
            books.Books.LastLegs());
        Assert.Equal(4_00, books.Now.WithheldMinor);
        Assert.Equal((5L, 20260302, 100_00L, 4_00L), Assert.Single(books.Books.Withholdings.Values) is var w ? (w.TermsId, w.ValueDate, w.GrossMinor, w.WithheldMinor) : default);
        Assert.Equal([new TakenShare(20260303, 82_52), new TakenShare(20260304, 10_00, IsReserve: true)], books.Shares());
    }

    /// <summary>The cap is on all that the merchant has held.</summary>
    [Fact]
    public void NoReceiptTakesTheReserveOverItsCap()
    {
        var books = Paid();
        books.Say(ObservationKind.Paid, 100_00, "k2");
        Assert.Equal(15_00, books.Books.Balance(Scene.Held));
        books.Say(ObservationKind.Paid, 100_00, "k3");
        Assert.Equal(15_00, books.Books.Balance(Scene.Held));

        // With the first part free again there is room.
        books.Settle(20260304);
        Assert.Equal(0, books.Books.Balance(Scene.Held));
        books.Say(ObservationKind.Paid, 100_00, "k4");
        Assert.Equal(10_00, books.Books.Balance(Scene.Held));
    }

    [Fact]
    public void AReserveBecomesAvailableOnItsDayAndOnce()
    {
        var books = Paid();
        books.Settle(20260303);
        Assert.Equal((82_52, 0, 10_00), (books.Available, books.Unsettled, books.Books.Balance(Scene.Held)));
        books.Settle(20260304);
        Assert.Equal([(AccountKind.Held, -10_00L), (AccountKind.Available, 10_00)], books.Books.LastLegs());
        Assert.Equal(TransferType.Release, books.Books.Transfers.Values.Last().Type);
        var writes = books.Books.Writes;
        books.Settle(20260304);
        Assert.Equal((writes, 92_52), (books.Books.Writes, books.Available));
    }

    /// <summary>Of the order's own money first: what is unsettled, then the reserve. A part of what was withheld comes with it.</summary>
    [Fact]
    public void AReturnTakesWhatIsNotAvailableFirst()
    {
        var books = Paid();
        books.Books.Open(Scene.Available, 50_00);
        Assert.Equal(ApplyResult.Applied, books.Say(ObservationKind.Returned, 25_00, "b1"));
        Assert.Equal([(AccountKind.Unsettled, -24_00L), (AccountKind.TaxWithheld, -1_00), (AccountKind.Clearing, 25_00)], books.Books.LastLegs());
        Assert.Equal(ApplyResult.Applied, books.Say(ObservationKind.Returned, 75_00, "b2"));
        Assert.Equal(
            [
                (AccountKind.Unsettled, -58_52L), (AccountKind.Held, -10_00), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.TaxWithheld, -3_00),
                (AccountKind.Clearing, 75_00),
            ],
            books.Books.LastLegs());
        Assert.Equal((50_00, 0, 0, 0), (books.Available, books.Unsettled, books.Books.Balance(Scene.Held), books.Books.Balance(Withheld)));
        Assert.Equal((0, 0), (books.Now.WithheldMinor, books.Books.Withholdings.Values.Sum(w => w.GrossMinor)));
    }

    /// <summary>A certificate says under which version its lines stand: one that withheld something, also where the money goes back on a free attempt.</summary>
    [Fact]
    public void WhatGoesBackOnAFreeAttemptNamesTheVersionThatWithheld()
    {
        var books = Paid();
        var said = Scene.Said(books.PayIn, ObservationKind.Returned, 25_00, "b1");
        var back = new ApplyPayInStatement(Scene.Ref(books.PayIn, books.Rules, Server.Ledger.Terms.Free), Scene.Told(said), Scene.Now) { SharesAt = books.Now, Shares = books.Shares() };
        Assert.Equal(ApplyResult.Applied, books.Books.Run(back));
        Assert.Equal([(5L, 4_00L), (5, -1_00)], books.Books.Withholdings.Values.OrderBy(w => w.TransferNo).Select(w => (w.TermsId, w.WithheldMinor)));
    }

    /// <summary>What was read of an order that has changed since is not what it has: the caller reads again.</summary>
    [Fact]
    public void AReturnThatWasReadBeforeTheOrderChangedMovesNothing()
    {
        var books = Paid();
        var (seen, shares) = (books.Now, books.Shares());
        books.Say(ObservationKind.Returned, 90_00, "b1");
        var writes = books.Books.Writes;
        var late = new ApplyPayInStatement(Scene.Ref(books.PayIn, books.Rules, Terms), Scene.Told(Scene.Said(books.PayIn, ObservationKind.Returned, 10_00, "b2")), Scene.Now)
        {
            SharesAt = seen, Shares = shares,
        };
        Assert.Equal((ApplyResult.Changed, writes), (books.Books.Run(late), books.Books.Writes));
        Assert.Equal(ApplyResult.Applied, books.Say(ObservationKind.Returned, 10_00, "b2"));
    }

    [Fact]
    public void WhatWasReleasedMeanwhileIsTakenFromAvailable()
    {
        var books = Paid();
        var shares = books.Shares();
        books.Settle(20260304);
        Assert.IsType<CreateResult.Created>(books.Refund(50_00, shares));
        Assert.Equal([(AccountKind.Available, -50_00L), (AccountKind.Frozen, 50_00)], books.Books.LastLegs());
    }

    [Fact]
    public void ARefundAndItsFeeTakeFromTheReserveAndGoBackThereWhenItFails()
    {
        var books = Paid();
        Assert.IsType<CreateResult.Created>(books.Refund(90_00, terms: Terms with { RefundFixedMinor = 1_00 }));
        Assert.Equal([(AccountKind.Unsettled, -82_52L), (AccountKind.Held, -8_64), (AccountKind.Frozen, 91_16)], books.Books.LastLegs());
        Assert.Equal("20260303:8252,h20260304:864", books.Newest.TakenFrom);
        books.Sent(books.Newest, new SendOutcome.Declined("the account is closed"));
        Assert.Equal([(AccountKind.Frozen, -91_16L), (AccountKind.Unsettled, 82_52), (AccountKind.Held, 8_64)], books.Books.LastLegs());
        Assert.Equal([new TakenShare(20260303, 82_52), new TakenShare(20260304, 10_00, IsReserve: true)], books.Shares());
    }

    [Fact]
    public void ARefundGivesBackWhatWasWithheldAndWithholdsItAgainWhenItBounces()
    {
        var books = Paid();
        books.Books.Open(Scene.Available, 50_00);
        books.Refund(100_00);
        var refund = books.Sent(books.Newest);
        books.Say(refund, ObservationKind.Paid, "b1");
        Assert.Equal(
            [
                (AccountKind.Frozen, -100_00L), (AccountKind.Clearing, 100_00), (AccountKind.Fees, -3_00), (AccountKind.Tax, -48), (AccountKind.TaxWithheld, -4_00),
                (AccountKind.Available, 7_48),
            ],
            books.Books.LastLegs());
        Assert.Equal((50_00, 0L, 4_00L), (books.Available, books.Now.WithheldMinor, books.Newest.WithheldMinor));

        books.Say(refund, ObservationKind.Returned, "b1");
        Assert.Equal(
            [(AccountKind.Clearing, -100_00L), (AccountKind.Fees, 3_00), (AccountKind.Tax, 48), (AccountKind.TaxWithheld, 4_00), (AccountKind.Available, 92_52)], books.Books.LastLegs());
        Assert.Equal((4_00L, 0L), (books.Now.WithheldMinor, books.Newest.WithheldMinor));
        Assert.Equal([(100_00L, 4_00L), (-100_00, -4_00), (100_00, 4_00)], books.Books.Withholdings.Values.OrderBy(w => w.TransferNo).Select(w => (w.GrossMinor, w.WithheldMinor)));
    }

    private static RefundBooks Paid()
    {
        var books = new RefundBooks(terms: Terms);
        Assert.Equal(ApplyResult.Applied, books.Say(ObservationKind.Paid, 100_00, "k1"));
        return books;
    }
}
