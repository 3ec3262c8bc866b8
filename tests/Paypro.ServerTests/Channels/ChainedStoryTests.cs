using Paypro.Protocol.Countries;
using Paypro.Server.Storage;

namespace Paypro.ServerTests.Channels;

/// <summary>What happens to money at the upstream happens at the gateway, whatever is lost in between.</summary>
[Collection("chained")]
public sealed class ChainedStoryTests : IDisposable
{
    private readonly ChainedGround ground;

    /// <summary>On the shared pair of installations.</summary>
    public ChainedStoryTests(ChainedGround ground)
    {
        this.ground = ground;
        ground.Mend();
    }

    /// <inheritdoc />
    public void Dispose() => ground.Mend();

    [Fact]
    public async Task A_pay_in_is_paid_and_its_merchant_told_though_two_hear_of_it_at_once()
    {
        ground.Notifications.Plan = (_, _) => LineFault.Doubles;
        var created = await ground.PayInAsync("300");
        Assert.Equal(18, created["paymentInfo"]!.Length);
        await ground.PayAsync(created, "300");

        var order = await ground.UntilAsync(created, o => o.State == OrderState.Paid);
        Assert.Equal(300_00, order.PaidMinor);
        var told = await ground.ToldAsync(created, "0000");
        var upstream = await ground.Upstream.OrderAsync(await ground.UpstreamNumberAsync(created));
        Assert.Equal(("300", upstream.Utr), (told["amount"], told["utr"]));
    }

    [Fact]
    public async Task Partial_payments_are_told_as_totals_and_booked_as_what_came()
    {
        var created = await ground.PayInAsync("300");
        await ground.PayAsync(created, "100");
        Assert.Equal(100_00, (await ground.UntilAsync(created, o => o.State == OrderState.PartlyPaid)).PaidMinor);
        await ground.PayAsync(created, "200");
        Assert.Equal(300_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
        await ground.PayAsync(created, "50");
        Assert.Equal(350_00, (await ground.UntilAsync(created, o => o.PaidMinor == 350_00)).PaidMinor);
    }

    [Fact]
    public async Task A_refund_goes_back_through_both_and_a_pay_in_that_nobody_paid_ends_at_both()
    {
        var created = await ground.PayInAsync("300");
        await ground.PayAsync(created, "300");
        await ground.UntilAsync(created, o => o.State == OrderState.Paid);
        var asked = await ground.CreateAsync(
            "MX", OperationKind.CreateRefund, "100", (FieldRole.TradeNo, created["tradeNo"]), (FieldRole.RefundNo, "refund-" + created["tradeNo"]));
        Assert.True(asked.Code == "0000", asked.Text);

        var order = await ground.UntilAsync(created, o => o.ReturnedMinor > 0);
        Assert.Equal((OrderState.Paid, 300_00, 100_00, 0), (order.State, order.PaidMinor, order.ReturnedMinor, order.RefundingMinor));
        var upstream = await ground.Upstream.OrderAsync(await ground.UpstreamNumberAsync(created));
        Assert.Equal((OrderState.Paid, 100_00), (upstream.State, upstream.ReturnedMinor));

        var unpaid = await ground.PayInAsync("301");
        var number = await ground.UpstreamNumberAsync(unpaid);
        var wanted = await ground.CreateAsync("MX", OperationKind.CancelPayIn, "1", (FieldRole.TradeNo, unpaid["tradeNo"]));
        Assert.True(wanted.Code == "0000", wanted.Text);
        Assert.Equal("CANCELLED", (await ground.UntilAsync(unpaid, o => o.State == OrderState.Failed)).Message);
        Assert.Equal("CANCELLED", (await ground.Upstream.OrderAsync(number)).Message);
    }

    [Fact]
    public async Task What_is_taken_back_at_the_upstream_is_taken_back_here()
    {
        var created = await ground.PayInAsync("300");
        await ground.PayAsync(created, "300");
        await ground.UntilAsync(created, o => o.State == OrderState.Paid);
        await ground.Upstream.SandboxAsync($"/sandbox/payins/{await ground.UpstreamNumberAsync(created)}", """{"action":"return"}""");

        var order = await ground.UntilAsync(created, o => o.ReturnedMinor > 0);
        Assert.Equal((300_00, 300_00), (order.PaidMinor, order.ReturnedMinor));
    }

    [Fact]
    public async Task A_pay_in_that_expired_is_paid_late_all_the_same()
    {
        var created = await ground.PayInAsync("300");
        ground.Pass(TimeSpan.FromHours(25));
        await ground.UntilAsync(created, o => o.State is OrderState.Expired or OrderState.Failed);
        await ground.PayAsync(created, "300");

        Assert.Equal(300_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
    }

    [Fact]
    public async Task Payouts_end_as_they_do_at_the_upstream()
    {
        var before = await ground.Gateway.BalanceAsync(AccountKind.Available);
        (int Amount, OrderState State, string Status)[] stories =
        [
            (200, OrderState.Paid, "0000"), (201, OrderState.Failed, "00029"), (202, OrderState.Paid, "0000"), (203, OrderState.Paid, "0000"),
            (204, OrderState.Failed, "00029"), (205, OrderState.Returned, "00029"),
        ];
        await Task.WhenAll(stories.Select(async story =>
        {
            var created = await ground.PayoutAsync($"{story.Amount}");
            await ground.UntilAsync(created, o => o.State == story.State);
            await ground.ToldAsync(created, story.Status);
        }));

        Assert.Equal((200 + 202 + 203) * 100, before - await ground.Gateway.BalanceAsync(AccountKind.Available));
    }

    [Fact]
    public async Task A_lost_answer_to_a_pay_in_is_fetched_by_the_same_number()
    {
        var lost = 0;
        ground.Calls.Plan = (path, _) => path.EndsWith("payInApi", StringComparison.Ordinal) && Interlocked.Increment(ref lost) == 1 ? LineFault.LosesAnswer : LineFault.None;
        var created = await ground.PayInAsync("300");

        Assert.Equal(2, lost);
        Assert.Equal(18, created["paymentInfo"]!.Length);
        await ground.PayAsync(created, "300");
        await ground.UntilAsync(created, o => o.State == OrderState.Paid);
    }

    [Fact]
    public async Task A_payout_whose_answers_are_all_lost_is_found_by_asking_and_sent_once()
    {
        var sent = 0;
        ground.Calls.Plan = (path, _) =>
        {
            if (!path.EndsWith("payOut", StringComparison.Ordinal))
            {
                return LineFault.None;
            }

            Interlocked.Increment(ref sent);
            return LineFault.LosesAnswer;
        };
        ground.Notifications.Plan = (_, _) => LineFault.LosesCall;
        var created = await ground.PayoutAsync("200");

        var order = await ground.UntilAsync(created, o => o.State == OrderState.Paid);
        Assert.Equal(3, sent);
        Assert.Equal(200_00, order.PaidMinor);
    }

    [Fact]
    public async Task A_notification_that_is_faster_than_the_answer_is_booked_once()
    {
        var booked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ground.Calls.Holds = path => path.EndsWith("payOut", StringComparison.Ordinal) ? booked.Task : null;
        try
        {
            // Accepted before it is sent. On a slow machine it is sent again while the first answer is held, under the same number.
            var created = await ground.PayoutAsync("200");
            await ground.UntilAsync(created, o => o.State == OrderState.Paid);
            Assert.NotEqual(0, ground.Calls.Held);
            booked.SetResult();
            Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(() => Task.FromResult(ground.Calls.Held == 0)));
            Assert.Equal(200_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
        }
        finally
        {
            booked.TrySetResult();
        }
    }

    [Fact]
    public async Task A_lost_notification_is_made_up_for_by_asking()
    {
        ground.Notifications.Plan = (_, _) => LineFault.LosesCall;
        var created = await ground.PayoutAsync("200");
        var upstream = await ground.UpstreamNumberAsync(created);
        await ground.Upstream.UntilAsync(upstream, o => o.State == OrderState.Paid);
        ground.Pass(TimeSpan.FromSeconds(61));

        Assert.Equal(200_00, (await ground.UntilAsync(created, o => o.State == OrderState.Paid)).PaidMinor);
    }

    [Fact]
    public async Task A_clock_that_is_twenty_minutes_off_refuses_notifications_and_loses_nothing()
    {
        ground.Gateway.Time.Pass(TimeSpan.FromMinutes(20));
        var created = await ground.PayInAsync("300");
        try
        {
            await ground.PayAsync(created, "300");
            Assert.True(await Sandbox.SandboxHost.ComesToBeAsync(() => Task.FromResult(ground.Gateway.Log.Text.Contains("too far from ours", StringComparison.Ordinal))));
            Assert.Equal(OrderState.Pending, (await ground.Gateway.OrderAsync(created["platFormTradeNo"]!)).State);
        }
        finally
        {
            ground.Upstream.Time.Pass(TimeSpan.FromMinutes(20));
        }

        await ground.UntilAsync(created, o => o.State == OrderState.Paid);
    }

    [Fact]
    public async Task An_upstream_that_cannot_be_connected_to_took_nothing()
    {
        var before = await ground.Gateway.BalanceAsync(AccountKind.Available);
        await ground.Calls.CutAsync();
        try
        {
            var payIn = await ground.CreateAsync("MX", Protocol.Countries.OperationKind.CreatePayIn, "300");
            Assert.NotEqual("0015", payIn.Status);
            var created = await ground.PayoutAsync("200");
            await ground.UntilAsync(created, o => o.State == OrderState.Failed);
        }
        finally
        {
            await ground.Calls.MendAsync();
        }

        Assert.Equal(before, await ground.Gateway.BalanceAsync(AccountKind.Available));
    }

    [Fact]
    public async Task An_upstream_that_hears_nothing_leaves_the_payout_unknown_until_it_says_that_it_has_it_not()
    {
        ground.Calls.Plan = (_, _) => LineFault.LosesCall;
        var created = await ground.PayoutAsync("200");
        await ground.UntilAsync(created, o => o.State == OrderState.Pending && o.AttemptCount == 1);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, CancellationToken.None);
        Assert.Equal(OrderState.Pending, (await ground.Gateway.OrderAsync(created["platFormTradeNo"]!)).State);

        ground.Mend();
        ground.Pass(TimeSpan.FromHours(1));
        Assert.Equal(OrderState.Pending, (await ground.Gateway.OrderAsync(created["platFormTradeNo"]!)).State);
        ground.Pass(TimeSpan.FromHours(24));
        await ground.UntilAsync(created, o => o.State == OrderState.Failed);
    }

    [Fact]
    public async Task With_a_wrong_key_nothing_is_taken_and_the_operator_reads_why()
    {
        var before = await ground.Gateway.BalanceAsync(AccountKind.Available);
        await ground.ChangeAsync("MX", _ => { }, "a key of somebody else");
        try
        {
            var created = await ground.PayoutAsync("200");
            await ground.UntilAsync(created, o => o.State == OrderState.Failed);
        }
        finally
        {
            await ground.ChangeAsync("MX", _ => { }, "sandbox-secret-mx");
        }

        Assert.Contains("the merchant or its sign is wrong", ground.Gateway.Log.Text, StringComparison.Ordinal);
        Assert.Equal(before, await ground.Gateway.BalanceAsync(AccountKind.Available));
    }
}
