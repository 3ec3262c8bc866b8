using System.Globalization;

namespace Paypro.Protocol.Qr;

/// <summary>
/// The Latin letters of the world in ASCII, by a table of our own: without ICU the platform takes no letter apart. Where Unicode has a
/// decomposition, its base letter stands here; for letters of their own (<c>ł</c>, <c>ø</c>, <c>ß</c>) what Unicode's CLDR has in its
/// transform Latin-ASCII.
/// </summary>
internal static class LatinLetters
{
    private const char FirstOfLatin = '\u00C0', FirstOfAdditional = '\u1E00';

    /// <summary>U+00C0 to U+024F. A blank has no letter in ASCII, a plus has several (<see cref="Several"/>).</summary>
    private const string Latin =
        "AAAAAA+CEEEEIIIIDNOOOOO OUUUUY++aaaaaa+ceeeeiiiidnooooo ouuuuy+yAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGg" +
        "HhHhIiIiIiIiIi++JjKkqLlLlLlLlLlNnNnNn+NnOoOoOo++RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzsbBBb  OC" +
        "cDDDd EEEFfG   IKkl  NnOOo  Pp     tTtTUu VYyZz             +++++++++AaIiOoUuUuUuUuUueAaAa++GgGgKkOo" +
        "Oo  j+++Gg  NnAa++OoAaAaEeEeIiIiOoOoRrRrUuUuSsTt  Hh d  ZzAaEeOoOoOoOoYylntj  ACcLTsz  BU EeJj  RrYy";

    /// <summary>U+1E00 to U+1EFF, where the Vietnamese letters with two marks are.</summary>
    private const string Additional =
        "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSs" +
        "SsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwyasss+ AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEe" +
        "IiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy      ";

    /// <summary>A character in printable ASCII: nothing for a mark that stands on another letter, a blank where there is no likeness.</summary>
    public static string InAscii(char letter) => letter switch
    {
        > ' ' and <= '~' => letter.ToString(),
        >= FirstOfLatin and < (char)(FirstOfLatin + 400) => Of(Latin[letter - FirstOfLatin], letter),
        >= FirstOfAdditional and < (char)(FirstOfAdditional + 256) => Of(Additional[letter - FirstOfAdditional], letter),
        >= '\uFF01' and <= '\uFF5E' => ((char)(letter - '\uFF01' + '!')).ToString(),
        '\u0253' => "b",
        '\u0256' or '\u0257' => "d",
        '\u0254' => "o",
        '\u0259' or '\u025B' => "e",
        '\u0272' => "n",
        '\u2018' or '\u2019' or '\u02BC' => "'",
        '\u201C' or '\u201D' => "\"",
        '\u00AA' => "a",
        '\u00BA' => "o",
        '\u212A' => "K",
        '\u212B' => "A",
        '\u2260' => "=",
        '\u226E' => "<",
        '\u226F' => ">",
        '\u1FEF' => "`",
        '\u037E' => ";",
        _ => CharUnicodeInfo.GetUnicodeCategory(letter) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.Format => "",
            UnicodeCategory.DashPunctuation => "-",
            _ => " ",
        },
    };

    private static string Of(char plain, char letter) => plain == '+' ? Several(letter) : plain.ToString();

    private static string Several(char letter) => letter switch
    {
        'Æ' or 'Ǽ' or 'Ǣ' => "AE",
        'æ' or 'ǽ' or 'ǣ' => "ae",
        'Œ' => "OE",
        'œ' => "oe",
        'ß' => "ss",
        'ẞ' => "SS",
        'Þ' => "TH",
        'þ' => "th",
        'Ĳ' => "IJ",
        'ĳ' => "ij",
        'ŉ' => "'n",
        'Ǆ' or 'Ǳ' => "DZ",
        'ǅ' or 'ǲ' => "Dz",
        'ǆ' or 'ǳ' => "dz",
        'Ǉ' => "LJ",
        'ǈ' => "Lj",
        'ǉ' => "lj",
        'Ǌ' => "NJ",
        'ǋ' => "Nj",
        'ǌ' => "nj",
        _ => " ",
    };
}
