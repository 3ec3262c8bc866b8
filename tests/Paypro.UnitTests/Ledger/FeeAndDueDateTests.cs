using CsCheck;
using Paypro.Server.Ledger;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Ledger;

public class FeeAndDueDateTests
{
    private static readonly Gen<Terms> SomeTerms = Gen.Select(
        Gen.Int[0, 10_000], Gen.Long[0, 5_000], Gen.Long[0, 5_000], Gen.OneOf(Gen.Const(0L), Gen.Long[5_000, 100_000]), Gen.Int[0, 10_000], Gen.Int[0, 60], Gen.Bool, Gen.Bool,
        (points, fix, min, max, tax, days, business, returns) => new Terms(points, fix, min, max, tax, days, business, returns));

    [Theory]
    [InlineData(100_50, 50, 0, 0, 50)]
    [InlineData(100_99, 50, 0, 0, 50)]
    [InlineData(101_00, 50, 0, 0, 51)]
    [InlineData(100, 300, 2_00, 0, 2_00)]
    [InlineData(1_000_000_00, 300, 0, 99_00, 99_00)]
    [InlineData(0, 300, 2_00, 0, 0)]
    public void The_fee_is_half_up_between_minimum_and_maximum(long paidMinor, int basisPoints, long minimumMinor, long maximumMinor, long feeMinor) =>
        Assert.Equal((feeMinor, 0), new Terms(basisPoints, 0, minimumMinor, maximumMinor, 0, 0, false, false).On(paidMinor));

    [Fact]
    public void The_largest_amount_does_not_overflow() =>
        Assert.Equal((long.MaxValue, long.MaxValue), new Terms(10_000, 0, 0, 0, 10_000, 0, false, false).On(long.MaxValue));

    /// <summary>However a sum comes in parts, no part pays more than it brings, and nothing is ever booked beyond the price of the whole.</summary>
    [Fact]
    public void Parts_pay_what_the_whole_costs() => Gen.Select(SomeTerms, Gen.Long[1, 1_000_000].Array[1, 12]).Sample((terms, parts) =>
    {
        long paid = 0, fee = 0, tax = 0;
        var affordable = true;
        foreach (var part in parts)
        {
            paid += part;
            var (feeNow, taxNow) = terms.OnReceipt(paid, fee, tax, part);
            Assert.True(feeNow >= 0 && taxNow >= 0 && feeNow + taxNow <= part);
            fee += feeNow;
            tax += taxNow;
            affordable = feeNow + taxNow < part;
        }

        var (wholeFee, wholeTax) = terms.On(paid);
        Assert.True(fee <= wholeFee && tax <= wholeTax);
        if (affordable)
        {
            Assert.Equal((wholeFee, wholeTax), (fee, tax));
        }
    });

    [Fact]
    public void Without_a_price_everything_is_free_at_once_and_given_back() => Assert.Equal(Terms.Of(new TermsRow { ReturnsFee = true }), Terms.Free);

    [Theory]
    [InlineData("2026-11-02T12:00:00Z", 0, true, 0)]
    [InlineData("2026-11-02T12:00:00Z", 1, true, 20261103)]
    [InlineData("2026-11-06T12:00:00Z", 1, true, 20261109)]
    [InlineData("2026-11-06T12:00:00Z", 1, false, 20261107)]
    [InlineData("2026-11-13T12:00:00Z", 1, true, 20261117)]
    [InlineData("2026-11-08T12:00:00Z", 2, true, 20261110)]
    [InlineData("2026-11-03T05:59:59Z", 1, true, 20261103)]
    [InlineData("2026-11-03T06:00:00Z", 1, true, 20261104)]
    public void Money_is_due_after_days_counted_from_local_midnight(string bookedAt, int days, bool business, int due)
    {
        var mexico = new BookingRules(true, TimeZoneInfo.FindSystemTimeZoneById("America/Mexico_City"), new HashSet<int> { 20261116 });
        var bookedAtMs = DateTimeOffset.Parse(bookedAt, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        Assert.Equal(due, mexico.DueDate(new Terms(0, 0, 0, 0, 0, days, business, true), bookedAtMs));
    }
}
