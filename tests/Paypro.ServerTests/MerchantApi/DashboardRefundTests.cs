using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Channels;
using Paypro.Server.Access;
using Paypro.Server.Dashboard.Refunds;
using Paypro.Server.Merchants;
using Paypro.Server.Screens;
using Paypro.Server.Storage;
using Paypro.ServerTests.Developers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.MerchantApi;

/// <summary>A sandbox with the dashboard and a rail that refunds, for each engine that a test asks for.</summary>
public sealed class RefundDashboards : IAsyncDisposable
{
    private readonly Dictionary<Engine, ApiHost> _hosts = [];

    internal async Task<ApiHost> OnAsync(Engine engine) =>
        _hosts.TryGetValue(engine, out var host) ? host : _hosts[engine] = await ApiHost.StartAsync(engine, ScriptedChannel.PutWithRefunds, "--Paypro:Roles=api,portals");

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts.Values)
        {
            await host.DisposeAsync();
        }
    }
}

/// <summary>Refunds that people of a merchant make on the dashboard: by the core of the call, once, and by two where the merchant wants it so.</summary>
public sealed class DashboardRefundTests(RefundDashboards hosts) : IClassFixture<RefundDashboards>
{
    private const string Refund = "/mex-pay/v1/paypro/refund";

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatIsPossibleIsShownAndMadeOnce(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (merchant, number) = await PaidAsync(host, 100_00);
        using var owner = await SignInAsync(host, merchant, Role.Owner);
        using var developer = await SignInAsync(host, merchant, Role.Developer);
        var path = $"/dashboard/payins/{number}/refund";
        Assert.Contains($"{path}\"", (await owner.GetAsync($"/dashboard/payins/{number}")).Text, StringComparison.Ordinal);
        Assert.Contains("value=\"300\"", (await owner.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await developer.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await developer.PostAsync(path, ("amount", "1"), ("reason", "r"))).Status);

        (string, string)[] form = [("amount", "120"), ("reason", "Wrong size"), (SentForms.PageField, "77")];
        var made = await owner.PostAsync(path, form);
        Assert.True(made.Status == HttpStatusCode.Redirect && made.Text.StartsWith("/dashboard/refunds/", StringComparison.Ordinal), made.Text);
        Assert.Equal(HttpStatusCode.Conflict, (await owner.PostAsync(path, form)).Status);
        var refund = Assert.Single(await RefundsAsync(host, merchant));
        Assert.Equal((120_00, "Wrong size", OrderState.Pending), (refund.AmountMinor, refund.Remark, refund.State));
        Assert.Equal(HttpStatusCode.OK, (await owner.GetAsync(made.Text)).Status);
        await using (var context = host.The<IContexts>().Create())
        {
            var row = await context.RefundOrders.SingleAsync(r => r.MerchantNo == merchant.No);
            Assert.Equal((RefundOrderState.Made, refund.Number, refund.TradeNo, ""), (row.State, row.Number, row.RefundNo, row.ApprovedBy));
            Assert.StartsWith("user:", (await context.Events.SingleAsync(e => e.Bucket == refund.Bucket && e.OrderId == refund.RefundOf && e.Type == EventType.RefundRequested)).Cause, StringComparison.Ordinal);
            Assert.Equal("Wrong size", (await context.Audit.SingleAsync(a => a.Action == "payin.refund" && a.Subject == $"order:{number}")).Reason);
        }

        // The rest, and not more; and nothing without a reason.
        Assert.Contains("value=\"180\"", (await owner.GetAsync(path)).Text, StringComparison.Ordinal);
        foreach (var (amount, reason, says) in ((string, string, string)[])[("181", "r", "is more than this pay-in holds"), ("0", "r", "Write the amount"), ("ten", "r", "Write the amount"), ("1", "", "why the money goes back")])
        {
            var refused = await owner.PostAsync(path, ("amount", amount), ("reason", reason));
            Assert.True(refused.Status == HttpStatusCode.BadRequest && refused.Text.Contains(says, StringComparison.Ordinal), $"{amount}: {refused.Text}");
        }

        Assert.Single(await RefundsAsync(host, merchant));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatCannotBeGivenBackSaysWhy(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (merchant, number) = await PaidAsync(host);
        using var owner = await SignInAsync(host, merchant, Role.Owner);
        using var another = await DashboardSession.StartAsync(host.The<IServiceProvider>(), host.Http.BaseAddress!, Role.Owner, 77_000 + merchant.No);
        var unpaid = (await merchant.CreateAsync("unpaid", "300"))["platFormTradeNo"]!;
        Assert.Contains("nothing of this pay-in can be refunded", (await owner.GetAsync($"/dashboard/payins/{unpaid}/refund")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await another.GetAsync($"/dashboard/payins/{number}/refund")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await another.PostAsync($"/dashboard/payins/{number}/refund", ("amount", "1"), ("reason", "r"))).Status);
        await host.The<ConfigStore>().SaveAsync(context => context.Merchants.Where(m => m.MerchantNo == merchant.No).ExecuteUpdateAsync(s => s.SetProperty(m => m.PayoutsOpen, false)));
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        Assert.Contains("this merchant sends no money at present", (await owner.GetAsync($"/dashboard/payins/{number}/refund")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.PostAsync($"/dashboard/payins/{number}/refund", ("amount", "1"), ("reason", "r"))).Status);
        Assert.Empty(await RefundsAsync(host, merchant));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AboveTheLimitTwoDecideAndAProgramIsRefused(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (merchant, number) = await PaidAsync(host, 1_000_00);
        using var owner = await SignInAsync(host, merchant, Role.Owner);
        using var finance = await SignInAsync(host, merchant, Role.MerchantFinance);
        var (path, of) = ($"/dashboard/payins/{number}/refund", ("merchant", merchant.NoText));
        Assert.Equal(HttpStatusCode.Forbidden, (await finance.PostAsync("/dashboard/refunds/limit", of, ("payment", "1"))).Status);
        Assert.EndsWith("done=saved", (await owner.PostAsync("/dashboard/refunds/limit", of, ("payment", "100"), ("day", "150"), ("api", "yes"))).Text, StringComparison.Ordinal);
        await host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

        // One person: 80 of 150 on this day. Another 80 is too much for the day, 101 for one refund.
        Assert.StartsWith("/dashboard/refunds/", (await owner.PostAsync(path, ("amount", "80"), ("reason", "first"))).Text, StringComparison.Ordinal);
        Assert.EndsWith("done=proposed", (await owner.PostAsync(path, ("amount", "80"), ("reason", "second"))).Text, StringComparison.Ordinal);
        Assert.Single(await RefundsAsync(host, merchant));
        var proposal = await OpenAsync(host, number);
        Assert.Contains("is your own", (await owner.PostAsync("/dashboard/refunds/decide", of, ("proposal", $"{proposal}"), ("do", "approve"))).Text, StringComparison.Ordinal);
        Assert.Contains("second", (await finance.GetAsync($"/dashboard/refunds?merchant={merchant.NoText}")).Text, StringComparison.Ordinal);
        Assert.EndsWith("done=saved", (await finance.PostAsync("/dashboard/refunds/decide", of, ("proposal", $"{proposal}"), ("do", "approve"))).Text, StringComparison.Ordinal);
        Assert.Equal(2, (await RefundsAsync(host, merchant)).Count);

        // Decided once; and what was approved by two counts for nobody's day.
        Assert.Equal(HttpStatusCode.BadRequest, (await finance.PostAsync("/dashboard/refunds/decide", of, ("proposal", $"{proposal}"), ("do", "approve"))).Status);
        Assert.StartsWith("/dashboard/refunds/", (await owner.PostAsync(path, ("amount", "70"), ("reason", "third"))).Text, StringComparison.Ordinal);
        Assert.Equal(3, (await RefundsAsync(host, merchant)).Count);

        // A program is measured against the limit of one refund.
        await host.PayAsync((await merchant.CreateAsync("other", "300"))["platFormTradeNo"]!, 300_00, $"OTHER{merchant.NoText}");
        Assert.Equal(("8000", "amount: above 100 a refund takes two people of the merchant; ask for it on the dashboard"), await AskAsync("r2", "101"));
        Assert.Equal("0000", (await AskAsync("r3", "100")).Code);

        // More than now takes another owner; a limit for programs alone is none.
        Assert.EndsWith("done=proposed", (await owner.PostAsync("/dashboard/refunds/limit", of, ("payment", "200"), ("day", "150"), ("api", "yes"))).Text, StringComparison.Ordinal);
        await using var context = host.The<IContexts>().Create();
        Assert.Equal(100_00, (await context.RefundLimits.SingleAsync(l => l.MerchantNo == merchant.No)).PaymentMinor);

        async Task<(string? Code, string? Message)> AskAsync(string refundNo, string amount)
        {
            var answer = await merchant.Client.PostAsync(Refund, Body("other", refundNo, amount));
            return (answer.Code, answer.Message);
        }
    }

    /// <summary>The decision is stored; the node dies before the refund is made, or before it is known that it was.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatADeadNodeLeftIsMadeOnce(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (merchant, number) = await PaidAsync(host);
        var orders = host.The<RefundOrders>();
        await using var context = host.The<IContexts>().Create();
        var payIn = await context.Orders.SingleAsync(o => o.MerchantNo == merchant.No && o.Number == number);
        var asked = await orders.AskAsync(Actor.Program, payIn, new RefundWish(50_00, "left"));
        Assert.False(asked.NeedsTwo);

        // Two nodes find it at the same time.
        await Task.WhenAll(orders.RunOnceAsync(CancellationToken.None), orders.RunOnceAsync(CancellationToken.None), orders.MakeAsync(asked.Id));
        var refund = Assert.Single(await RefundsAsync(host, merchant));
        await host.The<ConfigStore>().SaveAsync(c => c.RefundOrders.Where(r => r.Id == asked.Id).ExecuteUpdateAsync(s => s.SetProperty(r => r.State, RefundOrderState.Wanted).SetProperty(r => r.Number, "")));
        await orders.RunOnceAsync(CancellationToken.None);
        Assert.Equal(refund.Id, Assert.Single(await RefundsAsync(host, merchant)).Id);
        var row = await context.RefundOrders.AsNoTracking().SingleAsync(r => r.Id == asked.Id);
        Assert.Equal((RefundOrderState.Made, refund.Number), (row.State, row.Number));
    }

    private static Infrastructure.FlatBody Body(string tradeNo, string refundNo, string amount) => new(
        ("operation", "refund"), ("timestamp", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()), ("tradeNo", tradeNo), ("refundNo", refundNo), ("amount", amount));

    /// <summary>A merchant of a business of its own with a paid pay-in of 300.</summary>
    private static async Task<(TestMerchant Merchant, string Number)> PaidAsync(ApiHost host, long openingMinor = 0)
    {
        var merchant = await host.AddMerchantAsync(openingMinor);
        await host.The<ConfigStore>().SaveAsync(async context =>
        {
            context.Businesses.Add(new BusinessRow { Id = merchant.No, Name = "A business" });
            await context.Merchants.Where(m => m.MerchantNo == merchant.No).ExecuteUpdateAsync(s => s.SetProperty(m => m.BusinessId, merchant.No));
        });
        var number = (await merchant.CreateAsync("paid", "300"))["platFormTradeNo"]!;
        await host.PayAsync(number, 300_00, $"UTR{merchant.NoText}");
        return (merchant, number);
    }

    private static Task<DashboardSession> SignInAsync(ApiHost host, TestMerchant merchant, Role role) => DashboardSession.StartAsync(host.The<IServiceProvider>(), host.Http.BaseAddress!, role, merchant.No);

    private static async Task<List<OrderRow>> RefundsAsync(ApiHost host, TestMerchant merchant)
    {
        await using var context = host.The<IContexts>().Create();
        return await context.Orders.Where(o => o.MerchantNo == merchant.No && o.Direction == Direction.Refund).OrderBy(o => o.Id).ToListAsync();
    }

    private static async Task<long> OpenAsync(ApiHost host, string number)
    {
        await using var context = host.The<IContexts>().Create();
        return await context.Proposals.Where(p => p.Kind == RefundByTwo.Name && p.Subject == $"payin:{number}" && p.State == ProposalState.Open).Select(p => p.Id).SingleAsync();
    }
}
