using System.Net;
using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

/// <summary>So many in a time, for each caller by itself.</summary>
public sealed class RateLimitTests
{
    private readonly HandClock clock = new();

    [Fact]
    public void ABurstAtOnceAndThenEvenly()
    {
        var limit = Limit(perMinute: 20, burst: 3);
        Assert.Equal([0, 0, 0, 3, 3], Enumerable.Range(0, 5).Select(_ => limit.Take("a")));
        Assert.Equal(0, limit.Take("b"));

        clock.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(1, limit.Take("a"));
        clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal([0, 3], Enumerable.Range(0, 2).Select(_ => limit.Take("a")));

        // At rest it has its burst again, and no more.
        clock.Pass(TimeSpan.FromDays(1));
        Assert.Equal([0, 0, 0, 3], Enumerable.Range(0, 4).Select(_ => limit.Take("a")));
    }

    [Fact]
    public void LookingTakesNothingAndCountingGoesBeyond()
    {
        var limit = Limit(perMinute: 20, burst: 2);
        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(_ => limit.Look("a")));
        Assert.Equal(0, limit.Held);
        for (var i = 0; i < 5; i++)
        {
            limit.Count("a");
        }

        // Three more than there was room for: the fourth step from now is the first with room.
        Assert.Equal(12, limit.Look("a"));
        clock.Pass(TimeSpan.FromSeconds(12));
        Assert.Equal(0, limit.Look("a"));
    }

    [Fact]
    public async Task ManyAtOnceTakeNoMoreThanThereIs()
    {
        var limit = Limit(perMinute: 1, burst: 1000);
        var taken = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 500).Count(_ => limit.Take("a") == 0))));
        Assert.Equal(1000, taken.Sum());
    }

    [Fact]
    public void MemoryIsBoundedAndNobodyIsRefusedForTheOthers()
    {
        var limit = new RateLimit<string>(20, TimeSpan.FromMinutes(1), 1, mostKeys: 100, clock);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(0, limit.Take($"busy {i}"));
        }

        Assert.Equal([0, 0, 0], Enumerable.Range(0, 3).Select(_ => limit.Take("one too many")));
        Assert.Equal(100, limit.Held);
        Assert.NotEqual(0, limit.Take("busy 7"));

        clock.Pass(TimeSpan.FromSeconds(4));
        Assert.Equal(0, limit.Take("next"));
        Assert.Equal(1, limit.Held);
        Assert.NotEqual(0, limit.Take("next"));
    }

    [Fact]
    public void ZeroIsWithoutLimit()
    {
        var limit = new RateLimit<string>(0, TimeSpan.FromMinutes(1), 1, mostKeys: 100, clock);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Equal(0, limit.Take("a")));
        Assert.Equal((false, 0), (limit.IsOn, limit.Held));
    }

    [Fact]
    public void AGoodCallAllocatesNothing()
    {
        var limit = new RateLimit<long>(1_000_000, TimeSpan.FromSeconds(1), 1_000_000, mostKeys: 100, clock);
        limit.Take(7);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            limit.Take(7);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("::1", "127.0.0.1", false)]
    public void AnAddressIsItsCustomer(string one, string other, bool same) =>
        Assert.Equal(same, CallerAddress.Of(IPAddress.Parse(one)) == CallerAddress.Of(IPAddress.Parse(other)));

    [Theory]
    [InlineData("10.0.0.0/8, 192.0.2.1, 2001:db8::/32", 2000, null)]
    [InlineData("proxy.internal", 2000, "Paypro__KnownProxies: 'proxy.internal' is no IP address")]
    [InlineData("10.0.0.0/33", 2000, "Paypro__KnownProxies: '10.0.0.0/33'")]
    [InlineData("", -1, "Paypro__RateLimits__PerMerchantPerSecond: must be from 0 to 1000000, not -1.")]
    [InlineData("", 1_000_001, "Paypro__RateLimits__PerMerchantPerSecond")]
    public void ABadSettingIsNamed(string proxies, int perSecond, string? complaint)
    {
        var options = new PayproOptions { Sandbox = true, KnownProxies = proxies, RateLimits = new() { PerMerchantPerSecond = perSecond } };
        var error = Record.Exception(() => Installation.From(options, isDevelopment: true));
        Assert.Equal(complaint is not null, error is BadSettingException);
        Assert.StartsWith(complaint ?? "", error?.Message ?? "", StringComparison.Ordinal);
    }

    private RateLimit<string> Limit(int perMinute, int burst) => new(perMinute, TimeSpan.FromMinutes(1), burst, mostKeys: 100, clock);

    private sealed class HandClock : TimeProvider
    {
        private long ticks = 5_000_000_000;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => ticks;

        public void Pass(TimeSpan time) => ticks += (long)time.TotalMicroseconds;
    }
}
