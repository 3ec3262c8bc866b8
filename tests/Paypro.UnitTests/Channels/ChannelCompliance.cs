using System.Globalization;
using System.Text.RegularExpressions;
using Paypro.Channels;

namespace Paypro.UnitTests.Channels;

/// <summary>What every channel must keep to, whatever its rail. A channel's own suite inherits it and says how its rail is driven.</summary>
public abstract partial class ChannelCompliance
{
    protected abstract IChannel Channel { get; }

    /// <summary>The same channel to a rail that breaks every call.</summary>
    protected abstract IChannel ChannelToBrokenRail { get; }

    protected abstract ChannelAccount Account { get; }

    /// <summary>The same account where the rail makes the instructions; null where it cannot.</summary>
    protected abstract ChannelAccount? RemoteAccount { get; }

    protected abstract Regex PayoutReferenceShape { get; }

    protected abstract PayInDraft PayIn(string way);

    protected abstract PayoutDraft Payout(string accountType);

    /// <summary>Tells whether a number has the length and the check digit of its kind, by other code than the channel's.</summary>
    protected abstract bool IsWellFormed(string kind, string number);

    /// <summary>Makes the rail pay what was sent, and gives its callback.</summary>
    protected abstract Task<CallbackRequest> CallbackOfPaidPayout(string reference);

    /// <summary>Makes a payer pay, and gives the rail's callback.</summary>
    protected abstract Task<CallbackRequest> CallbackOfPaidPayIn(string reference, long amountMinor);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What every session is given.</summary>
    protected virtual ChannelServices Services { get; } = TestServices.Make();

    protected IChannelSession Open(ChannelAccount account) => Channel.Open(account, Services);

    /// <summary>Whether a callback about this direction proves what it says; else it is a hint.</summary>
    protected virtual bool CallbacksProve(Direction direction) => true;

    /// <summary>Whether a callback that anybody has changed is told apart.</summary>
    protected virtual bool CallbacksAreSigned => true;

    /// <summary>Whether a callback proves its content, and not only who sent it.</summary>
    protected virtual bool CallbacksProveContent => true;

    /// <summary>The ways for which <see cref="NumberOf"/> gives something that a payer can pay.</summary>
    protected virtual IEnumerable<string> PayableWays => PayInWays.Where(way => PayIns.NumberSpaceFor(way) is not null);

    /// <summary>What a query tells of a pay-in.</summary>
    protected virtual PayInAnswers PayInAnswers => PayInAnswers.Movements;

    private IPayIns PayIns => (IPayIns)Open(Account);

    private IPayouts Payouts => (IPayouts)Open(Account);

    private IQueries Queries => (IQueries)Open(Account);

    private ICallbacks Callbacks => (ICallbacks)Open(Account);

    private IChannelSession Broken => ChannelToBrokenRail.Open(Account, Services);

    protected IEnumerable<string> PayInWays => Channel.Ways.Where(w => w.Direction == Direction.PayIn && w.Country == Account.Country).Select(w => w.Way);

    private string PayoutKind => Channel.Ways.First(w => w.Direction == Direction.Payout && w.Country == Account.Country).Way;

    [Fact]
    public void Payout_references_are_in_shape_and_unique()
    {
        var random = new Random(7);
        var bytes = new byte[16];
        var seen = new HashSet<string>();
        for (var i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            var reference = Payouts.MakePayoutReference(Payout(PayoutKind), bytes);
            Assert.Matches(PayoutReferenceShape, reference);
            Assert.True(seen.Add(reference), "A reference came twice.");
        }
    }

    [Fact]
    public void Every_bit_of_the_randomness_reaches_the_reference()
    {
        var none = Payouts.MakePayoutReference(Payout(PayoutKind), new byte[16]);
        var seen = new HashSet<string> { none };
        for (var bit = 0; bit < 128; bit++)
        {
            var bytes = new byte[16];
            bytes[bit / 8] = (byte)(1 << (bit % 8));
            Assert.True(seen.Add(Payouts.MakePayoutReference(Payout(PayoutKind), bytes)), $"Bit {bit} changes nothing.");
        }

        Assert.Throws<ArgumentException>(() => Payouts.MakePayoutReference(Payout(PayoutKind), new byte[15]));
    }

    [Fact]
    public void Numbers_of_every_bucket_are_well_formed_and_unique()
    {
        var seen = new HashSet<string>();
        foreach (var way in PayInWays)
        {
            if (PayIns.NumberSpaceFor(way) is not { } space)
            {
                continue;
            }

            Assert.InRange(space.SerialDigits, 2, 12);
            var most = (long)Math.Pow(10, space.SerialDigits) - 1;
            for (var bucket = 0; bucket < 64; bucket++)
            {
                foreach (var serial in new[] { 0L, 1, most / 3, most })
                {
                    var bare = $"{space.Prefix}{bucket:00}{serial.ToString(CultureInfo.InvariantCulture).PadLeft(space.SerialDigits, '0')}";
                    var number = space.Finish(bare);
                    Assert.StartsWith(bare, number);
                    Assert.True(IsWellFormed(space.Kind, number), number);
                    Assert.True(seen.Add(space.Kind + number));
                }
            }
        }

        // A rail that makes every instruction has no numbers of ours.
        Assert.True(seen.Count > 0 || PayInWays.All(way => PayIns.ModeFor(way) == InstructionMode.Remote));
    }

    [Fact]
    public void A_local_instruction_is_the_same_each_time_and_shows_the_number()
    {
        foreach (var way in PayInWays.Where(way => PayIns.ModeFor(way) == InstructionMode.Local))
        {
            var draft = PayIn(way) with { Reference = NumberOf(way, 42) };
            var instruction = PayIns.IssueLocally(draft);
            Assert.Equal(instruction, PayIns.IssueLocally(draft));
            Assert.Contains(draft.Reference, instruction.Value, StringComparison.Ordinal);
            Assert.NotEmpty(instruction.Kind);
            Assert.NotNull(instruction.BeneficiaryName);
        }
    }

    [Fact]
    public void A_number_of_somebody_else_is_not_issued()
    {
        foreach (var way in PayInWays.Where(way => PayIns.NumberSpaceFor(way) is not null))
        {
            var number = NumberOf(way, 42).ToCharArray();
            number[^1] = number[^1] == '9' ? '0' : (char)(number[^1] + 1);
            Assert.Throws<ArgumentException>(() => PayIns.IssueLocally(PayIn(way) with { Reference = new string(number) }));
        }
    }

    [Fact]
    public async Task A_remote_instruction_is_the_same_when_asked_again_and_in_a_query()
    {
        if (RemoteAccount is not { } account)
        {
            return;
        }

        foreach (var way in PayInWays)
        {
            Assert.Equal(InstructionMode.Remote, ((IPayIns)Open(account)).ModeFor(way));
            Assert.Null(((IPayIns)Open(account)).NumberSpaceFor(way));
            var draft = PayIn(way) with { Reference = ((IPayIns)Open(account)).MakePayInReference(PayIn(way), Bytes(way.Length)) };
            var first = Assert.IsType<InstructionOutcome.Accepted>(await ((IPayIns)Open(account)).RequestInstructionAsync(draft, Stop));
            Assert.Equal(first, await ((IPayIns)Open(account)).RequestInstructionAsync(draft, Stop));
            var told = Assert.Single(await ((IQueries)Open(account)).QueryAsync(Target(draft), Stop));
            Assert.Equal(ObservationKind.Pending, told.Kind);
            Assert.Equal(first.Instruction.Value, told.Instruction?.Value);
        }
    }

    [Fact]
    public async Task A_broken_rail_is_unknown_or_unreachable_and_never_throws()
    {
        var payout = Payout(PayoutKind) with { Reference = Payouts.MakePayoutReference(Payout(PayoutKind), Bytes(5)) };
        Assert.IsType<SendOutcome.Unknown>(await ((IPayouts)Broken).SendPayoutAsync(payout, Stop));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ((IQueries)Broken).QueryAsync(Target(payout), Stop)).Kind);
        if (RemoteAccount is { } account)
        {
            var payIn = PayIn(PayInWays.First()) with { Reference = "R1" };
            Assert.IsType<InstructionOutcome.Unknown>(await ((IPayIns)ChannelToBrokenRail.Open(account, Services)).RequestInstructionAsync(payIn, Stop));
        }
    }

    [Fact]
    public async Task An_account_is_verified_the_same_way_each_time_or_not_at_all()
    {
        var enquiry = new AccountEnquiry("BANXICO", "002180000000000008");
        if (Open(Account) is IAccountChecks checks)
        {
            var first = await checks.VerifyAccountAsync(enquiry, Stop);
            Assert.Equal(first, await checks.VerifyAccountAsync(enquiry, Stop));
            Assert.NotEmpty(Assert.IsType<AccountOutcome.Found>(first).HolderName);
            Assert.IsType<AccountOutcome.Unknown>(await ((IAccountChecks)Broken).VerifyAccountAsync(enquiry, Stop));
            Assert.IsType<AccountOutcome.Unknown>(await checks.VerifyAccountAsync(enquiry, new CancellationToken(true)));
        }
    }

    [Fact]
    public async Task A_cancelled_call_is_unknown_and_never_throws()
    {
        var payout = Payout(PayoutKind) with { Reference = Payouts.MakePayoutReference(Payout(PayoutKind), Bytes(6)) };
        Assert.IsType<SendOutcome.Unknown>(await ((IPayouts)Broken).SendPayoutAsync(payout, new CancellationToken(true)));
    }

    [Fact]
    public void The_traits_keep_their_ranges()
    {
        Assert.Matches("^[a-z][a-z0-9-]*$", Channel.Name);
        Assert.All(Channel.Ways.Where(w => w.Country == Account.Country), way => Assert.Null(Channel.TraitsOf(Account, way.Direction, way.Way).Problem()));
        Assert.Null(Channel.CheckAccount(Account));
        Assert.Throws<ArgumentException>(() => PayIns.ModeFor("no-such-way"));
    }

    /// <summary>The account with another value for each of its secrets.</summary>
    protected ChannelAccount WithSecrets(byte[] value) =>
        Account with { Secrets = new ChannelSecrets(Account.Secrets.Names.Select(name => new SecretVersion(name, value, 0, 0))) };

    protected static byte[] Bytes(int seed)
    {
        var bytes = new byte[16];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A reference that a payer can pay: a number of ours, or (overridden) an order that the rail has.</summary>
    protected virtual string NumberOf(string way, int serial)
    {
        var space = PayIns.NumberSpaceFor(way);
        Assert.NotNull(space);
        return space.Finish($"{space.Prefix}07{serial.ToString(CultureInfo.InvariantCulture).PadLeft(space.SerialDigits, '0')}");
    }

    protected Observation Understood(CallbackRequest callback) => Assert.Single(UnderstoodAll(callback));

    protected IReadOnlyList<Observation> UnderstoodAll(CallbackRequest callback)
    {
        var reading = Callbacks.ReadCallback(callback);
        var said = reading is CallbackReading.Hint hint ? hint.About : Assert.IsType<CallbackReading.Statements>(reading).Observations;
        Assert.All(said, one => Assert.Equal(CallbacksProve(one.Direction), reading is CallbackReading.Statements));
        return said;
    }

    /// <summary>What the rail calls an attempt, where it is asked by that.</summary>
    protected virtual string RailIdOf(Direction direction, string reference) => "";

    /// <summary>What the rail says when it is asked, where it answers by a callback: what that says.</summary>
    protected virtual Task<IReadOnlyList<Observation>> AskedAsync(IChannelSession session, QueryTarget target) => ((IQueries)session).QueryAsync(target, Stop);

    protected QueryTarget Target(PayoutDraft d) => new(Direction.Payout, d.Reference, d.AccountType, d.AmountMinor, 0, RailIdOf(Direction.Payout, d.Reference));

    protected QueryTarget Target(PayInDraft d) => new(Direction.PayIn, d.Reference, d.Way, d.AmountMinor, 0, RailIdOf(Direction.PayIn, d.Reference));

    private Task<IReadOnlyList<Observation>> AskedAsync(QueryTarget target) => AskedAsync(Open(Account), target);

    private CallbackReading.Refused Refused(ChannelAccount account, CallbackRequest callback) =>
        Assert.IsType<CallbackReading.Refused>(((ICallbacks)Open(account)).ReadCallback(callback));

    private Task<CallbackRequest> PaidCallback() => CallbackOfPaidPayIn(NumberOf(PayInWays.First(), 5), 12_345);
}
