using System.Net;
using System.Text;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.Spei;
using Paypro.Server.Routing;
using Paypro.Server.Storage;
using Paypro.ServerTests.Infrastructure;
using Paypro.ServerTests.Sandbox;

namespace Paypro.ServerTests.Channels;

/// <summary>Money over SPEI from the merchant's signed call to its notification, at a house that is no part of the program.</summary>
public sealed class SpeiStoryTests
{
    /// <summary>Both engines.</summary>
    public static TheoryData<Engine> Both => Engines.All;

    [Theory]
    [MemberData(nameof(Both))]
    public async Task What_STP_has_and_what_the_books_have_are_the_same(Engine engine)
    {
        await using var ground = await SpeiRailGround.StartAsync(engine);
        var before = ground.House.BalanceMinor;
        var trial = ground.Host.Get<AccountTrial>();
        var (says, code) = await trial.RunAsync(SpeiRailGround.AccountId, activates: false, CancellationToken.None);
        Assert.True(code == AccountTrial.Right && says.Contains("right: STP takes a signed question.", StringComparison.Ordinal), says);
        Assert.DoesNotContain("/callbacks/", says, StringComparison.Ordinal);
        Assert.Equal(AccountTrial.Wrong, (await trial.RunAsync(SpeiRailGround.AccountId, activates: true, CancellationToken.None)).Code);

        var refunded = await PaidByVerdictAsync(ground);
        await NobodysMoneyGoesBackAsync(ground);
        await PaidThoughTheCallbackWasLostAsync(ground);
        await PaidOutAsync(ground);
        await RefundedAsync(ground, refunded);

        // 300 + 250 came; 120 and 130 and a refund of 100 were sent; 140 was cancelled, and 150 came back.
        Assert.Equal(before + 300_00 + 250_00 - 120_00 - 130_00 - 100_00, ground.House.BalanceMinor);
        Assert.Empty(ground.House.Faults);
    }

    private static async Task<ApiAnswer> PaidByVerdictAsync(SpeiRailGround ground)
    {
        var created = await ground.PayInAsync("300");
        var clabe = created["paymentInfo"]!;
        Assert.True(StpForms.IsClabe(clabe) && clabe.StartsWith(StpHouse.Prefix, StringComparison.Ordinal), clabe);
        var credit = ground.House.Pay(clabe, 300_00);

        // Anybody may call; only STP knows where, and shows its user.
        var forged = ground.House.CreditsTo!.AbsolutePath.Replace("/abono", "0/abono", StringComparison.Ordinal);
        using var other = await ground.Host.Http.PostAsync(new Uri(forged, UriKind.Relative), new StringContent(StpHouse.BodyOf(credit).ToJsonString(), Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.Unauthorized, other.StatusCode);
        ground.House.ShowsUser = false;
        Assert.Equal(HttpStatusCode.Unauthorized, await ground.House.TellAsync(credit));
        ground.House.ShowsUser = true;

        // Stored, and the answer lost: STP comes again, even twice at once, and hears the same verdict.
        var isFirst = true;
        ground.Callbacks.Plan = (path, _) => path.EndsWith("/abono", StringComparison.Ordinal) && isFirst && !(isFirst = false) ? LineFault.LosesAnswer : LineFault.None;
        await Assert.ThrowsAsync<HttpRequestException>(() => ground.House.TellAsync(credit));
        await Task.WhenAll(ground.TakenAsync(credit), ground.TakenAsync(credit));
        var order = await ground.UntilAsync(created, o => o.State == OrderState.Paid);
        Assert.Equal((300_00, credit.Key), (order.PaidMinor, order.Utr));
        Assert.Equal("300", (await ground.ToldAsync(created, "0000"))["amount"]);
        await ground.ListAsync();
        Assert.Equal(300_00, (await ground.Host.OrderAsync(order.Number)).PaidMinor);
        return created;
    }

    private static async Task NobodysMoneyGoesBackAsync(SpeiRailGround ground)
    {
        // Of our prefix, with a right check digit, and never given out.
        var number = Protocol.Countries.Accounts.Clabe.Complete(StpHouse.Prefix + "6399999");
        var credit = ground.House.Pay(number, 77_00);
        Assert.Equal(HttpStatusCode.BadRequest, await ground.House.TellAsync(credit));
        Assert.Equal("D", credit.State);
        ground.Pass(TimeSpan.FromMinutes(2));
        await ground.ListAsync();
        Assert.Equal(0, await ground.StatementsOfAsync(number));

        // A list told of it first: what is in the books is never sent back.
        var listed = ground.House.Pay(number, 88_00);
        ground.Pass(TimeSpan.FromMinutes(2));
        await ground.ListAsync();
        Assert.Equal(1, await ground.StatementsOfAsync(number));
        await ground.TakenAsync(listed);
        ground.House.GiveBack(listed);
        ground.Pass(TimeSpan.FromHours(5));
        await ground.ListAsync();
        Assert.True(await ground.StatementsOfAsync(number) >= 2);
    }

    private static async Task PaidThoughTheCallbackWasLostAsync(SpeiRailGround ground)
    {
        var created = await ground.PayInAsync("250");
        ground.House.Pay(created["paymentInfo"]!, 250_00);
        ground.Pass(TimeSpan.FromMinutes(2));
        await ground.ListAsync();
        Assert.Equal(250_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
        await ground.ToldAsync(created, "0000");

        // Another one was booked, and STP has sent it back all the same: it is taken out of the books again, and no other payment with it.
        var late = await ground.PayInAsync("60");
        var (kept, gone) = (ground.House.Pay(late["paymentInfo"]!, 60_00), ground.House.Pay(late["paymentInfo"]!, 61_00));
        await ground.TakenAsync(kept);
        ground.House.SendBack(gone);
        ground.Pass(TimeSpan.FromHours(5));
        await ground.ListAsync();
        Assert.Equal((60_00, 0), await ground.UntilAsync(late, o => o.State == OrderState.Paid) is var held ? (held.PaidMinor, held.ReturnedMinor) : default);
        ground.House.SendBack(kept);
        ground.Pass(TimeSpan.FromHours(5));
        await ground.ListAsync();
        Assert.Equal(60_00, (await ground.UntilAsync(late, o => o.ReturnedMinor == 60_00)).ReturnedMinor);
    }

    private static async Task PaidOutAsync(SpeiRailGround ground)
    {
        // The state comes before the answer to the order.
        ground.House.Trouble("PUT /speiws", StpTrouble.Changed(_ => { }) with
        {
            Before = async () => await ground.House.TellAsync(ground.House.End(ground.House.Orders[^1].Key), "Success"),
        });
        var paid = await ground.PayoutAsync("120");
        var sent = await ground.SentAsync(paid);
        Assert.Equal(sent.Key, (await ground.UntilAsync(paid, o => o.State == OrderState.Paid)).Utr);
        await ground.ToldAsync(paid, "0000");
        Assert.Equal(HttpStatusCode.OK, await ground.House.TellAsync(sent, "Cancel"));
        Assert.Equal(OrderState.Paid, (await ground.UntilAsync(paid, _ => true)).State);

        // Gone out, and "no answer of the service" answered: asked about, and never sent again.
        ground.House.Trouble("PUT /speiws", StpTrouble.NoAnswerAfter);
        var unknown = await ground.PayoutAsync("130");
        ground.House.End((await ground.SentAsync(unknown)).Key);
        ground.Pass(TimeSpan.FromMinutes(2));
        await ground.UntilAsync(unknown, o => o.State == OrderState.Paid);

        // A state that is not so moves nothing; one that is counts, in either dialect.
        var failed = await ground.PayoutAsync("140");
        var cancelled = await ground.SentAsync(failed);
        Assert.Equal(HttpStatusCode.OK, await ground.House.TellAsync(cancelled, "Cancel"));
        Assert.Equal(OrderState.Pending, (await ground.UntilAsync(failed, _ => true)).State);
        Assert.Equal(HttpStatusCode.OK, await ground.House.TellOldAsync(ground.House.End(cancelled.Key, "CN", "Datos"), "CANCELACION"));
        await ground.UntilAsync(failed, o => o.State == OrderState.Failed);

        // Settled, and days later back as money with the payout's own key.
        var bounced = await ground.PayoutAsync("150");
        var order = ground.House.End((await ground.SentAsync(bounced)).Key);
        await ground.House.TellAsync(order);
        await ground.UntilAsync(bounced, o => o.State == OrderState.Paid);
        ground.Pass(TimeSpan.FromDays(3));
        var back = ground.House.Bounce(order.Key);
        await ground.TakenAsync(back);
        await ground.TakenAsync(back);
        Assert.Equal(150_00, (await ground.UntilAsync(bounced, o => o.State == OrderState.Returned)).ReturnedMinor);
        await ground.ListAsync();
        Assert.Equal(4, ground.House.Orders.Count);
    }

    /// <summary>STP has no call that is known for it: it is a payout to the account that the money came from.</summary>
    private static async Task RefundedAsync(SpeiRailGround ground, ApiAnswer paid)
    {
        await ground.CreateAsync(OperationKind.CreateRefund, "100", (FieldRole.TradeNo, paid["tradeNo"]), (FieldRole.RefundNo, "refund-" + paid["tradeNo"]));
        Assert.True(await SandboxHost.ComesToBeAsync(() => Task.FromResult(ground.House.Orders.Count == 5)), ground.Host.Log.Text);
        var refund = ground.House.Orders[^1];
        Assert.Equal(("012180001234567899", "PAGADOR DE PRUEBA", 100_00L), (refund.ToAccount, refund.ToName, refund.AmountMinor));
        await ground.House.TellAsync(ground.House.End(refund.Key));
        Assert.Equal(100_00, (await ground.UntilAsync(paid, o => o.ReturnedMinor == 100_00)).ReturnedMinor);
    }
}
