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

    private readonly RailCalls _calls = new(new ChannelHealth(TimeProvider.System), TimeProvider.System, NullLogger<RailCalls>.Instance);

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
        Assert.Equal(new SendOutcome.Unknown(reason), await _calls.SendPayoutAsync(offer, Channels.SandboxGround.Payout(100)));
        Assert.Equal(new InstructionOutcome.Unknown(reason), await _calls.RequestInstructionAsync(offer, Channels.SandboxGround.PayIn("va", 100)));
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
            var traits = Broken.Traits with { CallTimeout = TimeSpan.FromSeconds(callS) };
            Assert.True(leases.MsOf(traits) > retryMs + doubtMs + (callS * 1000));
            Assert.Equal(leases.MsOf(traits) + 60_000, leases.FinalityMs(traits));
        }
    }

    [Theory]
    [InlineData(1, 60, 0, null)]
    [InlineData(60, 60, 400, null)]
    [InlineData(0.9, 60, 1, "CallTimeout")]
    [InlineData(61, 60, 1, "CallTimeout")]
    [InlineData(10, 59, 1, "Finality")]
    [InlineData(10, 60, 401, "MoneyMayComeFor")]
    [InlineData(10, 60, -1, "MoneyMayComeFor")]
    public void AChannelDeclaresWhatIsInRange(double callS, int finalityS, int comesForDays, string? named)
    {
        var traits = Broken.Traits with
        {
            CallTimeout = TimeSpan.FromSeconds(callS), Finality = TimeSpan.FromSeconds(finalityS), MoneyMayComeFor = TimeSpan.FromDays(comesForDays),
        };
        Assert.Equal(named, traits.Problem()?.Split(':')[0]);
    }

    [Theory]
    [InlineData(0, 0, 1, null)]
    [InlineData(100, 3600, 1024, null)]
    [InlineData(1, 0, 1, "SendPace")]
    [InlineData(1, 86_401, 1, "SendPace")]
    [InlineData(0, 0, 0, "SendPace")]
    [InlineData(0, 0, 1025, "SendPace")]
    public void APaceIsInRange(int calls, int perS, int inFlight, string? named)
    {
        var pace = new Pace(calls, TimeSpan.FromSeconds(perS), inFlight);
        Assert.Equal(named, (Broken.Traits with { CallTimeout = TimeSpan.FromSeconds(1), SendPace = pace }).Problem()?.Split(':')[0]);
        Assert.Equal(named is null, (Broken.Traits with { CallTimeout = TimeSpan.FromSeconds(1), QueryPace = pace }).Problem() is null);
    }

    private static AccountOffer Offer(Broken channel) => new(channel.Account, channel, channel, Open: true, 0, "Rail", []);

    private sealed class Broken(string how) : IChannel, IChannelSession, IPayIns, IPayouts, IQueries, IAccountChecks
    {
        public static readonly ChannelTraits Traits = new()
        {
            Finality = TimeSpan.FromMinutes(1),
            RepeatIsHarmless = false,
            CallTimeout = TimeSpan.FromMilliseconds(20),
        };

        public string Name => "rail";

        public IReadOnlyList<WayOffer> Ways => [];

        public IReadOnlyList<SecretName> Secrets => [];

        public ChannelAccount Account { get; } =
            new() { Id = 1, Channel = "rail", Country = "MX", Currency = "MXN", Settings = new Dictionary<string, string>(), Secrets = ChannelSecrets.None };

        public ChannelTraits TraitsOf(ChannelAccount account, Direction direction, string way) => Traits;

        public IChannelSession Open(ChannelAccount account, ChannelServices services) => this;

        public InstructionMode ModeFor(string way) => throw new NotSupportedException();

        public NumberSpace? NumberSpaceFor(string way) => throw new NotSupportedException();

        public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => throw new NotSupportedException();

        public PaymentInstruction IssueLocally(PayInDraft draft) => throw new NotSupportedException();

        public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => throw new NotSupportedException();

        public Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation) => Misbehave<InstructionOutcome>();

        public Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation) => Misbehave<SendOutcome>();

        public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation) => Misbehave<IReadOnlyList<Observation>>();

        public Task<AccountOutcome> VerifyAccountAsync(AccountEnquiry enquiry, CancellationToken cancellation) => Misbehave<AccountOutcome>();

        public void Dispose()
        {
        }

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
