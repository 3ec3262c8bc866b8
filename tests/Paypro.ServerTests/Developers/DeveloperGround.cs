using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;

namespace Paypro.ServerTests.Developers;

/// <summary>A live merchant of Mexico, and one of another business.</summary>
internal static class DeveloperGround
{
    public const string Secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", No = "2000000001", Balance = "/mex-pay/v1/paypro/queryBalance", Root = "/dashboard/developers/2000000001";

    public static Task<DashboardSession> SignInAsync(PortalHost host, Role role, long businessId) => DashboardSession.StartAsync(host.The<IServiceProvider>(), host.Address, role, businessId);

    public static async Task AddMerchantAsync(PortalHost host, SigningAlgorithm algorithm)
    {
        await host.The<ConfigStore>().SaveAsync(context =>
        {
            context.Merchants.Add(new MerchantRow { MerchantNo = 2000000001, Bucket = Buckets.Of(No), BusinessId = 1, Country = "MX", Currency = "MXN", Name = "A shop" });
            context.Merchants.Add(new MerchantRow { MerchantNo = 2000000002, Bucket = Buckets.Of("2000000002"), BusinessId = 2, Country = "KR", Currency = "KRW", Name = "Another" });
            context.MerchantKeys.Add(host.The<KeyMaker>().Make(7, 2000000001, algorithm, Secret, signs: true, 1));
            return Task.CompletedTask;
        });
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    /// <summary>The log is written in turns: what it holds once it holds so many.</summary>
    public static async Task<List<ApiCallRow>> LoggedAsync(PortalHost host, int count)
    {
        for (var i = 0; ; i++)
        {
            var rows = await host.ReadAsync(c => c.ApiCalls.AsNoTracking().OrderBy(a => a.Id).ToListAsync());
            if (rows.Count >= count || i == 100)
            {
                Assert.True(rows.Count >= count, $"{rows.Count} of {count} calls are in the log");
                return rows;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }
}
