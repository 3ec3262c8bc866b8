using Paypro.Protocol.Countries;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Channels.DLocal;

/// <summary>Where a payout goes, as far as dLocal tells such apart.</summary>
internal enum DLocalTarget
{
    /// <summary>An account at a bank.</summary>
    Bank = 1,

    /// <summary>A wallet.</summary>
    Wallet = 2,

    /// <summary>A key of Brazil's Pix.</summary>
    Key = 3,
}

/// <summary>What dLocal's pages ask for in one country.</summary>
/// <param name="Always">What every payout goes to, where that is one thing; null where the bank or the account's kind decides.</param>
/// <param name="Needs">Members of a payout beside the amount, the names and the account itself.</param>
/// <param name="BankNeeds">Further members where it goes to a bank account.</param>
/// <param name="Document">The type of an identity number that has the right form; null when it has not.</param>
internal sealed record DLocalCountry(DLocalTarget? Always, IReadOnlyList<string> Needs, IReadOnlyList<string> BankNeeds, Func<string, string?>? Document)
{
    /// <summary>Members that a pay-in needs, which merchants do not send.</summary>
    public IReadOnlyList<string> PaymentNeeds { get; init; } = [];
}

/// <summary>The eleven countries. South Korea is not sold.</summary>
internal static class DLocalCountries
{
    private const string Document = "beneficiary.document", Phone = "beneficiary.phone";

    private static readonly Dictionary<string, DLocalCountry> All = new(StringComparer.Ordinal)
    {
        ["MX"] = new(DLocalTarget.Bank, [Document], [], Mexican),
        ["BR"] = new(DLocalTarget.Key, [Document], [], static text => Cpf.IsValid(text) ? "CPF" : Cnpj.IsValid(text) ? "CNPJ" : null),
        ["NG"] = new(DLocalTarget.Bank, [Document], [], static text => IsDigits(text, 11) ? "NIN" : null),
        ["EG"] = new(DLocalTarget.Wallet, [Document], [], static text => IsDigits(text, 9) || IsDigits(text, 14) ? "ID" : null),
        ["PK"] = new(null, [Document, "metadata.CommercialType", "remitter.first_name", "remitter.last_name", "remitter.nationality"], [], static text => Cnic.IsValid(text) ? "ID" : null),
        ["PH"] = new(null, [Document, Phone], ["beneficiary.bank_account.type"], static text => IsDigits(text, 12) ? "PSN" : null),
        ["BD"] = new(DLocalTarget.Wallet, [Document, Phone, "beneficiary.address.street", "beneficiary.address.city"], [], static text => IsDigits(text, 17) ? "NID" : null),

        // Their tables of payout fields were not found: what else they want is the account's to say.
        ["IN"] = new(DLocalTarget.Bank, [], [], null)
        {
            PaymentNeeds = ["payer.address.state", "payer.address.city", "payer.address.zip_code", "payer.address.street", "payer.address.number"],
        },
        ["ID"] = new(null, [], [], null),
        ["VN"] = new(DLocalTarget.Bank, [], [], null),
        ["KE"] = new(DLocalTarget.Wallet, [], [], null),
    };

    /// <summary>Mexico's debit cards are left out: no page seen says where a card's number goes.</summary>
    public static IReadOnlyList<WayOffer> Ways { get; } =
    [
        .. CountryCatalog.BuiltIn.Countries.Where(static country => All.ContainsKey(country.IsoCode)).SelectMany(static country => country.PayInWays
            .Select(way => new WayOffer(country.IsoCode, Direction.PayIn, way.Code))
            .Concat(country.PayoutKinds.Where(static kind => kind != Mexico.DebitCardAccount).Select(kind => new WayOffer(country.IsoCode, Direction.Payout, kind)))),
    ];

    public static DLocalCountry? Find(string isoCode) => All.GetValueOrDefault(isoCode);

    private static string? Mexican(string text) =>
        !text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is 'Ñ' or '&') ? null : text.Length is 12 or 13 ? "RFC" : text.Length is >= 10 and <= 18 ? "CURP" : null;

    private static bool IsDigits(string text, int count) => text.Length == count && text.All(char.IsAsciiDigit);
}
