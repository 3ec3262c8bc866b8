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
    /// <summary>The rule, to be listed at a <see cref="Field"/>.</summary>
    public FieldRule Rule { get; } = Rules.Matches(Pattern, Error);

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
