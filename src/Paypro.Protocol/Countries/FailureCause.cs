namespace Paypro.Protocol.Countries;

/// <summary>
/// Why an order failed, as far as a rail says it in a way that a merchant can act on. A country's own table of codes decides what
/// merchants read (<see cref="Country.FailureCodeOf"/>). Stored by the sandbox as its number.
/// </summary>
public enum FailureCause : byte
{
    /// <summary>Nothing more is known.</summary>
    Unspecified = 0,

    /// <summary>The payer's wallet or account lacks the money.</summary>
    InsufficientFunds = 1,

    /// <summary>The amount of a day is used up.</summary>
    DailyAmount = 2,

    /// <summary>The number of transactions of a day is used up.</summary>
    DailyCount = 3,

    /// <summary>The number of transactions of a month is used up.</summary>
    MonthlyCount = 4,

    /// <summary>The recipient's wallet may not hold so much.</summary>
    MaximumBalance = 5,
}
