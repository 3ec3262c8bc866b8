using Npgsql;

namespace Paypro.Server.Storage.Postgres;

/// <inheritdoc cref="IOrderReads"/>
/// <param name="source">With the writer's settings, which keep the plan of <see cref="PostgresSql{TRow}"/>.</param>
/// <param name="groups">A statement for each group of buckets; all in one round trip.</param>
internal sealed class PostgresOrderReads(NpgsqlDataSource source, BucketGroups groups) : IOrderReads
{
    private readonly PostgresSql<OrderRow> _orders = new(HotTables.Orders, groups.Count > 1);

    public Task<IReadOnlyList<OrderRow>> ByKeyAsync(IReadOnlyCollection<OrderKey> keys, CancellationToken cancellation) =>
        ReadAsync(keys, static k => k.Bucket, (group, part) => _orders.SelectByKey(false, group, part), cancellation);

    public Task<IReadOnlyList<OrderRow>> ByTradeAsync(IReadOnlyCollection<TradeKey> keys, CancellationToken cancellation) =>
        ReadAsync(keys, static k => k.Bucket, _orders.SelectByTrade, cancellation);

    private async Task<IReadOnlyList<OrderRow>> ReadAsync<TKey>(
        IReadOnlyCollection<TKey> keys, Func<TKey, short> bucketOf, Func<short[], TKey[], NpgsqlBatchCommand> select, CancellationToken cancellation)
    {
        var rows = new List<OrderRow>(keys.Count);
        if (keys.Count == 0)
        {
            return rows;
        }

        await using var batch = source.CreateBatch();
        var sorted = keys.Order().ToArray();
        foreach (var part in groups.Count > 1 ? sorted.GroupBy(key => groups.Of(bucketOf(key))).Select(static g => g.ToArray()) : [sorted])
        {
            batch.BatchCommands.Add(select(groups.BucketsOf(bucketOf(part[0])), part));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        do
        {
            while (await reader.ReadAsync(cancellation))
            {
                rows.Add(HotTables.Orders.Read(reader));
            }
        }
        while (await reader.NextResultAsync(cancellation));

        return rows;
    }
}
