using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Server.Merchants;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>What a merchant hears when the service itself is in trouble: a failure only when it is certain.</summary>
public sealed class FaultTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhatIsCertainlyNotStoredIs5000AndMayBeSentAgain(Engine engine)
    {
        await using var host = await ApiHost.StartAsync(engine, FaultyEngine.Wrap);
        var merchant = await host.AddMerchantAsync(1000_00);
        var faulty = host.The<FaultyEngine>();
        faulty.Fault = new WriteFailedException(new InvalidOperationException("the database is away: canary"));

        foreach (var answer in (ApiAnswer[])[await merchant.CreateAsync("a"), await merchant.PayOutAsync("a")])
        {
            Assert.Equal((HttpStatusCode.OK, "5000"), (answer.Http, answer.Code));
            Assert.DoesNotContain("canary", answer.Text, StringComparison.Ordinal);
        }

        faulty.Fault = null;
        Assert.Equal(0, await host.CountOrdersAsync(merchant));
        Assert.Equal("0000", (await merchant.CreateAsync("a")).Code);
        Assert.Equal("0000", (await merchant.PayOutAsync("a")).Code);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task WhatMayBeStoredIs504WithoutABody(Engine engine)
    {
        await using var host = await ApiHost.StartAsync(engine, FaultyEngine.Wrap);
        var merchant = await host.AddMerchantAsync(1000_00);
        host.The<FaultyEngine>().Fault = new WriteInDoubtException(new InvalidOperationException("the reply to COMMIT was lost"));

        foreach (var answer in (ApiAnswer[])[await merchant.CreateAsync("a"), await merchant.PayOutAsync("a")])
        {
            Assert.Equal((HttpStatusCode.GatewayTimeout, ""), (answer.Http, answer.Text));
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AFullQueueIs503WithRetryAfterAndWhatWasTakenIsStored(Engine engine)
    {
        await using var host = await ApiHost.StartAsync(engine, FaultyEngine.Wrap, "--Paypro:Writer:QueueLength=1", "--Paypro:Writer:Lanes=1");
        var merchant = await host.AddMerchantAsync();
        var faulty = host.The<FaultyEngine>();
        var gate = new TaskCompletionSource();
        faulty.Gate = gate.Task;

        // One is written, one waits, and there is room for no third.
        var written = merchant.CreateAsync("a");
        await faulty.Entered;
        var others = Enumerable.Range(0, 3).Select(i => merchant.CreateAsync($"b{i}")).ToList();
        for (var refused = 0; refused < 2; refused++)
        {
            var done = await Task.WhenAny(others);
            others.Remove(done);
            var answer = await done;
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "5000"), (answer.Http, answer.Code));
            Assert.NotNull(answer.RetryAfter);
        }

        gate.SetResult();
        Assert.Equal("0000", (await written).Code);
        Assert.Equal("0000", (await others.Single()).Code);
        Assert.Equal(2, await host.CountOrdersAsync(merchant));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    public async Task AConfigurationThatNobodyConfirmedForTenSecondsIs503(Engine engine)
    {
        var clock = new LateClock();
        await using var host = await ApiHost.StartAsync(engine, services => services.AddSingleton<TimeProvider>(clock));
        var merchant = await host.AddMerchantAsync();
        Assert.Equal("0000", (await merchant.CreateAsync("a")).Code);

        clock.Jump(SnapshotStore.GoodFor + TimeSpan.FromSeconds(1));
        var answer = await merchant.CreateAsync("b");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5000"), (answer.Http, answer.Code));
        Assert.NotNull(answer.RetryAfter);

        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Equal("0000", (await merchant.CreateAsync("b")).Code);
        Assert.Equal(2, await host.CountOrdersAsync(merchant));
    }

    /// <summary>Real time that can be moved on at once; its timers never fire, so that nobody polls in between.</summary>
    private sealed class LateClock : TimeProvider
    {
        private long jumped;

        public void Jump(TimeSpan by) => Interlocked.Add(ref jumped, (long)(by.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref jumped);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
