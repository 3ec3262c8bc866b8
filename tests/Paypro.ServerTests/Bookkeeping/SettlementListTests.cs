using System.Net;
using Paypro.Server.Access;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Access;
using Paypro.ServerTests.Dashboard;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Bookkeeping;

/// <summary>The lists of settlements lose nothing between their pages.</summary>
[Collection(DashboardTests.Name)]
public sealed class SettlementListTests(DashboardGrounds grounds)
{
    private const int Days = 140;

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    /// <summary>A day has a line for each currency, and for a merchant one of unsettled money and one of the reserve; wherever a page ends, none is lost and none told twice.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task SettlementsAreToldWhole(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var host = ground.Host;
        List<TestMerchant> merchants = [await ground.OpenAsync("NG"), await ground.OpenAsync("PH"), await ground.OpenAsync("VN")];
        var days = Enumerable.Range(0, Days).Select(i => new DateOnly(2095, 1, 1).AddDays(i).ToNumber()).ToList();
        var dues = merchants.SelectMany(m => days.Select(day => (Merchant: m, Kind: AccountKind.Unsettled, Day: day))).Concat(days.SkipLast(1).Select(day => (Merchant: merchants[0], Kind: AccountKind.Held, Day: day))).ToList();
        await Task.WhenAll(dues.Select(d => host.The<BatchWriter>().WriteAsync(new PostDue(
            new Leg(AccountId.Platform(d.Merchant.Bucket, AccountKind.Equity, d.Merchant.Country.Currency), -1), new Leg(AccountId.Merchant(d.Merchant.Bucket, d.Merchant.No, d.Kind, d.Merchant.Country.Currency), 1, d.Day), ground.NowMs))));

        // A merchant's own, on its page: the latest day has one line, so that a page ends within a day.
        using var finance = await host.SignedInAsync(Role.MerchantFinance, merchants[0].BusinessId);
        var own = await PagesAsync(finance, $"/dashboard/settlements?merchant={merchants[0].No}", html => CountOf(html, ">2095-"));
        Assert.Equal((2 * Days) - 1, own.Sum());
        Assert.All(own.SkipLast(1), lines => Assert.Equal(50, lines));

        // All of the operator's, on its page and by the API.
        using var auditor = await host.SignedInAsync(Role.Auditor);
        Assert.Equal(3 * Days, (await PagesAsync(auditor, "/operator/settlements", html => CountOf(html, ">2095-"))).Sum());
        using var api = await OperatorCalls.OpenAsync(host, Permissions.LedgerSee);
        var (told, next) = (new List<(int, string)>(), "");
        do
        {
            var (status, page) = await OperatorCalls.CallAsync(api, $"settlements?after={next}");
            Assert.Equal(HttpStatusCode.OK, status);
            var items = page["items"]!.AsArray();
            Assert.True(items.Count <= 200);
            told.AddRange(items.Select(i => ((int)i!["dueDate"]!, (string)i["currency"]!)));
            next = (string?)page["next"] ?? "";
        }
        while (next.Length > 0);

        Assert.Equal(told.Count, told.Distinct().Count());
        Assert.Equal(3 * Days, told.Count(t => t.Item1 / 10000 == 2095));
        var before = (await OperatorCalls.CallAsync(api, "settlements?before=20950102")).Body["items"]!.AsArray();
        Assert.Equal((3, true), (before.Count(i => (int)i!["dueDate"]! == 20950101), before.All(i => (int)i!["dueDate"]! < 20950102)));
        foreach (var wrong in (string[])["after=x", "after=20950101", "after=20950101-", "after=-1-2", "before=x", "before=20950101-840", "before=99999999999"])
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await OperatorCalls.CallAsync(api, $"settlements?{wrong}")).Status);
        }
    }

    private static int CountOf(string html, string text) => html.Split(text).Length - 1;

    private static async Task<List<int>> PagesAsync(PortalBrowser browser, string first, Func<string, int> count)
    {
        var counts = new List<int>();
        for (var address = first; address is not null;)
        {
            var page = await browser.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            counts.Add(count(page.Html));
            address = DashboardGround.LinkOf(page.Html, "Older");
        }

        return counts;
    }
}
