using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Paypro.ServerTests.Infrastructure;

/// <summary>The unguessable parts of callback addresses, read past the server.</summary>
internal static class CallbackKeys
{
    public static async Task<string> OfAsync(TestDatabase database, long channelAccountId)
    {
        await using DbConnection connection = database.Engine == Engine.Sqlite ? new SqliteConnection(database.ConnectionString) : new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT callback_key FROM channel_accounts WHERE id = @id";
        var id = command.CreateParameter();
        (id.ParameterName, id.Value) = ("@id", channelAccountId);
        command.Parameters.Add(id);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
