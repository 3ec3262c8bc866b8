using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Protocol.Signing;

/// <summary>
/// Our own signature, for keys made so: the header <c>Paypro-Signature: t=&lt;unix seconds&gt;,v1=&lt;hex&gt;</c> with
/// HMAC-SHA256 over purpose, path, merchant number, t and the raw body, joined by newlines. The purpose is inside, so that a
/// notification can never be replayed as a request.
/// </summary>
public static class HmacSignature
{
    /// <summary>Name of the header.</summary>
    public const string HeaderName = "Paypro-Signature";

    /// <summary>Purpose of what a merchant sends to us; the path is the one requested, without the query.</summary>
    public const string Request = "request";

    /// <summary>Purpose of what we send to a merchant; the path is the <c>notifyUrl</c>'s, without the query.</summary>
    public const string Notify = "notify";

    private const int HexLength = 64;

    private const int StackLimit = 1024;

    /// <summary>Makes the header's value.</summary>
    /// <param name="purpose"><see cref="Request"/> or <see cref="Notify"/>.</param>
    /// <param name="path">The path, as it stands in the address.</param>
    /// <param name="merchantNo">The merchant number.</param>
    /// <param name="unixSeconds">When it is signed.</param>
    /// <param name="body">The raw body.</param>
    /// <param name="secret">The key's secret, UTF-8.</param>
    public static string Header(string purpose, string path, string merchantNo, long unixSeconds, ReadOnlySpan<byte> body, ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash(Head(purpose, path, merchantNo, unixSeconds), body, secret, hash);
        return string.Create(CultureInfo.InvariantCulture, $"t={unixSeconds},v1={Convert.ToHexStringLower(hash)}");
    }

    /// <summary>
    /// Checks a header in constant time. How old <paramref name="unixSeconds"/> may be is the caller's to decide.
    /// </summary>
    /// <returns>False when the header cannot be read or does not fit.</returns>
    public static bool Verify(
        string? header, string purpose, string path, string merchantNo, ReadOnlySpan<byte> body, ReadOnlySpan<byte> secret, out long unixSeconds)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (!TryParse(header, given, out unixSeconds))
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash(Head(purpose, path, merchantNo, unixSeconds), body, secret, expected);
        return CryptographicOperations.FixedTimeEquals(given, expected);
    }

    /// <summary>
    /// The signature of a payer's return to <c>returnUrl</c>: HMAC over <c>return</c>, tradeNo, status and time, whatever the kind
    /// of the key, so that a merchant's page can trust what the browser brings.
    /// </summary>
    /// <param name="tradeNo">The merchant's number.</param>
    /// <param name="status">The status that the return names.</param>
    /// <param name="unixMs">When it was signed, Unix milliseconds.</param>
    /// <param name="secret">The key's secret, UTF-8.</param>
    /// <returns>64 lower-case hex digits.</returns>
    public static string ForReturn(string tradeNo, string status, long unixMs, ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"return\n{tradeNo}\n{status}\n{unixMs}")), hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>Checks a return's signature in constant time.</summary>
    public static bool VerifyReturn(string tradeNo, string status, long unixMs, string sign, ReadOnlySpan<byte> secret) =>
        CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(ForReturn(tradeNo, status, unixMs, secret)), Encoding.UTF8.GetBytes(sign));

    private static string Head(string purpose, string path, string merchantNo, long unixSeconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{purpose}\n{path}\n{merchantNo}\n{unixSeconds}\n");

    private static void Hash(string head, ReadOnlySpan<byte> body, ReadOnlySpan<byte> secret, Span<byte> hash)
    {
        var headLength = Encoding.UTF8.GetByteCount(head);
        var length = headLength + body.Length;
        byte[]? rented = null;
        var text = length <= StackLimit ? stackalloc byte[StackLimit] : (rented = ArrayPool<byte>.Shared.Rent(length));
        Encoding.UTF8.GetBytes(head, text);
        body.CopyTo(text[headLength..]);
        HMACSHA256.HashData(secret, text[..length], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }

    private static bool TryParse(ReadOnlySpan<char> header, Span<byte> hash, out long unixSeconds)
    {
        unixSeconds = 0;
        var comma = header.IndexOf(',');
        if (comma < 0 || !header.StartsWith("t=") || !header[(comma + 1)..].StartsWith("v1="))
        {
            return false;
        }

        var hex = header[(comma + 4)..];
        return long.TryParse(header[2..comma], NumberStyles.None, CultureInfo.InvariantCulture, out unixSeconds)
            && hex.Length == HexLength
            && Convert.FromHexString(hex, hash, out _, out _) == OperationStatus.Done;
    }
}
