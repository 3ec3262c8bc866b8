using System.Buffers.Binary;

namespace Paypro.Channels.Sandbox;

/// <summary>
/// A channel to a bank that does not exist, written like one to a bank that does: what it knows of the rail, it knows through the
/// rail's answers and callbacks alone.
/// </summary>
/// <param name="rail">The bank's memory.</param>
/// <param name="faults">How the bank misbehaves.</param>
/// <param name="time">The clock.</param>
public sealed class SandboxChannel(ISandboxRail rail, SandboxFaultPlans faults, TimeProvider time) : IChannel
{
    /// <summary>Base 32 (RFC 4648): 16 bytes become 26 characters that every rail's rules allow.</summary>
    private const string ReferenceAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>How every pay-in reference of ours begins.</summary>
    internal const string PayInMark = "SI";

    private readonly SandboxBank bank = new(rail, faults, time);

    /// <inheritdoc/>
    public string Name => "sandbox";

    /// <inheritdoc/>
    public ChannelTraits Traits { get; } = new()
    {
        Ways = [.. SandboxWays.Table.Select(way => new WayOffer(
            way.Country, way.Direction, way.Way,
            way.Direction == Direction.Payout || way.IsRemote ? InstructionMode.Remote : InstructionMode.Local))],
        PayoutFinality = TimeSpan.FromMinutes(1),
        PayInFinality = TimeSpan.FromMinutes(1),
        RepeatIsHarmless = false,
        CallTimeout = TimeSpan.FromSeconds(10),
    };

    /// <inheritdoc/>
    public string? CheckAccount(ChannelAccount account) => SandboxSettings.Check(account);

    /// <inheritdoc/>
    public InstructionMode ModeFor(ChannelAccount account, string way)
    {
        return SandboxWays.PayIn(account, way).IsRemote || SandboxSettings.IsRemote(account) ? InstructionMode.Remote : InstructionMode.Local;
    }

    /// <inheritdoc/>
    public string MakePayInReference(ChannelAccount account, PayInDraft draft, ReadOnlySpan<byte> random) =>
        (PayInMark + Encode(random))[..SandboxWays.PayIn(account, draft.Way).ReferenceLength];

    /// <summary>SPEI's tracking key: at most 30 characters <c>A-Z0-9</c>.</summary>
    public string MakePayoutReference(ChannelAccount account, PayoutDraft draft, ReadOnlySpan<byte> random) => "SO" + Encode(random);

    /// <inheritdoc/>
    public NumberSpace? NumberSpaceFor(ChannelAccount account, string way) =>
        ModeFor(account, way) == InstructionMode.Remote ? null : SandboxWays.PayIn(account, way).Shape?.Space(account);

    /// <inheritdoc/>
    public PaymentInstruction IssueLocally(ChannelAccount account, PayInDraft draft)
    {
        var way = SandboxWays.PayIn(account, draft.Way);
        if (!way.IsOurs(account, draft.Reference))
        {
            throw new ArgumentException($"The reference is none that the channel account {account.Id} gives out for {way.Way}.", nameof(draft));
        }

        return SandboxBank.Instruct(account, way, draft, way.ValueOf(account, draft));
    }

    /// <inheritdoc/>
    public Task<InstructionOutcome> RequestInstructionAsync(ChannelAccount account, PayInDraft draft, CancellationToken cancellation) =>
        CallAsync<InstructionOutcome>(
            account, limit => bank.AskAsync(account, draft, limit), why => new InstructionOutcome.Unknown(why), cancellation);

    /// <inheritdoc/>
    public Task<SendOutcome> SendPayoutAsync(ChannelAccount account, PayoutDraft draft, CancellationToken cancellation) =>
        CallAsync<SendOutcome>(account, limit => bank.SendAsync(account, draft, limit), why => new SendOutcome.Unknown(why), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Observation>> QueryAsync(ChannelAccount account, QueryTarget target, CancellationToken cancellation) =>
        CallAsync(
            account, limit => bank.AnswerAsync(account, target, limit),
            why => [SandboxBank.Say(ObservationKind.Unreachable, target) with { Reason = why }], cancellation);

    /// <inheritdoc/>
    public Task<AccountOutcome> VerifyAccountAsync(ChannelAccount account, AccountEnquiry enquiry, CancellationToken cancellation) =>
        CallAsync<AccountOutcome>(
            account, limit => bank.TellHolderAsync(account, enquiry, limit), why => new AccountOutcome.Unknown(why), cancellation);

    /// <inheritdoc/>
    public CallbackReading ReadCallback(ChannelAccount account, CallbackRequest request) => SandboxCallback.Read(account, request);

    /// <summary>Bounds a call and turns everything that can go wrong on the way into an unknown outcome.</summary>
    private async Task<T> CallAsync<T>(
        ChannelAccount account, Func<CancellationToken, Task<T>> call, Func<string, T> unknown, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(Traits.CallTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            limit.Token.ThrowIfCancellationRequested();
            var answer = await call(limit.Token).ConfigureAwait(false);
            var delay = SandboxSettings.AnswerDelay(account);
            if (delay > TimeSpan.Zero)
            {
                await Task.Delay(delay, time, limit.Token).ConfigureAwait(false);
            }

            return answer;
        }
        catch (OperationCanceledException)
        {
            return unknown("The rail did not answer in time.");
        }
        catch (Exception fault)
        {
            return unknown($"The rail could not be reached ({fault.GetType().Name}).");
        }
    }

    private static string Encode(ReadOnlySpan<byte> random)
    {
        if (random.Length < 16)
        {
            throw new ArgumentException("A reference needs at least 16 random bytes.", nameof(random));
        }

        var bits = BinaryPrimitives.ReadUInt128BigEndian(random);
        return string.Create(26, bits, static (text, bits) =>
        {
            for (var i = 0; i < text.Length; i++, bits >>= 5)
            {
                text[i] = ReferenceAlphabet[(int)(bits & 31)];
            }
        });
    }
}
