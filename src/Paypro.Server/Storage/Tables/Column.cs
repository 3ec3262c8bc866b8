using System.Data.Common;
using NpgsqlTypes;

namespace Paypro.Server.Storage;

/// <summary>A column of a hot table, for both engines: its array on PostgreSQL, its parameter on SQLite.</summary>
internal abstract class Column<TRow>(string name, NpgsqlDbType type)
{
    public string Name { get; } = name;

    /// <summary>PostgreSQL's type of one value.</summary>
    public NpgsqlDbType Type { get; } = type;

    /// <summary>How the type is written in a cast.</summary>
    public string TypeName => Type switch
    {
        NpgsqlDbType.Smallint => "smallint",
        NpgsqlDbType.Integer => "integer",
        NpgsqlDbType.Bigint => "bigint",
        NpgsqlDbType.Text => "text",
        NpgsqlDbType.Boolean => "boolean",
        NpgsqlDbType.Bytea => "bytea",
        _ => throw new NotSupportedException(Type.ToString()),
    };

    public abstract Array Values(IReadOnlyList<TRow> rows);

    public abstract object? Value(TRow row);
}

internal sealed class Column<TRow, T>(string name, NpgsqlDbType type, Func<TRow, T> get) : Column<TRow>(name, type)
{
    public override Array Values(IReadOnlyList<TRow> rows)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = get(rows[i]);
        }

        return values;
    }

    public override object? Value(TRow row) => get(row);
}

/// <summary>One hot table: its columns in order, which of them are the key, and how a row is read back.</summary>
internal sealed class Table<TRow>(string name, int keyColumns, Func<DbDataReader, TRow> read, params Column<TRow>[] columns)
{
    public string Name { get; } = name;

    /// <summary>The first so many columns are the primary key.</summary>
    public int KeyColumns { get; } = keyColumns;

    /// <summary>Reads a row whose first columns are this table's, in their order.</summary>
    public Func<DbDataReader, TRow> Read { get; } = read;
    public IReadOnlyList<Column<TRow>> Columns { get; } = columns;

    /// <summary>The columns that an update writes; empty for tables that are only appended to.</summary>
    public IReadOnlyList<Column<TRow>> Mutable { get; init; } = [];

    public string ColumnList(string alias = "") => string.Join(", ", Columns.Select(c => alias + c.Name));

    public Table<TRow> Changing(params string[] names) => new(Name, KeyColumns, Read, [.. Columns])
    {
        Mutable = [.. names.Select(n => Columns.Single(c => c.Name == n))],
    };
}

/// <summary>Short names for the kinds of column there are.</summary>
internal static class Columns<TRow>
{
    public static Column<TRow> Short(string name, Func<TRow, short> get) => new Column<TRow, short>(name, NpgsqlDbType.Smallint, get);
    public static Column<TRow> Int(string name, Func<TRow, int> get) => new Column<TRow, int>(name, NpgsqlDbType.Integer, get);
    public static Column<TRow> Long(string name, Func<TRow, long> get) => new Column<TRow, long>(name, NpgsqlDbType.Bigint, get);
    public static Column<TRow> Text(string name, Func<TRow, string?> get) => new Column<TRow, string?>(name, NpgsqlDbType.Text, get);
    public static Column<TRow> Bool(string name, Func<TRow, bool> get) => new Column<TRow, bool>(name, NpgsqlDbType.Boolean, get);
    public static Column<TRow> Bytes(string name, Func<TRow, byte[]> get) => new Column<TRow, byte[]>(name, NpgsqlDbType.Bytea, get);
}
