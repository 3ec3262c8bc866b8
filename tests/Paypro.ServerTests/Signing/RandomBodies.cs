using System.Globalization;
using System.Text;

namespace Paypro.ServerTests.Signing;

/// <summary>Bodies as clients in all languages might write them: every way to escape a text and to write a number.</summary>
internal sealed class RandomBodies(Random random)
{
    private static readonly string[] Numbers = ["0", "-0", "7", "30000", "30000.0", "30000.00", "1.0E7", "1e-3", "-12.50", "1729156246442", "123456789012345678901234567890"];

    private static readonly string[] Letters =
        ["a", "B", "z", "0", "9", " ", "=", "&", "+", "/", "'", "<", "é", "ß", "ñ", "न", "ي", "한", "￿", "𝒳", "😀", "\"", "\\", "\n", "\t", "\b", "\f", "\r", "\u0001", "\u007f", "\u2028"];

    /// <summary>A flat JSON object with up to twenty members of different names, UTF-8.</summary>
    public byte[] Next()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var count = random.Next(0, 21); count > 0; count--)
        {
            names.Add(random.Next(3) == 0 ? Text(6) : "member" + random.Next(40).ToString(CultureInfo.InvariantCulture));
        }

        if (random.Next(2) == 0)
        {
            names.Add("sign");
        }

        var json = new StringBuilder("{");
        foreach (var name in names)
        {
            json.Append(json.Length > 1 ? "," : "").Append(Space()).Append(Quoted(name)).Append(Space()).Append(':').Append(Space()).Append(Value()).Append(Space());
        }

        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }

    /// <summary>A secret of 0 to 40 bytes.</summary>
    public byte[] Secret()
    {
        var secret = new byte[random.Next(41)];
        random.NextBytes(secret);
        return secret;
    }

    private string Value() => random.Next(8) switch
    {
        0 => Numbers[random.Next(Numbers.Length)],
        1 => random.Next(-1_000_000, 1_000_000).ToString(CultureInfo.InvariantCulture),
        2 => random.Next(2) == 0 ? "true" : "false",
        3 => random.Next(2) == 0 ? "null" : "\"\"",
        _ => Quoted(Text(30)),
    };

    private string Text(int most)
    {
        var text = new StringBuilder();
        for (var left = random.Next(1, most + 1); left > 0; left--)
        {
            text.Append(Letters[random.Next(Letters.Length)]);
        }

        return text.ToString();
    }

    private string Space() => random.Next(6) == 0 ? " \t\r\n"[..random.Next(1, 5)] : "";

    private string Quoted(string text)
    {
        var json = new StringBuilder("\"");
        foreach (var unit in text)
        {
            var must = unit is '"' or '\\' or < ' ';
            var letter = "\b\f\n\r\t\"\\/".IndexOf(unit, StringComparison.Ordinal);
            if (letter >= 0 && (must || unit == '/') && random.Next(2) == 0)
            {
                json.Append('\\').Append("bfnrt\"\\/"[letter]);
            }
            else if (must || (random.Next(5) == 0 && !char.IsSurrogate(unit)))
            {
                json.Append("\\u").Append(((int)unit).ToString(random.Next(2) == 0 ? "x4" : "X4", CultureInfo.InvariantCulture));
            }
            else
            {
                json.Append(unit);
            }
        }

        // A character beyond U+FFFF is two units, escaped together or not at all.
        json.Replace("😀", random.Next(2) == 0 ? "\\ud83d\\uDE00" : "😀");
        return json.Append('"').ToString();
    }
}
