using Microsoft.Data.Sqlite;
using Paypro.Server.Storage.Sqlite;

namespace Paypro.ServerTests.Storage;

/// <summary>SQLite's log does not keep the length that it grew to beside a long reader.</summary>
public sealed class LogSizeTests
{
    private const long LimitBytes = 64L << 20;

    [Fact]
    public void ALogThatGrewBesideALongReaderShrinksAgain()
    {
        var folder = Directory.CreateTempSubdirectory("paypro-test-").FullName;
        try
        {
            var file = Path.Combine(folder, "log.db");
            using var writer = SqliteSettings.Open(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString);
            Run(writer, "CREATE TABLE t (id INTEGER PRIMARY KEY, body BLOB)");
            using (var reader = SqliteSettings.Open(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString))
            {
                Run(reader, "BEGIN; SELECT count(*) FROM t;");
                for (var i = 0; i < 5; i++)
                {
                    Run(writer, "INSERT INTO t (body) VALUES (zeroblob(16777216))");
                }

                Assert.InRange(new FileInfo(file + "-wal").Length, LimitBytes + 1, long.MaxValue);
                Run(reader, "COMMIT");
            }

            // The first goes into the long log and copies all of it back, the second begins it anew.
            for (var i = 0; i < 3; i++)
            {
                Run(writer, "INSERT INTO t (body) VALUES (NULL)");
            }

            Assert.InRange(new FileInfo(file + "-wal").Length, 1, LimitBytes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
