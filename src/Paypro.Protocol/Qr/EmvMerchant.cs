using System.Text;

namespace Paypro.Protocol.Qr;

/// <summary>
/// Who is paid, as a payer's app shows it, in the letters that every app can show: accents fall away (<c>São Paulo</c> becomes
/// <c>Sao Paulo</c>), other Latin letters are spelt (<see cref="LatinLetters"/>), anything else outside printable ASCII becomes a blank,
/// and what is too long is cut.
/// </summary>
public sealed record EmvMerchant
{
    /// <summary>The most characters of a name (id 59).</summary>
    public const int MaxNameLength = 25;

    /// <summary>The most characters of a city (id 60).</summary>
    public const int MaxCityLength = 15;

    /// <summary>The most characters of an amount (id 54).</summary>
    public const int MaxAmountLength = 13;

    /// <summary>A merchant.</summary>
    /// <param name="name">Its name; at most 25 characters of it are kept.</param>
    /// <param name="city">Its city; at most 15 characters of it are kept.</param>
    /// <param name="categoryCode">ISO 18245 category, four digits; <c>0000</c> says none.</param>
    /// <param name="postalCode">Up to 10 characters, where the country's standard wants one; null elsewhere.</param>
    /// <exception cref="ArgumentException">Nothing of the name or the city is left in ASCII, or one of the codes has another form.</exception>
    public EmvMerchant(string name, string city, string categoryCode = "0000", string? postalCode = null)
    {
        if (categoryCode.Length != 4 || categoryCode.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw new ArgumentException("A category code is four digits.", nameof(categoryCode));
        }

        if (postalCode is not null && (postalCode.Length is 0 or > 10 || !postalCode.All(char.IsAsciiLetterOrDigit)))
        {
            throw new ArgumentException("A postal code is 1 to 10 letters and digits.", nameof(postalCode));
        }

        Name = Shown(name, MaxNameLength, nameof(name));
        City = Shown(city, MaxCityLength, nameof(city));
        (CategoryCode, PostalCode) = (categoryCode, postalCode);
    }

    /// <summary>The name in ASCII, 1 to 25 characters.</summary>
    public string Name { get; }

    /// <summary>The city in ASCII, 1 to 15 characters.</summary>
    public string City { get; }

    /// <summary>Four digits.</summary>
    public string CategoryCode { get; }

    /// <summary>Null when the code shall carry none.</summary>
    public string? PostalCode { get; }

    /// <summary>A text in printable ASCII, at most so long, without blanks at its ends or two together; may come out empty.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">In characters.</param>
    public static string ToAscii(string text, int maxLength)
    {
        var ascii = new StringBuilder();
        foreach (var letter in text)
        {
            foreach (var plain in LatinLetters.InAscii(letter))
            {
                if (plain != ' ' || (ascii.Length > 0 && ascii[^1] != ' '))
                {
                    ascii.Append(plain);
                }
            }
        }

        return ascii.ToString(0, Math.Min(ascii.Length, maxLength)).Trim();
    }

    /// <summary>A merchant's name for a code; <c>Merchant</c> where nothing of the name can be written in ASCII, so that its orders can be paid all the same.</summary>
    public static string NameOf(string name) => ToAscii(name, MaxNameLength) is { Length: > 0 } ascii ? ascii : "Merchant";

    /// <summary>The amount as id 54 carries it.</summary>
    /// <param name="amountMinor">Minor units, more than zero.</param>
    /// <param name="currency">Says where the point goes.</param>
    /// <param name="wholeWithoutDecimals">Whether whole amounts go without decimals, as in Indonesia.</param>
    /// <exception cref="ArgumentException">It is not more than zero or has more than 13 characters.</exception>
    internal static EmvObject Amount(long amountMinor, Currency currency, bool wholeWithoutDecimals = false)
    {
        var text = wholeWithoutDecimals ? AmountText.WholeOrFixed(amountMinor, currency) : AmountText.Fixed(amountMinor, currency, currency.MinorDigits);
        return amountMinor > 0 && text.Length <= MaxAmountLength
            ? new EmvObject("54", text)
            : throw new ArgumentException($"A code carries amounts of 1 to {MaxAmountLength} characters.", nameof(amountMinor));
    }

    private static string Shown(string text, int maxLength, string parameter) =>
        ToAscii(text, maxLength) is { Length: > 0 } ascii ? ascii : throw new ArgumentException("Nothing of it can be written in ASCII.", parameter);
}
