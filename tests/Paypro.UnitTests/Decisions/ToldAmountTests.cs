using CsCheck;
using Paypro.Channels;
using Paypro.Server.Ledger;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>
/// What a merchant is told of an order is what is held for it, at every step of any history of payments, returns, refunds and expiry, in countries
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

        /// <summary>The merchant gives a part back: reserved, then gone out or refused, and perhaps come back to us.</summary>
        Refund,
        RefundGoesOut,
        RefundFails,
        RefundBounces,

        /// <summary>A day goes by, and what fell due becomes available.</summary>
        Tomorrow,
    }

    private static readonly Gen<Terms> SomeTerms = Gen.Select(
        Gen.Int[0, 2], Gen.Bool, One(0, 1000, 10_000), One(0L, 15_00L), One(0, 333, 9_990), One(0L, 1_00L),
        (days, returns, reserve, cap, withheld, refundFee) => new Terms(200, 1_00, 0, 0, 1600, days, false, returns)
        {
            Id = 5, RefundFixedMinor = refundFee, RefundBasisPoints = refundFee > 0 ? 50 : 0, ReserveBasisPoints = reserve, ReserveDays = reserve > 0 ? 2 : 0,
            ReserveCapMinor = reserve > 0 ? cap : 0, WithholdingName = withheld > 0 ? "ISR" : "", WithholdingBasisPoints = withheld,
        });

    /// <summary>So that no refund is refused for want of money.</summary>
    private const long Opening = 10_000_00;

    [Fact]
    public void NoHistoryTellsMoreThanIsHeld() => Gen.Select(
        Gen.Bool, SomeTerms, Gen.Select(Gen.Enum<Deed>(), Gen.Int[1, 12]).Array[1, 14]).Sample(
        (partial, terms, story) => Play(partial, terms, story),
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

    private static Gen<T> One<T>(params T[] of) => Gen.Int[0, of.Length - 1].Select(i => of[i]);

    private static void Play(bool partial, Terms terms, (Deed Deed, int Tens)[] story)
    {
        var rules = Scene.Rules with { AcceptsPartial = partial };
        var refunds = new RefundBooks(rules, terms);
        var (books, order) = (refunds.Books, refunds.PayIn);
        books.Open(Scene.Available, Opening);
        var dayMs = 0L;
        long held = 0, waiting = 0, refunding = 0;
        var (open, gone) = (new Queue<OrderRow>(), new Stack<OrderRow>());
        bool everPaid = false, wasPaid = false, expired = false;
        var number = 0;
        foreach (var (deed, tens) in story)
        {
            var amount = tens * 10_00L;
            var nowMs = books.NowMs = Scene.Now + dayMs + ++number;
            var before = OrderViews.Status(books.Orders[order.Key]);
            switch (deed)
            {
                case Deed.Pay:
                    Say(ObservationKind.Paid, amount);
                    wasPaid &= held > 0;
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
                    Assert.Equal(held - refunding >= amount || waiting >= amount ? ApplyResult.Applied : ApplyResult.Waiting, result);
                    if (held - refunding >= amount)
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
                        Scene.Ref(order, rules, terms), new CaseActionRow { Bucket = Scene.Bucket, Id = number, Actor = "operator:1" }, nowMs)));
                    (held, waiting, everPaid, wasPaid) = (held + waiting, 0, true, true);
                    break;
                case Deed.Refund:
                    var created = refunds.Refund(amount, terms: terms) is CreateResult.Created;
                    Assert.Equal(held - refunding >= amount, created);
                    if (created)
                    {
                        refunding += amount;
                        open.Enqueue(refunds.Sent(refunds.Newest));
                    }

                    break;
                case Deed.RefundGoesOut when open.Count > 0:
                    gone.Push(open.Dequeue());
                    Assert.Equal(ApplyResult.Applied, refunds.Say(gone.Peek(), ObservationKind.Paid, $"b{number}"));
                    (held, refunding) = (held - gone.Peek().AmountMinor, refunding - gone.Peek().AmountMinor);
                    break;
                case Deed.RefundFails when open.Count > 0:
                    var failed = open.Dequeue();
                    Assert.Equal(ApplyResult.Applied, refunds.Say(failed, ObservationKind.Failed, ""));
                    refunding -= failed.AmountMinor;
                    Assert.Equal(before, OrderViews.Status(books.Orders[order.Key]));
                    break;
                case Deed.RefundBounces when gone.Count > 0:
                    var bounced = gone.Pop();
                    Assert.Equal(ApplyResult.Applied, refunds.Say(bounced, ObservationKind.Returned, $"c{number}"));
                    held += bounced.AmountMinor;
                    break;
            }

            if (deed == Deed.Tomorrow)
            {
                dayMs += 86_400_000;
                books.NowMs = Scene.Now + dayMs + number;
                refunds.Settle(rules.ValueDate(books.NowMs));
            }

            wasPaid |= held >= Scene.Amount;
            var now = books.Orders[order.Key];
            Assert.Equal((refunding, true), (now.RefundingMinor, refunding <= held));
            var told = OrderViews.Of(now);

            // The amount is what is held, zero included, from the first receipt on; before that nothing is told as paid.
            Assert.Equal(everPaid ? held : null, told.HeldMinor);
            Assert.Equal((held, waiting), (PayInBooking.HeldMinor(now), now.SuspenseMinor));

            // Paid once, it is a success until nothing is left; only money that comes then has to be enough again.
            var status = !everPaid ? expired ? "00029" : "0015" : held == 0 ? "00029" : wasPaid ? "0000" : partial ? "0001" : "00029";
            Assert.Equal(status, told.Status);
            Assert.True(before != "0000" || told.Status is "0000" or "00029");

            // What the merchant has is what is held, less what it costs and what is withheld.
            var has = books.Balance(Scene.Available) + books.Balance(Scene.Receivable) + books.Balance(Scene.Frozen) + books.Balance(Scene.Unsettled) + books.Balance(Scene.Held) - Opening;
            var forRefunds = books.Orders.Values.Where(o => o.RefundOf != 0 && (o.State is OrderState.Paid or OrderState.Returned)).Sum(o => o.FeeMinor + o.TaxMinor);
            Assert.Equal(held - now.FeeMinor - now.TaxMinor - now.WithheldMinor - forRefunds, has);
            LookAtWhatIsHeldBack(books, now);

            ApplyResult Say(ObservationKind kind, long minor) => refunds.Say(kind, minor, $"k{number}");
        }
    }

    /// <summary>What is not available yet is what is still due of it; what is withheld is what the order and the certificate's lines say, and a part of what is held.</summary>
    private static void LookAtWhatIsHeldBack(Books books, OrderRow order)
    {
        foreach (var account in new[] { Scene.Unsettled, Scene.Held })
        {
            Assert.Equal(books.Dues.Values.Where(d => d.AccountId == account.Id).Sum(d => d.AmountMinor - d.SettledMinor), books.Balance(account));
            Assert.All(books.Dues.Values, d => Assert.InRange(d.SettledMinor, 0, d.AmountMinor));
        }

        var withheld = books.Balance(AccountId.Platform(Scene.Bucket, AccountKind.TaxWithheld, Scene.Currency));
        Assert.Equal((withheld, withheld), (order.WithheldMinor, books.Withholdings.Values.Sum(w => w.WithheldMinor)));
        Assert.InRange(withheld, 0, PayInBooking.HeldMinor(order));
    }
}
