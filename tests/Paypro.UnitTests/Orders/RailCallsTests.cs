using Microsoft.Extensions.Logging.Abstractions;
using Paypro.Channels;
using Paypro.Server.Merchants;
using Paypro.Server.Orders;
using Paypro.Server.Routing;
using Paypro.Server.Storage;

namespace Paypro.UnitTests.Orders;

/// <summary>What comes of a call when the channel does not keep to its contract.</summary>
public sealed class RailCallsTests
{
    private static readonly QueryTarget Target = new(Direction.Payout, "r1", "CLABE", 100, 1);

    private readonly RailCalls _calls = new(TimeProvider.System, NullLogger<RailCalls>.Instance);

    [Theory]
    [InlineData("throws at once", "The call broke (InvalidOperationException).")]
    [InlineData("throws later", "The call broke (InvalidOperationException).")]
    [InlineData("leaks a cancellation", "The rail did not answer in time.")]
    [InlineData("says nothing", "The channel gave no answer.")]
    [InlineData("ignores its time limit", "The rail did not answer in time.")]
    public async Task WhateverAChannelDoesIsAnUnknown(string how, string reason)
    {
        var offer = Offer(new Broken(how));
        var said = Assert.Single(await _calls.QueryAsync(offer, Target, TestContext.Current.CancellationToken));
        Assert.Equal((ObservationKind.Unreachable, Direction.Payout, "r1", reason), (said.Kind, said.Direction, said.Reference, said.Reason));
        Assert.Equal(new SendOutcome.Unknown(reason), await _calls.SendPayoutAsync(offer, null!));
        Assert.Equal(new InstructionOutcome.Unknown(reason), await _calls.RequestInstructionAsync(offer, null!));
        Assert.Equal(new AccountOutcome.Unknown(reason), await _calls.VerifyAccountAsync(offer, new AccountEnquiry("", "1")));
    }

    [Fact]
    public async Task AStopIsNoAnswerToAQuestion()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _calls.QueryAsync(Offer(new Broken("leaks a cancellation")), Target, stop.Token));
    }

    [Fact]
    public void ALeaseIsLongerThanAllThatItIsFor()
    {
        foreach (var (retryMs, doubtMs, callS) in new[] { (8_000, 20_000, 10), (0, 1_000, 1), (60_000, 300_000, 60) })
        {
            var leases = new CallLeases(new WriterOptions { RetryForMs = retryMs, DoubtForMs = doubtMs });
            var traits = new Broken("").Traits with { CallTimeout = TimeSpan.FromSeconds(callS) };
            Assert.True(leases.MsOf(traits) > retryMs + doubtMs + (callS * 1000));
            Assert.Equal(leases.MsOf(traits) + 60_000, leases.FinalityMs(Direction.Payout, traits));
            Assert.Equal(leases.MsOf(traits) + 120_000, leases.FinalityMs(Direction.PayIn, traits));
        }
    }

    [Theory]
    [InlineData(1, 60, 1, null)]
    [InlineData(60, 60, 1, null)]
    [InlineData(0.9, 60, 1, "CallTimeout")]
    [InlineData(61, 60, 1, "CallTimeout")]
    [InlineData(10, 59, 1, "PayoutFinality")]
    [InlineData(10, 60, 0, "PayInFinality")]
    public void AChannelDeclaresWhatIsInRange(double callS, int payoutS, int payInS, string? named)
    {
        var traits = new Broken("").Traits with
        {
            CallTimeout = TimeSpan.FromSeconds(callS), PayoutFinality = TimeSpan.FromSeconds(payoutS), PayInFinality = TimeSpan.FromSeconds(payInS),
        };
        Assert.Equal(named, ChannelCatalog.Problem(traits)?.Split(':')[0]);
    }

    private static AccountOffer Offer(IChannel channel) => new(
        new ChannelAccount { Id = 1, Channel = "rail", Country = "MX", Currency = "MXN", Settings = new Dictionary<string, string>(), Secret = new byte[32] },
        channel, Open: true, 0, "Rail", []);

    private sealed class Broken(string how) : IChannel
    {
        public string Name => "rail";

        public ChannelTraits Traits { get; } = new()
        {
            Ways = [],
            PayoutFinality = TimeSpan.FromMinutes(1),
            PayInFinality = TimeSpan.FromMinutes(2),
            RepeatIsHarmless = false,
            CallTimeout = TimeSpan.FromMilliseconds(20),
        };

        public string MakePayInReference(ChannelAccount account, PayInDraft draft, ReadOnlySpan<byte> random) => throw new NotSupportedException();

        public string MakePayoutReference(ChannelAccount account, PayoutDraft draft, ReadOnlySpan<byte> random) => throw new NotSupportedException();

        public NumberSpace? NumberSpaceFor(ChannelAccount account, string way) => throw new NotSupportedException();

        public PaymentInstruction IssueLocally(ChannelAccount account, PayInDraft draft) => throw new NotSupportedException();

        public Task<InstructionOutcome> RequestInstructionAsync(ChannelAccount account, PayInDraft draft, CancellationToken cancellation) => Misbehave<InstructionOutcome>();

        public Task<SendOutcome> SendPayoutAsync(ChannelAccount account, PayoutDraft draft, CancellationToken cancellation) => Misbehave<SendOutcome>();

        public Task<IReadOnlyList<Observation>> QueryAsync(ChannelAccount account, QueryTarget target, CancellationToken cancellation) => Misbehave<IReadOnlyList<Observation>>();

        public Task<AccountOutcome> VerifyAccountAsync(ChannelAccount account, AccountEnquiry enquiry, CancellationToken cancellation) => Misbehave<AccountOutcome>();

        public CallbackReading ReadCallback(ChannelAccount account, CallbackRequest request) => throw new NotSupportedException();

        private Task<T> Misbehave<T>() => how switch
        {
            "throws at once" => throw new InvalidOperationException("broken"),
            "throws later" => Task.FromException<T>(new InvalidOperationException("broken")),
            "leaks a cancellation" => Task.FromException<T>(new OperationCanceledException("not ours")),
            "says nothing" => Task.FromResult<T>(default!),
            _ => new TaskCompletionSource<T>().Task,
        };
    }
}
