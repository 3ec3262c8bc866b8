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
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
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
