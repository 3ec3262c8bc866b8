namespace Paypro.Channels;

// No method below throws for what a rail can do to us: time-outs, broken connections and nonsense are the outcome that says "not known".
// The host bounds every call by the traits' time-out and pace all the same.

/// <summary>Takes money from payers.</summary>
public interface IPayIns
{
    /// <summary>Who makes the instruction of a way for this account: some rails let the contract decide it. Pure.</summary>
    /// <exception cref="ArgumentException">The channel does not offer the way in the account's country.</exception>
    InstructionMode ModeFor(string way);

    /// <summary>
    /// The numbers from which a way draws, or null when the way needs none: always null where <see cref="ModeFor"/> says
    /// <see cref="InstructionMode.Remote"/>. Pure.
    /// </summary>
    NumberSpace? NumberSpaceFor(string way);

    /// <summary>
    /// The reference that we and the rail call one attempt by, shaped by the rail's rules. It is stored before anything is sent.
    /// For a way with a <see cref="NumberSpace"/> it is the leased number itself. Pure.
    /// </summary>
    /// <param name="draft">The pay-in that asks.</param>
    /// <param name="random">Injected randomness; at least 16 bytes.</param>
    string MakePayInReference(PayInDraft draft, ReadOnlySpan<byte> random);

    /// <summary>
    /// Makes the payment instruction of a way whose mode is <see cref="InstructionMode.Local"/>. Pure: no call leaves, and the same draft
    /// gives the same instruction.
    /// </summary>
    PaymentInstruction IssueLocally(PayInDraft draft);

    /// <summary>
    /// Asks the rail for the payment instruction of a way whose mode is <see cref="InstructionMode.Remote"/>. Called at most once per
    /// reference unless <see cref="ChannelTraits.RepeatIsHarmless"/>.
    /// </summary>
    Task<InstructionOutcome> RequestInstructionAsync(PayInDraft draft, CancellationToken cancellation);
}

/// <summary>Sends money to recipients.</summary>
public interface IPayouts
{
    /// <summary>As <see cref="IPayIns.MakePayInReference"/>, for a payout. Pure.</summary>
    string MakePayoutReference(PayoutDraft draft, ReadOnlySpan<byte> random);

    /// <summary>Sends money out. Called at most once per reference unless <see cref="ChannelTraits.RepeatIsHarmless"/>.</summary>
    Task<SendOutcome> SendPayoutAsync(PayoutDraft draft, CancellationToken cancellation);
}

/// <summary>Sends a pay-in's money back to its payer by the rail's own call.</summary>
public interface IRefunds
{
    /// <summary>As <see cref="IPayIns.MakePayInReference"/>, for a refund. Pure.</summary>
    string MakeRefundReference(RefundDraft draft, ReadOnlySpan<byte> random);

    /// <summary>Sends the money back. Called at most once per reference unless <see cref="ChannelTraits.RepeatIsHarmless"/>.</summary>
    Task<SendOutcome> SendRefundAsync(RefundDraft draft, CancellationToken cancellation);
}

/// <summary>Answers what became of an attempt. Every rail has it; it is the truth after an unknown outcome.</summary>
public interface IQueries
{
    /// <summary>Asks what became of an attempt.</summary>
    /// <returns>
    /// At least one observation, all about <paramref name="target"/>; several where several movements of money are known, the oldest first.
    /// Silence is one <see cref="ObservationKind.Unreachable"/>. A local number of ours that nobody has paid yet is
    /// <see cref="ObservationKind.Pending"/>, not <see cref="ObservationKind.NotFound"/>: its rail takes money for it at any time. A rail that
    /// answers a query by a callback says <see cref="ObservationKind.Pending"/> here.
    /// </returns>
    Task<IReadOnlyList<Observation>> QueryAsync(QueryTarget target, CancellationToken cancellation);
}

/// <summary>Tells all that moved on the account, whether we know of it or not.</summary>
public interface IListings
{
    /// <summary>Whether it tells what moves in a direction. Orders of one that it does not tell are asked about singly. Pure.</summary>
    bool TellsOf(Direction direction) => true;

    /// <summary>The next page of what moved.</summary>
    /// <param name="cursor">What the page before gave; empty for the first.</param>
    /// <param name="sinceMs">The first page begins with what moved at this time, Unix milliseconds UTC.</param>
    /// <param name="cancellation">Gives up; nothing has changed.</param>
    /// <returns>Null when the rail did not answer.</returns>
    Task<ListPage?> ListAsync(string cursor, long sinceMs, CancellationToken cancellation);
}

/// <summary>Tells what the account holds at the rail.</summary>
public interface IBalances
{
    /// <summary>Asks what is there.</summary>
    /// <returns>One line for each pot; empty when the rail did not answer. Never a number that the rail has not told.</returns>
    Task<IReadOnlyList<PotBalance>> BalancesAsync(CancellationToken cancellation);

    /// <summary>
    /// Whether the rail answers by a callback, which may come to another node (<see cref="CallbackReading.Balances"/>): then <see cref="AskBalancesAsync"/> asks, and
    /// <see cref="BalancesAsync"/> is empty. Pure.
    /// </summary>
    bool ToldByCallback => false;

    /// <summary>Asks a rail that answers by a callback.</summary>
    /// <param name="mark">Comes back with the answer: 1 to 64 letters, digits and dashes.</param>
    /// <param name="cancellation">Gives up; nothing has changed.</param>
    /// <returns>Whether the rail took the question.</returns>
    Task<bool> AskBalancesAsync(string mark, CancellationToken cancellation) => Task.FromResult(false);
}

/// <summary>Tells who holds an account, before money is sent there. Nothing moves, and the rail may be asked again at any time.</summary>
public interface IAccountChecks
{
    /// <summary>Asks who holds an account.</summary>
    Task<AccountOutcome> VerifyAccountAsync(AccountEnquiry enquiry, CancellationToken cancellation);
}

/// <summary>Ends a pay-in that nobody has paid, so that nobody can pay it any more.</summary>
public interface ICancellations
{
    /// <summary>Asks the rail to take no more money for an attempt.</summary>
    /// <returns><see cref="SendOutcome.Accepted"/> when the rail takes no more money for it; else it may still come.</returns>
    Task<SendOutcome> CancelPayInAsync(QueryTarget target, CancellationToken cancellation);
}

/// <summary>Takes what the rail sends to us.</summary>
public interface ICallbacks
{
    /// <summary>
    /// Checks the authenticity of a callback and reads it. Pure; the same callback gives equal observations. A forged one is
    /// <see cref="CallbackReading.Refused"/> and changes nothing.
    /// </summary>
    CallbackReading ReadCallback(CallbackRequest request);
}

/// <summary>Registers the account at its rail: addresses for callbacks, public keys. An operator's explicit action, and harmless to repeat.</summary>
public interface IActivation
{
    /// <summary>Registers what the rail has to know of us.</summary>
    /// <returns>Null when it is done; else one sentence for the operator, without a secret.</returns>
    Task<string?> ActivateAsync(CancellationToken cancellation);
}

/// <summary>Tries an account without moving money: its credentials, what it may do, its registration.</summary>
public interface IAccountTrials
{
    /// <summary>Tries what can be tried.</summary>
    /// <returns>At least one finding, in the order of trying; without a secret, an address that holds one, or personal data.</returns>
    Task<IReadOnlyList<TrialFinding>> TryAccountAsync(CancellationToken cancellation);
}
