using System.Globalization;
using Paypro.Channels;
using Paypro.Protocol;
using Paypro.Server.Dashboard.Payments;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator.CaseWork;

/// <summary>Cases and statements in words.</summary>
internal static class CaseWords
{
    public static string Of(CaseSeverity severity) => CaseFilter.Severities.Single(s => s.Severity == severity).Text;

    public static string ToneOf(CaseSeverity severity) => severity switch { CaseSeverity.Now => "bad", CaseSeverity.Today => "warn", _ => "" };

    /// <summary>With its currency; minor units of a currency that is none of ours.</summary>
    public static string Amount(long minor, string currency) => Currency.All.FirstOrDefault(c => c.Code == currency) is { } known
        ? $"{AmountText.ToFixed(minor, known, known.MinorDigits).ToString($"N{known.MinorDigits}", CultureInfo.InvariantCulture)} {currency}"
        : string.Create(CultureInfo.InvariantCulture, $"{minor} {currency}");

    /// <summary>How long it has been there: <c>3 min</c>, <c>5 h</c>, <c>2 d</c>.</summary>
    public static string Age(long ms) => TimeSpan.FromMilliseconds(Math.Max(0, ms)) switch
    {
        { TotalMinutes: < 120 } age => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalMinutes} min"),
        { TotalHours: < 48 } age => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalHours} h"),
        var age => string.Create(CultureInfo.InvariantCulture, $"{(int)age.TotalDays} d"),
    };

    public static string Of(StatementSource source) => source switch
    {
        StatementSource.Callback => "called us",
        StatementSource.Query => "answered",
        StatementSource.Listing => "listed it",
        _ => "a person",
    };

    public static string Of(ObservationKind kind) => kind switch
    {
        ObservationKind.Paid => "paid",
        ObservationKind.Failed => "failed",
        ObservationKind.Returned => "went back",
        ObservationKind.NotFound => "unknown to the rail",
        ObservationKind.Pending => "under way",
        _ => "no answer",
    };

    public static string Of(StatementOutcome outcome) => outcome switch
    {
        StatementOutcome.Booked => "booked",
        StatementOutcome.Suspense => "in suspense",
        StatementOutcome.Waiting => "waits",
        StatementOutcome.Contradiction => "contradicts",
        StatementOutcome.Refused => "not taken",
        StatementOutcome.Rejected => "rejected",
        StatementOutcome.Repeated => "told again",
        StatementOutcome.TakenBack => "taken back",
        _ => "a hint",
    };

    public static string ToneOf(StatementOutcome outcome) => outcome switch
    {
        StatementOutcome.Booked => "good",
        StatementOutcome.Contradiction or StatementOutcome.Refused => "bad",
        StatementOutcome.Suspense or StatementOutcome.Waiting => "warn",
        _ => "",
    };

    public static string Of(DecisionKind kind) => kind switch
    {
        DecisionKind.Paid => "decided as paid",
        DecisionKind.Failed => "decided as failed",
        DecisionKind.Assign => "assigned to an order",
        DecisionKind.SendBack => "sent back",
        DecisionKind.Accept => "statement accepted",
        DecisionKind.Reject => "statement rejected",
        DecisionKind.Release => "released",
        DecisionKind.Refuse => "refused",
        DecisionKind.TakeBack => "taken back from an order",
        DecisionKind.Reopen => "opened again",
        _ => "settled with what came",
    };

    /// <summary>How far an attempt is. An operator reads what its merchant does not: that it waits, or is held.</summary>
    public static string Of(AttemptState state) => state switch
    {
        AttemptState.Parked => "Waits to be sent",
        AttemptState.Screening or AttemptState.Held => "Held",
        _ => PaymentWords.Of(state),
    };

    /// <summary>What a person did; one that has no words is shown by its own name.</summary>
    public static string OfAction(string action) => action switch
    {
        "payout.decide-paid" => "decided as paid",
        "payout.decide-failed" => "decided as failed",
        "payout.release" or "payin.release" => "released",
        "payout.refuse" => "refused",
        "payout.retry" => "sent on",
        "payin.expire" => "ended before its time",
        "payin.reopen" => "opened again",
        "payin.settle-underpaid" => "settled with what came",
        "suspense.assign" => "assigned to an order",
        "suspense.take-back" => "taken back from an order",
        "suspense.return" => "sent back",
        "statement.accept" => "statement accepted",
        "statement.reject" => "statement rejected",
        "balance.tell" => "balance told",
        "case.resolve" => "closed without moving money",
        _ => action,
    };

    public static (string Text, string Tone) Of(DecisionState state) => state switch
    {
        DecisionState.Waits => ("is carried out", "warn"),
        DecisionState.Done => ("done", "good"),
        _ => ("not carried out", "bad"),
    };
}
