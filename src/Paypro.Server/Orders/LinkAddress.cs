using System.Security.Cryptography;
using System.Text;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Orders;

/// <summary>
/// The address of a payment link: <c>/l/{number}-{token}</c>. Built like the address of an order's page: its secret part is derived from the number and
/// nothing of it is stored, so that whoever reads the database has no address that opens.
/// </summary>
internal sealed class LinkAddress(PageAddress pages, InstallationSecrets secrets)
{
    public const string Folder = "/l/";

    /// <summary>Letters of the secret part: half a SHA-256, 128 bits.</summary>
    public const int TokenLength = 32;

    public string Of(string number) => pages.Root() + PathOf(number);

    public string PathOf(string number) => $"{Folder}{number}-{TokenOf(number)}";

    /// <summary>The link's number; null unless the last segment is that of an address that we gave out. Compares in constant time.</summary>
    public string? Read(string? segment)
    {
        if (segment is not { Length: OrderNumber.Length + 1 + TokenLength } || segment[OrderNumber.Length] != '-' || OrderNumber.BucketOf(segment[..OrderNumber.Length]) is null)
        {
            return null;
        }

        var number = segment[..OrderNumber.Length];
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(segment[(OrderNumber.Length + 1)..]), Encoding.UTF8.GetBytes(TokenOf(number))) ? number : null;
    }

    private string TokenOf(string number) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(secrets.Of(InstallationSecrets.LinkAddresses), Encoding.UTF8.GetBytes(number)))[..TokenLength];
}
