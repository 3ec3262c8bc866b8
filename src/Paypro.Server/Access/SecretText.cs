using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Paypro.Server.Platform;

namespace Paypro.Server.Access;

/// <summary>Secrets that are shown once and kept as their hash: sessions, links, tokens. 256 bits, so the hash needs no salt.</summary>
internal static class SecretText
{
    private const int Bytes = 32;

    public static string New(IRandomness randomness)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        randomness.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
