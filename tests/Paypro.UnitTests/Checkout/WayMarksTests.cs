using System.Text.RegularExpressions;
using Paypro.Protocol.Countries;
using Paypro.Server.Checkout;

namespace Paypro.UnitTests.Checkout;

public sealed partial class WayMarksTests
{
    [Fact]
    public void EveryWayHasAMarkThatCanBeReadAndStaysInside() => Assert.All(
        CountryCatalog.BuiltIn.Countries.SelectMany(country => country.PayInWays.Select(way => WayMarks.Svg(country.IsoCode, way.Code, way.Instruction.Kind))),
        svg =>
        {
            Assert.DoesNotContain("style=", svg, StringComparison.Ordinal);
            if (Letters().Match(svg) is not { Success: true } letters)
            {
                Assert.Contains("class=\"drawn\"", svg, StringComparison.Ordinal);
                return;
            }

            var size = double.Parse(letters.Groups["size"].Value, System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(size, 7, 15);
            Assert.InRange(size * letters.Groups["text"].Length * 0.62, 1, 52);
            Assert.True(BrandStyle.Contrast(Read(letters.Groups["ink"].Value), Read(Ground().Match(svg).Groups["colour"].Value)) >= 4.5, svg);
        });

    /// <summary>A line for a way that does not exist would be a mark that nobody sees.</summary>
    [Fact]
    public void ALocalWalletIsNotShownAsADrawing() => Assert.All(
        (string[])["GCash", "Maya", "BPI"], way => Assert.Contains("<text", WayMarks.Svg("PH", way, InstructionKinds.Redirect), StringComparison.Ordinal));

    private static Rgb Read(string colour)
    {
        var digits = colour[1..] is { Length: 3 } three ? string.Concat(three.Select(c => new string(c, 2))) : colour[1..];
        var number = Convert.ToInt32(digits, 16);
        return new Rgb(number >> 16, (number >> 8) & 255, number & 255);
    }

    [GeneratedRegex("font-size=\"(?<size>[0-9.]+)\".*fill=\"(?<ink>#[0-9a-f]+)\">(?<text>[^<]+)<")]
    private static partial Regex Letters();

    [GeneratedRegex("fill=\"(?<colour>#[0-9a-f]+)\" stroke")]
    private static partial Regex Ground();
}
