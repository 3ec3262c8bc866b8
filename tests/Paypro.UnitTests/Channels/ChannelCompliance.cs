using System.Globalization;
using System.Text.RegularExpressions;
using Paypro.Channels;

namespace Paypro.UnitTests.Channels;

/// <summary>What every channel must keep to, whatever its rail. A channel's own suite inherits it and says how its rail is driven.</summary>
public abstract class ChannelCompliance
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

    private IEnumerable<string> PayInWays => Channel.Traits.Ways.Where(w => w.Direction == Direction.PayIn && w.Country == Account.Country).Select(w => w.Way);

    private string PayoutKind => Channel.Traits.Ways.First(w => w.Direction == Direction.Payout && w.Country == Account.Country).Way;

    [Fact]
    public void Payout_references_are_in_shape_and_unique()
    {
        var random = new Random(7);
        var bytes = new byte[16];
        var seen = new HashSet<string>();
        for (var i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            var reference = Channel.MakePayoutReference(Account, Payout(PayoutKind), bytes);
            Assert.Matches(PayoutReferenceShape, reference);
            Assert.True(seen.Add(reference), "A reference came twice.");
        }
    }

    [Fact]
    public void Every_bit_of_the_randomness_reaches_the_reference()
    {
        var none = Channel.MakePayoutReference(Account, Payout(PayoutKind), new byte[16]);
        var seen = new HashSet<string> { none };
        for (var bit = 0; bit < 128; bit++)
        {
            var bytes = new byte[16];
            bytes[bit / 8] = (byte)(1 << (bit % 8));
            Assert.True(seen.Add(Channel.MakePayoutReference(Account, Payout(PayoutKind), bytes)), $"Bit {bit} changes nothing.");
        }

        Assert.Throws<ArgumentException>(() => Channel.MakePayoutReference(Account, Payout(PayoutKind), new byte[15]));
    }

    [Fact]
    public void Numbers_of_every_bucket_are_well_formed_and_unique()
    {
        var seen = new HashSet<string>();
        foreach (var way in PayInWays)
        {
            if (Channel.NumberSpaceFor(Account, way) is not { } space)
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

        Assert.NotEmpty(seen);
    }

    [Fact]
    public void A_local_instruction_is_the_same_each_time_and_shows_the_number()
    {
        foreach (var way in PayInWays.Where(way => Channel.ModeFor(Account, way) == InstructionMode.Local))
        {
            var draft = PayIn(way) with { Reference = NumberOf(way, 42) };
            var instruction = Channel.IssueLocally(Account, draft);
            Assert.Equal(instruction, Channel.IssueLocally(Account, draft));
            Assert.Contains(draft.Reference, instruction.Value, StringComparison.Ordinal);
            Assert.NotEmpty(instruction.Kind);
            Assert.NotNull(instruction.BeneficiaryName);
        }
    }

    [Fact]
    public void A_number_of_somebody_else_is_not_issued()
    {
        foreach (var way in PayInWays.Where(way => Channel.NumberSpaceFor(Account, way) is not null))
        {
            var number = NumberOf(way, 42).ToCharArray();
            number[^1] = number[^1] == '9' ? '0' : (char)(number[^1] + 1);
            Assert.Throws<ArgumentException>(() => Channel.IssueLocally(Account, PayIn(way) with { Reference = new string(number) }));
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
            Assert.Equal(InstructionMode.Remote, Channel.ModeFor(account, way));
            Assert.Null(Channel.NumberSpaceFor(account, way));
            var draft = PayIn(way) with { Reference = Channel.MakePayInReference(account, PayIn(way), Bytes(way.Length)) };
            var first = Assert.IsType<InstructionOutcome.Accepted>(await Channel.RequestInstructionAsync(account, draft, Stop));
            Assert.Equal(first, await Channel.RequestInstructionAsync(account, draft, Stop));
            var told = Assert.Single(await Channel.QueryAsync(account, Target(draft), Stop));
            Assert.Equal(ObservationKind.Pending, told.Kind);
            Assert.Equal(first.Instruction.Value, told.Instruction?.Value);
        }
    }

    [Fact]
    public async Task A_query_agrees_with_the_callback_about_a_payout()
    {
        var draft = Payout(PayoutKind) with { Reference = Channel.MakePayoutReference(Account, Payout(PayoutKind), Bytes(1)) };
        Assert.IsType<SendOutcome.Accepted>(await Channel.SendPayoutAsync(Account, draft, Stop));
        Assert.Equal(ObservationKind.Pending, Assert.Single(await Channel.QueryAsync(Account, Target(draft), Stop)).Kind);

        var told = Understood(await CallbackOfPaidPayout(draft.Reference));
        Assert.Equal(ObservationKind.Paid, told.Kind);
        Assert.Equal((draft.Reference, draft.AmountMinor, draft.Currency), (told.Reference, told.AmountMinor, told.Currency));
        Assert.Equal(told, Assert.Single(await Channel.QueryAsync(Account, Target(draft), Stop)));
    }

    [Fact]
    public async Task A_query_agrees_with_the_callback_about_a_pay_in()
    {
        foreach (var way in PayInWays.Where(way => Channel.NumberSpaceFor(Account, way) is not null))
        {
            var draft = PayIn(way) with { Reference = NumberOf(way, 77) };
            Assert.Equal(ObservationKind.Pending, Assert.Single(await Channel.QueryAsync(Account, Target(draft), Stop)).Kind);

            var told = Understood(await CallbackOfPaidPayIn(draft.Reference, draft.AmountMinor - 1));
            Assert.Equal(ObservationKind.Paid, told.Kind);
            Assert.Equal((draft.Reference, draft.AmountMinor - 1, Account.Currency), (told.Reference, told.AmountMinor, told.Currency));
            Assert.NotEmpty(told.RailReference);
            Assert.NotEmpty(told.DedupeKey);
            Assert.True(told.OccurredAtMs > 0);
            Assert.Equal(told, Assert.Single(await Channel.QueryAsync(Account, Target(draft), Stop)));
        }
    }

    [Fact]
    public async Task A_repeated_callback_gives_equal_observations()
    {
        var callback = await PaidCallback();
        Assert.Equal(Understood(callback), Understood(callback));
        Assert.Equal(Understood(callback), Understood(callback with { ReceivedAtMs = callback.ReceivedAtMs + 1_000 }));
    }

    [Fact]
    public async Task Header_names_are_read_in_any_case()
    {
        var callback = await PaidCallback();
        var upper = callback.Headers.ToDictionary(h => h.Key.ToUpperInvariant(), h => h.Value);
        Assert.Equal(Understood(callback), Understood(callback with { Headers = upper }));
    }

    [Fact]
    public async Task A_callback_with_any_single_bit_flipped_is_refused()
    {
        var callback = await PaidCallback();
        for (var bit = 0; bit < callback.Body.Length * 8; bit++)
        {
            var body = callback.Body.ToArray();
            body[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsType<CallbackReading.Refused>(Channel.ReadCallback(Account, callback with { Body = body }));
        }
    }

    [Fact]
    public async Task A_forged_callback_is_refused()
    {
        var callback = await PaidCallback();
        var unsigned = callback with { Headers = new Dictionary<string, string>() };
        Assert.Equal(401, Refused(Account, unsigned).HttpStatus);
        Assert.Equal(401, Refused(Account with { Secret = new byte[32] }, callback).HttpStatus);
        Assert.Equal(401, Refused(Account with { Secret = ReadOnlyMemory<byte>.Empty }, callback).HttpStatus);
        Refused(Account with { Id = Account.Id + 1 }, callback);
        Refused(Account, callback with { Body = new byte[(64 * 1024) + 1] });
        Refused(Account, callback with { Body = ReadOnlyMemory<byte>.Empty });
        Refused(Account, callback with { ReceivedAtMs = callback.ReceivedAtMs + (long)TimeSpan.FromDays(2).TotalMilliseconds });
    }

    [Fact]
    public async Task An_unknown_reference_is_not_found()
    {
        var payout = Payout(PayoutKind) with { Reference = Channel.MakePayoutReference(Account, Payout(PayoutKind), Bytes(99)) };
        Assert.Equal(ObservationKind.NotFound, Assert.Single(await Channel.QueryAsync(Account, Target(payout), Stop)).Kind);
        if (RemoteAccount is { } account)
        {
            var payIn = PayIn(PayInWays.First()) with { Reference = Channel.MakePayInReference(account, PayIn(PayInWays.First()), Bytes(99)) };
            Assert.Equal(ObservationKind.NotFound, Assert.Single(await Channel.QueryAsync(account, Target(payIn), Stop)).Kind);
        }
    }

    [Fact]
    public async Task A_broken_rail_is_unknown_or_unreachable_and_never_throws()
    {
        var payout = Payout(PayoutKind) with { Reference = Channel.MakePayoutReference(Account, Payout(PayoutKind), Bytes(5)) };
        Assert.IsType<SendOutcome.Unknown>(await ChannelToBrokenRail.SendPayoutAsync(Account, payout, Stop));
        Assert.Equal(ObservationKind.Unreachable, Assert.Single(await ChannelToBrokenRail.QueryAsync(Account, Target(payout), Stop)).Kind);
        if (RemoteAccount is { } account)
        {
            var payIn = PayIn(PayInWays.First()) with { Reference = "R1" };
            Assert.IsType<InstructionOutcome.Unknown>(await ChannelToBrokenRail.RequestInstructionAsync(account, payIn, Stop));
        }
    }

    [Fact]
    public async Task An_account_is_verified_the_same_way_each_time_or_not_at_all()
    {
        var enquiry = new AccountEnquiry("BANXICO", "002180000000000008");
        if (await Channel.VerifyAccountAsync(Account, enquiry, Stop) is not AccountOutcome.NotOffered and var first)
        {
            Assert.Equal(first, await Channel.VerifyAccountAsync(Account, enquiry, Stop));
            Assert.NotEmpty(Assert.IsType<AccountOutcome.Found>(first).HolderName);
            Assert.IsType<AccountOutcome.Unknown>(await ChannelToBrokenRail.VerifyAccountAsync(Account, enquiry, Stop));
            Assert.IsType<AccountOutcome.Unknown>(await Channel.VerifyAccountAsync(Account, enquiry, new CancellationToken(true)));
        }
    }

    [Fact]
    public async Task A_cancelled_call_is_unknown_and_never_throws()
    {
        var payout = Payout(PayoutKind) with { Reference = Channel.MakePayoutReference(Account, Payout(PayoutKind), Bytes(6)) };
        Assert.IsType<SendOutcome.Unknown>(await ChannelToBrokenRail.SendPayoutAsync(Account, payout, new CancellationToken(true)));
    }

    [Fact]
    public void The_traits_keep_their_ranges()
    {
        Assert.Matches("^[a-z][a-z0-9-]*$", Channel.Name);
        Assert.InRange(Channel.Traits.CallTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
        Assert.True(Channel.Traits.PayoutFinality >= TimeSpan.FromMinutes(1));
        Assert.Null(Channel.CheckAccount(Account));
        Assert.Throws<ArgumentException>(() => Channel.ModeFor(Account, "no-such-way"));
    }

    protected static byte[] Bytes(int seed)
    {
        var bytes = new byte[16];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected string NumberOf(string way, int serial)
    {
        var space = Channel.NumberSpaceFor(Account, way);
        Assert.NotNull(space);
        return space.Finish($"{space.Prefix}07{serial.ToString(CultureInfo.InvariantCulture).PadLeft(space.SerialDigits, '0')}");
    }

    protected Observation Understood(CallbackRequest callback) =>
        Assert.Single(Assert.IsType<CallbackReading.Read>(Channel.ReadCallback(Account, callback)).Observations);

    protected static QueryTarget Target(PayoutDraft d) => new(Direction.Payout, d.Reference, d.AccountType, d.AmountMinor, 0);

    protected static QueryTarget Target(PayInDraft d) => new(Direction.PayIn, d.Reference, d.Way, d.AmountMinor, 0);

    private CallbackReading.Refused Refused(ChannelAccount account, CallbackRequest callback) =>
        Assert.IsType<CallbackReading.Refused>(Channel.ReadCallback(account, callback));

    private Task<CallbackRequest> PaidCallback() => CallbackOfPaidPayIn(NumberOf(PayInWays.First(), 5), 12_345);
}
