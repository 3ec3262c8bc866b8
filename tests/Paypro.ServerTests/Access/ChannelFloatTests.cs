using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Operator.Accounts;
using Paypro.Server.Routing;
using Paypro.Server.Statements;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Access;

/// <summary>Our money at a rail and the ways of an account: what lets less through is done by one person, what lets more through by two.</summary>
public sealed class ChannelFloatTests
{
    private const string Path = "/operator/channels/1";

    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task ABalanceIsToldAndLevelsAreSet(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var finance = await host.SignedInAsync(Role.Finance);
        using var operations = await host.SignedInAsync(Role.Operations);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("KE"));
        await AddAsync(host, admin);
        Assert.Equal($"{Path}/float?done=saved", (await operations.PostAsync($"{Path}/float/add", ("pot", "payout"), ("reason", "its rail tells none"))).Path);
        Assert.Contains("this pot is new", WebUtility.HtmlDecode((await finance.PostAsync($"{Path}/float/tell", ("pot", "payout"), ("balance", "5000"), ("reason", "x"))).Html), StringComparison.Ordinal);
        Assert.Equal((0L, 0L), await ToldAsync());
        host.Time.Pass(TimeSpan.FromMinutes(4));
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Equal(HttpStatusCode.Forbidden, (await operations.PostAsync($"{Path}/float/tell", ("pot", "payout"), ("balance", "5000"))).Status);
        Assert.Equal($"{Path}/float?done=saved", (await finance.PostAsync($"{Path}/float/tell", ("pot", "payout"), ("balance", "5000"), ("blocked", "100.50"), ("reason", "as the bank's page shows it"))).Path);
        Assert.Equal((5_000_00L, 100_50L), await ToldAsync());
        Assert.Contains("must be another person", WebUtility.HtmlDecode((await finance.PostAsync($"{Path}/float/tell", ("pot", "payout"), ("balance", "9000"), ("reason", "x"))).Html), StringComparison.Ordinal);
        Assert.Equal((5_000_00L, 100_50L), await ToldAsync());
        Assert.Equal("/operator/proposals?done=proposed", (await finance.PostAsync($"{Path}/float/propose", ("pot", "payout"), ("balance", "9000"), ("reason", "money has come"))).Path);
        await ApproveAsync(host, admin);
        Assert.Equal((9_000_00L, 0L), await ToldAsync());
        Assert.Equal(2, await host.ReadAsync(c => c.Audit.CountAsync(a => a.Action == BalanceTelling.Name)));
        Assert.Equal(2, await host.ReadAsync(c => c.CaseActions.CountAsync(a => a.Action == "balance.tell")));

        // A higher floor lets less be sent; a lower one needs two.
        Assert.Equal($"{Path}/float?done=saved", (await operations.PostAsync($"{Path}/float/levels", ("pot", "payout"), ("floor", "1000"), ("warn", "3000"), ("alarm", "2000"), ("reason", "what a day needs"))).Path);
        Assert.Contains("must not be above", WebUtility.HtmlDecode((await operations.PostAsync($"{Path}/float/levels", ("pot", "payout"), ("floor", "1000"), ("warn", "1"), ("alarm", "2"), ("reason", "x"))).Html), StringComparison.Ordinal);
        Assert.Contains("is lower than the floor", WebUtility.HtmlDecode((await operations.PostAsync($"{Path}/float/levels", ("pot", "payout"), ("floor", "10"), ("warn", "3000"), ("alarm", "2000"), ("reason", "x"))).Html), StringComparison.Ordinal);
        await operations.PostAsync($"{Path}/float/lower", ("pot", "payout"), ("floor", "10"), ("warn", "3000"), ("alarm", "2000"), ("reason", "less is needed"));
        Assert.Equal(8_000_00L, (await PotAsync()).SpendableMinor());
        await ApproveAsync(host, admin);
        Assert.Equal((8_990_00L, 3_000_00L, 2_000_00L), ((await PotAsync()).SpendableMinor(), (await PotAsync()).WarnMinor, (await PotAsync()).AlarmMinor));
        Assert.Contains("8,990.00", (await finance.GetAsync($"{Path}/float")).Html, StringComparison.Ordinal);

        Task<ChannelPotRow> PotAsync() => host.ReadAsync(c => c.ChannelPots.AsNoTracking().SingleAsync());

        async Task<(long, long)> ToldAsync() => await PotAsync() is var pot ? (pot.BalanceMinor, pot.BlockedMinor) : default;
    }

    /// <summary>A balance is told for the last hour: after a day without a second person it would not be true any more.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task NobodyTellsAHigherBalanceAlone(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        var merchant = await host.OpenMerchantAsync("KE");
        await AddAsync(host, admin);
        await admin.PostAsync($"{Path}/float/add", ("pot", "payout"), ("reason", "its rail tells none"));
        host.Time.Pass(TimeSpan.FromMinutes(4));
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        (string, string)[] told = [("pot", "payout"), ("balance", "9000"), ("reason", "money has come")];

        // While the installation is set up it is done at once.
        await admin.PostAsync($"{Path}/float/propose", told);
        Assert.Equal(9_000_00L, await host.ReadAsync(c => c.ChannelPots.Select(p => p.BalanceMinor).SingleAsync()));
        await host.FirstOrderAsync(merchant);
        Assert.Contains("invite a second person first", WebUtility.HtmlDecode((await admin.PostAsync($"{Path}/float/propose", ("pot", "payout"), ("balance", "9500"), ("reason", "more has come"))).Html), StringComparison.Ordinal);
        Assert.Equal(0, await host.ReadAsync(c => c.Proposals.CountAsync(p => p.State == ProposalState.Open)));
        using var finance = await host.SignedInAsync(Role.Finance);
        Assert.Equal("/operator/proposals?done=proposed", (await admin.PostAsync($"{Path}/float/propose", ("pot", "payout"), ("balance", "9700"), ("reason", "more has come"))).Path);
        await ApproveAsync(host, finance);
        Assert.Equal(9_700_00L, await host.ReadAsync(c => c.ChannelPots.Select(p => p.BalanceMinor).SingleAsync()));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AWayIsClosedByOneAndChangedByTwo(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        using var operations = await host.SignedInAsync(Role.Operations);
        using var risk = await host.SignedInAsync(Role.Risk);
        await host.FirstOrderAsync(await host.OpenMerchantAsync("KE"));
        await AddAsync(host, admin);
        Assert.Equal($"{Path}/ways?done=stopped", (await risk.PostAsync($"{Path}/ways/close", ("scope", "PayIn/va"), ("reason", "fraud"))).Path);
        Assert.Equal(HttpStatusCode.Forbidden, (await risk.PostAsync($"{Path}/ways", ("scope", "PayIn/va"))).Status);
        foreach (var (name, value, says) in ((string, string, string)[])[("maximum", "x", "Write amounts"), ("maximum", "1", "at least the minimum"), ("minutes", "0", "from 1 to"), ("scope", "PayIn/none", "is not one that this channel has")])
        {
            (string, string)[] fields = [("scope", "PayIn/va"), ("minimum", "10"), ("maximum", "500"), ("minutes", "60"), ("costRate", "0.2"), ("costFixed", "3.50"), ("reason", "x")];
            Assert.Contains(says, WebUtility.HtmlDecode((await admin.PostAsync($"{Path}/ways", [.. fields.Where(f => f.Item1 != name), (name, value)])).Html), StringComparison.Ordinal);
        }

        await admin.PostAsync($"{Path}/ways", ("scope", "PayIn/va"), ("open", "yes"), ("minimum", "10"), ("maximum", "500"), ("minutes", "60"), ("costRate", "0.2"), ("costFixed", "3.50"), ("reason", "the contract was renewed"));
        await ApproveAsync(host, operations);
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var way = host.The<SnapshotStore>().Current.Accounts[1].Ways.Single(w => w.Way == "va");
        Assert.Equal(new WayView(Direction.PayIn, "va", true, 10_00, 500_00, 60, 20, 3_50), WayView.Of(way));
    }

    /// <summary>When a rail last called is noted once a minute at most, and by no node backwards.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task TheLastCallbackIsNoted(Engine engine)
    {
        await using var host = await PortalHost.StartAsync(engine);
        using var admin = await host.SignedInAsync(Role.Admin);
        await AddAsync(host, admin);
        var callbacks = host.The<LastCallbacks>();
        await callbacks.NoteAsync(1);
        var first = await host.ReadAsync(c => c.ChannelCallbacks.AsNoTracking().SingleAsync());
        host.Time.Pass(TimeSpan.FromSeconds(30));
        await callbacks.NoteAsync(1);
        Assert.Equal(first.AtMs, (await host.ReadAsync(c => c.ChannelCallbacks.AsNoTracking().SingleAsync())).AtMs);
        host.Time.Pass(TimeSpan.FromSeconds(31));
        await callbacks.NoteAsync(1);
        Assert.True((await host.ReadAsync(c => c.ChannelCallbacks.AsNoTracking().SingleAsync())).AtMs > first.AtMs + 60_000);
        Assert.Contains("0 min ago", (await admin.GetAsync("/operator/channels")).Html, StringComparison.Ordinal);
    }

    private static async Task AddAsync(PortalHost host, PortalBrowser browser)
    {
        await browser.PostAsync(
            "/operator/channels", ("channel", "paypro"), ("country", "MX"), ("name", "Gateway"), ("settings", "base = https://gateway.example/mex-pay\nmerchantNo = 1000000001"), ("secret-key", "a key of a test"));
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
    }

    private static async Task ApproveAsync(PortalHost host, PortalBrowser by)
    {
        var open = await host.ReadAsync(c => c.Proposals.SingleAsync(p => p.State == ProposalState.Open));
        Assert.Equal("/operator/proposals?done=saved", (await by.PostAsync($"/operator/proposals/{open.Id}", ("do", "approve"))).Path);
    }
}
