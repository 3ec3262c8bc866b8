using CsCheck;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>What a person does to one order: a payout that waits is sent on, a pay-in is ended or opened again.</summary>
public sealed class OrderCommandTests
{
    private static readonly CaseActionRow Action = new() { Bucket = Scene.Bucket, Id = 9, Action = "payout.retry", Actor = "operator:1", Approver = "operator:2", Text = "asked for" };
    private readonly Books _books = new();

    private enum Deed
    {
        Retry,
        Take,
        DeclinedForFunds,
        Accepted,
        Failed,
        Paid,
    }

    [Theory]
    [InlineData(nameof(AttemptState.Ready))]
    [InlineData(nameof(AttemptState.Parked))]
    public void WhatWaitsGetsAnotherAttemptAndIsSentUnderItsReferenceAlone(string state)
    {
        var order = Stored(Enum.Parse<AttemptState>(state), parkedAtMs: 7);
        Assert.True(Retry(order));
        Assert.Equal((AttemptState.Failed, AttemptState.Ready, 202L, 7L), (Attempt(order).State, Attempt(order, 2).State, Attempt(order, 2).ChannelAccountId, Attempt(order, 2).ParkedAtMs));
        Assert.Equal((OrderState.Pending, 103_48L, 0, _books.NowMs), (Now(order).State, _books.Balance(Scene.Frozen), Now(order).ResultVersion, Now(order).TimerDueMs));
        Assert.Equal((EventType.Retried, "operator:1", "at channel account 202 in place of attempt 1 at 101: asked for"), _books.LastEvent(order.Key) is var e ? (e.Type, e.Cause, e.Detail) : default);
        Assert.Equal(DueAction.Nothing, Take(order, Attempt(order).Reference));
        Assert.Equal(DueAction.Send, Take(order, Attempt(order, 2).Reference));
        Assert.False(Retry(order));
        Assert.Equal(2, Now(order).AttemptCount);
    }

    [Theory]
    [InlineData(nameof(AttemptState.Sending))]
    [InlineData(nameof(AttemptState.Unknown))]
    [InlineData(nameof(AttemptState.Accepted))]
    [InlineData(nameof(AttemptState.Failed))]
    [InlineData(nameof(AttemptState.Screening))]
    [InlineData(nameof(AttemptState.Held))]
    public void NothingElseIsSentOn(string state)
    {
        var order = Stored(Enum.Parse<AttemptState>(state));
        Assert.False(Retry(order));
        Assert.Equal((Enum.Parse<AttemptState>(state), 1), (Attempt(order).State, Now(order).AttemptCount));
    }

    [Fact]
    public void OneThatWaitsForApprovalIsNotSentOn()
    {
        var order = Stored(AttemptState.Ready);
        _books.Orders[order.Key] = Now(order) with { Exceptions = OrderExceptions.HeldForOperator };
        Assert.False(Retry(order));
    }

    /// <summary>Whatever is declined, sent on and told: each reference is sent once, and at no moment may two of them be anything but nothing.</summary>
    [Fact]
    public void NoHistorySendsTwice() => Gen.Enum<Deed>().Array[1, 14].Sample(
        story =>
        {
            var books = new OrderCommandTests();
            var order = books.Stored(AttemptState.Ready);
            var sent = new List<string>();
            foreach (var deed in story)
            {
                var last = books.Attempt(order, books.Now(order).AttemptCount);
                switch (deed)
                {
                    case Deed.Retry:
                        books.Retry(order);
                        break;
                    case Deed.Take when books.Take(order, last.Reference) == DueAction.Send:
                        sent.Add(last.Reference);
                        break;
                    case Deed.DeclinedForFunds:
                        books.Record(order, last, new SendOutcome.Declined("no money of ours", Scope: DeclineScope.Funds));
                        break;
                    case Deed.Accepted:
                        books.Record(order, last, new SendOutcome.Accepted());
                        break;
                    case Deed.Failed when sent.Contains(last.Reference):
                        books.Say(order, last, ObservationKind.Failed);
                        break;
                    case Deed.Paid when sent.Contains(last.Reference):
                        books.Say(order, last, ObservationKind.Paid);
                        break;
                }

                var attempts = Enumerable.Range(1, books.Now(order).AttemptCount).Select(no => books.Attempt(order, (short)no)).ToList();
                Assert.Equal(sent.Distinct().Count(), sent.Count);
                Assert.Equal(attempts.Count, attempts.DistinctBy(a => a.Reference).Count());
                Assert.InRange(attempts.Count(a => a.State is AttemptState.Sending or AttemptState.Accepted or AttemptState.Unknown or AttemptState.Done), 0, 1);
                Assert.Equal(books.Now(order).State == OrderState.Pending ? 103_48 : 0, books._books.Balance(Scene.Frozen));
            }
        },
        iter: 500);

    [Fact]
    public void AnExpiredPayInIsOpenAgainUntilItsNewTimeIsOver()
    {
        var order = Expired();
        var untilMs = Scene.Expires + 3_600_000;
        Assert.True(_books.Notifications.ContainsKey(order.Key));
        Assert.Equal(ReopenResult.Reopened, Reopen(order, untilMs));
        Assert.Equal(
            (OrderState.Pending, "", "", untilMs, 1, "0015"), (Now(order).State, Now(order).FailureCode, Now(order).Message, Now(order).ExpiresAtMs, Now(order).ResultVersion, OrderViews.Status(Now(order))));
        Assert.Equal((EventType.Reopened, "operator:1", "asked for, approved by operator:2"), _books.LastEvent(order.Key) is var e ? (e.Type, e.Cause, e.Detail) : default);
        Assert.False(_books.Notifications.ContainsKey(order.Key));

        // Carried out again it opens nothing, and neither does it once it has expired anew.
        Assert.Equal(ReopenResult.Repeated, Reopen(order, untilMs));
        Assert.Equal(Expiry.Nothing, _books.Run(new ExpirePayIn(order.Key, "clock", untilMs) { AskedAtMs = untilMs - 1, Answered = [1] }));
        Assert.Equal(Expiry.Expired, _books.Run(new ExpirePayIn(order.Key, "clock", untilMs) { AskedAtMs = untilMs, Answered = [1] }));
        Assert.Equal((OrderState.Expired, 2), (Now(order).State, Now(order).ResultVersion));
        Assert.Equal(ReopenResult.Repeated, Reopen(order, untilMs));
        Assert.Equal(OrderState.Expired, Now(order).State);
    }

    [Fact]
    public void MoneyThatComesInTheNewTimeIsNotLateAndMoneyThatCameBeforeStopsIt()
    {
        var order = Expired();
        Reopen(order, Scene.Expires + 3_600_000);
        _books.Run(new ApplyPayInStatement(Scene.Ref(order), Scene.Told(Scene.Said(order, ObservationKind.Paid) with { OccurredAtMs = Scene.Expires + 10 }), Scene.Expires + 10));
        Assert.Equal((OrderState.Paid, OrderExceptions.None), (Now(order).State, Now(order).Exceptions));

        var late = Expired(3);
        _books.Run(new ApplyPayInStatement(Scene.Ref(late), Scene.Told(Scene.Said(late, ObservationKind.Paid, key: "k3")), Scene.Expires + 10));
        Assert.Equal(ReopenResult.NotExpired, Reopen(late, Scene.Expires + 3_600_000));
        Assert.Equal(OrderState.Paid, Now(late).State);
    }

    [Fact]
    public void AnAttemptThatNobodyLookedAtStopsIt()
    {
        var order = Expired();
        Assert.Equal(ReopenResult.Changed, _books.Run(new ReopenPayIn(order.Key, new HashSet<short>(), Scene.Expires + 1000, Action, Scene.Expires + 1, Scene.Expires + 1)));
        Assert.Equal(OrderState.Expired, Now(order).State);
    }

    /// <summary>A person ends it before its time while a part waits in suspense: the rest may still come, so nothing changes.</summary>
    [Fact]
    public void APersonEndsNoPayInWithMoneyInSuspense()
    {
        var order = Scene.PayIn();
        _books.Store(order with { SuspenseMinor = 40_00 }, Scene.Attempt(order));
        var writes = _books.Writes;
        Assert.Equal(Expiry.NeedsPerson, _books.Run(new ExpirePayIn(order.Key, "operator:1", Scene.Now) { Action = Action }));
        Assert.Equal((writes, OrderExceptions.None), (_books.Writes, Now(order).Exceptions));
    }

    private OrderRow Expired(long id = 1)
    {
        var order = Scene.PayIn(id) with { NotifyUrl = "http://localhost/n" };
        _books.Store(order, Scene.Attempt(order));
        Assert.Equal(Expiry.Expired, _books.Run(new ExpirePayIn(order.Key, "clock", Scene.Expires) { AskedAtMs = Scene.Expires, Answered = [1] }));
        return order;
    }

    private ReopenResult Reopen(OrderRow order, long untilMs) =>
        _books.Run(new ReopenPayIn(order.Key, new HashSet<short> { 1 }, untilMs, Action with { Id = Action.Id + order.Id }, Scene.Expires + 1, Scene.Expires + 2));

    private OrderRow Stored(AttemptState state, long parkedAtMs = 0)
    {
        var order = Scene.Payout();
        _books.Open(Scene.Frozen, 103_48);
        _books.Store(order, Scene.Attempt(order, state) with { ParkedAtMs = parkedAtMs });
        return order;
    }

    private bool Retry(OrderRow order)
    {
        var count = Now(order).AttemptCount;
        var next = Scene.Attempt(order, AttemptState.Unknown, (short)(count + 1)) with { ChannelAccountId = 202 };
        return _books.Run(new RetrySend(Scene.Ref(order, no: count), next, Action with { Id = Action.Id + count }, Scene.Now));
    }

    private DueAction Take(OrderRow order, string reference) => _books.Run(new TakeDuePayout(order.Key, Now(order).TimerDueMs, reference, false, Scene.LeaseMs, Scene.Now)).Action;

    private void Record(OrderRow order, AttemptRow last, SendOutcome outcome) => _books.Run(new RecordSend(Scene.Ref(order, no: last.AttemptNo), outcome, Scene.Now)
    {
        Next = Scene.Attempt(order, AttemptState.Parked, (short)(last.AttemptNo + 1)), ParkForMs = 86_400_000,
    });

    private void Say(OrderRow order, AttemptRow last, ObservationKind kind) => _books.Run(new ApplyPayoutStatement(
        Scene.Ref(order, no: last.AttemptNo), Scene.Told(Scene.Said(order, kind) with { Reference = last.Reference }), allKnown: false, 0, Scene.Now));

    private OrderRow Now(OrderRow order) => _books.Orders[order.Key];

    private AttemptRow Attempt(OrderRow order, short no = 1) => _books.Attempts[new AttemptKey(order.Bucket, order.Id, no)];
}
