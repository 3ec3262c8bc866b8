using System.Text.Json.Nodes;
using Paypro.Protocol.Countries;
using Paypro.RailDoubles.DLocal;

namespace Paypro.ServerTests.Channels;

/// <summary>What the tests have agreed with dLocal, in each of its countries. Names of methods that no public page tells are the tests' own.</summary>
internal static class DLocalContract
{
    public static IReadOnlyList<Country> Countries { get; } = [.. CountryCatalog.BuiltIn.Countries.Where(static country => DLocalForms.Currencies.ContainsKey(country.IsoCode))];

    /// <summary>An account's secrets.</summary>
    public static IReadOnlyDictionary<string, string> Secrets { get; } = new Dictionary<string, string>
    {
        ["login"] = DLocalHouse.Login,
        ["trans-key"] = DLocalHouse.TransKey,
        ["secret-key"] = DLocalHouse.SecretKey,
        ["client-id"] = DLocalHouse.ClientId,
        ["client-secret"] = DLocalHouse.ClientSecret,
        ["callback-token"] = "a token of sixteen and more",
    };

    /// <summary>The first way of a country whose payer goes to a page, else its last one, by which a call is answered with what to pay with.</summary>
    public static PayInWay WayOf(Country country) => country.PayInWays.FirstOrDefault(static way => way.Redirects) ?? country.PayInWays[^1];

    /// <summary>Tells dLocal of it.</summary>
    public static void Agree(DLocalHouse house)
    {
        foreach (var country in Countries)
        {
            house.Methods[country.IsoCode] = [.. country.PayInWays.Select(way => (MethodOf(country, way), "TICKET", new[] { "DIRECT", "REDIRECT" }))];
            foreach (var way in country.PayInWays)
            {
                house.Direct[MethodOf(country, way)] = payment => ("ticket", way.Instruction switch
                {
                    QrInstruction qr => new JsonObject { ["qr_code"] = qr.Encode(new QrOrder("ABCDEFGHIJKLMNOPQRSTUVWXY", payment.AmountMinor, "Merchant", new Dictionary<string, string>())) },
                    _ => new JsonObject { ["barcode"] = "93" + string.Concat(payment.Id.Where(char.IsAsciiDigit)).PadRight(14, '0')[..14] },
                });
            }
        }

        house.PayoutMethods["WALLET_OF_THE_TEST"] = "beneficiary.wallet.number";
        house.PayoutMethods["KEY_OF_THE_TEST"] = "beneficiary.key";
        house.DoesWithout.UnionWith(["beneficiary.document.id", "beneficiary.phone"]);
    }

    /// <summary>An account's settings in a country.</summary>
    public static Dictionary<string, string> SettingsOf(DLocalHouse house, Country country)
    {
        var settings = new Dictionary<string, string>
        {
            ["base"] = house.Address.AbsoluteUri,
            ["payouts"] = "v3",
            ["purpose"] = "REMITTANCES",
            ["qrMember"] = "qr_code",
            ["refunds"] = string.Join(',', country.PayInWays.Select(static way => way.Code)),
            ["leftOut"] = "beneficiary.document,beneficiary.phone",
            ["payment.payer.name"] = "Payer",
            ["payment.payer.email"] = "payer@example.com",
            ["payment.payer.address.state"] = "Karnataka",
            ["payment.payer.address.city"] = "Bengaluru",
            ["payment.payer.address.zip_code"] = "560001",
            ["payment.payer.address.street"] = "Road",
            ["payment.payer.address.number"] = "1",
            ["payoutMethod.wallet"] = "WALLET_OF_THE_TEST",
            ["payoutMember.wallet"] = "beneficiary.wallet.number",
            ["payoutMethod.key"] = "KEY_OF_THE_TEST",
            ["payoutMember.key"] = "beneficiary.key",
            ["payout.metadata.CommercialType"] = "A",
            ["payout.remitter.first_name"] = "Remitter",
            ["payout.remitter.last_name"] = "Test",
            ["payout.remitter.nationality"] = "PK",
            ["payout.beneficiary.first_name"] = "Recipient",
            ["payout.beneficiary.last_name"] = "Test",
            ["payout.beneficiary.bank_account.type"] = "SAVINGS",
            ["payout.beneficiary.address.street"] = "Road 1",
            ["payout.beneficiary.address.city"] = "Dhaka",
            ["serverAuthority"] = house.Certificates.AuthorityPem,
        };
        foreach (var way in country.PayInWays)
        {
            settings[$"method.{way.Code}"] = $"{MethodOf(country, way)}:{FlowOf(way)}";
        }

        return settings;
    }

    private static string MethodOf(Country country, PayInWay way) => $"{country.IsoCode}{country.PayInWays.ToList().IndexOf(way)}";

    private static string FlowOf(PayInWay way) => way.Instruction is QrInstruction or NumberInstruction { Kind: InstructionKinds.Barcode } ? "DIRECT" : "REDIRECT";
}
