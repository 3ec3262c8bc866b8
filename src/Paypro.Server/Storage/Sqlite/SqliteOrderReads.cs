using Microsoft.Data.Sqlite;

namespace Paypro.Server.Storage.Sqlite;

/// <inheritdoc cref="IOrderReads"/>
internal sealed class SqliteOrderReads(string connectionString) : IOrderReads
{
    public Task<IReadOnlyList<OrderRow>> ByKeyAsync(IReadOnlyCollection<OrderKey> keys, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<OrderRow>>(
        Read(keys, static (orders, connection, key, found) => orders.Select(connection, null, "bucket,id", found, key.Bucket, key.Id)));

    public Task<IReadOnlyList<OrderRow>> ByTradeAsync(IReadOnlyCollection<TradeKey> keys, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<OrderRow>>(
        Read(keys, static (orders, connection, key, found) => orders.Select(
            connection, null, "bucket,merchant_no,direction,trade_no", found, key.Bucket, key.MerchantNo, (short)key.Direction, key.TradeNo)));

    /// <summary>One prepared statement, key after key: there is no round trip to save.</summary>
    private List<OrderRow> Read<TKey>(
        IReadOnlyCollection<TKey> keys, Action<SqliteSql<OrderRow>, SqliteConnection, TKey, Action<OrderRow>> select)
    {
        using var connection = SqliteSettings.Open(connectionString);
        using var orders = new SqliteSql<OrderRow>(HotTables.Orders);
        var rows = new List<OrderRow>(keys.Count);
        foreach (var key in keys)
        {
            select(orders, connection, key, rows.Add);
        }

        return rows;
    }
}
