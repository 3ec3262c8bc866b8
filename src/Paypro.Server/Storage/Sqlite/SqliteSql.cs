using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>
/// Prepared row-by-row statements of one table on the writer's one connection. Writing goes past ADO.NET: it would look up every
/// parameter by its name, box it and make it text again for every row.
/// </summary>
internal sealed class SqliteSql<TRow>(Table<TRow> table) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _selects = new(StringComparer.Ordinal);
    private readonly Column<TRow>[] _key = [.. table.Columns.Take(table.KeyColumns)];
    private readonly Column<TRow>[] _updated = [.. table.Columns.Take(table.KeyColumns), .. table.Mutable];
    private sqlite3_stmt? _insert;
    private sqlite3_stmt? _update;
    private sqlite3_stmt? _delete;

    /// <returns>How many rows were inserted; a key that was taken is not.</returns>
    public int Insert(SqliteConnection connection, IReadOnlyList<TRow> rows) => rows.Count == 0 ? 0 : Run(
        connection,
        _insert ??= PrepareRaw(
            connection,
            $"INSERT INTO {table.Name} ({table.ColumnList()}) VALUES ({string.Join(", ", table.Columns.Select(static _ => "?"))}) ON CONFLICT {table.OnConflict}"),
        rows,
        table.Columns);

    public int Update(SqliteConnection connection, IReadOnlyList<TRow> rows) => rows.Count == 0 ? 0 : Run(
        connection,
        _update ??= PrepareRaw(
            connection,
            $"UPDATE {table.Name} SET {string.Join(", ", table.Mutable.Select((c, i) => $"{c.Name} = ?{table.KeyColumns + i + 1}"))} WHERE {RawKey()}"),
        rows,
        _updated);

    public int Delete(SqliteConnection connection, IReadOnlyList<TRow> rows) => rows.Count == 0 ? 0 : Run(
        connection, _delete ??= PrepareRaw(connection, $"DELETE FROM {table.Name} WHERE {RawKey()}"), rows, _key);

    /// <summary>Reads the rows whose columns equal the values.</summary>
    public void Select(SqliteConnection connection, SqliteTransaction? transaction, string columns, Action<TRow> found, params ReadOnlySpan<object> values)
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

    private static int Run(SqliteConnection connection, sqlite3_stmt statement, IReadOnlyList<TRow> rows, IReadOnlyList<Column<TRow>> columns)
    {
        var database = connection.Handle!;
        var changed = 0;
        for (var n = 0; n < rows.Count; n++)
        {
            for (var i = 0; i < columns.Count; i++)
            {
                columns[i].Bind(statement, i + 1, rows[n]);
            }

            var code = raw.sqlite3_step(statement);
            if (code != raw.SQLITE_DONE)
            {
                Refuse(connection, statement, code);
            }

            changed += raw.sqlite3_changes(database);
            raw.sqlite3_reset(statement);
        }

        return changed;
    }

    private static void Refuse(SqliteConnection connection, sqlite3_stmt statement, int code)
    {
        try
        {
            SqliteException.ThrowExceptionForRC(code, connection.Handle);
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }

        throw new InvalidOperationException($"SQLite answered a write with code {code}.");
    }

    private static sqlite3_stmt PrepareRaw(SqliteConnection connection, string text)
    {
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v3(connection.Handle, text, raw.SQLITE_PREPARE_PERSISTENT, out var statement), connection.Handle);
        return statement;
    }

    /// <summary>The key columns are the first parameters.</summary>
    private string RawKey() => string.Join(" AND ", _key.Select(static (c, i) => $"{c.Name} = ?{i + 1}"));

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
}
