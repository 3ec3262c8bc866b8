using System.Text.RegularExpressions;

namespace Paypro.Protocol.Countries.Accounts;

/// <summary>The kinds of PIX key.</summary>
public enum PixKeyType
{
    /// <summary>A person's tax number.</summary>
    Cpf,

    /// <summary>A company's tax number.</summary>
    Cnpj,

    /// <summary>A mobile number.</summary>
    Phone,

    /// <summary>An e-mail address.</summary>
    Email,

    /// <summary>A random key ("endereço virtual de pagamento").</summary>
    Evp,
}

/// <summary>
/// The name of an account in PIX. The forms are those that Banco Central do Brasil's directory (DICT) keeps: a CPF or CNPJ
/// without punctuation, a phone in E.164, an e-mail in small letters, a random key as a UUID in small letters.
/// </summary>
public static partial class PixKey
{
    /// <summary>The most characters of an e-mail key, and so of any key.</summary>
    public const int MaxLength = 77;

    /// <summary>The kind that a merchant API names by <c>CPF</c>, <c>CNPJ</c>, <c>PHONE</c>, <c>EMAIL</c> or <c>EVP</c>.</summary>
    /// <returns>Null for any other name.</returns>
    public static PixKeyType? TypeNamed(string name) => name switch
    {
        "CPF" => PixKeyType.Cpf,
        "CNPJ" => PixKeyType.Cnpj,
        "PHONE" => PixKeyType.Phone,
        "EMAIL" => PixKeyType.Email,
        "EVP" => PixKeyType.Evp,
        _ => null,
    };

    /// <summary>The kind of a key in the directory's form; no key has two.</summary>
    /// <returns>Null when it has none of the forms.</returns>
    public static PixKeyType? TypeOf(string key)
    {
        foreach (var type in Enum.GetValues<PixKeyType>())
        {
            if (IsValid(type, key))
            {
                return type;
            }
        }

        return null;
    }

    /// <summary>Whether a text is a key of a kind in the directory's form.</summary>
    public static bool IsValid(PixKeyType type, string key) => type switch
    {
        PixKeyType.Cpf => Cpf.IsValid(key),
        PixKeyType.Cnpj => Cnpj.IsValid(key),
        PixKeyType.Phone => BrazilianPhone().IsMatch(key) || ForeignPhone().IsMatch(key),
        PixKeyType.Email => key.Length <= MaxLength && Email().IsMatch(key),
        PixKeyType.Evp => Evp().IsMatch(key),
        _ => false,
    };

    /// <summary>
    /// Brings a key as people write it into the directory's form: without the dots, dashes and strokes of a tax number, a phone
    /// with +55 when the country is missing, letters small or, in a CNPJ, capital.
    /// </summary>
    /// <returns>Null when it is no key of that kind.</returns>
    public static string? Normalise(PixKeyType type, string text)
    {
        var key = type switch
        {
            PixKeyType.Cpf or PixKeyType.Cnpj => NormalForm.TaxNumber(text),
            PixKeyType.Phone => ToE164(NormalForm.Phone(text)),
            _ => NormalForm.Plain(text).ToLowerAscii(),
        };
        return IsValid(type, key) ? key : null;
    }

    /// <summary>National numbers have 11 digits, so 13 without a plus carry the country already.</summary>
    private static string ToE164(string digits) => digits.Length switch
    {
        11 when digits[0] != '+' => "+55" + digits,
        13 when digits[0] != '+' => "+" + digits,
        _ => digits,
    };

    /// <summary>Area code without zeros, then nine digits that begin with 9.</summary>
    [GeneratedRegex(@"^\+55[1-9]{2}9[0-9]{8}\z")]
    private static partial Regex BrazilianPhone();

    [GeneratedRegex(@"^\+(?!55)[1-9][0-9]{7,14}\z")]
    private static partial Regex ForeignPhone();

    [GeneratedRegex(@"^[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+\z")]
    private static partial Regex Email();

    [GeneratedRegex(@"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\z")]
    private static partial Regex Evp();
}
