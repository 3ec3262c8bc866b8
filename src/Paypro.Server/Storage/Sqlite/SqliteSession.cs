using Microsoft.Data.Sqlite;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>The writer's connection with all that is prepared on it.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>No bucket of an order: housekeeping never removes it.</summary>
    private const int NoBucket = -1;

    private readonly SqliteCommand _write;
    private readonly SqliteCommand _read;

    public SqliteSession(string connectionString)
    {
        Connection = SqliteSettings.Open(connectionString);
        _write = Connection.CreateCommand();
        _write.CommandText = $"INSERT INTO batches (bucket, id, created_at_ms, mark) VALUES ({NoBucket}, 0, $at, $mark) " +
            "ON CONFLICT (bucket, id) DO UPDATE SET created_at_ms = excluded.created_at_ms, mark = excluded.mark";
        _write.Parameters.Add(new SqliteParameter("$at", SqliteType.Integer));
        _write.Parameters.Add(new SqliteParameter("$mark", SqliteType.Integer));
        _read = Connection.CreateCommand();
        _read.CommandText = $"SELECT mark FROM batches WHERE bucket = {NoBucket} AND id = 0";
    }

    public SqliteConnection Connection { get; }

    public SqliteLoader Loader { get; } = new();

    public SqliteSaver Saver { get; } = new();

    /// <summary>Says who wrote last.</summary>
    public void WriteMark(SqliteTransaction transaction, long atMs, long mark)
    {
        _write.Transaction = transaction;
        (_write.Parameters[0].Value, _write.Parameters[1].Value) = (atMs, mark);
        _write.ExecuteNonQuery();
    }

    /// <summary>The mark of whoever wrote last; that of a probe where nobody has.</summary>
    public long ReadMark(SqliteTransaction transaction)
    {
        _read.Transaction = transaction;
        return _read.ExecuteScalar() is long mark ? mark : BatchMark.Probe;
    }

    public void Dispose()
    {
        Loader.Dispose();
        Saver.Dispose();
        _write.Dispose();
        _read.Dispose();
        Connection.Dispose();
    }
}
