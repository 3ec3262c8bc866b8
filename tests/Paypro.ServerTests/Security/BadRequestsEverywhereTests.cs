using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Security;

/// <summary>
/// Requests that cannot be read, on every kind of address: never a 500, never a stack trace, in Development neither, and each answered in the form that
/// its caller reads.
/// </summary>
public sealed class BadRequestsEverywhereTests
{
    private const string UrlEncoded = "application/x-www-form-urlencoded";

    private static readonly string[] BadTexts =
        ["%00", "a%00b", "%", "%zz", "%ed%a0%80", "%ff%fe", "%c0%80", "%f0%9f%98", "%0d%0aSet-Cookie:%20a=b", "%3Cscript%3E", new('9', 900), "%2e%2e%2f"];

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ABadFormIs400WithOurPage(Engine engine)
    {
        await using var host = await StartAsync(engine);
        var order = await host.PayInAsync(300, "bad-forms", way: null);
        var page = PathOf(host, order);
        foreach (var path in (string[])[page, page + "/receipt", page + "/simulator", page + "/wallet"])
        {
            foreach (var (type, body) in new[]
            {
                ("multipart/form-data", "way=va"), ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"way\"\r\n\r\nva"),
                ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"way\"\r\n\r\nv\0a\r\n--x--\r\n"),
                ("multipart/form-data; boundary=" + new string('x', 200), "--x"), (UrlEncoded, "way=%00"), (UrlEncoded, "%00=va"), (UrlEncoded, "code=AB%00CD&act=%00"),
                ("application/json", "{\"way\":\"va\"}"), ("text/plain", "way=va"), ("", "way=va"), ("nonsense", "way=va"), (UrlEncoded, "way=" + new string('v', 2000)),
            })
            {
                var answer = await SayAsync(host, path, type, body);
                Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
                Assert.Contains("<html", answer, StringComparison.OrdinalIgnoreCase);
                AssertTellsNothing(answer);
            }

            foreach (var text in BadTexts)
            {
                var answer = await SayAsync(host, path, UrlEncoded, $"way={text}&told={text}&code={text}&act={text}");

                // What is no receipt code comes back in its form, as text.
                Assert.Matches(path.EndsWith("/receipt", StringComparison.Ordinal) ? "^HTTP/1.1 (400|200) " : "^HTTP/1.1 (400|302) ", answer);
                Assert.DoesNotContain("<script>", answer, StringComparison.Ordinal);
                AssertTellsNothing(answer);
            }
        }

        Assert.Empty((await host.Get<OrderQueries>().FindAsync(order.Number, CancellationToken.None))!.Attempts);
        AssertLogsNoFault(host);
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task NoQueryPathOrHeaderIsAFault(Engine engine)
    {
        await using var host = await StartAsync(engine);
        var page = PathOf(host, await host.PayInAsync(300, "bad-queries"));
        var key = host.Get<SnapshotStore>().Current.AccountsByCallbackKey.Single(a => a.Value == 101).Key;
        var addresses = BadTexts.SelectMany(text => (string[])
        [
            $"GET {page}?way={text}&lang={text}&asks={text}&choose={text}", $"GET {page}?{text}={text}&&=&?", $"GET {page}/qr.png?way={text}", $"GET {page}/state?x={text}",
            $"GET /pay/{text}", $"GET /pay/{text}/state", $"GET /pay/{text}/qr.png", $"GET /pay/{text}/events", $"POST /pay/{text}/receipt", $"GET /pay/assets/{text}", $"GET /pay/assets/logo-{text}.png",
            $"GET /voucher/{text}", $"GET /voucher/{text}.pdf", $"GET /docs/{text}", $"GET /docs/assets/{text}", $"GET /openapi/{text}.json", $"GET /health/{text}",
            $"GET /sandbox/rail/{text}", $"POST /sandbox/payins/{text}", $"POST /sandbox/payouts/{text}", $"POST /sandbox/notifications/{text}/resend", $"POST /sandbox/orders/{text}/ask",
            $"POST /callbacks/{key}?a={text}", $"GET /callbacks/{key}/{text}?{text}", $"PUT /callbacks/{text}", $"POST /mex-pay/v1/paypro/payInApi?{text}={text}", $"POST /{text}",
        ]);
        foreach (var address in addresses.Concat(BadHeaders.Select(header => $"GET {page} HTTP/1.1\r\n{header}")))
        {
            var request = address.Contains(" HTTP/1.1", StringComparison.Ordinal) ? address : address + " HTTP/1.1";
            var answer = await RawHttp.SayAsync(host.Http.BaseAddress!, Encoding.Latin1.GetBytes($"{request}\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            Assert.False(answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal), $"{address}: {answer}");
            AssertTellsNothing(answer);
        }

        AssertLogsNoFault(host);
    }

    /// <summary>The sandbox's routes put what they read into the database and the log.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task NoTextOfASandboxCallIsAFault(Engine engine)
    {
        await using var host = await StartAsync(engine);
        var order = await host.PayInAsync(300, "bad-texts");
        foreach (var path in (string[])[$"/sandbox/payins/{order.Number}", "/sandbox/suspense", "/sandbox/suspense/assign", "/sandbox/cases/resolve", "/sandbox/statements/decide", $"/sandbox/payins/{order.Number}/settle", "/sandbox/terms", "/sandbox/balances", "/sandbox/faults"])
        {
            foreach (var text in (string[])["\\u0000", "a\\u0000", "\\ud800", "\\udc00x", "\\uffff", new string('x', 9000), "-1", "1e999", "99999999999999999999"])
            {
                var members = string.Join(',', ((string[])["action", "number", "reference", "amount", "payerName", "text", "resolution", "kind", "subject", "id", "statementId", "caseId", "channelAccountId", "by", "approvedBy", "evidence", "pot", "way", "country", "merchantNo"])
                    .Select(name => $"\"{name}\":\"{text}\""));
                var answer = await SayAsync(host, path, "application/json", $"{{{members[..Math.Min(members.Length, 16_000)].TrimEnd(',')}}}");
                Assert.Matches("^HTTP/1.1 (4|2)", answer);
                AssertTellsNothing(answer);
            }
        }

        AssertLogsNoFault(host);
    }

    [Fact]
    public async Task ACallerThatGoesAwayIsNoFault()
    {
        await using var host = await StartAsync(Engine.Sqlite);
        var page = PathOf(host, await host.PayInAsync(300, "goes-away"));
        foreach (var resets in (bool[])[true, false])
        {
            foreach (var (path, type) in new[] { (page, UrlEncoded), ("/sandbox/suspense", "application/json"), ("/mex-pay/v1/paypro/payInApi", "application/json"), ($"/callbacks/{new string('0', 32)}", "application/json") })
            {
                await RawHttp.LeaveAsync(host.Http.BaseAddress!, Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\nContent-Length: 500\r\n\r\nway="), resets);
            }

            await RawHttp.LeaveAsync(host.Http.BaseAddress!, Encoding.ASCII.GetBytes($"GET {page}/events HTTP/1.1\r\nHost: localhost\r\n\r\n"), resets);
            await RawHttp.LeaveAsync(host.Http.BaseAddress!, Encoding.ASCII.GetBytes($"GET {page} HTTP/1.1\r\nHost: localhost\r\n\r\n"), resets);
        }

        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        AssertLogsNoFault(host);
    }

    /// <summary>Faults that are ours: in one form for each kind of caller, and the log has them once in a while, not once for each.</summary>
    [Fact]
    public async Task AFaultOfOursIsToldInTheCallersFormAndNeverInFull()
    {
        await using var host = await StartAsync(Engine.Sqlite, BrokenContexts.Put);
        host.Get<BrokenContexts>().IsBroken = true;
        for (var i = 0; i < 3; i++)
        {
            using var logo = await host.Http.GetAsync(new Uri("/pay/assets/logo-0123456789abcdef.png", UriKind.Relative));
            var text = await logo.Content.ReadAsStringAsync();
            Assert.Equal((HttpStatusCode.InternalServerError, "text/html"), (logo.StatusCode, logo.Content.Headers.ContentType?.MediaType));
            AssertTellsNothing(text);
            Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
        }

        using var cases = await host.Http.GetAsync(new Uri("/sandbox/cases", UriKind.Relative));
        Assert.Equal((HttpStatusCode.InternalServerError, """{"error":"the system failed"}"""), (cases.StatusCode, await cases.Content.ReadAsStringAsync()));
        Assert.Single(host.Log.Text.Split('\n'), line => line.StartsWith("Error Paypro.Server.RequestFaults", StringComparison.Ordinal));
        host.Get<BrokenContexts>().IsBroken = false;
    }

    private static readonly string[] BadHeaders =
    [
        "Accept-Language: ;;;q=x,,*;q=2", "Accept-Language: " + new string(',', 5000), "Accept-Language: \u00ff", "Accept-Encoding: ;q=,br;q=nonsense", "If-None-Match: \"", "Sec-Fetch-Site: \u00fe",
        "Range: bytes=9-1", "Cookie: =;=", "X-Forwarded-For: nonsense", "Forwarded: for=\"_\"", "Expect: nonsense", "If-Modified-Since: nonsense",
    ];

    private static Task<SandboxHost> StartAsync(Engine engine, Action<IServiceCollection>? replace = null) =>
        SandboxHost.StartAsync(engine, replace, null, "--environment=Development", "--Paypro:Roles=api,checkout");

    private static string PathOf(SandboxHost host, OrderRow order) => new Uri(host.Get<PageAddress>().Of(order)).AbsolutePath;

    private static Task<string> SayAsync(SandboxHost host, string path, string type, string body) => RawHttp.SayAsync(
        host.Http.BaseAddress!,
        Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"));

    private static void AssertTellsNothing(string answer)
    {
        Assert.DoesNotContain("   at ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer, StringComparison.Ordinal);
    }

    private static void AssertLogsNoFault(SandboxHost host) =>
        Assert.DoesNotContain(host.Log.Text.Split('\n'), line => line.StartsWith("Error ", StringComparison.Ordinal) || line.StartsWith("Critical ", StringComparison.Ordinal) || line.StartsWith("   at ", StringComparison.Ordinal));

    /// <summary>The real contexts until they are broken.</summary>
    private sealed class BrokenContexts(IContexts real) : IContexts
    {
        public bool IsBroken { get; set; }

        public static void Put(IServiceCollection services)
        {
            var own = services.Last(s => s.ServiceType == typeof(IContexts)).ImplementationType!;
            services.AddSingleton(s => new BrokenContexts((IContexts)ActivatorUtilities.CreateInstance(s, own)));
            services.AddSingleton<IContexts>(s => s.GetRequiredService<BrokenContexts>());
        }

        public PayproContext Create() => IsBroken ? throw new InvalidOperationException("canary") : real.Create();
    }
}
