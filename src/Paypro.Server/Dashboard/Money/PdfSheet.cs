using System.Text;
using Paypro.Protocol.Qr;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.TrueType;
using UglyToad.PdfPig.Fonts.TrueType.Parser;
using UglyToad.PdfPig.Writer;

namespace Paypro.Server.Dashboard.Money;

/// <summary>
/// Text on pages of PDF, in fonts that stand in the file: Latin letters with all their accents (Vietnamese too), and the Chinese characters of our own texts. A letter that none of
/// them has is written in ASCII where it can be, and left out where not: names in scripts whose letters join or change places cannot be set by this writer.
/// </summary>
internal sealed class PdfSheet
{
    private static readonly PdfFont Latin = PdfFont.Load("latin"), LatinBold = PdfFont.Load("latin-bold"), East = PdfFont.Load("east");

    private readonly PdfDocumentBuilder.AddedFont _latin, _bold, _east;

    public PdfSheet(PdfDocumentBuilder document) =>
        (_latin, _bold, _east) = (document.AddTrueTypeFont(Latin.Content), document.AddTrueTypeFont(LatinBold.Content), document.AddTrueTypeFont(East.Content));

    /// <summary>Writes from a place to the right, at most so wide; what does not fit is cut with an ellipsis.</summary>
    public void Write(PdfPageBuilder page, string text, double size, double x, double y, double width = double.MaxValue, bool isBold = false)
    {
        var runs = Runs(Writable(text), isBold);
        if (runs.Sum(r => r.Font.WidthOf(r.Text, size)) > width)
        {
            runs = Runs(Cut(Writable(text), size, width, isBold), isBold);
        }

        foreach (var (font, part) in runs)
        {
            page.AddText(part, size, new PdfPoint(x, y), font == Latin ? _latin : font == LatinBold ? _bold : _east);
            x += font.WidthOf(part, size);
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
            written.Append(Latin.Has(letter) || East.Has(letter) ? letter.ToString() : EmvMerchant.ToAscii(letter.ToString(), 4));
        }

        return written.ToString().Trim();
    }

    private static double WidthOf(string text, double size, bool isBold) => Runs(Writable(text), isBold).Sum(r => r.Font.WidthOf(r.Text, size));

    private static string Cut(string text, double size, double width, bool isBold)
    {
        var length = text.Length;
        while (length > 1 && WidthOf(text[..length] + "…", size, isBold) > width)
        {
            length--;
        }

        return text[..length] + "…";
    }

    /// <summary>Parts of a text that are of one font.</summary>
    private static List<(PdfFont Font, string Text)> Runs(string text, bool isBold)
    {
        var runs = new List<(PdfFont Font, string Text)>();
        var begin = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || Latin.Has(text[i]) != Latin.Has(text[begin]))
            {
                runs.Add((Latin.Has(text[begin]) ? isBold ? LatinBold : Latin : East, text[begin..i]));
                begin = i;
            }
        }

        return runs;
    }

    /// <summary>A font of the program (eng/statement-fonts makes them).</summary>
    private sealed class PdfFont(byte[] content)
    {
        private readonly TrueTypeFont _font = TrueTypeFontParser.Parse(new TrueTypeDataBytes(content));

        public byte[] Content => content;

        public static PdfFont Load(string name)
        {
            using var stream = typeof(PdfSheet).Assembly.GetManifestResourceStream($"statement/{name}.ttf") ?? throw new InvalidOperationException(name);
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            return new PdfFont(content);
        }

        public bool Has(char letter) => _font.TableRegister.CMapTable!.TryGetGlyphIndex(letter, out var glyph) && glyph > 0;

        public double WidthOf(string text, double size)
        {
            var width = 0.0;
            foreach (var letter in text)
            {
                width += _font.TryGetAdvanceWidth(letter, out var units) ? units * size / _font.GetUnitsPerEm() : 0;
            }

            return width;
        }
    }
}
