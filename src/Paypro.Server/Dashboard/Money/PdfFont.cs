using System.Runtime.InteropServices;
using HarfBuzzSharp;
using UglyToad.PdfPig.Fonts.TrueType;
using UglyToad.PdfPig.Fonts.TrueType.Parser;

namespace Paypro.Server.Dashboard.Money;

/// <summary>Characters of a font at a place from the part's begin on its base line.</summary>
/// <param name="X">To the right, as a share of the size.</param>
/// <param name="Y">Upwards, as a share of the size.</param>
internal readonly record struct SetPiece(string Text, double X, double Y);

/// <summary>A part of a line as it is set.</summary>
/// <param name="Width">As a share of the size.</param>
internal sealed record SetText(IReadOnlyList<SetPiece> Pieces, double Width);

/// <summary>A font of the program (eng/statement-fonts makes them).</summary>
internal abstract class PdfFont
{
    private readonly TrueTypeFont _font;

    protected PdfFont(string name)
    {
        using var stream = typeof(PdfFont).Assembly.GetManifestResourceStream($"statement/{name}.ttf") ?? throw new InvalidOperationException(name);
        Content = GC.AllocateUninitializedArray<byte>((int)stream.Length, pinned: true);
        stream.ReadExactly(Content);
        _font = TrueTypeFontParser.Parse(new TrueTypeDataBytes(Content));
    }

    /// <summary>Never moved: HarfBuzz reads it where it lies.</summary>
    public byte[] Content { get; }

    protected int UnitsPerEm => _font.GetUnitsPerEm();

    public virtual bool Has(char letter) => _font.TableRegister.CMapTable!.TryGetGlyphIndex(letter, out var glyph) && glyph > 0;

    /// <summary>Sets letters that the font has all.</summary>
    public abstract SetText Set(string text, bool isRightToLeft);

    protected double WidthOf(char letter) => _font.TryGetAdvanceWidth(letter, out var units) ? units / UnitsPerEm : 0;
}

/// <summary>A font whose letters stand one after the other.</summary>
internal sealed class PlainFont(string name) : PdfFont(name)
{
    /// <summary>From the right to the left these are only what stands between letters of another font: a blank, a bracket.</summary>
    public override SetText Set(string text, bool isRightToLeft)
    {
        var letters = isRightToLeft ? string.Concat(text.Reverse().Select(ReadingOrder.Mirrored)) : text;
        return new([new(letters, 0, 0)], letters.Sum(WidthOf));
    }
}

/// <summary>
/// A font whose letters join, change their form and their places, as HarfBuzz says. A writer of PDF takes characters, so eng/statement-fonts gives each glyph a character
/// of the private area, U+E000 and its number. Where the system has no HarfBuzz the font has no letters.
/// </summary>
internal sealed class JoinedFont(string name) : PdfFont(name)
{
    private const char FirstGlyph = '\uE000';

    private static readonly Lazy<bool> IsThere = new(() =>
    {
        try
        {
            using var buffer = new HarfBuzzSharp.Buffer();
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or TypeInitializationException)
        {
            return false;
        }
    });

    private Font? _shaper;

    /// <summary>Used by many at once: HarfBuzz only reads it.</summary>
    private Font Shaper => LazyInitializer.EnsureInitialized(ref _shaper, () =>
    {
        // Not Blob.FromStream: it lets go of the memory that HarfBuzz goes on to read (github.com/mono/SkiaSharp/issues/3472).
        using var blob = new Blob(Marshal.UnsafeAddrOfPinnedArrayElement(Content, 0), Content.Length, MemoryMode.ReadOnly);
        using var face = new Face(blob, 0);
        var font = new Font(face);
        font.SetFunctionsOpenType();
        return font;
    });

    public override bool Has(char letter) => letter is > ' ' and < FirstGlyph && base.Has(letter) && IsThere.Value;

    public override SetText Set(string text, bool isRightToLeft)
    {
        using var buffer = new HarfBuzzSharp.Buffer();
        buffer.AddUtf16(text);
        buffer.GuessSegmentProperties();
        buffer.Direction = isRightToLeft ? Direction.RightToLeft : Direction.LeftToRight;
        Shaper.Shape(buffer);
        var (glyphs, places) = (buffer.GlyphInfos, buffer.GlyphPositions);
        var pieces = new List<SetPiece>(glyphs.Length);
        double x = 0, y = 0;
        for (var i = 0; i < glyphs.Length; i++)
        {
            pieces.Add(new(((char)(FirstGlyph + glyphs[i].Codepoint)).ToString(), (x + places[i].XOffset) / UnitsPerEm, (y + places[i].YOffset) / UnitsPerEm));
            (x, y) = (x + places[i].XAdvance, y + places[i].YAdvance);
        }

        return new(pieces, x / UnitsPerEm);
    }
}
