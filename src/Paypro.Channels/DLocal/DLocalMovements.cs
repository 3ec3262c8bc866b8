using System.Globalization;
using System.Text.RegularExpressions;
using Paypro.Protocol.Countries;

namespace Paypro.Channels.DLocal;

/// <summary>Reads states, the same way from notifications and questions. The word decides and never the number, which is another one in each of the APIs. Pure.</summary>
internal static partial class DLocalMovements
{
    private const string Pending = "PENDING", Paid = "PAID", Rejected = "REJECTED", Cancelled = "CANCELLED", Expired = "EXPIRED", Success = "SUCCESS";

    private const int LongestCurrency = 3;

    /// <summary>Whether a state is none that the documentation names for what is still under way or over; money of cards, which is only held, is such too.</summary>
    public static bool IsOdd(Direction direction, string? state) => direction switch
    {
        Direction.PayIn => state is not (Pending or Paid or Rejected or Cancelled or Expired),
        Direction.Refund => state is not (Pending or Success or Rejected or Cancelled),
        _ => state is not (Pending or Paid or Rejected or Cancelled or "DELIVERED" or "ON_HOLD" or "ON_HOLD_BY_COMPLIANCE"),
    };

    /// <summary>A pay-in; null when it cannot be read.</summary>
    public static Observation? OfPayment(DLocalPayment told)
    {
        if (!DLocalReference.IsName(told.Id) || !DLocalReference.IsName(told.OrderId) || Shell(Direction.PayIn, told.OrderId!, told.Id!, told.Currency, told.Status) is not { } said)
        {
            return null;
        }

        return told.Status switch
        {
            Paid => Moved(said, told.Amount, told.ApprovedAt),
            Rejected => said with { Kind = ObservationKind.Failed, Reason = ReasonOf(told.Code), FailureCause = CauseOf(told.Code, told.Detail) },
            Cancelled => said with { Kind = ObservationKind.Failed, Reason = "It was cancelled." },
            Expired => said with { Kind = ObservationKind.Failed, Reason = "It was not paid in time." },
            _ => said,
        };
    }

    /// <summary>A refund; null when it cannot be read.</summary>
    /// <param name="told">What the rail tells.</param>
    /// <param name="reference">What we call it; the rail does not know.</param>
    public static Observation? OfRefund(DLocalRefund told, string reference) =>
        !DLocalReference.IsName(told.Id) || Shell(Direction.Refund, reference, told.Id!, told.Currency, told.Status) is not { } said ? null : told.Status switch
        {
            Success => Moved(said, told.Amount, told.CreatedAt),
            Rejected or Cancelled => said with { Kind = ObservationKind.Failed, Reason = "dLocal could not send it back." },
            _ => said,
        };

    /// <summary>A payout; null when it cannot be read. What the recipient's bank has can still be refused there.</summary>
    public static Observation? OfPayout(DLocalPayout told) =>
        !DLocalReference.IsName(told.Id) || !DLocalReference.IsName(told.ExternalId) || Shell(Direction.Payout, told.ExternalId!, told.Id!, told.Currency, told.Status) is not { } said ? null : told.Status switch
        {
            Paid => Moved(said, told.Amount, told.UpdatedAt),
            Rejected => said with { Kind = ObservationKind.Failed, Reason = ReasonOf(told.Code) },
            Cancelled => said with { Kind = ObservationKind.Failed, Reason = "It was cancelled." },
            _ => said,
        };

    /// <summary>A time of the rail, with <c>Z</c>, with <c>+0000</c> or with <c>+00:00</c>; 0 where there is none that can be read.</summary>
    public static long TimeOf(string? text)
    {
        if (text is not { Length: > 0 and <= 40 })
        {
            return 0;
        }

        var zone = ZoneWithoutColon().Replace(text, "$1:$2");
        return DateTimeOffset.TryParse(zone, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.ToUnixTimeMilliseconds() is > 0 and var ms ? ms : 0;
    }

    private static Observation? Shell(Direction direction, string reference, string railId, string? currency, string? state) =>
        currency is not { Length: LongestCurrency } || !currency.All(char.IsAsciiLetterUpper) || string.IsNullOrEmpty(state) ? null : new Observation
        {
            Kind = ObservationKind.Pending,
            Direction = direction,
            Reference = reference,
            Currency = currency,
            RailId = railId,
        };

    private static Observation? Moved(Observation said, string? amount, string? at) => !DLocalAmount.TryRead(amount, said.Currency, out var minor) || minor == 0 ? null : said with
    {
        Kind = ObservationKind.Paid,
        AmountMinor = minor,
        OccurredAtMs = TimeOf(at),
        RailReference = said.RailId,
        DedupeKey = said.RailId,
    };

    /// <summary>Our own sentence: dLocal's text is not shown, since nothing says what may stand in it.</summary>
    private static string ReasonOf(string? code) => code is { Length: >= 3 and <= 4 } && code.All(char.IsAsciiDigit) ? $"The rail rejected it ({code})." : "The rail rejected it.";

    private static FailureCause CauseOf(string? code, string? detail) => code switch
    {
        "302" => FailureCause.InsufficientFunds,
        "319" when detail?.Contains("daily", StringComparison.OrdinalIgnoreCase) == true => FailureCause.DailyAmount,
        "325" => FailureCause.DailyCount,
        _ => FailureCause.Unspecified,
    };

    [GeneratedRegex("([+-][0-9]{2})([0-9]{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex ZoneWithoutColon();
}
