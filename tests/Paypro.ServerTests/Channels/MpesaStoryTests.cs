using System.Net;
using Microsoft.EntityFrameworkCore;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Mpesa;
using Paypro.Server.Merchants;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>Money over M-PESA from the merchant's signed call to its notification, at an operator that is no part of the program.</summary>
public sealed class MpesaStoryTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_the_operator_has_and_what_the_books_have_are_the_same(Engine engine)
    {
        await using var ground = await MpesaRailGround.StartAsync(engine);
        var (collected, utility) = (ground.Operator.CollectionCents, ground.Operator.UtilityCents);
        var trial = ground.Host.Get<AccountTrial>();

        // Tried, registered, and tried again.
        var (says, code) = await trial.RunAsync(MpesaRailGround.AccountId, activates: false, CancellationToken.None);
        Assert.True(code == AccountTrial.Wrong && says.Contains("activate the account", StringComparison.Ordinal), says);
        (says, code) = await trial.RunAsync(MpesaRailGround.AccountId, activates: true, CancellationToken.None);
        Assert.True(code == AccountTrial.Right && says.Contains("registered at its rail", StringComparison.Ordinal), says);
        Assert.DoesNotContain("/callbacks/", says, StringComparison.Ordinal);

        var paid = await PaidByCallbackAsync(ground);
        await PaidThoughTheAnswerWasLostAsync(ground);
        await PaidFromTheMenuAsync(ground);
        await RefundedAsync(ground, paid);
        await PaidOutAsync(ground);
        await BalanceIsToldAsync(ground);

        // 300 + 250 + 260 + 270 + 33 came and 100 went back; 120 and 130 were sent, 140 was sent and failed.
        Assert.Equal(collected + 300_00 + 250_00 + 260_00 + 270_00 + 33_00 - 100_00, ground.Operator.CollectionCents);
        Assert.Equal(utility - 120_00 - 130_00, ground.Operator.UtilityCents);
        Assert.Empty(ground.Operator.Faults);
    }

    private static async Task<ApiAnswer> PaidByCallbackAsync(MpesaRailGround ground)
    {
        var created = await ground.PayInAsync("300");
        var reference = await ground.ReferenceAsync(created);
        Assert.Equal(300, ground.Operator.Prompt(reference).Shillings);
        Assert.Contains("***", created["paymentInfo"], StringComparison.Ordinal);

        // Before the payer has answered anybody may say what he likes, at the right address too: the operator is asked, and knows better.
        var open = ground.Operator.Prompt(reference);
        var forged = MpesaOperator.Told(new OperatorPrompt
        {
            CheckoutId = open.CheckoutId, MerchantId = open.MerchantId, Reference = reference, Phone = open.Phone, Shillings = 300, Callback = open.Callback, At = open.At, Code = "0",
            Payment = new OperatorPayment { Receipt = "FORGED0001", Account = reference, Cents = 300_00, At = open.At },
        });
        await ground.DeliverAsync(forged);
        using var elsewhere = await ground.Host.Http.PostAsync(new Uri(open.Callback.AbsolutePath[..^12] + "AAAAAAAAAAAA", UriKind.Relative), new StringContent(forged.Body));
        Assert.Equal(HttpStatusCode.Unauthorized, elsewhere.StatusCode);
        Assert.Equal(OrderState.Pending, (await ground.UntilAsync(created, _ => true)).State);

        var told = MpesaOperator.Told(ground.Operator.Pay(reference));
        ground.Host.Time.Pass(TimeSpan.FromSeconds(30));
        await Task.WhenAll(ground.Operator.DeliverAsync(told), ground.Operator.DeliverAsync(told));
        var order = await ground.UntilAsync(created, o => o.State == OrderState.Paid);
        Assert.Equal(300_00, order.PaidMinor);
        Assert.Equal("300", (await ground.ToldAsync(created, "0000"))["amount"]);
        await ground.ReadListAsync();
        Assert.Equal(300_00, (await ground.UntilAsync(created, _ => true)).PaidMinor);
        return created;
    }

    private static async Task PaidThoughTheAnswerWasLostAsync(MpesaRailGround ground)
    {
        // The operator took the prompt, its answer never came, and nor did its callback: the list has it.
        ground.Operator.Trouble("POST /mpesa/stkpush/v1", MpesaTrouble.CutAfter);
        var listed = await ground.PayInAsync("250");
        var receipt = ground.Operator.Pay(await ground.ReferenceAsync(listed)).Payment!.Receipt;
        ground.Host.Time.Pass(TimeSpan.FromMinutes(2));
        await ground.ReadListAsync();
        var order = await ground.UntilAsync(listed, o => o.State == OrderState.Paid);
        Assert.Equal((250_00, receipt), (order.PaidMinor, order.Utr));

        // The callback alone names the prompt that the order lost with its answer.
        ground.Operator.Trouble("POST /mpesa/stkpush/v1", MpesaTrouble.CutAfter);
        var called = await ground.PayInAsync("260");
        var prompt = ground.Operator.Pay(await ground.ReferenceAsync(called));
        await ground.DeliverAsync(MpesaOperator.Told(prompt));
        order = await ground.UntilAsync(called, o => o.State == OrderState.Paid);
        Assert.Equal((260_00, prompt.Payment!.Receipt), (order.PaidMinor, order.Utr));
    }

    private static async Task PaidFromTheMenuAsync(MpesaRailGround ground)
    {
        var created = await ground.PayInAsync("270");
        var reference = await ground.ReferenceAsync(created);
        await ground.DeliverAsync(MpesaOperator.Told(ground.Operator.End(reference, "1037")));
        var payment = ground.Operator.PayFromMenu(reference, 270_00);
        await ground.DeliverAsync(ground.Operator.Confirmed(payment));

        // And somebody pays who has no order.
        await ground.DeliverAsync(ground.Operator.Confirmed(ground.Operator.PayFromMenu("NOBODY", 33_00)));
        ground.Host.Time.Pass(TimeSpan.FromMinutes(2));
        await ground.ReadListAsync();
        var order = await ground.UntilAsync(created, o => o.PaidMinor > 0);
        Assert.Equal((270_00, payment.Receipt), (order.PaidMinor, order.Utr));
        Assert.Equal(33_00, await ground.Host.ReadAsync(context => Task.FromResult(context.Statements.Where(s => s.Reference == "NOBODY" && s.Outcome == StatementOutcome.Suspense).Sum(s => s.AmountMinor))));
    }

    private static async Task BalanceIsToldAsync(MpesaRailGround ground)
    {
        // The first answer says which pots there are, the next what is in them.
        var balances = ground.Host.Get<ReadBalances>();
        var offer = ground.Host.Get<SnapshotStore>().Current.Accounts[MpesaRailGround.AccountId];
        foreach (var isKnown in new Func<ChannelPotRow, bool>[] { static _ => true, pot => pot.BalanceMinor == ground.Operator.UtilityCents && pot.ToldAtMs > 0 })
        {
            ground.Host.Time.Pass(TimeSpan.FromMinutes(4));
            await balances.ReadNowAsync(offer, CancellationToken.None);
            Assert.True(await SandboxHost.ComesToBeAsync(async () => (await ground.Host.ReadAsync(context => context.ChannelPots.Where(p => p.ChannelAccountId == MpesaRailGround.AccountId && p.Pot == "payout").ToListAsync())).Any(isKnown)), ground.Host.Log.Text);
        }
    }

    private static async Task RefundedAsync(MpesaRailGround ground, ApiAnswer created)
    {
        await ground.CreateAsync(OperationKind.CreateRefund, "100", (FieldRole.TradeNo, created["tradeNo"]), (FieldRole.RefundNo, "refund-" + created["tradeNo"]));
        Assert.True(await SandboxHost.ComesToBeAsync(() => Task.FromResult(ground.Operator.Reversals.Count == 1)), ground.Host.Log.Text);
        await ground.DeliverAsync(MpesaOperator.ToldReversal(ground.Operator.SettleReversal(ground.Operator.Reversals[0].OriginatorId)));
        Assert.Equal(100_00, (await ground.UntilAsync(created, o => o.ReturnedMinor == 100_00)).ReturnedMinor);
    }

    private static async Task PaidOutAsync(MpesaRailGround ground)
    {
        var paid = await ground.PayoutAsync("120");
        var payout = ground.Operator.Settle((await ground.SentAsync(paid)).OriginatorId);
        await ground.DeliverAsync(ground.Operator.Told(payout));
        await ground.DeliverAsync(ground.Operator.Told(payout));
        Assert.Equal(payout.Receipt, (await ground.UntilAsync(paid, o => o.State == OrderState.Paid)).Utr);
        await ground.ToldAsync(paid, "0000");

        // Taken, and 503 answered: asked about, answered by callback, and never sent again.
        ground.Operator.Trouble("POST /mpesa/b2c", MpesaTrouble.After(503, "<html></html>", "text/html"));
        var unknown = await ground.PayoutAsync("130");
        ground.Operator.Settle((await ground.SentAsync(unknown)).OriginatorId);
        ground.Host.Time.Pass(TimeSpan.FromMinutes(2));
        await ground.UntilAsync(unknown, o => o.State == OrderState.Paid);

        // It waited too long at the operator, which says nothing; then it failed.
        var failed = await ground.PayoutAsync("140");
        var refused = await ground.SentAsync(failed);
        await ground.DeliverAsync(MpesaOperator.TimedOut(refused));
        Assert.Equal(OrderState.Pending, (await ground.UntilAsync(failed, _ => true)).State);
        await ground.DeliverAsync(ground.Operator.Told(ground.Operator.Settle(refused.OriginatorId, "2040")));
        Assert.Equal(OrderState.Failed, (await ground.UntilAsync(failed, o => o.State == OrderState.Failed)).State);
        Assert.Equal(3, ground.Operator.Payouts.Count);
    }
}
