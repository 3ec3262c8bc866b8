using Paypro.Protocol;

namespace Paypro.Channels.Sandbox;

/// <summary>How the rail treats an order. The number is the ending of the amount that asks for it.</summary>
public enum SandboxScript : short
{
    /// <summary>All goes well.</summary>
    Normal = 0,

    /// <summary>The order fails.</summary>
    Fail = 1,

    /// <summary>The rail accepts, our call times out, and no callback comes.</summary>
    TimeoutAfterAcceptance = 2,

    /// <summary>The callback comes twice.</summary>
    CallbackTwice = 3,

    /// <summary>Declined at once.</summary>
    Decline = 4,

    /// <summary>Paid, then sent back by the recipient's bank.</summary>
    PaidThenReturned = 5,

    /// <summary>The rail answers neither call nor query.</summary>
    NeverAnswers = 6,

    /// <summary>Our call times out and the rail never got it.</summary>
    NeverArrived = 7,

    /// <summary>A forged callback comes before the true one.</summary>
    ForgedFirst = 8,

    /// <summary>The callback comes late.</summary>
    LateCallback = 9,

    /// <summary>The recipient's wallet may not hold so much.</summary>
    MaximumBalance = 17,

    /// <summary>The recipient's daily amount is used up.</summary>
    DailyAmount = 18,

    /// <summary>The payer's wallet lacks the money.</summary>
    InsufficientFunds = 19,

    /// <summary>The callback is lost for good.</summary>
    LostCallback = 21,

    /// <summary>Declined because our money at the rail is used up, when it comes for the first time.</summary>
    FundsUsedUp = 22,

    /// <summary>Declined for a trouble of the rail's own, before it took anything.</summary>
    ChannelTrouble = 23,

    /// <summary>The callback comes before the answer to our call.</summary>
    EarlyCallback = 24,
}

/// <summary>What the bank says of an account. The number is the ending of the account number that asks for it.</summary>
public enum SandboxAccountAnswer
{
    /// <summary>Its holder.</summary>
    Found = 0,

    /// <summary>It has no such account.</summary>
    NotFound = 1,

    /// <summary>Nothing.</summary>
    NoAnswer = 2,
}

/// <summary>One line of the table of steering amounts.</summary>
/// <param name="Direction">Pay-in, payout or refund.</param>
/// <param name="Script">What happens; its number is the last two digits of the amount's whole units.</param>
/// <param name="Sentence">What a merchant's developer reads in the documentation.</param>
public sealed record SandboxSteer(Direction Direction, SandboxScript Script, string Sentence)
{
    /// <summary>The last two digits of the whole part of the amount, e.g. <c>01</c> for 201.00.</summary>
    public string Ending => ((int)Script).ToString("00", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The amounts with which a merchant's developer chooses what the rail does.</summary>
public static class SandboxSteering
{
    /// <summary>How long after success the bank sends a <see cref="SandboxScript.PaidThenReturned"/> back: 2 s.</summary>
    public const long ReturnAfterMs = 2_000;

    /// <summary>How much later the callback of <see cref="SandboxScript.LateCallback"/> comes: 10 s.</summary>
    public const long LateByMs = 10_000;

    /// <summary>How long after the forged callback the true one of <see cref="SandboxScript.ForgedFirst"/> comes: 1 s.</summary>
    public const long TrueAfterForgedMs = 1_000;

    /// <summary>How long the answer to a call waits after the callback of <see cref="SandboxScript.EarlyCallback"/>: 1 s.</summary>
    public const long AnswerAfterCallbackMs = 1_000;

    /// <summary>
    /// Every steering amount. Pay-ins are steered only where the rail makes the instruction (account setting <c>instructions=remote</c>).
    /// </summary>
    public static IReadOnlyList<SandboxSteer> Table { get; } =
    [
        new(Direction.Payout, SandboxScript.Fail, "The payout fails a moment after it was accepted, and the callback says so."),
        new(Direction.Payout, SandboxScript.TimeoutAfterAcceptance,
            "The rail accepts and pays, but our call times out and no callback comes; only a query finds it."),
        new(Direction.Payout, SandboxScript.CallbackTwice, "The payout is paid and its callback arrives twice."),
        new(Direction.Payout, SandboxScript.Decline, "The rail declines the payout at once."),
        new(Direction.Payout, SandboxScript.PaidThenReturned,
            "The payout is paid and the recipient's bank sends it back two seconds later."),
        new(Direction.Payout, SandboxScript.NeverAnswers,
            "The rail answers neither the call nor any query; the outcome stays unknown until a person decides."),
        new(Direction.Payout, SandboxScript.NeverArrived,
            "Our call times out and the rail never got it; queries say that it is not found."),
        new(Direction.Payout, SandboxScript.ForgedFirst,
            "A forged callback with a wrong signature comes first, the true one a second later."),
        new(Direction.Payout, SandboxScript.LateCallback, "The payout is paid and its callback comes ten seconds late."),
        new(Direction.Payout, SandboxScript.MaximumBalance,
            "The payout fails a moment later because the recipient's wallet may not hold so much (60030 where the country lists it)."),
        new(Direction.Payout, SandboxScript.DailyAmount,
            "The payout fails a moment later because the recipient's daily amount is used up (0100019 where the country lists it)."),
        new(Direction.Payout, SandboxScript.LostCallback, "The payout is paid and its callback never comes; only a query finds it."),
        new(Direction.Payout, SandboxScript.FundsUsedUp, "The rail declines the payout at once because our money there is used up. It waits with the account's other payouts, is tried again after a minute, and then there is money."),
        new(Direction.Payout, SandboxScript.ChannelTrouble, "The rail declines the payout at once for a trouble of its own; another rail may take it."),
        new(Direction.Payout, SandboxScript.EarlyCallback, "The payout is paid and its callback comes before the answer to the call."),
        new(Direction.PayIn, SandboxScript.TimeoutAfterAcceptance,
            "The rail makes the instruction, but our call times out; a query finds it."),
        new(Direction.PayIn, SandboxScript.Decline, "The rail declines to make the instruction."),
        new(Direction.PayIn, SandboxScript.NeverAnswers, "The rail answers neither the call nor any query."),
        new(Direction.PayIn, SandboxScript.NeverArrived, "Our call times out and the rail never got it; queries say that it is not found."),
        new(Direction.PayIn, SandboxScript.InsufficientFunds,
            "The payer's wallet lacks the money when the payer pays, and the attempt fails (60019 where the country lists it)."),
        new(Direction.PayIn, SandboxScript.LostCallback, "The payer pays and the callback never comes; only a query finds it."),
        new(Direction.PayIn, SandboxScript.ChannelTrouble, "The rail declines to make the instruction for a trouble of its own; another rail may make it."),
        new(Direction.Refund, SandboxScript.Fail, "The refund fails a moment after it was accepted, and the callback says so."),
        new(Direction.Refund, SandboxScript.TimeoutAfterAcceptance, "The rail accepts and pays, but our call times out and no callback comes; only a query finds it."),
        new(Direction.Refund, SandboxScript.Decline, "The rail declines the refund at once."),
        new(Direction.Refund, SandboxScript.PaidThenReturned, "The refund is paid and the payer's bank sends it back two seconds later."),
        new(Direction.Refund, SandboxScript.NeverAnswers, "The rail answers neither the call nor any query; the outcome stays unknown until a person decides."),
        new(Direction.Refund, SandboxScript.NeverArrived, "Our call times out and the rail never got it; queries say that it is not found."),
        new(Direction.Refund, SandboxScript.LostCallback, "The refund is paid and its callback never comes; only a query finds it."),
    ];

    /// <summary>The script that an amount asks for.</summary>
    /// <param name="direction">Pay-in, payout or refund.</param>
    /// <param name="amountMinor">Minor units, above zero.</param>
    /// <param name="currency">ISO 4217 code.</param>
    public static SandboxScript ScriptOf(Direction direction, long amountMinor, string currency)
    {
        var ending = (SandboxScript)(amountMinor / Currency.Get(currency).UnitMinor % 100);
        return Table.Any(steer => steer.Direction == direction && steer.Script == ending) ? ending : SandboxScript.Normal;
    }

    /// <summary>What the bank says of an account number: by its last two digits, 01 not found and 02 no answer.</summary>
    public static SandboxAccountAnswer AnswerOf(string accountNo) =>
        accountNo.EndsWith("01", StringComparison.Ordinal) ? SandboxAccountAnswer.NotFound
        : accountNo.EndsWith("02", StringComparison.Ordinal) ? SandboxAccountAnswer.NoAnswer
        : SandboxAccountAnswer.Found;
}
