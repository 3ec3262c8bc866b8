using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Paypro.Protocol.Countries;
using Paypro.Protocol.Signing;

namespace Paypro.Server.Calls;

/// <summary>The common errors of an HMAC signature.</summary>
internal static class HmacMistakes
{
    private const int HexLength = 64;

    public static SignFinding Find(CallEntry call, Operation operation, IReadOnlyList<byte[]> secrets, IReadOnlyList<byte[]> ended)
    {
        var (path, no) = (call.Path, call.Merchant.NoText);
        if (ended.Any(secret => HmacSignature.Verify(call.Headers.Hmac, HmacSignature.Request, path, no, call.Body, secret, out _)))
        {
            return new(SignMistake.EndedKey);
        }

        if (TimeOf(call.Headers.Hmac) is not { } t || HashOf(call.Headers.Hmac) is not { } given)
        {
            return new(SignMistake.HmacForm);
        }

        var body = Encoding.UTF8.GetString(call.Body);
        var text = $"{HmacSignature.Request}\n{path}\n{no}\n{t}\n{body}";
        foreach (var secret in secrets)
        {
            var key = Encoding.UTF8.GetString(secret);
            if (key.Length % 2 == 0 && key.All(char.IsAsciiHexDigit) && Fits(Convert.FromHexString(key), text))
            {
                return new(SignMistake.KeyDecoded);
            }

            if (((string[])[key.ToUpperInvariant(), key.ToLowerInvariant()]).Any(other => other != key && Fits(Encoding.UTF8.GetBytes(other), text)))
            {
                return new(SignMistake.KeyCase);
            }

            if (((string[])[$"{key}\n", $"{key}\r\n", $"{key} "]).Any(other => Fits(Encoding.UTF8.GetBytes(other), text)))
            {
                return new(SignMistake.KeyBlank);
            }

            foreach (var (mistake, wrong) in Texts(call, operation, t, body))
            {
                if (wrong != text && Fits(secret, wrong))
                {
                    return new(mistake);
                }
            }
        }

        return new(SignMistake.Unknown);

        bool Fits(byte[] secret, string signed) => HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(signed)).AsSpan().SequenceEqual(given);
    }

    /// <summary>What stands behind <c>t=</c>; null where the header has another form.</summary>
    public static string? TimeOf(string header) =>
        header.StartsWith("t=", StringComparison.Ordinal) && header.IndexOf(',', StringComparison.Ordinal) is > 2 and var end
        && long.TryParse(header.AsSpan(2, end - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds.ToString(CultureInfo.InvariantCulture)
            : null;

    private static byte[]? HashOf(string header)
    {
        var hex = header[(header.IndexOf(',', StringComparison.Ordinal) + 1)..];
        return hex.StartsWith("v1=", StringComparison.Ordinal) && hex.Length == HexLength + 3 && hex.AsSpan(3).IndexOfAnyExcept(System.Buffers.SearchValues.Create("0123456789abcdefABCDEF")) < 0
            ? Convert.FromHexString(hex.AsSpan(3))
            : null;
    }

    private static IEnumerable<(SignMistake Mistake, string Text)> Texts(CallEntry call, Operation operation, string t, string body)
    {
        var (path, no, segment) = (call.Path, call.Merchant.NoText, call.Merchant.Country.Segment);
        foreach (var other in (string[])[operation.Path, $"/{segment}{operation.Path}", path.ToLowerInvariant(), $"{path}/", path.TrimStart('/')])
        {
            yield return (SignMistake.HmacPath, $"{HmacSignature.Request}\n{other}\n{no}\n{t}\n{body}");
        }

        foreach (var other in (string[])[body.Trim(), $"{body}\n", "", Compact(body), Indented(body)])
        {
            yield return (SignMistake.HmacBody, $"{HmacSignature.Request}\n{path}\n{no}\n{t}\n{other}");
        }

        foreach (var separator in (string[])["", "\r\n", ".", "|", "\\n"])
        {
            yield return (SignMistake.HmacParts, string.Join(separator, HmacSignature.Request, path, no, t, body));
        }

        foreach (var parts in (string[][])[[HmacSignature.Notify, path, no, t, body], [path, no, t, body], [HmacSignature.Request, path, t, body], [HmacSignature.Request, no, t, body], [t, body], [body], [HmacSignature.Request, path, no, body]])
        {
            yield return (SignMistake.HmacParts, string.Join('\n', parts));
        }

        yield return (SignMistake.HmacParts, $"{t}.{body}");
    }

    private static readonly JsonSerializerOptions Spread = new() { WriteIndented = true };

    private static string Compact(string body) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(body));

    private static string Indented(string body) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(body), Spread);
}
