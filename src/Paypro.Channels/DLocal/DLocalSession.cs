namespace Paypro.Channels.DLocal;

/// <summary>One account that takes pay-ins and gives them back.</summary>
internal class DLocalSession : IChannelSession, IPayIns, IRefunds, IQueries, ICallbacks, IAccountTrials
{
    private readonly DLocalAccount account;
    private readonly DLocalHttp http;
    private readonly DLocalSpeaker speaker;
    private readonly DLocalPayments payments;
    private readonly DLocalRefunds refunds;
    private readonly DLocalTrial trial;

    public DLocalSession(DLocalAccount account, ChannelServices services)
    {
        this.account = account;
        http = new(account, services);
        speaker = new(account, services.Log);
        payments = new(account, http, speaker, services.Time);
        refunds = new(account, http, speaker, services.Time);
        trial = new(account, http, services.Time);
        Payouts = new(account, http, speaker, services.Time);
    }

    public ChannelAccount Account => account.Account;

    public bool LacksBankCode(string ours) => !account.Country.Banks.IsEmpty && account.Rules.Always is null && !account.Wallets.Contains(ours)
        && account.Country.Banks.Find(ours) is not { Kind: "ewallet" } && string.IsNullOrEmpty(account.Account.BankCodes.GetValueOrDefault(ours));

    protected DLocalPayouts Payouts { get; }

    public InstructionMode ModeFor(string way) =>
        account.Country.FindWay(way) is not null ? InstructionMode.Remote : throw new ArgumentException("It is no way of this channel.", nameof(way));

    public NumberSpace? NumberSpaceFor(string way) => null;

    public string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random) => DLocalReference.Make(Direction.PayIn, random);

    public PaymentInstruction IssueLocally(PayInDraft draft) => throw new InvalidOperationException("The rail makes every payment.");

    public Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation) => payments.RequestAsync(draft, cancellation);

    public string MakeRefundReference(RefundDraft draft, ReadOnlySpan<byte> random) => DLocalReference.Make(Direction.Refund, random);

    public Task<SendOutcome> SendRefundAsync(RefundDraft draft, CancellationToken cancellation) => refunds.SendAsync(draft, cancellation);

    public Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation) => target.Direction switch
    {
        Direction.PayIn => payments.QueryAsync(target, cancellation),
        Direction.Refund => refunds.QueryAsync(target, cancellation),
        _ when account.Sends => Payouts.QueryAsync(target, cancellation),
        _ => Task.FromResult<IReadOnlyList<Observation>>([DLocalSpeaker.Silence(account, target) with { Reason = "The account sends no payouts any more." }]),
    };

    public CallbackReading ReadCallback(CallbackRequest request) => DLocalCallback.Read(account, speaker, request);

    public Task<IReadOnlyList<TrialFinding>> TryAccountAsync(CancellationToken cancellation) => trial.TryAsync(cancellation);

    public void Dispose()
    {
        http.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>One account that also sends payouts.</summary>
internal sealed class DLocalPayoutSession(DLocalAccount account, ChannelServices services) : DLocalSession(account, services), IPayouts
{
    public string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random) => DLocalReference.Make(Direction.Payout, random);

    public Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation) => Payouts.SendAsync(draft, cancellation);
}
