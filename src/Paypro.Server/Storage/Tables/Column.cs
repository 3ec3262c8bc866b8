using System.Text;
using Npgsql;
using NpgsqlTypes;
using SQLitePCL;

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

    /// <summary>How the empty value (0, the empty text, false) is written in a statement.</summary>
    public string Empty => Type switch
    {
        NpgsqlDbType.Text or NpgsqlDbType.Bytea => "''",
        NpgsqlDbType.Boolean => "false",
        _ => "0",
    };

    /// <summary>Whether no row has anything but the empty value here, so that PostgreSQL need not be sent an array of it.</summary>
    public abstract bool IsEmpty(IReadOnlyList<TRow> rows);

    public abstract Array Values(IReadOnlyList<TRow> rows);

    /// <summary>The values of all rows as one parameter of a PostgreSQL statement.</summary>
    public abstract NpgsqlParameter ToParameter(IReadOnlyList<TRow> rows);

    /// <summary>Binds the value of a row to a parameter of a SQLite statement.</summary>
    /// <param name="statement">Prepared and reset.</param>
    /// <param name="position">From 1.</param>
    /// <param name="row">Whose value.</param>
    public abstract void Bind(sqlite3_stmt statement, int position, TRow row);
}

internal sealed class Column<TRow, T>(string name, NpgsqlDbType type, Func<TRow, T> get) : Column<TRow>(name, type)
{
    public override bool IsEmpty(IReadOnlyList<TRow> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            var value = get(rows[i]);
            if (value is string text ? text.Length > 0 : value is null || !EqualityComparer<T>.Default.Equals(value, default))
            {
                return false;
            }
        }

        return true;
    }

    public override NpgsqlParameter ToParameter(IReadOnlyList<TRow> rows) =>
        new NpgsqlParameter<T[]> { TypedValue = ValuesOf(rows), NpgsqlDbType = NpgsqlDbType.Array | Type };

    public override Array Values(IReadOnlyList<TRow> rows) => ValuesOf(rows);

    private T[] ValuesOf(IReadOnlyList<TRow> rows)
    {
        var values = new T[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = get(rows[i]);
        }

        return values;
    }

    /// <summary>The kinds of number are constants to the compiler, so that none is boxed.</summary>
    public override void Bind(sqlite3_stmt statement, int position, TRow row)
    {
        var value = get(row);
        var code = value is null ? raw.sqlite3_bind_null(statement, position)
            : typeof(T) == typeof(long) ? raw.sqlite3_bind_int64(statement, position, (long)(object)value)
            : typeof(T) == typeof(int) ? raw.sqlite3_bind_int(statement, position, (int)(object)value)
            : typeof(T) == typeof(short) ? raw.sqlite3_bind_int(statement, position, (short)(object)value)
            : typeof(T) == typeof(bool) ? raw.sqlite3_bind_int(statement, position, (bool)(object)value ? 1 : 0)
            : typeof(T) == typeof(byte[]) ? BindBytes(statement, position, (byte[])(object)value)
            : BindText(statement, position, (string)(object)value);
        if (code != raw.SQLITE_OK)
        {
            throw new InvalidOperationException($"{Name}: SQLite took no value (code {code}).");
        }
    }

    /// <summary>An empty span has no address, and SQLite would take it for NULL.</summary>
    private static int BindBytes(sqlite3_stmt statement, int position, byte[] value) => value.Length == 0
        ? raw.sqlite3_bind_zeroblob(statement, position, 0)
        : raw.sqlite3_bind_blob(statement, position, value);

    private static int BindText(sqlite3_stmt statement, int position, string value)
    {
        const int OnStack = 512;
        if (value.Length == 0 || value.Length > OnStack / 3)
        {
            return raw.sqlite3_bind_text(statement, position, value);
        }

        Span<byte> text = stackalloc byte[OnStack];
        return raw.sqlite3_bind_text(statement, position, text[..Encoding.UTF8.GetBytes(value, text)]);
    }
}
