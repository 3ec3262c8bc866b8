using System.Globalization;
using System.Text.RegularExpressions;
using PhoneNumbers;

namespace Paypro.Protocol.Countries.Accounts;

/// <summary>
/// Which phone numbers a field takes, and how a taken one is written elsewhere. What is taken is the merchant API's documented
/// rule alone, told by the country's file; the numbering plans of libphonenumber only help to write it in another form, since
/// they change more often than merchants' integrations.
/// </summary>
/// <param name="Region">ISO 3166 code of the country that numbers without a country code belong to: <c>ID</c>.</param>
/// <param name="Pattern">A regular expression of the whole text, as <see cref="Rules.Matches"/> wants it.</param>
/// <param name="Error">What is said of another text, without the field's name: <c>must be 12 digits beginning 2541 or 2547</c>.</param>
public sealed record MobileRule(string Region, string Pattern, string Error)
{
    private readonly Regex expression = new(Pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    /// <summary>The rule, to be listed at a <see cref="Field"/>.</summary>
    public FieldRule Rule { get; } = Rules.Matches(Pattern, Error);

    /// <summary>
    /// A pattern and what becomes of it (<c>$1</c>), where wallets of the country are known under several of the documented forms: as an
    /// account a number has only one.
    /// </summary>
    public (Regex From, string To)? OneForm { get; init; }

    /// <summary>
    /// The number without what people put between its digits, and with the country's code (after a plus or two zeros) as the
    /// pattern has it. To be set as a <see cref="Field.Form"/>.
    /// </summary>
    /// <returns>A text that the pattern may still refuse.</returns>
    public string Normal(string text)
    {
        var number = NormalForm.Phone(text);
        if (!number.StartsWith('+') && !number.StartsWith("00", StringComparison.Ordinal))
        {
            return number;
        }

        var code = PhoneNumberUtil.GetInstance().GetCountryCodeForRegion(Region).ToString(CultureInfo.InvariantCulture);
        foreach (var before in (ReadOnlySpan<string>)["+", "00"])
        {
            if (number.StartsWith(before + code, StringComparison.Ordinal))
            {
                var national = number[(before.Length + code.Length)..];
                return ((string[])[code + national, "0" + national, national]).FirstOrDefault(expression.IsMatch) ?? number;
            }
        }

        return number;
    }

    /// <summary>The same where the number is a wallet's account. To be set as a <see cref="Field.Form"/>.</summary>
    public string Account(string text)
    {
        var number = Normal(text);
        return OneForm is var (from, to) ? from.Replace(number, to) : number;
    }

    /// <summary>The number as wallets and rails want it: plus, country code, national number, no blanks (<c>+6281245907765</c>).</summary>
    /// <param name="mobile">A number that the rule takes; another one may give null or a number that nobody has.</param>
    /// <returns>Null when it cannot be read as a phone number of any kind.</returns>
    public string? ToE164(string mobile) => Write(mobile, PhoneNumberFormat.E164);

    /// <summary>The number as people read it, in groups and with the country code (<c>+62 812-4590-7765</c>).</summary>
    /// <param name="mobile">A number that the rule takes.</param>
    /// <returns>The text itself when it cannot be read as a phone number.</returns>
    public string ToDisplay(string mobile) => Write(mobile, PhoneNumberFormat.INTERNATIONAL) ?? mobile;

    private string? Write(string mobile, PhoneNumberFormat format)
    {
        var numbers = PhoneNumberUtil.GetInstance();
        try
        {
            return numbers.Format(numbers.Parse(mobile, Region), format);
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
