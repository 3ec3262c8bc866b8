using Microsoft.EntityFrameworkCore;
using Paypro.Protocol;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Statistics;
using Paypro.Server.Storage;

namespace Paypro.Bench.Ground;

/// <summary>A database with many orders of the last days, a third of them of one merchant, with its entries, failed deliveries and calls, and with open cases; and an owner and an admin who have signed in.</summary>
internal static class PortalGround
{
    /// <summary>Whose lists are shown.</summary>
    public const long MerchantNo = BenchMerchants.FirstNo;

    /// <summary>The business has a number in each of so many countries, as it were.</summary>
    private const int Numbers = 12;

    /// <summary>The business of its owner.</summary>
    public const long BusinessId = 2;
    private const int Days = 6;

    /// <summary>Fills it.</summary>
    /// <param name="database">Migrated and seeded.</param>
    /// <param name="count">Orders.</param>
    /// <returns>What the cookies of the owner and of the admin hold.</returns>
    public static async Task<(string Owner, string Admin)> MakeAsync(BenchDatabase database, long count)
    {
        await using var app = await database.OpenAsync();
        var nowMs = TimeProvider.System.NowMs();
        var spanMs = Days * 86_400_000L;
        await FillAsync(app.Services, database, nowMs - spanMs, spanMs, count);
        await app.Services.GetRequiredService<HourlyCounts>().CountAsync(HourlyCounts.SlotOf(nowMs - spanMs - HourlyCounts.SlotMs), HourlyCounts.SlotOf(nowMs) + HourlyCounts.SlotMs, CancellationToken.None);
        var (users, sessions, secret, admins) = (app.Services.GetRequiredService<Users>(), app.Services.GetRequiredService<Sessions>(), "", "");
        await app.Services.GetRequiredService<ConfigStore>().SaveAsync(context =>
            context.Merchants.Where(m => m.MerchantNo >= MerchantNo && m.MerchantNo < MerchantNo + Numbers).ExecuteUpdateAsync(s => s.SetProperty(m => m.BusinessId, BusinessId)));
        await app.Services.GetRequiredService<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var user = await users.GiveAsync(context, trail, new RoleWish("owner@example.com", Role.Owner, BusinessId), Actor.Program);
            (user.State, user.Name) = (UserState.Active, "Owner");
            (secret, _) = sessions.Add(context, user, Caller.Program);
            var admin = await users.GiveAsync(context, trail, new RoleWish("admin@example.com", Role.Admin, 0), Actor.Program);
            (admin.State, admin.Name) = (UserState.Active, "Admin");
            (admins, _) = sessions.Add(context, admin, Caller.Program);
            return true;
        });
        return (secret, admins);
    }

    /// <summary>Takes the index of the lists away, to see what it costs.</summary>
    public static async Task DropIndexAsync(BenchDatabase database)
    {
        await using var app = await database.OpenAsync();
        await using var context = app.Services.GetRequiredService<IContexts>().Create();
        await context.Database.ExecuteSqlRawAsync("DROP INDEX \"IX_orders_bucket_merchant_no_direction_id\"");
    }

    private static async Task FillAsync(IServiceProvider services, BenchDatabase database, long fromMs, long spanMs, long count)
    {
        await using var context = services.GetRequiredService<IContexts>().Create();
        context.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));

        // Each third order is the merchant's; the ids rise with the time, as those of a clock do.
        const string Merchant = "CASE WHEN n % 3 = 0 THEN 0 ELSE n % 64 END";
        var (firstId, step) = (IdSource.FirstAt(fromMs), Math.Max(1, (IdSource.FirstAt(fromMs + spanMs) - IdSource.FirstAt(fromMs)) / count));
        await InsertAsync(context, HotTables.Orders, count, column => column switch
        {
            "bucket" => Merchant,
            "id" => Number($"{firstId} + n * {step}"),
            "merchant_no" => Number($"{BenchMerchants.FirstNo} + {Merchant}"),
            "direction" => "CASE WHEN n % 5 = 0 THEN 2 ELSE 1 END",
            "state" => "CASE WHEN n % 100 = 0 THEN 1 WHEN n % 9 = 0 THEN 5 ELSE 3 END",
            "paid_minor" => "CASE WHEN n % 100 = 0 OR n % 9 = 0 THEN 0 ELSE 30000 END",
            "trade_no" => "'portal-' || n",
            "number" => "'fffffff' || (100000000 + n)",
            "country" => "'MX'",
            "currency" => "'MXN'",
            "way" => "CASE WHEN n % 7 = 0 THEN 'oxxo' ELSE 'spei' END",
            "amount_minor" => "30000",
            "result_version" => "1",
            "notify_url" => "'http://127.0.0.1:9/notify'",
            "created_at_ms" => Number($"{fromMs} + n * {spanMs} / {count}"),
            _ => null,
        });

        // A tenth as many cases that are open, deliveries that failed and entries, a hundredth as many calls: those of the merchant.
        var tenth = Math.Max(1, count / 10);
        await InsertAsync(context, HotTables.Cases, tenth, column => column switch
        {
            "bucket" => "n % 64",
            "id" => "n",
            "kind" => "CASE WHEN n % 3 = 0 THEN 'suspense' WHEN n % 3 = 1 THEN 'unknown-outcome' ELSE 'contradiction' END",
            "subject" => "'portal-' || n",
            "severity" => "1 + n % 3",
            "amount_minor" => "30000",
            "currency" => "'MXN'",
            "text" => "'What each side says about it.'",
            "count" => "1",
            "opened_at_ms" or "raised_at_ms" => Number($"{fromMs} + n * {spanMs} / {tenth}"),
            _ => null,
        });
        await InsertAsync(context, HotTables.NotificationAttempts, tenth, column => column switch
        {
            "order_id" => Number($"{firstId} + 3 * n * {step}"),
            "version" or "try_no" => "1",
            "merchant_no" => Number($"{BenchMerchants.FirstNo}"),
            "at_ms" => Number($"{fromMs} + n * {spanMs} / {tenth}"),
            "http_status" => "500",
            "answer" => "'It does not work.'",
            _ => null,
        });
        var account = AccountId.Merchant(0, MerchantNo, AccountKind.Available, Currency.Mxn).Id;
        await InsertAsync(context, database.Engine == "Postgres" ? HotTables.OpenedAccounts : HotTables.Accounts, 1, column => column switch
        {
            "id" => Number($"{account}"),
            "owner_type" => Number($"{(int)OwnerType.Merchant}"),
            "owner_id" => Number($"{MerchantNo}"),
            "kind" => Number($"{(int)AccountKind.Available}"),
            "currency" => "'MXN'",
            "balance_minor" => Number($"{tenth * 100}"),
            "sequence" => Number($"{tenth}"),
            _ => null,
        });

        // Above the numbers of the opening balances.
        await InsertAsync(context, HotTables.Transfers, tenth, column => column switch
        {
            "transfer_no" => "n + 1000",
            "once_key" => "NULL",
            "type" => Number($"{(int)TransferType.Adjustment}"),
            "booked_at_ms" => Number($"{fromMs} + n * {spanMs} / {tenth}"),
            _ => null,
        });
        await InsertAsync(context, HotTables.Entries, tenth, column => column switch
        {
            "account_id" => Number($"{account}"),
            "sequence" => "n",
            "transfer_no" => "n + 1000",
            "amount_minor" => "100",
            "balance_after_minor" => "n * 100",
            "booked_at_ms" => Number($"{fromMs} + n * {spanMs} / {tenth}"),
            "value_date" or "due_date" => Number($"{Clock.LocalDate(fromMs, TimeZoneInfo.Utc):yyyyMMdd}"),
            _ => null,
        });
        foreach (var part in Enumerable.Range(0, (int)Math.Max(1, count / 100)).Chunk(1_000))
        {
            context.ApiCalls.AddRange(part.Select(n => new ApiCallRow
            {
                Id = firstId + n * step * 100, MerchantNo = MerchantNo, AtMs = fromMs + n * spanMs / Math.Max(1, count / 100), Path = "/api/payIn", Code = n % 3 == 0 ? "0" : "1", HttpStatus = 200, Accepted = n % 3 == 0, Proved = true,
                Address = "203.0.113.9", TradeNo = Number($"portal-{n}"), Sentence = "What is to be mended.", Body = "{}",
            }));
            await context.SaveChangesAsync();
            context.ChangeTracker.Clear();
        }

        await context.Database.ExecuteSqlRawAsync("ANALYZE");
    }

    private static string Number(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>Rows numbered from 1 as <c>n</c>, in words that both engines understand.</summary>
    private static Task<int> InsertAsync<TRow>(PayproContext context, Table<TRow> table, long count, Func<string, string?> value) => context.Database.ExecuteSqlRawAsync(Number(
        $"WITH RECURSIVE s(n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM s WHERE n < {count}) INSERT INTO {table.Name} ({table.ColumnList()}) SELECT {string.Join(", ", table.Columns.Select(c => value(c.Name) ?? c.Empty))} FROM s"));
}
