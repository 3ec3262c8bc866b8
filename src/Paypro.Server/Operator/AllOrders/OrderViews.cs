using Paypro.Server.Operator.CaseWork;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.AllOrders;

internal sealed record OrderView(
    string Number, string Kind, long MerchantNo, string TradeNo, string Country, string Currency, string Way, long AmountMinor, string State, long PaidMinor, long ReturnedMinor, long FeeMinor, long TaxMinor, long CreatedAtMs)
{
    public static OrderView Of(OrderRow row) => new(
        row.Number, CaseView.Name(row.Direction), row.MerchantNo, row.TradeNo, row.Country, row.Currency, row.Way, row.AmountMinor, CaseView.Name(row.State), row.PaidMinor, row.ReturnedMinor, row.FeeMinor, row.TaxMinor, row.CreatedAtMs);
}

internal sealed record OrderAttemptView(int No, long ChannelAccountId, string Way, string Reference, string RailId, string State, long CostMinor, long SentAtMs, long AskedAtMs, long AnsweredAtMs)
{
    public static OrderAttemptView Of(AttemptRow row) => new(row.AttemptNo, row.ChannelAccountId, row.Way, row.Reference, row.RailId, CaseView.Name(row.State), row.CostMinor, row.SentAtMs, row.AskedAtMs, row.AnsweredAtMs);
}

internal sealed record OrderEventView(string Type, string Cause, string Detail, long AtMs)
{
    public static OrderEventView Of(EventRow row) => new(CaseView.Name(row.Type), row.Cause, row.Detail, row.AtMs);
}

/// <summary>An order without its person.</summary>
/// <param name="ExpectedOn">Of a payout that waits for its rail's hours: the day on which it is expected to be sent; else empty.</param>
internal sealed record OrderDetailView(OrderView Order, IReadOnlyList<OrderAttemptView> Attempts, IReadOnlyList<SaidView> Said, IReadOnlyList<OrderEventView> Events, IReadOnlyList<OrderEntry> Entries, IReadOnlyList<CaseActionView> Actions,
    IReadOnlyList<AssignedMoney> Assigned, string ExpectedOn)
{
    public static OrderDetailView Of(OrderDossier dossier) => new(
        OrderView.Of(dossier.Order), [.. dossier.Attempts.Select(OrderAttemptView.Of)], [.. dossier.Statements.Select(SaidView.Of)], [.. dossier.Events.Select(OrderEventView.Of)], dossier.Entries,
        [.. dossier.Actions.Select(CaseActionView.Of)], dossier.Assigned, dossier.ExpectedOn);
}

/// <param name="Account">The channel account; 0 for the one where it waits.</param>
/// <param name="Reason">1 to 300 characters.</param>
internal sealed record RetryWish(long Account, string Reason);

/// <param name="Person">A phone number or an account.</param>
internal sealed record PersonWish(string Person);

/// <param name="By">What fits.</param>
/// <param name="Case">The open case of money that belongs to no order; 0 for none.</param>
internal sealed record FindingView(string By, OrderView? Order, SaidView? Said, long Case)
{
    public static FindingView Of(Finding found) => new(found.By, found.Order is { } order ? OrderView.Of(order) : null, found.Statement is { } said ? SaidView.Of(said) : null, found.Case);
}
