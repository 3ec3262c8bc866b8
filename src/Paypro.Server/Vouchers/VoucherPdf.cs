using Paypro.Protocol.Qr;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Paypro.Server.Vouchers;

/// <summary>
/// Sets a voucher on one page of A4. Lengths are points of 1/72 inch, from the page's lower left corner. The fonts are of the fourteen
/// that every reader has, so nothing is embedded; they know Latin letters without accents.
/// </summary>
internal static class VoucherPdf
{
    private const double Left = 56, Right = 539, Top = 770, ValueLeft = 220;
    private const double LineHeight = 15, Gap = 9;

    /// <summary>A voucher's longest text, a merchant's order number, fits in four lines.</summary>
    private const int LongestText = 200;

    public static byte[] Write(Voucher voucher)
    {
        using var document = new PdfDocumentBuilder();
        document.DocumentInformation.Title = voucher.Title;
        document.DocumentInformation.Producer = "Paypro";
        var plain = document.AddStandard14Font(Standard14Font.Helvetica);
        var bold = document.AddStandard14Font(Standard14Font.HelveticaBold);
        var page = document.AddPage(PageSize.A4);

        page.AddText(voucher.Title, 20, new PdfPoint(Left, Top), bold);
        page.AddText(voucher.Amount, 16, new PdfPoint(Left, Top - 30), bold);
        var y = Top - 50;
        foreach (var line in voucher.Lines)
        {
            page.DrawLine(new PdfPoint(Left, y), new PdfPoint(Right, y), 0.5);
            y -= LineHeight + 1;
            page.AddText(line.Label, 10, new PdfPoint(Left, y), plain);
            y = AddWrapped(page, line.Text, 11, ValueLeft, y, plain) - Gap + 1;
        }

        page.DrawLine(new PdfPoint(Left, y), new PdfPoint(Right, y), 0.5);
        foreach (var note in voucher.Notes)
        {
            y = AddWrapped(page, note, 9, Left, y - LineHeight - Gap, plain);
        }

        return document.Build();
    }

    /// <summary>Breaks where the line is full: what is long here is a number without blanks.</summary>
    /// <returns>The height of the last line.</returns>
    private static double AddWrapped(PdfPageBuilder page, string text, double size, double x, double y, PdfDocumentBuilder.AddedFont font)
    {
        var rest = EmvMerchant.ToAscii(text, LongestText);
        while (true)
        {
            var length = rest.Length;
            while (length > 1 && WidthOf(page, rest[..length], size, font) > Right - x)
            {
                length--;
            }

            page.AddText(rest[..length], size, new PdfPoint(x, y), font);
            rest = rest[length..];
            if (rest.Length == 0)
            {
                return y;
            }

            y -= LineHeight;
        }
    }

    private static double WidthOf(PdfPageBuilder page, string text, double size, PdfDocumentBuilder.AddedFont font) =>
        page.MeasureText(text, size, new PdfPoint(0, 0), font) is { Count: > 0 } letters ? letters[^1].BoundingBox.Right : 0;
}
