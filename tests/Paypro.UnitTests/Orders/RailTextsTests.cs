using Paypro.Channels;
using Paypro.Server.Orders;

namespace Paypro.UnitTests.Orders;

/// <summary>A rail's texts at the border: what is shown is made storable, what is a key or an instruction is used as it came or not at all.</summary>
public sealed class RailTextsTests
{
    private const string Bad = "a\0b\ud83d";
    private const string Mended = "a\uFFFDb\uFFFD";

    private static readonly Observation Said = new()
    {
        Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = "r-1", AmountMinor = 100, Currency = "MXN", RailReference = "utr", DedupeKey = "key", Reason = "why",
        Instruction = new PaymentInstruction { Kind = "clabe", Value = "646180", Bank = "STP", BeneficiaryName = "Shop" },
    };

    [Fact]
    public void WhatIsCleanPassesAsItIs() => Assert.Equal(Said, RailTexts.Clean(Said));

    [Fact]
    public void AStatementIsMadeStorable()
    {
        var clean = RailTexts.Clean(Said with
        {
            Reference = Bad, RailReference = Bad, DedupeKey = Bad, Reason = new string('x', 499) + "\U0001F600",
            Instruction = Said.Instruction! with { Bank = Bad, BeneficiaryName = Bad },
        });

        Assert.Equal((Mended, Mended, "", new string('x', 499)), (clean.Reference, clean.RailReference, clean.DedupeKey, clean.Reason));
        Assert.Equal((Mended, Mended, "646180"), (clean.Instruction!.Bank, clean.Instruction.BeneficiaryName, clean.Instruction.Value));
    }

    /// <summary>A payer would pay to another number.</summary>
    [Fact]
    public void AnInstructionIsNeverChanged()
    {
        var bad = Said.Instruction! with { Value = "6461\080" };

        Assert.Null(RailTexts.Clean(Said with { Instruction = bad }).Instruction);
        Assert.IsType<InstructionOutcome.Unknown>(RailTexts.Clean(new InstructionOutcome.Accepted(bad)));
        Assert.IsType<InstructionOutcome.Unknown>(RailTexts.Clean(new InstructionOutcome.Accepted(Said.Instruction! with { Kind = "\n" })));
        Assert.Equal(new InstructionOutcome.Accepted(Said.Instruction!), RailTexts.Clean(new InstructionOutcome.Accepted(Said.Instruction!)));
    }

    [Fact]
    public void ReasonsAndNamesAreMadeStorable()
    {
        Assert.Equal(new InstructionOutcome.Declined(Mended), RailTexts.Clean(new InstructionOutcome.Declined(Bad)));
        Assert.Equal(new InstructionOutcome.Unknown(Mended), RailTexts.Clean(new InstructionOutcome.Unknown(Bad)));
        Assert.Equal(new SendOutcome.Declined(Mended), RailTexts.Clean(new SendOutcome.Declined(Bad)));
        Assert.Equal(new SendOutcome.Unknown(Mended), RailTexts.Clean(new SendOutcome.Unknown(Bad)));
        Assert.Equal(new SendOutcome.Accepted(), RailTexts.Clean(new SendOutcome.Accepted()));
        Assert.Equal(Mended, Assert.IsType<AccountOutcome.Found>(RailTexts.Clean(new AccountOutcome.Found(Bad))).HolderName);
        Assert.Equal(new AccountOutcome.NotFound(Mended), RailTexts.Clean(new AccountOutcome.NotFound(Bad)));
        Assert.Equal(new AccountOutcome.Unknown(Mended), RailTexts.Clean(new AccountOutcome.Unknown(Bad)));
        Assert.Equal(new AccountOutcome.NotOffered(), RailTexts.Clean(new AccountOutcome.NotOffered()));
    }
}
