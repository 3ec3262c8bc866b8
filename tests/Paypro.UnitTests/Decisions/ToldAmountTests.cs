using CsCheck;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>
/// What a merchant is told of an order is what is held for it, at every step of any history of payments, returns and expiry, in countries
/// that list partial payment and in those that do not. Written from the documented rules, without the server's own states.
/// </summary>
public sealed class ToldAmountTests
{
    private enum Deed
    {
        Pay,
        TakeBack,
        Expire,
        Settle,
    }

    [Fact]
    public void NoHistoryTellsMoreThanIsHeld() => Gen.Select(
        Gen.Bool, Gen.Select(Gen.Enum<Deed>(), Gen.Int[1, 12]).Array[1, 14]).Sample(
        (partial, story) => Play(partial, story),
        iter: 2_000);

    /// <summary>It was told as success with what came; more money is more of it, and never a failure.</summary>
    [Fact]
    public void WhatWasSettledWithLessStaysPaidWhenMoreComes()
    {
        var rules = Scene.Rules with { AcceptsPartial = false };
        var books = new Books();
        var order = Scene.PayIn();
        books.Store(order, Scene.Attempt(order));
        Pay(40_00, "k1");
        Assert.True(books.Run(new SettleUnderpaid(Scene.Ref(order, rules), new CaseActionRow { Bucket = Scene.Bucket, Id = 1, Actor = "operator:1" }, Scene.Now)));
        Assert.Equal((OrderState.Paid, 40_00L, 0L), (books.Orders[order.Key].State, PayInBooking.HeldMinor(books.Orders[order.Key]), books.Orders[order.Key].SuspenseMinor));
        Pay(10_00, "k2");
        Assert.Equal((OrderState.Paid, 50_00L, ""), (books.Orders[order.Key].State, PayInBooking.HeldMinor(books.Orders[order.Key]), books.Orders[order.Key].FailureCode));

        void Pay(long minor, string key) => Assert.Equal(ApplyResult.Applied, books.Run(
            new ApplyPayInStatement(Scene.Ref(order, rules), Scene.Told(Scene.Said(order, ObservationKind.Paid, minor, key)), Scene.Now)));
    }

    private static void Play(bool partial, (Deed Deed, int Tens)[] story)
    {
        var rules = Scene.Rules with { AcceptsPartial = partial };
        var books = new Books();
        var order = Scene.PayIn();
        books.Store(order, Scene.Attempt(order));
        long held = 0, waiting = 0;
        bool everPaid = false, everComplete = false, expired = false;
        var number = 0;
        foreach (var (deed, tens) in story)
        {
            var amount = tens * 10_00L;
            var nowMs = Scene.Now + ++number;
            switch (deed)
            {
                case Deed.Pay:
                    Say(ObservationKind.Paid, amount);
                    if (partial || everPaid || waiting + amount >= Scene.Amount)
                    {
                        (held, waiting, everPaid) = (held + waiting + amount, 0, true);
                    }
                    else
                    {
                        waiting += amount;
                    }

                    break;
                case Deed.TakeBack:
                    var result = Say(ObservationKind.Returned, amount);
                    Assert.Equal(held >= amount || waiting >= amount ? ApplyResult.Applied : ApplyResult.Waiting, result);
                    if (held >= amount)
                    {
                        held -= amount;
                    }
                    else if (waiting >= amount)
                    {
                        waiting -= amount;
                    }

                    break;
                case Deed.Expire:
                    books.Run(new ExpirePayIn(order.Key, "clock", nowMs));
                    expired |= !everPaid && waiting == 0;
                    break;
                case Deed.Settle when !partial && waiting > 0:
                    Assert.True(books.Run(new SettleUnderpaid(
                        Scene.Ref(order, rules), new CaseActionRow { Bucket = Scene.Bucket, Id = number, Actor = "operator:1" }, nowMs)));
                    (held, waiting, everPaid) = (held + waiting, 0, true);
                    break;
            }

            everComplete |= held >= Scene.Amount;
            var now = books.Orders[order.Key];
            var told = OrderViews.Of(now);

            // The amount is what is held, zero included, from the first receipt on; before that nothing is told as paid.
            Assert.Equal(everPaid ? held : null, told.HeldMinor);
            Assert.Equal((held, waiting), (PayInBooking.HeldMinor(now), now.SuspenseMinor));

            var settledWithLess = deed == Deed.Settle && !partial && told.Status == "0000" && held < Scene.Amount;
            var status = !everPaid ? expired ? "00029" : "0015"
                : held >= Scene.Amount || settledWithLess ? "0000"
                : held > 0 && partial ? "0001"
                : "00029";
            if (!everPaid || held >= Scene.Amount || held == 0 || partial)
            {
                Assert.Equal(status, told.Status);
            }

            // Once it was complete it is never processing again, and success is said of what is held alone.
            Assert.True(!everComplete || told.Status != "0015");
            Assert.True(told.Status != "0000" || held > 0);

            // What the merchant has is what is held, less what it costs.
            var has = books.Balance(Scene.Available) + books.Balance(Scene.Receivable);
            Assert.Equal(held - now.FeeMinor - now.TaxMinor, has);

            ApplyResult Say(ObservationKind kind, long minor) => books.Run(
                new ApplyPayInStatement(Scene.Ref(order, rules), Scene.Told(Scene.Said(order, kind, minor, $"k{number}")), nowMs));
        }
    }
}
