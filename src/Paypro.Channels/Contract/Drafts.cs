using Paypro.Protocol.Countries;

namespace Paypro.Channels;

/// <summary>What a channel needs to know of a pay-in to make its payment instruction.</summary>
public sealed record PayInDraft
{
    /// <summary>Our public number, 16 characters <c>a-z0-9</c>.</summary>
    public required string Number { get; init; }

    /// <summary>The reference from <see cref="IPayIns.MakePayInReference"/> or the leased number; empty while it is being made.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The way code of the country.</summary>
    public required string Way { get; init; }

    /// <summary>Ordered amount in minor units, above zero.</summary>
    public required long AmountMinor { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>When the instruction stops being valid, Unix milliseconds UTC.</summary>
    public required long ExpiresAtMs { get; init; }

    /// <summary>The payer's details as the merchant sent them. Never logged.</summary>
    public Person Person { get; init; } = Person.None;

    /// <summary>The merchant's display name, shown to the payer as beneficiary where the rail allows it.</summary>
    public string MerchantName { get; init; } = "";

    /// <summary>Where a redirect wallet sends the payer back to (our hosted page), absolute.</summary>
    public string? ReturnUrl { get; init; }

    /// <summary>
    /// Whether an earlier call with this reference may have reached the rail: it was cut, or ended with its node. What the rail says of this
    /// call alone is then no decline of the attempt, so that such a call is accepted or not known.
    /// </summary>
    public bool IsRepeat { get; init; }
}

/// <summary>What a channel needs to know of a payout to send it.</summary>
public sealed record PayoutDraft
{
    /// <summary>Our public number, 16 characters <c>a-z0-9</c>.</summary>
    public required string Number { get; init; }

    /// <summary>The reference from <see cref="IPayouts.MakePayoutReference"/>; empty while it is being made.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Amount in minor units, above zero; what the recipient gets.</summary>
    public required long AmountMinor { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>Kind of the account, as the country's documentation names it (<c>CLABE</c>, <c>DebitCard</c> …); empty where there is one.</summary>
    public required string AccountType { get; init; }

    /// <summary>The bank's code of our bank list; empty where the country has none.</summary>
    public required string BankCode { get; init; }

    /// <summary>The recipient: name and account above all. Never logged.</summary>
    public required Person Person { get; init; }

    /// <summary>
    /// Whether an earlier call with this reference may have reached the rail: it was cut, or ended with its node. What the rail says of this
    /// call alone is then no decline of the attempt, so that such a call is accepted or not known.
    /// </summary>
    public bool IsRepeat { get; init; }
}

/// <summary>What a channel needs to know to send a pay-in's money back to its payer.</summary>
public sealed record RefundDraft
{
    /// <summary>Our public number of the refund, 16 characters <c>a-z0-9</c>.</summary>
    public required string Number { get; init; }

    /// <summary>The reference from <see cref="IRefunds.MakeRefundReference"/>; empty while it is being made.</summary>
    public string Reference { get; init; } = "";

    /// <summary>The way that the money came by.</summary>
    public required string Way { get; init; }

    /// <summary>The pay-in attempt's reference.</summary>
    public required string PaidReference { get; init; }

    /// <summary>The pay-in attempt's <see cref="InstructionOutcome.Accepted.RailId"/>; empty where the rail has none.</summary>
    public required string PaidRailId { get; init; }

    /// <summary>The rail's own reference of the payment that is given back (<see cref="Observation.RailReference"/>).</summary>
    public required string PaymentReference { get; init; }

    /// <summary>The payment's <see cref="Observation.DedupeKey"/>.</summary>
    public required string PaymentKey { get; init; }

    /// <summary>What came, minor units.</summary>
    public required long PaymentMinor { get; init; }

    /// <summary>What goes back, minor units, above zero and at most what is left of the payment.</summary>
    public required long AmountMinor { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    /// <summary>The merchant's reason, 0 to 140 characters, for rails that take one.</summary>
    public string Reason { get; init; } = "";

    /// <summary>
    /// Whether an earlier call with this reference may have reached the rail: it was cut, or ended with its node. What the rail says of this
    /// call alone is then no decline of the attempt, so that such a call is accepted or not known.
    /// </summary>
    public bool IsRepeat { get; init; }
}

/// <summary>Personal data of a payer or recipient. Kept encrypted and erasable; never in a log.</summary>
public sealed record Person
{
    /// <summary>Nobody.</summary>
    public static readonly Person None = new();

    /// <summary>Full name.</summary>
    public string? Name { get; init; }

    /// <summary>Phone as sent.</summary>
    public string? Mobile { get; init; }

    /// <summary>E-mail as sent.</summary>
    public string? Email { get; init; }

    /// <summary>Account number, card number, wallet number or PIX key.</summary>
    public string? Account { get; init; }

    /// <summary>Identity number (CPF, CNIC …).</summary>
    public string? Identity { get; init; }

    /// <summary>Kind of the identity number.</summary>
    public string? IdentityType { get; init; }

    /// <summary>The merchant's own number for the customer.</summary>
    public string? CustomerId { get; init; }

    /// <summary>Hides everything: a record printed by mistake must not leak.</summary>
    public override string ToString() => "Person";
}

/// <summary>
/// How the payer pays: structured, so that the API, the hosted page and the statement can each show what they need.
/// </summary>
public sealed record PaymentInstruction
{
    /// <summary>What <see cref="Value"/> is: one of <see cref="InstructionKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The CLABE, reference, QR payload, number or address.</summary>
    public required string Value { get; init; }

    /// <summary>Who the payer sees as beneficiary.</summary>
    public string? BeneficiaryName { get; init; }

    /// <summary>The bank or store network that takes the payment.</summary>
    public string? Bank { get; init; }
}

/// <summary>The fate of a request for a payment instruction.</summary>
public abstract record InstructionOutcome
{
    private InstructionOutcome() { }

    /// <summary>The rail gave an instruction.</summary>
    /// <param name="Instruction">What the payer is shown.</param>
    /// <param name="RailId">What the rail calls the attempt, where it has a name of its own for it; at most 128 characters. Kept, and given to queries.</param>
    public sealed record Accepted(PaymentInstruction Instruction, string RailId = "") : InstructionOutcome;

    /// <summary>The rail certainly did not take it.</summary>
    /// <param name="Reason">One sentence for the merchant; no personal data.</param>
    /// <param name="FailureCause">Why, where the rail says it in a way that merchants have a code for.</param>
    /// <param name="Scope">Whose trouble it is.</param>
    public sealed record Declined(string Reason, FailureCause FailureCause = FailureCause.Unspecified, DeclineScope Scope = DeclineScope.Order) : InstructionOutcome;

    /// <summary>We cannot know. It is found out by querying, and never tried elsewhere.</summary>
    /// <param name="Reason">One sentence for the operator; no personal data.</param>
    /// <param name="RailId">As in <see cref="Accepted"/>, where the rail said it all the same.</param>
    public sealed record Unknown(string Reason, string RailId = "") : InstructionOutcome;
}

/// <summary>Whose trouble a decline is.</summary>
public enum DeclineScope : short
{
    /// <summary>This order's: the payer's or recipient's, or the order itself cannot be taken. No other channel is tried.</summary>
    Order = 0,

    /// <summary>The channel's own, before it accepted anything: another one may take the order.</summary>
    Channel = 1,

    /// <summary>Our money at this rail is used up. It is no verdict on the order, and the account sends nothing more until there is money.</summary>
    Funds = 2,
}

/// <summary>The fate of a send.</summary>
public abstract record SendOutcome
{
    private SendOutcome() { }

    /// <summary>The rail has it; its result comes later.</summary>
    /// <param name="RailId">As in <see cref="InstructionOutcome.Accepted"/>.</param>
    public sealed record Accepted(string RailId = "") : SendOutcome;

    /// <summary>The rail certainly did not take it; the reservation may be given back.</summary>
    /// <param name="Reason">One sentence for the merchant; no personal data.</param>
    /// <param name="FailureCause">Why, where the rail says it in a way that merchants have a code for.</param>
    /// <param name="Scope">Whose trouble it is.</param>
    public sealed record Declined(string Reason, FailureCause FailureCause = FailureCause.Unspecified, DeclineScope Scope = DeclineScope.Order) : SendOutcome;

    /// <summary>We cannot know. It is found out by querying, and never sent elsewhere.</summary>
    /// <param name="Reason">One sentence for the operator; no personal data.</param>
    /// <param name="RailId">As in <see cref="Accepted"/>, where the rail said it all the same.</param>
    public sealed record Unknown(string Reason, string RailId = "") : SendOutcome;
}
