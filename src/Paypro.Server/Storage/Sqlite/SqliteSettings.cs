using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>How every connection to the embedded database is opened: WAL, durable commits, five seconds of patience.</summary>
internal static class SqliteSettings
{
    /// <summary>
    /// The log is copied back into the file every 16,000 pages (64 MB) and not every 1,000: a batch touches hundreds of index pages,
    /// mostly the same ones again, and copying them back after every few batches cost a quarter of the speed in a trial on similar tables.
    /// A log that grew longer beside a long reader is cut to that size when it is begun anew.
    /// </summary>
    public const string Pragmas =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536; " +
        "PRAGMA wal_autocheckpoint=16000; PRAGMA journal_size_limit=67108864;";

    private static readonly ConcurrentDictionary<string, bool> Making = new(StringComparer.Ordinal);

    /// <summary>From now on no commit to this file waits for the disk: it is made by this process, and made anew if that does not come to its end.</summary>
    public static void BeginMaking(string file) => Making[Path.GetFullPath(file)] = true;

    /// <summary>From now on its commits wait again.</summary>
    public static void EndMaking(string file) => Making.TryRemove(Path.GetFullPath(file), out _);

    /// <summary>Brings to the disk what was written without waiting for it. No connection to the file may be open.</summary>
    public static void BringToDisk(string file)
    {
        using (var connection = Open(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString()))
        {
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE);";
            command.ExecuteNonQuery();
        }

        using var whole = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        whole.Flush(flushToDisk: true);
    }

    public static void Open(SqliteConnection connection)
    {
        connection.Open();
        Set(connection);
    }

    /// <summary>Gives an open connection its settings.</summary>
    public static void Set(System.Data.Common.DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Making.IsEmpty || !Making.ContainsKey(Path.GetFullPath(connection.DataSource)) ? Pragmas : Pragmas + "PRAGMA synchronous=OFF;";
        command.ExecuteNonQuery();
    }

    public static SqliteConnection Open(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        Open(connection);
        return connection;
    }
}
