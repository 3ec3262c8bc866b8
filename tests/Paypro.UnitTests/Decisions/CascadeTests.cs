using CsCheck;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>When the next channel account is tried: only after a decline that is the channel's own trouble, of an attempt that was never anything else.</summary>
public sealed class CascadeTests
{
    private const long NextAccount = 202;
    private readonly Books _books = new();
    private long _orders;

    [Theory]
    [InlineData(nameof(DeclineScope.Channel), true)]
    [InlineData(nameof(DeclineScope.Funds), true)]
    [InlineData(nameof(DeclineScope.Order), false)]
    public void APayInGoesOnOnlyForTheChannelsOwnTrouble(string scope, bool opens)
    {
        var order = Sending(PayIn());
        var recorded = Answer(order, new InstructionOutcome.Declined("down", Scope: Enum.Parse<DeclineScope>(scope)));
        Assert.Equal(AttemptState.Failed, Attempt(order, 1).State);
        Assert.Equal((opens ? OrderState.Pending : OrderState.Failed, (short)(opens ? 2 : 1)), (Now(order).State, Now(order).AttemptCount));
        if (opens)
        {
            Assert.Equal(Attempt(order, 2), recorded.Next);
            Assert.Equal((AttemptState.Sending, NextAccount, _books.NowMs + Scene.LeaseMs), (recorded.Next!.State, recorded.Next.ChannelAccountId, recorded.Next.LeaseUntilMs));
            Assert.Equal((recorded.Next.LeaseUntilMs, 0), (Now(order).TimerDueMs, Now(order).ResultVersion));
            Assert.Equal((EventType.Routed, "account 202 is tried: account 101 declined for a trouble of its own"), Last(order));
        }
    }

    [Fact]
    public void TheLastDeclineIsWhatTheMerchantIsTold()
    {
        var order = Sending(PayIn());
        Answer(order, new InstructionOutcome.Declined("first", Scope: DeclineScope.Channel));
        var recorded = Answer(order, new InstructionOutcome.Declined("second", FailureCause.DailyAmount, DeclineScope.Channel), no: 2, next: false);
        Assert.Null(recorded.Next);
        Assert.Equal((OrderState.Failed, "0100019", "the day is full", 1), (Now(order).State, Now(order).FailureCode, Now(order).Message, Now(order).ResultVersion));
    }

    [Fact]
    public void ALocalInstructionIsThereAtOnceAndTheOrderLivesAsLongAsItsWay()
    {
        var order = Sending(PayIn());
        var recorded = Answer(order, new InstructionOutcome.Declined("down", Scope: DeclineScope.Channel), state: AttemptState.Accepted, expiresAtMs: Scene.Expires + 5);
        Assert.Equal((AttemptState.Accepted, 0L), (recorded.Next!.State, recorded.Next.LeaseUntilMs));
        Assert.Equal((Scene.Expires + 5, Scene.Expires + 5), (Now(order).ExpiresAtMs, Now(order).TimerDueMs));
        Assert.Equal(EventType.InstructionIssued, Last(order).Type);
    }

    /// <summary>One that was unknown, was found out about or has money before the answer is stored; or the order is over.</summary>
    [Theory]
    [InlineData(nameof(AttemptState.Unknown), false)]
    [InlineData(nameof(AttemptState.Accepted), false)]
    [InlineData(nameof(AttemptState.Done), false)]
    [InlineData(nameof(AttemptState.Failed), false)]
    [InlineData(nameof(AttemptState.Sending), true)]
    public void NeverAfterAnythingElse(string state, bool opens)
    {
        Assert.Equal(opens, Opens(PayIn(), Enum.Parse<AttemptState>(state)));
        Assert.False(Opens(PayIn() with { State = OrderState.Paid }, AttemptState.Sending));
        Assert.False(Opens(PayIn() with { ExpiresAtMs = Scene.Now }, AttemptState.Sending));

        bool Opens(OrderRow order, AttemptState first)
        {
            _books.Store(order, Scene.Attempt(order, first));
            return Answer(order, new InstructionOutcome.Declined("down", Scope: DeclineScope.Channel)).Next is not null;
        }
    }

    [Fact]
    public void AnUnknownOrAnAcceptanceOpensNothing()
    {
        foreach (InstructionOutcome outcome in (InstructionOutcome[])[new InstructionOutcome.Unknown("silence"), new InstructionOutcome.Accepted(new PaymentInstruction { Kind = "k", Value = "v" })])
        {
            Assert.Null(Answer(Sending(PayIn()), outcome).Next);
        }

        var order = Sending(Payout());
        Send(order, new SendOutcome.Unknown("silence"));
        Assert.Equal((short)1, Now(order).AttemptCount);
        order = Sending(Payout());
        Send(order, new SendOutcome.Accepted());
        Assert.Equal((short)1, Now(order).AttemptCount);
    }

    [Fact]
    public void APayoutGoesOnInItsTurnWithItsMoneyReserved()
    {
        var order = Sending(Payout());
        Assert.Equal(ApplyResult.Applied, Send(order, new SendOutcome.Declined("down", Scope: DeclineScope.Channel)));
        Assert.Equal((AttemptState.Failed, AttemptState.Ready, NextAccount), (Attempt(order, 1).State, Attempt(order, 2).State, Attempt(order, 2).ChannelAccountId));
        Assert.Equal((OrderState.Pending, 103_48L, _books.NowMs, 0), (Now(order).State, _books.Balance(Scene.Frozen), Now(order).TimerDueMs, Now(order).ResultVersion));
        var taken = _books.Run(new TakeDuePayout(order.Key, Now(order).TimerDueMs, "r1-2", repeatIsHarmless: false, Scene.LeaseMs, Scene.Now));
        Assert.Equal((DueAction.Send, (short)2), (taken.Action, taken.Attempt!.AttemptNo));
    }

    /// <summary>A repeat's decline for the rail's own trouble, or for our funds, says nothing of the call before.</summary>
    [Theory]
    [InlineData(nameof(DeclineScope.Channel))]
    [InlineData(nameof(DeclineScope.Funds))]
    public void APayoutDoesNotGoOnAfterARepeat(string scope)
    {
        var order = Sending(Payout());
        Send(order, new SendOutcome.Declined("down", Scope: Enum.Parse<DeclineScope>(scope)), isRepeat: true);
        Assert.Equal((OrderState.Pending, AttemptState.Unknown, (short)1), (Now(order).State, Attempt(order, 1).State, Now(order).AttemptCount));
    }

    /// <summary>Whose lease is over may hear a decline while another one's call with the same reference is under way.</summary>
    [Fact]
    public void ALateDeclineOpensNothingBesideAnotherSender()
    {
        var order = Sending(Payout());
        _books.Store(order, Attempt(order, 1) with { LeaseUntilMs = Scene.Now + 7 });
        RecordSend Late(long mine) => new(Scene.Ref(order), new SendOutcome.Declined("down", Scope: DeclineScope.Channel), Scene.Now) { Next = Next(order, AttemptState.Ready), LeaseUntilMs = mine };
        Assert.Equal(ApplyResult.Nothing, _books.Run(Late(Scene.Now + 6)));
        Assert.Equal((AttemptState.Sending, (short)1), (Attempt(order, 1).State, Now(order).AttemptCount));
        Assert.Equal(ApplyResult.Applied, _books.Run(Late(Scene.Now + 7)));
        Assert.Equal((short)2, Now(order).AttemptCount);
    }

    [Fact]
    public void WhatTheFirstRailSaysAfterwardsDoesNotEndTheSecond()
    {
        var order = Sending(Payout());
        Send(order, new SendOutcome.Declined("down", Scope: DeclineScope.Channel));
        Assert.Equal(ApplyResult.Repeated, Say(order, ObservationKind.Failed));
        Assert.Equal(ApplyResult.Nothing, Say(order, ObservationKind.NotFound));
        Assert.Equal(ApplyResult.Contradiction, Say(order, ObservationKind.Returned, allKnown: true));
        Assert.Equal((OrderState.Pending, AttemptState.Ready), (Now(order).State, Attempt(order, 2).State));
    }

    [Theory]
    [InlineData(nameof(AttemptState.Ready), true)]
    [InlineData(nameof(AttemptState.Parked), true)]
    [InlineData(nameof(AttemptState.Sending), false)]
    [InlineData(nameof(AttemptState.Unknown), false)]
    [InlineData(nameof(AttemptState.Accepted), false)]
    public void ThatItPaidAfterAllCountsWhileNothingElseWasSent(string second, bool booked)
    {
        var order = Sending(Payout());
        Send(order, new SendOutcome.Declined("down", Scope: DeclineScope.Channel));
        _books.Store(Now(order), Attempt(order, 1), Attempt(order, 2) with { State = Enum.Parse<AttemptState>(second) });
        Assert.Equal(booked ? ApplyResult.Applied : ApplyResult.Contradiction, Say(order, ObservationKind.Paid));
        Assert.Equal(booked ? OrderState.Paid : OrderState.Pending, Now(order).State);
        Assert.Equal(booked ? AttemptState.Failed : Enum.Parse<AttemptState>(second), Attempt(order, 2).State);
        Assert.Equal(booked ? 0 : 1, _books.OpenCases.Count());
    }

    [Fact]
    public void MoneyThatComesOnAnEarlierAttemptIsCredited()
    {
        var order = Sending(PayIn());
        Answer(order, new InstructionOutcome.Declined("down", Scope: DeclineScope.Channel));
        Assert.Equal(ApplyResult.Applied, _books.Run(new ApplyPayInStatement(Scene.Ref(order), Scene.Told(Scene.Said(order, ObservationKind.Paid)), Scene.Now)));
        Assert.Equal((OrderState.Paid, Scene.Amount, AttemptState.Done), (Now(order).State, Now(order).PaidMinor, Attempt(order, 1).State));

        // What the second rail then says opens nothing more.
        Assert.Null(Answer(order, new InstructionOutcome.Declined("down", Scope: DeclineScope.Channel), no: 2).Next);
        Assert.Equal((OrderState.Paid, (short)2), (Now(order).State, Now(order).AttemptCount));
    }

    /// <summary>Whatever the rails answer, and in whatever order it is stored, at most one attempt is ever anything but certainly nothing.</summary>
    [Fact]
    public void AtMostOneAttemptIsEverUnderWay() => Gen.Select(Gen.Bool, Gen.Int[0, 8].Array[1, 12]).Sample((payout, answers) =>
    {
        var books = new CascadeTests();
        var order = books.Sending(payout ? books.Payout() : books.PayIn());
        foreach (var answer in answers)
        {
            // Answers come late, too: also about attempts that are over.
            var no = (short)(answer == 7 ? 1 : books.Now(order).AttemptCount);
            if (answer == 8)
            {
                books._books.NowMs += Scene.LeaseMs + 1;
            }
            else if (payout)
            {
                books.DoPayout(order, no, answer);
            }
            else
            {
                books.DoPayIn(order, no, answer);
            }

            var open = Enumerable.Range(1, books.Now(order).AttemptCount).Count(n => books.Attempt(order, (short)n).State != AttemptState.Failed);
            if (open > 1 || (books.Now(order) is { State: OrderState.Pending } && open == 0))
            {
                return false;
            }
        }

        return true;
    });

    private void DoPayIn(OrderRow order, short no, int answer)
    {
        InstructionOutcome? outcome = answer switch
        {
            0 or 1 or 2 or 7 => new InstructionOutcome.Declined("down", Scope: DeclineScope.Channel),
            3 => new InstructionOutcome.Declined("no"),
            4 => new InstructionOutcome.Unknown("silence"),
            5 => new InstructionOutcome.Accepted(new PaymentInstruction { Kind = "k", Value = "v" }),
            _ => null,
        };
        if (outcome is not null)
        {
            Answer(order, outcome, no);
        }
        else
        {
            _books.Run(new ApplyPayInStatement(Scene.Ref(order, no: no), Scene.Told(Scene.Said(order, ObservationKind.Failed, 0, "")), Scene.Now));
        }
    }

    private void DoPayout(OrderRow order, short no, int answer)
    {
        if (Attempt(order, no).State == AttemptState.Ready)
        {
            _books.Run(new TakeDuePayout(order.Key, Now(order).TimerDueMs, Attempt(order, no).Reference, repeatIsHarmless: false, Scene.LeaseMs, Scene.Now));
        }

        SendOutcome? outcome = answer switch
        {
            0 or 1 or 2 or 7 => new SendOutcome.Declined("down", Scope: DeclineScope.Channel),
            3 => new SendOutcome.Declined("no"),
            4 => new SendOutcome.Unknown("silence"),
            5 => new SendOutcome.Accepted(),
            _ => null,
        };
        if (outcome is not null)
        {
            Send(order, outcome, no);
        }
        else
        {
            Say(order, ObservationKind.Failed, no: no);
        }
    }

    private OrderRow PayIn() => Scene.PayIn(++_orders);

    private OrderRow Payout() => Scene.Payout(++_orders);

    private OrderRow Sending(OrderRow order)
    {
        if (order.Direction == Direction.Payout)
        {
            _books.Open(Scene.Frozen, 103_48);
        }

        _books.Store(order, Scene.Attempt(order, AttemptState.Sending) with { Plan = "202" });
        return order;
    }

    private RecordedInstruction Answer(
        OrderRow order, InstructionOutcome outcome, short no = 1, bool next = true, AttemptState state = AttemptState.Sending, long expiresAtMs = 0) =>
        _books.Run(new RecordInstruction(Scene.Ref(order, no: no), outcome, Scene.Now) { Next = next ? new NextInstruction(Next(order, state), expiresAtMs, Scene.LeaseMs) : null });

    private ApplyResult Send(OrderRow order, SendOutcome outcome, short no = 1, bool isRepeat = false) =>
        _books.Run(new RecordSend(Scene.Ref(order, no: no), outcome, Scene.Now) { Next = Next(order, AttemptState.Ready), IsRepeat = isRepeat });

    private ApplyResult Say(OrderRow order, ObservationKind kind, bool allKnown = false, short no = 1) => _books.Run(new ApplyPayoutStatement(
        Scene.Ref(order, no: no), Scene.Told(Scene.Said(order, kind, kind is ObservationKind.Paid or ObservationKind.Returned ? Scene.Amount : 0)), allKnown, 600_000, Scene.Now));

    private AttemptRow Next(OrderRow order, AttemptState state) =>
        Scene.Attempt(order, state, (short)(Now(order).AttemptCount + 1)) with { ChannelAccountId = NextAccount };

    private OrderRow Now(OrderRow order) => _books.Orders[order.Key];

    private AttemptRow Attempt(OrderRow order, short no) => _books.Attempts[new AttemptKey(order.Bucket, order.Id, no)];

    private (EventType Type, string Detail) Last(OrderRow order) => _books.LastEvent(order.Key) is var e ? (e.Type, e.Detail) : default;
}
