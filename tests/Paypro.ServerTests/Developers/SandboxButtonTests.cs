using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Server.Dashboard.Developers;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Developers;

/// <summary>What a developer can do in a sandbox from the dashboard: pay his orders, and see his own server take a notification.</summary>
public sealed class SandboxButtonTests
{
    private const string Root = "/dashboard/developers/1000000001";

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AnOrderIsPaidByAButtonAndATestDeliveryIsTaken(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        await using var receiver = await RecordingReceiver.StartAsync();
        var client = SignedClient.Mexico(host.Http);
        var business = await host.ReadAsync(c => c.Merchants.Where(m => m.MerchantNo == 1000000001).Select(m => m.BusinessId).SingleAsync());
        using var developer = await DashboardSession.StartAsync(host.Services, host.Http.BaseAddress!, Role.Developer, business);
        Assert.Equal("0000", (await client.PostAsync(TestMerchant.PayIn, TestMerchant.PayInBody("button").With("notifyUrl", receiver.AddressOf("paid")))).Code);
        var page = (await developer.GetAsync($"{Root}/sandbox")).Text;
        var number = Regex.Match(page, "name=\"order\" value=\"([0-9a-z]{16})\"").Groups[1].Value;

        // Another merchant's order is not there, whoever's sandbox it is.
        Assert.Contains("There is no such order.", (await developer.PostAsync("/dashboard/developers/1000000002/sandbox", ("order", number), ("action", "pay"))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await developer.PostAsync($"{Root}/sandbox", ("order", number), ("action", "burn"))).Status);
        Assert.Equal($"{Root}/sandbox?done=saved", (await developer.PostAsync($"{Root}/sandbox", ("order", number), ("action", "pay"))).Text);
        Assert.True(await SandboxHost.ComesToBeAsync(async () => await host.ReadAsync(c => c.Orders.AnyAsync(o => o.Number == number && o.State == OrderState.Paid))));
        Assert.Equal([("return", "Send back")], SandboxModel.ActionsOf(await host.ReadAsync(c => c.Orders.SingleAsync(o => o.Number == number))));
        Assert.True(await SandboxHost.ComesToBeAsync(() => Task.FromResult(receiver.Received.Any())));

        // The sample says that it failed, and is signed like any other.
        Assert.Equal($"{Root}/connection?done=saved", (await developer.PostAsync($"{Root}/urls", ("payIns", receiver.AddressOf("test")), ("payouts", receiver.AddressOf("wrong", _ => ReceiverAnswer.Error)))).Text);
        await host.Services.GetRequiredService<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Contains("state good", (await developer.PostAsync($"{Root}/test", ("what", "payIns"))).Text, StringComparison.Ordinal);
        var sample = receiver.Received.Last(n => n.Path.EndsWith("test", StringComparison.Ordinal));
        var told = FlatBody.Parse(sample.Body);
        Assert.Equal(("00029", told.Md5(SignedClient.MexicoSecret)), (told.TextOf("status"), told.TextOf("sign")));
        Assert.StartsWith("paypro-test-", told.TextOf("tradeNo"), StringComparison.Ordinal);
        Assert.Contains("A notification is taken when the answer is HTTP 200 with the body OK.", (await developer.PostAsync($"{Root}/test", ("what", "payouts"))).Text, StringComparison.Ordinal);
    }
}
