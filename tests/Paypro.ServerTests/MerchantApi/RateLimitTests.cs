using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Paypro.Protocol.Signing;
using Paypro.Server.Merchants;
using Paypro.Server.Platform;
using Paypro.ServerTests.Infrastructure;
using Gatekeeper = Paypro.Server.MerchantApi.Gatekeeper;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>
/// What a caller may ask, as it hears of it: 429 with the envelope and <c>Retry-After</c>. The limits' own clock stands still, and
/// the tests stand behind a named proxy, so that each call comes from the address that it says.
/// </summary>
public sealed class RateLimitTests
{
    private const string Someone = "198.51.100.1", SomeoneElse = "198.51.100.2";

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WrongSignaturesAreSlowedDownAndARightOneFromTheSameAddressNever(Engine engine)
    {
        var clock = new StandingClock();
        await using var host = await StartAsync(engine, clock, "--Paypro:RateLimits:WrongSignaturesPerMinute=3", "--Paypro:KnownProxies=127.0.0.1,::1");
        var victim = await host.AddMerchantAsync(1000_00);
        var other = await host.AddMerchantAsync(1000_00);
        for (var guess = 0; guess < 3; guess++)
        {
            Assert.Equal((HttpStatusCode.OK, "8000"), Of(await BalanceAsync(host, victim, Someone, $"guess {guess}")));
        }

        // Many merchants call from one address; what others send from there keeps none of them out.
        var refused = await BalanceAsync(host, victim, Someone, "guess 3");
        Assert.Equal((HttpStatusCode.TooManyRequests, "5000", TimeSpan.FromSeconds(20)), (refused.Http, refused.Code, refused.RetryAfter));
        Assert.Contains("wrong signatures", refused.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "0000"), Of(await BalanceAsync(host, victim, Someone, victim.Secret)));
        Assert.Equal((HttpStatusCode.OK, "0000"), Of(await BalanceAsync(host, victim, SomeoneElse, victim.Secret)));
        Assert.Equal((HttpStatusCode.OK, "0000"), Of(await BalanceAsync(host, other, Someone, other.Secret)));
        Assert.Equal((HttpStatusCode.OK, "8000"), Of(await BalanceAsync(host, victim, SomeoneElse, "a guess from elsewhere")));

        clock.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal((HttpStatusCode.OK, "8000"), Of(await BalanceAsync(host, victim, Someone, "one more guess")));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await BalanceAsync(host, victim, Someone, "and another")).Http);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AHeaderFromNobodyInParticularChangesNoAddress(Engine engine)
    {
        await using var host = await StartAsync(engine, new StandingClock(), "--Paypro:RateLimits:WrongSignaturesPerMinute=2", "--Paypro:KnownProxies=10.1.0.0/16");
        var victim = await host.AddMerchantAsync();
        Assert.Equal(HttpStatusCode.OK, (await BalanceAsync(host, victim, "192.0.2.1", "a")).Http);
        Assert.Equal(HttpStatusCode.OK, (await BalanceAsync(host, victim, "192.0.2.2", "b")).Http);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await BalanceAsync(host, victim, "192.0.2.3", "c")).Http);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AMerchantsOwnCallsAreLimitedAndStoreNothing(Engine engine)
    {
        var clock = new StandingClock();
        await using var host = await StartAsync(engine, clock, "--Paypro:RateLimits:PerMerchantPerSecond=2", "--Paypro:KnownProxies=127.0.0.1,::1");
        var busy = await host.AddMerchantAsync();
        var other = await host.AddMerchantAsync();

        // What others try in its name does not count for it.
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.Equal((HttpStatusCode.OK, "8000"), Of(await BalanceAsync(host, busy, Someone, "a guess")));
        }

        for (var call = 0; call < 4; call++)
        {
            Assert.Equal("0000", (await busy.CreateAsync($"t{call}")).Code);
        }

        var refused = await busy.CreateAsync("t4");
        Assert.Equal((HttpStatusCode.TooManyRequests, "5000", TimeSpan.FromSeconds(1)), (refused.Http, refused.Code, refused.RetryAfter));
        Assert.Equal(4, await host.CountOrdersAsync(busy));
        Assert.Equal("0000", (await other.CreateAsync("t0")).Code);

        clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal("0000", (await busy.CreateAsync("t4")).Code);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AnAddressIsLimitedInAllThatIsNotSignedRight(Engine engine)
    {
        await using var host = await StartAsync(engine, new StandingClock(), "--Paypro:RateLimits:PerAddressPerSecond=2", "--Paypro:KnownProxies=127.0.0.1,::1");
        var merchant = await host.AddMerchantAsync();
        (string Header, string From) from = ("X-Forwarded-For", Someone);
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("/no/such/path", [], null, chunked: false, from)).Http);
        Assert.Equal((HttpStatusCode.OK, "8000"), Of(await BalanceAsync(host, merchant, Someone, "a guess")));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await host.SendAsync(TestMerchant.Balance, "{}"u8.ToArray(), "text/html", chunked: false, from)).Http);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.SendAsync(TestMerchant.Balance, new byte[20_000], "application/json", chunked: true, from)).Http);
        foreach (var (path, body, type) in new (string, byte[], string?)[]
        {
            ("/no/such/path", [], null), (TestMerchant.Balance, "{}"u8.ToArray(), "text/html"), (TestMerchant.Balance, "{"u8.ToArray(), "application/json"),
            (TestMerchant.Balance, new byte[20_000], "application/json"),
        })
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, (await host.SendAsync(path, body, type, chunked: true, from)).Http);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await BalanceAsync(host, merchant, Someone, "another guess")).Http);

        // What a caller writes before the proxy's own entry is only what a caller writes.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await BalanceAsync(host, merchant, $"203.0.113.77, {Someone}", "another guess")).Http);
        Assert.Equal("0000", (await BalanceAsync(host, merchant, Someone, merchant.Secret)).Code);
        Assert.Equal("8000", (await BalanceAsync(host, merchant, SomeoneElse, "a guess")).Code);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhoVerifiesAccountsWithoutEndIsSlowedDownInThatAlone(Engine engine)
    {
        await using var host = await StartAsync(engine, new StandingClock(), "--Paypro:RateLimits:AccountChecksPerMinute=2");
        var merchant = await host.AddMerchantAsync(0, "ID", new TestKey(SigningAlgorithm.Md5, "secret-of-the-test"));
        for (var call = 0; call < 2; call++)
        {
            Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(merchant)).Http);
        }

        var refused = await VerifyAsync(merchant);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(30)), (refused.Http, refused.RetryAfter));
        Assert.Equal("0000", (await merchant.Client.PostAsync("/indonesia-pay/v1/paypro/queryBalance")).Code);
    }

    [Fact]
    public async Task WhoVerifiesAccountsAllDayIsSlowedDownToo()
    {
        await using var host = await StartAsync(Engine.Sqlite, new StandingClock(), "--Paypro:RateLimits:AccountChecksPerMinute=100", "--Paypro:RateLimits:AccountChecksPerDay=2");
        var merchant = await host.AddMerchantAsync(0, "ID", new TestKey(SigningAlgorithm.Md5, "secret-of-the-test"));
        for (var call = 0; call < 2; call++)
        {
            Assert.Equal(HttpStatusCode.OK, (await VerifyAsync(merchant)).Http);
        }

        var refused = await VerifyAsync(merchant);
        // Nobody is told to wait longer than an hour.
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1)), (refused.Http, refused.RetryAfter));
    }

    [Fact]
    public async Task PagesAreLimitedPerAddressAndTheirFilesAreNot()
    {
        var clock = new StandingClock();
        await using var host = await StartAsync(Engine.Sqlite, clock, "--Paypro:RateLimits:PagesPerSecond=1", "--Paypro:Roles=api,checkout", "--Paypro:KnownProxies=127.0.0.1,::1");
        for (var look = 0; look < 10; look++)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(host, $"/pay/unknown-{look}", Someone)).Http);
        }

        var refused = await GetAsync(host, "/pay/unknown-10", Someone);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (refused.Http, refused.RetryAfter));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await GetAsync(host, "/PAY/unknown-10", Someone)).Http);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await GetAsync(host, "/voucher/unknown.pdf", Someone)).Http);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(host, "/pay/assets/unknown.css", Someone)).Http);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(host, "/pay/unknown-10", SomeoneElse)).Http);
        clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(host, "/pay/unknown-10", Someone)).Http);
    }

    [Fact]
    public async Task WhatIsTheSameForAllIsLimitedPerAddress()
    {
        var clock = new StandingClock();
        await using var host = await StartAsync(Engine.Sqlite, clock, "--Paypro:RateLimits:FilesPerSecond=1", "--Paypro:Roles=api,checkout", "--Paypro:KnownProxies=127.0.0.1,::1");
        for (var look = 0; look < 10; look++)
        {
            Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(host, $"/pay/assets/logo-000000000000000{look}.png", Someone)).Http);
        }

        foreach (var path in (string[])["/pay/assets/logo-0123456789abcdef.png", "/docs", "/docs/mexico", "/docs/assets/none.css", "/openapi/mex-pay.json", "/OPENAPI/mex-pay.json"])
        {
            var refused = await GetAsync(host, path, Someone);
            Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (refused.Http, refused.RetryAfter));
        }

        Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "/docs", SomeoneElse)).Http);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(host, "/pay/unknown", Someone)).Http);

        // A load balancer asks from where everybody comes.
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(host, "/health/ready", Someone)).Http);
    }

    /// <summary>The time of a refusal does not tell who exists, nor how he signs. The least of many times is compared, so that a busy machine does not matter.</summary>
    [Fact]
    public async Task ARefusalCostsTheSameWhoeverIsNamed()
    {
        await using var host = await StartAsync(Engine.Sqlite, new StandingClock());
        var md5 = await host.AddMerchantAsync();
        var hmac = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.HmacSha256, "a-secret-of-the-test"));
        var both = await host.AddMerchantAsync(0, "MX", new TestKey(SigningAlgorithm.Md5, "one"), new TestKey(SigningAlgorithm.HmacSha256, "two"));
        var foreign = await host.AddMerchantAsync(0, "ID", new TestKey(SigningAlgorithm.Md5, "three"));
        var raw = Encoding.UTF8.GetBytes(new Infrastructure.FlatBody(("remark", new string('x', 15_000)), ("sign", new string('0', 32))).ToString());
        var body = Protocol.FlatBody.Read(raw, out _)!;
        var route = Protocol.Countries.CountryCatalog.BuiltIn.Find(TestMerchant.Balance)!;
        var (gatekeeper, snapshot) = (host.The<Gatekeeper>(), host.The<SnapshotStore>().Current);
        var leastUs = ((string[])[md5.NoText, hmac.NoText, both.NoText, foreign.NoText, "9999999999"]).ToDictionary(no => no, _ => double.MaxValue);
        for (var round = 0; round < 400; round++)
        {
            foreach (var no in leastUs.Keys)
            {
                var headers = new HeaderDictionary { ["merchantNo"] = no, [HmacSignature.HeaderName] = $"t=1790000000,v1={new string('0', 64)}" };
                var started = TimeProvider.System.GetTimestamp();
                Assert.Null(gatekeeper.Admit(snapshot, route, headers, TestMerchant.Balance, body, raw));
                leastUs[no] = Math.Min(leastUs[no], TimeProvider.System.GetElapsedTime(started).TotalMicroseconds);
            }
        }

        Assert.True(leastUs.Values.Max() < 1.3 * leastUs.Values.Min(), string.Join(", ", leastUs));
    }

    [Fact]
    public async Task ASandboxLimitsOnlyWhatIsSet()
    {
        await using var host = await StartAsync(Engine.Sqlite, new StandingClock());
        var merchant = await host.AddMerchantAsync();
        for (var guess = 0; guess < 50; guess++)
        {
            Assert.Equal(HttpStatusCode.OK, (await BalanceAsync(host, merchant, Someone, "a guess")).Http);
        }

        Assert.Equal("0000", (await BalanceAsync(host, merchant, Someone, merchant.Secret)).Code);
    }

    private static (HttpStatusCode Http, string? Code) Of(ApiAnswer answer) => (answer.Http, answer.Code);

    private static Task<ApiAnswer> VerifyAsync(TestMerchant merchant) => merchant.Client.PostAsync(
        "/indonesia-pay/v1/paypro/accountVerify", ("bankAccountNo", "081245907765"), ("bankCode", "DANA"));

    private static async Task<ApiAnswer> GetAsync(ApiHost host, string path, string from)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Add("X-Forwarded-For", from);
        using var response = await host.Http.SendAsync(request);
        return new ApiAnswer(response.StatusCode, "") { RetryAfter = response.Headers.RetryAfter?.Delta };
    }

    private static async Task<ApiAnswer> BalanceAsync(ApiHost host, TestMerchant merchant, string from, string secret)
    {
        var body = new Infrastructure.FlatBody(("timestamp", "1790000000000")).SignedWith(secret).ToString();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(TestMerchant.Balance, UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("merchantNo", merchant.NoText);
        request.Headers.Add("X-Forwarded-For", from);
        using var response = await host.Http.SendAsync(request);
        return new ApiAnswer(response.StatusCode, await response.Content.ReadAsStringAsync()) { RetryAfter = response.Headers.RetryAfter?.Delta };
    }

    private static Task<ApiHost> StartAsync(Engine engine, StandingClock clock, params string[] settings) => ApiHost.StartAsync(
        engine,
        services => services.AddSingleton(s => new RateLimits(
            s.GetRequiredService<PayproOptions>(), s.GetRequiredService<Installation>(), clock, s.GetRequiredService<ILogger<RateLimits>>())),
        settings);

    /// <summary>A stopwatch that a test turns.</summary>
    private sealed class StandingClock : TimeProvider
    {
        private long ticks = 1_000_000_000;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => Volatile.Read(ref ticks);

        public void Pass(TimeSpan time) => Interlocked.Add(ref ticks, (long)time.TotalMicroseconds);
    }
}
