using Paypro.RailDoubles.DLocal;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>A node that is killed while dLocal has its payout, and while a payer pays. Long, since leases have to end: <c>eng/full rails</c> runs it.</summary>
public sealed class DLocalKillTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_a_killed_node_left_is_found_by_the_next(Engine engine)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PAYPRO_TEST_RAILS") == "all", "eng/full rails runs it.");
        await using var database = await TestDatabase.CreateAsync(engine);
        using var key = new MasterKeyFile();
        await using var ground = await DLocalRailGround.StartAsync(engine, database, "--Paypro:MasterKeyFile", key.Path);
        await ground.StopHostAsync();
        var start = new ServerStart
        {
            Database = database,
            Environment = new Dictionary<string, string> { ["Paypro__PublicUrl"] = ground.Callbacks.Address, ["Paypro__MasterKeyFile"] = key.Path, ["Paypro__Notifications__AllowLoopback"] = "true" },
        };
        ApiAnswer payIn, payout;
        await using (var first = await ServerProcess.StartAsync(start))
        {
            (ground.Api, ground.Callbacks.Target) = (first.Http, first.BaseAddress);
            payIn = await ground.PayInAsync("70");
            ground.House.Trouble("POST /payouts/v3", DLocalTrouble.HangAfter);
            payout = await ground.PayoutAsync("80");
            Assert.True(await SandboxHost.ComesToBeAsync(() => Task.FromResult(ground.House.Payouts.Count == 1)), first.Output);
            first.Kill();
        }

        // Nobody hears of the payout now; of the payment dLocal tells later, since it comes again for days.
        ground.House.Settle(Assert.Single(ground.House.Payouts).ExternalId);
        var notice = ground.House.NoticeOf(ground.House.Pay(Assert.Single(ground.House.Payments).OrderId));
        var exit = await ServerProcess.RunToExitAsync(start with { Arguments = ["--check-account", "601"] });
        Assert.True(exit.Code == 0 && exit.Output.Contains("right: dLocal gives a token for payouts.", StringComparison.Ordinal), exit.Output);

        await using var next = await ServerProcess.StartAsync(start);
        ground.Callbacks.Target = next.BaseAddress;
        await ground.DeliverAsync(notice);
        Assert.True(await SandboxHost.ComesToBeAsync(
            () => Task.FromResult(new[] { payIn, payout }.All(created => ground.Receiver.Received.Any(n => n.Path == "/" + created["tradeNo"] && n["status"] == "0000"))), TimeSpan.FromMinutes(4)), next.Output);
        Assert.Single(ground.House.Payouts);
        Assert.Empty(ground.House.Faults);
    }
}
