namespace Paypro.Protocol.Signing;

/// <summary>
/// How a key signs. It belongs to the key, never to the request, and holds for both directions: otherwise whoever can forge the
/// weaker kind could choose it. Stored as its number.
/// </summary>
public enum SigningAlgorithm : short
{
    /// <summary>The documented <c>sign</c> member, for clients written against the original.</summary>
    Md5 = 1,

    /// <summary>The header <c>Paypro-Signature</c>; recommended.</summary>
    HmacSha256 = 2,
}
