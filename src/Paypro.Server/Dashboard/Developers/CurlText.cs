using System.Globalization;
using Paypro.Protocol.Signing;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Developers;

/// <summary>A call as a command for a shell: with what is known of its body, without the key.</summary>
internal static class CurlText
{
    /// <param name="call">The call.</param>
    /// <param name="root">What the address begins with.</param>
    /// <param name="byHmac">Whether the merchant's key signs in the header.</param>
    public static string Of(ApiCallRow call, string root, bool byHmac)
    {
        var body = call.Body.Length == 0 ? "{}" : call.Body;
        if (!byHmac)
        {
            var end = body.LastIndexOf('}');
            body = body[..end].TrimEnd() + (body.Contains(':', StringComparison.Ordinal) ? ",\n" : "\n") + "  \"sign\": \"<sign>\"\n}";
        }

        var signature = byHmac ? $" \\\n  -H {Quoted($"{HmacSignature.HeaderName}: t=<unix seconds>,v1=<hex>")}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"curl -X POST {Quoted(root + call.Path)} \\\n  -H 'Content-Type: application/json' \\\n  -H 'merchantNo: {call.MerchantNo}'{signature} \\\n  --data-binary {Quoted(body)}");
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
