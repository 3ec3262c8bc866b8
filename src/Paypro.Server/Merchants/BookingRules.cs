using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Ledger;
using Paypro.Server.Platform;

namespace Paypro.Server.Merchants;

/// <summary>How a country books.</summary>
/// <param name="AcceptsPartial">Whether <c>0001</c> is listed; if not, too little money waits in suspense.</param>
/// <param name="Zone">Value and due dates are local.</param>
/// <param name="Holidays">Days without settlement, <c>yyyyMMdd</c>.</param>
internal sealed record BookingRules(bool AcceptsPartial, TimeZoneInfo Zone, IReadOnlySet<int> Holidays)
{
    /// <summary>What merchants read of a failure: the country's code for its cause, and that code's text.</summary>
    public Func<FailureCause, DocumentedCode> CodeOf { get; init; } = static _ => new DocumentedCode(ResultStatus.Failed, ResultMessage.Rejected);

    public int ValueDate(long atMs) => Clock.LocalDate(atMs, Zone).ToNumber();

    /// <summary>When money booked now becomes available; 0 = at once. The cut-off is local midnight.</summary>
    public int DueDate(Terms terms, long bookedAtMs)
    {
        if (terms.SettlementDays == 0)
        {
            return 0;
        }

        var date = Clock.LocalDate(bookedAtMs, Zone);
        if (!terms.BusinessDays)
        {
            return date.AddDays(terms.SettlementDays).ToNumber();
        }

        for (var left = terms.SettlementDays; left > 0;)
        {
            date = date.AddDays(1);
            if (date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !Holidays.Contains(date.ToNumber()))
            {
                left--;
            }
        }

        return date.ToNumber();
    }

    /// <summary>When what is held as a reserve of money booked now becomes available; calendar days. 0 = there is no reserve.</summary>
    public int ReserveDate(Terms terms, long bookedAtMs) =>
        terms.ReserveBasisPoints == 0 ? 0 : Clock.LocalDate(bookedAtMs, Zone).AddDays(terms.ReserveDays).ToNumber();
}
