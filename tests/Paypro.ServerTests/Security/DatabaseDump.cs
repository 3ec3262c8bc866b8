using System.Data.Common;
using System.Diagnostics;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Security;

/// <summary>What somebody has who has stolen the database: every row as text, and on SQLite the bytes of the files too.</summary>
internal static class DatabaseDump
{
    /// <returns>One text for each table, by its name; for SQLite also each file as Latin-1, so that no byte is lost.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(TestDatabase database)
    {
        await using DbConnection connection = database.Engine == Engine.Sqlite
            ? new SqliteConnection(database.ConnectionString) : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        var tables = await ReadColumnAsync(connection, database.Engine == Engine.Sqlite
            ? "SELECT name FROM sqlite_master WHERE type = 'table'"
            : "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')");
        var dump = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var table in tables)
        {
            dump.Add(table, await ReadTableAsync(connection, table));
        }

        if (connection is SqliteConnection { DataSource: var file })
        {
            foreach (var suffix in (string[])["", "-wal"])
            {
                dump.Add("file" + suffix, await ReadFileAsync(file + suffix));
            }
        }

        return dump;
    }

    private static async Task<List<string>> ReadColumnAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var values = new List<string>();
        while (await reader.ReadAsync())
        {
            values.Add(reader.GetString(0));
        }

        return values;
    }

    private static async Task<string> ReadTableAsync(DbConnection connection, string table)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {table}";
        await using var reader = await command.ExecuteReaderAsync();
        var text = new StringBuilder();
        while (await reader.ReadAsync())
        {
            for (var column = 0; column < reader.FieldCount; column++)
            {
                var value = reader.GetValue(column);
                text.Append(reader.GetName(column)).Append('=').Append(value is byte[] bytes ? Encoding.Latin1.GetString(bytes) : value).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>The server has the file open and writes it. It holds a lock that the runtime's own file streams respect; another program reads all the same, as whoever copies the file would.</summary>
    private static async Task<string> ReadFileAsync(string path)
    {
        using var reader = Process.Start(new ProcessStartInfo("cat", [path]) { RedirectStandardOutput = true })!;
        using var bytes = new MemoryStream();
        await reader.StandardOutput.BaseStream.CopyToAsync(bytes);
        await reader.WaitForExitAsync();
        return Encoding.Latin1.GetString(bytes.ToArray());
    }
}
