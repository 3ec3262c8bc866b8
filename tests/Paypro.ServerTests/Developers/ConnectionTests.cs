using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Developers;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Infrastructure;
using static Paypro.ServerTests.Developers.DeveloperGround;

namespace Paypro.ServerTests.Developers;

/// <summary>From where calls are taken and how payouts are signed: set by the merchant's people, and taken away by operators.</summary>
public sealed class ConnectionTests
{
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>What one node is told holds on the other within two seconds, and is in the audit log with what was before.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnAddressThatIsNotOnTheListIsRefusedOnEveryNodeWithinTwoSeconds(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        await AddMerchantAsync(host, SigningAlgorithm.Md5);
        using var owner = await SignInAsync(host, Role.Owner, 1);
        await using var another = engine == Engine.Postgres ? await host.AnotherNodeAsync() : null;
        using var http = new HttpClient { BaseAddress = (another ?? host).Address };
        var client = new SignedClient(http, No, Secret);
        Assert.Equal("0000", (await client.PostAsync(Balance)).Code);
        foreach (var wrong in (string[])["shop.example", "10", "0.0.0.0/0"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await owner.PostAsync($"{Root}/allow", ("network", wrong))).Status);
        }

        Assert.Equal($"{Root}/connection?done=saved", (await owner.PostAsync($"{Root}/allow", ("network", "203.0.113.0/24"), ("note", "the office"))).Text);
        var refused = await WithinTwoSecondsAsync(() => client.PostAsync(Balance), a => a.Http == HttpStatusCode.Forbidden);
        Assert.Equal(("5000", "address: is not on this merchant's allow-list"), (refused.Code, refused.Message));

        // Who has no key learns nothing of the list.
        Assert.Equal("8000", (await new SignedClient(http, No, "another").PostAsync(Balance)).Code);
        Assert.Equal($"{Root}/connection?done=saved", (await owner.PostAsync($"{Root}/allow", ("network", "127.0.0.1"))).Text);
        await WithinTwoSecondsAsync(() => client.PostAsync(Balance), a => a.Code == "0000");
        await owner.PostAsync($"{Root}/disallow", ("network", "127.0.0.1/32"));
        await WithinTwoSecondsAsync(() => client.PostAsync(Balance), a => a.Http == HttpStatusCode.Forbidden);
        await owner.PostAsync($"{Root}/disallow", ("network", "203.0.113.0/24"));
        await WithinTwoSecondsAsync(() => client.PostAsync(Balance), a => a.Code == "0000");

        var audit = await host.ReadAsync(c => c.Audit.Where(a => a.Action.StartsWith("allow-list.")).OrderBy(a => a.No).ToListAsync());
        Assert.Equal(["allow-list.add", "allow-list.add", "allow-list.remove", "allow-list.open"], audit.Select(a => a.Action));
        Assert.Equal(("{\"lines\":[\"203.0.113.0/24\"]}", "{\"lines\":[\"203.0.113.0/24\",\"127.0.0.1/32\"]}"), (audit[1].Before, audit[1].After));
        Assert.Contains(CallFault.Address, (await LoggedAsync(another ?? host, 3)).Select(r => r.Fault));
    }

    /// <summary>HMAC is asked for at once; an owner alone takes MD5 again after an hour, and his developer does not.</summary>
    [Fact]
    public async Task HmacIsRequiredAtOnceAndMd5IsTakenAgainByProposal()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        await AddMerchantAsync(host, SigningAlgorithm.Md5);
        using var developer = await SignInAsync(host, Role.Developer, 1);
        using var owner = await SignInAsync(host, Role.Owner, 1);
        Assert.Contains("Make an HMAC key first", (await developer.PostAsync($"{Root}/hmac")).Text, StringComparison.Ordinal);
        Assert.Contains("Payouts are taken with any key already.", (await owner.PostAsync($"{Root}/md5", ("reason", "an old program"))).Text, StringComparison.Ordinal);
        await host.The<ConfigStore>().SaveAsync(context =>
        {
            context.MerchantKeys.Add(host.The<KeyMaker>().Make(8, 2000000001, SigningAlgorithm.HmacSha256, "another-secret-of-the-test", signs: false, 1));
            return Task.CompletedTask;
        });
        Assert.Equal($"{Root}/connection?done=saved", (await developer.PostAsync($"{Root}/hmac")).Text);
        Assert.True(await NeedsHmacAsync());
        Assert.Equal(HttpStatusCode.Forbidden, (await developer.PostAsync($"{Root}/md5")).Status);
        Assert.StartsWith("/dashboard/proposals?done=proposed", (await owner.PostAsync($"{Root}/md5", ("reason", "an old program"))).Text, StringComparison.Ordinal);
        Assert.True(await NeedsHmacAsync());
        host.Time.Pass(TimeSpan.FromMinutes(61));
        await host.The<Proposals>().RunOnceAsync(CancellationToken.None);
        Assert.False(await NeedsHmacAsync());
        Assert.Equal(
            ["payouts.require-hmac", "payouts.allow-md5"], await host.ReadAsync(c => c.Audit.Where(a => a.Action.StartsWith("payouts.")).OrderBy(a => a.No).Select(a => a.Action).ToListAsync()));

        Task<bool> NeedsHmacAsync() => host.ReadAsync(c => c.Merchants.Where(m => m.MerchantNo == 2000000001).Select(m => m.PayoutsNeedHmac).SingleAsync());
    }

    /// <summary>An operator sees how a merchant is connected and takes away, but never opens its list.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnOperatorOnlyTakesAway(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        await AddMerchantAsync(host, SigningAlgorithm.Md5);
        var connection = host.The<Connection>();
        await connection.SetUrlsAsync(Actor.Program, 2000000001, "https://shop.example/n", "");
        foreach (var line in (string[])["203.0.113.7", "203.0.113.8"])
        {
            Assert.Null(await connection.AllowAsync(Actor.Program, 2000000001, line, ""));
        }

        using var risk = await host.SignedInAsync(Role.Risk);
        const string place = "/operator/merchants/2000000001/connection";
        Assert.Contains("https://shop.example/n", (await risk.GetAsync(place)).Html, StringComparison.Ordinal);
        Assert.Equal($"{place}?done=stopped", (await risk.PostAsync(place, ("what", "Address"), ("network", "203.0.113.7/32"))).Path);
        Assert.Contains("is the last line", (await risk.PostAsync(place, ("what", "Address"), ("network", "203.0.113.8/32"))).Html, StringComparison.Ordinal);
        Assert.Equal($"{place}?done=stopped", (await risk.PostAsync(place, ("what", "NotifyUrls"))).Path);
        Assert.Equal($"{place}?done=stopped", (await risk.PostAsync(place, ("what", "Md5Payouts"))).Path);
        var merchant = await host.ReadAsync(c => c.Merchants.SingleAsync(m => m.MerchantNo == 2000000001));
        Assert.Equal(("", true, "203.0.113.8/32"), (merchant.PayInNotifyUrl, merchant.PayoutsNeedHmac, (await connection.AllowedAsync(2000000001)).Single().Network));
        using var support = await host.SignedInAsync(Role.Support);
        Assert.Equal(HttpStatusCode.Forbidden, (await support.PostAsync(place, ("what", "NotifyUrls"))).Status);
    }

    /// <summary>What a loaded machine is late with, in the calls and rests of this loop, is no time that the service took.</summary>
    private static async Task<ApiAnswer> WithinTwoSecondsAsync(Func<Task<ApiAnswer>> call, Func<ApiAnswer, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        var (usual, late) = (TimeSpan.FromMilliseconds(40), TimeSpan.Zero);
        while (true)
        {
            var turn = TimeProvider.System.GetTimestamp();
            var answer = await call();
            if (holds(answer))
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            late += TimeProvider.System.GetElapsedTime(turn) is var took && took > usual ? took - usual : TimeSpan.Zero;
            Assert.True(TimeProvider.System.GetElapsedTime(began) - late < TimeSpan.FromSeconds(2), $"After two seconds the answer is still {answer.Text}");
        }
    }
}
