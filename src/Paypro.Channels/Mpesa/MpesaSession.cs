using Paypro.Protocol.Countries;

namespace Paypro.Channels.Mpesa;

/// <summary>One account that prompts payers.</summary>
internal class MpesaSession : IChannelSession, IPayIns, IQueries, ICallbacks, IActivation, IAccountTrials
{
    private readonly MpesaHttp http;
    private readonly MpesaPrompts prompts;
    private readonly MpesaSpeaker speaker;
    private readonly MpesaRegistration registration;

    public MpesaSession(MpesaAccount account, ChannelServices services)
    {
        Read = account;
        http = new MpesaHttp(account, services);
        speaker = new MpesaSpeaker(account, services.Log);
        var pull = new MpesaPull(account, http, speaker, services.Time);
        prompts = new(account, http, speaker, pull, services.Time);
        Sends = new(account, http, speaker, services.Time);
        Listing = new(pull, speaker, services.Time);
        registration = new(account, http, Sends, pull, services.Time);
    }

    public ChannelAccount Account => Read.Account;

    protected MpesaAccount Read { get; }

    protected MpesaSends Sends { get; }

    protected MpesaListing Listing { get; }

    public InstructionMode ModeFor(string way) => way == Kenya.Mpesa ? InstructionMode.Remote : throw new ArgumentException("It is no way of this channel.", nameof(way));

    public NumberSpace? NumberSpaceFor(string way) => null;

    public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => MpesaReference.Make(Direction.PayIn, random);

    public PaymentInstruction IssueLocally(PayInDraft draft) => throw new InvalidOperationException("M-PESA makes every prompt.");

    public Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation) => prompts.RequestAsync(draft, cancellation);

    public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation) =>
        target.Direction == Direction.PayIn ? prompts.QueryAsync(target, cancellation) : Sends.QueryAsync(target, cancellation);

    public CallbackReading ReadCallback(CallbackRequest request) => MpesaCallback.Read(Read, speaker, request);

    public Task<string?> ActivateAsync(CancellationToken cancellation) => registration.ActivateAsync(cancellation);

    public Task<IReadOnlyList<TrialFinding>> TryAccountAsync(CancellationToken cancellation) => registration.TryAsync(cancellation);

    public void Dispose()
    {
        http.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>One that has an initiator, so that it sends money out and back.</summary>
internal class SendingMpesaSession(MpesaAccount account, ChannelServices services) : MpesaSession(account, services), IPayouts, IRefunds, IBalances
{
    public bool ToldByCallback => true;

    public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => MpesaReference.Make(Direction.Payout, random);

    public Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation) => Sends.PayoutAsync(draft, cancellation);

    public string MakeRefundReference(RefundDraft draft, ReadOnlySpan<byte> random) => MpesaReference.Make(Direction.Refund, random);

    public Task<SendOutcome> SendRefundAsync(RefundDraft draft, CancellationToken cancellation) => Sends.ReverseAsync(draft, cancellation);

    public Task<IReadOnlyList<PotBalance>> BalancesAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<PotBalance>>([]);

    /// <summary>Of the short code that payouts are paid from.</summary>
    public async Task<bool> AskBalancesAsync(string mark, CancellationToken cancellation) =>
        await Sends.AskBalanceAsync(Read.PotsOf, mark, cancellation).ConfigureAwait(false) is MpesaReply.Answered { ResponseCode: "0" };
}

/// <summary>One that prompts payers and has the list of what came.</summary>
internal sealed class ListingMpesaSession(MpesaAccount account, ChannelServices services) : MpesaSession(account, services), IListings
{
    /// <summary>The list is of received money.</summary>
    public bool TellsOf(Direction direction) => direction == Direction.PayIn;

    public Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation) => Listing.ListAsync(cursor, sinceMs, cancellation);
}

/// <summary>One that has both.</summary>
internal sealed class WholeMpesaSession(MpesaAccount account, ChannelServices services) : SendingMpesaSession(account, services), IListings
{
    /// <summary>The list is of received money.</summary>
    public bool TellsOf(Direction direction) => direction == Direction.PayIn;

    public Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation) => Listing.ListAsync(cursor, sinceMs, cancellation);
}
