using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Paypro.ServerTests.Checkout;

/// <summary>
/// Reads Code 128, code set C, from the bars of an SVG path, as a scanner would from paper. Its table is written module by
/// module and shares nothing with the encoder's.
/// </summary>
internal static partial class BarcodeReader
{
    private const string Stop = "1100011101011";

    private static readonly string[] Symbols =
        """
        11011001100 11001101100 11001100110 10010011000 10010001100 10001001100 10011001000 10011000100 10001100100 11001001000
        11001000100 11000100100 10110011100 10011011100 10011001110 10111001100 10011101100 10011100110 11001110010 11001011100
        11001001110 11011100100 11001110100 11101101110 11101001100 11100101100 11100100110 11101100100 11100110100 11100110010
        11011011000 11011000110 11000110110 10100011000 10001011000 10001000110 10110001000 10001101000 10001100010 11010001000
        11000101000 11000100010 10110111000 10110001110 10001101110 10111011000 10111000110 10001110110 11101110110 11010001110
        11000101110 11011101000 11011100010 11011101110 11101011000 11101000110 11100010110 11101101000 11101100010 11100011010
        11101111010 11001000010 11110001010 10100110000 10100001100 10010110000 10010000110 10000101100 10000100110 10110010000
        10110000100 10011010000 10011000010 10000110100 10000110010 11000010010 11001010000 11110111010 11000010100 10001111010
        10100111100 10010111100 10010011110 10111100100 10011110100 10011110010 11110100100 11110010100 11110010010 11011011110
        11011110110 11110110110 10101111000 10100011110 10001011110 10111101000 10111100010 11110101000 11110100010 10111011110
        10111101110 11101011110 11110101110 11010000100 11010010000 11010011100
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The digits.</summary>
    /// <param name="path">The path's <c>d</c>: one <c>M x 0 h width …</c> for each bar.</param>
    /// <param name="width">Width of the image in modules, quiet zones included.</param>
    /// <exception cref="FormatException">It is no barcode of this kind, its check symbol is wrong, or a quiet zone is too narrow.</exception>
    public static string Read(string path, int width)
    {
        var modules = new StringBuilder(new string('0', width));
        foreach (Match bar in Bar().Matches(path))
        {
            var (x, wide) = (Number(bar, "x"), Number(bar, "wide"));
            for (var i = x; i < x + wide; i++)
            {
                modules[i] = '1';
            }
        }

        var text = modules.ToString();
        var first = text.IndexOf('1', StringComparison.Ordinal);
        var end = text.LastIndexOf('1') + 1;
        if (first < 10 || width - end < 10)
        {
            throw new FormatException("A quiet zone has fewer than ten modules.");
        }

        text = text[first..end];
        if (text.Length % 11 != 2 || text[^13..] != Stop)
        {
            throw new FormatException("It does not end with the stop symbol.");
        }

        var values = Enumerable.Range(0, (text.Length - 13) / 11).Select(i => Array.IndexOf(Symbols, text.Substring(i * 11, 11))).ToList();
        if (values.Contains(-1) || values[0] != 105 || values.Count < 3)
        {
            throw new FormatException("It is not of code set C.");
        }

        var sum = values[0] + values.Skip(1).SkipLast(1).Select((value, at) => value * (at + 1)).Sum();
        return values[^1] == sum % 103
            ? string.Concat(values.Skip(1).SkipLast(1).Select(value => value.ToString("D2", CultureInfo.InvariantCulture)))
            : throw new FormatException("The check symbol is wrong.");
    }

    private static int Number(Match bar, string name) => int.Parse(bar.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"M(?<x>\d+) 0h(?<wide>\d+)v\d+h-\k<wide>z")]
    private static partial Regex Bar();
}
