using CsCheck;
using Paypro.Server.Ledger;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Ledger;

public class TermsTests
{
    private static readonly TermsRow Right = new()
    {
        Id = 7, BasisPoints = 150, FixedMinor = 1_00, MinimumMinor = 2_00, MaximumMinor = 9_00, TaxBasisPoints = 1600, SettlementDays = 1, BusinessDays = true, ReturnsFee = true,
        RefundBasisPoints = 10, RefundFixedMinor = 50, ReserveBasisPoints = 500, ReserveDays = 90, ReserveCapMinor = 1_000_00, WithholdingName = "ISR", WithholdingBasisPoints = 210,
        DisputeFeeMinor = 300_00,
    };

    [Fact]
    public void What_is_right_has_no_problem()
    {
        Assert.Null(Terms.Of(Right).Problem());
        Assert.Null(Terms.Free.Problem());
    }

    /// <summary>Each sentence begins with the member to mend.</summary>
    [Fact]
    public void What_cannot_be_right_is_told_by_its_member()
    {
        Tell("basisPoints", r => r with { BasisPoints = 10_001 });
        Tell("taxBasisPoints", r => r with { TaxBasisPoints = -1 });
        Tell("fixedMinor", r => r with { FixedMinor = -1 });
        Tell("minimumMinor", r => r with { MinimumMinor = long.MaxValue });
        Tell("maximumMinor", r => r with { MaximumMinor = 1_99 });
        Tell("settlementDays", r => r with { SettlementDays = Terms.MostDays + 1 });
        Tell("refundBasisPoints", r => r with { RefundBasisPoints = -1 });
        Tell("refundFixedMinor", r => r with { RefundFixedMinor = -1 });
        Tell("reserveBasisPoints", r => r with { ReserveBasisPoints = 10_001 });
        Tell("reserveBasisPoints", r => r with { ReserveBasisPoints = 0 });
        Tell("reserveDays", r => r with { ReserveDays = 0 });
        Tell("reserveCapMinor", r => r with { ReserveCapMinor = -1 });
        Tell("withholdingBasisPoints", r => r with { WithholdingBasisPoints = 10_001 });
        Tell("withholdingName", r => r with { WithholdingName = "" });
        Tell("withholdingName", r => r with { WithholdingBasisPoints = 0 });
        Tell("withholdingName", r => r with { WithholdingName = new string('x', Terms.LongestName + 1) });
        Tell("disputeFeeMinor", r => r with { DisputeFeeMinor = -1 });

        // Also without a reserve, the rest is looked at.
        Tell("disputeFeeMinor", r => r with { ReserveBasisPoints = 0, ReserveDays = 0, ReserveCapMinor = 0, DisputeFeeMinor = -1 });

        static void Tell(string member, Func<TermsRow, TermsRow> wrong) => Assert.StartsWith(member + ": must ", Terms.Of(wrong(Right)).Problem(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_00, 60, 10)]
    [InlineData(1, 51, 8)]
    public void A_refund_costs_its_share_and_the_fixed_part_and_tax(long amountMinor, long feeMinor, long taxMinor) =>
        Assert.Equal((feeMinor, taxMinor), Terms.Of(Right with { FixedMinor = 0, RefundBasisPoints = amountMinor == 1 ? 5000 : 10 }).OnRefund(amountMinor));

    /// <summary>However high the rates, nothing is taken that is not there, and a cap is never passed.</summary>
    [Fact]
    public void Nothing_is_taken_that_is_not_there() => Gen.Select(
        Gen.Int[0, 10_000], Gen.Int[0, 10_000], Gen.Long[1, 1_000_000], Gen.Long[0, 1_000_000], Gen.Long[0, 100_000], Gen.Long[0, 100_000]).Sample((withheld, reserve, gross, left, cap, held) =>
    {
        left = Math.Min(left, gross);
        var terms = Terms.Of(Right with { WithholdingBasisPoints = withheld, ReserveBasisPoints = reserve, ReserveCapMinor = cap });
        var taken = terms.WithheldOf(gross, left);
        var kept = terms.ReserveOf(gross, left - taken, held);
        Assert.True(taken >= 0 && kept >= 0 && taken + kept <= left);
        Assert.True(taken <= gross * withheld / 10_000m + 0.5m && kept <= gross * reserve / 10_000m + 0.5m);
        Assert.True(cap == 0 || kept == 0 || held + kept <= cap);
        Assert.True(cap != 0 || kept == left - taken || Math.Abs(kept - gross * reserve / 10_000m) <= 0.5m);
    });
}
