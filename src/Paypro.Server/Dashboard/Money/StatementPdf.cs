using System.Globalization;
using Paypro.Protocol;
using Paypro.Server.Books;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Platform;
using Paypro.Server.Screens;
using Paypro.Server.Screens.Lists;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Writer;

namespace Paypro.Server.Dashboard.Money;

/// <summary>What a statement on paper says.</summary>
/// <param name="Merchant">Whose.</param>
/// <param name="Account">In English words.</param>
/// <param name="Only">The kind of entries that it is of, in English words; empty for all.</param>
/// <param name="OpeningMinor">Before its first day.</param>
/// <param name="ClosingMinor">After its last day.</param>
/// <param name="Lines">The oldest first.</param>
internal sealed record StatementPaper(OwnMerchant Merchant, string Account, string Only, DateOnly First, DateOnly Last, long OpeningMinor, long ClosingMinor, IReadOnlyList<StatementLine> Lines);

/// <summary>
/// Sets a statement on pages of A4, the oldest entry first, as banks do: the balances stand at its head and its foot. Lengths are points of 1/72 inch, from the page's lower left corner.
/// </summary>
internal static class StatementPdf
{
    /// <summary>Entries of one statement: some hundred pages. Longer ones are for CSV and Excel.</summary>
    public const int MostLines = 5_000;

    private const double Left = 40, Right = 555, Top = 790, Bottom = 60, LineHeight = 13, Small = 7.5;

    /// <summary>Where each column begins, or ends where it holds amounts.</summary>
    private const double Booked = Left, Value = 128, Why = 184, Order = 292, AmountEnd = 470, BalanceEnd = Right;

    private const double HeadHeight = 128;

    public static byte[] Write(StatementPaper paper, ScreenTexts texts, TimeZoneInfo zone, long nowMs)
    {
        using var document = new PdfDocumentBuilder();
        document.DocumentInformation.Title = $"{texts["Statement"]} {paper.Merchant.No}";
        document.DocumentInformation.Producer = "Paypro";
        var sheet = new PdfSheet(document);
        var currency = paper.Merchant.Country.Currency;
        var (onFirst, onOthers) = (Room(Top - HeadHeight), Room(Top));
        var pages = 1 + Math.Max(0, (paper.Lines.Count - onFirst + onOthers - 1) / onOthers);
        var next = 0;
        for (var no = 1; no <= pages; no++)
        {
            var page = document.AddPage(PageSize.A4);
            var y = no == 1 ? Head(sheet, page, paper, texts, zone, currency) : Top;
            y = ColumnNames(sheet, page, texts, y);
            for (var end = Math.Min(paper.Lines.Count, next + (no == 1 ? onFirst : onOthers)); next < end; next++)
            {
                y -= LineHeight;
                Line(sheet, page, paper.Lines[next], texts, zone, currency, y);
            }

            if (no == pages)
            {
                y -= LineHeight / 2;
                page.DrawLine(new PdfPoint(Left, y), new PdfPoint(Right, y), 0.5);
                y -= LineHeight;
                sheet.Write(page, texts["Closing balance"], 9, Left, y, isBold: true);
                sheet.WriteTo(page, texts.Amount(paper.ClosingMinor, currency), 9, Right, y, isBold: true);
            }

            sheet.Write(page, texts["Made on {0}. It shows what was booked until then.", Days.Moment(nowMs, zone)], Small, Left, 36);
            sheet.WriteTo(page, texts["Page {0} of {1}", no, pages], Small, Right, 36);
        }

        return document.Build();
    }

    /// <summary>Lines that fit below a height, with the names of the columns above them and the closing balance below.</summary>
    private static int Room(double top) => (int)((top - Bottom - 2.5 * LineHeight) / LineHeight) - 1;

    private static double Head(PdfSheet sheet, PdfPageBuilder page, StatementPaper paper, ScreenTexts texts, TimeZoneInfo zone, Currency currency)
    {
        sheet.Write(page, texts["Statement"], 18, Left, Top - 8, isBold: true);
        var name = PdfSheet.Writable(paper.Merchant.Row.Name);
        sheet.Write(page, name.Length > 0 ? name : texts["Merchant {0}", paper.Merchant.No], 11, Left, Top - 28, width: 300, isBold: true);
        (string Label, string Text)[] left =
        [
            (texts["Merchant number"], paper.Merchant.No.ToString(CultureInfo.InvariantCulture)), (texts["Account"], texts[paper.Account]),
            (texts["Days"], $"{Days.Text(paper.First)} – {Days.Text(paper.Last)}"), (texts["Time zone"], zone == TimeZoneInfo.Utc ? "UTC" : zone.Id), (texts["Entries"], paper.Only.Length > 0 ? texts[paper.Only] : texts["All"]),
        ];
        var y = Top - 48;
        foreach (var (label, text) in left)
        {
            sheet.Write(page, label, 9, Left, y, width: 110);
            sheet.Write(page, text, 9, Left + 115, y, width: 190);
            y -= LineHeight;
        }

        y = Top - 48;
        (string Label, string Text)[] right =
        [
            (texts["Currency"], currency.Code), (texts["Opening balance"], texts.Amount(paper.OpeningMinor, currency)), (texts["Moved"], texts.Amount(paper.ClosingMinor - paper.OpeningMinor, currency)),
            (texts["Closing balance"], texts.Amount(paper.ClosingMinor, currency)),
        ];
        foreach (var (label, text) in right)
        {
            sheet.Write(page, label, 9, 355, y, width: 95);
            sheet.WriteTo(page, text, 9, Right, y, isBold: true);
            y -= LineHeight;
        }

        return Top - HeadHeight;
    }

    private static double ColumnNames(PdfSheet sheet, PdfPageBuilder page, ScreenTexts texts, double y)
    {
        sheet.Write(page, texts["Booked"], Small, Booked, y, Value - Booked - 4, isBold: true);
        sheet.Write(page, texts["Value date"], Small, Value, y, Why - Value - 4, isBold: true);
        sheet.Write(page, texts["Why"], Small, Why, y, Order - Why - 4, isBold: true);
        sheet.Write(page, texts["Order"], Small, Order, y, isBold: true);
        sheet.WriteTo(page, texts["Amount"], Small, AmountEnd, y, isBold: true);
        sheet.WriteTo(page, texts["Balance after"], Small, BalanceEnd, y, isBold: true);
        page.DrawLine(new PdfPoint(Left, y - 4), new PdfPoint(Right, y - 4), 0.5);
        return y - 4;
    }

    private static void Line(PdfSheet sheet, PdfPageBuilder page, StatementLine line, ScreenTexts texts, TimeZoneInfo zone, Currency currency, double y)
    {
        var booked = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(line.Entry.BookedAtMs), zone);
        sheet.Write(page, booked.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), Small, Booked, y);
        sheet.Write(page, Clock.Text(line.Entry.ValueDate), Small, Value, y);
        sheet.Write(page, texts[PaymentWords.Of(line.Transfer.Type)], Small, Why, y, Order - Why - 4);
        sheet.Write(page, line.OrderNumber, Small, Order, y);
        sheet.WriteTo(page, texts.Amount(line.Entry.AmountMinor, currency), Small, AmountEnd, y);
        sheet.WriteTo(page, texts.Amount(line.BalanceMinor, currency), Small, BalanceEnd, y);
    }
}
