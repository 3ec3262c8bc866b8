using System.Globalization;
using System.Text.Json;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Sandbox;

namespace Paypro.Server.Demo;

/// <summary>The requests of the demo's merchants, made from the countries' own documented examples and read as the merchant API reads them.</summary>
internal sealed class DemoRequests(SnapshotStore snapshots)
{
    /// <summary>Members that would name somebody: they are the demo's own instead.</summary>
    private static readonly Dictionary<FieldRole, string> Persons = new()
    {
        [FieldRole.Name] = "Demo Customer", [FieldRole.FirstName] = "Demo", [FieldRole.LastName] = "Customer", [FieldRole.Email] = $"customer@{Access.DemoUsers.Domain}",
    };

    /// <summary>The call for a way, and what its request says of the way.</summary>
    public static (Operation Operation, Dictionary<FieldRole, string?> Texts) ForWay(Country country, PayInWay way)
    {
        var direct = country.FindOperation(OperationKind.CreatePayIn);
        var operation = direct is not null && (country.PayInWays.Count == 1 || direct.Fields.Any(f => f.Role is FieldRole.Way or FieldRole.Channel))
            ? direct : country.FindOperation(OperationKind.CreateHostedPayIn)!;
        var sample = operation.Examples.FirstOrDefault(e => e.Texts.Any(t => t.Role == FieldRole.Way && t.Text is not null && way.IsNamed(t.Text)));
        var texts = sample is null ? [] : sample.Texts.ToDictionary(t => t.Role, t => t.Text);
        texts[FieldRole.Way] = way.WayCode;
        texts[FieldRole.Channel] = way.ChannelCode;
        return (operation, texts);
    }

    /// <summary>The requests for payouts that a country documents: one for each kind of account, and more.</summary>
    public static IReadOnlyList<Dictionary<FieldRole, string?>> Payouts(Country country) =>
        [[], .. country.FindOperation(OperationKind.CreatePayout)!.Examples.Select(e => e.Texts.ToDictionary(t => t.Role, t => t.Text))];

    /// <summary>A request, read.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="operation">What it asks for.</param>
    /// <param name="texts">What differs from the example; null leaves a member out.</param>
    /// <param name="nowMs">When.</param>
    /// <exception cref="InvalidOperationException">It is not one that the API takes.</exception>
    public RequestFields Make(Merchant merchant, Operation operation, IReadOnlyDictionary<FieldRole, string?> texts, long nowMs)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, text) in SamplePages.SampleOf(operation, "", "", nowMs, withPayer: true))
        {
            members[name] = text ?? "";
        }

        foreach (var field in operation.Fields)
        {
            // Where a payer has to be led back, it is to a page of this machine too.
            var text = texts.TryGetValue(field.Role == FieldRole.ReturnUrl ? FieldRole.NotifyUrl : field.Role, out var own)
                ? own : members.GetValueOrDefault(field.Name, "");
            text = string.IsNullOrEmpty(text) ? text : Persons.GetValueOrDefault(field.Role, text);
            if (string.IsNullOrEmpty(text) || field.Role == FieldRole.Sign || (!members.ContainsKey(field.Name) && !texts.ContainsKey(field.Role)))
            {
                members.Remove(field.Name);
            }
            else
            {
                members[field.Name] = text;
            }
        }

        var body = FlatBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        return RequestReader.Read(merchant.Country, operation, body, new RequestContext(true, snapshots.Current.Banks[merchant.Country.IsoCode]), out var error)
            ?? throw new InvalidOperationException($"{merchant.Country.Name}, {operation.Path}: a request of the demo is refused: {error}");
    }

    /// <summary>An amount as the country's merchants write it.</summary>
    public static string Text(long minor, Country country) => country.AmountDecimals
        ? AmountText.WholeOrFixed(minor, country.Currency) : (minor / country.Currency.UnitMinor).ToString(CultureInfo.InvariantCulture);
}
