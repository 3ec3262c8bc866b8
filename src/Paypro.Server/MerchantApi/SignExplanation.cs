using System.Globalization;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Route = Paypro.Protocol.Countries.Route;

namespace Paypro.Server.MerchantApi;

/// <summary>
/// Tells in a sandbox what a live installation must not: why no key of a merchant has signed a request, and the text that is signed, up
/// to the secret. Whoever builds a client compares it with his own. The secret stands in no answer, not even where the request holds it.
/// </summary>
internal static class SignExplanation
{
    private const string Hidden = "(the secret, which must not stand here)";

    /// <param name="snapshot">The merchants that there are.</param>
    /// <param name="route">What the path may mean.</param>
    /// <param name="request">Its headers and path.</param>
    /// <param name="body">Its body, read.</param>
    /// <param name="raw">The same as it came.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static ApiAnswer.Refused Of(Snapshot snapshot, Route route, HttpRequest request, FlatBody body, ReadOnlySpan<byte> raw, long nowMs) =>
        new(WrongSign.Sentence + WrongSign.Because + Why(snapshot, route, request, body, raw, nowMs));

    private static string Why(Snapshot snapshot, Route route, HttpRequest request, FlatBody body, ReadOnlySpan<byte> raw, long nowMs)
    {
        var named = request.Headers["merchantNo"];
        if (named is not [{ Length: > 0 } no] || no.Contains(',', StringComparison.Ordinal))
        {
            // A client may also put two values into one line.
            return named.ToString().Length > 0 ? "the header merchantNo comes more than once" : "the header merchantNo is missing";
        }

        if (!snapshot.MerchantsByNo.TryGetValue(no, out var merchant))
        {
            return $"there is no merchant {(no.Length <= 32 ? no : "of that number")}; the header merchantNo names one of those that /docs shows, or one that you made";
        }

        if (route.For(merchant.Country) is not { } operation)
        {
            return Elsewhere(route, merchant);
        }

        var keys = merchant.Keys.Where(key => key.ValidAt(nowMs)).ToList();
        if (keys.Count == 0)
        {
            return $"merchant {no} has no key that is valid now";
        }

        var text = OfKind(keys, request, operation, body, raw, no);
        return merchant.Keys.Aggregate(text, (shown, key) => shown.Replace(Encoding.UTF8.GetString(key.Secret), Hidden, StringComparison.Ordinal));
    }

    /// <summary>The merchant's own address of the call, or of its calls at all where its country has none of the kind.</summary>
    private static string Elsewhere(Route route, Merchant merchant)
    {
        var country = merchant.Country;
        var same = route.Only is { } asked ? country.FindOperation(asked.Kind) : null;
        return $"merchant {merchant.NoText} is one of {country.Name} and has no such call; its calls stand under /{country.Segment}"
            + (same is null ? "" : $", this one is /{country.Segment}{same.Path}");
    }

    private static string OfKind(List<MerchantKey> keys, HttpRequest request, Operation operation, FlatBody body, ReadOnlySpan<byte> raw, string no)
    {
        var (md5, hmac) = (keys.Exists(key => key.Algorithm == SigningAlgorithm.Md5), keys.Exists(key => key.Algorithm == SigningAlgorithm.HmacSha256));
        var header = request.Headers[HmacSignature.HeaderName].ToString();
        var member = body.TryGet("sign"u8, out var found) ? found.Text : "";
        var ofHeader = request.Headers["sign"].ToString();
        var sign = member.Length > 0 ? member : operation.SignMayBeHeader ? ofHeader : "";
        if (hmac && header.Length > 0)
        {
            return $"{HmacSignature.HeaderName} does not fit; {Hmac(request, header, raw, no)}";
        }

        if (md5 && sign.Length > 0)
        {
            return (sign.Length == Md5Signature.HexLength && sign.All(char.IsAsciiHexDigit) ? "sign does not fit; " : "sign must be 32 hex digits; ") + Md5(body);
        }

        var problem = md5 && ofHeader.Length > 0 ? "this call takes sign from the body, and it stands in the header; "
            : sign.Length > 0 ? $"the merchant's key is of the HMAC kind, which signs in the header {HmacSignature.HeaderName} and not in sign; "
            : header.Length > 0 ? $"the merchant's key is of the MD5 kind, which signs in the member sign and not in {HmacSignature.HeaderName}; "
            : md5 ? "the member sign is missing; "
            : $"the header {HmacSignature.HeaderName} is missing; ";
        return problem + (md5 ? Md5(body) : Hmac(request, header, raw, no));
    }

    private static string Md5(FlatBody body) =>
        $"it is the MD5, in hex, of this text with the merchant's secret behind it: {Md5Signature.TextOf(body)}";

    private static string Hmac(HttpRequest request, string header, ReadOnlySpan<byte> raw, string no)
    {
        var end = header.IndexOf(',', StringComparison.Ordinal);
        var t = end > 2 && header.StartsWith("t=", StringComparison.Ordinal)
            && long.TryParse(header[2..end], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds.ToString(CultureInfo.InvariantCulture) : "<t>";
        return "it is t=<unix seconds>,v1=<hex> with the HMAC-SHA256, by the merchant's secret, of this text: "
            + $"{HmacSignature.Request}\n{request.Path.Value}\n{no}\n{t}\n{Encoding.UTF8.GetString(raw)}";
    }
}
