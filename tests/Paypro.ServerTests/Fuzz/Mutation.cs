using System.Globalization;
using System.Text;
using System.Text.Json;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Fuzz;

/// <summary>A request with one thing changed.</summary>
/// <param name="Field">Which member; null when the whole body was changed.</param>
/// <param name="Body">What is sent.</param>
/// <param name="LeavesOut">Whether the member counts as left out: <c>null</c> and the empty string do.</param>
/// <param name="IsNumber">Whether the member is a bare number, which is taken as its digits where the document asks for a text.</param>
internal sealed record Mutation(string? Field, string Body, bool LeavesOut = false, bool IsNumber = false);

/// <summary>Changes right requests in one place, as mistaken and as hostile clients do.</summary>
internal sealed class Mutator(Random random)
{
    /// <summary>JSON values of every kind.</summary>
    private static readonly string[] Tokens =
    [
        "null", "\"\"", "true", "false", "0", "-1", "1", "1.5", "200", "1e2", "1E400", "-0", "0.000000000000000001", "9223372036854775807", "9223372036854775808",
        "99999999999999999999999999999999999999", "[]", "{}", "[1]", "[\"a\"]", "{\"a\":\"b\"}", "[[[[[[[[[[]]]]]]]]]]", "{\"$ne\":null}",
    ];

    /// <summary>Texts that have broken other programs.</summary>
    private static readonly string[] Texts =
    [
        " ", "\t", "\n", "\0", "a\0b", "\u0007", "\u007f", "\u0085", "\u200b", "\u202e", "\ufeff", "\uffff", "é", "ñandú", "日本語", "हिन्दी", "عربي", "😀", "e\u0301",
        "１２３", "٣٠٠", "' OR 1=1 --", "\";DROP TABLE orders;--", "<script>alert(1)</script>", "../../etc/passwd", "%00", "%n%s", "{{7*7}}", "${x}", "null", "undefined",
        "NaN", "Infinity", "true", "-1", "0", "00", "0.0", "1e5", "0x10", "1,000", "+1", "1_000", "999999999999999999", "1728609257212", "2026-02-30", "::1", "127.0.0.1",
        "http://[::1]/", "http://127.0.0.1:1/", "http://2130706433/", "javascript:alert(1)", "file:///etc/passwd", "https://a.example/\r\nX: y", "https://",
        "http://a b/", "https://user@a.example/", "//a.example", "a@b", "@", "\\", "\"", "\u2028",
    ];

    private static readonly string[] Strangers =
        ["merchantNo", "status", "amountMinor", "fee", "__proto__", "constructor", "id", "Amount", "AMOUNT", "tradeno", "code", "success", "data", "", "sign ", "currency", "\u0000"];

    /// <summary>A right request of the operation with one change.</summary>
    public Mutation Next(ApiOperation operation, FlatBody right) =>
        random.Next(12) == 0 ? Whole(right.ToString()) : Member(operation, right, operation.Fields[random.Next(operation.Fields.Count)]);

    private Mutation Member(ApiOperation operation, FlatBody right, string field)
    {
        var text = right.TextOf(field) ?? "";
        switch (random.Next(8))
        {
            case 0:
                return new Mutation(field, right.Without(field).ToString(), LeavesOut: true);
            case 1:
                return Put(Tokens[random.Next(Tokens.Length)]);
            case 2:
                return Put(Quoted(Texts[random.Next(Texts.Length)]));
            case 3:
                // Lengths about the allowed one, and far beyond it.
                var length = random.Next(4) == 0 ? random.Next(2_000, 6_000) : operation.MaxLength(field) + random.Next(-1, 2);
                return Put(Quoted(string.Concat(Enumerable.Repeat(text.Length == 0 ? "x" : text, length))[..length]));
            case 4 when operation.Choices(field) is { Count: > 0 } choices:
                return Put(Quoted(choices[random.Next(choices.Count)]));
            case 5:
                // The member twice, with the same value or another, or beside one that the document does not know.
                return random.Next(2) == 0
                    ? new Mutation(null, right.AddToken(field, Quoted(random.Next(2) == 0 ? text : text + "0")).ToString())
                    : new Mutation(field, right.AddToken(Strangers[random.Next(Strangers.Length)], Tokens[random.Next(15)]).ToString());
            default:
                return Put(Quoted(Edited(text)));
        }

        Mutation Put(string token) => new(field, right.Without(field).AddToken(field, token).ToString(), token is "null" or "\"\"", token[0] == '-' || char.IsAsciiDigit(token[0]));
    }

    /// <summary>The text with a letter more, less or other, or in another form.</summary>
    private string Edited(string text)
    {
        var at = random.Next(text.Length + 1);
        var letter = random.Next(3) == 0 ? Texts[random.Next(Texts.Length)] : ((char)random.Next(' ', '\u007f')).ToString(CultureInfo.InvariantCulture);
        return random.Next(9) switch
        {
            0 => text.Insert(at, letter),
            1 when text.Length > 0 => text.Remove(random.Next(text.Length), 1),
            2 when text.Length > 0 => Replaced(text, random.Next(text.Length), letter),
            3 => text + text,
            4 => text[..at],
            5 => random.Next(2) == 0 ? text.ToUpperInvariant() : text.ToLowerInvariant(),
            6 => random.Next(2) == 0 ? " " + text : text + " ",
            7 => new string([.. text.Select(c => char.IsAsciiDigit(c) ? (char)('0' + random.Next(10)) : c)]),
            _ => new string([.. text.Reverse()]),
        };
    }

    private static string Replaced(string text, int at, string letter) => text.Remove(at, 1).Insert(at, letter);

    private Mutation Whole(string right) => new(null, random.Next(9) switch
    {
        0 => right[..random.Next(right.Length)],
        1 => right + "x",
        2 => right + right,
        3 => "[" + right + "]",
        4 => "",
        5 => "null",
        6 => new string('[', 5_000),
        7 => right.Replace(":", random.Next(2) == 0 ? "=" : "::", StringComparison.Ordinal),
        _ => Flipped(right),
    });

    private string Flipped(string right)
    {
        var letters = new StringBuilder(right);
        letters[random.Next(letters.Length)] = (char)random.Next(1, 128);
        return letters.ToString();
    }

    /// <summary>As JSON, lone surrogates included.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(text);
}
