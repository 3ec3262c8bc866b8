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
    /// <summary>Keys of one kind that a merchant may have valid at once.</summary>
    private const int KeysOfKind = 2;

    private static readonly byte[] NobodysSecret = new byte[32];

    /// <summary>How old a request may be is decided by <see cref="RequestAge"/>. A refusal costs the same work whoever is named, so that its time does not tell who exists or how he signs.</summary>
    /// <returns>The merchant, its country's operation and the signature; null for a wrong signature, an unknown merchant or one of another country.</returns>
    public (Merchant Merchant, Operation Operation, RequestSignature Signature)? Admit(Snapshot snapshot, Route route, IHeaderDictionary headers, string path, FlatBody body, ReadOnlySpan<byte> raw)
    {
        var named = headers["merchantNo"].ToString();
        var merchant = headers["merchantNo"].Count == 1 ? snapshot.MerchantsByNo.GetValueOrDefault(named) : null;
        var operation = merchant is null ? null : route.For(merchant.Country);
        var nowMs = time.NowMs();
        var header = headers[HmacSignature.HeaderName].ToString();
        var (md5Checks, hmacChecks) = (0, 0);
        foreach (var key in operation is null ? [] : merchant!.Keys)
        {
            if (!key.ValidAt(nowMs))
            {
                continue;
            }

            if (key.Algorithm == SigningAlgorithm.Md5)
            {
                md5Checks++;
                if (Md5(body, headers, key.Secret, out var sign, out var inHeader) && (!inHeader || operation!.SignMayBeHeader))
                {
                    return (merchant!, operation!, RequestSignature.OfMd5(sign, key.Id));
                }
            }
            else
            {
                hmacChecks++;
                if (HmacSignature.Verify(header, HmacSignature.Request, path, named, raw, key.Secret, out var unixSeconds))
                {
                    return (merchant!, operation!, RequestSignature.OfHmac(header, key.Id, unixSeconds));
                }
            }
        }

        for (; md5Checks < KeysOfKind; md5Checks++)
        {
            Md5(body, headers, NobodysSecret, out _, out _);
        }

        for (; hmacChecks < KeysOfKind; hmacChecks++)
        {
            HmacSignature.Verify(header, HmacSignature.Request, path, named, raw, NobodysSecret, out _);
        }

        return null;
    }

    /// <summary>Checks the body's member <c>sign</c>; where it has none, the header, which only some operations take.</summary>
    private static bool Md5(FlatBody body, IHeaderDictionary headers, ReadOnlySpan<byte> secret, out string sign, out bool inHeader)
    {
        inHeader = !(body.TryGet("sign"u8, out var member) && member.Literal.Length > 0);
        sign = inHeader ? headers["sign"].ToString() : member.Text;
        return inHeader ? sign.Length > 0 && Md5Signature.Verify(body, Encoding.UTF8.GetBytes(sign), secret) : Md5Signature.Verify(body, secret);
    }
}
