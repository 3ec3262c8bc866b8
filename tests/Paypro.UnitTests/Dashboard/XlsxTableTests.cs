using System.IO.Compression;
using System.Text;
using Paypro.Server.Dashboard.Outgoing;

namespace Paypro.UnitTests.Dashboard;

/// <summary>Workbooks that no spreadsheet makes: rows are numbered so that each is met once, and what points nowhere is no workbook.</summary>
public sealed class XlsxTableTests
{
    [Fact]
    public void RowsAreNumberedRisingWhateverTheySay()
    {
        var rows = XlsxTable.Read(Book("1", "0", "0", "5", "5", "2147483647", "", "3", "-4"), 100);
        Assert.NotNull(rows);
        Assert.Equal([1, 2, 3, 5, 6, 7, 8, 9, 10], rows.Select(r => r.No));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("7")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    [InlineData("a")]
    public void ATextThatIsNotThereIsNoWorkbook(string index) => Assert.Null(XlsxTable.Read(Zip($"<row r=\"1\"><c t=\"s\"><v>{index}</v></c></row>"), 100));

    private static byte[] Book(params string[] numbers) => Zip(string.Concat(numbers.Select(n => $"<row r=\"{n}\"><c t=\"n\"><v>1</v></c></row>")));

    private static byte[] Zip(string rows)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("xl/workbook.xml", "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheet r:id=\"a\"/></workbook>");
            Add("xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"a\" Target=\"sheet.xml\"/></Relationships>");
            Add("xl/sheet.xml", $"<sheetData>{rows}</sheetData>");

            void Add(string name, string text)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return stream.ToArray();
    }
}
