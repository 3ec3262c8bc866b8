namespace Paypro.Channels;

/// <summary>
/// One rail: a bank, a wallet operator or the sandbox. A channel keeps no money and no orders; it turns our orders into the
/// rail's calls and the rail's words into <see cref="Observation"/>s. It is called outside any database transaction, from
/// several threads and several nodes at once, and must be harmless to call again with the same reference where
/// <see cref="ChannelTraits"/> says so.
/// </summary>
public interface IChannel
{
    /// <summary>The name channel accounts use, lower case; it is stored and never changes.</summary>
    string Name { get; }

    /// <summary>What this rail promises: ways, finality, repeats, limits.</summary>
    ChannelTraits Traits { get; }

    /// <summary>
    /// The reference that we and the rail call one attempt by, shaped by the rail's rules. It is stored before anything is sent.
    /// For a way with a <see cref="NumberSpace"/> it is the leased number itself.
    /// </summary>
    /// <param name="account">The account that will take it.</param>
    /// <param name="draft">The pay-in that asks.</param>
    /// <param name="random">Injected randomness; at least 16 bytes.</param>
    string MakePayInReference(ChannelAccount account, PayInDraft draft, ReadOnlySpan<byte> random);

    /// <inheritdoc cref="MakePayInReference"/>
    string MakePayoutReference(ChannelAccount account, PayoutDraft draft, ReadOnlySpan<byte> random);

    /// <summary>
    /// Reads the account's settings and says in one sentence, with the setting's name, what is wrong with them; null when they are
    /// right. Called whenever the account is read, before it is used: one with a bad setting is left out until it is mended. The sentence
    /// repeats no secret. Pure.
    /// </summary>
    string? CheckAccount(ChannelAccount account) => null;

    /// <summary>
    /// Who makes the pay-in instruction of a way for this account. Some rails let the contract decide it, so the account has the last
    /// word over <see cref="WayOffer.Mode"/>. Pure.
    /// </summary>
    /// <exception cref="ArgumentException">The channel does not offer the way in the account's country.</exception>
    InstructionMode ModeFor(ChannelAccount account, string way) =>
        Traits.Ways.FirstOrDefault(o => o.Country == account.Country && o.Direction == Direction.PayIn && o.Way == way)?.Mode
        ?? throw new ArgumentException($"The channel {Name} has no way {way} in {account.Country}.", nameof(way));

    /// <summary>
    /// The numbers from which a way draws, or null when the way needs none: always null where <see cref="ModeFor"/> says
    /// <see cref="InstructionMode.Remote"/>. Pure.
    /// </summary>
    NumberSpace? NumberSpaceFor(ChannelAccount account, string way);

    /// <summary>
    /// Makes the payment instruction of a way whose mode is <see cref="InstructionMode.Local"/>. Pure: no call leaves, and the same draft gives the same
    /// instruction.
    /// </summary>
    PaymentInstruction IssueLocally(ChannelAccount account, PayInDraft draft);

    /// <summary>Asks the rail for the payment instruction of a way whose mode is <see cref="InstructionMode.Remote"/>.</summary>
    /// <returns>Never throws for what a rail can do to us: time-outs and nonsense are <see cref="InstructionOutcome.Unknown"/>.</returns>
    Task<InstructionOutcome> RequestInstructionAsync(ChannelAccount account, PayInDraft draft, CancellationToken cancellation);

    /// <summary>Sends money out. Called at most once per reference unless <see cref="ChannelTraits.RepeatIsHarmless"/>.</summary>
    /// <returns>
    /// Never throws for what a rail can do to us: time-outs, broken connections and nonsense are <see cref="SendOutcome.Unknown"/>.
    /// </returns>
    Task<SendOutcome> SendPayoutAsync(ChannelAccount account, PayoutDraft draft, CancellationToken cancellation);

    /// <summary>Asks the rail what became of an attempt.</summary>
    /// <returns>
    /// At least one observation, all about <paramref name="target"/>; several where several movements of money are known, the oldest first.
    /// Never throws for what a rail can do to us: that is one <see cref="ObservationKind.Unreachable"/>. A local number of ours that
    /// nobody has paid yet is <see cref="ObservationKind.Pending"/>, not <see cref="ObservationKind.NotFound"/>: its rail takes money
    /// for it at any time.
    /// </returns>
    Task<IReadOnlyList<Observation>> QueryAsync(ChannelAccount account, QueryTarget target, CancellationToken cancellation);

    /// <summary>Asks who holds an account, before money is sent there. Nothing moves, and the rail may be asked again at any time.</summary>
    /// <returns>
    /// Never throws for what a rail can do to us: time-outs, broken connections and nonsense are <see cref="AccountOutcome.Unknown"/>. A
    /// channel whose rail has no such call leaves this as it is.
    /// </returns>
    Task<AccountOutcome> VerifyAccountAsync(ChannelAccount account, AccountEnquiry enquiry, CancellationToken cancellation) =>
        Task.FromResult<AccountOutcome>(new AccountOutcome.NotOffered());

    /// <summary>
    /// Checks the authenticity of a callback and reads it. Pure; the same callback gives equal observations. A forged callback is <see cref="CallbackReading.Refused"/> and
    /// changes nothing.
    /// </summary>
    CallbackReading ReadCallback(ChannelAccount account, CallbackRequest request);
}

/// <summary>Which way the money goes, seen from the payer and the recipient. Stored as its number.</summary>
public enum Direction : short
{
    /// <summary>From a payer to the merchant.</summary>
    PayIn = 1,

    /// <summary>From the merchant to a recipient.</summary>
    Payout = 2,
}

/// <summary>Whether a payment instruction is made by us or by a call to the rail.</summary>
public enum InstructionMode : short
{
    /// <summary>Made by us from a leased number or the order's own facts; needs no call.</summary>
    Local = 1,

    /// <summary>Made by the rail; the call may time out after the rail has accepted.</summary>
    Remote = 2,
}

/// <summary>What a rail promises.</summary>
public sealed record ChannelTraits
{
    /// <summary>The ways that this channel offers.</summary>
    public required IReadOnlyList<WayOffer> Ways { get; init; }

    /// <summary>After this time from sending, "not found" at the rail means that a payout is dead. Unit: time; at least a minute.</summary>
    public required TimeSpan PayoutFinality { get; init; }

    /// <summary>After this time from asking, "not found" at the rail means that a pay-in attempt is dead.</summary>
    public required TimeSpan PayInFinality { get; init; }

    /// <summary>True when a second send with the same reference is declared harmless by the rail.</summary>
    public required bool RepeatIsHarmless { get; init; }

    /// <summary>How long one call to the rail may take before its outcome is unknown. Range: 1 s to 60 s.</summary>
    public required TimeSpan CallTimeout { get; init; }
}

/// <summary>One way of one country and direction that a channel can serve.</summary>
/// <param name="Country">Two-letter country code, upper case.</param>
/// <param name="Direction">Pay-in or payout.</param>
/// <param name="Way">The way code of the country's documentation; for payouts the account kind, or <c>*</c> for any.</param>
/// <param name="Mode">
/// Who makes the payment instruction unless the account decides otherwise (<see cref="IChannel.ModeFor"/>); payouts are
/// <see cref="InstructionMode.Remote"/>.
/// </param>
public sealed record WayOffer(string Country, Direction Direction, string Way, InstructionMode Mode);

/// <summary>A contract with a rail: one number, one currency, one set of credentials.</summary>
public sealed record ChannelAccount
{
    /// <summary>Our number for it, 1 to 9,999,999,999.</summary>
    public required long Id { get; init; }

    /// <summary>The channel's <see cref="IChannel.Name"/>.</summary>
    public required string Channel { get; init; }

    /// <summary>Two-letter country code, upper case.</summary>
    public required string Country { get; init; }

    /// <summary>ISO 4217 code of the only currency it moves.</summary>
    public required string Currency { get; init; }

    /// <summary>The channel's own settings (prefixes, endpoints …), without secrets.</summary>
    public required IReadOnlyDictionary<string, string> Settings { get; init; }

    /// <summary>The credential with which callbacks are checked and calls are signed. Never logged.</summary>
    public required ReadOnlyMemory<byte> Secret { get; init; }
}

/// <summary>
/// A space of scarce numbers: <c>Prefix</c>, then the bucket (two digits), then a serial, then what the channel appends (a check digit).
/// </summary>
/// <param name="Kind">Name of the space within the channel account, e.g. <c>clabe</c>.</param>
/// <param name="Prefix">Leading digits that belong to the channel account.</param>
/// <param name="SerialDigits">How many digits the serial has: 2 to 12.</param>
/// <param name="Finish">Turns prefix, bucket and serial into the whole number (adds check digits). Pure.</param>
public sealed record NumberSpace(string Kind, string Prefix, int SerialDigits, Func<string, string> Finish);
