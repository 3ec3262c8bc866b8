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

    /// <summary>The days of the week without settlement; never all of them.</summary>
    public IReadOnlyList<DayOfWeek> Weekend { get; init; } = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>Whether anything is settled on a day.</summary>
    public bool IsBusinessDay(DateOnly date) => !Weekend.Contains(date.DayOfWeek) && !Holidays.Contains(date.ToNumber());

    /// <summary>When money that is due on a date is settled, <c>yyyyMMdd</c>: then, or on the next business day where that day was made a holiday since.</summary>
    public int SettlesOn(int dueDate)
    {
        var date = new DateOnly(dueDate / 10_000, dueDate / 100 % 100, dueDate % 100);
        while (!IsBusinessDay(date))
        {
            date = date.AddDays(1);
        }

        return date.ToNumber();
    }

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
            if (IsBusinessDay(date))
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
