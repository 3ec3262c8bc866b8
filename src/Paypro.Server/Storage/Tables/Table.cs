using System.Data.Common;
using System.Linq.Expressions;
using System.Reflection;
using NpgsqlTypes;

namespace Paypro.Server.Storage;

/// <summary>A column that an update writes. All others are written once.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ChangesAttribute : Attribute;

/// <summary>One hot table, made from its row type: its columns in order, which of them are the key, and how a row is read back.</summary>
internal sealed class Table<TRow>
{
    private Table(string name, int keyColumns, IReadOnlyList<PropertyInfo> properties, IReadOnlyList<Column<TRow>> columns, string onConflict)
    {
        (Name, KeyColumns, Properties, Columns, OnConflict) = (name, keyColumns, properties, columns, onConflict);
        Mutable = [.. columns.Where((_, i) => properties[i].IsDefined(typeof(ChangesAttribute)))];
        Read = Reader(properties, 0);
    }

    public string Name { get; }

    /// <summary>The first so many columns are the primary key.</summary>
    public int KeyColumns { get; }

    /// <summary>The row's properties, one for each column.</summary>
    public IReadOnlyList<PropertyInfo> Properties { get; }

    /// <summary>Reads a row whose first columns are this table's, in their order.</summary>
    public Func<DbDataReader, TRow> Read { get; }
    public IReadOnlyList<Column<TRow>> Columns { get; }

    /// <summary>The columns that an update writes; empty for tables that are only appended to.</summary>
    public IReadOnlyList<Column<TRow>> Mutable { get; }

    /// <summary>What an insert does with a row whose key is taken, where that is allowed to happen.</summary>
    public string OnConflict { get; }

    /// <summary>The table of a row type.</summary>
    /// <param name="name">In the database.</param>
    /// <param name="keyColumns">How many of the first properties are the key.</param>
    /// <param name="onConflict">What an insert does with a row whose key is taken.</param>
    /// <exception cref="NotSupportedException">A property has a type that no column has.</exception>
    public static Table<TRow> Of(string name, int keyColumns, string onConflict = "DO NOTHING")
    {
        var properties = typeof(TRow).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).OrderBy(p => p.MetadataToken).ToList();
        return new(name, keyColumns, properties, [.. properties.Select(ColumnOf)], onConflict);
    }

    /// <summary>A table of the columns that are written once.</summary>
    public Table<TRow> WithoutChanging(string name)
    {
        var kept = Enumerable.Range(0, Columns.Count).Where(i => !Mutable.Contains(Columns[i])).ToList();
        return new(name, KeyColumns, [.. kept.Select(i => Properties[i])], [.. kept.Select(i => Columns[i])], OnConflict);
    }

    /// <summary>Makes a reader of rows whose columns are this table's, in their order, behind others.</summary>
    /// <param name="first">How many columns stand before them.</param>
    public Func<DbDataReader, TRow> ReaderBehind(int first) => Reader(Properties, first);

    public string ColumnList(string alias = "") => string.Join(", ", Columns.Select(c => alias + c.Name));

    private static Column<TRow> ColumnOf(PropertyInfo property)
    {
        var stored = StoredType(property.PropertyType);
        return stored == typeof(short) ? Column<short>(property, NpgsqlDbType.Smallint)
            : stored == typeof(int) ? Column<int>(property, NpgsqlDbType.Integer)
            : stored == typeof(long) ? Column<long>(property, NpgsqlDbType.Bigint)
            : stored == typeof(string) ? Column<string?>(property, NpgsqlDbType.Text)
            : stored == typeof(bool) ? Column<bool>(property, NpgsqlDbType.Boolean)
            : stored == typeof(byte[]) ? Column<byte[]>(property, NpgsqlDbType.Bytea)
            : throw new NotSupportedException($"{typeof(TRow).Name}.{property.Name}: {stored.Name} is the type of no column.");
    }

    private static Column<TRow, T> Column<T>(PropertyInfo property, NpgsqlDbType type)
    {
        var row = Expression.Parameter(typeof(TRow));
        var get = Expression.Lambda<Func<TRow, T>>(Expression.Convert(Expression.Property(row, property), typeof(T)), row).Compile();
        return new(PayproContext.SnakeCase(property.Name), type, get);
    }

    /// <summary>Sets the properties of a new row from the reader's columns, one after the other.</summary>
    private static Func<DbDataReader, TRow> Reader(IReadOnlyList<PropertyInfo> properties, int first)
    {
        var reader = Expression.Parameter(typeof(DbDataReader));
        var bindings = properties.Select((property, i) => Expression.Bind(property, ValueAt(reader, first + i, property)));
        return Expression.Lambda<Func<DbDataReader, TRow>>(Expression.MemberInit(Expression.New(typeof(TRow)), bindings), reader).Compile();
    }

    private static Expression ValueAt(ParameterExpression reader, int position, PropertyInfo property)
    {
        var stored = StoredType(property.PropertyType);
        var at = Expression.Constant(position);
        Expression value = stored == typeof(short) ? Expression.Call(reader, nameof(DbDataReader.GetInt16), null, at)
            : stored == typeof(int) ? Expression.Call(reader, nameof(DbDataReader.GetInt32), null, at)
            : stored == typeof(long) ? Expression.Call(reader, nameof(DbDataReader.GetInt64), null, at)
            : stored == typeof(bool) ? Expression.Call(reader, nameof(DbDataReader.GetBoolean), null, at)
            : stored == typeof(string) ? Expression.Call(reader, nameof(DbDataReader.GetString), null, at)
            : Expression.Call(reader, nameof(DbDataReader.GetFieldValue), [stored], at);
        value = Expression.Convert(value, property.PropertyType);
        return new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable
            ? Expression.Condition(Expression.Call(reader, nameof(DbDataReader.IsDBNull), null, at), Expression.Constant(null, property.PropertyType), value)
            : value;
    }

    private static Type StoredType(Type type) => type.IsEnum ? Enum.GetUnderlyingType(type) : type;
}
