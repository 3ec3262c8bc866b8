using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>Prepared row-by-row statements of one table on the writer's one connection.</summary>
internal sealed class SqliteSql<TRow>(Table<TRow> table) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _selects = new(StringComparer.Ordinal);
    private SqliteCommand? _insert;
    private SqliteCommand? _update;
    private SqliteCommand? _delete;

    /// <returns>How many rows were inserted; a key that was taken is not.</returns>
    public int Insert(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<TRow> rows)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        _insert ??= Prepare(
            connection,
            $"INSERT INTO {table.Name} ({table.ColumnList()}) VALUES ({Parameters(0, table.Columns.Count)}) ON CONFLICT DO NOTHING",
            table.Columns.Count);
        return Run(_insert, transaction, rows, table.Columns);
    }

    public int Update(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<TRow> rows)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        var columns = table.Columns.Take(table.KeyColumns).Concat(table.Mutable).ToList();
        _update ??= Prepare(
            connection,
            $"UPDATE {table.Name} SET {string.Join(", ", table.Mutable.Select((c, i) => $"{c.Name} = $p{table.KeyColumns + i}"))} WHERE {Key(0)}",
            columns.Count);
        return Run(_update, transaction, rows, columns);
    }

    public int Delete(SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<TRow> rows)
    {
        if (rows.Count == 0)
        {
            return 0;
        }

        _delete ??= Prepare(connection, $"DELETE FROM {table.Name} WHERE {Key(0)}", table.KeyColumns);
        return Run(_delete, transaction, rows, table.Columns.Take(table.KeyColumns).ToList());
    }

    /// <summary>Reads the rows whose columns equal the values.</summary>
    public void Select(SqliteConnection connection, SqliteTransaction transaction, string columns, Action<TRow> found, params ReadOnlySpan<object> values)
    {
        if (!_selects.TryGetValue(columns, out var command))
        {
            var where = string.Join(" AND ", columns.Split(',').Select((c, i) => $"{c} = $p{i}"));
            command = Prepare(connection, $"SELECT {table.ColumnList()} FROM {table.Name} WHERE {where}", values.Length);
            _selects[columns] = command;
        }

        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        using DbDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            found(table.Read(reader));
        }
    }

    public void Dispose()
    {
        _insert?.Dispose();
        _update?.Dispose();
        _delete?.Dispose();
        foreach (var select in _selects.Values)
        {
            select.Dispose();
        }
    }

    private static int Run(SqliteCommand command, SqliteTransaction transaction, IReadOnlyList<TRow> rows, IReadOnlyList<Column<TRow>> columns)
    {
        command.Transaction = transaction;
        var changed = 0;
        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                command.Parameters[i].Value = columns[i].Value(row) ?? DBNull.Value;
            }

            changed += command.ExecuteNonQuery();
        }

        return changed;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string text, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter($"$p{i}", null));
        }

        return command;
    }

    private string Key(int first) => string.Join(" AND ", table.Columns.Take(table.KeyColumns).Select((c, i) => $"{c.Name} = $p{first + i}"));

    private static string Parameters(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(i => $"$p{i}"));
}
