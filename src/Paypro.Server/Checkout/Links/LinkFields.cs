using System.Globalization;
using System.Text.Json;
using Paypro.Protocol;
using Paypro.Protocol.Countries;
using Paypro.Server.PayIns;
using Paypro.Server.Storage;

namespace Paypro.Server.Checkout.Links;

/// <summary>What a payer has filled in, read.</summary>
/// <param name="Fields">Null when something is wrong.</param>
/// <param name="Wrong">The fields that are.</param>
/// <param name="Refusal">What is wrong that the payer cannot mend; null for nothing.</param>
internal sealed record LinkReading(RequestFields? Fields, IReadOnlySet<FieldRole> Wrong, string? Refusal);

/// <summary>
/// Turns the form of a payment link into a pay-in as the country's own call describes it. What the call requires of the payer, the payer is asked for; the
/// rest is the link's or ours.
/// </summary>
internal static class LinkFields
{
    private static readonly FieldRole[] Payers =
        [FieldRole.Name, FieldRole.FirstName, FieldRole.LastName, FieldRole.Mobile, FieldRole.Email, FieldRole.Account, FieldRole.Identity, FieldRole.BirthDate];

    /// <summary>What the payer of a country has to tell, in the order of the country's call.</summary>
    public static IReadOnlyList<Field> AskedOf(Country country)
    {
        var operation = CallOf(country);
        return [.. operation.Fields.Where(f => Payers.Contains(f.Role) && (f.Presence == Presence.Required || IsChecked(operation, f)))];
    }

    /// <summary>Whether the country's call names the sub-merchant for whom an order is.</summary>
    public static bool NeedsSubMerchant(Country country) => CallOf(country).Fields.Any(f => f is { Role: FieldRole.SubMerchant, Presence: Presence.Required });

    /// <param name="link">The link.</param>
    /// <param name="country">Its country.</param>
    /// <param name="context">What the rules depend on.</param>
    /// <param name="form">The payer's.</param>
    /// <param name="pay">What it is about.</param>
    public static LinkReading Read(PaymentLinkRow link, Country country, RequestContext context, IFormCollection form, LinkPayment pay)
    {
        var operation = OperationOf(country);
        var (members, wrong) = (new Dictionary<string, string>(StringComparer.Ordinal), new HashSet<FieldRole>());
        foreach (var field in AskedOf(country))
        {
            var typed = form[field.Name].ToString().Trim();
            if (typed.Length == 0 && field.Presence != Presence.Required)
            {
                continue;
            }

            if (PayerField.Read(field, typed, country, context) is { } value)
            {
                members[field.Name] = value;
            }
            else
            {
                wrong.Add(field.Role);
            }
        }

        if (wrong.Count > 0)
        {
            return new LinkReading(null, wrong, null);
        }

        foreach (var field in operation.Fields)
        {
            if (OwnText(field, link, country, pay, members) is { } text)
            {
                members[field.Name] = text;
            }
        }

        var body = FlatBody.Read(JsonSerializer.SerializeToUtf8Bytes(members), out _)!;
        if (RequestReader.Read(country, operation, body, context, out var error) is { } fields)
        {
            return new LinkReading(fields, wrong, null);
        }

        // The sentence begins with the name of the field: one that the payer has filled in can be mended.
        var named = operation.Fields.FirstOrDefault(f => error!.StartsWith($"{f.Name}:", StringComparison.Ordinal));
        return named is not null && (named.Role == FieldRole.Amount || Payers.Contains(named.Role))
            ? new LinkReading(null, new HashSet<FieldRole> { named.Role }, null)
            : new LinkReading(null, wrong, error);
    }

    private static Operation CallOf(Country country) => country.FindOperation(OperationKind.CreateHostedPayIn) ?? country.FindOperation(OperationKind.CreatePayIn)!;

    /// <summary>The country's call without what a program has and a payer has not: signature, and addresses. The way may be left to the payer everywhere.</summary>
    private static Operation OperationOf(Country country)
    {
        var call = CallOf(country);
        return call with
        {
            Kind = OperationKind.CreateHostedPayIn,
            SandboxOpenWays = [],
            Fields =
            [
                .. call.Fields.Where(f => f.Role is not (FieldRole.Sign or FieldRole.NotifyUrl or FieldRole.ReturnUrl or FieldRole.Way or FieldRole.Channel)),
                new Field("channelCode", FieldRole.Channel, Presence.Optional, 64, "", ""),
                new Field("wayCode", FieldRole.Way, Presence.Optional, 64, "", ""),
            ],
        };
    }

    private static bool IsChecked(Operation operation, Field field) => operation.Checks.Any(c => c.Role == field.Role);

    private static string? OwnText(Field field, PaymentLinkRow link, Country country, LinkPayment pay, Dictionary<string, string> members) => field.Role switch
    {
        FieldRole.Timestamp => pay.NowMs.ToString(CultureInfo.InvariantCulture),
        FieldRole.TradeNo => pay.TradeNo,
        FieldRole.Amount => country.AmountDecimals ? AmountText.WholeOrFixed(pay.AmountMinor, country.Currency) : (pay.AmountMinor / country.Currency.UnitMinor).ToString(CultureInfo.InvariantCulture),
        FieldRole.Remark => link.Title,
        FieldRole.SubMerchant => link.SubMerchant.Length == 0 ? null : link.SubMerchant,
        FieldRole.IpAddress => pay.Address,
        FieldRole.Way => pay.Way?.WayCode,
        FieldRole.Channel => pay.Way?.ChannelCode,
        FieldRole.IdentityType => field.Rules.Select(RuleForm.Of).SelectMany(r => r?.Choices ?? []).FirstOrDefault(),

        // Who has no number of the merchant's is told apart by what he has given.
        FieldRole.CustomerId => Told(country, members, FieldRole.Mobile) ?? Told(country, members, FieldRole.Email),
        _ => null,
    };

    private static string? Told(Country country, Dictionary<string, string> members, FieldRole role) =>
        CallOf(country).Fields.FirstOrDefault(f => f.Role == role) is { } field ? members.GetValueOrDefault(field.Name) : null;
}

/// <summary>One payment by a link.</summary>
/// <param name="TradeNo">The order's number with the merchant.</param>
/// <param name="AmountMinor">Minor units.</param>
/// <param name="Way">Null where the payer chooses on the order's page.</param>
/// <param name="Address">The payer's, as text.</param>
/// <param name="NowMs">Unix milliseconds UTC.</param>
internal sealed record LinkPayment(string TradeNo, long AmountMinor, PayInWay? Way, string Address, long NowMs);
