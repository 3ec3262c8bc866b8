using Npgsql;
using NpgsqlTypes;

namespace Paypro.Server.Storage.Postgres;

/// <summary>The statements that find orders; keys come sorted, all of the named group.</summary>
internal static class PostgresOrderSql
{
    public static NpgsqlBatchCommand SelectByKey(this PostgresSql<OrderRow> orders, bool locked, short[] group, OrderKey[] keys) => orders.Select(
        locked,
        group,
        ("bucket", NpgsqlDbType.Smallint, Array.ConvertAll(keys, static k => k.Bucket)),
        ("id", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.Id)));

    public static NpgsqlBatchCommand SelectByTrade(this PostgresSql<OrderRow> orders, short[] group, TradeKey[] keys) => orders.Select(
        false,
        group,
        ("bucket", NpgsqlDbType.Smallint, Array.ConvertAll(keys, static k => k.Bucket)),
        ("merchant_no", NpgsqlDbType.Bigint, Array.ConvertAll(keys, static k => k.MerchantNo)),
        ("direction", NpgsqlDbType.Smallint, Array.ConvertAll(keys, static k => (short)k.Direction)),
        ("trade_no", NpgsqlDbType.Text, Array.ConvertAll(keys, static k => k.TradeNo)));
}
