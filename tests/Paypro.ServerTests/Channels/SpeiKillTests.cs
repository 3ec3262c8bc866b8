using Paypro.RailDoubles.Spei;
using Paypro.Server.Routing;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Platform;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>
/// A node that is killed while STP has its payout, and when it has stored a payer's money and not answered. Long, since leases have to end: <c>eng/full rails</c> runs it.
/// </summary>
public sealed class SpeiKillTests
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
        await using var ground = await SpeiRailGround.StartAsync(engine, database, "--Paypro:MasterKeyFile", key.Path);
        Assert.Equal(AccountTrial.Right, (await ground.Host.Get<AccountTrial>().RunAsync(SpeiRailGround.AccountId, activates: false, CancellationToken.None)).Code);
        await ground.StopHostAsync();
        var start = new ServerStart
        {
            Database = database,
            Environment = new Dictionary<string, string> { ["Paypro__PublicUrl"] = ground.Callbacks.Address, ["Paypro__MasterKeyFile"] = key.Path, ["Paypro__Notifications__AllowLoopback"] = "true" },
        };
        ApiAnswer told, silent, payout;
        StpCredit credit;
        await using (var first = await ServerProcess.StartAsync(start))
        {
            (ground.Api, ground.Callbacks.Target) = (first.Http, first.BaseAddress);
            (told, silent) = (await ground.PayInAsync("70"), await ground.PayInAsync("75"));
            ground.House.Trouble("PUT /speiws", StpTrouble.HangAfter);
            payout = await ground.PayoutAsync("80");
            Assert.True(await SandboxHost.ComesToBeAsync(() => Task.FromResult(ground.House.Orders.Count == 1)), first.Output);

            // Stored, and killed before the verdict arrives.
            credit = ground.House.Pay(told["paymentInfo"]!, 70_00);
            var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            ground.Callbacks.Holds = path => path.EndsWith("/abono", StringComparison.Ordinal) ? killed.Task : null;
            ground.Callbacks.Plan = (path, _) => path.EndsWith("/abono", StringComparison.Ordinal) ? LineFault.LosesAnswer : LineFault.None;
            var telling = ground.House.TellAsync(credit);
            Assert.True(await SandboxHost.ComesToBeAsync(() => Task.FromResult(ground.Callbacks.Held == 1)), first.Output);
            first.Kill();
            killed.SetResult();
            await Assert.ThrowsAsync<HttpRequestException>(() => telling);
        }

        (ground.Callbacks.Holds, ground.Callbacks.Plan) = (_ => null, (_, _) => LineFault.None);

        // Nobody hears of what happens now.
        ground.House.End(Assert.Single(ground.House.Orders).Key);
        ground.House.Pay(silent["paymentInfo"]!, 75_00);
        var exit = await ServerProcess.RunToExitAsync(start with { Arguments = ["--check-account", "306"] });
        Assert.True(exit.Code == 0 && exit.Output.Contains("right: STP takes a signed question.", StringComparison.Ordinal), exit.Output);

        await using var next = await ServerProcess.StartAsync(start);
        ground.Callbacks.Target = next.BaseAddress;
        await ground.TakenAsync(credit);
        Assert.True(await SandboxHost.ComesToBeAsync(
            () => Task.FromResult(new[] { told, silent, payout }.All(created => ground.Receiver.Received.Any(n => n.Path == "/" + created["tradeNo"] && n["status"] == "0000"))), TimeSpan.FromMinutes(4)), next.Output);
        Assert.Equal("70", ground.Receiver.Received.First(n => n.Path == "/" + told["tradeNo"] && n["status"] == "0000")["amount"]);
        Assert.Single(ground.House.Orders);
        Assert.Empty(ground.House.Faults);
    }
}
