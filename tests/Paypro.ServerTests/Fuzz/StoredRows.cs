using Microsoft.EntityFrameworkCore;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Fuzz;

/// <summary>How many rows each table of orders and money has, so that a refusal can be seen to leave nothing behind.</summary>
internal static class StoredRows
{
    public static async Task<Dictionary<string, long>> CountAsync(IContexts contexts)
    {
        await using var context = contexts.Create();

        // A batch is numbered whatever is in it, and the signature of a refused creation is used up.
        var tables = PayproContext.HotTypes.Where(type => type != typeof(BatchRow) && type != typeof(CreationSignRow))
            .Select(type => context.Model.FindEntityType(type)!).Select(entity => entity.GetTableName() ?? entity.GetViewName()!);
        var sql = string.Join(" UNION ALL ", tables.Select(table => $"SELECT '{table}' AS \"Name\", count(*) AS \"Rows\" FROM {table}"));
        return (await context.Database.SqlQueryRaw<Count>(sql).ToListAsync()).ToDictionary(count => count.Name, count => count.Rows, StringComparer.Ordinal);
    }

    /// <summary>Which tables have other numbers; empty when none.</summary>
    public static string Difference(IReadOnlyDictionary<string, long> before, IReadOnlyDictionary<string, long> after) =>
        string.Join(", ", after.Where(table => table.Value != before[table.Key]).Select(table => $"{table.Key} {before[table.Key]} -> {table.Value}"));

    private sealed record Count(string Name, long Rows);
}
