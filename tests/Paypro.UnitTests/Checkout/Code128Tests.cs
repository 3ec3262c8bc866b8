using Paypro.Server.Checkout;

namespace Paypro.UnitTests.Checkout;

public sealed class Code128Tests
{
    private const int Start = 6;

    [Fact]
    public void DrawsStartDigitsCheckAndStop()
    {
        // 105 + 1 × 12 + 2 × 34 = 185, and 185 mod 103 = 82.
        Assert.Equal("211232" + "112232" + "131123" + "121241" + "2331112", Code128.Modules("1234"));
    }

    /// <summary>ISO/IEC 15417: eleven modules in three bars and three gaps, the bars together an even number, all symbols different.</summary>
    [Fact]
    public void DrawsEverySymbolAsTheStandardAsks()
    {
        var symbols = Enumerable.Range(0, 100).Select(value => Code128.Modules($"{value:D2}").Substring(Start, 6)).ToList();

        Assert.Equal(100, symbols.Distinct().Count());
        Assert.All(symbols, symbol =>
        {
            Assert.Equal(11, symbol.Sum(width => width - '0'));
            Assert.Equal(0, (symbol[0] + symbol[2] + symbol[4] - (3 * '0')) % 2);
        });
    }

    [Fact]
    public void LeavesTenModulesFreeOnEitherSide()
    {
        var svg = Code128.Svg("1234");

        // 10 + 4 × 11 + 13 + 10
        Assert.Contains("viewBox=\"0 0 77 50\"", svg, StringComparison.Ordinal);
        Assert.Contains("d=\"M10 0h2", svg, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("123")]
    [InlineData("12a4")]
    [InlineData("١٢")]
    public void TakesOnlyPairsOfDigits(string text)
    {
        Assert.False(Code128.Takes(text));
        Assert.Throws<ArgumentException>(() => Code128.Modules(text));
    }
}
