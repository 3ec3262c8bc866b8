using Paypro.Protocol.Countries;

namespace Paypro.Channels.Mpesa;

/// <summary>How something ended that M-PESA tried.</summary>
/// <param name="Kind">Paid, failed, or pending where the code does not say that it is over.</param>
/// <param name="Reason">One sentence for the merchant.</param>
/// <param name="Cause">Why, where merchants have a code for it.</param>
/// <param name="IsAlarm">Whether somebody must look at the account.</param>
internal sealed record MpesaEnd(ObservationKind Kind, string Reason = "", FailureCause Cause = FailureCause.Unspecified, bool IsAlarm = false)
{
    /// <summary>Whether it failed since our utility account lacks money.</summary>
    public bool LacksFunds { get; init; }

    public static MpesaEnd Paid { get; } = new(ObservationKind.Paid);

    public static MpesaEnd Open { get; } = new(ObservationKind.Pending);
}

/// <summary>The tables of result codes. They come as numbers and as texts. Pure.</summary>
internal static class MpesaCodes
{
    private const string Declined = "M-PESA declined it.";

    /// <summary>How a prompt ended.</summary>
    /// <param name="code">The code.</param>
    /// <param name="text">Its text: some say only there that it is not over.</param>
    public static MpesaEnd OfPrompt(string? code, string? text) => code switch
    {
        "0" => MpesaEnd.Paid,
        null or "4999" => MpesaEnd.Open,
        _ when text is not null && (text.Contains("being processed", StringComparison.OrdinalIgnoreCase) || text.Contains("under processing", StringComparison.OrdinalIgnoreCase)) => MpesaEnd.Open,
        "1" => Failed("The payer's balance does not suffice.", FailureCause.InsufficientFunds),
        "2" => Failed("The amount is below M-PESA's least."),
        "3" => Failed("The amount is above M-PESA's most."),
        "4" => Failed("The payer's amount of the day is used up.", FailureCause.DailyAmount),
        "8" => Failed("The receiving account may not hold so much.", isAlarm: true),
        "17" => Failed("M-PESA takes the same amount of the same payer only once in two minutes."),
        "1001" => Failed("The payer has another payment under way."),
        "1019" => Failed("The request to the payer has expired."),
        "1032" => Failed("The payer cancelled it."),
        "1037" => Failed("The payer's phone could not be reached."),
        "2001" => Failed("The payer's PIN was wrong."),
        "8006" => Failed("The payer's PIN is locked."),
        "11" or "12" or "26" or "1025" or "9999" => Failed(Declined),
        "20" or "21" or "2028" or "SFC_IC0003" => Failed(Declined, isAlarm: true),
        _ => MpesaEnd.Open,
    };

    /// <summary>How a payout ended.</summary>
    public static MpesaEnd OfPayout(string? code) => code switch
    {
        "0" => MpesaEnd.Paid,
        "1" => Failed(Declined, isAlarm: true) with { LacksFunds = true },
        "2" => Failed("The amount is below M-PESA's least."),
        "3" => Failed("The amount is above M-PESA's most."),
        "4" => Failed("The recipient's amount of the day is used up.", FailureCause.DailyAmount),
        "8" => Failed("The recipient's account may not hold so much.", FailureCause.MaximumBalance),
        "2040" or "SFC_IC0003" => Failed("The recipient has no M-PESA account."),
        "11" or "2006" or "18" or "20" or "21" or "22" or "2001" or "8006" or "2028" => Failed(Declined, isAlarm: true),

        // 15 is a duplicate, so that another call has it; the rest is busy, throttled, or waits to be sent.
        _ => MpesaEnd.Open,
    };

    /// <summary>How a reversal ended.</summary>
    public static MpesaEnd OfReversal(string? code) => code switch
    {
        "0" => MpesaEnd.Paid,
        "R000002" => Failed("M-PESA does not know the payment."),
        "1" or "11" or "18" or "20" or "21" or "22" or "2001" or "2006" or "2028" or "8006" => Failed(Declined, isAlarm: true),

        // R000001 says that it was reversed already, perhaps by an earlier call of ours.
        _ => MpesaEnd.Open,
    };

    /// <summary>What state a transaction has that was asked about.</summary>
    public static MpesaEnd OfState(string? state) => state switch
    {
        "Completed" => MpesaEnd.Paid,
        "Cancelled" or "Declined" or "Expired" => Failed($"M-PESA says {state.ToLowerInvariant()}."),
        _ => MpesaEnd.Open,
    };

    private static MpesaEnd Failed(string reason, FailureCause cause = FailureCause.Unspecified, bool isAlarm = false) => new(ObservationKind.Failed, reason, cause, isAlarm);
}
