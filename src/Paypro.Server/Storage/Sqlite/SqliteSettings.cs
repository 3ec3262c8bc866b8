using Microsoft.Data.Sqlite;

namespace Paypro.Server.Storage.Sqlite;

/// <summary>How every connection to the embedded database is opened: WAL, durable commits, five seconds of patience.</summary>
internal static class SqliteSettings
{
    public const string Pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;";

    public static void Open(SqliteConnection connection)
    {
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }
}
