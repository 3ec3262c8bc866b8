using System.Globalization;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Dashboard.Links;

/// <summary>What somebody typed to make a payment link.</summary>
internal sealed record LinkWish(string Title, bool Reusable, string Amount, string Least, string Most, IReadOnlyList<string> Ways, string Ends, string SubMerchant)
{
    public const int LongestTitle = 140;

    /// <summary>A link that nobody looks after should not take money without end.</summary>
    public const int LongestDays = 366;

    public static readonly LinkWish Empty = new("", false, "", "", "", [], "", "");

    public static LinkWish Read(Visit visit) => new(
        OutsideTitle(visit.Field("title")), visit.Field("kind") == "reusable", visit.Field("amount"), visit.Field("least"), visit.Field("most"), [.. visit.Form["way"].Select(w => w ?? "").Distinct()], visit.Field("ends"),
        visit.Field("sub"));

    /// <summary>The link, without its number and maker.</summary>
    /// <param name="country">The merchant's.</param>
    /// <param name="zone">In which the end was typed.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <param name="problem">A sentence that says what to mend; null when there is nothing.</param>
    public PaymentLinkRow? ToRow(Country country, TimeZoneInfo zone, long nowMs, out string? problem)
    {
        var (amount, least, most) = (Minor(Amount, country), Minor(Least, country), Minor(Most, country));
        var endsMs = Ends.Length == 0 ? 0 : TypedNumbers.Time(Ends, zone);
        problem = Title.Length is 0 or > LongestTitle ? string.Create(CultureInfo.InvariantCulture, $"Say in 1 to {LongestTitle} characters what is paid for.")
            : amount is null || least is null || most is null ? (country.AmountDecimals ? "Write the amount in digits, such as 1500 or 1500.50." : "Write the amount as a whole number, such as 1500.")
            : amount > 0 && least + most > 0 ? "A fixed amount has no least and no greatest amount."
            : most > 0 && least > most ? "The least amount is greater than the greatest."
            : Ways.Any(w => country.FindWay(w) is null) ? "Choose among the ways of this country."
            : endsMs is null || (endsMs > 0 && endsMs <= nowMs) ? "The end must be a time in the future."
            : endsMs > nowMs + (LongestDays * 86_400_000L) ? string.Create(CultureInfo.InvariantCulture, $"The end may be at most {LongestDays} days away.")
            : null;
        return problem is not null ? null : new PaymentLinkRow
        {
            Country = country.IsoCode, Title = Title, Reusable = Reusable, AmountMinor = amount!.Value, LeastMinor = least!.Value, MostMinor = most!.Value,
            Ways = string.Join(',', country.PayInWays.Select(w => w.Code).Where(Ways.Contains)), EndsAtMs = endsMs!.Value, SubMerchant = SubMerchant,
        };
    }

    /// <returns>0 for nothing; null when it is no amount of the country.</returns>
    private static long? Minor(string typed, Country country) =>
        typed.Length == 0 ? 0
        : TypedNumbers.Amount(typed, country.Currency) is { } minor and > 0 and <= AmountReader.MaxMinor && (country.AmountDecimals || minor % country.Currency.UnitMinor == 0) ? minor
        : null;

    /// <summary>It goes out with notifications as the remark: without characters that no call takes.</summary>
    private static string OutsideTitle(string typed) => string.Concat(typed.Where(c => !char.IsControl(c))).Trim();
}
