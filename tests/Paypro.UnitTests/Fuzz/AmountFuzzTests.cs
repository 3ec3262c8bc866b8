using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Paypro.Protocol;

namespace Paypro.UnitTests.Fuzz;

/// <summary>Amounts in every notation, against whole numbers of any size: no digit is lost, none is made up.</summary>
public sealed partial class AmountFuzzTests
{
    private static readonly Gen<string> Digits = Gen.OneOf(Gen.String[Gen.Char['0', '9'], 0, 22], Gen.OneOf("0", "00", "1", "999999999999999", "1000000000000000", "10000000000000"));

    private static readonly Gen<string> Literals = Gen.OneOf(
        Gen.Select(Gen.OneOf("", "", "-", "+"), Digits, Gen.OneOf("", ".", "."), Digits, Gen.OneOf("", "", "e", "E+", "e-"), Gen.Int[0, 25])
            .Select((sign, whole, dot, fraction, e, power) => sign + whole + dot + (dot.Length > 0 ? fraction : "") + e + (e.Length > 0 ? power.ToString(CultureInfo.InvariantCulture) : "")),
        Gen.String[Gen.Char[' ', '~'], 0, 12],
        Gen.OneOf("", "1e99999999999", "1e-99999999999", "0e9999999", "٣٠٠", "1,000", "0x10", "Infinity", "1 ", " 1", "1.", ".1", "1_000"));

    private static readonly Gen<Currency> Currencies = Gen.Int[0, Currency.All.Count - 1].Select(at => Currency.All[at]);

    [Fact]
    public void Reads_exactly_the_written_number() => Gen.Select(Literals, Gen.Bool, Currencies, Gen.Bool).Sample((literal, quoted, currency, decimals) =>
    {
        var error = AmountReader.Read(Encoding.UTF8.GetBytes(literal), quoted, currency, decimals, out var minor);
        var expected = Minor(literal, quoted, currency, decimals);

        Assert.Equal(expected ?? 0, minor);
        Assert.Equal(expected is null, !string.IsNullOrEmpty(error));
    });

    [Fact]
    public void Writes_what_it_reads_back() => Gen.Select(Gen.OneOf(Gen.Long[1, AmountReader.MaxMinor], Gen.Long[1, 100_000]), Currencies, Gen.Int[0, 4]).Sample((minor, currency, more) =>
    {
        string[] texts =
        [
            AmountText.Shortest(minor, currency), AmountText.WholeOrFixed(minor, currency), AmountText.Fixed(minor, currency, currency.MinorDigits + more),
        ];
        foreach (var text in texts)
        {
            Assert.Null(AmountReader.Read(Encoding.ASCII.GetBytes(text), quoted: true, currency, decimalsAllowed: true, out var read));
            Assert.Equal(minor, read);
        }
    });

    /// <summary>The minor units that a text stands for; null when it must be refused.</summary>
    private static long? Minor(string literal, bool quoted, Currency currency, bool decimals)
    {
        var form = (quoted ? Plain() : Bare()).Match(literal);
        if (!form.Success)
        {
            return null;
        }

        // A power of ten beyond what any digits here can make up for is cut, so that the number stays a size that can be written.
        var powerText = form.Groups["power"].Value;
        var power = powerText.Length == 0 ? 0 : (int)BigInteger.Clamp(BigInteger.Parse(powerText, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture), -200, 200);
        var fraction = form.Groups["fraction"].Value;
        var number = BigInteger.Parse("0" + form.Groups["whole"].Value + fraction, CultureInfo.InvariantCulture) * BigInteger.Pow(10, 300 + power - fraction.Length);
        var unit = BigInteger.Pow(10, 300 - currency.MinorDigits);
        var smallest = BigInteger.Pow(10, 300 - (decimals ? currency.MinorDigits : 0));
        return form.Groups["minus"].Length == 0 && number > 0 && number % smallest == 0 && number / unit <= AmountReader.MaxMinor ? (long)(number / unit) : null;
    }

    [GeneratedRegex(@"^(?<minus>)(?<whole>[0-9]+)(\.(?<fraction>[0-9]+))?\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"^(?<minus>-?)(?<whole>[0-9]+)(\.(?<fraction>[0-9]+))?([eE](?<power>[+-]?[0-9]+))?\z")]
    private static partial Regex Bare();
}
