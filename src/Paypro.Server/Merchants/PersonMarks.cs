using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Paypro.Channels;
using Paypro.Protocol.Countries;
using Paypro.Server.Storage;
using PhoneNumbers;

namespace Paypro.Server.Merchants;

/// <summary>A text that names a person.</summary>
/// <param name="Kind">As what.</param>
/// <param name="Role">The field that it came in.</param>
/// <param name="Hash">Keyed: it tells nobody what it was made of.</param>
internal readonly record struct PersonMark(MarkKind Kind, FieldRole Role, string Hash);

/// <summary>
/// What a person can be known by, as keyed hashes: account, phone, tax number. The text has its country's one form before (decision 34); here spaces and signs
/// that people write differently do not count, and a phone number is the same with and without its country's code. A wallet's account is a phone number too, and
/// a PIX key may be a tax number: so an account is looked for as all three.
/// </summary>
internal sealed class PersonMarks(InstallationSecrets secrets)
{
    private const int ShortestText = 4, HashBytes = 16;

    /// <summary>Everything that an order tells of its payer or recipient.</summary>
    public IReadOnlyList<PersonMark> Of(string country, Person person)
    {
        var marks = new List<PersonMark>(5);
        Add(MarkKind.Account, FieldRole.Account, AccountForm(person.Account));
        Add(MarkKind.Phone, FieldRole.Account, PhoneForm(country, person.Account));
        Add(MarkKind.TaxNumber, FieldRole.Account, TaxForm(person.Account));
        Add(MarkKind.Phone, FieldRole.Mobile, PhoneForm(country, person.Mobile));
        Add(MarkKind.TaxNumber, FieldRole.Identity, TaxForm(person.Identity));
        return marks;

        void Add(MarkKind kind, FieldRole role, string? form)
        {
            if (form is not null)
            {
                marks.Add(new PersonMark(kind, role, Hash(country, kind, form)));
            }
        }
    }

    /// <summary>What a rule counts a person by: each once, and the merchant's own number of its customer too.</summary>
    public IReadOnlyList<string> CountedBy(string country, Direction direction, Person person)
    {
        var forms = new (MarkKind Kind, string? Form)[]
        {
            (MarkKind.Account, AccountForm(person.Account)), (MarkKind.Phone, PhoneForm(country, person.Mobile)), (MarkKind.TaxNumber, TaxForm(person.Identity)),
            (MarkKind.Customer, string.IsNullOrEmpty(person.CustomerId) ? null : person.CustomerId),
        };
        return [.. forms.Where(f => f.Form is not null).Select(f => Keyed(string.Create(CultureInfo.InvariantCulture, $"{(int)direction}\n{(int)f.Kind}\n{f.Form}")))];
    }

    /// <summary>What somebody can be found by: his account and phone number, each once. A wallet's account is a phone number too.</summary>
    public IReadOnlyList<string> FoundBy(string country, Person person) => [.. Of(country, person).Where(m => m.Kind is MarkKind.Account or MarkKind.Phone).Select(m => m.Hash).Distinct()];

    /// <summary>What a typed account or phone number is stored as, in each of some countries; none when it can be neither.</summary>
    public IReadOnlyList<string> ToFind(IEnumerable<Country> countries, string typed) =>
        [.. countries.SelectMany(c => (string?[])[Read(c, MarkKind.Account, typed), Read(c, MarkKind.Phone, typed)]).OfType<string>().Distinct()];

    /// <summary>The hash of a typed text; null when it is nothing that could stand there.</summary>
    public string? Read(Country country, MarkKind kind, string typed)
    {
        var text = FieldOf(country, kind) is { } field ? field.Normal(typed.Trim()) : typed.Trim();
        var form = kind switch
        {
            MarkKind.Account => AccountForm(text),
            MarkKind.Phone => PhoneForm(country.IsoCode, text),
            MarkKind.TaxNumber => TaxForm(text),
            _ => null,
        };
        return form is null ? null : Hash(country.IsoCode, kind, form);
    }

    private static Field? FieldOf(Country country, MarkKind kind) => country.FindOperation(OperationKind.CreatePayout)?.Fields.FirstOrDefault(f => f.Role == kind switch
    {
        MarkKind.Account => FieldRole.Account,
        MarkKind.Phone => FieldRole.Mobile,
        _ => FieldRole.Identity,
    });

    private string Hash(string country, MarkKind kind, string form) => Keyed(string.Create(CultureInfo.InvariantCulture, $"{country}\n{(int)kind}\n{form}"));

    private string Keyed(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(secrets.Of(InstallationSecrets.PersonMarks), Encoding.UTF8.GetBytes(text)).AsSpan(0, HashBytes));

    /// <summary>An address keeps its signs; of a number only letters and digits count.</summary>
    private static string? AccountForm(string? text) => text is null ? null
        : text.Contains('@', StringComparison.Ordinal) ? Long(text.Trim().ToLowerInvariant())
        : Long(Signs(text));

    private static string? TaxForm(string? text) => text is null || text.Contains('@', StringComparison.Ordinal) ? null : Long(Signs(text));

    private static string? PhoneForm(string country, string? text)
    {
        if (text is null || text.Length > 20 || !text.TrimStart('+').All(static c => char.IsAsciiDigit(c) || c is ' ' or '-' or '(' or ')'))
        {
            return null;
        }

        var numbers = PhoneNumberUtil.GetInstance();
        foreach (var written in (string[])[text, $"+{text}"])
        {
            try
            {
                if (numbers.Parse(written, country) is { } number && (written.StartsWith('+') ? numbers.IsValidNumber(number) : numbers.IsValidNumberForRegion(number, country)))
                {
                    return numbers.Format(number, PhoneNumberFormat.E164);
                }
            }
            catch (NumberParseException)
            {
                // Not written so.
            }
        }

        return null;
    }

    private static string Signs(string text) => new([.. text.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]);

    private static string? Long(string form) => form.Length < ShortestText ? null : form;
}
