using System.Text.RegularExpressions;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>A row of a file as it was read.</summary>
/// <param name="Line">As a spreadsheet counts it.</param>
/// <param name="Typed">By the field's name.</param>
/// <param name="Fields">As they are understood; null when something is wrong.</param>
/// <param name="Fault">What is wrong; it begins with the field's name. Empty when nothing is.</param>
internal sealed record PayoutLine(int Line, IReadOnlyDictionary<string, string> Typed, RequestFields? Fields, string Fault);

/// <summary>
/// Reads a file of payouts: a head with the names of the country's fields, then a payout in each row. What a spreadsheet does to numbers is a fault of the row, named:
/// nobody can tell afterwards what stood there.
/// </summary>
internal sealed partial class PayoutFileReader(PayoutScreen single)
{
    public const int MostLines = 10_000;
    public const long MostBytes = 8 * 1024 * 1024;

    private static readonly FieldRole[] Texts = [FieldRole.Account, FieldRole.Identity, FieldRole.Mobile, FieldRole.Bank];

    /// <summary>Reads all rows.</summary>
    /// <param name="snapshot">The configuration.</param>
    /// <param name="merchant">Who pays.</param>
    /// <param name="content">The file.</param>
    /// <param name="point">The decimal separator that was declared, a point or a comma.</param>
    /// <param name="problem">What is wrong with the file as a whole; null when its rows could be read.</param>
    public IReadOnlyList<PayoutLine> Read(Snapshot snapshot, Merchant merchant, byte[] content, char point, out string? problem)
    {
        var isBook = content.AsSpan().StartsWith("PK"u8);
        var table = isBook ? XlsxTable.Read(content, MostLines + 2) : CsvTable.Read(content, MostLines + 2);
        var fields = PayoutScreen.FieldsOf(merchant.Country);
        var head = table is { Count: > 0 } ? table[0] : null;
        var columns = head?.Cells.Select((_, i) => (Column: i, Field: fields.FirstOrDefault(f => f.Name.Equals(head![i].Text, StringComparison.OrdinalIgnoreCase)), head![i].Text)).Where(c => c.Text.Length > 0).ToList() ?? [];
        var number = fields.First(f => f.Role == FieldRole.TradeNo).Name;
        problem = table is null ? (isBook ? "The workbook cannot be read. Save it again, or save the sheet as CSV." : "The file cannot be read. Save it as CSV in UTF-8, or as a workbook.")
            : table.Count < 2 ? "The file has no rows below its head."
            : table.Count > MostLines + 1 ? $"The file has more than {MostLines} rows. Divide it."
            : columns.Where(c => c.Field is null).Select(c => OutsideText.Line(c.Text, 40)).FirstOrDefault() is { } unknown ? $"The head names a column that is none of this country: {unknown}"
            : columns.Select(c => c.Field!.Name).GroupBy(n => n).FirstOrDefault(g => g.Count() > 1)?.Key is { } twice ? $"The head names a column twice: {twice}"
            : columns.TrueForAll(c => c.Field!.Name != number) ? $"The head lacks the column {number}: each row needs a number of its own."
            : null;
        if (problem is not null)
        {
            return [];
        }

        var (lines, seen) = (new List<PayoutLine>(table!.Count - 1), new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var row in table.Skip(1))
        {
            var typed = columns.Where(c => row[c.Column].Text.Length > 0).ToDictionary(c => c.Field!.Name, c => row[c.Column].Text, StringComparer.Ordinal);
            var fault = columns.Select(c => FaultOf(c.Field!, row[c.Column], point)).FirstOrDefault(f => f is not null);
            RequestFields? read = null;
            if (fault is null)
            {
                read = Read(snapshot, merchant, fields, typed, point, out fault);
            }

            if (read is not null && !seen.TryAdd(read.TradeNo, row.No))
            {
                fault = $"{number}: stands in row {seen[read.TradeNo]} already";
                read = null;
            }

            lines.Add(new PayoutLine(row.No, typed, read, fault ?? ""));
        }

        return lines;
    }

    /// <summary>Reads one row's members by the rules of the country.</summary>
    public RequestFields? Read(Snapshot snapshot, Merchant merchant, IReadOnlyList<Field> fields, IReadOnlyDictionary<string, string> typed, char point, out string? fault)
    {
        var plain = typed.ToDictionary(t => t.Key, t => t.Value, StringComparer.Ordinal);
        foreach (var amount in fields.Where(f => f.Role == FieldRole.Amount))
        {
            if (point == ',' && plain.TryGetValue(amount.Name, out var text))
            {
                plain[amount.Name] = text.Replace(',', '.');
            }
        }

        // A row without a number is no payout: the screen would give it one.
        var read = single.Read(snapshot, merchant, plain, out fault);
        var wrong = fault;
        if (read is null && wrong is not null && fields.FirstOrDefault(f => Texts.Contains(f.Role) && wrong.StartsWith($"{f.Name}: ", StringComparison.Ordinal)) is { } field
            && plain.GetValueOrDefault(field.Name) is { Length: > 0 } digits && digits.All(char.IsAsciiDigit))
        {
            for (var zeros = 1; zeros <= 3; zeros++)
            {
                plain[field.Name] = new string('0', zeros) + digits;
                if (single.Read(snapshot, merchant, plain, out _) is not null)
                {
                    fault = $"{field.Name}: has lost leading zeros; format the column as text";
                    break;
                }
            }
        }

        return read;
    }

    /// <summary>What a spreadsheet has done to a cell; null for nothing.</summary>
    private static string? FaultOf(Field field, TableCell cell, char point)
    {
        if (Powers().IsMatch(cell.Text))
        {
            return $"{field.Name}: is a number that a spreadsheet has rounded, such as 6.46E+17; format the column as text";
        }

        if (cell.IsNumber && Texts.Contains(field.Role))
        {
            return $"{field.Name}: is stored as a number, so that leading zeros may be lost; format the column as text";
        }

        // A workbook's numbers have a point, whatever its reader's language shows.
        var name = point == '.' ? "point" : "comma";
        return field.Role != FieldRole.Amount || cell.Text.Length == 0 || cell.IsNumber ? null
            : cell.Text.All(c => char.IsAsciiDigit(c) || c == point) && cell.Text.Count(c => c == point) <= 1 ? null
            : $"{field.Name}: must be digits with at most one {name}, the separator that was declared, and nothing between thousands";
    }

    [GeneratedRegex("^[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Powers();
}
