using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Screens.Lists;

namespace Paypro.Server.Operator.AllOrders;

/// <summary>What the address of the list of orders says. The same address shows the same orders.</summary>
internal sealed record OrderListQuery
{
    public const string Path = "/operator/orders";
    private const int DaysAtFirst = 7, LongestText = 60;

    public static readonly IReadOnlyList<(string Key, Direction Direction, string Text)> Directions =
        [("payin", Direction.PayIn, "Pay-ins"), ("payout", Direction.Payout, "Payouts"), ("refund", Direction.Refund, "Refunds"), ("withdrawal", Direction.Withdrawal, "Withdrawals")];

    public Direction Direction { get; init; }

    /// <summary>A merchant number; null for all.</summary>
    public long? Merchant { get; init; }

    /// <summary>A channel account; null for all.</summary>
    public long? Account { get; init; }
    public string State { get; init; } = "";
    public string Exception { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";

    /// <summary>The id before which the page begins; 0 = the newest.</summary>
    public long Before { get; init; }

    public static OrderListQuery Read(IQueryCollection query) => new()
    {
        Direction = Directions.Where(d => d.Key == query["kind"]).Select(d => d.Direction).FirstOrDefault(Direction.PayIn),
        Merchant = OperatorScreens.Number(query["merchant"]), Account = OperatorScreens.Number(query["account"]), State = Text(query["state"]), Exception = Text(query["exception"]),
        From = Text(query["from"]), To = Text(query["to"]), Before = OperatorScreens.Number(query["before"]) ?? 0,
    };

    /// <summary>The orders that it asks for.</summary>
    public OrderFilter ToFilter(TimeZoneInfo zone, long nowMs, out string? problem)
    {
        var today = Clock.LocalDate(nowMs, zone);
        var (from, to) = (Days.Read(From), Days.Read(To));
        problem = From.Length > 0 && from is null || To.Length > 0 && to is null ? "Days are written like 2026-11-29." : from > to ? "The first day is after the last one." : null;
        var last = problem is null ? to ?? today : today;
        var first = problem is null ? from ?? last.AddDays(1 - DaysAtFirst) : today.AddDays(1 - DaysAtFirst);
        return new OrderFilter
        {
            Direction = Direction, FromMs = Days.BeginMs(first, zone), ToMs = Days.BeginMs(last.AddDays(1), zone),
            State = PaymentQuery.States.Where(s => s.Key == State).Select(s => (Storage.OrderState?)s.State).SingleOrDefault(),
            Exceptions = PaymentQuery.Exceptions.Where(e => e.Key == Exception).Select(e => e.Flags).SingleOrDefault(),
        };
    }

    /// <summary>The address of this list.</summary>
    /// <param name="below">What follows the path, such as <c>/export</c>.</param>
    /// <param name="more">Further parameters, such as the format.</param>
    public string Address(string below = "", params (string Name, string Value)[] more)
    {
        (string Name, string Value)[] all =
        [
            ("kind", Directions.Single(d => d.Direction == Direction).Key), ("merchant", Of(Merchant)), ("account", Of(Account)), ("state", State), ("exception", Exception), ("from", From), ("to", To), ("before", Before > 0 ? Of(Before) : ""),
        ];
        return $"{Path}{below}?{string.Join('&', all.Concat(more).Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}"))}";
    }

    private static string Of(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Text(string? text) => text?.Trim() is { Length: <= LongestText } cut && OutsideText.IsClean(cut) ? cut : "";
}
