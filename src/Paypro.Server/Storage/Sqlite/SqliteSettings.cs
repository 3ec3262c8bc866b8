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

    public static void Open(SqliteConnection connection)
    {
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public static SqliteConnection Open(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        Open(connection);
        return connection;
    }
}
