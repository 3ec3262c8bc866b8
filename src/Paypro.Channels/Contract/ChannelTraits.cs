namespace Paypro.Channels;

/// <summary>Which way the money goes, seen from the payer and the recipient. Stored as its number.</summary>
public enum Direction : short
{
    /// <summary>From a payer to the merchant.</summary>
    PayIn = 1,

    /// <summary>From the merchant to a recipient.</summary>
    Payout = 2,

    /// <summary>From the merchant back to the payer of a pay-in.</summary>
    Refund = 3,

    /// <summary>
    /// From the merchant's balance to the merchant's own bank account. No channel meets it: a withdrawal that goes by a rail is a <see cref="Payout"/> to the rail.
    /// </summary>
    Withdrawal = 4,
}

/// <summary>Whether a payment instruction is made by us or by a call to the rail.</summary>
public enum InstructionMode : short
{
    /// <summary>Made by us from a leased number or the order's own facts; needs no call.</summary>
    Local = 1,

    /// <summary>Made by the rail; the call may time out after the rail has accepted.</summary>
    Remote = 2,
}

/// <summary>What a rail promises for one way of one account.</summary>
public sealed record ChannelTraits
{
    /// <summary>How long one call to the rail may take before its outcome is unknown. Range: 1 s to 60 s.</summary>
    public required TimeSpan CallTimeout { get; init; }

    /// <summary>After this time from sending, "not found" at the rail means that the attempt never will be paid. At least a minute.</summary>
    public required TimeSpan Finality { get; init; }

    /// <summary>True when a second call with the same reference is declared harmless by the rail.</summary>
    public required bool RepeatIsHarmless { get; init; }

    /// <summary>
    /// How long after a pay-in's end money may still come for it, or after a payout's success it may come back. The rail is asked until then.
    /// Range: 0 to 400 days.
    /// </summary>
    public TimeSpan MoneyMayComeFor { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Calls that move money or make instructions.</summary>
    public Pace SendPace { get; init; } = Pace.Free;

    /// <summary>Queries, listings and balances.</summary>
    public Pace QueryPace { get; init; } = Pace.Free;

    /// <summary>
    /// The pot (<see cref="PotBalance.Pot"/>) that sends of this way draw from, 1 to 32 characters. Empty: <see cref="PotBalance.Payout"/> for payouts,
    /// <see cref="PotBalance.Refund"/> for the rail's own refunds.
    /// </summary>
    public string Pot { get; init; } = "";

    /// <summary>
    /// True where the rail looks only after its acceptance whether our money suffices (<see cref="Observation.LacksFunds"/>): that it took a send is then no sign that there is money, that it paid one is.
    /// </summary>
    public bool FundsAreCheckedLater { get; init; }

    /// <summary>What is outside its range, with the trait's name; null when nothing is.</summary>
    public string? Problem() =>
        CallTimeout < TimeSpan.FromSeconds(1) || CallTimeout > TimeSpan.FromSeconds(60) ? "CallTimeout: must be from 1 s to 60 s"
        : Finality < TimeSpan.FromMinutes(1) ? "Finality: must be at least a minute"
        : MoneyMayComeFor < TimeSpan.Zero || MoneyMayComeFor > TimeSpan.FromDays(400) ? "MoneyMayComeFor: must be from 0 to 400 days"
        : Pot.Length > PotBalance.MostCharacters ? "Pot: must have at most 32 characters"
        : SendPace.Problem() is { } send ? $"SendPace: {send}"
        : QueryPace.Problem() is { } query ? $"QueryPace: {query}"
        : null;
}

/// <summary>How often a rail lets itself be called.</summary>
/// <param name="Calls">Calls that may begin within <paramref name="Per"/>; 0 = as many as one likes.</param>
/// <param name="Per">The time over which calls are counted: up to a day.</param>
/// <param name="InFlight">Calls under way at once in one process: 1 to 1,024.</param>
public sealed record Pace(int Calls, TimeSpan Per, int InFlight)
{
    /// <summary>No limit but 64 calls at once.</summary>
    public static readonly Pace Free = new(0, TimeSpan.Zero, 64);

    internal string? Problem() =>
        Calls < 0 || (Calls > 0 && (Per <= TimeSpan.Zero || Per > TimeSpan.FromDays(1))) ? "calls are counted over a time of up to a day"
        : InFlight is < 1 or > 1024 ? "1 to 1024 calls may be under way at once"
        : null;
}

/// <summary>One way of one country and direction that a channel can serve.</summary>
/// <param name="Country">Two-letter country code, upper case.</param>
/// <param name="Direction">Pay-in or payout.</param>
/// <param name="Way">The way code of the country's documentation; for payouts the account kind, or <c>*</c> for any.</param>
public sealed record WayOffer(string Country, Direction Direction, string Way);

/// <summary>
/// A space of scarce numbers: <c>Prefix</c>, then the bucket (two digits), then a serial, then what the channel appends (a check digit).
/// </summary>
/// <param name="Kind">Name of the space within the channel account, e.g. <c>clabe</c>.</param>
/// <param name="Prefix">Leading digits that belong to the channel account.</param>
/// <param name="SerialDigits">How many digits the serial has: 2 to 12.</param>
/// <param name="Finish">Turns prefix, bucket and serial into the whole number (adds check digits). Pure.</param>
public sealed record NumberSpace(string Kind, string Prefix, int SerialDigits, Func<string, string> Finish);
