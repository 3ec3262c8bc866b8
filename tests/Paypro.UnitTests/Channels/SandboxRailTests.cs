using Paypro.Channels;
using Paypro.Channels.Sandbox;

namespace Paypro.UnitTests.Channels;

/// <summary>The bank, its faults, and the hand that moves it.</summary>
public sealed class SandboxRailTests
{
    private readonly SandboxGround ground = new();
    private readonly string clabe;

    public SandboxRailTests()
    {
        var space = ground.Session().NumberSpaceFor("va")!;
        clabe = space.Finish($"{space.Prefix}0700000042");
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void Numbers_follow_their_published_check_digits()
    {
        // Both are the examples widely printed to explain the rule.
        Assert.Equal("032180000118359719", ground.Session().NumberSpaceFor("va")!.Finish("03218000011835971"));
        Assert.Equal("4111111111111111", ground.Session().NumberSpaceFor("store")!.Finish("411111111111111"));
        Assert.StartsWith("6461801" + "07", clabe);
    }

    [Fact]
    public async Task The_same_utr_is_the_same_payment_told_again()
    {
        var first = Done(await ground.Hand.PayAsync(ground.Account, clabe, 30_000, "111111111111", Stop));
        ground.Clock.NowMs += 86_400_000;
        Done(await ground.Hand.PayAsync(ground.Account, clabe, 30_000, "111111111111", Stop));
        Assert.Equal("111111111111", first.Utr);
        Assert.Equal(2, ground.Callbacks.Count);
        Assert.Equal(30_000, Assert.Single(ground.Heard.Distinct()).AmountMinor);
    }

    [Fact]
    public async Task Two_payments_to_one_number_are_two_movements()
    {
        var first = Done(await ground.Hand.PayAsync(ground.Account, clabe, 10_000, null, Stop));
        var second = Done(await ground.Hand.PayAsync(ground.Account, clabe, 25_000, null, Stop));
        Assert.NotEqual(first.Utr, second.Utr);
        var told = await ground.Session().QueryAsync(new QueryTarget(Direction.PayIn, clabe, "va", 30_000, 0), Stop);
        Assert.Equal([10_000L, 25_000L], told.Select(o => o.AmountMinor));
        Assert.Equal(told, ground.Heard);
        Assert.Equal(2, told.Select(o => o.DedupeKey).Distinct().Count());
    }

    [Fact]
    public async Task A_pay_in_fails_or_returns_only_where_that_makes_sense()
    {
        Refused(await ground.Hand.ReturnPayInAsync(ground.Account, clabe, null, Stop));
        Done(await ground.Hand.FailPayInAsync(ground.Account, clabe, Stop));
        Done(await ground.Hand.PayAsync(ground.Account, clabe, 30_000, null, Stop));
        Refused(await ground.Hand.FailPayInAsync(ground.Account, clabe, Stop));
        Refused(await ground.Hand.ReturnPayInAsync(ground.Account, clabe, 30_001, Stop));
        Done(await ground.Hand.ReturnPayInAsync(ground.Account, clabe, 5_000, Stop));
        Assert.Equal([ObservationKind.Failed, ObservationKind.Paid, ObservationKind.Returned], ground.Heard.Select(o => o.Kind));
        Assert.Equal(5_000, ground.Heard[2].AmountMinor);
    }

    [Fact]
    public async Task The_hand_refuses_bad_input_and_unknown_numbers()
    {
        Refused(await ground.Hand.PayAsync(ground.Account, clabe, 0, null, Stop));
        Refused(await ground.Hand.PayAsync(ground.Account, clabe, 1, "a|b", Stop));
        Refused(await ground.Hand.PayAsync(ground.Account, clabe, 1, "", Stop));
        Refused(await ground.Hand.PayAsync(ground.Account, "646180107000000421", 1, null, Stop));
        Refused(await ground.Hand.PayAsync(ground.Remote, clabe, 1, null, Stop));
        Refused(await ground.Hand.SucceedPayoutAsync(ground.Account, "SO404", Stop));
        Assert.Empty(ground.Callbacks);
    }

    [Fact]
    public async Task A_number_that_the_rail_gave_out_leads_to_its_order()
    {
        var draft = SandboxGround.PayIn("store", 30_000, "SI1");
        var asked = Assert.IsType<InstructionOutcome.Accepted>(await ground.Session(ground.Remote).RequestInstructionAsync(draft, Stop));
        Done(await ground.Hand.PayAsync(ground.Remote, asked.Instruction.Value, 30_000, null, Stop));
        Assert.Equal("SI1", Assert.Single(ground.Heard).Reference);
    }

    [Fact]
    public async Task The_hand_overtakes_what_the_rail_would_do_by_itself()
    {
        await Send("SO1");
        Done(await ground.Hand.FailPayoutAsync(ground.Account, "SO1", Stop));
        Refused(await ground.Hand.SucceedPayoutAsync(ground.Account, "SO1", Stop));
        await ground.After(60_000);
        Assert.Equal(ObservationKind.Failed, Assert.Single(ground.Heard).Kind);

        await Send("SO2");
        Done(await ground.Hand.SucceedPayoutAsync(ground.Account, "SO2", Stop));
        Done(await ground.Hand.ReturnPayoutAsync(ground.Account, "SO2", Stop));
        Done(await ground.Hand.ReturnPayoutAsync(ground.Account, "SO2", Stop));
        await ground.After(60_000);
        Assert.Equal([ObservationKind.Paid, ObservationKind.Returned, ObservationKind.Returned], ground.Heard.Skip(1).Select(o => o.Kind));
        Assert.Equal(ground.Heard[2], ground.Heard[3]);
    }

    [Fact]
    public async Task A_payout_sent_twice_is_paid_twice_and_shows()
    {
        await Send("SO1");
        await Send("SO1");
        await ground.After(1_000);
        Assert.Equal(2, ground.Memory.SendsOf(7, Direction.Payout, "SO1"));
        Assert.Equal(2, ground.Heard.Select(o => o.DedupeKey).Distinct().Count());
    }

    [Fact]
    public async Task Two_nodes_deliver_each_callback_once()
    {
        for (var i = 0; i < 200; i++)
        {
            await Send($"SO{i}");
        }

        ground.Clock.NowMs += 1_000;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ground.NewNode().RunOnceAsync(Stop), Stop)));
        Assert.Equal(200, ground.Heard.Select(o => o.Reference).Distinct().Count());
        Assert.Equal(200, ground.Callbacks.Count);
    }

    [Fact]
    public async Task A_callback_without_an_answer_comes_again()
    {
        await Send("SO1");
        ground.ServerIsDown = true;
        var turn = await ground.After(1_000);
        Assert.Equal((0, 1), (turn.Delivered, turn.Undelivered));
        Assert.IsType<IOException>(turn.Fault);
        ground.ServerIsDown = false;
        await ground.After(999);
        Assert.Empty(ground.Callbacks);
        await ground.After(1);
        Assert.Single(ground.Heard);
    }

    [Fact]
    public async Task A_node_that_dies_while_delivering_loses_nothing()
    {
        await Send("SO1");
        ground.Clock.NowMs += 1_000;
        var stuck = new TaskCompletionSource<ChannelAnswer>();
        var dying = new SandboxRailLoop(ground.Rail, ground.Faults, ground.Clock, _ => ground.Account, (_, _, _) => stuck.Task).RunOnceAsync(Stop);
        await ground.After(SandboxStory.LeaseMs - 1);
        Assert.Empty(ground.Callbacks);
        await ground.After(1);
        Assert.Single(ground.Heard);

        // Should it wake up after all, it strikes out nothing that others have put there since.
        ground.ServerIsDown = true;
        await ground.Hand.ReturnPayoutAsync(ground.Account, "SO1", Stop);
        ground.ServerIsDown = false;
        stuck.SetResult(new ChannelAnswer(200));
        await dying;
        await ground.After(1_000);
        Assert.Equal([ObservationKind.Paid, ObservationKind.Returned], ground.Heard.Select(o => o.Kind));
    }

    [Fact]
    public async Task An_account_that_is_gone_makes_its_callbacks_wait()
    {
        var other = ground.Account with { Id = 8 };
        await ground.Session(other).SendPayoutAsync(SandboxGround.Payout(20_000), Stop);
        var turn = await ground.After(1_000);
        Assert.Equal(1, turn.Undelivered);
        Assert.IsType<InvalidOperationException>(turn.Fault);
    }

    [Fact]
    public async Task Faults_repeat_delay_and_falsify_callbacks()
    {
        ground.Faults.Set(7, new SandboxFaults { RepeatCallbacks = 2, DelayCallbacksMs = 500, Falsify = true });
        Done(await ground.Hand.PayAsync(ground.Account, clabe, 30_000, null, Stop));
        Assert.Empty(ground.Callbacks);
        await ground.After(500);
        Assert.Equal((3, 3), (ground.Refused, ground.Heard.Count));
        Assert.Single(ground.Heard.Distinct());

        ground.Faults.Set(7, SandboxFaults.None);
        Done(await ground.Hand.PayAsync(ground.Account, clabe, 30_000, null, Stop));
        Assert.Equal(7, ground.Callbacks.Count);
    }

    [Fact]
    public async Task A_fault_reorders_callbacks()
    {
        ground.Faults.Set(7, new SandboxFaults { Reorder = true });
        await Send("SO1", 20_500);
        for (var second = 0; second < 6; second++)
        {
            await ground.After(1_000);
        }

        Assert.Equal([ObservationKind.Returned, ObservationKind.Paid], ground.Heard.Select(o => o.Kind));
    }

    [Fact]
    public async Task A_fault_times_calls_out_after_acceptance()
    {
        ground.Faults.Set(7, new SandboxFaults { TimeoutAfterAcceptance = true });
        Assert.IsType<SendOutcome.Unknown>(await Send("SO1"));
        Assert.IsType<InstructionOutcome.Unknown>(
            await ground.Session(ground.Remote).RequestInstructionAsync(SandboxGround.PayIn("va", 30_000, "SI1"), Stop));
        await ground.After(1_000);
        Assert.Equal(ObservationKind.Paid, Assert.Single(ground.Heard).Kind);
    }

    [Fact]
    public void A_fault_plan_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ground.Faults.Set(7, new SandboxFaults { RepeatCallbacks = 11 }));
        Assert.Throws<ArgumentException>(() => ground.Faults.Set(7, new SandboxFaults { DelayCallbacksMs = -1 }));
        Assert.Equal(SandboxFaults.None, ground.Faults[7]);
    }

    [Fact]
    public async Task A_slow_rail_is_unknown_after_the_timeout_though_it_has_accepted()
    {
        var slow = ground.Account with { Settings = new Dictionary<string, string> { ["answerDelayMs"] = "60000" } };
        Assert.IsType<SendOutcome.Unknown>(await ground.Session(slow).SendPayoutAsync(SandboxGround.Payout(20_000), Stop));
        Assert.Equal(1, ground.Memory.SendsOf(7, Direction.Payout, "SO1"));
    }

    [Theory]
    [InlineData("clabePrefix", "64618", "clabePrefix: must be 6 to 9 digits")]
    [InlineData("storePrefix", "93OO", "storePrefix: must be 1 to 7 digits")]
    [InlineData("instructions", "maybe", "instructions: must be local or remote")]
    [InlineData("payoutDelayMs", "-1", "payoutDelayMs: must be 0 to 86400000")]
    [InlineData("answerDelayMs", "60001", "answerDelayMs: must be 0 to 60000")]
    public void A_bad_setting_is_named(string name, string value, string sentence)
    {
        var account = ground.Account with { Settings = new Dictionary<string, string> { [name] = value } };
        Assert.Equal(sentence, ground.Channel.CheckAccount(account));
    }

    [Theory]
    [InlineData("qrisNationalId", "123")]
    [InlineData("qrisPostalCode", "1011")]
    public void Settings_that_make_no_code_stop_the_account(string name, string value)
    {
        var account = ground.Account with { Country = "ID", Currency = "IDR" };
        Assert.Null(ground.Channel.CheckAccount(account));
        var wrong = account with { Settings = new Dictionary<string, string> { [name] = value } };
        Assert.StartsWith("QRIS: the account's settings make no code: ", ground.Channel.CheckAccount(wrong), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_survives_being_stored_as_text()
    {
        await Send("SO1", 20_500);
        await ground.After(1_000);
        var order = await ground.Rail.FindAsync(7, Direction.Payout, "SO1", Stop);
        Assert.NotNull(order);
        var restored = order with { Movements = [], Agenda = [], MovementsJson = order.MovementsJson, AgendaJson = order.AgendaJson };
        Assert.Equal(order.Movements, restored.Movements);
        Assert.Equal(order.Agenda, restored.Agenda);
        Assert.NotEmpty(order.Movements);
        Assert.NotEmpty(order.Agenda);
        Assert.Equal(order.DueAtMs, restored.DueAtMs);
    }

    [Fact]
    public async Task A_save_on_an_old_version_changes_nothing()
    {
        await Send("SO1");
        var order = await ground.Rail.FindAsync(7, Direction.Payout, "SO1", Stop);
        Assert.NotNull(order);
        Assert.False(await ground.Rail.SaveAsync(order with { Version = 1 }, 0, Stop));
        Assert.True(await ground.Rail.SaveAsync(order with { Version = 2 }, 1, Stop));
        Assert.False(await ground.Rail.SaveAsync(order with { Version = 2 }, 1, Stop));
    }

    [Fact]
    public void The_catalogue_keeps_the_sandbox_out_of_live_installations()
    {
        var parts = new ChannelParts(ground.Clock, ground.Rail, ground.Faults);
        Assert.Equal("sandbox", ChannelCatalog.Make(parts, sandbox: true)["sandbox"].Name);
        Assert.DoesNotContain("sandbox", ChannelCatalog.Make(parts with { SandboxRail = null }, sandbox: false).Keys);
    }

    private Task<SendOutcome> Send(string reference, long amountMinor = 20_000) =>
        ground.Session().SendPayoutAsync(SandboxGround.Payout(amountMinor, reference), Stop);

    private static HandOutcome.Done Done(HandOutcome outcome) => Assert.IsType<HandOutcome.Done>(outcome);

    private static void Refused(HandOutcome outcome) => Assert.NotEmpty(Assert.IsType<HandOutcome.Refused>(outcome).Reason);
}
