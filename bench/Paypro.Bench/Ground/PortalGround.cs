using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Platform;
using Paypro.Server.Statistics;
using Paypro.Server.Storage;

namespace Paypro.Bench.Ground;

/// <summary>A database with many orders of the last days, a third of them of one merchant, and an owner and an admin who have signed in.</summary>
internal static class PortalGround
{
    /// <summary>Whose lists are shown.</summary>
    public const long MerchantNo = BenchMerchants.FirstNo;

    /// <summary>The business has a number in each of so many countries, as it were.</summary>
    private const int Numbers = 12;

    /// <summary>The business of its owner.</summary>
    public const long BusinessId = 2;
    private const int Days = 6;

    /// <summary>Fills it, in words that both engines understand.</summary>
    /// <param name="database">Migrated and seeded.</param>
    /// <param name="count">Orders.</param>
    /// <returns>What the cookies of the owner and of the admin hold.</returns>
    public static async Task<(string Owner, string Admin)> MakeAsync(BenchDatabase database, long count)
    {
        await using var app = await database.OpenAsync();
        var nowMs = TimeProvider.System.NowMs();
        var spanMs = Days * 86_400_000L;
        await FillAsync(app.Services, nowMs - spanMs, spanMs, count);
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

    private static async Task FillAsync(IServiceProvider services, long fromMs, long spanMs, long count)
    {
        // Each third order is the merchant's; the ids rise with the time, as those of a clock do.
        const string Merchant = "CASE WHEN n % 3 = 0 THEN 0 ELSE n % 64 END";
        var (firstId, step) = (IdSource.FirstAt(fromMs), Math.Max(1, (IdSource.FirstAt(fromMs + spanMs) - IdSource.FirstAt(fromMs)) / count));
        var values = HotTables.Orders.Columns.Select(c => c.Name switch
        {
            "bucket" => Merchant,
            "id" => string.Create(CultureInfo.InvariantCulture, $"{firstId} + n * {step}"),
            "merchant_no" => string.Create(CultureInfo.InvariantCulture, $"{BenchMerchants.FirstNo} + {Merchant}"),
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
            "created_at_ms" => string.Create(CultureInfo.InvariantCulture, $"{fromMs} + n * {spanMs} / {count}"),
            _ => c.Empty,
        });
        await using var context = services.GetRequiredService<IContexts>().Create();
        context.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));
        await context.Database.ExecuteSqlRawAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"WITH RECURSIVE s(n) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT n + 1 FROM s WHERE n < {count}) INSERT INTO orders ({HotTables.Orders.ColumnList()}) SELECT {string.Join(", ", values)} FROM s"));
        await context.Database.ExecuteSqlRawAsync("ANALYZE orders");
    }
}
