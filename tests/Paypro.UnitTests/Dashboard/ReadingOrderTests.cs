using CsCheck;
using Paypro.Server.Dashboard.Money;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Writer;

namespace Paypro.UnitTests.Dashboard;

/// <summary>Names in the scripts of our countries on paper.</summary>
public sealed class ReadingOrderTests
{
    [Theory]
    [InlineData("Cafe 24", "Cafe 24")]
    [InlineData("اب", "با")]
    [InlineData("Cafe اب 24", "Cafe 24 با")]
    [InlineData("Shop 24 اب", "Shop 24 با")]
    [InlineData("اب 24 تث", "ثت 24 با")]
    [InlineData("اب Cafe Two", "Cafe Two با")]
    [InlineData("اب Cafe 24!", "!Cafe 24 با")]
    [InlineData("(اب) ث", "ث (با)")]
    [InlineData("اب 1,234.50", "1,234.50 با")]
    [InlineData("اب ٢٤", "٢٤ با")]
    [InlineData("A اب ت B", "A ت با B")]
    public void ALineStandsAsItIsRead(string said, string onPaper) => Assert.Equal(onPaper, OnPaper(said));

    [Fact]
    public void NoLetterIsLostOrTwiceThere() =>
        Gen.String[Gen.Char["aB 4.,(ابت٢কি가"], 0, 20].Sample(text =>
            Assert.Equal(text.Order(), ReadingOrder.Of(text, (_, _) => true).SelectMany(p => text[p.Begin..p.End]).Order()));

    [Theory]
    [InlineData("দোকান ঘর", 2)]
    [InlineData("किराना दुकान", 2)]
    [InlineData("متجر النيل 24", 2)]
    [InlineData("دکان پاکستان", 2)]
    public void ANameIsSetWithItsLettersJoinedAndCanBeCopied(string name, int words)
    {
        Assert.Equal(name, PdfSheet.Writable(name));
        var page = Read(name);
        var said = page.GetMarkedContents().Select(c => c.ActualText).ToList();
        Assert.Equal(name.Split(' ').Where(w => w[0] > 'z').Order(StringComparer.Ordinal), said.Order(StringComparer.Ordinal));
        Assert.Equal(words, said.Count);

        // Every glyph has a form, and stands in the line.
        Assert.All(page.Letters.Where(l => l.Value != " "), l => Assert.InRange(l.StartBaseLine.X, 39, 200));
        Assert.DoesNotContain(page.Letters, l => l.Value is "\uE000");
    }

    /// <summary>The sign of the vowel i stands before its letter in Bengali; in Arabic the first letter stands at the right.</summary>
    [Fact]
    public void LettersChangePlaces()
    {
        var sign = Glyphs("কি");
        Assert.Equal(2, sign.Count);
        Assert.Equal(Glyphs("ক")[0], sign[1]);
        var beh = Glyphs("با");
        Assert.NotEqual(Glyphs("ب")[0], beh[^1]);
        Assert.Equal(Glyphs("بب").Count, Glyphs("بب").Distinct().Count());
    }

    /// <summary>HarfBuzz reads a font for as long as the program runs: its memory is neither collected nor moved.</summary>
    [Fact]
    public void AFontStaysWhereItIs()
    {
        const string Name = "किराना दुकान";
        var font = new JoinedFont("devanagari");
        var first = font.Set("कि", isRightToLeft: false);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        var others = Enumerable.Range(0, 64).Select(_ => Enumerable.Repeat(byte.MaxValue, font.Content.Length / 2).ToArray()).ToList();

        Assert.Equal(first.Pieces, font.Set("कि", isRightToLeft: false).Pieces);
        Assert.Equal(new JoinedFont("devanagari").Set(Name, isRightToLeft: false).Pieces, font.Set(Name, isRightToLeft: false).Pieces);
        GC.KeepAlive(others);
    }

    [Fact]
    public void WhatIsTooWideIsCutBetweenLetters()
    {
        var page = Read("দোকান ঘর দোকান ঘর দোকান ঘর দোকান ঘর", 60);
        Assert.Contains("…", string.Concat(page.Letters.Select(l => l.Value)), StringComparison.Ordinal);
        Assert.All(page.Letters, l => Assert.InRange(l.EndBaseLine.X, 39, 101));
    }

    [Fact]
    public void WhatNoFontHasIsLeftOut()
    {
        Assert.Equal("Shop", PdfSheet.Writable("ร้าน Shop\u200D"));
        Assert.Equal("", PdfSheet.Writable("🏪"));
        Assert.Equal("가게", PdfSheet.Writable("가게"));
    }

    private static string OnPaper(string said) =>
        string.Concat(ReadingOrder.Of(said, (_, _) => true).Select(p => p.IsRightToLeft ? string.Concat(said[p.Begin..p.End].Reverse().Select(ReadingOrder.Mirrored)) : said[p.Begin..p.End]));

    private static List<string> Glyphs(string text) => [.. Read(text).Letters.OrderBy(l => l.StartBaseLine.X).Select(l => l.Value)];

    private static Page Read(string text, double width = double.MaxValue)
    {
        using var document = new PdfDocumentBuilder();
        new PdfSheet(document).Write(document.AddPage(PageSize.A4), text, 11, 40, 700, width);
        return PdfDocument.Open(document.Build()).GetPage(1);
    }
}
