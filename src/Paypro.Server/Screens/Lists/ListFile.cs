using System.Text;
using Paypro.Protocol;
using SpreadCheetah;
using SpreadCheetah.Styling;

namespace Paypro.Server.Screens.Lists;

/// <summary>Writes a list into a file, row by row, as it is shown: same columns, language and zone.</summary>
internal abstract class ListFile(ScreenTexts texts, TimeZoneInfo zone) : IAsyncDisposable
{
    /// <summary>What a sheet of Excel has room for, less a little.</summary>
    public const int MostRows = 1_000_000;

    protected ScreenTexts Texts => texts;

    public abstract string ContentType { get; }

    public abstract Task BeginAsync(ShownList list, Stream into, CancellationToken cancellation);

    public abstract Task AddAsync(ShownList list, CancellationToken cancellation);

    public abstract Task EndAsync(CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    protected string TextOf(CellKind kind, Cell cell) => kind switch
    {
        CellKind.Words => texts[cell.Text],
        CellKind.Moment => cell.Number > 0 ? Days.Moment(cell.Number, zone) : "",
        CellKind.Amount => cell.Currency is { } currency ? AmountText.Fixed(cell.Number, currency, currency.MinorDigits) : "",
        _ => cell.Text,
    };
}

/// <summary>Comma-separated values (RFC 4180) in UTF-8 with the mark that Excel looks for.</summary>
internal sealed class CsvFile(ScreenTexts texts, TimeZoneInfo zone) : ListFile(texts, zone)
{
    public const string MediaType = "text/csv; charset=utf-8";

    private Stream _into = Stream.Null;

    public override string ContentType => MediaType;

    public override async Task BeginAsync(ShownList list, Stream into, CancellationToken cancellation)
    {
        _into = into;
        await WriteAsync(new StringBuilder("\uFEFF").AppendJoin(',', list.Columns.Select(c => CsvLines.Quoted(Texts[c.Title]))).Append("\r\n"), cancellation);
    }

    public override async Task AddAsync(ShownList list, CancellationToken cancellation)
    {
        var lines = new StringBuilder();
        foreach (var row in list.Rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                var kind = list.Columns[i].Kind;
                var text = TextOf(kind, row[i]);
                lines.Append(i == 0 ? "" : ",").Append(CsvLines.Quoted(kind is CellKind.Amount or CellKind.Moment ? text : CsvLines.Harmless(text)));
            }

            lines.Append("\r\n");
        }

        await WriteAsync(lines, cancellation);
    }

    public override Task EndAsync(CancellationToken cancellation) => _into.FlushAsync(cancellation);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A text that a spreadsheet would take for a formula is kept a text.</summary>
    private async Task WriteAsync(StringBuilder text, CancellationToken cancellation) => await _into.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellation);
}

/// <summary>A workbook of Excel. Numbers of accounts and orders are texts there, so no digit is lost; amounts are numbers.</summary>
internal sealed class XlsxFile(ScreenTexts texts, TimeZoneInfo zone) : ListFile(texts, zone)
{
    public const string MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private readonly Dictionary<int, StyleId> _amounts = [];
    private Spreadsheet? _book;

    public override string ContentType => MediaType;

    /// <summary>There since the file was begun.</summary>
    private Spreadsheet Book => _book ?? throw new InvalidOperationException(nameof(BeginAsync));

    public override async Task BeginAsync(ShownList list, Stream into, CancellationToken cancellation)
    {
        _book = await Spreadsheet.CreateNewAsync(into, cancellationToken: cancellation);
        foreach (var (digits, format) in ((int, string)[])[(0, "#,##0"), (2, "#,##0.00")])
        {
            _amounts[digits] = Book.AddStyle(new Style { Format = NumberFormat.Custom(format) });
        }

        await Book.StartWorksheetAsync("Paypro", token: cancellation);
        await Book.AddRowAsync(list.Columns.Select(c => new DataCell(Texts[c.Title])).ToArray(), cancellation);
    }

    public override async Task AddAsync(ShownList list, CancellationToken cancellation)
    {
        foreach (var row in list.Rows)
        {
            await Book.AddRowAsync(row.Select((cell, i) => CellOf(list.Columns[i].Kind, cell)).ToArray(), cancellation);
        }
    }

    public override Task EndAsync(CancellationToken cancellation) => Book.FinishAsync(cancellation).AsTask();

    public override async ValueTask DisposeAsync()
    {
        if (_book is not null)
        {
            await _book.DisposeAsync();
        }
    }

    private StyledCell CellOf(CellKind kind, Cell cell) => kind == CellKind.Amount && cell.Currency is { } currency
        ? new StyledCell(AmountText.ToFixed(cell.Number, currency, currency.MinorDigits), _amounts[currency.MinorDigits])
        : new StyledCell(TextOf(kind, cell), null);
}
