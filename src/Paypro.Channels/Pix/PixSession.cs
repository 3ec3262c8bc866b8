namespace Paypro.Channels.Pix;

/// <summary>One account at a bank with the standard's API.</summary>
internal class PixSession : IChannelSession, IPayIns, IRefunds, IQueries, IListings, ICancellations, ICallbacks, IActivation, IAccountTrials
{
    private readonly PixCharges charges;
    private readonly PixRefunds refunds;
    private readonly PixListing listing;
    private readonly PixRegistration registration;

    public PixSession(PixAccount account, ChannelServices services)
    {
        Read = account;
        Http = new PixHttp(account, services);
        Speaker = new PixSpeaker(account, services.Log);
        charges = new(account, Http, Speaker, services.Time);
        refunds = new(account, Http, Speaker);
        listing = new(account, Http, Speaker, services.Time);
        registration = new(account, Http, services.Time);
    }

    public ChannelAccount Account => Read.Account;

    protected PixAccount Read { get; }

    protected PixHttp Http { get; }

    protected PixSpeaker Speaker { get; }

    public InstructionMode ModeFor(string way) =>
        way == Protocol.Countries.Brazil.Pix ? InstructionMode.Remote : throw new ArgumentException("It is no way of this channel.", nameof(way));

    public NumberSpace? NumberSpaceFor(string way) => null;

    public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => PixReference.Make(Direction.PayIn, random);

    public PaymentInstruction IssueLocally(PayInDraft draft) => throw new InvalidOperationException("The bank makes every charge.");

    public Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation) => charges.RequestAsync(draft, cancellation);

    public Task<SendOutcome> CancelPayInAsync(QueryTarget target, CancellationToken cancellation) => charges.CancelAsync(target, cancellation);

    public string MakeRefundReference(RefundDraft draft, ReadOnlySpan<byte> random) => PixReference.OfRefund(PixReference.Make(Direction.Refund, random), draft.PaymentReference);

    public Task<SendOutcome> SendRefundAsync(RefundDraft draft, CancellationToken cancellation) => refunds.SendAsync(draft, cancellation);

    public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation) => target.Direction switch
    {
        Direction.PayIn => charges.QueryAsync(target, cancellation),
        Direction.Refund => refunds.QueryAsync(target, cancellation),
        _ => QueryPayoutAsync(target, cancellation),
    };

    /// <summary>The list is of received money, with what went back of it; what was sent is asked about singly.</summary>
    public bool TellsOf(Direction direction) => direction != Direction.Payout && (direction == Direction.PayIn || Read.ReturnDays > 0);

    public Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation) => listing.ListAsync(cursor, sinceMs, cancellation);

    public CallbackReading ReadCallback(CallbackRequest request) => PixCallback.Read(Read, Speaker, request);

    public Task<string?> ActivateAsync(CancellationToken cancellation) => registration.ActivateAsync(cancellation);

    public async Task<IReadOnlyList<TrialFinding>> TryAccountAsync(CancellationToken cancellation)
    {
        var findings = await registration.TryAsync(cancellation).ConfigureAwait(false);
        if (this is not IBalances balances || findings.Any(static finding => finding.Result == TrialResult.NoAnswer))
        {
            return findings;
        }

        var pots = await balances.BalancesAsync(cancellation).ConfigureAwait(false);
        return [.. findings, pots.Count == 0
            ? new TrialFinding(TrialResult.Wrong, "The bank does not tell the balance: ask it for gn.balance.read, or set payouts to none.")
            : new TrialFinding(TrialResult.Right, $"The bank tells the balance: {Units(pots[0].AvailableMinor)} BRL can be sent, {Units(pots[0].BlockedMinor)} BRL are blocked.")];
    }

    public void Dispose()
    {
        Http.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What became of a payout; a bank without payouts never had one.</summary>
    protected virtual Task<IReadOnlyList<Observation>> QueryPayoutAsync(QueryTarget target, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Observation>>([PixSpeaker.Silence(Read, target) with { Reason = "The account sends no payouts any more." }]);

    private static string Units(long minor) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{minor / 100m:0.00}");
}
