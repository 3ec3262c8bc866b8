using Paypro.Channels;
using Paypro.Server.Statements;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Channels;

/// <summary>What is made of a rail's "paid" that names neither amount nor receipt.</summary>
public sealed class NeedsReceiptTests
{
    private static readonly Observation Paid = new() { Kind = ObservationKind.Paid, Direction = Direction.PayIn, Reference = "R1", Currency = "KES", IsConfirmation = true, NeedsReceipt = true };

    [Fact]
    public void Without_a_receipt_it_is_no_answer()
    {
        var said = RailTotals.Movement(Paid, Before(0));
        Assert.Equal((ObservationKind.Unreachable, false, false, ""), (said.Kind, said.IsConfirmation, said.NeedsReceipt, said.DedupeKey));

        // Where nothing else tells a receipt, the amount that was asked for is booked.
        said = RailTotals.Movement(Paid with { NeedsReceipt = false }, Before(0));
        Assert.Equal((ObservationKind.Paid, 300_00L, "confirmed:R1:0"), (said.Kind, said.AmountMinor, said.DedupeKey));
    }

    [Fact]
    public void With_a_hint_it_is_booked_under_its_receipt()
    {
        var said = RailTotals.Movement(Paid, Before(0, Hint(200_00, "AAAAAAAAAA"), Hint(300_00, "NLJ7RT61SV")));
        Assert.Equal((ObservationKind.Paid, 300_00L, "NLJ7RT61SV", "NLJ7RT61SV", false), (said.Kind, said.AmountMinor, said.DedupeKey, said.RailReference, said.NeedsReceipt));
    }

    [Fact]
    public void What_is_booked_is_not_booked_again() => Assert.Equal(ObservationKind.Pending, RailTotals.Movement(Paid, Before(300_00)).Kind);

    private static BeforeAsking Before(long bookedMinor, params StatementRow[] hints) =>
        new(new OrderRow { AmountMinor = 300_00, Currency = "KES" }, new AttemptRow { Reference = "R1" }, bookedMinor, hints);

    private static StatementRow Hint(long amountMinor, string receipt) => new() { AmountMinor = amountMinor, Currency = "KES", DedupeKey = receipt, RailReference = receipt };
}
