using System.Globalization;
using System.Text.Json;

namespace Paypro.Server.Checkout.Texts;

/// <summary>
/// Everything that the hosted page says, in one language, as its file has it. A word in braces stands for a value: <c>{amount}</c>,
/// <c>{network}</c> (what the payer knows the rail or bank as), <c>{name}</c>, <c>{host}</c>. A file that lacks a text stops the start.
/// </summary>
internal sealed record PageTexts
{
    /// <summary>BCP 47 tag for the page's <c>lang</c>.</summary>
    public required string Language { get; init; }

    /// <summary>The language in its own words, for the switch.</summary>
    public required string Name { get; init; }
    public bool RightToLeft { get; init; }
    public required IReadOnlyList<string> Months { get; init; }

    /// <summary>Before and after noon.</summary>
    public required IReadOnlyList<string> Halves { get; init; }

    /// <summary><c>{day}</c>, <c>{month}</c>, <c>{year}</c>, and the time of day as <c>{hour24}</c> or <c>{hour12}</c> with <c>{half}</c>.</summary>
    public required string Moment { get; init; }

    /// <summary>By country, the name of its time zone as its people say it.</summary>
    public required IReadOnlyDictionary<string, string> Zones { get; init; }

    public required string Sandbox { get; init; }
    public required string PayTo { get; init; }
    public required string Order { get; init; }
    public required string Amount { get; init; }
    public required string Total { get; init; }
    public required string Due { get; init; }
    public required string PaidAt { get; init; }
    public required string Number { get; init; }
    public required string Help { get; init; }
    public required string Languages { get; init; }
    public required string UpdatesItself { get; init; }
    public required string UpdatesSlowly { get; init; }

    public required string ChooseText { get; init; }
    public required string ChooseAnother { get; init; }
    public required string NoWay { get; init; }
    public required string Declined { get; init; }

    /// <summary>The same where there is no other way to choose.</summary>
    public required string DeclinedOnly { get; init; }
    public required string Refused { get; init; }
    public required GroupTexts Groups { get; init; }

    /// <summary>By <see cref="Protocol.Countries.InstructionKinds"/>.</summary>
    public required IReadOnlyDictionary<string, KindText> Kinds { get; init; }

    /// <summary>By country and way (<c>MX.va</c>): only where the way's own name says too little in this language.</summary>
    public required IReadOnlyDictionary<string, WayText> Ways { get; init; }

    /// <summary>By the name that a channel account gives: only where payers of this language write it otherwise.</summary>
    public required IReadOnlyDictionary<string, string> Banks { get; init; }

    public required string Copy { get; init; }
    public required string CopyCode { get; init; }
    public required string ShowCode { get; init; }
    public required string OtherDevice { get; init; }
    public required string ScanHere { get; init; }
    public required string Copied { get; init; }
    public required string Save { get; init; }
    public required string Print { get; init; }
    public required string Beneficiary { get; init; }
    public required string Concept { get; init; }
    public required string HowTo { get; init; }
    public required string OnThisPhone { get; init; }
    public required AskTexts Ask { get; init; }
    public required ReceiptTexts Receipt { get; init; }
    public required string OpenWallet { get; init; }
    public required string OpenApp { get; init; }
    public required PromptTexts Prompt { get; init; }
    public required WalletTexts Wallet { get; init; }

    public required string ReturnNow { get; init; }
    public required string ReturnSoon { get; init; }
    public required string Stay { get; init; }
    public required string ReturnWithoutPaying { get; init; }
    public required string AlreadyPaid { get; init; }
    public required string StillToPay { get; init; }
    public required string GoneBack { get; init; }
    public required string Excess { get; init; }
    public required string Method { get; init; }
    public required string Reference { get; init; }
    public required string SaveReceipt { get; init; }
    public required string Share { get; init; }

    public required LinkTexts Link { get; init; }

    /// <summary>Heading and explanation of each <see cref="PageState"/>, and of the pages that show no order.</summary>
    public required IReadOnlyDictionary<string, StateText> States { get; init; }
    public required SimulatorTexts Simulator { get; init; }

    public StateText NotFound => States["notFound"];
    public StateText Busy => States["busy"];

    /// <param name="state">What the payer sees.</param>
    /// <param name="inTime">Whether the rest of a partial payment is still awaited.</param>
    public StateText Says(PageState state, bool inTime) =>
        States[state == PageState.PartlyPaid && inTime ? "partlyPaidInTime" : JsonNamingPolicy.CamelCase.ConvertName(state.ToString())];

    /// <param name="unixMs">Unix milliseconds UTC.</param>
    /// <param name="country">ISO 3166 code.</param>
    /// <param name="zone">The country's time zone.</param>
    public string When(long unixMs, string country, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(unixMs), zone);
        var moment = Fill(
            Moment,
            ("day", local.Day.ToString(CultureInfo.InvariantCulture)),
            ("month", Months[local.Month - 1]),
            ("year", local.Year.ToString(CultureInfo.InvariantCulture)),
            ("hour24", local.ToString("HH:mm", CultureInfo.InvariantCulture)),
            ("hour12", local.ToString("h:mm", CultureInfo.InvariantCulture)),
            ("half", Halves[local.Hour / 12]));
        return Zones.TryGetValue(country, out var zoneName) ? $"{moment} ({zoneName})" : moment;
    }

    /// <summary>Minutes and seconds: <c>1:59</c>.</summary>
    public static string Left(long ms) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(ms, 0) / 60_000}:{Math.Max(ms, 0) / 1000 % 60:00}");

    public static string Fill(string text, params ReadOnlySpan<(string Name, string Value)> values)
    {
        foreach (var (name, value) in values)
        {
            text = text.Replace($"{{{name}}}", value, StringComparison.Ordinal);
        }

        return text;
    }
}

/// <summary>Headings above the ways of a kind.</summary>
internal sealed record GroupTexts(string Transfer, string Qr, string Wallet, string Cash);

/// <summary>A kind of instruction: one sentence for the choice, the names of its value and its bank, and the steps of paying.</summary>
/// <param name="Hint">Under the way's name in the choice.</param>
/// <param name="Label">What the number or code is called.</param>
/// <param name="Bank">What the one who takes the payment is called.</param>
/// <param name="Steps">How to pay.</param>
/// <param name="SamePhone">How to pay for someone who reads the page on the phone that pays; QR codes alone have it.</param>
internal sealed record KindText(string Hint, string Label, string Bank, IReadOnlyList<string> Steps, IReadOnlyList<string>? SamePhone = null);

/// <summary>What a language says of one way; null leaves the way's own name and its kind's words.</summary>
internal sealed record WayText(string? Name = null, string? Hint = null, string? Network = null, IReadOnlyList<string>? Steps = null);

/// <summary>The field that a payer fills in, named by what it means.</summary>
internal sealed record AskTexts(string Account, string Email, string Identity, string Mobile, string Name, string Why, string Example, string Wrong, string Go, string Back);

/// <summary>The page of a payment link, before there is an order.</summary>
/// <param name="AtLeast">What may be typed, with <c>{least}</c>.</param>
/// <param name="AtMost">The same with <c>{most}</c>.</param>
/// <param name="AmountWrong">About an amount that cannot be paid here.</param>
internal sealed record LinkTexts(string AtLeast, string AtMost, string AmountWrong, string FirstName, string LastName, string BirthDate, StateText Paid, StateText Closed, StateText Stopped);

/// <summary>The fallback of a prompt: the payer hands in the code of the wallet's message.</summary>
internal sealed record ReceiptTexts(string Title, string Label, string Text, string Go, string Asked);

/// <summary>A prompt's own time, and what to do when it is over.</summary>
internal sealed record PromptTexts(string Within, string Over, string Again, string Change);

/// <summary>The sandbox's wallet.</summary>
internal sealed record WalletTexts(string Title, string Note, string Mobile, string Pin, string Enter, string Pay, string Approve, string Decline, string Lose, string Lost, string LostText, string Back);

/// <summary>The sandbox's buttons.</summary>
internal sealed record SimulatorTexts(string Title, string Pay, string Part, string More, string Late, string Decline, string Expire, string Refused);

/// <summary>The heading of a state and what the payer should know.</summary>
internal sealed record StateText(string Title, string Text);
