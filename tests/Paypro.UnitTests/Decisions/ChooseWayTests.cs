using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>What a payer's choice on the hosted page, and a payer's word that it is paid, make of an order.</summary>
public sealed class ChooseWayTests
{
    private const long Price = 12;
    private readonly Books _books = new();
    private readonly OrderRow _order = Scene.PayIn(hosted: true) with { Way = "", SuspenseMinor = 0 };

    public ChooseWayTests() => _books.Store(_order);

    private OrderRow Now => _books.Orders[_order.Key];

    [Fact]
    public void AChoiceIsOneMoreAttempt()
    {
        var chosen = Choose("va", Scene.Expires + 60_000);
        Assert.Equal((Now, _books.Attempts.Values.Single(), null), (chosen.Order, chosen.Attempt, chosen.Refusal));
        Assert.Equal(("va", Price, (short)1, Scene.Expires + 60_000, Scene.Expires + 60_000), (Now.Way, Now.TermsId, Now.AttemptCount, Now.ExpiresAtMs, Now.TimerDueMs));
        Assert.Equal((EventType.InstructionIssued, "page", "va"), _books.LastEvent(Now.Key) is var e ? (e.Type, e.Cause, e.Detail) : default);
        Assert.Equal((byte)9, _books.Persons[Now.Key].Sealed[0]);

        // The same way again, on another device or after a reload.
        var writes = _books.Writes;
        Assert.Equal(chosen, Choose("va"));
        Assert.Equal(writes, _books.Writes);

        // Another way, and then the first once more: its attempt is there, its price is the order's, whatever the way costs by now.
        Assert.Equal((short)2, Choose("oxxo", termsId: 99).Attempt!.AttemptNo);
        Assert.Equal(("oxxo", 99L, Scene.Expires + 60_000), (Now.Way, Now.TermsId, Now.ExpiresAtMs));
        Assert.Equal((short)1, Choose("va", termsId: 77).Attempt!.AttemptNo);
        Assert.Equal(("va", Price, (short)2), (Now.Way, Now.TermsId, Now.AttemptCount));
    }

    [Fact]
    public void AfterAFailureTheSameWayIsTriedAnew()
    {
        _books.Store(_order, Scene.Attempt(_order, AttemptState.Failed));
        Assert.Equal((short)2, Choose("va").Attempt!.AttemptNo);
    }

    [Fact]
    public void ARemoteInstructionIsLeased()
    {
        var chosen = Choose("va", state: AttemptState.Sending);
        Assert.Equal((Scene.Now + Scene.LeaseMs, Scene.Now + Scene.LeaseMs), (chosen.Attempt!.LeaseUntilMs, Now.TimerDueMs));
    }

    [Fact]
    public void AnEarlierTimerStands()
    {
        _books.Store(_order with { TimerDueMs = Scene.Now + 7 });
        Choose("va", Scene.Expires + 60_000, AttemptState.Sending);
        Assert.Equal((Scene.Now + 7, Scene.Expires + 60_000), (Now.TimerDueMs, Now.ExpiresAtMs));
    }

    [Theory]
    [InlineData(nameof(OrderState.Paid), 0, false)]
    [InlineData(nameof(OrderState.Expired), 0, false)]
    [InlineData(nameof(OrderState.Pending), Scene.Expires - Scene.Now, false)]
    [InlineData(nameof(OrderState.Pending), Scene.Expires - Scene.Now - 1, true)]
    [InlineData(nameof(OrderState.PartlyPaid), 0, true)]
    public void WhatIsOverCanNoLongerBePaid(string state, long afterMs, bool open)
    {
        _books.Store(_order with { State = Enum.Parse<OrderState>(state) });
        var chosen = Choose("va", nowMs: Scene.Now + afterMs);
        Assert.Equal((open ? null : "This order can no longer be paid.", !open), (chosen.Refusal, chosen.Attempt is null));
        Assert.Equal(Now, chosen.Order);
        Assert.Equal(open, _books.Writes > 0);
    }

    [Fact]
    public void WhatIsOverStillShowsTheWayThatWasChosenAndItsPriceStands()
    {
        _books.Store(_order with { State = OrderState.Paid, Way = "oxxo", TermsId = 1 }, Scene.Attempt(_order));
        Assert.NotNull(Choose("va").Attempt);
        Assert.Equal(("oxxo", 1L, 0), (Now.Way, Now.TermsId, _books.Writes));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    public void WhatWasBookedAtOnePriceKeepsIt(long paidMinor, long suspenseMinor)
    {
        _books.Store(_order with { PaidMinor = paidMinor, SuspenseMinor = suspenseMinor, TermsId = 1 });
        Choose("va");
        Assert.Equal(("va", 1L), (Now.Way, Now.TermsId));
    }

    [Fact]
    public void APageMakesTenAttemptsAtMost()
    {
        _books.Store(_order, [.. Enumerable.Range(1, 9).Select(no => Scene.Attempt(_order, AttemptState.Failed, (short)no))]);
        Assert.Equal((short)10, Choose("va").Attempt!.AttemptNo);
        Assert.Equal("Too many attempts for this order.", Choose("oxxo").Refusal);
    }

    [Fact]
    public void AFullDayAndAStrangeOrderAreRefused()
    {
        Assert.Equal("amount: is more than this merchant may still be paid today", Choose("va", limitMinor: Scene.Amount - 1).Refusal);
        Assert.Equal(0, _books.Writes);
        Assert.NotNull(Choose("va", limitMinor: Scene.Amount).Attempt);
        Assert.Equal("There is no such order.", _books.Run(new ChooseWay(new OrderKey(Scene.Bucket, 99), "va", Make(AttemptState.Accepted, "va"), Scene.Expires, Price, null, Scene.Now)).Refusal);
    }

    [Fact]
    public void ThePayersWordIsKeptAndBooksNothing()
    {
        _books.Store(_order, Scene.Attempt(_order), Scene.Attempt(_order, AttemptState.Unknown, 2), Scene.Attempt(_order, AttemptState.Failed, 3));
        var told = Submit();
        Assert.Equal(((short)2, null), (told.Ask!.AttemptNo, told.Refusal));
        Assert.Equal((EventType.ReferenceSubmitted, "page", "utr-9"), _books.LastEvent(Now.Key) is var e ? (e.Type, e.Cause, e.Detail) : default);
        Assert.Empty(_books.Transfers);
    }

    [Theory]
    [InlineData(nameof(OrderState.PartlyPaid), true)]
    [InlineData(nameof(OrderState.Expired), true)]
    [InlineData(nameof(OrderState.Paid), false)]
    [InlineData(nameof(OrderState.Failed), false)]
    public void WhereMoneyCanStillComeItIsAskedFor(string state, bool asked)
    {
        _books.Store(_order with { State = Enum.Parse<OrderState>(state) }, Scene.Attempt(_order));
        Assert.Equal((asked, null), (Submit().Ask is not null, Submit().Refusal));
        Assert.Equal(asked, _books.Writes > 0);
    }

    [Fact]
    public void AHistoryIsNotWrittenFullByGuesses()
    {
        _books.Store(_order with { EventCount = SubmitReference.MostEvents - 1 }, Scene.Attempt(_order));
        Assert.Null(Submit().Refusal);
        Assert.Equal(new SubmitResult(null, "too many references were handed in for this order"), Submit());
    }

    /// <summary>Pressed twice, or on two devices: one more prompt. The one before keeps its number, so that money on either is the order's.</summary>
    [Fact]
    public void AnotherPromptIsAnotherAttemptOnceTheFirstHasEnded()
    {
        Prompt(sentAtMs: 100, goneFromMs: 0);
        Assert.Equal((short)1, Prompt(sentAtMs: 200, goneFromMs: 99).Attempt!.AttemptNo);
        Assert.Equal((short)2, Prompt(sentAtMs: 200, goneFromMs: 100).Attempt!.AttemptNo);
        Assert.Equal((short)2, Prompt(sentAtMs: 200, goneFromMs: 100).Attempt!.AttemptNo);
        Assert.All(_books.Attempts.Values, a => Assert.Equal(AttemptState.Accepted, a.State));

        // Neither an answer that is not known nor money is overtaken, nor is any other kind of instruction.
        foreach (var kept in new AttemptRow[] { new() { State = AttemptState.Unknown, InstructionKind = "prompt" }, new() { State = AttemptState.Done, InstructionKind = "prompt" }, new() { State = AttemptState.Accepted, InstructionKind = "redirect" } })
        {
            var newest = _books.Attempts.Values.MaxBy(a => a.AttemptNo)!;
            _books.Attempts[newest.Key] = newest with { State = kept.State, InstructionKind = kept.InstructionKind };
            Assert.Equal((short)2, Prompt(sentAtMs: 900, goneFromMs: 800).Attempt!.AttemptNo);
        }
    }

    private ChooseWayResult Prompt(long sentAtMs, long goneFromMs) => _books.Run(new ChooseWay(
        _order.Key, "mpesa", no => Make(AttemptState.Accepted, "mpesa")(no) with { InstructionKind = "prompt", SentAtMs = sentAtMs }, Scene.Expires, Price, null, Scene.Now)
    {
        PromptsGoneFromMs = goneFromMs,
    });

    private SubmitResult Submit() => _books.Run(new SubmitReference(_order.Key, "utr-9", "page", Scene.Now));

    private ChooseWayResult Choose(
        string way, long expiresAtMs = Scene.Expires, AttemptState state = AttemptState.Accepted, long termsId = Price, long limitMinor = long.MaxValue, long nowMs = Scene.Now) =>
        _books.Run(new ChooseWay(_order.Key, way, Make(state, way, termsId), expiresAtMs, termsId, Scene.Person(_order, 9), nowMs)
        {
            LeaseMs = Scene.LeaseMs,
            Limits = [new DailyLimit(Scene.Total(Direction.PayIn), limitMinor)],
        });

    private Func<short, AttemptRow> Make(AttemptState state, string way, long termsId = Price) => no => Scene.Attempt(_order, state, no, way) with { TermsId = termsId };
}
