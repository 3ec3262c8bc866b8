using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Server.Access;
using Paypro.Server.Cases;
using Paypro.Server.Operator;
using Paypro.Server.Operator.RuleWork;
using Paypro.Server.Orders;
using Paypro.Server.Storage;
using Paypro.ServerTests.Developers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Dashboard;

/// <summary>A merchant's own block list: added to at once by one of its people, taken from by two, for its own orders alone.</summary>
public sealed class OwnBlockListTests
{
    private const string Card = "4111111111111111", Path = "/dashboard/block-list";

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AMerchantBlocksForItselfAndTwoTakeItOff(Engine engine)
    {
        await using var ground = await PaymentsGround.ListenAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var pots = new PotGround(ground);
        var (shop, neighbour, second) = (await ground.OpenShopAsync(10_000_00), await ground.OpenShopAsync(10_000_00), await ground.OpenShopAsync(10_000_00));
        await ground.The<ConfigStore>().SaveAsync(c => c.Merchants.Where(m => m.MerchantNo == neighbour.Merchant.No).ExecuteUpdateAsync(s => s.SetProperty(m => m.BusinessId, 2)));
        await pots.RefreshAsync();
        var no = shop.Merchant.No.ToString(CultureInfo.InvariantCulture);
        using var finance = await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.MerchantFinance, 1);
        using var owner = await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.Owner, 1);
        using var another = await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.Owner, 2);
        using var developer = await DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, Role.Developer, 1);
        var accepted = await pots.PayOutAsync(shop, "before");

        // What cannot be read, and who may not.
        Assert.Contains("number 2 is no tax number", (await finance.PostAsync(Path, ("merchant", no), ("kind", "TaxNumber"), ("values", "AAA010101AAA\n1"), ("reason", "cheated"))).Text, StringComparison.Ordinal);
        Assert.Contains("1 to 300 characters", (await finance.PostAsync(Path, ("merchant", no), ("kind", "Account"), ("values", Card), ("reason", " "))).Text, StringComparison.Ordinal);
        Assert.Contains("Choose what the values are", (await finance.PostAsync(Path, ("merchant", no), ("kind", "Name"), ("values", Card), ("reason", "cheated"))).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await another.PostAsync(Path, ("merchant", no), ("kind", "Account"), ("values", Card), ("reason", "cheated"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await developer.PostAsync(Path, ("merchant", no), ("kind", "Account"), ("values", Card), ("reason", "cheated"))).Status);
        Assert.Equal(0, await ground.ReadAsync(c => c.BlockEntries.CountAsync()));

        // At once, for its own orders; what was accepted before is held.
        Assert.EndsWith("done=saved", (await finance.PostAsync(Path, ("merchant", no), ("kind", "Account"), ("values", " 4111 1111-1111 1111\n" + Card), ("reason", "cheated us"))).Text, StringComparison.Ordinal);
        Assert.Equal((1, true), await ground.ReadAsync(async c => (await c.BlockEntries.CountAsync(), await c.BlockEntries.AllAsync(b => b.IsOwn && b.MerchantNo == shop.Merchant.No))));
        await pots.RefreshAsync();
        Assert.Equal("customerAccount: is not accepted", Assert.IsType<CreateResult.Refused>(await pots.AskAsync(shop, "after")).Sentence);
        Assert.IsType<CreateResult.Created>(await pots.AskAsync(neighbour, "its-own"));
        await pots.TurnAsync();
        Assert.Equal(AttemptState.Held, await pots.StateAsync(accepted));
        Assert.Equal(1, await ground.ReadAsync(c => c.Cases.CountAsync(x => x.Kind == CaseKind.HeldPayout && x.State == CaseState.Open)));

        // It is found by its value, by nobody else, and the operator sees whose it is. What the operator lists for this merchant is not shown to it.
        Assert.Contains("It is on the block list.", (await owner.PostAsync($"{Path}/find", ("merchant", no), ("kind", "Account"), ("value", Card))).Text, StringComparison.Ordinal);
        Assert.Contains("It is not on the block list.", (await another.PostAsync($"{Path}/find", ("kind", "Account"), ("value", Card))).Text, StringComparison.Ordinal);
        var blocked = await ground.The<BlockListChanges>().AddAsync(Actor.Program, new BlockWish(shop.Merchant.No, "MX", MarkKind.Account, [Card], "the bank says so"), Answer<BlockedView>.Unkept);
        Assert.Equal(new BlockedView(1, 0), blocked.Value);
        Assert.Equal([false, true], (await ground.The<BlockListChanges>().FindAsync(new BlockQuestion("MX", MarkKind.Account, Card))).Entries.Select(e => e.ByMerchant).Order());
        await pots.RefreshAsync();
        var page = (await finance.GetAsync($"{Path}?merchant={no}")).Text;
        Assert.Contains("cheated us", page, StringComparison.Ordinal);
        Assert.DoesNotContain("the bank says so", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Card, page, StringComparison.Ordinal);

        // Off by two; the operator's entry is none of theirs.
        var own = Assert.Single(Regex.Matches(page, "name=\"entry\" value=\"([0-9]+)\"").Select(m => m.Groups[1].Value));
        var operators = await ground.ReadAsync(c => c.BlockEntries.Where(b => !b.IsOwn).Select(b => b.Id).SingleAsync());
        Assert.Contains("there is no such entry", (await finance.PostAsync($"{Path}/remove", ("merchant", no), ("entry", operators.ToString(CultureInfo.InvariantCulture)), ("reason", "mistaken"))).Text, StringComparison.Ordinal);
        Assert.EndsWith("done=proposed", (await finance.PostAsync($"{Path}/remove", ("merchant", no), ("entry", own), ("reason", "mistaken"))).Text, StringComparison.Ordinal);
        var proposal = Regex.Match((await owner.GetAsync($"{Path}?merchant={no}")).Text, "name=\"proposal\" value=\"([0-9]+)\"").Groups[1].Value;
        Assert.DoesNotContain("done=", (await finance.PostAsync($"{Path}/decide", ("merchant", no), ("proposal", proposal), ("do", "approve"))).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("done=", (await another.PostAsync($"{Path}/decide", ("proposal", proposal), ("do", "approve"))).Text, StringComparison.Ordinal);

        // Who may at one merchant number of the business decides nothing of another one.
        Assert.Contains("there is no such proposal", (await owner.PostAsync($"{Path}/decide", ("merchant", second.Merchant.No.ToString(CultureInfo.InvariantCulture)), ("proposal", proposal), ("do", "approve"))).Text, StringComparison.Ordinal);
        Assert.Equal(2, await ground.ReadAsync(c => c.BlockEntries.CountAsync()));
        Assert.EndsWith("done=saved", (await owner.PostAsync($"{Path}/decide", ("merchant", no), ("proposal", proposal), ("do", "approve"))).Text, StringComparison.Ordinal);
        Assert.Equal([false], await ground.ReadAsync(c => c.BlockEntries.Select(b => b.IsOwn).ToListAsync()));
        Assert.Equal(["blocklist.own-add", "policy.unblock"], await ground.ReadAsync(c => c.Audit.Where(a => a.Action == "blocklist.own-add" || a.Action == "policy.unblock").OrderBy(a => a.Action).Select(a => a.Action).ToListAsync()));
    }
}
