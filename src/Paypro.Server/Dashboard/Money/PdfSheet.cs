using System.Globalization;
using System.Text;
using Paypro.Protocol.Qr;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Graphics.Operations.MarkedContent;
using UglyToad.PdfPig.Tokens;
using UglyToad.PdfPig.Writer;

namespace Paypro.Server.Dashboard.Money;

/// <summary>
/// Text on pages of PDF, in fonts that stand in the file: Latin letters with all their accents (Vietnamese too), the Chinese characters of our own texts, Korean syllables, and Bengali,
/// Devanagari and Arabic, whose letters join and change places. A letter that none of them has is written in ASCII where it can be, and left out where not.
/// </summary>
internal sealed class PdfSheet(PdfDocumentBuilder document)
{
    private static readonly PlainFont Latin = new("latin"), LatinBold = new("latin-bold"), East = new("east"), Korean = new("korean");

    /// <summary>The first that has a letter sets it.</summary>
    private static readonly PdfFont[] Fonts = [Latin, East, Korean, new JoinedFont("bengali"), new JoinedFont("devanagari"), new JoinedFont("arabic")];

    private const char Joiner = '\u200D', NonJoiner = '\u200C';

    /// <summary>A font is in the file once it is needed.</summary>
    private readonly Dictionary<PdfFont, PdfDocumentBuilder.AddedFont> _added = [];

    /// <summary>Writes from a place to the right, at most so wide; what does not fit is cut with an ellipsis.</summary>
    public void Write(PdfPageBuilder page, string text, double size, double x, double y, double width = double.MaxValue, bool isBold = false)
    {
        var parts = Parts(Writable(text), isBold);
        if (parts.Sum(p => p.Set.Width) * size > width)
        {
            parts = Parts(Cut(Writable(text), size, width, isBold), isBold);
        }

        foreach (var (font, part, set) in parts)
        {
            // Glyphs of joined letters are no characters, so what a reader copies or hears is said beside them.
            var isJoined = font is JoinedFont;
            if (isJoined)
            {
                var properties = new DictionaryToken(new Dictionary<NameToken, IToken> { [NameToken.ActualText] = new HexToken(Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes("\uFEFF" + part))) });
                page.CurrentStream.Operations.Add(new BeginMarkedContentWithProperties(NameToken.Create("Span"), properties));
            }

            foreach (var glyphs in set.Pieces)
            {
                page.AddText(glyphs.Text, size, new PdfPoint(x + glyphs.X * size, y + glyphs.Y * size), Added(font));
            }

            if (isJoined)
            {
                page.CurrentStream.Operations.Add(EndMarkedContent.Value);
            }

            x += set.Width * size;
        }
    }

    /// <summary>Writes so that it ends at a place.</summary>
    public void WriteTo(PdfPageBuilder page, string text, double size, double right, double y, bool isBold = false) => Write(page, text, size, right - WidthOf(text, size, isBold), y, isBold: isBold);

    /// <summary>A text as it can be written; empty where nothing of it can.</summary>
    public static string Writable(string text)
    {
        var written = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (letter is Joiner or NonJoiner)
            {
                written.Append(written.Length > 0 && FontOf(written[^1]) is JoinedFont ? letter : null);
            }
            else
            {
                written.Append(FontOf(letter) is not null ? letter.ToString() : EmvMerchant.ToAscii(letter.ToString(), 4));
            }
        }

        return written.ToString().Trim();
    }

    private PdfDocumentBuilder.AddedFont Added(PdfFont font)
    {
        if (!_added.TryGetValue(font, out var added))
        {
            _added.Add(font, added = document.AddTrueTypeFont(font.Content));
        }

        return added;
    }

    private static double WidthOf(string text, double size, bool isBold) => Parts(Writable(text), isBold).Sum(p => p.Set.Width) * size;

    private static string Cut(string text, double size, double width, bool isBold)
    {
        // Between what a reader takes for letters: a vowel's mark is not parted from its letter.
        var begins = StringInfo.ParseCombiningCharacters(text);
        var kept = begins.Length - 1;
        while (kept > 1 && WidthOf(text[..begins[kept]] + "…", size, isBold) > width)
        {
            kept--;
        }

        return text[..(kept > 0 ? begins[kept] : text.Length)] + "…";
    }

    /// <summary>Parts of one font, from the left to the right of the paper.</summary>
    private static List<(PdfFont Font, string Text, SetText Set)> Parts(string text, bool isBold)
    {
        var fonts = new PdfFont[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            fonts[i] = text[i] is Joiner or NonJoiner ? fonts[i - 1] : FontOf(text[i])!;
        }

        return
        [
            .. ReadingOrder.Of(text, (a, b) => fonts[a] == fonts[b]).Select(part =>
            {
                var font = fonts[part.Begin] == Latin && isBold ? LatinBold : fonts[part.Begin];
                var letters = text[part.Begin..part.End];
                return (font, letters, font.Set(letters, part.IsRightToLeft));
            }),
        ];
    }

    private static PdfFont? FontOf(char letter) => Array.Find(Fonts, f => f.Has(letter));
}
