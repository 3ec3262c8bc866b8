using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Orders;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Decisions;

/// <summary>What a rail says of a pay-in without money: failed, still waiting, not known.</summary>
public sealed class PayInWordTests
{
    private readonly Books _books = new();
    private readonly OrderRow _order = Scene.PayIn();

    public PayInWordTests() => _books.Store(_order, Scene.Attempt(_order));

    private OrderRow Now => _books.Orders[_order.Key];

    [Fact]
    public void FailedFailsADirectPayIn()
    {
        Assert.Equal(ApplyResult.Applied, Say(Scene.Said(_order, ObservationKind.Failed, reason: "no such account")));
        Assert.Equal((OrderState.Failed, "00029", "no such account", 0L, 1), (Now.State, Now.FailureCode, Now.Message, Now.TimerDueMs, Now.ResultVersion));
        Assert.Equal([EventType.InstructionDeclined, EventType.Failed], _books.History(_order.Key));
        Assert.Equal((StatementOutcome.Booked, ObservationKind.Failed, "no such account", 0L), _books.Statements.Values.Select(s => (s.Outcome, s.Kind, s.Reason, s.TransferNo)).Single());
        Assert.Equal((AttemptState.Failed, 0L), _books.Attempts.Values.Select(a => (a.State, a.LeaseUntilMs)).Single());
        Assert.Equal("no such account", _books.LastEvent(_order.Key).Detail);

        var writes = _books.Writes;
        Assert.Equal(ApplyResult.Repeated, Say(Scene.Said(_order, ObservationKind.Failed)));
        Assert.Equal(writes, _books.Writes);
    }

    [Theory]
    [InlineData(FailureCause.DailyAmount, "no", "0100019", "the day is full")]
    [InlineData(FailureCause.Unspecified, "", "00029", "REJECTED")]
    [InlineData(FailureCause.Unspecified, "no", "00029", "no")]
    public void TheCountrysCodeSaysWhy(FailureCause cause, string reason, string code, string message)
    {
        Say(Scene.Said(_order, ObservationKind.Failed, reason: reason) with { FailureCause = cause });
        Assert.Equal((code, message), (Now.FailureCode, Now.Message));
    }

    [Fact]
    public void OnAHostedPageAFailureFailsTheAttemptAlone()
    {
        _books.Store(Scene.PayIn(hosted: true), Scene.Attempt(_order));
        Assert.Equal(ApplyResult.Applied, Say(Scene.Said(_order, ObservationKind.Failed)));
        Assert.Equal((OrderState.Pending, AttemptState.Failed, 0), (Now.State, _books.Attempts.Values.Single().State, Now.ResultVersion));
        Assert.Equal([EventType.InstructionDeclined], _books.History(_order.Key));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 5_00)]
    public void AnOrderThatHasMoneyDoesNotFail(bool partly, long suspenseMinor)
    {
        var state = partly ? OrderState.PartlyPaid : OrderState.Pending;
        _books.Store(_order with { State = state, SuspenseMinor = suspenseMinor }, Scene.Attempt(_order));
        Assert.Equal(ApplyResult.Applied, Say(Scene.Said(_order, ObservationKind.Failed)));
        Assert.Equal((state, ""), (Now.State, Now.FailureCode));
    }

    [Fact]
    public void FailedAfterPaidContradicts()
    {
        Say(Scene.Said(_order, ObservationKind.Paid));
        Assert.Equal(ApplyResult.Contradiction, Say(Scene.Said(_order, ObservationKind.Failed)));
        Assert.Equal(EventType.Contradiction, Last().Type);
        Assert.EndsWith("money came for it before", Last().Detail, StringComparison.Ordinal);
        Assert.Equal((StatementOutcome.Contradiction, ObservationKind.Failed), _books.Left.Select(s => (s.Outcome, s.Kind)).Single());
        Assert.Equal(OrderState.Paid, Now.State);
    }

    [Theory]
    [InlineData(nameof(AttemptState.Unknown))]
    [InlineData(nameof(AttemptState.Sending))]
    public void PendingBringsALostInstruction(string before)
    {
        _books.Store(_order with { TimerDueMs = Scene.Now }, Scene.Attempt(_order, Enum.Parse<AttemptState>(before)) with { LeaseUntilMs = 9 });
        var said = Scene.Said(_order, ObservationKind.Pending) with { Instruction = new PaymentInstruction { Kind = "clabe", Value = "6461", Bank = "STP", BeneficiaryName = "shop" } };
        Assert.Equal(ApplyResult.Applied, Say(said));
        var attempt = _books.Attempts.Values.Single();
        Assert.Equal(
            (AttemptState.Accepted, 0L, "clabe", "6461", "STP", "shop"),
            (attempt.State, attempt.LeaseUntilMs, attempt.InstructionKind, attempt.InstructionValue, attempt.InstructionBank, attempt.InstructionBeneficiary));
        Assert.Equal((EventType.InstructionIssued, "va"), Last());
        Assert.Equal(Scene.Expires, Now.TimerDueMs);
    }

    [Fact]
    public void PendingWithoutAnInstructionKeepsWhatIsThere()
    {
        _books.Store(_order, Scene.Attempt(_order, AttemptState.Unknown) with { InstructionKind = "k", InstructionValue = "v", InstructionBank = "b", InstructionBeneficiary = "f" });
        Say(Scene.Said(_order, ObservationKind.Pending));
        var attempt = _books.Attempts.Values.Single();
        Assert.Equal(
            (AttemptState.Accepted, "k", "v", "b", "f"),
            (attempt.State, attempt.InstructionKind, attempt.InstructionValue, attempt.InstructionBank, attempt.InstructionBeneficiary));
    }

    [Theory]
    [InlineData(ObservationKind.Pending)]
    [InlineData(ObservationKind.Unreachable)]
    [InlineData(ObservationKind.NotFound)]
    public void WhatSaysNothingNewChangesNothing(ObservationKind kind)
    {
        Assert.Equal(ApplyResult.Nothing, Say(Scene.Said(_order, kind)));
        Assert.Equal(0, _books.Writes);
    }

    private ApplyResult Say(Observation said) => _books.Run(new ApplyPayInStatement(Scene.Ref(_order), Scene.Told(said), Scene.Now));

    private (EventType Type, string Detail) Last() => _books.LastEvent(_order.Key) is var e ? (e.Type, e.Detail) : default;
}
