using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Notifications;
using Paypro.Server.Screens.Lists;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>A row of a list of payments.</summary>
internal sealed record PaymentLine(OrderRow Order, Country Country, Told Told);

/// <summary>The columns of the lists of pay-ins and payouts: one table for the screen and for files.</summary>
internal static class PaymentColumns
{
    private static readonly ListColumn<PaymentLine> Created = new("created", "Created", CellKind.Moment, l => At(l.Order.CreatedAtMs));
    private static readonly ListColumn<PaymentLine> Merchant = new("merchant", "Merchant number", CellKind.Code, l => Text(l.Order.MerchantNo.ToString(System.Globalization.CultureInfo.InvariantCulture)), AtFirst: false);
    private static readonly ListColumn<PaymentLine> Number = new("number", "Number", CellKind.Code, l => new Cell(l.Order.Number, Link: PathOf(l.Order)));
    private static readonly ListColumn<PaymentLine> TradeNo = new("trade", "Your number", CellKind.Code, l => Text(l.Order.TradeNo));
    private static readonly ListColumn<PaymentLine> State = new("state", "State", CellKind.Words, l => StateOf(l.Order));
    private static readonly ListColumn<PaymentLine> Exception = new("exception", "Unusual", CellKind.Words, l => ExceptionOf(l.Order));
    private static readonly ListColumn<PaymentLine> Currency = new("currency", "Currency", CellKind.Text, l => Text(l.Order.Currency));
    private static readonly ListColumn<PaymentLine> Fee = new("fee", "Fee and tax", CellKind.Amount, l => Amount(l, l.Order.FeeMinor + l.Order.TaxMinor));
    private static readonly ListColumn<PaymentLine> ToldColumn = new("told", "Told", CellKind.Words, l => ToldOf(l.Told));
    private static readonly ListColumn<PaymentLine> Reference = new("reference", "Rail reference", CellKind.Code, l => Text(l.Order.Utr), AtFirst: false);
    private static readonly ListColumn<PaymentLine> Sub = new("sub", "Sub-merchant", CellKind.Code, l => Text(l.Order.SubMerchant), AtFirst: false);
    private static readonly ListColumn<PaymentLine> Remark = new("remark", "Remark", CellKind.Text, l => Text(l.Order.Remark), AtFirst: false);
    private static readonly ListColumn<PaymentLine> Succeeded = new("succeeded", "Succeeded", CellKind.Moment, l => At(l.Order.SuccessAtMs), AtFirst: false);

    public static readonly IReadOnlyList<ListColumn<PaymentLine>> PayIns =
    [
        Created, Merchant, Number, TradeNo,
        new("way", "Way", CellKind.Text, l => Text(WayOf(l.Country, l.Order))), State, Exception,
        new("asked", "Asked", CellKind.Amount, l => Amount(l, l.Order.AmountMinor)),
        new("paid", "Paid", CellKind.Amount, l => l.Order.PaidMinor == 0 ? Cell.Empty : Amount(l, l.Order.PaidMinor - l.Order.ReturnedMinor)),
        Fee, Currency, ToldColumn, Reference, Sub, Remark, Succeeded,
    ];

    public static readonly IReadOnlyList<ListColumn<PaymentLine>> Payouts =
    [
        Created, Merchant, Number, TradeNo,
        new("way", "Account kind", CellKind.Text, l => Text(WayOf(l.Country, l.Order))),
        new("bank", "Bank", CellKind.Code, l => Text(l.Order.BankCode)), State, Exception,
        new("asked", "Amount", CellKind.Amount, l => Amount(l, l.Order.AmountMinor)), Fee,
        new("reserved", "Reserved", CellKind.Amount, l => l.Order.State == OrderState.Pending ? Amount(l, l.Order.AmountMinor + l.Order.FeeMinor + l.Order.TaxMinor) : Cell.Empty, AtFirst: false),
        Currency, ToldColumn, Reference, Sub, Remark, Succeeded,
    ];

    /// <summary>Those chosen, in their fixed order; where nothing that exists was chosen, those shown at first.</summary>
    public static IReadOnlyList<ListColumn<PaymentLine>> Of(PaymentQuery query)
    {
        var all = query.Direction == Direction.PayIn ? PayIns : Payouts;
        var chosen = all.Where(c => query.Columns.Contains(c.Key)).ToList();
        return chosen.Count > 0 ? chosen : [.. all.Where(c => c.AtFirst)];
    }

    public static string PathOf(OrderRow order) => order.Direction switch
    {
        Direction.PayIn => $"/dashboard/payins/{order.Number}",
        Direction.Payout => $"/dashboard/payouts/{order.Number}",
        Direction.Refund => $"/dashboard/refunds/{order.Number}",
        _ => $"/dashboard/withdrawals?merchant={order.MerchantNo}",
    };

    public static string WayOf(Country country, OrderRow order) => WayOf(country, order.Direction, order.Way);

    /// <summary>What people call a way; its code where there is no name.</summary>
    public static string WayOf(Country country, Direction direction, string way) => direction == Direction.PayIn && country.FindWay(way) is { } known ? known.Name : way is "*" ? "" : way;

    public static Cell StateOf(OrderRow order) => new(
        PaymentQuery.States.Where(s => s.State == order.State).Select(s => s.Text).Single(),
        State: order.State switch { OrderState.Paid => "good", OrderState.PartlyPaid or OrderState.Returned => "warn", OrderState.Failed => "bad", _ => "" });

    public static Cell ExceptionOf(OrderRow order) =>
        PaymentQuery.Exceptions.FirstOrDefault(e => (order.Exceptions & e.Flags) != 0) is { Text: { } text } ? new Cell(text, State: "warn") : Cell.Empty;

    public static Cell ToldOf(Told told) => told switch
    {
        Told.Taken => new Cell("Taken", State: "good"),
        Told.Waiting => new Cell("On its way", State: "warn"),
        Told.GivenUp => new Cell("Not taken", State: "bad"),
        _ => Cell.Empty,
    };

    private static Cell Text(string text) => new(text);

    private static Cell At(long ms) => new(Number: ms);

    private static Cell Amount(PaymentLine line, long minor) => new(Number: minor, Currency: line.Country.Currency);
}
