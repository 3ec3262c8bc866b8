namespace Paypro.Protocol.Countries;

/// <summary>The host of a web address as the network writes it.</summary>
public static class WebAddress
{
    /// <summary>
    /// Letters beyond ASCII that a name may be written in: small, and in one form only. Others (full-width and circled digits, ligatures, dots of other
    /// scripts, letters with marks of their own) become something else when the name is made ASCII, and what they become depends on the machine. Whoever
    /// has such a name gives its <c>xn--</c> form.
    /// </summary>
    private static readonly (char First, char Last)[] Letters =
    [
        ('\u00DF', '\u00F6'), ('\u00F8', '\u0131'), ('\u0134', '\u013E'), ('\u0141', '\u0148'), ('\u014A', '\u017E'), ('\u1EA0', '\u1EF9'), // Latin
        ('\u03AC', '\u03CE'), ('\u0430', '\u045F'), // Greek, Cyrillic
        ('\u0620', '\u064A'), ('\u0671', '\u0674'), ('\u0679', '\u06D3'), // Arabic
        ('\u0904', '\u0939'), ('\u093E', '\u094D'), ('\u0985', '\u09B9'), ('\u09BE', '\u09CD'), ('\u0E01', '\u0E32'), // Devanagari, Bengali, Thai
        ('\u3041', '\u3096'), ('\u30A1', '\u30FA'), ('\u30FC', '\u30FC'), ('\u4E00', '\u9FFF'), ('\uAC00', '\uD7A3'), // Japanese, Chinese, Korean
    ];

    /// <summary>
    /// The host in ASCII: a name in other letters in its <c>xn--</c> form, an IPv6 address in brackets. Some names have none; the address then leads
    /// nowhere, though it looks like one. The same on every machine, with ICU's data or without.
    /// </summary>
    /// <param name="address">Absolute.</param>
    /// <returns>Null when the name has no such form. Never throws, as <see cref="Uri.IdnHost"/> does.</returns>
    public static string? HostOf(Uri address)
    {
        if (address.HostNameType != UriHostNameType.Dns)
        {
            return address.Host;
        }

        if (!address.Host.All(c => char.IsAscii(c) || Array.Exists(Letters, range => c >= range.First && c <= range.Last)))
        {
            return null;
        }

        try
        {
            return Uri.CheckHostName(address.IdnHost) == UriHostNameType.Dns && address.IdnHost.All(char.IsAscii) ? address.IdnHost : null;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }
}
