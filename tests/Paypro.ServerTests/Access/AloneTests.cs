using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using OtpNet;
using Paypro.Server.Access;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Access;

/// <summary>Somebody begins alone in a sandbox, in a browser: from the sign-up to the first notification, and with a passkey from then on.</summary>
public sealed class AloneTests(Browser chromium) : IClassFixture<Browser>
{
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task FromTheSignUpToTheFirstNotificationAndAPasskey(Engine engine)
    {
        await using var host = await SandboxHost.StartAsync(engine);
        var root = $"http://localhost:{host.Http.BaseAddress!.Port}";
        var page = await chromium.OpenPageAsync(new BrowserNewContextOptions { Locale = "en-GB" });
        try
        {
            await page.GotoAsync($"{root}/dashboard/sign-in");
            await page.GetByRole(AriaRole.Link, new() { Name = "Begin in the sandbox" }).ClickAsync();
            await page.FillAsync("#email", "alone@example.com");
            await page.FillAsync("#name", "My shop");
            await page.CheckAsync("input[value=MX]");
            await page.CheckAsync("input[value=KR]");
            await page.ClickAsync("button.primary");

            // The account: a password and an app of codes.
            var seed = Base32Encoding.ToBytes((await page.InnerTextAsync("code.secret")).Replace(" ", "", StringComparison.Ordinal));
            await page.FillAsync("#name", "Alone");
            await page.FillAsync("#password", "four plain words here");
            await page.FillAsync("#code", Code());
            await page.ClickAsync("button.primary");
            await page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).ClickAsync();
            Assert.EndsWith("/dashboard/start", page.Url, StringComparison.Ordinal);

            // The signed call, as it stands there, without a word of any other page.
            var call = await page.InnerTextAsync("pre.call");
            Assert.Contains("\"code\":\"0000\"", await SendAsync(host, call), StringComparison.Ordinal);
            await page.GetByRole(AriaRole.Link, new() { Name = "I have sent it" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Pay the order" }).ClickAsync();
            await page.ArriveAsync("/dashboard/start\\?no=");
            for (var i = 0; await page.Locator("li .state.good").CountAsync() < 3; i++)
            {
                Assert.True(i < 60, "The notification did not arrive.");
                await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, TestContext.Current.CancellationToken);
                await page.ReloadAsync();
            }

            // A number in each country.
            Assert.Equal(2, await host.ReadAsync(c => c.Merchants.CountAsync(m => m.MerchantNo >= 1500000001 && m.MerchantNo <= 1999999999)));

            // A passkey: added, signed in with, and a proof for what asks for a fresh one.
            await using var authenticator = await AuthenticatorAsync(page);
            await page.GotoAsync($"{root}/dashboard/me");
            await page.FillAsync("#passkey-name", "My laptop");
            await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
            await page.GetByText("My laptop").WaitForAsync();
            await page.Locator("aside").GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
            await page.ArriveAsync("/dashboard$");
            Assert.Contains(await host.ReadAsync(c => c.Audit.Where(a => a.Action == "session.begin").Select(a => a.After).ToListAsync()), after => after.Contains("passkey", StringComparison.Ordinal));

            host.Time.Pass(Sessions.StepUpGoodFor);
            await page.GotoAsync($"{root}/dashboard/users");
            await page.FillAsync("#email", "colleague@example.com");
            await page.GetByRole(AriaRole.Button, new() { Name = "Give the role" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Confirm with a passkey" }).ClickAsync();
            await page.GetByText("colleague@example.com").First.WaitForAsync();
            Assert.True(await host.ReadAsync(c => c.Users.AnyAsync(u => u.Email == "colleague@example.com")));

            // The sandbox's outbox has the colleague's invitation, and it opens.
            await page.GotoAsync($"{root}/sandbox/outbox?to=colleague@example.com");
            await page.Locator("article a").First.ClickAsync();
            await page.ArriveAsync("/dashboard/welcome/");
            await page.Locator("#password").WaitForAsync();

            // A challenge is good once, and a passkey that was removed opens nothing.
            Assert.Empty(await host.ReadAsync(c => c.LoginSteps.ToListAsync()));
            await page.GotoAsync($"{root}/dashboard/me");
            await page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
            await page.Locator("#ask button.primary").ClickAsync();
            await page.GetByText("Saved.").WaitForAsync();
            Assert.Empty(await host.ReadAsync(c => c.UserPasskeys.ToListAsync()));
            await page.Locator("aside").GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
            await page.GetByText("This passkey does not open an account here.").WaitForAsync();

            // The colleague sets his account up with a passkey alone: no password, no app. It is his only way in, so he keeps it.
            await authenticator.ForgetAsync();
            await page.GotoAsync($"{root}/sandbox/outbox?to=colleague@example.com");
            await page.Locator("article a").First.ClickAsync();
            await page.FillAsync("#passkey-name", "A colleague");
            await page.GetByRole(AriaRole.Button, new() { Name = "Set up with a passkey" }).ClickAsync();
            await page.Locator("ol.codes").WaitForAsync();
            Assert.Equal(("", 1), await host.ReadAsync(async c => (await c.Users.Where(u => u.Email == "colleague@example.com").Select(u => u.TotpKeyId).SingleAsync(), await c.UserPasskeys.CountAsync())));
            await page.GotoAsync($"{root}/dashboard/me");
            await page.GetByRole(AriaRole.Button, new() { Name = "Remove", Exact = true }).ClickAsync();
            await page.Locator("#ask button.primary").ClickAsync();
            await page.GetByText("This passkey is your only way to sign in.").WaitForAsync();
            await page.Locator("aside").GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
            await page.ArriveAsync("/dashboard$");

            string Code()
            {
                host.Time.Pass(TimeSpan.FromSeconds(30));
                return new Totp(seed).ComputeTotp(host.Time.GetUtcNow().UtcDateTime);
            }
        }
        finally
        {
            await page.Context.CloseAsync();
        }
    }

    /// <summary>What a shell would do with the line.</summary>
    private static async Task<string> SendAsync(SandboxHost host, string call)
    {
        var address = Regex.Match(call, @"curl -s (\S+)").Groups[1].Value;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(address).AbsolutePath, UriKind.Relative))
        {
            Content = new StringContent(Regex.Match(call, "-d '([^']*)'").Groups[1].Value, System.Text.Encoding.UTF8, "application/json"),
        };
        request.Content.Headers.ContentType!.CharSet = null;
        foreach (Match header in Regex.Matches(call, "-H '([^:']+): ([^']*)'"))
        {
            if (header.Groups[1].Value != "Content-Type")
            {
                request.Headers.TryAddWithoutValidation(header.Groups[1].Value, header.Groups[2].Value);
            }
        }

        using var answer = await host.Http.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<Authenticator> AuthenticatorAsync(IPage page)
    {
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var added = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true,
            },
        });
        return new Authenticator(session, added!.Value.GetProperty("authenticatorId").GetString()!);
    }

    private sealed class Authenticator(ICDPSession session, string id) : IAsyncDisposable
    {
        /// <summary>Has no passkey any more.</summary>
        public async Task ForgetAsync() => await session.SendAsync("WebAuthn.clearCredentials", new Dictionary<string, object> { ["authenticatorId"] = id });

        public async ValueTask DisposeAsync() => await session.DetachAsync();
    }
}
