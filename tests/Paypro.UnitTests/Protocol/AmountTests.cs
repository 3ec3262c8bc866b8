using System.Globalization;
using CsCheck;
using Paypro.Protocol;

namespace Paypro.UnitTests.Protocol;

public class AmountTests
{
    private static readonly string HugeExponent = "1e" + new string('9', 5000);
    private static readonly string TinyExponent = "1e-" + new string('9', 5000);

    [Theory]
    [InlineData("300", true, 300_00)]
    [InlineData("1.00", true, 1_00)]
    [InlineData("0300", true, 300_00)]
    [InlineData("300", false, 300_00)]
    [InlineData("1.0E7", false, 10_000_000_00)]
    [InlineData("3e2", false, 300_00)]
    [InlineData("30000e-2", false, 300_00)]
    [InlineData("0.0003E+6", false, 300_00)]
    [InlineData("10000000000000", true, AmountReader.MaxMinor)]
    [InlineData("1e13", false, AmountReader.MaxMinor)]
    [InlineData("1000e-3", false, 1_00)]
    [InlineData("0.00300e5", false, 300_00)]
    [InlineData("100000000000000000000000000000000000000e-37", false, 10_00)]
    [InlineData("10000000000000.000000000000000000000000000", true, AmountReader.MaxMinor)]
    public void Reads_whole_units(string literal, bool quoted, long expected)
    {
        Assert.Null(AmountReader.Read(Bodies.Utf8(literal), quoted, Currency.Mxn, false, out var minor));
        Assert.Equal(expected, minor);
    }

    [Theory]
    [InlineData("300.5", true, 300_50)]
    [InlineData("0.01", false, 1)]
    [InlineData("1e-2", false, 1)]
    [InlineData("12.3400", true, 12_34)]
    public void Reads_decimals_where_allowed(string literal, bool quoted, long expected)
    {
        Assert.Null(AmountReader.Read(Bodies.Utf8(literal), quoted, Currency.Brl, true, out var minor));
        Assert.Equal(expected, minor);
    }

    [Theory]
    [InlineData("300.5", true, "must be a whole number")]
    [InlineData("1e-1", false, "must be a whole number")]
    [InlineData("1.00000000000000000000000000000000000001", true, "must be a whole number")]
    [InlineData("0", true, "must be greater than zero")]
    [InlineData("0.00", true, "must be greater than zero")]
    [InlineData("0e999999999999", false, "must be greater than zero")]
    [InlineData("-300", false, "must be greater than zero")]
    [InlineData("", false, "must be a number in plain decimal digits")]
    [InlineData("-", false, "must be a number in plain decimal digits")]
    [InlineData("3e", false, "must be a number in plain decimal digits")]
    [InlineData("3e+", false, "must be a number in plain decimal digits")]
    [InlineData("3e-", false, "must be a number in plain decimal digits")]
    [InlineData("1000000000000000000", true, "must be at most 10000000000000")]
    [InlineData("10000000000000000001", true, "must be at most 10000000000000")]
    [InlineData("100000000000000000000000000000000000001", true, "must be at most 10000000000000")]
    [InlineData("-300", true, "must be a number in plain decimal digits")]
    [InlineData("+300", true, "must be a number in plain decimal digits")]
    [InlineData("1.0E7", true, "must be a number in plain decimal digits")]
    [InlineData("300.", true, "must be a number in plain decimal digits")]
    [InlineData(".5", true, "must be a number in plain decimal digits")]
    [InlineData(" 300", true, "must be a number in plain decimal digits")]
    [InlineData("1,000", true, "must be a number in plain decimal digits")]
    [InlineData("3 00", true, "must be a number in plain decimal digits")]
    [InlineData("٣", true, "must be a number in plain decimal digits")]
    [InlineData("abc", true, "must be a number in plain decimal digits")]
    [InlineData("10000000000001", true, "must be at most 10000000000000")]
    [InlineData("99999999999999999999999999999999999999", true, "must be at most 10000000000000")]
    [InlineData("1e300", false, "must be at most 10000000000000")]
    public void Says_what_is_wrong(string literal, bool quoted, string expected)
    {
        Assert.Equal(expected, AmountReader.Read(Bodies.Utf8(literal), quoted, Currency.Mxn, false, out var minor));
        Assert.Equal(0, minor);
    }

    [Fact]
    public void Survives_huge_exponents()
    {
        Assert.Equal("must be at most 10000000000000", AmountReader.Read(Bodies.Utf8(HugeExponent), false, Currency.Mxn, false, out _));
        Assert.Equal("must be a whole number", AmountReader.Read(Bodies.Utf8(TinyExponent), false, Currency.Mxn, false, out _));
    }

    [Fact]
    public void Respects_the_decimals_of_the_currency()
    {
        Assert.Equal("must have at most 2 decimals", AmountReader.Read("1.001"u8, true, Currency.Brl, true, out _));
        Assert.Equal("must be a whole number", AmountReader.Read("1.5"u8, true, Currency.Vnd, true, out _));
        Assert.Null(AmountReader.Read("50000.00"u8, true, Currency.Vnd, false, out var minor));
        Assert.Equal(50000, minor);
    }

    [Fact]
    public void Reads_what_it_writes() =>
        Gen.Long[1, AmountReader.MaxMinor].Sample(minor =>
        {
            foreach (var text in new[] { AmountText.Shortest(minor, Currency.Brl), AmountText.WholeOrFixed(minor, Currency.Brl), AmountText.Fixed(minor, Currency.Brl, 4) })
            {
                Assert.Null(AmountReader.Read(Bodies.Utf8(text), true, Currency.Brl, true, out var read));
                Assert.Equal(minor, read);
            }
        });

    [Fact]
    public void Agrees_with_decimal_on_any_notation() =>
        Gen.Select(Gen.Long[1, 9_999_999], Gen.Int[-9, 6]).Sample((coefficient, exponent) =>
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{coefficient}e{exponent}");
            var value = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            var error = AmountReader.Read(Bodies.Utf8(text), false, Currency.Mxn, false, out var minor);
            Assert.Equal(value == decimal.Truncate(value) ? null : "must be a whole number", error);
            Assert.Equal(error is null ? value * 100 : 0, minor);
        });

    [Theory]
    [InlineData(300_00, "300", "300", "300.00", "300.0000")]
    [InlineData(300_50, "300.5", "300.50", "300.50", "300.5000")]
    [InlineData(300_05, "300.05", "300.05", "300.05", "300.0500")]
    [InlineData(0, "0", "0", "0.00", "0.0000")]
    [InlineData(-5, "-0.05", "-0.05", "-0.05", "-0.0500")]
    [InlineData(9998989_00, "9998989", "9998989", "9998989.00", "9998989.0000")]
    [InlineData(long.MaxValue, "92233720368547758.07", "92233720368547758.07", "92233720368547758.07", "92233720368547758.0700")]
    public void Writes(long minor, string shortest, string whole, string two, string four)
    {
        Assert.Equal(shortest, AmountText.Shortest(minor, Currency.Mxn));
        Assert.Equal(whole, AmountText.WholeOrFixed(minor, Currency.Mxn));
        Assert.Equal(two, AmountText.Fixed(minor, Currency.Mxn, 2));
        Assert.Equal(four, AmountText.Fixed(minor, Currency.Mxn, 4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Writes_no_fewer_decimals_than_there_are_and_no_more_than_six(int decimals) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AmountText.ToFixed(300_00, Currency.Mxn, decimals));

    /// <summary>A sign bit on nothing would be written as <c>-0</c>.</summary>
    [Fact]
    public void Nothing_has_no_sign() => Assert.Equal(0, decimal.GetBits(AmountText.ToShortest(0, Currency.Mxn))[3]);

    [Fact]
    public void Writes_currencies_without_decimals()
    {
        Assert.Equal("50000", AmountText.Shortest(50000, Currency.Vnd));
        Assert.Equal("50000.00", AmountText.Fixed(50000, Currency.Vnd, 2));
        Assert.Equal("50000 VND", new Money(50000, Currency.Vnd).ToString());
        Assert.Equal("300.50 MXN", new Money(300_50, Currency.Get("MXN")).ToString());
        Assert.Throws<ArgumentException>(() => Currency.Get("XXX"));
    }
}
