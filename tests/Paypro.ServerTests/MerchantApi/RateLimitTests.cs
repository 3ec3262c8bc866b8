using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Protocol.Signing;
using Paypro.Server.Platform;
using Paypro.ServerTests.Infrastructure;

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
    public async Task WrongSignaturesSlowTheirAddressDownAndNobodyElse(Engine engine)
    {
        var clock = new StandingClock();
        await using var host = await StartAsync(engine, clock, "--Paypro:RateLimits:WrongSignaturesPerMinute=3", "--Paypro:KnownProxies=127.0.0.1,::1");
        var victim = await host.AddMerchantAsync(1000_00);
        var other = await host.AddMerchantAsync(1000_00);
        for (var guess = 0; guess < 3; guess++)
        {
            Assert.Equal((HttpStatusCode.OK, "8000"), Of(await BalanceAsync(host, victim, Someone, $"guess {guess}")));
        }

        // From there not even the right key is looked at, so that a guess learns nothing; the merchant itself is not there.
        var refused = await BalanceAsync(host, victim, Someone, victim.Secret);
        Assert.Equal((HttpStatusCode.TooManyRequests, "5000", TimeSpan.FromSeconds(20)), (refused.Http, refused.Code, refused.RetryAfter));
        Assert.Contains("wrong signatures", refused.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "0000"), Of(await BalanceAsync(host, victim, SomeoneElse, victim.Secret)));
        Assert.Equal((HttpStatusCode.OK, "0000"), Of(await BalanceAsync(host, other, Someone, other.Secret)));

        clock.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal((HttpStatusCode.OK, "0000"), Of(await BalanceAsync(host, victim, Someone, victim.Secret)));
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
    public async Task AnAddressIsLimitedWhateverItAsks(Engine engine)
    {
        await using var host = await StartAsync(engine, new StandingClock(), "--Paypro:RateLimits:PerAddressPerSecond=1", "--Paypro:KnownProxies=127.0.0.1,::1");
        var merchant = await host.AddMerchantAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("/no/such/path", [], null, chunked: false, ("X-Forwarded-For", Someone))).Http);
        Assert.Equal("0000", (await BalanceAsync(host, merchant, Someone, merchant.Secret)).Code);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await BalanceAsync(host, merchant, Someone, merchant.Secret)).Http);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await host.SendAsync("/no/such/path", [], null, chunked: false, ("X-Forwarded-For", Someone))).Http);

        // What a caller writes before the proxy's own entry is only what a caller writes.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await BalanceAsync(host, merchant, $"203.0.113.77, {Someone}", merchant.Secret)).Http);
        Assert.Equal("0000", (await BalanceAsync(host, merchant, SomeoneElse, merchant.Secret)).Code);
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
        services => services.AddSingleton(s => new RateLimits(s.GetRequiredService<PayproOptions>(), s.GetRequiredService<Installation>(), clock)),
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
