using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Route = Paypro.Protocol.Countries.Route;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Decides whose a request is. The kind of signature belongs to the key, never to the request: an MD5 signature is only checked
/// against MD5 keys, the header only against HMAC keys.
/// </summary>
internal sealed class Gatekeeper(TimeProvider time)
{
    private static readonly MerchantKey Nobody = new(0, SigningAlgorithm.Md5, new byte[32], signs: false, 0, 0);

    /// <summary>How old a request may be is decided by <see cref="RequestAge"/>.</summary>
    /// <returns>The merchant, its country's operation and the signature; null for a wrong signature, an unknown merchant or one of another country.</returns>
    public (Merchant Merchant, Operation Operation, RequestSignature Signature)? Admit(Snapshot snapshot, Route route, IHeaderDictionary headers, string path, FlatBody body, ReadOnlySpan<byte> raw)
    {
        var merchant = headers["merchantNo"] is [{ } no] ? snapshot.MerchantsByNo.GetValueOrDefault(no) : null;
        var operation = merchant is null ? null : route.For(merchant.Country);
        if (merchant is null || operation is null)
        {
            // The same work as for a merchant with a wrong signature.
            Md5Signature.Verify(body, Nobody.Secret);
            return null;
        }

        var nowMs = time.NowMs();
        var header = headers[HmacSignature.HeaderName].ToString();
        foreach (var key in merchant.Keys)
        {
            if (!key.ValidAt(nowMs))
            {
                continue;
            }

            if (key.Algorithm == SigningAlgorithm.Md5)
            {
                if (Md5(operation, body, headers, key, out var sign))
                {
                    return (merchant, operation, RequestSignature.OfMd5(sign));
                }
            }
            else if (header.Length > 0
                && HmacSignature.Verify(header, HmacSignature.Request, path, merchant.NoText, raw, key.Secret, out var unixSeconds))
            {
                return (merchant, operation, RequestSignature.OfHmac(header, unixSeconds));
            }
        }

        return null;
    }

    private static bool Md5(Operation operation, FlatBody body, IHeaderDictionary headers, MerchantKey key, out string sign)
    {
        if (body.TryGet("sign"u8, out var member) && member.Literal.Length > 0)
        {
            sign = member.Text;
            return Md5Signature.Verify(body, key.Secret);
        }

        sign = operation.SignMayBeHeader ? headers["sign"].ToString() : "";
        return sign.Length > 0 && Md5Signature.Verify(body, Encoding.UTF8.GetBytes(sign), key.Secret);
    }
}
