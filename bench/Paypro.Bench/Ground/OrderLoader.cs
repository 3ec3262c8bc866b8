using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Storage;

namespace Paypro.Bench.Ground;

/// <summary>
/// Fills a PostgreSQL with orders, by COPY from the server's own table definitions. Order n of a load is named by arithmetic
/// alone, so that pgbench, the generator and the commands all find it without asking.
/// </summary>
internal static class OrderLoader
{
    public const long FirstId = 1_000_000_000_000;

    /// <summary>The sandbox's channel account in Mexico, as the server seeds it.</summary>
    public const long ChannelAccountId = 101;

    /// <summary>1.5 % and 16 % tax on it, at once available, so that a receipt books four entries.</summary>
    public const long TermsId = 1;
    public const long AmountMinor = 30_000;

    /// <summary>A prime, so that it has no divisor in common with any count of orders.</summary>
    public const long PaidStep = 1_000_003;
    private const int PartRows = 50_000;

    public static int MerchantOf(long n, int merchants) => (int)(n % merchants);

    public static short BucketOf(int merchant) => (short)(merchant % 64);

    /// <summary>
    /// Which order the k-th payment is for: payers do not pay in the order in which orders were stored, and neighbours on a page
    /// paid in one transaction would fare unlike anything real.
    /// </summary>
    public static long Paid(long k, long count) => k * PaidStep % count;

    public static string TradeNo(long n) => Convert.ToHexStringLower(MD5.HashData(Encoding.ASCII.GetBytes(n.ToString(CultureInfo.InvariantCulture))));

    /// <summary>Where the money of order n is paid to; 18 digits as a CLABE.</summary>
    public static string Reference(long n) => string.Create(CultureInfo.InvariantCulture, $"{646_180_000_000_000_000 + n}");

    /// <param name="database">On PostgreSQL.</param>
    /// <param name="count">How many orders.</param>
    /// <param name="merchants">Spread over so many merchants, round and round.</param>
    /// <param name="firstMerchantNo">The first one's number.</param>
    /// <param name="paid">True: orders of the past, paid. False: waiting for money, with their timers.</param>
    /// <param name="notifyUrl">Where the merchant of that index wants to hear.</param>
    public static async Task LoadAsync(
        BenchDatabase database, long count, int merchants, long firstMerchantNo, bool paid, Func<int, string>? notifyUrl = null)
    {
        var nowMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        for (long from = 0; from < count; from += PartRows)
        {
            var part = (int)Math.Min(PartRows, count - from);
            var orders = new List<OrderRow>(part);
            for (var n = from; n < from + part; n++)
            {
                orders.Add(Order(n, merchants, firstMerchantNo, paid, nowMs, notifyUrl ?? (static _ => "http://127.0.0.1:9/notify")));
            }

            await CopyAsync(connection, HotTables.Orders, orders);
            await CopyAsync(connection, HotTables.Attempts, orders.ConvertAll(o => Attempt(o, paid)));
            await CopyAsync(connection, HotTables.Events, Events(orders, paid));
            if (!paid)
            {
                await CopyAsync(
                    connection, HotTables.Timers, orders.ConvertAll(o => new TimerRow { Bucket = o.Bucket, DueAtMs = o.TimerDueMs, OrderId = o.Id }));
            }
        }
    }

    private static OrderRow Order(long n, int merchants, long firstMerchantNo, bool paid, long nowMs, Func<int, string> notifyUrl)
    {
        var merchant = MerchantOf(n, merchants);
        var tradeNo = TradeNo(n);
        var expiresAtMs = nowMs + 86_400_000;
        return new OrderRow
        {
            Bucket = BucketOf(merchant),
            Id = FirstId + n,
            MerchantNo = firstMerchantNo + merchant,
            Direction = Direction.PayIn,
            TradeNo = tradeNo,
            Number = tradeNo[16..],
            Country = "MX",
            Currency = "MXN",
            Way = Mexico.VirtualAccount,
            AmountMinor = AmountMinor,
            State = paid ? OrderState.Paid : OrderState.Pending,
            PaidMinor = paid ? AmountMinor : 0,
            TermsId = TermsId,
            ContentHash = SHA256.HashData(Encoding.ASCII.GetBytes(tradeNo)),
            NotifyUrl = notifyUrl(merchant),
            Remark = "test",
            CreatedAtMs = nowMs,
            ExpiresAtMs = expiresAtMs,
            SuccessAtMs = paid ? nowMs : 0,
            TimerDueMs = paid ? 0 : expiresAtMs,
            EventCount = paid ? 2 : 1,
            ResultVersion = paid ? 1 : 0,
            AttemptCount = 1,
        };
    }

    private static AttemptRow Attempt(OrderRow order, bool paid) => new()
    {
        Bucket = order.Bucket,
        OrderId = order.Id,
        AttemptNo = 1,
        ChannelAccountId = ChannelAccountId,
        Direction = Direction.PayIn,
        Way = order.Way,
        Reference = Reference(order.Id - FirstId),
        State = paid ? AttemptState.Done : AttemptState.Accepted,
        InstructionKind = "clabe",
        InstructionValue = Reference(order.Id - FirstId),
        CostTerms = "0,0",
        CreatedAtMs = order.CreatedAtMs,
        SentAtMs = order.CreatedAtMs,
    };

    private static List<EventRow> Events(List<OrderRow> orders, bool paid)
    {
        var events = new List<EventRow>(orders.Count * 2);
        foreach (var o in orders)
        {
            events.Add(new EventRow { Bucket = o.Bucket, OrderId = o.Id, Sequence = 1, Type = EventType.Created, Cause = "api", AtMs = o.CreatedAtMs });
            if (paid)
            {
                events.Add(new EventRow { Bucket = o.Bucket, OrderId = o.Id, Sequence = 2, Type = EventType.Paid, Cause = "callback", AtMs = o.CreatedAtMs });
            }
        }

        return events;
    }

    private static async Task CopyAsync<TRow>(NpgsqlConnection connection, Table<TRow> table, List<TRow> rows)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {table.Name} ({table.ColumnList()}) FROM STDIN (FORMAT BINARY)");
        copy.Timeout = TimeSpan.FromMinutes(5);
        var columns = table.Columns.Select(c => (Values: c.Values(rows), c.Type)).ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            await copy.StartRowAsync();
            foreach (var (values, type) in columns)
            {
                await copy.WriteAsync(values.GetValue(i)!, type);
            }
        }

        await copy.CompleteAsync();
    }
}
