using System.Globalization;

namespace Paypro.Server.Checkout;

/// <summary>
/// A merchant's colour as a style of our own. Whatever colour was chosen, it is moved
/// towards black or white until text in it can be read (WCAG 2.2, contrast AA: 4.5 to 1) on both the light and the dark page.
/// </summary>
internal static class BrandStyle
{
    private const double LeastContrast = 4.6;

    // The grounds that links and buttons stand on: the field's shade, which is the harder one of the light page, and the dark page's field.
    private static readonly Rgb LightGround = new(0xf4, 0xf7, 0xf8);
    private static readonly Rgb DarkGround = new(0x21, 0x2c, 0x36);

    /// <param name="colour"><c>#rrggbb</c>.</param>
    public static string Of(string colour)
    {
        var number = int.Parse(colour.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var given = new Rgb(number >> 16, (number >> 8) & 0xff, number & 0xff);
        var light = Readable(given, LightGround, Rgb.Black);
        var dark = Readable(given, DarkGround, Rgb.White);
        return $":root{{--accent:{light};--on-accent:{On(light)}}}@media screen and (prefers-color-scheme:dark){{:root{{--accent:{dark};--on-accent:{On(dark)}}}}}";
    }

    /// <summary>How far apart two colours are, 1 to 21 (WCAG 2.2).</summary>
    public static double Contrast(Rgb one, Rgb other)
    {
        var (lighter, darker) = (Math.Max(one.Luminance, other.Luminance), Math.Min(one.Luminance, other.Luminance));
        return (lighter + 0.05) / (darker + 0.05);
    }

    private static Rgb Readable(Rgb colour, Rgb ground, Rgb towards)
    {
        for (var step = 0; step <= 40; step++)
        {
            var tried = colour.Towards(towards, step / 40.0);
            if (Contrast(tried, ground) >= LeastContrast)
            {
                return tried;
            }
        }

        return towards;
    }

    private static Rgb On(Rgb colour) => Contrast(colour, Rgb.White) >= Contrast(colour, Rgb.Black) ? Rgb.White : Rgb.Black;
}

/// <summary>A colour, 0 to 255 each.</summary>
internal readonly record struct Rgb(int Red, int Green, int Blue)
{
    public static readonly Rgb Black = new(0, 0, 0);
    public static readonly Rgb White = new(255, 255, 255);

    public double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    public Rgb Towards(Rgb other, double share) => new(Mix(Red, other.Red, share), Mix(Green, other.Green, share), Mix(Blue, other.Blue, share));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Red:x2}{Green:x2}{Blue:x2}");

    private static int Mix(int from, int to, double share) => (int)Math.Round(from + ((to - from) * share));

    private static double Linear(int part) => part / 255.0 is var value && value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
}
