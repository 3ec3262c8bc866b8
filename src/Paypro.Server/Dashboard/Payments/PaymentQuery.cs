using System.Globalization;
using Paypro.Channels;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>What the address of a list says: whose, which, from where on, with which columns. The same address shows the same list.</summary>
internal sealed record PaymentQuery
{
    private const int LongestText = 200;
    private const int DaysAtFirst = 7;

    /// <summary>Names of states in addresses.</summary>
    public static readonly IReadOnlyList<(string Key, OrderState State, string Text)> States =
    [
        ("pending", OrderState.Pending, "Pending"), ("partly", OrderState.PartlyPaid, "Partly paid"), ("paid", OrderState.Paid, "Paid"), ("failed", OrderState.Failed, "Failed"),
        ("expired", OrderState.Expired, "Expired"), ("returned", OrderState.Returned, "Returned"),
    ];

    /// <summary>What is unusual, as merchants read it.</summary>
    public static readonly IReadOnlyList<(string Key, OrderExceptions Flags, string Text)> Exceptions =
    [
        ("over", OrderExceptions.Over, "Paid too much"), ("late", OrderExceptions.Late, "Paid late"),
        ("checked", OrderExceptions.NeedsPerson | OrderExceptions.Contradiction | OrderExceptions.Waiting, "Being checked"),
        ("approval", OrderExceptions.Held, "Awaits approval"), ("cancel", OrderExceptions.CancelWanted, "Being cancelled"),
    ];

    public required Direction Direction { get; init; }

    /// <summary>One merchant number; empty for all of the business.</summary>
    public string Merchant { get; init; } = "";
    public string From { get; init; } = "";
    public string To { get; init; } = "";
    public string State { get; init; } = "";
    public string Exception { get; init; } = "";
    public string Way { get; init; } = "";
    public string Bank { get; init; } = "";
    public string Least { get; init; } = "";
    public string Most { get; init; } = "";
    public string Sub { get; init; } = "";
    public bool Undelivered { get; init; }
    public string Find { get; init; } = "";

    /// <summary>The id before which the page begins; 0 = the newest.</summary>
    public long Before { get; init; }

    /// <summary>Keys of columns; empty for those shown at first.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    public string Path => Direction == Direction.PayIn ? "/dashboard/payins" : "/dashboard/payouts";

    public static PaymentQuery Read(Direction direction, IQueryCollection query) => new()
    {
        Direction = direction, Merchant = Text(query, "merchant"), From = Text(query, "from"), To = Text(query, "to"), State = Text(query, "state"), Exception = Text(query, "exception"), Way = Text(query, "way"),
        Bank = Text(query, "bank"), Least = Text(query, "least"), Most = Text(query, "most"), Sub = Text(query, "sub"), Undelivered = Text(query, "undelivered") == "yes", Find = Text(query, "find"),
        Before = long.TryParse(Text(query, "before"), NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : 0,
        Columns = [.. query["column"].OfType<string>().Where(c => c.Length is > 0 and <= 30).Distinct().Take(30)],
    };

    /// <summary>The orders that it asks for.</summary>
    /// <param name="zone">Of its days.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="problem">A sentence that says what to mend; null when all can be read.</param>
    public OrderFilter ToFilter(TimeZoneInfo zone, long nowMs, out string? problem)
    {
        var today = Clock.LocalDate(nowMs, zone);
        var (from, to) = (Days.Read(From), Days.Read(To));
        var (least, most) = (Amount(Least), Amount(Most));
        problem = From.Length > 0 && from is null || To.Length > 0 && to is null ? "Days are written like 2026-11-29."
            : Least.Length > 0 && least is null || Most.Length > 0 && most is null ? "Amounts are written with a point and without spaces, like 1234.50."
            : from > to ? "The first day is after the last one."
            : null;
        var last = to ?? today;
        var first = from ?? (last > today ? today : last).AddDays(1 - DaysAtFirst);
        return new OrderFilter
        {
            Direction = Direction,
            FromMs = Days.BeginMs(problem is null ? first : today.AddDays(1 - DaysAtFirst), zone),
            ToMs = Days.BeginMs((problem is null ? last : today).AddDays(1), zone),
            State = States.Where(s => s.Key == State).Select(s => (OrderState?)s.State).SingleOrDefault(),
            Exceptions = Exceptions.Where(e => e.Key == Exception).Select(e => e.Flags).SingleOrDefault(),
            Way = Way, Bank = Bank, SubMerchant = Sub, Least = least, Most = most, Undelivered = Undelivered,
        };
    }

    /// <summary>The address of this list.</summary>
    /// <param name="below">What follows the path, such as <c>/export</c>.</param>
    /// <param name="more">Further parameters, such as the format.</param>
    public string Address(string below = "", params (string Name, string Value)[] more)
    {
        var parts = Parts().Concat(more).Where(p => p.Value.Length > 0).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value)}").ToList();
        return Path + below + (parts.Count > 0 ? "?" + string.Join('&', parts) : "");
    }

    private IEnumerable<(string Name, string Value)> Parts() =>
    [
        ("merchant", Merchant), ("from", From), ("to", To), ("state", State), ("exception", Exception), ("way", Way), ("bank", Bank), ("least", Least), ("most", Most), ("sub", Sub),
        ("undelivered", Undelivered ? "yes" : ""), ("find", Find), .. Columns.Select(c => ("column", c)), ("before", Before > 0 ? Before.ToString(CultureInfo.InvariantCulture) : ""),
    ];

    private static decimal? Amount(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount < 1_000_000_000_000_000m ? amount : null;

    private static string Text(IQueryCollection query, string name) => query[name].ToString().Trim() is { Length: <= LongestText } text && OutsideText.IsClean(text) ? text : "";
}
