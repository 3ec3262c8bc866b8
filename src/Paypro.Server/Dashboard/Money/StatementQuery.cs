using System.Globalization;
using Paypro.Server.Platform;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Money;

/// <summary>What the address of a statement says: whose, which account, from when to when, which entries. The same address shows the same statement.</summary>
internal sealed record StatementQuery
{
    public const string Path = "/dashboard/statement";

    private const int LongestText = 1000;
    private const int DaysAtFirst = 7;

    /// <summary>Accounts of a merchant: name in addresses, words.</summary>
    public static readonly IReadOnlyList<(string Key, AccountKind Kind)> Accounts =
    [
        ("available", AccountKind.Available), ("frozen", AccountKind.Frozen), ("unsettled", AccountKind.Unsettled), ("held", AccountKind.Held), ("receivable", AccountKind.Receivable),
    ];

    /// <summary>Kinds of entries: name in addresses, words, and what is among them.</summary>
    public static readonly IReadOnlyList<(string Key, string Text, TransferType[] Types)> Types =
    [
        ("payins", "Pay-ins", [TransferType.PayInReceipt, TransferType.PayInReturn, TransferType.SuspenseAssign, TransferType.AssignmentUndone]),
        ("refunds", "Refunds", [TransferType.RefundReserve, TransferType.RefundPost, TransferType.RefundVoid, TransferType.RefundReturn]),
        ("disputes", "Disputes", [TransferType.DisputeHold, TransferType.DisputeWon, TransferType.DisputeLost]),
        ("payouts", "Payouts", [TransferType.PayoutReserve, TransferType.PayoutPost, TransferType.PayoutVoid, TransferType.PayoutReturn]),
        ("withdrawals", "Withdrawals and top-ups", [TransferType.WithdrawalReserve, TransferType.WithdrawalPost, TransferType.WithdrawalVoid, TransferType.WithdrawalReturn, TransferType.TopUp]),
        ("settled", "Settlements", [TransferType.Settlement, TransferType.Hold, TransferType.Release]),
        ("other", "Other entries", [TransferType.OpeningBalance, TransferType.Adjustment, TransferType.Transit, TransferType.Loss, TransferType.WriteOff]),
    ];

    /// <summary>One merchant number; empty for the first.</summary>
    public string Merchant { get; init; } = "";
    public string Account { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";
    public string Type { get; init; } = "";
    public string Page { get; init; } = "";

    public AccountKind Kind => Accounts.Where(a => a.Key == Account).Select(a => a.Kind).FirstOrDefault(AccountKind.Available);

    public IReadOnlyCollection<TransferType> Chosen => Types.Where(t => t.Key == Type).Select(t => t.Types).FirstOrDefault([]);

    public static StatementQuery Read(IQueryCollection query) => new()
    {
        Merchant = Text(query, "merchant"), Account = Text(query, "account"), From = Text(query, "from"), To = Text(query, "to"), Type = Text(query, "type"), Page = Text(query, "page"),
    };

    /// <summary>The days that it asks for.</summary>
    public (DateOnly First, DateOnly Last) Span(TimeZoneInfo zone, long nowMs, out string? problem)
    {
        var today = Clock.LocalDate(nowMs, zone);
        var (from, to) = (Days.Read(From), Days.Read(To));
        problem = (From.Length > 0 && from is null) || (To.Length > 0 && to is null) ? "Days are written like 2026-11-29." : from > (to ?? today) ? "The first day is after the last one." : null;
        var last = problem is null ? to ?? today : today;
        return (problem is null ? from ?? (last > today ? today : last).AddDays(1 - DaysAtFirst) : today.AddDays(1 - DaysAtFirst), last);
    }

    /// <summary>The address of this statement.</summary>
    /// <param name="below">What follows the path, such as <c>/export</c>.</param>
    /// <param name="more">Further parameters, such as the format.</param>
    public string Address(string below = "", params (string Name, string Value)[] more)
    {
        var parts = ((string Name, string Value)[])[("merchant", Merchant), ("account", Account), ("from", From), ("to", To), ("type", Type), ("page", Page)];
        var text = string.Join('&', parts.Concat(more).Where(p => p.Value.Length > 0).Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Name}={Uri.EscapeDataString(p.Value)}")));
        return Path + below + (text.Length > 0 ? "?" + text : "");
    }

    private static string Text(IQueryCollection query, string name) => query[name].ToString().Trim() is { Length: <= LongestText } text && OutsideText.IsClean(text) ? text : "";
}
