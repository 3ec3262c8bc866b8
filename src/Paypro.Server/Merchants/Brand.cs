using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Paypro.Server.Storage;

namespace Paypro.Server.Merchants;

/// <summary>How a merchant's payment page looks, and the rules of what a merchant may set.</summary>
/// <param name="Colour"><c>#rrggbb</c> in lower case, or empty.</param>
/// <param name="Support">Where payers ask, or empty.</param>
/// <param name="LogoFile">The logo's file name, or empty.</param>
internal sealed partial record Brand(string Colour, string Support, string LogoFile)
{
    /// <summary>The page's weight is promised to payers on slow networks, and a logo is a part of it.</summary>
    public const int LogoAtMostBytes = 12 * 1024;

    public const int SupportAtMostCharacters = 120;

    public static readonly Brand Plain = new("", "", "");

    /// <summary>Sets all of a merchant's look.</summary>
    /// <param name="row">The merchant's row, changed only when all is right.</param>
    /// <param name="colour"><c>#rrggbb</c>, any letter case; empty for the page's own. Contrast is the page's affair.</param>
    /// <param name="support">An e-mail address, a phone number that begins with a plus, or an https address; empty for none.</param>
    /// <param name="logo">PNG, JPEG or WebP, at most <see cref="LogoAtMostBytes"/>; empty for none.</param>
    /// <returns>Null, or a sentence that names the field.</returns>
    public static string? Set(MerchantBrandRow row, string colour, string support, byte[] logo)
    {
        colour = colour.Trim().ToLower(CultureInfo.InvariantCulture);
        support = support.Trim();
        if (colour.Length > 0 && !ColourForm().IsMatch(colour))
        {
            return "colour: must be six hexadecimal digits after #";
        }

        if (support.Length > 0 && SupportAddress(support) is null)
        {
            return "support: must be an e-mail address, a phone number that begins with + or an https address";
        }

        if (logo.Length > LogoAtMostBytes)
        {
            return $"logo: must be at most {LogoAtMostBytes / 1024} KiB";
        }

        var ending = EndingOf(logo);
        if (logo.Length > 0 && ending is null)
        {
            return "logo: must be a PNG, JPEG or WebP image";
        }

        (row.Colour, row.Support, row.Logo) = (colour, support, logo);
        row.LogoFile = ending is null ? "" : $"logo-{Convert.ToHexStringLower(SHA256.HashData(logo))[..16]}.{ending}";
        return null;
    }

    /// <summary>What a link to the support contact leads to; null for none, or for a text that is none of the three kinds.</summary>
    public static string? SupportAddress(string support) =>
        support.Length is 0 or > SupportAtMostCharacters ? null
        : MailForm().IsMatch(support) ? $"mailto:{support}"
        : PhoneForm().IsMatch(support) ? $"tel:{new string([.. support.Where(c => c == '+' || char.IsAsciiDigit(c))])}"
        : Uri.TryCreate(support, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0 ? uri.AbsoluteUri
        : null;

    private static string? EndingOf(ReadOnlySpan<byte> logo) =>
        logo.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]) ? "png"
        : logo.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "jpg"
        : logo.Length > 12 && logo.StartsWith("RIFF"u8) && logo[8..12].SequenceEqual("WEBP"u8) ? "webp"
        : null;

    [GeneratedRegex("^#[0-9a-f]{6}$", RegexOptions.CultureInvariant)]
    private static partial Regex ColourForm();

    [GeneratedRegex("^[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$", RegexOptions.CultureInvariant)]
    private static partial Regex MailForm();

    [GeneratedRegex("^\\+[0-9][0-9 ()-]{5,24}$", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneForm();
}
