namespace Paypro.Protocol.Countries;

/// <summary>The host of a web address as the network writes it.</summary>
public static class WebAddress
{
    /// <summary>
    /// The host in ASCII: a name in other letters in its <c>xn--</c> form, an IPv6 address in brackets. Some letters become others (a blank,
    /// a slash) when that form is made, and some names have none; the address then leads nowhere, though it looks like one.
    /// </summary>
    /// <param name="address">Absolute.</param>
    /// <returns>Null when the name has no such form. Never throws, as <see cref="Uri.IdnHost"/> does.</returns>
    public static string? HostOf(Uri address)
    {
        try
        {
            return address.HostNameType != UriHostNameType.Dns ? address.Host
                : Uri.CheckHostName(address.IdnHost) == UriHostNameType.Dns && address.IdnHost.All(char.IsAscii) ? address.IdnHost
                : null;
        }
        catch (UriFormatException)
        {
            return null;
        }
    }
}
