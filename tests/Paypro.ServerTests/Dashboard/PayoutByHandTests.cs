using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Paypro.Channels;
using Paypro.Server.Dashboard.Outgoing;
using Paypro.Server.Mail;
using Paypro.Server.Merchants;
using Paypro.Server.Payouts;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Cases;
using Paypro.ServerTests.Developers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Payments;

namespace Paypro.ServerTests.Dashboard;

/// <summary>A payout by a person: checked, held by the merchant's policy and the operator's terms, approved by others, and sent once.</summary>
public sealed class PayoutByHandTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task APayoutIsMadeOnceAndOverTheLimitsByTwo(Engine engine)
    {
        await using var cases = await CaseGround.StartAsync(engine);
        var ground = cases.Ground;
        ground.Time.SetToReal();
        var sent = new List<string>();
        cases.Rail.Sends = draft =>
        {
            lock (sent)
            {
                sent.Add(draft.Number);
            }

            return Task.FromResult<SendOutcome>(new SendOutcome.Accepted());
        };
        var shop = await ground.OpenShopAsync(1_000_00);
        var no = shop.Merchant.No.ToString(CultureInfo.InvariantCulture);
        using var owner = await SignedInAsync(ground, Role.Owner);
        using var finance = await SignedInAsync(ground, Role.MerchantFinance);
        using var developer = await SignedInAsync(ground, Role.Developer);
        Assert.Equal(HttpStatusCode.Forbidden, (await developer.GetAsync("/dashboard/payouts/new")).Status);
        Assert.Contains("1,000.00", (await finance.GetAsync($"/dashboard/payouts/new?merchant={no}")).Text, StringComparison.Ordinal);

        // What is wrong is told by the country's own rules, and stays typed.
        var wrong = await finance.PostAsync("/dashboard/payouts/check", [.. Fields(no, "50", account: "002010077777777771").Where(f => f.Name is not ("customerAccountType" or "wayCode")), ("customerAccountType", "CLABE"), ("wayCode", "012"), ("remark", "kept")]);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        Assert.Contains("customerAccount: ", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("kept", wrong.Text, StringComparison.Ordinal);

        // Shown with the balance after it; however often the form is sent, at once too, it is one payout.
        var shown = await finance.PostAsync("/dashboard/payouts/check", Fields(no, "50,00"));
        Assert.Contains("950.00", shown.Text, StringComparison.Ordinal);
        var form = Shown(shown.Text);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => finance.PostAsync("/dashboard/payouts/new", form)));
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.Redirect, a.Status));
        Assert.Single(answers.Select(a => a.Text.Split('?')[0]).Distinct());
        Assert.Equal(1, await ground.ReadAsync(c => c.Orders.CountAsync(o => o.MerchantNo == shop.Merchant.No)));
        Assert.Equal(1, await ground.ReadAsync(c => c.Events.CountAsync(e => e.Type == EventType.Created && e.Cause.StartsWith("user:"))));
        var changed = form.Select(f => f.Name == "amount" ? (f.Name, "51") : f).ToArray();
        Assert.Contains("tradeNo: was used before", (await finance.PostAsync("/dashboard/payouts/new", changed)).Text, StringComparison.Ordinal);

        // A limit of the policy is set by one and raised by two.
        Assert.Equal($"/dashboard/payout-limits?merchant={no}&done=saved", (await owner.PostAsync("/dashboard/payout-limits", ("merchant", no), ("kind", "payment"), ("amount", "100"), ("do", "lower"))).Text);
        Assert.Contains("is not lower", (await owner.PostAsync("/dashboard/payout-limits", ("merchant", no), ("kind", "payment"), ("amount", "200"), ("do", "lower"))).Text, StringComparison.Ordinal);
        Assert.Contains("Write the amount", (await owner.PostAsync("/dashboard/payout-limits", ("merchant", no), ("kind", "x"), ("amount", "1"), ("do", "lower"))).Text, StringComparison.Ordinal);
        Assert.EndsWith("done=proposed", (await owner.PostAsync("/dashboard/payout-limits", ("merchant", no), ("kind", "payment"), ("amount", ""), ("do", "raise"))).Text, StringComparison.Ordinal);
        Assert.Equal(100_00, (await ground.ReadAsync(c => c.HoldLimits.SingleAsync())).AmountMinor);
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);

        // Over it: made by one, approved by another, never by himself, and once.
        var held = NumberOf(await MakeAsync(finance, no, "150", "4242424242424242"));
        Assert.Contains("First time", (await owner.GetAsync("/dashboard/approvals")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"value=\"{held}\"", (await finance.GetAsync("/dashboard/approvals")).Text, StringComparison.Ordinal);
        Assert.Contains(HeldPayouts.IsOwn, (await finance.PostAsync("/dashboard/approvals", ("order", held), ("do", "approve"))).Text, StringComparison.Ordinal);
        Assert.Contains("Choose at least one", (await owner.PostAsync("/dashboard/approvals", ("do", "approve"))).Text, StringComparison.Ordinal);
        await Turn(ground);
        Assert.Single(sent);
        var decided = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => owner.PostAsync("/dashboard/approvals", ("order", held), ("do", "approve"), ("reason", "seen"))));
        Assert.Equal(1, decided.Count(d => d.Text == "/dashboard/approvals?done=saved"));
        await Turn(ground);
        Assert.Equal(2, sent.Count);
        Assert.Contains(held, sent);

        // Its maker cancels one that waits, once.
        var unwanted = NumberOf(await MakeAsync(finance, no, "120", "4242424242424242"));
        Assert.Contains($"/dashboard/payouts/{unwanted}/cancel", (await finance.GetAsync($"/dashboard/payouts/{unwanted}")).Text, StringComparison.Ordinal);
        Assert.Equal($"/dashboard/payouts/{unwanted}?done=ended", (await finance.PostAsync($"/dashboard/payouts/{unwanted}/cancel")).Text);
        Assert.Equal(HttpStatusCode.Conflict, (await finance.PostAsync($"/dashboard/payouts/{unwanted}/cancel")).Status);
        Assert.Equal(new Holdings(800_00, 200_00, 0, 0), await shop.HoldingsAsync());

        // The operator's own limit: proposed by one, approved by two of its people, and its payouts by one of finance or risk.
        using var risk = await cases.SignedInAsync(Role.Risk, "risk");
        using var support = await cases.SignedInAsync(Role.Support, "support");
        await risk.PostAsync($"/operator/merchants/{no}/holds/lower", ("kind", "recipient"), ("amount", "60"), ("reason", "a new merchant"));
        await ground.The<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        var ours = NumberOf(await MakeAsync(owner, no, "70", "4111111111111111"));
        Assert.Contains("The operator", (await owner.GetAsync("/dashboard/approvals")).Text, StringComparison.Ordinal);
        Assert.Contains(HeldPayouts.DecidedAlready, (await finance.PostAsync("/dashboard/approvals", ("order", ours), ("do", "approve"))).Text, StringComparison.Ordinal);
        Assert.Contains(ours, (await risk.GetAsync("/operator/held-payouts")).Html, StringComparison.Ordinal);
        await support.PostAsync("/operator/held-payouts", ("order", ours), ("do", "approve"));
        await Turn(ground);
        Assert.Equal(2, sent.Count);
        await risk.PostAsync("/operator/held-payouts", ("order", ours), ("do", "approve"), ("reason", "known"));
        await Turn(ground);
        Assert.Equal([held, ours], sent[1..]);
        Assert.Equal(["hold.lower", "hold.terms-lower"], await ground.ReadAsync(c => c.Audit.Where(a => a.Action.StartsWith("hold.")).OrderBy(a => a.Action).Select(a => a.Action).ToListAsync()));
        await LedgerAudit.AssertSoundAsync(ground.The<IContexts>());
    }

    /// <summary>Owners are mailed once, twelve hours before a payout ends, whichever node looks.</summary>
    [Theory]
    [MemberData(nameof(Both))]
    public async Task OwnersAreToldOnceBeforeItEnds(Engine engine)
    {
        await using var ground = await PaymentsGround.ListenAsync(engine, ScriptedChannel.Put);
        ground.Time.SetToReal();
        var pots = new PotGround(ground);
        var shop = await ground.OpenShopAsync(1_000_00);
        using var owner = await SignedInAsync(ground, Role.Owner);
        await ground.The<ConfigStore>().SaveAsync(context =>
        {
            context.HoldLimits.Add(new HoldLimitRow { MerchantNo = shop.Merchant.No, Owner = HoldOwner.Merchant, Kind = HoldKind.Payment });
            return Task.CompletedTask;
        });
        await pots.PayOutAsync(shop, "early");
        Assert.False(await ground.The<HoldWarnings>().RunOnceAsync(CancellationToken.None));
        Assert.Equal(0, await MailsAsync());
        ground.Time.Pass(TimeSpan.FromHours(60.1));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            try
            {
                await ground.The<HoldWarnings>().RunOnceAsync(CancellationToken.None);
            }
            catch (DbUpdateException)
            {
                // Another one was faster; the loop looks again.
            }
        }));
        await ground.The<HoldWarnings>().RunOnceAsync(CancellationToken.None);
        Assert.Equal(1, await MailsAsync());

        Task<int> MailsAsync() => ground.ReadAsync(c => c.Mails.CountAsync(m => m.Kind == MailKind.HeldPayouts.Name));
    }

    private static (string Name, string Value)[] Fields(string merchant, string amount, string account = "4111111111111111") =>
    [
        ("merchant", merchant), ("tradeNo", ""), ("amount", amount), ("wayCode", "BANXICO"), ("customerName", "Ana"), ("customerMobile", "5512345678"), ("customerEmail", "someone@merchant.example"),
        ("customerAccountType", "DebitCard"), ("customerAccount", account), ("identity", "58452586558"),
    ];

    private static async Task<string> MakeAsync(DashboardSession by, string merchant, string amount, string account)
    {
        var made = await by.PostAsync("/dashboard/payouts/new", Shown((await by.PostAsync("/dashboard/payouts/check", Fields(merchant, amount, account))).Text));
        Assert.Equal(HttpStatusCode.Redirect, made.Status);
        return made.Text;
    }

    /// <summary>What the page that shows a payout carries.</summary>
    private static (string Name, string Value)[] Shown(string html) =>
        [.. Regex.Matches(html, "<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"").Select(m => (m.Groups[1].Value, WebUtility.HtmlDecode(m.Groups[2].Value))).Where(f => f.Item1 != "token")];

    private static string NumberOf(string address) => address.Split('?')[0].Split('/')[^1];

    private static Task<DashboardSession> SignedInAsync(PaymentsGround ground, Role role) => DashboardSession.StartAsync(ground.The<IServiceProvider>(), ground.Address, role, 1);

    private static async Task Turn(PaymentsGround ground)
    {
        ground.Time.SetToReal();
        await ground.The<OrderClock>().TurnAsync(CancellationToken.None);
    }
}
