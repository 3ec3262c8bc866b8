using Paypro.Channels;
using Paypro.Channels.Sandbox;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Channels;

/// <summary>Every line of the table of steering amounts does what its sentence says.</summary>
public sealed class SandboxSteeringTests
{
    private readonly SandboxGround ground = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public void The_ending_is_that_of_the_whole_units()
    {
        Assert.Equal(SandboxScript.Fail, SandboxSteering.ScriptOf(Direction.Payout, 20_100, "MXN"));
        Assert.Equal(SandboxScript.Fail, SandboxSteering.ScriptOf(Direction.Payout, 20_199, "MXN"));
        Assert.Equal(SandboxScript.Normal, SandboxSteering.ScriptOf(Direction.Payout, 20_001, "MXN"));
        Assert.Equal(SandboxScript.Fail, SandboxSteering.ScriptOf(Direction.Payout, 20_001, "VND"));
        Assert.Equal(SandboxScript.Normal, SandboxSteering.ScriptOf(Direction.PayIn, 20_100, "MXN"));
        Assert.Equal(SandboxScript.Normal, SandboxSteering.ScriptOf(Direction.Payout, 21_000, "MXN"));
        Assert.All(SandboxSteering.Table, steer => Assert.EndsWith(".", steer.Sentence));
        Assert.Equal(SandboxSteering.Table.Count, SandboxSteering.Table.Select(s => (s.Direction, s.Ending)).Distinct().Count());
    }

    [Fact]
    public async Task Otherwise_a_payout_succeeds_by_itself_after_a_second()
    {
        Assert.IsType<SendOutcome.Accepted>(await Send(20_000));
        await ground.After(999);
        Assert.Empty(ground.Callbacks);
        Assert.Equal(new SandboxTurn(1, 0, null), await ground.After(1));
        Assert.Equal(ObservationKind.Paid, Assert.Single(ground.Heard).Kind);
        await ground.After(100_000);
        Assert.Single(ground.Callbacks);
        Assert.Equal(1, ground.Memory.SendsOf(7, Direction.Payout, "SO1"));
    }

    [Fact]
    public async Task Payout_01_fails()
    {
        Assert.IsType<SendOutcome.Accepted>(await Send(20_100));
        await ground.After(1_000);
        var told = Assert.Single(ground.Heard);
        Assert.Equal(ObservationKind.Failed, told.Kind);
        Assert.NotEmpty(told.Reason);
        Assert.Equal(told, Assert.Single(await Query(20_100)));
    }

    [Fact]
    public async Task Payout_02_is_found_by_a_query_alone()
    {
        Assert.IsType<SendOutcome.Unknown>(await Send(20_200));
        await ground.After(60_000);
        Assert.Empty(ground.Callbacks);
        var found = Assert.Single(await Query(20_200));
        Assert.Equal((ObservationKind.Paid, 20_200L, "MXN"), (found.Kind, found.AmountMinor, found.Currency));
    }

    [Fact]
    public async Task Payout_03_is_told_twice()
    {
        await Send(20_300);
        await ground.After(1_000);
        Assert.Equal(2, ground.Heard.Count);
        Assert.Equal(ground.Heard[0], ground.Heard[1]);
        Assert.Single(await Query(20_300));
    }

    [Fact]
    public async Task Payout_04_is_declined_at_once()
    {
        Assert.IsType<SendOutcome.Declined>(await Send(20_400));
        await ground.After(60_000);
        Assert.Empty(ground.Callbacks);
        Assert.Equal(ObservationKind.Failed, Assert.Single(await Query(20_400)).Kind);
    }

    [Fact]
    public async Task Payout_05_comes_back_after_two_seconds()
    {
        await Send(20_500);
        await ground.After(1_000);
        Assert.Equal(ObservationKind.Paid, Assert.Single(ground.Heard).Kind);
        await ground.After(1_999);
        Assert.Single(ground.Heard);
        await ground.After(1);
        Assert.Equal([ObservationKind.Paid, ObservationKind.Returned], ground.Heard.Select(o => o.Kind));
        Assert.Equal(20_500, ground.Heard[1].AmountMinor);
        Assert.NotEqual(ground.Heard[0].DedupeKey, ground.Heard[1].DedupeKey);
        Assert.Equal(ground.Heard, await Query(20_500));
    }

    [Fact]
    public async Task Payout_06_stays_unknown()
    {
        Assert.IsType<SendOutcome.Unknown>(await Send(20_600));
        await ground.After(86_400_000);
        Assert.Empty(ground.Callbacks);
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await Query(20_600)).Kind);
        Assert.Equal(1, ground.Memory.SendsOf(7, Direction.Payout, "SO1"));
    }

    [Fact]
    public async Task Payout_07_never_arrived()
    {
        Assert.IsType<SendOutcome.Unknown>(await Send(20_700));
        await ground.After(60_000);
        Assert.Empty(ground.Callbacks);
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await Query(20_700)).Kind);
    }

    [Fact]
    public async Task Payout_08_is_forged_first()
    {
        await Send(20_800);
        await ground.After(1_000);
        Assert.Equal((1, 0), (ground.Refused, ground.Heard.Count));
        await ground.After(1_000);
        Assert.Equal((1, 1), (ground.Refused, ground.Heard.Count));
        Assert.Equal(20_800, ground.Heard[0].AmountMinor);
    }

    [Fact]
    public async Task Payout_09_is_told_late()
    {
        await Send(20_900);
        await ground.After(1_000);
        Assert.Empty(ground.Callbacks);
        Assert.Equal(ObservationKind.Paid, Assert.Single(await Query(20_900)).Kind);
        await ground.After(10_000);
        Assert.Single(ground.Heard);
    }

    [Theory]
    [InlineData(21_700, FailureCause.MaximumBalance)]
    [InlineData(21_800, FailureCause.DailyAmount)]
    public async Task Payout_17_and_18_fail_and_say_why(long amountMinor, FailureCause cause)
    {
        Assert.IsType<SendOutcome.Accepted>(await Send(amountMinor));
        await ground.After(1_000);
        var told = Assert.Single(ground.Heard);
        Assert.Equal((ObservationKind.Failed, cause), (told.Kind, told.FailureCause));
        Assert.NotEmpty(told.Reason);
        Assert.Equal(told, Assert.Single(await Query(amountMinor)));
    }

    /// <summary>The wallet takes the order and refuses only when the payer pays, as often as he tries.</summary>
    [Fact]
    public async Task Pay_in_19_fails_when_the_payer_pays()
    {
        var account = ground.Remote;
        var draft = new PayInDraft
        {
            Number = "n", Reference = "SI19", Way = "va", AmountMinor = 31_900, Currency = "MXN", ExpiresAtMs = ground.Clock.GetUtcNow().ToUnixTimeMilliseconds() + 60_000,
        };
        Assert.IsType<InstructionOutcome.Accepted>(await ground.Session(account).RequestInstructionAsync(draft, Stop));
        Assert.IsType<HandOutcome.Done>(await ground.Hand.PayAsync(account, "SI19", 31_900, null, Stop));
        Assert.IsType<HandOutcome.Done>(await ground.Hand.PayAsync(account, "SI19", 31_900, null, Stop));
        Assert.Equal(2, ground.Heard.Count);
        Assert.Equal(ground.Heard[0], ground.Heard[1]);
        Assert.Equal((ObservationKind.Failed, FailureCause.InsufficientFunds), (ground.Heard[0].Kind, ground.Heard[0].FailureCause));
    }

    [Theory]
    [InlineData(30_200, typeof(InstructionOutcome.Unknown), ObservationKind.Pending)]
    [InlineData(30_400, typeof(InstructionOutcome.Declined), ObservationKind.Failed)]
    [InlineData(30_600, typeof(InstructionOutcome.Unknown), ObservationKind.Unreachable)]
    [InlineData(30_700, typeof(InstructionOutcome.Unknown), ObservationKind.NotFound)]
    [InlineData(30_300, typeof(InstructionOutcome.Accepted), ObservationKind.Pending)]
    public async Task Remote_pay_ins_are_steered(long amountMinor, Type outcome, ObservationKind query)
    {
        var draft = SandboxGround.PayIn("va", amountMinor, "SI1");
        Assert.IsType(outcome, await ground.Session(ground.Remote).RequestInstructionAsync(draft, Stop));
        var told = Assert.Single(await ground.Session(ground.Remote).QueryAsync(new(Direction.PayIn, "SI1", "va", amountMinor, 0), Stop));
        Assert.Equal(query, told.Kind);
        Assert.Equal(query == ObservationKind.Pending, told.Instruction is not null);
    }

    private Task<SendOutcome> Send(long amountMinor) =>
        ground.Session().SendPayoutAsync(SandboxGround.Payout(amountMinor), Stop);

    private Task<IReadOnlyList<Observation>> Query(long amountMinor) =>
        ground.Session().QueryAsync(new QueryTarget(Direction.Payout, "SO1", "CLABE", amountMinor, 0), Stop);

    [Theory]
    [InlineData("5464438554636", SandboxAccountAnswer.Found)]
    [InlineData("5464438554601", SandboxAccountAnswer.NotFound)]
    [InlineData("5464438554602", SandboxAccountAnswer.NoAnswer)]
    [InlineData("01", SandboxAccountAnswer.NotFound)]
    [InlineData("1", SandboxAccountAnswer.Found)]
    [InlineData("", SandboxAccountAnswer.Found)]
    public async Task The_last_digits_of_an_account_steer_what_the_bank_says_of_it(string accountNo, SandboxAccountAnswer expected)
    {
        var ground = new SandboxGround();
        var outcome = await ground.Session().VerifyAccountAsync(new AccountEnquiry("0002", accountNo), TestContext.Current.CancellationToken);
        Assert.Equal(expected, SandboxSteering.AnswerOf(accountNo));
        Assert.Equal(expected, outcome switch
        {
            AccountOutcome.NotFound => SandboxAccountAnswer.NotFound,
            AccountOutcome.Unknown => SandboxAccountAnswer.NoAnswer,
            _ => SandboxAccountAnswer.Found,
        });
        Assert.DoesNotContain("SANDBOX", outcome.ToString(), StringComparison.Ordinal);
    }
}
