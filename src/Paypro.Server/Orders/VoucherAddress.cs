using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>What the address of a voucher says.</summary>
/// <param name="Number">The order's number.</param>
/// <param name="UntilMs">Until when the address opens, Unix milliseconds.</param>
internal readonly record struct VoucherKey(string Number, long UntilMs);

/// <summary>
/// The address of a voucher: <c>/voucher/{number}-{until}-{token}.pdf</c>. The token is a keyed hash of the rest, so that an address
/// can be neither guessed nor prolonged, and nothing has to be stored for it. Built like the address of a page.
/// </summary>
internal sealed class VoucherAddress(PayproOptions options, PageAddress pages, InstallationSecrets secrets, TimeProvider time)
{
    public const string Folder = "/voucher/";
    private const string Ending = ".pdf";

    /// <summary>Half a SHA-256: 128 bits.</summary>
    private const int TokenLength = 32;

    private readonly byte[] _key = secrets.Of(InstallationSecrets.VoucherAddresses);

    /// <summary>A new address, good for <see cref="PayproOptions.VoucherHours"/> from now.</summary>
    public string Of(string number)
    {
        var untilS = time.GetUtcNow().ToUnixTimeSeconds() + (options.VoucherHours * 3600L);
        return $"{pages.Root()}{Folder}{number}-{untilS.ToString(CultureInfo.InvariantCulture)}-{Token(number, untilS)}{Ending}";
    }

    /// <summary>Null unless the last segment is that of an address that we gave out. It may have ended.</summary>
    public VoucherKey? Read(string? segment)
    {
        if (segment?.EndsWith(Ending, StringComparison.Ordinal) != true
            || segment[..^Ending.Length].Split('-') is not [var number, var until, var token]
            || OrderNumber.BucketOf(number) is null
            || !long.TryParse(until, NumberStyles.None, CultureInfo.InvariantCulture, out var untilS)
            || untilS > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return null;
        }

        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(Token(number, untilS)))
            ? new VoucherKey(number, untilS * 1000)
            : null;
    }

    private string Token(string number, long untilS) => Convert.ToHexStringLower(
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}-{untilS}"))))[..TokenLength];
}
