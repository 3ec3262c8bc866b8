using System.Buffers.Binary;

namespace Paypro.Channels.Sandbox;

/// <summary>One account at a simulated bank that tells what moved on it.</summary>
internal sealed class SandboxListingSession(
    ChannelAccount account, SandboxBank bank, SandboxDoor door, ChannelServices services, TimeSpan callTimeout, TimeProvider time)
    : SandboxSession(account, bank, door, services, callTimeout, time), IListings
{
    public Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation) =>
        CallAsync<ListPage?>(false, limit => Bank.ListAsync(Account, cursor, sinceMs, limit), _ => null, _ => null, cancellation);
}

/// <summary>One account at the simulated bank.</summary>
internal class SandboxSession(ChannelAccount account, SandboxBank bank, SandboxDoor door, ChannelServices services, TimeSpan callTimeout, TimeProvider time)
    : IChannelSession, IPayIns, IPayouts, IRefunds, IQueries, IBalances, IAccountChecks, ICancellations, ICallbacks
{
    private const string CallToken = "calls";

    /// <summary>Base 32 (RFC 4648): 16 bytes become 26 characters that every rail's rules allow.</summary>
    private const string ReferenceAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>How every pay-in reference of ours begins.</summary>
    public const string PayInMark = "SI";

    public ChannelAccount Account => account;

    protected SandboxBank Bank => bank;

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

    public string MakeRefundReference(RefundDraft draft, ReadOnlySpan<byte> random) => "SR" + Encode(random);

    public async Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation)
    {
        var outcome = await CallAsync<InstructionOutcome>(
            true, limit => bank.AskAsync(account, draft, limit), why => new InstructionOutcome.Unknown(why),
            why => new InstructionOutcome.Declined(why, Scope: DeclineScope.Channel), cancellation).ConfigureAwait(false);

        // Whatever is said of a repeat, the first call may have been taken.
        return draft.IsRepeat && outcome is InstructionOutcome.Declined declined ? new InstructionOutcome.Unknown(declined.Reason) : outcome;
    }

    public Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation) =>
        SendAsync(draft.IsRepeat, limit => bank.SendAsync(account, draft, limit), cancellation);

    public Task<SendOutcome> SendRefundAsync(RefundDraft draft, CancellationToken cancellation) =>
        SendAsync(draft.IsRepeat, limit => bank.RefundAsync(account, draft, limit), cancellation);

    public Task<SendOutcome> CancelPayInAsync(QueryTarget target, CancellationToken cancellation) =>
        SendAsync(false, limit => bank.CancelAsync(account, target, limit), cancellation);

    public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation)
    {
        return CallAsync(false, limit => bank.AnswerAsync(account, target, limit), Silence, Silence, cancellation);

        IReadOnlyList<Observation> Silence(string why) => [SandboxBank.Say(ObservationKind.Unreachable, target) with { Reason = why }];
    }

    public Task<IReadOnlyList<PotBalance>> BalancesAsync(CancellationToken cancellation) =>
        CallAsync<IReadOnlyList<PotBalance>>(false, limit => bank.BalancesAsync(account, limit), _ => [], _ => [], cancellation);

    public Task<AccountOutcome> VerifyAccountAsync(AccountEnquiry enquiry, CancellationToken cancellation) => CallAsync<AccountOutcome>(
        false, limit => bank.TellHolderAsync(account, enquiry, limit), why => new AccountOutcome.Unknown(why), why => new AccountOutcome.Unknown(why), cancellation);

    public CallbackReading ReadCallback(CallbackRequest request) => SandboxCallback.Read(account, request);

    public void Dispose()
    {
        // Nothing is held: the bank is in this process.
    }

    /// <summary>Bounds a call and turns everything that can go wrong on the way into an unknown outcome.</summary>
    /// <param name="isSend">Whether it counts as a send at the rail.</param>
    /// <param name="call">The call.</param>
    /// <param name="unknown">The outcome when nobody knows what came of it.</param>
    /// <param name="refused">The outcome when the rail certainly did not let it in.</param>
    /// <param name="cancellation">Ends it.</param>
    protected async Task<T> CallAsync<T>(bool isSend, Func<CancellationToken, Task<T>> call, Func<string, T> unknown, Func<string, T> refused, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(callTimeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            limit.Token.ThrowIfCancellationRequested();
            if (await EnterAsync(isSend, limit.Token).ConfigureAwait(false) is { } refusal)
            {
                return refused(refusal);
            }

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

    private async Task<SendOutcome> SendAsync(bool isRepeat, Func<CancellationToken, Task<SendOutcome>> call, CancellationToken cancellation)
    {
        var outcome = await CallAsync<SendOutcome>(
            true, call, why => new SendOutcome.Unknown(why), why => new SendOutcome.Declined(why, Scope: DeclineScope.Channel), cancellation).ConfigureAwait(false);
        return isRepeat && outcome is SendOutcome.Declined declined ? new SendOutcome.Unknown(declined.Reason) : outcome;
    }

    /// <summary>Shows the token, once more with a new one if the rail does not take it.</summary>
    /// <returns>Null when the rail lets the call in; else why it certainly does not.</returns>
    private async Task<string?> EnterAsync(bool isSend, CancellationToken limit)
    {
        for (var attempt = 0; SandboxSettings.TokenLife(account) > 0; attempt++)
        {
            var token = await services.Tokens.GetAsync(CallToken, GiveTokenAsync, limit).ConfigureAwait(false);
            if (token is null)
            {
                return "The rail gave no token.";
            }

            if (await door.TakesAsync(account, token, limit).ConfigureAwait(false))
            {
                break;
            }

            await services.Tokens.ForgetAsync(CallToken, token, limit).ConfigureAwait(false);
            if (attempt == 1)
            {
                return "The rail did not take the token.";
            }
        }

        return door.HasRoomFor(account, isSend) ? null : "The rail takes no more calls at present.";
    }

    private async Task<RailToken?> GiveTokenAsync(CancellationToken limit) =>
        await door.GiveTokenAsync(account, Convert.ToHexStringLower(services.Random(16)), limit).ConfigureAwait(false);

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
