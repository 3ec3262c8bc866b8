using Paypro.RailDoubles.Mpesa;
using Paypro.Server.Routing;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>A node that is killed while the operator has its payout, and while a payer pays. Long, since leases have to end: <c>eng/full rails</c> runs it.</summary>
public sealed class MpesaKillTests
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
        await using var ground = await MpesaRailGround.StartAsync(engine, database, "--Paypro:MasterKeyFile", key.Path);
        Assert.Equal(AccountTrial.Right, (await ground.Host.Get<AccountTrial>().RunAsync(MpesaRailGround.AccountId, activates: true, CancellationToken.None)).Code);
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
            ground.Operator.Trouble("POST /mpesa/b2c", MpesaTrouble.HangAfter);
            payout = await ground.PayoutAsync("80");
            Assert.True(await SandboxHost.ComesToBeAsync(() => Task.FromResult(ground.Operator.Payouts.Count == 1)), first.Output);
            first.Kill();
        }

        // Nobody hears of what happens now.
        ground.Operator.Settle(Assert.Single(ground.Operator.Payouts).OriginatorId);
        ground.Operator.Pay(Assert.Single(ground.Operator.Prompts).Reference);
        var exit = await ServerProcess.RunToExitAsync(start with { Arguments = ["--check-account", "306"] });
        Assert.True(exit.Code == 0 && exit.Output.Contains("right: M-PESA gives a token.", StringComparison.Ordinal), exit.Output);

        // The answer to what became of the payout is posted.
        await using var next = await ServerProcess.StartAsync(start);
        ground.Callbacks.Target = next.BaseAddress;
        Assert.True(await SandboxHost.ComesToBeAsync(
            () => Task.FromResult(new[] { payIn, payout }.All(created => ground.Receiver.Received.Any(n => n.Path == "/" + created["tradeNo"] && n["status"] == "0000"))), TimeSpan.FromMinutes(4)), next.Output);
        Assert.Single(ground.Operator.Payouts);
        Assert.Empty(ground.Operator.Faults);
    }
}
