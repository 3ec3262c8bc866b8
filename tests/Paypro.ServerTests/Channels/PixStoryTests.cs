using System.Net;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Pix;
using Paypro.Server;
using Paypro.Server.Platform;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.Server.Timers;
using Paypro.ServerTests.Infrastructure;

namespace Paypro.ServerTests.Channels;

/// <summary>Money over Pix from the merchant's signed call to its notification, at a bank that is no part of the program.</summary>
public sealed class PixStoryTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_the_bank_has_and_what_the_books_have_are_the_same(Engine engine)
    {
        await using var ground = await PixRailGround.StartAsync(engine);
        var before = ground.Bank.BalanceMinor;
        var trial = ground.Host.Get<AccountTrial>();

        // Tried, registered, and tried again.
        var (says, code) = await trial.RunAsync(PixRailGround.AccountId, activates: false, CancellationToken.None);
        Assert.True(code == AccountTrial.Wrong && says.Contains("activate the account", StringComparison.Ordinal), says);
        (says, code) = await trial.RunAsync(PixRailGround.AccountId, activates: true, CancellationToken.None);
        Assert.True(code == AccountTrial.Right && says.Contains("registered at its rail", StringComparison.Ordinal), says);
        Assert.DoesNotContain("/callbacks/", says, StringComparison.Ordinal);
        Assert.Equal(AccountTrial.NotTried, (await trial.RunAsync(4_711, activates: false, CancellationToken.None)).Code);

        await PaidByCallbackAsync(ground);
        var (refunded, refundedPayment) = await PaidThoughTheCallbackWasLostAsync(ground);
        await RefundedAsync(ground, refunded, refundedPayment);
        await PaidOutAsync(ground);

        // 300.10 + 250.00 came, 100.00 and 25.00 went back, 120.00 and 130.50 were sent, 140.00 was sent and came back whole.
        Assert.Equal(before + 300_10 + 250_00 - 100_00 - 25_00 - 120_00 - 130_50, ground.Bank.BalanceMinor);
        Assert.Empty(ground.Bank.Faults);
    }

    [Fact]
    public void A_command_needs_its_accounts_number()
    {
        Assert.Equal("--check-account 305", Command.Split(["--urls", "http://127.0.0.1:0", "--check-account", "305"]).Command);
        Assert.Equal(["--urls", "x"], Command.Split(["--activate-account", "305", "--urls", "x"]).Settings);
        Assert.Throws<BadSettingException>(() => Command.Split(["--check-account"]));
        Assert.Throws<BadSettingException>(() => Command.Split(["--activate-account", "all"]));
        Assert.Throws<BadSettingException>(() => Command.Split(["--check-account", "305", "--migrate-only"]));
    }

    private static async Task PaidByCallbackAsync(PixRailGround ground)
    {
        var created = await ground.PayInAsync("300.1");
        var reference = await ground.ReferenceAsync(created);
        Assert.Equal(300_10, ground.Bank.Charge(reference)!.AmountMinor);
        Assert.Contains(ground.Bank.Charge(reference)!.Location, created["paymentInfo"], StringComparison.Ordinal);
        var payment = ground.Bank.Pay(reference);

        // Anybody may call; only the bank knows where.
        using var forged = await ground.Host.Http.PostAsync(new Uri(new Uri(ground.Bank.Webhook()!).AbsolutePath[..^4] + "0000/pix", UriKind.Relative), new StringContent(PixBank.BodyOf(payment)));
        Assert.Equal(HttpStatusCode.Unauthorized, forged.StatusCode);
        await Task.WhenAll(ground.DeliverAsync(PixBank.BodyOf(payment)), ground.DeliverAsync(PixBank.BodyOf(payment)));
        var order = await ground.UntilAsync(created, o => o.State == OrderState.Paid);
        Assert.Equal((300_10, payment.EndToEndId), (order.PaidMinor, order.Utr));
        Assert.Equal("300.1", (await ground.ToldAsync(created, "0000"))["amount"]!.TrimEnd('0'));
        await ground.DeliverAsync(PixBank.BodyOf(payment));
        Assert.Equal(300_10, (await ground.Host.OrderAsync(order.Number)).PaidMinor);
    }

    private static async Task<(ApiAnswer Created, BankPayment Payment)> PaidThoughTheCallbackWasLostAsync(PixRailGround ground)
    {
        // The bank took the charge, and its answer never came.
        ground.Bank.Trouble("PUT /v2/cob", PixTrouble.CutAfter);
        var created = await ground.PayInAsync("250");
        Assert.Null(created["paymentInfo"]);
        var payment = ground.Bank.Pay(await ground.ReferenceAsync(created));
        ground.Host.Time.Pass(TimeSpan.FromMinutes(2));
        var listings = ground.Host.Get<ReadListings>();
        await listings.RunOnceAsync(CancellationToken.None);
        await listings.WhenIdleAsync();
        Assert.Equal(250_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
        await ground.ToldAsync(created, "0000");
        return (created, payment);
    }

    private static async Task RefundedAsync(PixRailGround ground, ApiAnswer created, BankPayment payment)
    {
        await ground.CreateAsync(OperationKind.CreateRefund, "100", (FieldRole.TradeNo, created["tradeNo"]), (FieldRole.RefundNo, "refund-" + created["tradeNo"]));
        Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(() => Task.FromResult(payment.Returns.Count == 1)), ground.Host.Log.Text);
        ground.Bank.SettleReturn(payment.Returns[0].Id);
        await ground.DeliverAsync(PixBank.BodyOf(payment));
        Assert.Equal(100_00, (await ground.UntilAsync(created, o => o.ReturnedMinor == 100_00)).ReturnedMinor);

        // The fraud mechanism takes more, without our asking.
        ground.Bank.TakeBack(payment.EndToEndId, 25_00);
        await ground.DeliverAsync(PixBank.BodyOf(payment));
        await ground.DeliverAsync(PixBank.BodyOf(payment));
        Assert.Equal(125_00, (await ground.UntilAsync(created, o => o.ReturnedMinor == 125_00)).ReturnedMinor);
    }

    private static async Task PaidOutAsync(PixRailGround ground)
    {
        var paid = await ground.PayoutAsync("120");
        var payout = ground.Bank.Settle((await ground.SentAsync(paid)).SendId);
        await ground.DeliverAsync(PixBank.BodyOf(payout));
        Assert.Equal(payout.EndToEndId, (await ground.UntilAsync(paid, o => o.State == OrderState.Paid)).Utr);
        await ground.ToldAsync(paid, "0000");
        await ground.DeliverAsync(PixBank.BodyOf(payout, "EM_PROCESSAMENTO"));
        Assert.Equal(OrderState.Paid, (await ground.UntilAsync(paid, _ => true)).State);

        // Taken, and 503 answered: asked about, and never sent again.
        ground.Bank.Trouble("PUT /v3/gn/pix", PixTrouble.After(503, PixTrouble.Problem("ServicoIndisponivel", 503)));
        var unknown = await ground.PayoutAsync("130.5");
        ground.Bank.Settle((await ground.SentAsync(unknown)).SendId);
        ground.Host.Time.Pass(TimeSpan.FromMinutes(2));
        await ground.UntilAsync(unknown, o => o.State == OrderState.Paid);

        var failed = await ground.PayoutAsync("140");
        var refused = ground.Bank.Settle((await ground.SentAsync(failed)).SendId, succeeds: false);
        await ground.DeliverAsync(PixBank.BodyOf(refused));
        Assert.Equal(OrderState.Failed, (await ground.UntilAsync(failed, o => o.State == OrderState.Failed)).State);
        Assert.Equal(3, ground.Bank.Payouts.Count);
    }
}
