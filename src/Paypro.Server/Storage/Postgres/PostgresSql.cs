using System.Collections.Concurrent;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Paypro.Server.Storage.Postgres;

/// <summary>
/// The set-wise statements of one table. Key arrays come sorted, and a subquery that cannot be flattened probes the index for one key
/// after the other: so every node locks in one order, and no plan begins with the table. (For one that is nearly empty but full of
/// versions that an old transaction may still see, the planner would, and walk over all of them.) Every statement names the bucket of
/// every table in it; with several groups also as a list of constants, the buckets of the batch's group.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="grouped">Whether there are several groups.</param>
internal sealed class PostgresSql<TRow>(Table<TRow> table, bool grouped)
{
    /// <summary>More forms of one insert than this are not kept: each is a prepared statement of every connection.</summary>
    private const int InsertForms = 12;

    private readonly ConcurrentDictionary<(ulong Given, bool Contested), string> _inserts = [];
    private readonly string _update = table.Mutable.Count == 0 ? "" : Update(table, grouped);
    private readonly string _delete = Delete(table, grouped);

    /// <param name="rows">Sorted by key.</param>
    /// <param name="contested">
    /// Whether a key that is taken (another node may insert it at the same moment) is left out (or what the table says, <see cref="Table{TRow}.OnConflict"/>) instead of failing the batch. It costs a
    /// third more: PostgreSQL then looks through every unique index first.
    /// </param>
    public NpgsqlBatchCommand InsertRows(IReadOnlyList<TRow> rows, bool contested = false)
    {
        // A new order has twenty columns that no row uses yet; as constants they cost nothing on either side.
        var given = 0UL;
        for (var i = 0; i < table.Columns.Count; i++)
        {
            given |= i < table.KeyColumns || !table.Columns[i].IsEmpty(rows) ? 1UL << i : 0;
        }

        if (!_inserts.TryGetValue((given, contested), out var text))
        {
            given = _inserts.Count < InsertForms ? given : ulong.MaxValue;
            text = _inserts.GetOrAdd((given, contested), static (key, table) => Insert(table, key.Given) + (key.Contested ? $" ON CONFLICT {table.OnConflict}" : ""), table);
        }

        var command = new NpgsqlBatchCommand(text);
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if ((given & 1UL << i) != 0)
            {
                command.Parameters.Add(table.Columns[i].ToParameter(rows));
            }
        }

        return command;
    }

    public NpgsqlBatchCommand UpdateRows(IReadOnlyList<TRow> rows, short[] group)
    {
        var command = new NpgsqlBatchCommand(_update);
        foreach (var column in table.Columns.Take(table.KeyColumns).Concat(table.Mutable))
        {
            command.Parameters.Add(column.ToParameter(rows));
        }

        return WithGroup(command, group);
    }

    public NpgsqlBatchCommand DeleteRows(IReadOnlyList<TRow> keys, short[] group)
    {
        var command = new NpgsqlBatchCommand(_delete);
        foreach (var column in table.Columns.Take(table.KeyColumns))
        {
            command.Parameters.Add(column.ToParameter(keys));
        }

        return WithGroup(command, group);
    }

    /// <summary>Reads the rows whose columns equal the given arrays, optionally locked in key order.</summary>
    /// <param name="locked">Whether they are locked.</param>
    /// <param name="group">The buckets of the batch's group; unused where there is only one group.</param>
    /// <param name="keys">Columns and their values, one row of the key at each place; the bucket is one of the columns.</param>
    public NpgsqlBatchCommand Select(bool locked, short[] group, params ReadOnlySpan<(string Column, NpgsqlDbType Type, Array Values)> keys)
    {
        var text = new StringBuilder("SELECT ").Append(table.ColumnList("t.")).Append(" FROM unnest(");
        var names = new List<string>();
        var command = new NpgsqlBatchCommand();
        foreach (var (column, type, values) in keys)
        {
            names.Add(column);
            text.Append(names.Count == 1 ? "" : ", ").Append('$').Append(names.Count);
            command.Parameters.Add(new NpgsqlParameter { Value = values, NpgsqlDbType = NpgsqlDbType.Array | type });
        }

        text.Append(") AS k(").AppendJoin(", ", names).Append(") CROSS JOIN LATERAL (SELECT * FROM ").Append(table.Name).Append(" r WHERE ")
            .AppendJoin(" AND ", names.Select(n => $"r.{n} = k.{n}"));
        if (grouped)
        {
            text.Append(" AND r.bucket = ANY($").Append(names.Count + 1).Append(')');
            command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = group });
        }

        command.CommandText = text.Append(locked ? " FOR UPDATE) t" : " OFFSET 0) t").ToString();
        return command;
    }

    private NpgsqlBatchCommand WithGroup(NpgsqlBatchCommand command, short[] group)
    {
        if (grouped)
        {
            command.Parameters.Add(new NpgsqlParameter<short[]> { TypedValue = group });
        }

        return command;
    }

    private static string Insert(Table<TRow> table, ulong given)
    {
        var arrays = table.Columns.Where((_, i) => (given & 1UL << i) != 0).ToList();
        return $"INSERT INTO {table.Name} ({table.ColumnList()}) SELECT {string.Join(", ", table.Columns.Select(c => arrays.Contains(c) ? $"u.{c.Name}" : c.Empty))} " +
            $"FROM unnest({Arrays(arrays)}) AS u({string.Join(", ", arrays.Select(c => c.Name))})";
    }

    private static string Update(Table<TRow> table, bool grouped)
    {
        var columns = table.Columns.Take(table.KeyColumns).Concat(table.Mutable).ToList();
        return $"UPDATE {table.Name} t SET {string.Join(", ", table.Mutable.Select(c => $"{c.Name} = u.{c.Name}"))} FROM {Found(table, columns, grouped)} u WHERE {There(columns, grouped)}";
    }

    private static string Delete(Table<TRow> table, bool grouped)
    {
        var columns = table.Columns.Take(table.KeyColumns).ToList();
        return $"DELETE FROM {table.Name} t USING {Found(table, columns, grouped)} u WHERE {There(columns, grouped)}";
    }

    /// <summary>
    /// The row that was found, and its bucket or its group. Not both: together they let a plan walk over an index that begins with the bucket
    /// instead of going to the row's place.
    /// </summary>
    private static string There(List<Column<TRow>> columns, bool grouped) => $"t.ctid = u.at AND t.bucket = {(grouped ? $"ANY(${columns.Count + 1})" : "u.bucket")}";

    private static string Arrays(IReadOnlyList<Column<TRow>> columns) =>
        string.Join(", ", columns.Select((c, i) => $"${i + 1}::{c.TypeName}[]"));

    /// <summary>The given rows and where the stored ones lie, which stays so: whoever changes a row has locked it, or its order.</summary>
    private static string Found(Table<TRow> table, List<Column<TRow>> columns, bool grouped) =>
        $"(SELECT g.*, f.at FROM unnest({Arrays(columns)}) AS g({string.Join(", ", columns.Select(c => c.Name))}) CROSS JOIN LATERAL " +
        $"(SELECT r.ctid AS at FROM {table.Name} r WHERE {string.Join(" AND ", table.Columns.Take(table.KeyColumns).Select(c => $"r.{c.Name} = g.{c.Name}"))}" +
        $"{(grouped ? $" AND r.bucket = ANY(${columns.Count + 1})" : "")} OFFSET 0) f)";
}
