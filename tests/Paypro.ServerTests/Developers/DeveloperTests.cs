using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
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
using static Paypro.ServerTests.Developers.DeveloperGround;

namespace Paypro.ServerTests.Developers;

/// <summary>What a merchant's developer has on a live installation.</summary>
public sealed class DeveloperTests
{
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

        using var another = await SignInAsync(host, Role.Owner, 2);
        Assert.Equal(HttpStatusCode.NotFound, (await another.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await developer.GetAsync($"{Root}/calls/1")).Status);

        // Accepted calls are kept for a day, others for seven.
        host.Time.Pass(CallWriter.AcceptedKeptFor + TimeSpan.FromMinutes(1));
        Assert.False(await host.The<CallWriter>().ForgetAsync(CancellationToken.None));
        Assert.DoesNotContain(CallFault.None, (await LoggedAsync(host, 3)).Select(r => r.Fault));
        host.Time.Pass(CallWriter.KeptFor);
        await host.The<CallWriter>().ForgetAsync(CancellationToken.None);
        Assert.Empty(await host.ReadAsync(c => c.ApiCalls.ToListAsync()));
    }

    /// <summary>A portion whose COMMIT was answered by nobody is stored already: it must not keep what comes after it out.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatIsStoredAlreadyDoesNotStopTheLog(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        await AddMerchantAsync(host, SigningAlgorithm.Md5);
        var id = host.The<IdSource>().Next();
        await host.The<ConfigStore>().SaveAsync(context =>
        {
            context.ApiCalls.Add(new ApiCallRow { Id = id, MerchantNo = 2000000001, Path = "/stored" });
            return Task.CompletedTask;
        });
        foreach (var next in (long[])[id, host.The<IdSource>().Next()])
        {
            host.The<CallLog>().Add(new CallEntry(next, host.The<SnapshotStore>().Current.Merchant(2000000001)!, new CallOutcome("5000", 200, "", CallFault.Failed))
            {
                Operation = null, HasRoute = false, Path = "/again", Address = "", Headers = new CallHeaders(true, "", ""), Body = [], Proved = true, AtMs = 1, TookMs = 1,
            });
        }

        Assert.Equal(["/stored", "/again"], (await LoggedAsync(host, 2)).Select(r => r.Path));
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
}
