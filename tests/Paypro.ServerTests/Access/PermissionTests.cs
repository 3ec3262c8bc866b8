using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Access;
using Paypro.Server.Operator;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>Each screen and each call answers each role as the table of permissions says.</summary>
public sealed class PermissionTests
{
    [Fact]
    public async Task EveryScreenAnswersEveryRoleAsTheTableSays()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        using var another = host.Browser();
        foreach (var role in Permissions.OperatorRoles)
        {
            using var browser = await host.SignedInAsync(role);
            foreach (var (method, path, permission, _) in OperatorRoutes.All)
            {
                var address = path.Replace("{no:long}", "2000000001", StringComparison.Ordinal);
                var page = method == "GET" ? await browser.GetAsync(address) : await browser.PostAsync(address);
                Assert.True(page.Status == HttpStatusCode.Forbidden == (Permissions.Of(role, permission) == Grant.None), $"{role} at {method} {path}: {page.Status}");
                Assert.True((int)page.Status < 500, $"{role} at {method} {path}: {page.Status}");
            }
        }

        foreach (var (method, path, _, _) in OperatorRoutes.All)
        {
            var address = path.Replace("{no:long}", "2000000001", StringComparison.Ordinal);
            Assert.Equal("/operator/sign-in", (method == "GET" ? await another.GetAsync(address) : await another.PostAsync(address)).Path);
        }

        // A form that is not from a page of this session is not taken.
        using var admin = await host.SignedInAsync(Role.Admin);
        admin.FormToken = "another";
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.PostAsync("/operator/merchants", ("businessName", "A business"), ("country", "MX"), ("name", "A shop"))).Status);
        Assert.Empty(await host.ReadAsync(c => c.Merchants.ToListAsync()));
    }

    /// <summary>A page for a person, and for a program of the operator API what that says without a token; never the merchant API's answer.</summary>
    [Fact]
    public async Task AnAddressThatIsNoneIsAnsweredToWhoeverAsks()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var another = host.Browser();
        foreach (var path in (string[])["/operator/merchant", "/operator/merchants/abc", "/operator/orders/a/b/c"])
        {
            var page = await admin.GetAsync(path);
            Assert.Equal((HttpStatusCode.NotFound, true), (page.Status, page.Html.Contains("There is no such page", StringComparison.Ordinal)));
            Assert.Equal(HttpStatusCode.NotFound, (await admin.PostAsync(path)).Status);
            Assert.Equal("/operator/sign-in", (await another.GetAsync(path)).Path);
        }

        Assert.Equal("/dashboard/sign-in", (await another.GetAsync("/dashboard/payin/1")).Path);
        using var http = new HttpClient { BaseAddress = host.Address };
        using var answer = await http.GetAsync(new Uri("/operator/v1/merchant", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    /// <summary>What shows a secret or gives something asks for a code that is less than five minutes old.</summary>
    [Fact]
    public async Task AnOldFactorIsAskedForAgain()
    {
        await using var host = await PortalHost.StartAsync(Engine.Sqlite);
        using var admin = await host.SignedInAsync(Role.Admin);
        host.Time.Pass(Sessions.StepUpGoodFor);
        foreach (var (method, path, permission, _) in OperatorRoutes.All.Where(r => r.Method == "POST"))
        {
            if (Permissions.Of(Role.Admin, permission) != Grant.None)
            {
                var page = await admin.PostAsync(path.Replace("{no:long}", "2000000001", StringComparison.Ordinal));
                Assert.True(page.Html.Contains(Paypro.Server.Screens.StepUps.Code, StringComparison.Ordinal) == Permissions.NeedsStepUp(permission), $"{method} {path} leads to {page.Path}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task EveryCallNeedsItsPermissionAndIsDoneOnce(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);

        // A token does no more than its maker may, who is of the finance too.
        await host.AlsoAsync(Role.Admin, Role.Finance);
        var maker = await host.ReadAsync(c => c.Users.SingleAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await CallAsync("GET", "/operator/v1/merchants", "", "")).Status);
        foreach (var (method, path, permission) in OperatorApiRoutes.All.Select(o => (o.Method, o.Path, o.Permission)))
        {
            var address = Regex.Replace(path, @"\{[a-z]+(:long)?\}", "1");
            var without = Permissions.Operator.Select(p => p.Name).Where(p => p != permission && Permissions.Of(Role.Admin, p) != Grant.None);
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(method, address, await TokenAsync(string.Join(' ', without)), "{}")).Status);
            Assert.DoesNotContain((await CallAsync(method, address, await TokenAsync(permission), "{}")).Status, (HttpStatusCode[])[HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized, HttpStatusCode.InternalServerError]);
            AssertRefused((await CallAsync(method, address, "", "{}")).Status);
        }

        var token = await TokenAsync(string.Join(' ', Permissions.Operator.Select(p => p.Name)));
        var first = await CallAsync("POST", "/operator/v1/businesses", token, """{"name":"A business"}""", "one");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first, await CallAsync("POST", "/operator/v1/businesses", token, """{"name":"A business"}""", "one"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await CallAsync("POST", "/operator/v1/businesses", token, """{"name":"Another"}""", "one")).Status);
        var together = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CallAsync("POST", "/operator/v1/businesses", token, """{"name":"Together"}""", "two")));
        Assert.Single(together.Distinct());
        Assert.Equal(2, await host.ReadAsync(c => c.Businesses.CountAsync()));
        foreach (var wrong in (string[])["", "{", "[]", "{\"nam\":\"x\"}", "{\"name\":\"x\",\"more\":1}", "{\"name\":null}", "{\"name\":\"\"}"])
        {
            var refused = await CallAsync("POST", "/operator/v1/businesses", token, wrong, Guid.NewGuid().ToString());
            Assert.True(refused.Status == HttpStatusCode.BadRequest && refused.Text.StartsWith("{\"error\":\"", StringComparison.Ordinal), $"{wrong} is answered {refused}");
        }

        Assert.Equal(HttpStatusCode.BadRequest, (await CallAsync("POST", "/operator/v1/businesses", token, """{"name":"A business"}""", null)).Status);
        var created = await CallAsync("POST", "/operator/v1/merchants", token, """{"businessId":1,"country":"BR","name":"A shop"}""", "three");
        Assert.Equal("""{"merchantNo":2000000001,"businessId":1,"country":"BR","currency":"BRL","name":"A shop","payIns":false,"payouts":false,"state":"papers"}""", created.Text);
        await OpenAsync();
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await CallAsync("POST", "/operator/v1/merchants/2000000001/stop", token, """{"payIns":true,"payouts":false,"reason":"x"}""", "four")).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await CallAsync("POST", "/operator/v1/merchants/2000000001/stop", token, """{"payIns":true,"payouts":false,"reason":"x"}""", "five", "\"2000000001-00-papers\"")).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("POST", "/operator/v1/merchants/2000000001/stop", token, """{"payIns":true,"payouts":false,"reason":"x"}""", "six", "\"2000000001-11-active\"")).Status);
        var none = await CallAsync("GET", "/operator/v1/merchant", token, "");
        Assert.Equal((HttpStatusCode.NotFound, true), (none.Status, none.Text.Contains("path: is no call of this API", StringComparison.Ordinal)));
        var proposed = await CallAsync("POST", "/operator/v1/merchants/2000000001/reopen", token, """{"payIns":true,"payouts":false,"reason":"x"}""", "seven");
        Assert.Equal(HttpStatusCode.Accepted, proposed.Status);

        // A token proposes, also while a person could do it at once: nobody has approved it.
        Assert.Contains("\"state\":\"open\"", proposed.Text, StringComparison.Ordinal);
        Assert.False(await host.ReadAsync(c => c.Merchants.Where(m => m.MerchantNo == 2000000001).Select(m => m.PayInsOpen).SingleAsync()));

        // It ends with its maker, and opens nothing from elsewhere.
        AssertRefused((await CallAsync("GET", "/operator/v1/merchants", await TokenAsync(Permissions.MerchantsSee, "203.0.113.0/24"), "")).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync("GET", "/operator/v1/merchants", await TokenAsync(Permissions.MerchantsSee, "127.0.0.0/8, ::1"), "")).Status);
        await host.The<Users>().DisableAsync(Actor.Program, Realm.Operator, maker.Id, "has left");
        AssertRefused((await CallAsync("GET", "/operator/v1/merchants", token, "")).Status);

        // An address that has shown thirty wrong tokens within a minute is told so instead; nothing is opened either way.
        static void AssertRefused(HttpStatusCode status) => Assert.Contains(status, (HttpStatusCode[])[HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests]);

        Task<bool> OpenAsync() => host.The<AuditedStore>().ConfigureAsync(async (context, trail) =>
        {
            var row = await context.Merchants.SingleAsync();
            (row.Approved, row.PayInsOpen, row.PayoutsOpen) = (true, true, true);
            trail.Add(Actor.Program, "test.open", "merchant:2000000001");
            return true;
        });

        async Task<string> TokenAsync(string permissions, string networks = "")
        {
            var secret = OperatorTokens.Prefix + SecretText.New(host.The<IRandomness>());
            await host.The<AuditedStore>().SaveAsync((context, trail) =>
            {
                context.OperatorTokens.Add(new OperatorTokenRow
                {
                    Id = host.The<IdSource>().Next(), Hash = SecretText.HashOf(secret), Name = "test", UserId = maker.Id, Permissions = permissions, Networks = networks, ApprovedAtMs = 1, EndsAtMs = long.MaxValue,
                });
                trail.Add(Actor.Program, "test.token", "token:1");
                return Task.FromResult(true);
            });
            return secret;
        }

        async Task<(HttpStatusCode Status, string Text)> CallAsync(string method, string path, string bearer, string body, string? key = "each", string? ifMatch = null)
        {
            using var http = new HttpClient { BaseAddress = host.Address };
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
            request.Headers.Authorization = bearer.Length > 0 ? new AuthenticationHeaderValue("Bearer", bearer) : null;
            if (method == "POST")
            {
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
                if (key is not null)
                {
                    request.Headers.Add("Idempotency-Key", key == "each" ? Guid.NewGuid().ToString() : key);
                }

                if (ifMatch is not null)
                {
                    request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
                }
            }

            using var response = await http.SendAsync(request);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }
}
