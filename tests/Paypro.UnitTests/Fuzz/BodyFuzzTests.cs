using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using Paypro.Protocol;
using Paypro.Protocol.Signing;

namespace Paypro.UnitTests.Fuzz;

/// <summary>
/// Bodies that a client could send, and bodies that none should, against a reader and a signer made of other parts: a document
/// model, strings and a sort. Lengthened and replayed with <c>eng/fuzz</c>.
/// </summary>
public sealed class BodyFuzzTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.String[Gen.Char[' ', '~'], 0, 20],
        Gen.OneOf("", "null", "sign", "amount", "\0", "é", "𝒳😀", "￿", "\u2028", "\ud800", "\udc00x", "\u001f", "\\", "\"", new string('x', 300)));

    private static readonly Gen<string> Tokens = Gen.OneOf(
        Texts.Select(Quoted),
        Texts.Select(text => JsonSerializer.Serialize(text)),
        Gen.OneOf(
            "true", "false", "null", "0", "-0", "1.0E7", "1e400", "30000.00", "123456789012345678901234567890", "01", "+1", ".5", "5.", "1e", "NaN", "[]", "{}",
            "[[[[1]]]]", "{\"a\":1}", "'x'", "tru", "\"\\x\"", "\"\\u12\"", "\"\\ud83d\"", "\"\\ud83d\\ude00\"", ""));

    private static readonly Gen<byte[]> Objects = Gen.Select(Gen.Select(Texts, Tokens).Array[0, 12], Gen.OneOf("", " ", "\t\r\n"), Gen.OneOf("", ",", "}", "{}", "\0", " x"))
        .Select((members, space, end) => Encoding.UTF8.GetBytes($"{space}{{{string.Join(",", members.Select(m => $"{space}{Quoted(m.Item1)}:{space}{m.Item2}"))}}}{end}"));

    private static readonly Gen<byte[]> Mutated = Gen.Select(Objects, Gen.Int[0, 1000], Gen.Byte, Gen.Int[0, 3]).Select((body, at, value, how) =>
    {
        var changed = body.ToList();
        at %= changed.Count;
        switch (how)
        {
            case 0:
                changed[at] = value;
                break;
            case 1:
                changed.Insert(at, value);
                break;
            case 2:
                changed.RemoveAt(at);
                break;
            default:
                changed.RemoveRange(at, changed.Count - at);
                break;
        }

        return changed.ToArray();
    });

    [Fact]
    public void Reads_what_is_JSON_and_flat_and_nothing_else() =>
        Gen.OneOf(Objects, Mutated, Gen.Byte.Array[0, 40]).Sample(bytes =>
        {
            var body = FlatBody.Read(bytes, out var error);
            var expected = Members(bytes);

            if (expected is null)
            {
                Assert.Null(body);
                Assert.False(string.IsNullOrWhiteSpace(error));
                return;
            }

            Assert.NotNull(body);
            Assert.Null(error);
            Assert.Equal(expected.Count, body.Count);
            for (var i = 0; i < body.Count; i++)
            {
                Assert.Equal(expected[i], (body[i].NameText, body[i].Text, body[i].Kind == ValueKind.Null));
            }
        });

    [Fact]
    public void Signs_as_the_written_rule_says() =>
        Gen.Select(Objects, Gen.Byte.Array[0, 40]).Sample((bytes, secret) =>
        {
            if (Members(bytes) is not { } members)
            {
                return;
            }

            var body = FlatBody.Read(bytes, out _)!;
            var sign = Rule(members.Where(m => !m.IsNull), secret);
            Assert.Equal(sign, Md5Signature.Compute(body, secret));
            Assert.True(Md5Signature.Verify(body, Encoding.ASCII.GetBytes(sign), secret));
            Assert.True(Md5Signature.Verify(body, Encoding.ASCII.GetBytes(Rule(members, secret)), secret));
            Assert.False(Md5Signature.Verify(body, Encoding.ASCII.GetBytes(Rule(members.Append(("added", "1", false)), secret)), secret));
        });

    private static string Rule(IEnumerable<(string Name, string Literal, bool IsNull)> members, byte[] secret)
    {
        var text = string.Concat(members.Where(m => m.Name != "sign" && m.Literal.Length > 0).OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{m.Name}={m.Literal}"));
#pragma warning disable CA5351 // The documented signature is MD5.
        return Convert.ToHexStringLower(MD5.HashData([.. Encoding.UTF8.GetBytes(text), .. secret]));
#pragma warning restore CA5351
    }

    /// <summary>The members of a body that must be taken; null for one that must be refused.</summary>
    private static List<(string Name, string Literal, bool IsNull)>? Members(byte[] bytes)
    {
        try
        {
            // Throws where a byte is no UTF-8, which the document model only finds out about texts that are asked for.
            new UTF8Encoding(false, throwOnInvalidBytes: true).GetCharCount(bytes);
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var members = document.RootElement.EnumerateObject()
                .Select(m => (m.Name, m.Value.ValueKind == JsonValueKind.String ? m.Value.GetString()! : m.Value.GetRawText(), m.Value.ValueKind == JsonValueKind.Null))
                .ToList();
            var flat = document.RootElement.EnumerateObject().All(m => m.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array));
            var distinct = members.Select(m => m.Item1).Distinct(StringComparer.Ordinal).Count() == members.Count;
            return flat && distinct && !members.Exists(m => m.Item1.Contains('\0') || m.Item2.Contains('\0')) && members.Count <= FlatBody.MaxMembers ? members : null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
