using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Screens;

namespace Paypro.Server.Operator;

/// <summary>The form of a version of terms: rates in per cent, amounts in the currency, the start in the country's zone. What is left empty is 0.</summary>
internal static class TermsForm
{
    /// <returns>The wish, or a sentence that says what to mend.</returns>
    public static (TermsWish? Wish, string? Problem) Read(Visit visit, long merchantNo, Country country)
    {
        string? problem = null;
        int Rate(string name) => Number(name, TypedNumbers.Percent, "{0}: write a rate in per cent, such as 2.5");
        int Whole(string name) => Number(name, TypedNumbers.Whole, "{0}: write a whole number of days");
        long Money(string name) => Number(name, text => TypedNumbers.Amount(text, country.Currency), "{0}: write an amount in digits, such as 1500.50");
        T Number<T>(string name, Func<string, T?> read, string sentence)
            where T : struct
        {
            var text = visit.Field(name);
            if (text.Length == 0)
            {
                return default;
            }

            var value = read(text);
            problem ??= value is null ? sentence.Replace("{0}", name, StringComparison.Ordinal) : null;
            return value ?? default;
        }

        var start = visit.Field("validFrom");
        var fromMs = start.Length == 0 ? 0 : TypedNumbers.Time(start, country.TimeZone);
        if (!Enum.TryParse<Direction>(visit.Field("direction"), out var direction) || fromMs is null)
        {
            return (null, fromMs is null ? "Write the start as a date and a time." : "Choose pay-ins or payouts.");
        }

        var wish = new TermsWish(
            merchantNo, country.IsoCode, direction, visit.Field("way"), fromMs.Value, Rate("rate"), Money("fixed"), Money("minimum"), Money("maximum"), Rate("tax"), Whole("settlementDays"),
            visit.Field("days") != "calendar", visit.Field("returnsFee") == "yes", Rate("refundRate"), Money("refundFixed"), Rate("reserveRate"), Whole("reserveDays"), Money("reserveCap"),
            visit.Field("withholdingName"), Rate("withholdingRate"), Money("disputeFee"));
        return problem is null ? (wish with { BusinessDays = wish.BusinessDays && wish.SettlementDays > 0 }, null) : (null, problem);
    }
}
