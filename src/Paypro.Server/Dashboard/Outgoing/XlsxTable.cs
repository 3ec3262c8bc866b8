using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>Reads the first sheet of a workbook: texts and numbers, nothing else. It is bounded in rows, columns and unpacked bytes, and follows nothing outside the file.</summary>
internal static class XlsxTable
{
    /// <summary>Unpacked bytes of one part.</summary>
    private const long MostBytes = 64L * 1024 * 1024;
    private const int MostColumns = 100, MostTexts = 400_000;

    /// <summary>The greatest number of a row that a spreadsheet knows.</summary>
    private const int MostRows = 1_048_576;
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <param name="content">The file.</param>
    /// <param name="mostRows">So many rows at most, with the head; one more tells that there are more.</param>
    /// <returns>Null when it is no workbook that can be read.</returns>
    public static IReadOnlyList<TableLine>? Read(byte[] content, int mostRows)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(content), ZipArchiveMode.Read);
            return FirstSheetOf(zip) is { } sheet ? Rows(zip, sheet, Texts(zip), mostRows) : null;
        }
        catch (Exception error) when (error is InvalidDataException or XmlException or IOException or NotSupportedException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static string? FirstSheetOf(ZipArchive zip)
    {
        string? id = null;
        using (var book = Open(zip, "xl/workbook.xml"))
        {
            while (id is null && book?.Read() == true)
            {
                id = book.LocalName == "sheet" && book.NodeType == XmlNodeType.Element ? book.GetAttribute("id", Relations) : null;
            }
        }

        using var links = Open(zip, "xl/_rels/workbook.xml.rels");
        while (links?.Read() == true)
        {
            if (links.LocalName == "Relationship" && links.GetAttribute("Id") == id && links.GetAttribute("Target") is { } target)
            {
                return target.StartsWith('/') ? target[1..] : $"xl/{target}";
            }
        }

        return null;
    }

    private static List<string> Texts(ZipArchive zip)
    {
        var texts = new List<string>();
        using var reader = Open(zip, "xl/sharedStrings.xml");
        while (reader?.Read() == true)
        {
            if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "si")
            {
                texts.Add(texts.Count < MostTexts ? TextOf(reader) : throw new InvalidDataException());
            }
        }

        return texts;
    }

    private static List<TableLine> Rows(ZipArchive zip, string sheet, List<string> texts, int mostRows)
    {
        var rows = new List<TableLine>();
        using var reader = Open(zip, sheet) ?? throw new InvalidDataException();
        var (cells, no) = (new List<TableCell>(), 0);
        while (reader.Read() && rows.Count < mostRows)
        {
            if (reader is { NodeType: XmlNodeType.Element, LocalName: "row" })
            {
                cells = [];

                // Numbers of rows rise; what does not is counted on.
                no = int.TryParse(reader.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var said) && said > no && said <= MostRows ? said : no + 1;
                if (reader.IsEmptyElement)
                {
                    continue;
                }
            }
            else if (reader is { NodeType: XmlNodeType.Element, LocalName: "c" })
            {
                var column = ColumnOf(reader.GetAttribute("r")) ?? cells.Count;
                if (column >= MostColumns)
                {
                    throw new InvalidDataException();
                }

                while (cells.Count < column)
                {
                    cells.Add(TableCell.Empty);
                }

                cells.Add(CellOf(reader, texts));
            }
            else if (reader is { NodeType: XmlNodeType.EndElement, LocalName: "row" } && cells.Exists(c => c.Text.Length > 0))
            {
                rows.Add(new TableLine(no, cells));
            }
        }

        return rows;
    }

    private static TableCell CellOf(XmlReader reader, List<string> texts)
    {
        var kind = reader.GetAttribute("t") ?? "n";
        if (reader.IsEmptyElement)
        {
            return TableCell.Empty;
        }

        var text = "";
        using (var inner = reader.ReadSubtree())
        {
            inner.Read();
            while (inner.Read())
            {
                if (inner is { NodeType: XmlNodeType.Element, LocalName: "v" })
                {
                    text = inner.ReadString();
                }
                else if (inner is { NodeType: XmlNodeType.Element, LocalName: "is" })
                {
                    text = TextOf(inner);
                }
            }
        }

        return kind switch
        {
            "s" => new TableCell(int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) is var at && at < texts.Count ? texts[at] : throw new InvalidDataException(), IsNumber: false),
            "n" => new TableCell(text, IsNumber: text.Length > 0),
            _ => new TableCell(text, IsNumber: false),
        };
    }

    /// <summary>The text of an element, of all its runs; how a text is read aloud is left out.</summary>
    private static string TextOf(XmlReader reader)
    {
        if (reader.IsEmptyElement)
        {
            return "";
        }

        var text = new StringBuilder();
        using var inner = reader.ReadSubtree();
        inner.Read();
        while (inner.Read())
        {
            if (inner is { NodeType: XmlNodeType.Element, LocalName: "rPh" })
            {
                inner.Skip();
            }

            if (inner is { NodeType: XmlNodeType.Element, LocalName: "t" })
            {
                text.Append(inner.ReadString());
            }
        }

        return text.ToString();
    }

    /// <summary>From 0: <c>C7</c> is 2.</summary>
    private static int? ColumnOf(string? reference)
    {
        var column = 0;
        foreach (var letter in (reference ?? "").TakeWhile(char.IsAsciiLetterUpper).Take(3))
        {
            column = (column * 26) + letter - 'A' + 1;
        }

        return column == 0 ? null : column - 1;
    }

    private static XmlReader? Open(ZipArchive zip, string part) => zip.GetEntry(part) is not { } entry ? null
        : entry.Length > MostBytes ? throw new InvalidDataException()
        : XmlReader.Create(entry.Open(), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = MostBytes, CloseInput = true, IgnoreWhitespace = false });
}
