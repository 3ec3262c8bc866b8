using Paypro.Channels;
using Paypro.Channels.Sandbox;

namespace Paypro.UnitTests.Channels;

/// <summary>What the bank does as another kind of rail, beyond what every channel keeps to.</summary>
public sealed class SandboxModeTests
{
    private readonly SandboxGround ground = new();
    private readonly string clabe;

    public SandboxModeTests()
    {
        var space = ground.Session().NumberSpaceFor("va")!;
        clabe = space.Finish($"{space.Prefix}0700000042");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("callbacks", "maybe", "callbacks: must be signed or hint")]
    [InlineData("amounts", "some", "amounts: must be movements, totals or none")]
    [InlineData("asks", "last", "asks: must be never or first")]
    [InlineData("answers", "", "answers: must be plain or results")]
    [InlineData("listing", "all", "listing: must be none or since")]
    [InlineData("tokenLifeMs", "86400001", "tokenLifeMs: must be 0 to 86400000")]
    [InlineData("sendsPerSecond", "many", "sendsPerSecond: must be 0 to 10000")]
    [InlineData("queriesPerSecond", "-1", "queriesPerSecond: must be 0 to 10000")]
    [InlineData("payoutFundsMinor", "1.5", "payoutFundsMinor: must be 0 to 9999999999999")]
    public void A_bad_setting_is_named(string name, string value, string sentence) => Assert.Equal(sentence, ground.Channel.CheckAccount(ground.With(name, value)));

    [Fact]
    public async Task A_pot_that_is_used_up_declines_until_money_comes_back()
    {
        var session = ground.Session(ground.With("payoutFundsMinor", "50000"));
        Assert.IsType<SendOutcome.Accepted>(await session.SendPayoutAsync(SandboxGround.Payout(20_000, "SO1"), Stop));
        Assert.IsType<SendOutcome.Accepted>(await session.SendPayoutAsync(SandboxGround.Payout(30_000, "SO2"), Stop));
        Assert.Equal(DeclineScope.Funds, Assert.IsType<SendOutcome.Declined>(await session.SendPayoutAsync(SandboxGround.Payout(10_000, "SO3"), Stop)).Scope);
        Assert.Equal(new PotBalance("payout", 0), (await session.BalancesAsync(Stop))[^1]);
        Assert.Equal(ObservationKind.Failed, Assert.Single(await QueryAsync(Direction.Payout, "SO3")).Kind);

        Assert.IsType<HandOutcome.Done>(await ground.Hand.FailPayoutAsync(ground.Account, "SO2", Stop));
        Assert.IsType<SendOutcome.Accepted>(await session.SendPayoutAsync(SandboxGround.Payout(10_000, "SO4"), Stop));
        Assert.Equal(new PotBalance("payout", 20_000), (await session.BalancesAsync(Stop))[^1]);
        await ground.After(60_000);
        Assert.Equal(new PotBalance("payout", 20_000), (await session.BalancesAsync(Stop))[^1]);
    }

    [Theory]
    [InlineData(22_200, DeclineScope.Funds)]
    [InlineData(22_300, DeclineScope.Channel)]
    [InlineData(20_400, DeclineScope.Order)]
    public async Task Payouts_04_22_and_23_are_declined_for_different_reasons(long amountMinor, DeclineScope scope)
    {
        Assert.Equal(scope, Assert.IsType<SendOutcome.Declined>(await ground.Session().SendPayoutAsync(SandboxGround.Payout(amountMinor), Stop)).Scope);
        await ground.After(60_000);
        Assert.Empty(ground.Callbacks);
        Assert.Equal(ObservationKind.Failed, Assert.Single(await QueryAsync(Direction.Payout, "SO1")).Kind);
    }

    /// <summary>Somebody brings money meanwhile; another payout is declined once by itself.</summary>
    [Fact]
    public async Task A_payout_22_is_taken_when_it_comes_again_with_another_reference()
    {
        var (session, payout) = (ground.Session(), SandboxGround.Payout(22_200));
        Assert.IsType<SendOutcome.Declined>(await session.SendPayoutAsync(payout, Stop));
        Assert.IsType<SendOutcome.Accepted>(await session.SendPayoutAsync(payout with { Reference = "SO9" }, Stop));
        Assert.IsType<SendOutcome.Declined>(await session.SendPayoutAsync(payout with { Reference = "SO8", Number = "another000000000" }, Stop));
        await ground.After(60_000);
        Assert.Equal(ObservationKind.Paid, Assert.Single(await QueryAsync(Direction.Payout, "SO9")).Kind);
    }

    [Fact]
    public async Task A_callback_is_lost_for_good()
    {
        await ground.Session().SendPayoutAsync(SandboxGround.Payout(22_100), Stop);
        await ground.After(86_400_000);
        Assert.Empty(ground.Callbacks);
        Assert.Equal(ObservationKind.Paid, Assert.Single(await QueryAsync(Direction.Payout, "SO1")).Kind);
    }

    /// <summary>A share of them, whichever way the money went, and the same ones in every run.</summary>
    [Fact]
    public async Task A_share_of_callbacks_is_lost_in_both_directions()
    {
        ground.Faults.Set(7, new SandboxFaults { LoseCallbacksPercent = 40 });
        var space = ground.Session().NumberSpaceFor("va")!;
        for (var i = 0; i < 200; i++)
        {
            await ground.Session().SendPayoutAsync(SandboxGround.Payout(20_000, $"SO{i}"), Stop);
            await ground.Hand.PayAsync(ground.Account, space.Finish($"{space.Prefix}07{i:00000000}"), 30_000, null, Stop);
        }

        await ground.After(1_000);
        await ground.After(86_400_000);
        foreach (var direction in new[] { Direction.PayIn, Direction.Payout })
        {
            Assert.InRange(ground.Heard.Count(o => o.Direction == direction), 90, 150);
        }

        Assert.Throws<ArgumentException>(() => ground.Faults.Set(7, new SandboxFaults { LoseCallbacksPercent = 101 }));
    }

    [Fact]
    public async Task Payout_24_is_told_before_the_answer()
    {
        ground.Clock.HoldsTimers = true;
        var sending = ground.Session().SendPayoutAsync(SandboxGround.Payout(22_400), Stop);
        while (ground.Callbacks.Count == 0)
        {
            await ground.After(0);
            await Task.Yield();
        }

        Assert.False(sending.IsCompleted);
        ground.Clock.Release(TimeSpan.FromMilliseconds(SandboxSteering.AnswerAfterCallbackMs));
        Assert.IsType<SendOutcome.Accepted>(await sending);
        Assert.Equal(ObservationKind.Paid, Assert.Single(ground.Heard).Kind);
    }

    [Theory]
    [InlineData(10_100, typeof(SendOutcome.Accepted), ObservationKind.Failed, 1)]
    [InlineData(10_200, typeof(SendOutcome.Unknown), ObservationKind.Paid, 0)]
    [InlineData(10_400, typeof(SendOutcome.Declined), ObservationKind.Failed, 0)]
    [InlineData(10_500, typeof(SendOutcome.Accepted), ObservationKind.Returned, 2)]
    [InlineData(10_600, typeof(SendOutcome.Unknown), ObservationKind.Unreachable, 0)]
    [InlineData(10_700, typeof(SendOutcome.Unknown), ObservationKind.NotFound, 0)]
    [InlineData(12_100, typeof(SendOutcome.Accepted), ObservationKind.Paid, 0)]
    [InlineData(10_000, typeof(SendOutcome.Accepted), ObservationKind.Paid, 1)]
    public async Task Refunds_are_steered_by_their_own_amount(long amountMinor, Type outcome, ObservationKind last, int callbacks)
    {
        await ground.Hand.PayAsync(ground.Account, clabe, 30_000, null, Stop);
        var paid = Assert.Single(ground.Heard);
        var refund = await ground.Session().SendRefundAsync(
            new RefundDraft
            {
                Number = "n", Reference = "SR1", Way = "va", PaidReference = clabe, PaidRailId = "", PaymentReference = paid.RailReference, PaymentKey = paid.DedupeKey,
                PaymentMinor = 30_000, AmountMinor = amountMinor, Currency = "MXN",
            },
            Stop);
        Assert.IsType(outcome, refund);
        for (var second = 0; second < 5; second++)
        {
            await ground.After(1_000);
        }

        Assert.Equal(last, (await QueryAsync(Direction.Refund, "SR1"))[^1].Kind);
        Assert.Equal(callbacks, ground.Heard.Count(o => o.Direction == Direction.Refund));

        // What did not go back can be sent back again; what goes back twice cannot.
        var left = ground.Memory.BalanceAsync(7, Direction.Refund, clabe, Stop);
        Assert.Equal(last is ObservationKind.Paid or ObservationKind.Unreachable ? -amountMinor : 0, await left);
    }

    [Fact]
    public async Task A_cancelled_pay_in_takes_no_money()
    {
        Assert.IsType<SendOutcome.Accepted>(await ground.Session().CancelPayInAsync(new QueryTarget(Direction.PayIn, clabe, "va", 30_000, 0), Stop));
        Assert.Contains("no more money", Refused(await ground.Hand.PayAsync(ground.Account, clabe, 30_000, null, Stop)), StringComparison.Ordinal);
        Assert.Equal(ObservationKind.Failed, Assert.Single(await QueryAsync(Direction.PayIn, clabe)).Kind);
        Assert.Empty(ground.Callbacks);
        Assert.IsType<SendOutcome.Declined>(await ground.Session().CancelPayInAsync(new QueryTarget(Direction.PayIn, "SI404", "va", 30_000, 0), Stop));
    }

    /// <summary>Whatever is no clear yes leaves the money with the payer.</summary>
    [Theory]
    [InlineData(200, """{"accepted":false,"reason":"amount"}""", "this amount")]
    [InlineData(200, """{"accepted":false,"reason":"unknown"}""", "no order")]
    [InlineData(200, """{"accepted":false,"reason":"currency"}""", "currency")]
    [InlineData(200, """{"accepted":true,"reason":5}""", "refused")]
    [InlineData(200, "true", "refused")]
    [InlineData(404, """{"accepted":true}""", "refused")]
    [InlineData(503, "", "no answer")]
    public async Task A_bank_that_asks_first_takes_nothing_without_a_yes(int status, string body, string reason)
    {
        var account = ground.With("asks", "first");
        ground.Answer = _ => new ChannelAnswer(status, body);
        Assert.Contains(reason, Refused(await ground.Hand.PayAsync(account, clabe, 30_000, null, Stop)), StringComparison.Ordinal);
        Assert.IsType<CallbackReading.Question>(ground.Session().ReadCallback(Assert.Single(ground.Callbacks)));
        Assert.Null(await ground.Rail.FindAsync(7, Direction.PayIn, clabe, Stop));
    }

    [Theory]
    [InlineData(true, 300, "MXN", 300, "true")]
    [InlineData(true, 300, "MXN", 301, "amount")]
    [InlineData(true, 300, "USD", 300, "currency")]
    [InlineData(false, 300, "MXN", 300, "closed")]
    public void A_question_is_answered_from_the_order(bool isOpen, long dueMinor, string currency, long amountMinor, string says)
    {
        var order = new QuestionedOrder { IsOpen = isOpen, Way = "va", DueMinor = dueMinor, Currency = currency, ExpiresAtMs = 1, MerchantName = "A shop" };
        Assert.Contains(says, SandboxQuestion.Answer(order, amountMinor, "MXN").Body, StringComparison.Ordinal);
        Assert.Contains("unknown", SandboxQuestion.Answer(null, amountMinor, "MXN").Body, StringComparison.Ordinal);
    }

    /// <summary>More than a page, with money for numbers of nobody and orders that move again meanwhile: nothing is left out.</summary>
    [Fact]
    public async Task A_long_list_is_told_page_by_page()
    {
        var list = (IListings)ground.Channel.Open(ground.With("listing", "since"), TestServices.Make());
        var space = ground.Session().NumberSpaceFor("va")!;
        string Number(int i) => space.Finish($"{space.Prefix}07{i:00000000}");
        for (var i = 0; i < 250; i++)
        {
            await ground.Hand.PayAsync(ground.Account, Number(i), 100 + i, null, Stop);
            ground.Clock.NowMs += i % 3;
        }

        // What was just written down is not on it yet.
        Assert.Empty((await list.ListAsync("", 0, Stop))!.Observations);
        ground.Clock.NowMs += 2_000;
        var told = new HashSet<Observation>();
        ListPage? page = null;
        for (var pages = 0; page is null || page.HasMore; pages++)
        {
            page = (await list.ListAsync(page?.Cursor ?? "", 0, Stop))!;
            told.UnionWith(page.Observations);
            Assert.Equal(page.Observations.OrderBy(o => o.OccurredAtMs), page.Observations);
            if (page.HasMore)
            {
                await ground.Hand.ReturnPayInAsync(ground.Account, Number(pages), null, Stop);
                ground.Clock.NowMs += 2_000;
            }

            Assert.InRange(pages, 0, 10);
        }

        Assert.Equal(250, told.Count(o => o.Kind == ObservationKind.Paid));
        Assert.Equal(ground.Heard.ToHashSet(), told);
        Assert.Null(await list.ListAsync("a cursor of another rail", 0, Stop));
    }

    private Task<IReadOnlyList<Observation>> QueryAsync(Direction direction, string reference) =>
        ground.Session().QueryAsync(new QueryTarget(direction, reference, direction == Direction.Payout ? "CLABE" : "va", 30_000, 0), Stop);

    private static string Refused(HandOutcome outcome) => Assert.IsType<HandOutcome.Refused>(outcome).Reason;
}
