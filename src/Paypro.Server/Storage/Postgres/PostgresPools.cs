using Npgsql;

namespace Paypro.Server.Storage.Postgres;

/// <summary>The two pools of connections of an application, which are closed with it.</summary>
/// <param name="plain">Of settings, screens and whatever else Entity Framework asks.</param>
/// <param name="hot">Of batches, queues and reads of orders: with prepared statements and the writer's settings.</param>
internal sealed class PostgresPools(NpgsqlDataSource plain, NpgsqlDataSource hot) : IAsyncDisposable, IDisposable
{
    public NpgsqlDataSource Plain => plain;

    public NpgsqlDataSource Hot => hot;

    public void Dispose()
    {
        plain.Dispose();
        hot.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await plain.DisposeAsync();
        await hot.DisposeAsync();
    }
}
