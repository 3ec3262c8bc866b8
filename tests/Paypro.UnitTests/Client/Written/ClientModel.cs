using System.Globalization;
using System.Text;
using Paypro.Protocol;
using Paypro.Protocol.Countries;

namespace Paypro.UnitTests.Client.Written;

/// <summary>A member of a request.</summary>
/// <param name="Field">As the country's file has it.</param>
/// <param name="Summary">What it is, with unit, range and length.</param>
/// <param name="Choices">The only right texts; empty when they cannot be listed.</param>
internal sealed record WrittenField(Field Field, string Summary, IReadOnlyList<string> Choices)
{
    public bool IsRequired => Field.Presence == Presence.Required;
}

/// <summary>A member of an answer or a notification, which may stand there under several names.</summary>
internal sealed record WrittenMember(string Name, IReadOnlyList<string> WireNames, string Summary, bool IsAmount, bool IsAlways);

/// <summary>A record that is read: an answer, or a notification.</summary>
internal sealed record WrittenRecord(string Name, string Summary, IReadOnlyList<WrittenMember> Members)
{
    public bool HasStatus => Members.Any(member => member.Name == "status");
}

/// <summary>A call.</summary>
internal sealed record WrittenCall(Operation Operation, string Method, string Summary, string Address, string? Request, IReadOnlyList<WrittenField> Fields, WrittenRecord Answer);

/// <summary>What the clients say of a country, in whatever language.</summary>
internal sealed class ClientModel
{
    public ClientModel(Country country)
    {
        Country = country;
        Calls = [.. country.Operations.Select(CallOf)];
        Notifications =
        [
            RecordOf("PayInNotification", "A pay-in reached a result, or its result changed.", country.PayInNotification),
            RecordOf("PayoutNotification", "A payout reached a result, or its result changed.", country.PayoutNotification),
            RecordOf("RefundNotification", "A refund reached a result, or its result changed.", OwnOperations.RefundNotification),
        ];
        Choices =
        [
            ("Ways", "How payers pay.", [.. country.PayInWays.DistinctBy(way => way.WayCode).Select(way => (way.WayCode, way.Name))]),
            .. Calls.SelectMany(call => call.Fields).Where(field => field.Choices.Count > 0).GroupBy(field => field.Field.Name).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => (Pascal(group.Key) + "s", $"Values of {group.Key}.", (IReadOnlyList<(string, string)>)[.. group.SelectMany(field => field.Choices).Distinct().Select(choice => (choice, choice))])),
        ];
    }

    public Country Country { get; }

    /// <summary>The country's name as one word: <c>SouthKorea</c>.</summary>
    public string Name => NameOf(Country);

    public IReadOnlyList<WrittenCall> Calls { get; }

    public IReadOnlyList<WrittenRecord> Notifications { get; }

    /// <summary>Lists of values, each with a name and what a person calls them.</summary>
    public IReadOnlyList<(string Name, string Summary, IReadOnlyList<(string Value, string Text)> Values)> Choices { get; }

    public string CurrencySentence => Country.AmountDecimals && Country.Currency.MinorDigits > 0
        ? $"Units of {Country.Currency.Code} with at most {Country.Currency.MinorDigits} decimals"
        : $"Whole units of {Country.Currency.Code}";

    public static string NameOf(Country country) => country.Name.Replace(" ", "", StringComparison.Ordinal);

    /// <summary>A text as a name: <c>GCash QR</c> is <c>GCashQR</c>, <c>CLABE</c> is <c>Clabe</c>.</summary>
    public static string Pascal(string text)
    {
        var name = new StringBuilder();
        foreach (var word in text.Split([' ', '-', '_'], StringSplitOptions.RemoveEmptyEntries))
        {
            var isLoud = word.Length > 2 && word.All(letter => !char.IsAsciiLetterLower(letter));
            name.Append(char.ToUpperInvariant(word[0])).Append(isLoud ? word[1..].ToLowerInvariant() : word[1..]);
        }

        return name.ToString();
    }

    private WrittenCall CallOf(Operation operation)
    {
        var (method, request, answer, summary) = ClientTexts.Of(operation.Kind);
        var fields = operation.Fields
            .Where(field => field.Role is not (FieldRole.Sign or FieldRole.Timestamp or FieldRole.Operation))
            .Select(field => new WrittenField(field, SummaryOf(operation, field), [.. field.Rules.SelectMany(rule => RuleForm.Of(rule)?.Choices ?? [])]))
            .OrderBy(field => field.Field.Role switch { FieldRole.TradeNo => 0, FieldRole.RefundNo => 1, FieldRole.Amount => 2, _ => field.IsRequired ? 3 : 4 });
        return new WrittenCall(
            operation, method, summary, $"/{Country.Segment}{operation.Path}", request, [.. fields],
            RecordOf(answer, $"Answer to {method}.", operation.Response));
    }

    private WrittenRecord RecordOf(string name, string summary, IReadOnlyList<ResponseMember> members)
    {
        var isOneAmount = members.Count(IsAmount) == 1;
        return new WrittenRecord(name, summary,
        [
            .. members.Where(member => member.Source != ResponseSource.Timestamp).GroupBy(member => member.Source).Select(group =>
            {
                var (property, text) = ClientTexts.Of(group.Key, isOneAmount);
                var first = group.First();
                return new WrittenMember(property, [.. group.Select(member => member.Name)], text + TimeNote(first), IsAmount(first), group.Any(IsAlways));
            }),
        ]);
    }

    private string TimeNote(ResponseMember member) => member.Form == ResponseForm.LocalTime ? $" yyyy-MM-dd HH:mm:ss in {Country.TimeZone.Id}." : "";

    private static bool IsAmount(ResponseMember member) => member.Form
        is ResponseForm.WholeOrFixedText or ResponseForm.FixedText or ResponseForm.ShortestNumber or ResponseForm.FourDecimalsText or ResponseForm.FourDecimalsNumber;

    /// <summary>A text or time that may be unknown is left out, unless everything with an order has it.</summary>
    private static bool IsAlways(ResponseMember member) => member.Form is not (ResponseForm.Text or ResponseForm.LocalTime)
        || member.Source is ResponseSource.TradeNo or ResponseSource.Number or ResponseSource.Status or ResponseSource.Message or ResponseSource.RefundNo or ResponseSource.RefundNumber;

    private string SummaryOf(Operation operation, Field field) => field.Role switch
    {
        FieldRole.Amount => $"{CurrencySentence}, above zero.{RangeOf(operation)}",
        FieldRole.TradeNo when operation.Kind is OperationKind.QueryPayIn or OperationKind.CancelPayIn => "Your number of the pay-in.",
        FieldRole.TradeNo when operation.Kind == OperationKind.QueryPayout => "Your number of the payout.",
        FieldRole.RefundNo when operation.Kind == OperationKind.QueryRefund => "Your number of the refund.",
        FieldRole.TradeNo when operation.Creates => "Your order number: 1 to 128 printable ASCII characters without blanks, unique per direction.",
        FieldRole.RefundNo when operation.Stores => "Your number of the refund: 1 to 128 printable ASCII characters without blanks, unique among refunds.",
        FieldRole.NotifyUrl when field.Presence == Presence.RequiredWithoutDefault => $"{field.Description} Without it the address that the gateway has for you.",
        FieldRole.NotifyUrl or FieldRole.ReturnUrl => field.Description + " An absolute http or https address.",
        _ => $"{field.Description} At most {field.MaxLength} characters.",
    };

    private string RangeOf(Operation operation)
    {
        var unit = Country.Currency.UnitMinor;
        string Text(long minor) => ((decimal)minor / unit).ToString("0.##", CultureInfo.InvariantCulture);
        if (operation.Kind == OperationKind.CreatePayout)
        {
            return (Country.PayoutMinMinor > 0 ? $" At least {Text(Country.PayoutMinMinor)}." : "") + (Country.PayoutMaxMinor > 0 ? $" At most {Text(Country.PayoutMaxMinor)}." : "");
        }

        if (!operation.Creates)
        {
            return "";
        }

        var greatest = Country.PayInWays.Where(way => way.MaxMinor < AmountReader.MaxMinor).GroupBy(way => way.MaxMinor)
            .Select(group => $"{Text(group.Key)} by {string.Join(", ", group.Select(way => way.WayCode))}").ToList();
        return $" At least {Text(Country.PayInWays.Min(way => way.MinMinor))}{(greatest.Count > 0 ? $", at most {string.Join("; ", greatest)}" : "")}, unless the gateway has other limits for you.";
    }
}
