using System.Globalization;
using System.Text;

namespace Paypro.Server.Checkout;

/// <summary>Code 128 (ISO/IEC 15417) of an even number of digits, by code set C: two digits per symbol.</summary>
internal static class Code128
{
    private const int StartC = 105;

    /// <summary>Blank modules on either side that a scanner needs.</summary>
    private const int QuietModules = 10;

    private const string Stop = "2331112";

    /// <summary>Widths of bar, gap, bar, gap, bar, gap for the symbols 0 to 105, six digits each.</summary>
    private const string Widths =
        "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221" +
        "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321" +
        "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131" +
        "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114" +
        "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141" +
        "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232";

    /// <summary>Whether these digits have a barcode in this code set.</summary>
    public static bool Takes(string digits) => digits.Length is > 0 and <= 48 && digits.Length % 2 == 0 && digits.All(char.IsAsciiDigit);

    /// <summary>Widths of bars and gaps in turn, a bar first, without the quiet zones.</summary>
    /// <exception cref="ArgumentException">Not <see cref="Takes"/>.</exception>
    public static string Modules(string digits)
    {
        if (!Takes(digits))
        {
            throw new ArgumentException("Code set C takes an even number of digits, 48 at most.", nameof(digits));
        }

        var text = new StringBuilder(Symbol(StartC));
        var sum = StartC;
        for (var at = 0; at < digits.Length; at += 2)
        {
            var value = ((digits[at] - '0') * 10) + digits[at + 1] - '0';
            sum += value * ((at / 2) + 1);
            text.Append(Symbol(value));
        }

        return text.Append(Symbol(sum % 103)).Append(Stop).ToString();
    }

    /// <summary>An SVG image that scales to any width; one unit is one module.</summary>
    public static string Svg(string digits)
    {
        var bars = new StringBuilder();
        var x = QuietModules;
        var isBar = true;
        foreach (var width in Modules(digits).Select(c => c - '0'))
        {
            if (isBar)
            {
                bars.Append(CultureInfo.InvariantCulture, $"M{x} 0h{width}v50h-{width}z");
            }

            x += width;
            isBar = !isBar;
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"""<svg viewBox="0 0 {x + QuietModules} 50" shape-rendering="crispEdges" role="img" aria-label="{digits}" preserveAspectRatio="none"><path fill="#000" d="{bars}"/></svg>""");
    }

    private static string Symbol(int value) => Widths.Substring(value * 6, 6);
}
