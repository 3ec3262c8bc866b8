using Paypro.Server.Merchants;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Outgoing;

/// <summary>Limits above which payouts are held, in words.</summary>
internal static class HoldWords
{
    public static string Of(HoldKind kind) => kind switch
    {
        HoldKind.Payment => "One payout",
        HoldKind.Person => "A person's day",
        HoldKind.Recipient => "A recipient's day",
        HoldKind.Batch => "One file",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static string Of(PayoutFileState state) => state switch
    {
        PayoutFileState.Checked => "Checked",
        PayoutFileState.Waits => "Waits for approval",
        PayoutFileState.Running => "Being worked off",
        PayoutFileState.Done => "Worked off",
        _ => "Given up",
    };

    public static string ToneOf(PayoutFileState state) => state switch { PayoutFileState.Done => "good", PayoutFileState.Ended => "bad", _ => "warn" };

    public static string Of(PayoutLineState state) => state switch
    {
        PayoutLineState.Faulty => "Faulty",
        PayoutLineState.Ready => "Can be paid",
        PayoutLineState.LeftOut => "Left out",
        PayoutLineState.Refused => "Refused",
        _ => "Paid out",
    };

    /// <summary>The limits that a held payout is over.</summary>
    /// <param name="texts">The reader's language.</param>
    /// <param name="why">As its history has them: <c>policy/payment terms/recipient</c>.</param>
    public static string Of(ScreenTexts texts, string why) => string.Join(
        ", ", why.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w.Split('/')[^1]).Distinct()
            .Select(name => Enum.GetValues<HoldKind>().Where(k => HoldRules.NameOf(k) == name).Select(k => texts[Of(k)]).FirstOrDefault(name)));

    /// <summary>The kind that a form names; null for none.</summary>
    public static HoldKind? Read(string name) => Enum.GetValues<HoldKind>().Where(k => HoldRules.NameOf(k) == name).Select(k => (HoldKind?)k).FirstOrDefault();
}
