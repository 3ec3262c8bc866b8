using System.Globalization;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;

namespace Paypro.Server.MerchantApi;

/// <summary>A request's signature, after it was checked.</summary>
/// <param name="Algorithm">The key's.</param>
/// <param name="Hash">Its first eight bytes, which the letter case of its hex text does not change.</param>
/// <param name="KeyId">The key that it was made with.</param>
/// <param name="UnixSeconds">When an HMAC header says that it was made; null for MD5.</param>
internal readonly record struct RequestSignature(SigningAlgorithm Algorithm, long Hash, long KeyId, long? UnixSeconds)
{
    private const int HashDigits = 16;

    public static RequestSignature OfMd5(string hex, long keyId) => new(SigningAlgorithm.Md5, HashOf(hex), keyId, null);

    public static RequestSignature OfHmac(string header, long keyId, long unixSeconds) =>
        new(SigningAlgorithm.HmacSha256, HashOf(header.AsSpan(header.IndexOf("v1=", StringComparison.Ordinal) + 3)), keyId, unixSeconds);

    /// <summary>
    /// What is remembered of a creation: the signature of an MD5 key, since its text does not say for what it was signed, and that of
    /// every payout, so that one that was refused stays refused. Null where nothing is.
    /// </summary>
    public CreationSignRow? RowOf(Merchant merchant, Operation operation, string tradeNo, long nowMs) =>
        Algorithm == SigningAlgorithm.Md5 || operation.Kind is OperationKind.CreatePayout or OperationKind.CreateRefund
            ? new CreationSignRow
            {
                Bucket = merchant.Bucket,
                MerchantNo = merchant.No,
                SignHash = Hash,
                Operation = (short)operation.Kind,
                TradeNo = tradeNo,
                AtMs = nowMs,
            }
            : null;

    private static long HashOf(ReadOnlySpan<char> hex) => long.Parse(hex[..HashDigits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
