using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.DLocal;

/// <summary>
/// The signature of pay-in calls and of their notifications: lower-case hex of HMAC-SHA256 over login, date and the very bytes of the body, one behind the other. Path
/// and query are not in it.
/// </summary>
internal static class DLocalSignature
{
    /// <summary>Before the hex in the header <c>Authorization</c>.</summary>
    public const string Prefix = "V2-HMAC-SHA256, Signature: ";

    private const int HexLength = 64;

    public static string Make(ReadOnlySpan<byte> key, string login, string date, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(login + date), .. body];
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, signed));
    }

    /// <summary>The date of a call.</summary>
    public static string DateOf(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>The hex of a header, with or without what stands before it; null when there is none.</summary>
    public static string? HexOf(string header)
    {
        var at = header.IndexOf("Signature:", StringComparison.OrdinalIgnoreCase);
        var hex = (at < 0 ? header : header[(at + "Signature:".Length)..]).Trim();
        return hex.Length == HexLength && hex.All(char.IsAsciiHexDigit) ? hex.ToLowerInvariant() : null;
    }

    /// <summary>Compares in constant time.</summary>
    public static bool Same(string mine, string shown) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mine), Encoding.ASCII.GetBytes(shown));
}
