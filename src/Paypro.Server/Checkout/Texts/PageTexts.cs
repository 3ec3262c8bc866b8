using System.Globalization;
using Paypro.Protocol;

namespace Paypro.Server.Checkout.Texts;

/// <summary>Everything that the hosted page says, in one language. <c>{0}</c> stands for the value that the name speaks of.</summary>
internal sealed record PageTexts
{
    /// <summary>BCP 47 tag for the page's <c>lang</c>.</summary>
    public required string Language { get; init; }

    /// <summary>What precedes an amount in this country: <c>$</c>.</summary>
    public required string CurrencySign { get; init; }
    public required IReadOnlyList<string> Months { get; init; }

    /// <summary><c>{0}</c> day, <c>{1}</c> month, <c>{2}</c> year, <c>{3}</c> time of day.</summary>
    public required string DateAndTime { get; init; }

    /// <summary>The name of the country's time zone, as its people say it.</summary>
    public required string Zone { get; init; }

    public required string Sandbox { get; init; }
    public required string PayTo { get; init; }
    public required string Order { get; init; }
    public required string Amount { get; init; }
    public required string Total { get; init; }
    public required string Due { get; init; }
    public required string PaidAt { get; init; }
    public required string Support { get; init; }
    public required string UpdatesItself { get; init; }
    public required string UpdatesSlowly { get; init; }

    public required string ChooseTitle { get; init; }
    public required string ChooseText { get; init; }
    public required string ChooseAnother { get; init; }
    public required string NoWay { get; init; }
    public required string Declined { get; init; }
    public required string Refused { get; init; }

    /// <summary>Name and explanation of each way; a way without an entry shows its own name.</summary>
    public required IReadOnlyDictionary<string, WayText> Ways { get; init; }

    public required string Copy { get; init; }
    public required string Copied { get; init; }
    public required string Print { get; init; }
    public required string Clabe { get; init; }
    public required string Beneficiary { get; init; }
    public required string Bank { get; init; }
    public required string Concept { get; init; }
    public required string StoreReference { get; init; }
    public required string StoreNetwork { get; init; }
    public required string Barcode { get; init; }
    public required string PaymentData { get; init; }
    public required string HowTo { get; init; }

    public required string ReturnNow { get; init; }
    public required string ReturnSoon { get; init; }
    public required string ReturnWithoutPaying { get; init; }
    public required string AlreadyPaid { get; init; }
    public required string StillToPay { get; init; }
    public required string GoneBack { get; init; }

    /// <summary>Heading and explanation of each state.</summary>
    public required IReadOnlyDictionary<PageState, StateText> States { get; init; }
    public required StateText PartlyPaidInTime { get; init; }
    public required StateText NotFound { get; init; }
    public required StateText Busy { get; init; }

    /// <summary><c>$1,234.50 MXN</c>.</summary>
    public string Money(long minor, Currency currency) =>
        $"{CurrencySign}{AmountText.ToFixed(minor, currency, currency.MinorDigits).ToString($"N{currency.MinorDigits}", CultureInfo.InvariantCulture)} {currency.Code}";

    public string Moment(long unixMs, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), zone);
        return DateAndTime
            .Replace("{0}", local.Day.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{1}", Months[local.Month - 1], StringComparison.Ordinal)
            .Replace("{2}", local.Year.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{3}", local.ToString("HH:mm", CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    public static string Fill(string text, string value) => text.Replace("{0}", value, StringComparison.Ordinal);
}

/// <summary>A way's name, one sentence about it, and the steps of paying with it; <c>{0}</c> is the amount to pay.</summary>
internal sealed record WayText(string Name, string Hint, IReadOnlyList<string> Steps);

/// <summary>The heading of a state and what the payer should know.</summary>
internal sealed record StateText(string Title, string Text);
