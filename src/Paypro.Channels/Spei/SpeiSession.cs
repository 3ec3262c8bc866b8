using Paypro.Protocol.Countries;

namespace Paypro.Channels.Spei;

/// <summary>One account at STP. STP's own call that gives a credit back is documented nowhere, so that refunds go out as payouts to the account that the money came from.</summary>
internal sealed class SpeiSession : IChannelSession, IPayIns, IPayouts, IQueries, IListings, IBalances, ICallbacks, IAccountTrials
{
    private readonly SpeiAccount _account;
    private readonly SpeiHttp _http;
    private readonly SpeiSignature _signature;
    private readonly SpeiQuestions _questions;
    private readonly SpeiDayLists _lists;
    private readonly SpeiPayouts _payouts;
    private readonly SpeiListing _listing;

    public SpeiSession(SpeiAccount account, ChannelServices services)
    {
        _account = account;
        _http = new SpeiHttp(account, services);
        _signature = new SpeiSignature(account, services.Time);
        _questions = new SpeiQuestions(account, _http, _signature, services);
        _lists = new SpeiDayLists(account, _questions, services.Time);
        _payouts = new SpeiPayouts(account, _http, _signature, _questions, _lists, services);
        _listing = new SpeiListing(account, _questions, services);
    }

    public ChannelAccount Account => _account.Account;

    public InstructionMode ModeFor(string way) =>
        way == Mexico.VirtualAccount ? InstructionMode.Local : throw new ArgumentException("It is no way of this channel.", nameof(way));

    public NumberSpace? NumberSpaceFor(string way) => ModeFor(way) == InstructionMode.Local ? _account.Numbers : null;

    public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => draft.Reference;

    public PaymentInstruction IssueLocally(PayInDraft draft) => ModeFor(draft.Way) == InstructionMode.Local && _account.IsOurs(draft.Reference)
        ? new PaymentInstruction { Kind = InstructionKinds.Clabe, Value = draft.Reference, BeneficiaryName = _account.OrderingName, Bank = _account.Bank }
        : throw new ArgumentException("The reference is no CLABE that the account gives out.", nameof(draft));

    public Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation) => throw new InvalidOperationException("Every number is our own.");

    public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => SpeiReference.Make(random);

    public Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation) => _payouts.SendAsync(draft, cancellation);

    public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation) =>
        target.Direction == Direction.PayIn ? _lists.OfNumberAsync(target, cancellation) : _payouts.QueryAsync(target, cancellation);

    public Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation) => _listing.ListAsync(cursor, sinceMs, cancellation);

    public async Task<IReadOnlyList<PotBalance>> BalancesAsync(CancellationToken cancellation) =>
        (await _questions.BalanceAsync(cancellation).ConfigureAwait(false)).Minor is { } minor ? [new PotBalance("", minor)] : [];

    public CallbackReading ReadCallback(CallbackRequest request) => SpeiCallback.Read(_account, request);

    public Task<IReadOnlyList<TrialFinding>> TryAccountAsync(CancellationToken cancellation) => SpeiTrial.TryAsync(_account, _signature, _questions, cancellation);

    public void Dispose()
    {
        _http.Dispose();
        _signature.Dispose();
    }
}
