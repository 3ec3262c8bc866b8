using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Calls;
using Paypro.Server.Dashboard.Developers;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.MerchantApi;

namespace Paypro.ServerTests.Developers;

/// <summary>What a merchant's developer has on a live installation.</summary>
public sealed class DeveloperTests
{
    private const string Secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0", No = "2000000001", Balance = "/mex-pay/v1/paypro/queryBalance", Root = "/dashboard/developers/2000000001";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ADeveloperFindsTheWrongSignatureOfHisCallAndMendsIt(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var http = new HttpClient { BaseAddress = host.Address };
        var client = new SignedClient(http, No, Secret);
        await AddMerchantAsync(host, SigningAlgorithm.Md5);
        using var developer = await SignInAsync(host, Role.Developer, 1);
        Assert.Contains("No call is in the log.", (await developer.GetAsync(Root)).Text, StringComparison.Ordinal);

        // The key is not appended.
        var body = TestMerchant.PayInBody("T-1").With("timestamp", host.Time.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal("8000", (await client.PostRawAsync(TestMerchant.PayIn, body.SignedWith("").ToString())).Code);
        await LoggedAsync(host, 1);
        var list = (await developer.GetAsync($"{Root}?answer=faults&operation=1&hours=24")).Text;
        Assert.Contains("Wrong signature", list, StringComparison.Ordinal);
        Assert.Contains("No call is in the log.", (await developer.GetAsync($"{Root}?operation=3")).Text, StringComparison.Ordinal);
        var path = Regex.Match(list, $"{Root}/calls/[0-9]+").Value;
        var call = await developer.GetAsync(path);
        Assert.Contains("The key is not part of the text. Append it to the end, without a separator.", call.Text, StringComparison.Ordinal);
        Assert.Contains("No key of yours has signed this call.", call.Text, StringComparison.Ordinal);
        Assert.Contains("amount=300email=[22 characters]mobile=[10 characters]notifyUrl=https://merchant.example/notifypayer=[4 characters]", call.Text, StringComparison.Ordinal);
        Assert.Contains($"curl -X POST 'https://pay.example{TestMerchant.PayIn}'", call.Text, StringComparison.Ordinal);

        // Another way, and right.
        Assert.Equal("8000", (await client.PostAsync(TestMerchant.PayIn, TestMerchant.PayInBody("T-1", way: "pigeon"))).Code);
        Assert.Equal("0000", (await client.PostAsync(Balance)).Code);
        Assert.Equal("0000", (await client.PostAsync(Balance)).Code);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostRawAsync("/mex-pay/v1/paypro/nothing", "{}")).Http);
        var rows = await LoggedAsync(host, 4);
        Assert.Equal(
            [(CallFault.Signature, false, ""), (CallFault.Field, true, "wayCode"), (CallFault.None, true, ""), (CallFault.Path, false, "")],
            rows.Select(r => (r.Fault, r.Proved, r.Field)));
        Assert.Contains("Unknown way", (await developer.GetAsync(Root)).Text, StringComparison.Ordinal);
        Assert.Contains("No way is open for this merchant at present.", (await developer.GetAsync($"{Root}/calls/{rows[1].Id}")).Text, StringComparison.Ordinal);

        // When the key was used last stands beside it.
        await host.The<KeyUses>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(7, await host.ReadAsync(c => c.KeyUses.Select(k => k.KeyId).SingleAsync()));
        Assert.DoesNotContain("never", (await developer.GetAsync($"/dashboard/keys/{No}")).Text, StringComparison.Ordinal);

        // Neither a person nor a key nor a signature is in any row; another business's developer finds nothing.
        var all = string.Join('\n', rows.Select(r => string.Join('|', r.Body, r.SignedText, r.Sentence, r.Path, r.TradeNo, r.MistakeIn, r.Address)));
        foreach (var secret in (string[])["Name\"", "5512345678", "payer@merchant.example", "a remark", Secret, body.Md5("")])
        {
            Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
        }

        using var stranger = await SignInAsync(host, Role.Owner, 2);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await developer.GetAsync($"{Root}/calls/1")).Status);

        // Accepted calls are kept for a day, others for seven.
        host.Time.Pass(CallWriter.AcceptedKeptFor + TimeSpan.FromMinutes(1));
        Assert.False(await host.The<CallWriter>().ForgetAsync(CancellationToken.None));
        Assert.DoesNotContain(CallFault.None, (await LoggedAsync(host, 3)).Select(r => r.Fault));
        host.Time.Pass(CallWriter.KeptFor);
        await host.The<CallWriter>().ForgetAsync(CancellationToken.None);
        Assert.Empty(await host.ReadAsync(c => c.ApiCalls.ToListAsync()));
    }

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

    [Fact]
    public async Task ATestDeliveryGoesWhereRealOnesMayGoAndNowhereElse()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        await AddMerchantAsync(host, SigningAlgorithm.HmacSha256);
        using var developer = await SignInAsync(host, Role.Developer, 1);
        Assert.Contains("Set the address first.", (await developer.PostAsync($"{Root}/test", ("what", "payIns"))).Text, StringComparison.Ordinal);
        foreach (var wrong in (string[])["ftp://shop.example/n", "https://user@shop.example/n", "/n", $"https://shop.example/{new string('x', 500)}"])
        {
            var page = await developer.PostAsync($"{Root}/urls", ("payIns", wrong), ("payouts", ""));
            Assert.True(page.Status == HttpStatusCode.BadRequest && page.Text.Contains(wrong, StringComparison.Ordinal), wrong);
        }

        Assert.Equal($"{Root}/connection?done=saved", (await developer.PostAsync($"{Root}/urls", ("payIns", "http://127.0.0.1:9/n"), ("payouts", ""))).Text);
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Equal("http://127.0.0.1:9/n", host.The<SnapshotStore>().Current.Merchant(2000000001)!.PayInNotifyUrl);
        Assert.Contains("Not sent: the address is this machine.", (await developer.PostAsync($"{Root}/test", ("what", "payIns"))).Text, StringComparison.Ordinal);
        Assert.Equal(["notification.test", "notify-urls.set"], await host.ReadAsync(c => c.Audit.Where(a => a.Action.StartsWith("noti")).Select(a => a.Action).Distinct().Order().ToListAsync()));
        Assert.Equal(HttpStatusCode.NotFound, (await developer.GetAsync($"{Root}/sandbox")).Status);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ABrandIsSavedWithItsLogoAndAWrongFileIsRefusedWithASentence(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        await AddMerchantAsync(host, SigningAlgorithm.Md5);
        using var developer = await SignInAsync(host, Role.Developer, 1);
        const string brand = "/dashboard/brand/2000000001";
        byte[] png = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 1, 2, 3];
        (string, string)[] look = [("colour", "#0A5FD0"), ("support", "help@shop.example")];
        Assert.Equal($"{brand}?done=saved", (await developer.UploadAsync(brand, "logo", png, look)).Text);
        var row = await host.ReadAsync(c => c.MerchantBrands.SingleAsync());
        Assert.Equal(("#0a5fd0", "help@shop.example", png.Length), (row.Colour, row.Support, row.Logo.Length));
        foreach (var (file, sentence) in ((byte[], string)[])[("GIF89a"u8.ToArray(), "logo: must be a PNG, JPEG or WebP image"), ([.. png, .. new byte[Brand.LogoAtMostBytes]], "logo: must be at most 12 KiB"), ([.. png, .. new byte[500_000]], "logo: must be at most 12 KiB"), ([.. png, .. new byte[3_000_000]], "What was sent is too large.")])
        {
            var refused = await developer.UploadAsync(brand, "logo", file, look);
            Assert.True(refused.Status == HttpStatusCode.BadRequest && refused.Text.Contains(sentence, StringComparison.Ordinal), refused.Text);
        }

        Assert.Contains("colour: must be six hexadecimal digits", (await developer.PostAsync(brand, ("colour", "blue"), ("support", ""))).Text, StringComparison.Ordinal);
        Assert.Equal(row.LogoFile, (await host.ReadAsync(c => c.MerchantBrands.SingleAsync())).LogoFile);

        // The screen may show the preview, and nobody else may.
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Contains($"{brand}/preview?colour=%230a5fd0", (await developer.GetAsync(brand)).Text, StringComparison.Ordinal);
        var preview = (await developer.GetAsync($"{brand}/preview?colour=%23ff0000&support=+52+55+1234+5678&lang=en")).Text;
        Assert.Contains("A shop", preview, StringComparison.Ordinal);
        Assert.Contains(row.LogoFile, preview, StringComparison.Ordinal);
        Assert.Equal($"{brand}?done=saved", (await developer.PostAsync(brand, ("colour", ""), ("support", ""), ("noLogo", "1"))).Text);
        Assert.Equal("", (await host.ReadAsync(c => c.MerchantBrands.SingleAsync())).LogoFile);
    }

    [Fact]
    public async Task EveryScreenAnswersEveryRoleAsTheTableSays()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        await AddMerchantAsync(host, SigningAlgorithm.Md5);
        foreach (var role in Permissions.MerchantRoles)
        {
            using var own = await SignInAsync(host, role, 1);
            using var other = await SignInAsync(host, role, 2);
            foreach (var (method, path, permission, _) in DeveloperRoutes.All)
            {
                var address = path.Replace("{no:long}", No, StringComparison.Ordinal).Replace("{call:long}", "1", StringComparison.Ordinal);
                var page = method == "GET" ? await own.GetAsync(address) : await own.PostAsync(address);
                Assert.True(page.Status == HttpStatusCode.Forbidden == (Permissions.Of(role, permission) == Grant.None), $"{role} at {method} {path}: {page.Status}");
                Assert.True((int)page.Status < 500, $"{role} at {method} {path}: {page.Status}");
                var foreign = method == "GET" ? await other.GetAsync(address) : await other.PostAsync(address);
                Assert.Equal(Permissions.Of(role, permission) == Grant.None ? HttpStatusCode.Forbidden : HttpStatusCode.NotFound, foreign.Status);
            }
        }

        // What changes where money is told of, or who may call, asks for a code that is less than five minutes old.
        using var owner = await SignInAsync(host, Role.Owner, 1);
        host.Time.Pass(Sessions.StepUpGoodFor);
        foreach (var (_, path, permission, _) in DeveloperRoutes.All.Where(r => r.Method == "POST"))
        {
            var page = await owner.PostAsync(path.Replace("{no:long}", No, StringComparison.Ordinal));
            Assert.True(page.Text.Contains(Paypro.Server.Screens.StepUps.Code, StringComparison.Ordinal) == Permissions.NeedsStepUp(permission), $"{path}: {page.Text}");
        }
    }

    private static Task<DashboardSession> SignInAsync(PortalHost host, Role role, long businessId) => DashboardSession.StartAsync(host.The<IServiceProvider>(), host.Address, role, businessId);

    private static async Task AddMerchantAsync(PortalHost host, SigningAlgorithm algorithm)
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
    private static async Task<List<ApiCallRow>> LoggedAsync(PortalHost host, int count)
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

    private static async Task<ApiAnswer> WithinTwoSecondsAsync(Func<Task<ApiAnswer>> call, Func<ApiAnswer, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await call();
            if (holds(answer))
            {
                return answer;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(2), $"After two seconds the answer is still {answer.Text}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
