using System.Buffers.Binary;

namespace Paypro.Channels.Sandbox;

/// <summary>One account at the simulated bank.</summary>
internal sealed class SandboxSession(ChannelAccount account, SandboxBank bank, TimeSpan callTimeout, TimeProvider time)
    : IChannelSession, IPayIns, IPayouts, IQueries, IAccountChecks, ICallbacks
{
    /// <summary>Base 32 (RFC 4648): 16 bytes become 26 characters that every rail's rules allow.</summary>
    private const string ReferenceAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>How every pay-in reference of ours begins.</summary>
    public const string PayInMark = "SI";

    public ChannelAccount Account => account;

    public InstructionMode ModeFor(string way) =>
        SandboxWays.PayIn(account, way).IsRemote || SandboxSettings.IsRemote(account) ? InstructionMode.Remote : InstructionMode.Local;

    public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) =>
        (PayInMark + Encode(random))[..SandboxWays.PayIn(account, draft.Way).ReferenceLength];

    /// <summary>SPEI's tracking key: at most 30 characters <c>A-Z0-9</c>.</summary>
    public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => "SO" + Encode(random);

    public NumberSpace? NumberSpaceFor(string way) =>
        ModeFor(way) == InstructionMode.Remote ? null : SandboxWays.PayIn(account, way).Shape?.Space(account);

    public PaymentInstruction IssueLocally(PayInDraft draft)
    {
        var way = SandboxWays.PayIn(account, draft.Way);
        if (!way.IsOurs(account, draft.Reference))
        {
            throw new ArgumentException($"The reference is none that the channel account {account.Id} gives out for {way.Way}.", nameof(draft));
        }

        return SandboxBank.Instruct(account, way, draft, way.ValueOf(account, draft));
    }

    public Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation) =>
        CallAsync<InstructionOutcome>(limit => bank.AskAsync(account, draft, limit), why => new InstructionOutcome.Unknown(why), cancellation);

    public Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation) =>
        CallAsync<SendOutcome>(limit => bank.SendAsync(account, draft, limit), why => new SendOutcome.Unknown(why), cancellation);

    public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation) =>
        CallAsync(
            limit => bank.AnswerAsync(account, target, limit), why => [SandboxBank.Say(ObservationKind.Unreachable, target) with { Reason = why }], cancellation);

    public Task<AccountOutcome> VerifyAccountAsync(AccountEnquiry enquiry, CancellationToken cancellation) =>
        CallAsync<AccountOutcome>(limit => bank.TellHolderAsync(account, enquiry, limit), why => new AccountOutcome.Unknown(why), cancellation);

    public CallbackReading ReadCallback(CallbackRequest request) => SandboxCallback.Read(account, request);

    public void Dispose()
    {
        // Nothing is held: the bank is in this process.
    }

    /// <summary>Bounds a call and turns everything that can go wrong on the way into an unknown outcome.</summary>
    private async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, Func<string, T> unknown, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(callTimeout, time);
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
