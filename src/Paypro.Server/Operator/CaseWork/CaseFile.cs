using Microsoft.EntityFrameworkCore;
using Paypro.Server.Cases;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>A row of a file of decisions, after a look at what it would do.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="Name">The case's or the order's number, as written.</param>
/// <param name="Kind">What is decided; null where the word is none.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="File">The newest file of its case or group; 0 for none.</param>
/// <param name="Case">The case; null where none fits.</param>
/// <param name="Fault">Why it cannot be done, in a sentence; null when it can.</param>
internal sealed record CaseFileRow(int Line, string Name, DecisionKind? Kind, string Evidence, long File, CaseRow? Case, string? Fault);

/// <summary>
/// Decisions by file: a row each of <c>case or order number, decision, evidence</c>. Reading it changes nothing and says what each row would do; with a fault in
/// any row nothing of the file is proposed.
/// </summary>
internal sealed class CaseFile(IContexts contexts, DecisionRules rules)
{
    public const int MostRows = 500, MostCharacters = 40_000;

    private static readonly Dictionary<string, DecisionKind> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["paid"] = DecisionKind.Paid, ["failed"] = DecisionKind.Failed, ["accept"] = DecisionKind.Accept, ["reject"] = DecisionKind.Reject,
    };

    /// <summary>The dry run.</summary>
    /// <param name="text">The file.</param>
    /// <param name="problem">Why it cannot be read at all; null when it can.</param>
    public Task<IReadOnlyList<CaseFileRow>> ReadAsync(string text, out string? problem)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var rows = lines.Select((line, at) => (No: at + 1, Cells: Cells(line))).Where(r => r.Cells.Count > 0 && !(r.No == 1 && r.Cells.Count > 1 && r.Cells[1].Equals("decision", StringComparison.OrdinalIgnoreCase))).ToList();
        problem = text.Length > MostCharacters ? "file: must be shorter than 40,000 characters"
            : rows.Count is 0 or > MostRows ? "file: must have from 1 to 500 rows of case or order number, decision, evidence"
            : null;
        return problem is null ? RowsAsync(rows) : Task.FromResult<IReadOnlyList<CaseFileRow>>([]);
    }

    private async Task<IReadOnlyList<CaseFileRow>> RowsAsync(List<(int No, List<string> Cells)> rows)
    {
        await using var context = contexts.Create();
        var (read, seen) = (new List<CaseFileRow>(), new HashSet<long>());
        foreach (var (no, cells) in rows)
        {
            var row = await RowAsync(context, no, cells);
            read.Add(row is { Fault: null, Case: { } one } && !seen.Add(one.Id) ? row with { Fault = "the case stands in the file twice" } : row);
        }

        return read;
    }

    private async Task<CaseFileRow> RowAsync(PayproContext context, int no, List<string> cells)
    {
        var (name, evidence) = (cells[0], cells.Count > 2 ? cells[2] : "");
        if (cells.Count != 3)
        {
            return new CaseFileRow(no, name, null, evidence, 0, null, "a row has three fields: case or order number, decision, evidence");
        }

        if (!Words.TryGetValue(cells[1], out var kind))
        {
            return new CaseFileRow(no, name, null, evidence, 0, null, "the decision must be paid, failed, accept or reject");
        }

        if (await CaseAsync(context, name, kind) is not { } one)
        {
            return new CaseFileRow(no, name, kind, evidence, 0, null, "no open case of such a decision has this number, or its order");
        }

        var file = (await CasePictures.FilesAsync(context, CaseSubjects.OfFiles(one))).FirstOrDefault()?.Id ?? 0;
        return new CaseFileRow(no, name, kind, evidence, file, one, await rules.ProblemAsync(context, new DecisionWish(kind, 1, "", [one.Id], "", evidence, file), one.Id));
    }

    /// <summary>By its number, or the only open one of an order that can be decided so.</summary>
    private static async Task<CaseRow?> CaseAsync(PayproContext context, string name, DecisionKind kind)
    {
        if (OperatorScreens.Number(name) is { } id && await CaseQueue.FindAsync(context, id) is { } named)
        {
            return named;
        }

        if (OrderNumber.BucketOf(name) is not { } bucket)
        {
            return null;
        }

        string[] kinds = kind is DecisionKind.Paid or DecisionKind.Failed ? [CaseKind.UnknownOutcome] : [CaseKind.Contradiction, CaseKind.WaitingReturn, CaseKind.RefusedStatement];
        var orderId = await context.Orders.Where(o => o.Bucket == bucket && o.Number == name).Select(o => o.Id).SingleOrDefaultAsync();
        var found = orderId == 0 ? [] : await context.Cases.Where(c => c.Bucket == bucket && c.OrderId == orderId && c.OrderId != 0 && c.State == CaseState.Open && kinds.Contains(c.Kind)).Take(2).ToListAsync();
        return found is [var only] ? only : null;
    }

    /// <summary>The fields of a line: by comma or semicolon, in quotes where they have one in them.</summary>
    private static List<string> Cells(string line)
    {
        if (line.Trim().Length == 0)
        {
            return [];
        }

        var separator = line.Contains(';', StringComparison.Ordinal) && !line.Contains(',', StringComparison.Ordinal) ? ';' : ',';
        var (cells, cell, isQuoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '"' && isQuoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append(c);
                i++;
            }
            else if (c == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (c == separator && !isQuoted)
            {
                cells.Add(cell.ToString().Trim('\uFEFF', ' ', '\t'));
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString().Trim('\uFEFF', ' ', '\t'));
        return cells;
    }
}
