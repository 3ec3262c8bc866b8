using Paypro.Channels;
using Paypro.Protocol.Countries;
using PhoneNumbers;

namespace Paypro.Server.PayIns;

/// <summary>What a payer tells on the hosted page because the way needs it and the merchant did not send it.</summary>
internal static class PayerField
{
    /// <summary>
    /// What the payer typed, in the form that the field's rules take. People write phone numbers in many ways, so a text that breaks a
    /// rule is tried again as the same number written otherwise.
    /// </summary>
    /// <returns>Null when no form of it is right.</returns>
    public static string? Read(Field field, string typed, Country country, RequestContext context)
    {
        var text = field.Normal(typed.Trim());
        if (text.Length == 0 || text.Length > field.MaxLength || text.Any(char.IsControl))
        {
            return null;
        }

        return Forms(text, country).FirstOrDefault(form => form.Length <= field.MaxLength && field.Rules.All(rule => rule(form, context) is null));
    }

    /// <summary>What is known already; null when nothing is.</summary>
    public static string? Of(Person person, FieldRole role) => role switch
    {
        FieldRole.Account => person.Account,
        FieldRole.Mobile => person.Mobile,
        FieldRole.Email => person.Email,
        FieldRole.Name => person.Name,
        FieldRole.Identity => person.Identity,
        _ => throw new NotSupportedException($"A payer cannot be asked for {role}."),
    };

    public static Person With(Person person, FieldRole role, string value) => role switch
    {
        FieldRole.Account => person with { Account = value },
        FieldRole.Mobile => person with { Mobile = value },
        FieldRole.Email => person with { Email = value },
        FieldRole.Name => person with { Name = value },
        FieldRole.Identity => person with { Identity = value },
        _ => throw new NotSupportedException($"A payer cannot be asked for {role}."),
    };

    private static IEnumerable<string> Forms(string text, Country country)
    {
        yield return text;
        var bare = new string([.. text.Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '(' or ')' or '.'))]);
        yield return bare;
        if (!bare.TrimStart('+').All(char.IsAsciiDigit) || ToE164(bare, country) is not { } international)
        {
            yield break;
        }

        yield return international[1..];
        yield return international;
    }

    private static string? ToE164(string bare, Country country)
    {
        var numbers = PhoneNumberUtil.GetInstance();
        try
        {
            return numbers.Format(numbers.Parse(bare, country.IsoCode), PhoneNumberFormat.E164);
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
