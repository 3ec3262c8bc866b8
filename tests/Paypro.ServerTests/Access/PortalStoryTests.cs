using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>A live installation from an empty database to its first signed call, by its screens alone.</summary>
public sealed class PortalStoryTests
{
    private const string Password = "four plain words here";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task FromAnEmptyDatabaseToTheFirstSignedCall(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = host.Browser();
        var link = await host.The<Users>().OperatorLinkAsync("first@example.com");
        var codes = await admin.AcceptAsync($"https://pay.example/operator/welcome/{link.LinkSecret}", "First", Password);
        Assert.Equal(SecondFactor.RecoveryCodes, Regex.Count(codes.Html, "<li>"));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Browser().GetAsync($"/operator/welcome/{link.LinkSecret}")).Status);

        // A second admin, without a wait while the installation is being set up.
        await admin.GetAsync("/operator/users");
        var users = await admin.PostAsync("/operator/users", ("email", "second@example.com"), ("role", "Admin"), ("reason", "the second of two"));
        Assert.Equal(("/operator/users?done=saved", HttpStatusCode.OK), (users.Path, users.Status));
        var second = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Email == "second@example.com"));
        var invited = await admin.PostAsync("/operator/users/link", ("user", $"{second.Id}"));
        using var other = host.Browser();
        Assert.Contains("recovery codes", (await other.AcceptAsync(invited.TextOf("secret")!, "Second", Password)).Html, StringComparison.Ordinal);

        // A merchant with terms.
        await admin.GetAsync("/operator/merchants");
        var merchant = await admin.PostAsync("/operator/merchants", ("business", ""), ("businessName", "A business"), ("country", "MX"), ("name", "A shop"));
        Assert.Equal("/operator/merchants/2000000001?done=saved", merchant.Path);
        await admin.ConfirmAsync("/operator");

        // An admin proposes terms; nobody of finance or risk is there yet, who could approve them.
        (string, string)[] terms = [("direction", "PayIn"), ("way", "*"), ("rate", "2.5"), ("fixed", "1.00"), ("tax", "16"), ("settlementDays", "1"), ("days", "business"), ("reason", "the contract")];
        Assert.Contains("nobody is entitled to approve this", WebUtility.HtmlDecode((await admin.PostAsync("/operator/merchants/2000000001/terms", terms)).Html), StringComparison.Ordinal);
        using var finance = await host.SignedInAsync(Role.Finance);
        Assert.Equal("/operator/merchants/2000000001/terms?done=saved", (await finance.PostAsync("/operator/merchants/2000000001/terms", terms)).Path);
        var stored = await host.ReadAsync(c => c.Terms.SingleAsync(t => t.MerchantNo == 2000000001));
        Assert.Equal((250, 100, 1600, 1, true), (stored.BasisPoints, stored.FixedMinor, stored.TaxBasisPoints, stored.SettlementDays, stored.BusinessDays));

        // It takes live money when its papers are settled.
        Assert.Contains("these papers are not settled yet: rfc, acta", WebUtility.HtmlDecode((await admin.PostAsync("/operator/merchants/2000000001/approve", ("reason", "seen"))).Html), StringComparison.Ordinal);
        foreach (var paper in (string[])["rfc", "acta", "domicilio", "representative", "owners", "bank"])
        {
            Assert.Equal("/operator/merchants/2000000001/papers?done=saved", (await admin.PostAsync("/operator/merchants/2000000001/papers", ("paper", paper), ("state", "NotNeeded"), ("note", "seen elsewhere"))).Path);
        }

        Assert.Equal("/operator/merchants/2000000001?done=saved", (await admin.PostAsync("/operator/merchants/2000000001/approve", ("reason", "seen"))).Path);

        // Its owner makes and opens the key; nobody else can.
        await admin.GetAsync("/operator/merchants/2000000001");
        var owner = await admin.PostAsync("/operator/merchants/2000000001/owner", ("email", "Owner@Example.com"));
        using var dashboard = host.Browser();
        await dashboard.AcceptAsync(owner.TextOf("secret")!, "Owner", Password);
        Assert.Contains("2000000001", (await dashboard.GetAsync("/dashboard")).Html, StringComparison.Ordinal);
        await dashboard.GetAsync("/dashboard/keys/2000000001");
        Assert.Equal("/dashboard/keys/2000000001?done=saved", (await dashboard.PostAsync("/dashboard/keys/2000000001", ("kind", "Md5"), ("overlap", "7"))).Path);
        var key = await host.ReadAsync(c => c.MerchantKeys.SingleAsync());
        var secret = (await dashboard.PostAsync("/dashboard/keys/2000000001/reveal", ("key", $"{key.Id}"))).TextOf("secret");
        Assert.Equal(64, secret!.Length);
        Assert.DoesNotContain(secret, (await admin.GetAsync("/operator/merchants/2000000001")).Html, StringComparison.Ordinal);

        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        using var http = new HttpClient { BaseAddress = host.Address };
        Assert.Equal("0000", (await new SignedClient(http, "2000000001", secret).PostAsync("/mex-pay/v1/paypro/queryBalance")).Code);

        // Everything stands in the log, nothing of it secret.
        var audit = await admin.GetAsync("/operator/audit");
        foreach (var action in (string[])["user.operator-link", "user.accept", "user.give-role", "business.create", "merchant.create", "terms.add", "key.make", "key.reveal", "session.step-up"])
        {
            Assert.Contains(action, audit.Html, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(secret, audit.Html, StringComparison.Ordinal);
        Assert.False(await host.The<AuditCheck>().RunOnceAsync(CancellationToken.None) && await host.ReadAsync(c => c.Cases.AnyAsync(k => k.Kind == AuditCheck.Kind)));

        // Stopped at once, on every node.
        await admin.PostAsync("/operator/merchants/2000000001/stop", ("what", "payIns"), ("reason", "asked by the merchant"));
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.False(host.The<SnapshotStore>().Current.Merchant(2000000001)!.PayInsOpen);
        Assert.True(host.The<SnapshotStore>().Current.Merchant(2000000001)!.PayoutsOpen);
    }

    /// <summary>What a leaver had ends on every node within the five seconds for which one keeps a session.</summary>
    [Fact]
    public async Task ALeaversAccessEndsOnBothNodes()
    {
        await using var host = await PortalHost.StartAsync(Engine.Postgres);
        await using var another = await host.AnotherNodeAsync();
        using var leaver = await host.SignedInAsync(Role.Risk);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var there = another.Browser();
        foreach (Cookie cookie in leaver.Cookies.GetCookies(host.Address))
        {
            there.Cookies.Add(another.Address, new Cookie(cookie.Name, cookie.Value));
        }

        Assert.Equal("/operator/merchants", (await leaver.GetAsync("/operator/merchants")).Path);
        Assert.Equal("/operator/merchants", (await there.GetAsync("/operator/merchants")).Path);
        var user = await host.ReadAsync(c => c.Users.SingleAsync(u => u.Email == "risk-0@example.com"));
        Assert.Equal("/operator/users?done=stopped", (await admin.PostAsync("/operator/users/disable", ("user", $"{user.Id}"), ("reason", "has left"))).Path);

        Assert.Equal("/operator/sign-in", (await leaver.GetAsync("/operator/merchants")).Path);
        await Task.Delay(Sessions.KeptFor, TimeProvider.System);
        Assert.Equal("/operator/sign-in", (await there.GetAsync("/operator/merchants")).Path);
    }

    /// <summary>One with a merchant of another business is told that it does not exist.</summary>
    [Fact]
    public async Task AnotherBusinessDoesNotExist()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        using var admin = await host.SignedInAsync(Role.Admin);
        foreach (var name in (string[])["One", "Two"])
        {
            await admin.PostAsync("/operator/merchants", ("business", ""), ("businessName", name), ("country", "KE"), ("name", name));
        }

        var businesses = await host.ReadAsync(c => c.Merchants.ToDictionaryAsync(m => m.MerchantNo, m => m.BusinessId));
        using var owner = await host.SignedInAsync(Role.Owner, businesses[2000000001]);
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync("/dashboard/keys/2000000001")).Status);
        foreach (var (path, fields) in new (string, (string, string)[])[] { ("", [("kind", "Md5"), ("overlap", "0")]), ("/reveal", [("key", "1")]), ("/end", [("key", "1")]) })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await owner.PostAsync($"/dashboard/keys/2000000002{path}", fields)).Status);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync("/dashboard/keys/2000000002")).Status);
        Assert.DoesNotContain("2000000002", (await owner.GetAsync("/dashboard")).Html, StringComparison.Ordinal);
        Assert.Empty(await host.ReadAsync(c => c.MerchantKeys.ToListAsync()));

        // Nor does an operator's session open the dashboard, or a merchant's the back office.
        Assert.Equal("/dashboard/sign-in", (await admin.GetAsync("/dashboard")).Path);
        Assert.Equal("/operator/sign-in", (await owner.GetAsync("/operator/merchants")).Path);
    }

    /// <summary>Two keys work at a time; the older one ends by itself.</summary>
    [Fact]
    public async Task AKeyIsReplacedWithAnOverlap()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        using var admin = await host.SignedInAsync(Role.Admin);
        await admin.PostAsync("/operator/merchants", ("business", ""), ("businessName", "One"), ("country", "MX"), ("name", "One"));
        using var owner = await host.SignedInAsync(Role.Owner, await host.ReadAsync(c => c.Merchants.Select(m => m.BusinessId).SingleAsync()));
        var secrets = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await owner.PostAsync("/dashboard/keys/2000000001", ("kind", nameof(SigningAlgorithm.Md5)), ("overlap", "7"));
            var newest = await host.ReadAsync(c => c.MerchantKeys.OrderByDescending(k => k.Id).FirstAsync());
            secrets.Add((await owner.PostAsync("/dashboard/keys/2000000001/reveal", ("key", $"{newest.Id}"))).TextOf("secret")!);
        }

        Assert.Contains("Two keys are valid already", (await owner.PostAsync("/dashboard/keys/2000000001", ("kind", "Md5"), ("overlap", "7"))).Html, StringComparison.Ordinal);
        Assert.Equal(["0000", "0000"], await CodesAsync());
        Assert.Single(await host.ReadAsync(c => c.MerchantKeys.Where(k => k.Signs).ToListAsync()));
        host.Time.Pass(TimeSpan.FromDays(7));
        Assert.Equal(["8000", "0000"], await CodesAsync());

        async Task<List<string?>> CodesAsync()
        {
            await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
            using var http = new HttpClient { BaseAddress = host.Address };
            var codes = new List<string?>();
            foreach (var secret in secrets)
            {
                codes.Add((await new SignedClient(http, "2000000001", secret).PostAsync("/mex-pay/v1/paypro/queryBalance", ("timestamp", $"{host.Time.GetUtcNow().ToUnixTimeMilliseconds()}"))).Code);
            }

            return codes;
        }
    }
}
