using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Protocol.Signing;
using Paypro.Server.Access;
using Paypro.Server.Dashboard;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Dashboard;

/// <summary>One order's screen, and what can be done from there: nobody else's, masked, told again.</summary>
[Collection(DashboardTests.Name)]
public sealed class PaymentScreenTests(DashboardGrounds grounds)
{
    private static readonly Person Payer = new() { Name = "Ana Canaria", Email = "maria@example.com", Mobile = "+525512345678", Account = "646180110400000007" };

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APersonIsMaskedUntilSomebodySaysWhy(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var merchant = await ground.OpenAsync("MX");
        var order = await ground.AddAsync(merchant, person: Payer);
        var path = $"/dashboard/payins/{order.Number}";
        using var support = await ground.Host.SignedInAsync(Role.MerchantSupport, merchant.BusinessId);
        using var developer = await ground.Host.SignedInAsync(Role.Developer, merchant.BusinessId);
        foreach (var address in (string[])[path, "/dashboard/payins"])
        {
            AssertMasked((await support.GetAsync(address)).Html);
        }

        var page = WebUtility.HtmlDecode((await support.GetAsync(path)).Html);
        Assert.All((string[])["ma…@…", "…5678", "…0007", "An…"], masked => Assert.Contains(masked, page, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.BadRequest, (await support.PostAsync($"{path}/reveal", ("reason", " "))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await developer.PostAsync($"{path}/reveal", ("reason", "curious"))).Status);
        Assert.Empty(await RevealsAsync());

        var shown = await support.PostAsync($"{path}/reveal", ("reason", "the payer asks for his money"));
        Assert.Contains("maria@example.com", shown.Html, StringComparison.Ordinal);
        Assert.Contains("data-hide-after=\"60\"", shown.Html, StringComparison.Ordinal);
        var line = Assert.Single(await RevealsAsync());
        Assert.Equal(("the payer asks for his money", merchant.Bucket), (line.Reason, line.Chain));
        AssertMasked(line.After + line.Before);
        AssertMasked((await support.GetAsync(path)).Html);

        // Not with a factor that is older than five minutes.
        using var finance = await ground.Host.SignedInAsync(Role.MerchantFinance, merchant.BusinessId);
        ground.Host.Time.Pass(Sessions.StepUpGoodFor);
        var asked = await finance.PostAsync($"{path}/reveal", ("reason", "a question"));
        Assert.Contains("autocomplete=\"one-time-code\"", asked.Html, StringComparison.Ordinal);
        AssertMasked(asked.Html);
        Assert.Single(await RevealsAsync());

        Task<List<AuditRow>> RevealsAsync() => ground.Host.ReadAsync(c => c.Audit.Where(a => a.Action == "people.reveal" && a.Subject == $"order:{order.Number}").ToListAsync());

        static void AssertMasked(string html) => Assert.All((string[])["maria", "Canaria", "12345678", "6461801"], open => Assert.DoesNotContain(open, html, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Both))]
    public async Task AnotherBusinesssNumbersDoNotExist(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var (own, other) = (await ground.OpenAsync("MX"), await ground.OpenAsync("MX"));
        var order = await ground.AddAsync(other, change: o => o with { State = OrderState.Expired, NotifyUrl = "http://127.0.0.1:9/n" }, hasResult: true);
        var mine = await ground.AddAsync(own, change: o => o with { State = OrderState.Expired, NotifyUrl = "http://127.0.0.1:9/n" }, hasResult: true);
        using var owner = await ground.Host.SignedInAsync(Role.Owner, own.BusinessId);
        foreach (var address in (string[])
        [
            $"/dashboard?merchant={other.No}", $"/dashboard/payins?merchant={other.No}", $"/dashboard/payouts/export?merchant={other.No}", $"/dashboard/notifications?merchant={other.No}",
            $"/dashboard/payins/{order.Number}", $"/dashboard/payouts/{mine.Number}", "/dashboard/payins/nothing", "/dashboard/payins?merchant=7",
        ])
        {
            Assert.Equal((HttpStatusCode.NotFound, address), ((await owner.GetAsync(address)).Status, address));
        }

        foreach (var (address, fields) in ((string, (string, string)[])[])
        [
            ($"/dashboard/payins/{order.Number}/resend", []), ($"/dashboard/payins/{order.Number}/reveal", [("reason", "x")]),
            ("/dashboard/notifications/range", [("merchant", $"{other.No}"), ("from", "2026-01-01"), ("to", "2026-01-02")]),
        ])
        {
            Assert.Equal((HttpStatusCode.NotFound, address), ((await owner.PostAsync(address, fields)).Status, address));
        }

        // Of chosen ones, only one's own is told again.
        Assert.Equal(HttpStatusCode.BadRequest, (await owner.PostAsync("/dashboard/notifications/resend", ("order", order.Number))).Status);
        Assert.Equal("/dashboard/notifications?done=resent", (await owner.PostAsync("/dashboard/notifications/resend", ("order", order.Number), ("order", mine.Number))).Path);
        Assert.Equal((1, 2), (await VersionAsync(order.Key), await VersionAsync(mine.Key)));

        Task<int> VersionAsync(OrderKey key) => ground.Host.ReadAsync(c => c.Orders.Where(o => o.Bucket == key.Bucket && o.Id == key.Id).Select(o => o.ResultVersion).SingleAsync());
    }

    /// <summary>A role that holds for one merchant number of a business opens nothing of the others.</summary>
    [Fact]
    public async Task ARoleForOneNumberIsForThatNumber()
    {
        var ground = await grounds.OnAsync(Engine.Sqlite);
        var first = await ground.OpenAsync("MX");
        var second = await ground.OpenAsync("KE", first.BusinessId);
        var (seen, hidden) = (await ground.AddAsync(first), await ground.AddAsync(second));
        using var support = await ground.Host.SignedInAsync(Role.MerchantSupport, first.BusinessId);
        await ground.Host.The<AuditedStore>().SaveAsync(async (context, trail) =>
        {
            var user = await context.Users.SingleAsync(u => u.Email == $"merchantsupport-{first.BusinessId}@example.com");
            await context.Memberships.Where(m => m.UserId == user.Id).ExecuteDeleteAsync();
            context.Memberships.Add(new MembershipRow { UserId = user.Id, BusinessId = first.BusinessId, MerchantNo = first.No, Role = Role.MerchantSupport });
            trail.Add(Actor.Program, "test", "user");
            return true;
        });
        Assert.Equal([seen.Number], await DashboardGround.WalkAsync(support, "/dashboard/payins"));
        Assert.Equal(HttpStatusCode.NotFound, (await support.GetAsync($"/dashboard/payins/{hidden.Number}")).Status);
        Assert.DoesNotContain($"{second.No}", (await support.GetAsync("/dashboard")).Html, StringComparison.Ordinal);
    }

    /// <summary>What the schedule gave up is listed, sent again from each of the three places, and taken.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task WhatIsSentAgainIsDelivered(Engine engine)
    {
        var ground = await grounds.OnAsync(engine);
        var merchant = await ground.OpenAsync("MX");
        await ground.Host.The<ConfigStore>().SaveAsync(context =>
        {
            context.MerchantKeys.Add(ground.Host.The<KeyMaker>().Make(merchant.No, merchant.No, SigningAlgorithm.HmacSha256, "a secret of this test alone", signs: true, validFromMs: 0));
            return Task.CompletedTask;
        });
        await ground.Host.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await using var receiver = await RecordingReceiver.StartAsync();
        var isAway = true;
        var url = receiver.AddressOf($"shop-{merchant.No}", _ => isAway ? new ReceiverAnswer(503, "away") : ReceiverAnswer.Ok);
        var orders = new List<OrderRow>();
        for (var i = 0; i < 3; i++)
        {
            orders.Add(await ground.AddAsync(merchant, change: o => o with { State = OrderState.Paid, PaidMinor = 300_00, NotifyUrl = url, SuccessAtMs = o.CreatedAtMs }, hasResult: true));
        }

        await using var deliveries = Deliveries(ground);
        await RunAsync(deliveries, merchant, ground);
        using var owner = await ground.Host.SignedInAsync(Role.Owner, merchant.BusinessId);
        var missed = await owner.GetAsync("/dashboard/notifications");
        Assert.All(orders, o => Assert.Contains(o.Number, missed.Html, StringComparison.Ordinal));
        Assert.Contains(receiver.BaseAddress.Authority, missed.Html, StringComparison.Ordinal);
        Assert.Contains("3 results of the last 7 days were not taken", (await owner.GetAsync("/dashboard")).Html, StringComparison.Ordinal);
        Assert.Equal(3, (await DashboardGround.WalkAsync(owner, "/dashboard/payins?undelivered=yes")).Count);
        Assert.DoesNotContain(orders[0].Number, (await owner.GetAsync("/dashboard/notifications?status=500")).Html, StringComparison.Ordinal);

        isAway = false;
        Assert.Equal($"/dashboard/payins/{orders[0].Number}?done=resent", (await owner.PostAsync($"/dashboard/payins/{orders[0].Number}/resend")).Path);
        Assert.Equal("/dashboard/notifications?done=resent", (await owner.PostAsync("/dashboard/notifications/resend", ("order", orders[1].Number))).Path);

        // Those two wait already, so that the span sends the third.
        await ground.Host.The<BatchWriter>().WriteAsync(new ForgetWaiting(orders[2].Key));
        var today = Clock.Text(Clock.LocalDate(ground.NowMs, merchant.Country.TimeZone).ToNumber());
        Assert.Contains("1 results are sent again.", (await owner.PostAsync("/dashboard/notifications/range", ("merchant", $"{merchant.No}"), ("from", today), ("to", today), ("which", "missed"))).Html, StringComparison.Ordinal);
        await RunAsync(deliveries, merchant, ground);

        Assert.Empty(await DashboardGround.WalkAsync(owner, "/dashboard/payins?undelivered=yes"));
        Assert.Contains("You have missed nothing.", (await owner.GetAsync("/dashboard/notifications")).Html, StringComparison.Ordinal);
        var detail = (await owner.GetAsync($"/dashboard/payins/{orders[0].Number}")).Html;
        Assert.All((string[])["Notification sent again", "One of your users", "503", "away"], text => Assert.Contains(text, detail, StringComparison.Ordinal));
        Assert.Equal(
            ["notification.resend", "notification.resend", "notification.resend-range", "notification.resent-range"],
            await ground.Host.ReadAsync(c => c.Audit.Where(a => a.Chain == merchant.Bucket && a.Action.StartsWith("notification.") && (a.Subject == $"merchant:{merchant.No}" || a.Subject == $"order:{orders[0].Number}" || a.Subject == $"order:{orders[1].Number}"))
                .OrderBy(a => a.No).Select(a => a.Action).ToListAsync()));
    }

    /// <summary>Each screen and form answers each role as the table of permissions says.</summary>
    [Fact]
    public async Task EveryScreenAnswersEveryRoleAsTheTableSays()
    {
        var ground = await grounds.OnAsync(Engine.Sqlite);
        var merchant = await ground.OpenAsync("MX");
        var order = await ground.AddAsync(merchant);
        using var nobody = ground.Host.Browser();
        foreach (var role in Permissions.MerchantRoles)
        {
            using var browser = await ground.Host.SignedInAsync(role, merchant.BusinessId);
            foreach (var (method, path, permission, _) in PaymentRoutes.All)
            {
                var address = path.Replace("{number}", order.Number, StringComparison.Ordinal).Replace("{no:long}", "1", StringComparison.Ordinal);
                var page = method == "GET" ? await browser.GetAsync(address) : await browser.PostAsync(address);
                Assert.True(page.Status == HttpStatusCode.Forbidden == (Permissions.Of(role, permission) == Grant.None), $"{role} at {method} {path}: {page.Status}");
                Assert.True((int)page.Status < 500, $"{role} at {method} {path}: {page.Status}");
                Assert.Equal("/dashboard/sign-in", (method == "GET" ? await nobody.GetAsync(address) : await nobody.PostAsync(address)).Path);
            }
        }
    }

    private static Deliveries Deliveries(DashboardGround ground)
    {
        var options = new NotificationOptions();
        var receivers = Receivers.From(new NotificationOptions { AllowLoopback = true }, isSandbox: true);
        var sender = new NotificationSender(GuardedConnections.ResolveAsync, receivers, TimeSpan.FromSeconds(options.TimeoutSeconds), ground.Host.Time);
        return ActivatorUtilities.CreateInstance<Deliveries>(ground.Host.The<IServiceProvider>(), sender, options);
    }

    /// <summary>Takes turns until this merchant's results have all been tried.</summary>
    private static async Task RunAsync(Deliveries deliveries, TestMerchant merchant, DashboardGround ground)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await ground.Host.ReadAsync(c => c.Notifications.AnyAsync(n => n.MerchantNo == merchant.No && n.Tries == 0)))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(90), "The deliveries were not made.");
            await deliveries.RunOnceAsync(TestContext.Current.CancellationToken);
            await deliveries.WhenIdleAsync();
        }
    }

    /// <summary>Ends a schedule before its time.</summary>
    private sealed class ForgetWaiting(OrderKey key) : WriteCommand<bool>
    {
        public override short Bucket => key.Bucket;

        public override void Declare(Needs needs) => needs.Notifications.Add(key);

        protected override bool Decide(BatchState state)
        {
            state.Notifications.Delete(key);
            return true;
        }
    }
}
