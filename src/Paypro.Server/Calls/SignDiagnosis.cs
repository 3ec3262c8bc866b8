using Paypro.Protocol;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;

namespace Paypro.Server.Calls;

/// <summary>
/// Finds the error for which no key of a merchant has signed a call, by making the common errors and comparing. It is done after the call was answered, and
/// its result is shown to the merchant's people alone. Pure.
/// </summary>
internal static class SignDiagnosis
{
    /// <param name="call">The call.</param>
    /// <param name="body">Its body, read.</param>
    /// <param name="ended">Secrets of keys that ended lately.</param>
    public static SignFinding Of(CallEntry call, FlatBody body, IReadOnlyList<byte[]> ended)
    {
        if (!call.Headers.NamesMerchantOnce)
        {
            return new(SignMistake.MerchantTwice);
        }

        if (call.Operation is not { } operation)
        {
            return new(SignMistake.OtherCountry);
        }

        var keys = call.Merchant.Keys.Where(key => key.ValidAt(call.AtMs)).ToList();
        if (keys.Count == 0)
        {
            return new(SignMistake.NoKey);
        }

        var (md5, hmac) = (keys.Exists(key => key.Algorithm == SigningAlgorithm.Md5), keys.Exists(key => key.Algorithm == SigningAlgorithm.HmacSha256));
        var member = body.TryGet("sign"u8, out var found) ? found.Text : "";
        var sign = member.Length > 0 ? member : operation.SignMayBeHeader ? call.Headers.Sign : "";
        if (hmac && call.Headers.Hmac.Length > 0)
        {
            return HmacMistakes.Find(call, operation, Secrets(keys, SigningAlgorithm.HmacSha256), ended);
        }

        if (md5 && sign.Length > 0)
        {
            return sign.Length != Md5Signature.HexLength || !sign.All(char.IsAsciiHexDigit) ? new(SignMistake.NotHex)
                : Md5Mistakes.Find(call, body, sign, Secrets(keys, SigningAlgorithm.Md5), ended);
        }

        return new(md5 && call.Headers.Sign.Length > 0 ? SignMistake.InHeader
            : sign.Length > 0 ? SignMistake.NeedsHmac
            : call.Headers.Hmac.Length > 0 ? SignMistake.NeedsMd5
            : SignMistake.Missing);
    }

    /// <summary>What the page shows beside the finding: the text that is signed, without the key and without what belongs to persons.</summary>
    public static string SignedText(CallEntry call, FlatBody body, int atMost)
    {
        if (!call.Merchant.Keys.Any(key => key.ValidAt(call.AtMs) && key.Algorithm == SigningAlgorithm.HmacSha256) || (call.Headers.Hmac.Length == 0 && body.TryGet("sign"u8, out _)))
        {
            return CallMask.SignedText(body, call.Operation, call.Merchant, atMost);
        }

        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(call.Body));
        var t = HmacMistakes.TimeOf(call.Headers.Hmac) is { } seconds ? seconds : "<t>";
        return CallMask.WithoutKeys($"{HmacSignature.Request}\n{call.Path}\n{call.Merchant.NoText}\n{t}\n[body as it came: {call.Body.Length} bytes, SHA-256 {hash}]", call.Merchant);
    }

    private static List<byte[]> Secrets(List<MerchantKey> keys, SigningAlgorithm algorithm) => [.. keys.Where(key => key.Algorithm == algorithm).Select(key => key.Secret.ToArray())];
}
