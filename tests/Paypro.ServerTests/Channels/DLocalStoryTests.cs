using System.Net;
using System.Text.Json.Nodes;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.DLocal;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>Money over dLocal from the merchant's signed call to its notification, at an aggregator that is no part of the program.</summary>
public sealed class DLocalStoryTests
{
    /// <summary>The documented example of Brazil has no right check digits.</summary>
    private static readonly (FieldRole, string?)[] ToKey =
        [(FieldRole.AccountType, "EVP"), (FieldRole.Account, "123e4567-e89b-42d3-a456-426614174000"), (FieldRole.IdentityType, "CPF"), (FieldRole.Identity, "52998224725")];

    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_dlocal_has_and_what_the_books_have_are_the_same(Engine engine)
    {
        await using var ground = await DLocalRailGround.StartAsync(engine);
        var before = ground.House.BalanceMinor;
        var (says, code) = await ground.Host.Get<AccountTrial>().RunAsync(DLocalRailGround.AccountId, activates: false, CancellationToken.None);
        Assert.True(code == AccountTrial.Right && says.Contains("gives a token for payouts", StringComparison.Ordinal), says);

        await PaidByNotificationAsync(ground);
        await PaidBeforeTheAnswerAsync(ground);
        var refunded = await PaidThoughTheNotificationWasLostAsync(ground);
        await RefundedAsync(ground, refunded);
        await PaidOutAsync(ground);
        await ParkedAsync(ground);

        // 300.00 + 50.00 + 250.00 came, 100.00 went back, 120.00, 130.00 and 160.00 were sent, 140.00 was sent and came back whole.
        Assert.Equal(before + 300_00 + 50_00 + 250_00 - 100_00 - 120_00 - 130_00 - 160_00, ground.House.BalanceMinor);
        Assert.Empty(ground.House.Faults);
    }

    [Fact]
    public async Task Each_country_takes_a_payment_and_sends_a_payout()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PAYPRO_TEST_RAILS") == "all", "eng/full rails runs it.");
        await using var ground = await DLocalRailGround.StartAsync(Engine.Sqlite);
        foreach (var country in DLocalContract.Countries)
        {
            // A prompt cannot be asked for here, so that Kenya's payers go to dLocal's page from ours alone.
            if (DLocalContract.WayOf(country) is { Instruction: not PromptInstruction } way)
            {
                await PayInAsync(ground, country, way);
            }

            var amountMinor = country.Currency.MinorDigits == 0 ? 50_000 : 300_00;
            var paid = country.IsoCode == "MX" ? await ground.PayoutAsync("300")
                : await ground.CreateAsync(country, OperationKind.CreatePayout, AmountText.WholeOrFixed(amountMinor, country.Currency), country.IsoCode == "BR" ? ToKey : []);
            var payout = await ground.SentAsync(paid);
            Assert.Equal((country.IsoCode, amountMinor), (payout.Country, (int)payout.AmountMinor));
            await ground.DeliverAsync(DLocalHouse.NoticeOf(ground.House.Settle(payout.ExternalId)));
            Assert.Equal(payout.Id, (await ground.UntilAsync(paid, o => o.State == OrderState.Paid)).Utr);
        }

        await OnThePageAsync(ground);
        Assert.Equal((11, 11), (ground.House.Payments.Count, ground.House.Payouts.Count));
        Assert.Empty(ground.House.Faults);
    }

    /// <summary>A transfer to a number, whose number this account cannot tell: our page leads to dLocal's, and a call without a page is declined.</summary>
    private static async Task OnThePageAsync(DLocalRailGround ground)
    {
        var created = await ground.CreateAsync(Mexico.Country, OperationKind.CreateHostedPayIn, "75", (FieldRole.Way, Mexico.VirtualAccount));
        var page = await ground.Host.Http.GetStringAsync(new Uri(new Uri(created["paymentUrl"]!).AbsolutePath, UriKind.Relative));
        Assert.Contains("https://sandbox.dlocal.com/collect/pay/pay/M-", page, StringComparison.Ordinal);
        await ground.DeliverAsync(ground.House.NoticeOf(ground.House.Pay(await ground.ReferenceAsync(created))));
        Assert.Equal(75_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
    }

    private static async Task PayInAsync(DLocalRailGround ground, Country country, PayInWay way)
    {
        var amount = AmountText.WholeOrFixed(Math.Max(way.MinMinor, 300 * country.Currency.UnitMinor), country.Currency);
        var created = await ground.CreateAsync(country, OperationKind.CreatePayIn, amount, (FieldRole.Channel, way.ChannelCode), (FieldRole.Way, way.WayCode));
        Assert.True(created[way.Redirects ? "paymentUrl" : "paymentInfo"] is { Length: > 0 }, $"{country}: {created.Text}");
        var payment = ground.House.Pay(await ground.ReferenceAsync(created));
        await ground.DeliverAsync(ground.House.NoticeOf(payment));
        Assert.Equal(payment.AmountMinor, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
    }

    private static async Task PaidByNotificationAsync(DLocalRailGround ground)
    {
        var created = await ground.PayInAsync("300");
        var reference = await ground.ReferenceAsync(created);
        Assert.Equal(300_00, ground.House.PaymentOf(reference)!.AmountMinor);
        Assert.StartsWith("93", created["paymentInfo"]);
        var early = ground.House.NoticeOf(ground.House.PaymentOf(reference)!);
        var payment = ground.House.Pay(reference);
        var notice = ground.House.NoticeOf(payment);

        // Another signature, and another address.
        var forged = notice with { Body = notice.Body.Replace("300", "900", StringComparison.Ordinal) };
        Assert.Equal(HttpStatusCode.Unauthorized, await ground.House.DeliverAsync(forged));
        Assert.Equal(HttpStatusCode.Unauthorized, await ground.House.DeliverAsync(notice with { Address = new Uri(notice.Address.AbsoluteUri.Replace("/payment", "/payments", StringComparison.Ordinal)) }));
        Assert.Equal(0, (await ground.UntilAsync(created, _ => true)).PaidMinor);
        await Task.WhenAll(ground.DeliverAsync(notice), ground.DeliverAsync(notice));
        var order = await ground.UntilAsync(created, o => o.State == OrderState.Paid);
        Assert.Equal((300_00, payment.Id), (order.PaidMinor, order.Utr));
        Assert.Equal("300", (await ground.ToldAsync(created, "0000"))["amount"]);

        // No order is promised: what comes late rolls nothing back.
        await ground.DeliverAsync(early);
        await ground.DeliverAsync(notice);
        Assert.Equal((OrderState.Paid, 300_00), (await ground.Host.OrderAsync(order.Number)) is var late ? (late.State, late.PaidMinor) : default);
    }

    private static async Task PaidBeforeTheAnswerAsync(DLocalRailGround ground)
    {
        ground.House.Trouble("POST /payments", new DLocalTrouble(DLocalTroubleKind.Changed)
        {
            Before = async () => await ground.House.DeliverAsync(ground.House.NoticeOf(ground.House.Pay(ground.House.Payments[^1].OrderId))),
        });
        var created = await ground.PayInAsync("50");
        Assert.Equal(50_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
    }

    private static async Task<ApiAnswer> PaidThoughTheNotificationWasLostAsync(DLocalRailGround ground)
    {
        // dLocal took the payment, and its answer never came.
        ground.House.Trouble("POST /payments", DLocalTrouble.CutAfter);
        var created = await ground.PayInAsync("250");
        Assert.Null(created["paymentInfo"]);
        ground.House.Pay(await ground.ReferenceAsync(created));
        ground.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(250_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
        await ground.ToldAsync(created, "0000");
        return created;
    }

    private static async Task RefundedAsync(DLocalRailGround ground, ApiAnswer created)
    {
        var payment = ground.House.PaymentOf(await ground.ReferenceAsync(created))!;

        // The answer is lost, and dLocal cannot be asked by our number: its notification tells.
        ground.House.Trouble("POST /refunds", DLocalTrouble.CutAfter);
        await ground.CreateAsync(Mexico.Country, OperationKind.CreateRefund, "100", (FieldRole.TradeNo, created["tradeNo"]), (FieldRole.RefundNo, "refund-" + created["tradeNo"]));
        Assert.True(await SandboxHost.ComesToBeAsync(() => Task.FromResult(payment.Refunds.Count == 1)), ground.Host.Log.Text);
        await ground.DeliverAsync(ground.House.NoticeOf(ground.House.SettleRefund(payment.Refunds[0].Id)));
        Assert.Equal(100_00, (await ground.UntilAsync(created, o => o.ReturnedMinor == 100_00)).ReturnedMinor);
        Assert.Single(payment.Refunds);
    }

    private static async Task PaidOutAsync(DLocalRailGround ground)
    {
        var paid = await ground.PayoutAsync("120");
        var payout = ground.House.Settle((await ground.SentAsync(paid)).ExternalId);

        // What dLocal posts of payouts is a hint: an amount that it does not confirm is not booked.
        var forged = DLocalHouse.BodyOf(payout);
        forged["amount"] = JsonNode.Parse("999");
        await ground.DeliverAsync(DLocalHouse.NoticeOf(payout) with { Body = forged.ToJsonString() });
        var order = await ground.UntilAsync(paid, o => o.State == OrderState.Paid);
        Assert.Equal((payout.Id, 120_00), (order.Utr, order.PaidMinor));
        await ground.ToldAsync(paid, "0000");

        // Taken, and 503 answered: asked about, and never sent again.
        ground.House.Trouble("POST /payouts/v3", DLocalTrouble.After(503, "<html></html>", "text/html"));
        var unknown = await ground.PayoutAsync("130");
        ground.House.Settle((await ground.SentAsync(unknown)).ExternalId);
        ground.Pass(TimeSpan.FromMinutes(2));
        await ground.UntilAsync(unknown, o => o.State == OrderState.Paid);

        // At the recipient's bank, and refused there.
        var failed = await ground.PayoutAsync("140");
        var refused = await ground.SentAsync(failed);
        await ground.DeliverAsync(DLocalHouse.NoticeOf(ground.House.Settle(refused.ExternalId, "DELIVERED", "500")));
        Assert.Equal(OrderState.Pending, (await ground.UntilAsync(failed, _ => true)).State);
        await ground.House.DeliverAsync(DLocalHouse.NoticeOf(ground.House.Settle(refused.ExternalId, "REJECTED", "300")));
        ground.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(OrderState.Failed, (await ground.UntilAsync(failed, o => o.State == OrderState.Failed)).State);
        Assert.Equal(3, ground.House.Payouts.Count);
    }

    /// <summary>Our money at dLocal is used up: no verdict on the order, which goes when there is some.</summary>
    private static async Task ParkedAsync(DLocalRailGround ground)
    {
        ground.House.Trouble("POST /payouts/v3", DLocalTrouble.Instead(400, DLocalTrouble.Problem(5014)));
        var waits = await ground.PayoutAsync("160");
        Assert.True(await SandboxHost.ComesToBeAsync(async () => (await ground.AttemptAsync(waits)).State == AttemptState.Parked), ground.Host.Log.Text);
        Assert.Equal((OrderState.Pending, 3), ((await ground.UntilAsync(waits, _ => true)).State, ground.House.Payouts.Count));

        // dLocal tells no balance, so that one payout tries after a while.
        ground.Pass(TimeSpan.FromHours(1));
        await ground.Host.Get<SnapshotStore>().RefreshOnceAsync(CancellationToken.None);
        await ground.Host.Get<ParkedOrders>().RunOnceAsync(CancellationToken.None);
        var payout = await ground.SentAsync(waits);
        await ground.DeliverAsync(DLocalHouse.NoticeOf(ground.House.Settle(payout.ExternalId)));
        await ground.UntilAsync(waits, o => o.State == OrderState.Paid);
    }
}
