using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.Server.Calls;

/// <summary>The common errors of an MD5 signature.</summary>
internal static class Md5Mistakes
{
    /// <summary>What is larger is compared as a whole alone: each try costs as much as the text is long.</summary>
    private const int MostMembers = 40, MostBytes = 4096;

    private sealed record Pair(string Name, string Value, ValueKind Kind)
    {
        public bool IsSigned => Value.Length > 0 && Kind != ValueKind.Null;
    }

    public static SignFinding Find(CallEntry call, FlatBody body, string sign, IReadOnlyList<byte[]> secrets, IReadOnlyList<byte[]> ended)
    {
        if (ended.Any(secret => Md5Signature.Verify(body, Encoding.UTF8.GetBytes(sign), secret)))
        {
            return new(SignMistake.EndedKey);
        }

        var given = Convert.FromHexString(sign);
        var pairs = new List<Pair>();
        for (var i = 0; i < body.Count; i++)
        {
            var member = body[i];
            if (!member.Name.SequenceEqual("sign"u8))
            {
                pairs.Add(new Pair(member.NameText, member.Text, member.Kind));
            }
        }

        var isSmall = pairs.Count <= MostMembers && call.Body.Length <= MostBytes;
        foreach (var secret in secrets)
        {
            foreach (var (finding, text) in Whole(pairs, call.Body, secret).Concat(isSmall ? OfOne(pairs, secret) : []))
            {
                if (MD5.HashData(text).AsSpan().SequenceEqual(given))
                {
                    return finding;
                }
            }
        }

        return new(SignMistake.Unknown);
    }

    /// <summary>Errors of the whole text, each with the bytes that were hashed.</summary>
    private static IEnumerable<(SignFinding Finding, byte[] Text)> Whole(List<Pair> pairs, byte[] raw, byte[] secret)
    {
        var key = Encoding.UTF8.GetString(secret);
        var signed = Sorted(pairs.Where(p => p.IsSigned));
        var text = Join(signed);
        yield return Of(SignMistake.KeyMissing, text);
        yield return Of(SignMistake.KeyFirst, key + text);
        foreach (var joined in (string[])[$"{Join(signed, "&")}&key={key}", $"{Join(signed, "&")}&secret={key}", $"{text}key={key}", $"{text}&key={key}"])
        {
            yield return Of(SignMistake.KeyAsParameter, joined);
        }

        foreach (var other in (string[])[key.ToUpperInvariant(), key.ToLowerInvariant()])
        {
            yield return Of(SignMistake.KeyCase, text + other);
        }

        foreach (var other in (string[])[$"{key}\n", $"{key}\r\n", $"{key} ", $" {key}"])
        {
            yield return Of(SignMistake.KeyBlank, text + other);
        }

        if (key.Length % 2 == 0 && key.All(char.IsAsciiHexDigit))
        {
            yield return (new(SignMistake.KeyDecoded), [.. Encoding.UTF8.GetBytes(text), .. Convert.FromHexString(key)]);
        }

        foreach (var separator in (string[])["&", ",", "|", "\n", ";"])
        {
            yield return Of(SignMistake.Separators, Join(signed, separator) + key);
            yield return Of(SignMistake.Separators, Join(signed, separator) + separator + key);
        }

        yield return Of(SignMistake.ValuesOnly, string.Concat(signed.Select(p => p.Value)) + key);
        yield return Of(SignMistake.SentOrder, Join(pairs.Where(p => p.IsSigned)) + key);
        yield return Of(SignMistake.OrderWithoutCase, Join(pairs.Where(p => p.IsSigned).OrderBy(p => p.Name, StringComparer.OrdinalIgnoreCase)) + key);
        yield return (new(SignMistake.OverJson), [.. raw, .. secret]);
        yield return Of(SignMistake.Twice, Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(text + key))));
        yield return (new(SignMistake.Charset), [.. Encoding.Latin1.GetBytes(text), .. secret]);
        yield return Of(SignMistake.SignIncluded, Join(Sorted(pairs.Where(p => p.IsSigned).Append(new Pair("sign", "", ValueKind.Text)))) + key);
        if (pairs.Find(p => !p.IsSigned) is { } empty)
        {
            yield return (new(SignMistake.EmptyIncluded, empty.Name), Bytes(Join(Sorted(pairs.Select(p => p.Kind == ValueKind.Null ? p with { Value = "" } : p))) + key));
            yield return (new(SignMistake.EmptyIncluded, empty.Name), Bytes(Join(Sorted(pairs)) + key));
        }

        foreach (var (mistake, change) in Changes)
        {
            if (signed.Find(p => change(p).FirstOrDefault() is { } other && other != p.Value) is { } first)
            {
                yield return (new(mistake, first.Name), Bytes(Join(signed.Select(p => p with { Value = change(p).FirstOrDefault() ?? p.Value })) + key));
            }
        }
    }

    /// <summary>Errors of one parameter.</summary>
    private static IEnumerable<(SignFinding Finding, byte[] Text)> OfOne(List<Pair> pairs, byte[] secret)
    {
        var key = Encoding.UTF8.GetString(secret);
        var signed = Sorted(pairs.Where(p => p.IsSigned));
        foreach (var pair in pairs)
        {
            if (!pair.IsSigned)
            {
                yield return (new(SignMistake.EmptyIncluded, pair.Name), Bytes(Join(Sorted(signed.Append(pair with { Value = pair.Kind == ValueKind.Null ? "" : pair.Value }))) + key));
                continue;
            }

            yield return (new(SignMistake.LeftOut, pair.Name), Bytes(Join(signed.Where(p => p != pair)) + key));
            foreach (var (mistake, change) in Changes)
            {
                foreach (var value in change(pair).Where(v => v != pair.Value))
                {
                    yield return (new(mistake, pair.Name), Bytes(Join(signed.Select(p => p == pair ? pair with { Value = value } : p)) + key));
                }
            }
        }
    }

    /// <summary>What happens to a value on its way between the signature and the body.</summary>
    private static readonly IReadOnlyList<(SignMistake Mistake, Func<Pair, IEnumerable<string>> Of)> Changes =
    [
        (SignMistake.NumberRewritten, p => Numbers(p.Value)),
        (SignMistake.Blanks, p => [p.Value.Trim(), p.Value.Replace(" ", "", StringComparison.Ordinal)]),
        (SignMistake.UrlEncoded, p => [Uri.EscapeDataString(p.Value), System.Net.WebUtility.UrlEncode(p.Value)]),
        (SignMistake.Escaped, p => [JsonEncodedText.Encode(p.Value).ToString(), p.Value.Replace("/", "\\/", StringComparison.Ordinal), $"\"{p.Value}\""]),
        (SignMistake.LetterCase, p => [p.Value.ToLowerInvariant(), p.Value.ToUpperInvariant()]),
    ];

    private static IEnumerable<string> Numbers(string value) =>
        value.Length <= 20 && decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? [number.ToString("0.############", CultureInfo.InvariantCulture), number.ToString("0.00", CultureInfo.InvariantCulture), number.ToString("0.0", CultureInfo.InvariantCulture), number.ToString("0.0000", CultureInfo.InvariantCulture)]
            : [];

    private static List<Pair> Sorted(IEnumerable<Pair> pairs) => [.. pairs.OrderBy(p => p.Name, StringComparer.Ordinal)];

    private static string Join(IEnumerable<Pair> pairs, string separator = "") => string.Join(separator, pairs.Select(p => $"{p.Name}={p.Value}"));

    private static (SignFinding, byte[]) Of(SignMistake mistake, string text) => (new(mistake), Bytes(text));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
