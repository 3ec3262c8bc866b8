using System.Text;
using Paypro.Protocol.Countries.Accounts;

namespace Paypro.Protocol.Countries;

/// <summary>When a field must be there. Empty and <c>null</c> are missing.</summary>
public enum Presence : byte
{
    /// <summary>May be left out.</summary>
    Optional,

    /// <summary>Must be there.</summary>
    Required,

    /// <summary>Must be there unless the merchant has a default for it (<see cref="RequestContext.HasDefaultNotifyUrl"/>).</summary>
    RequiredWithoutDefault,
}

/// <summary>Looks at one field's text.</summary>
/// <returns>Null, or what is wrong, without the field's name: <c>must be 16 digits</c>.</returns>
public delegate string? FieldRule(string text, RequestContext context);

/// <summary>One documented member of a request.</summary>
/// <param name="Name">Its exact name.</param>
/// <param name="Role">What it means.</param>
/// <param name="Presence">Whether it must be there.</param>
/// <param name="MaxLength">The most UTF-16 units it may have.</param>
/// <param name="Description">One sentence for the reference.</param>
/// <param name="Example">The documented example's text, or one of ours.</param>
public sealed record Field(string Name, FieldRole Role, Presence Presence, int MaxLength, string Description, string Example)
{
    /// <summary>Brings its text into the one form that rules, content and rail see; null where the role says it (<see cref="Normal"/>).</summary>
    public Func<string, string>? Form { get; init; }

    /// <summary>What its text must fulfil in that form; the first error counts.</summary>
    public IReadOnlyList<FieldRule> Rules { get; init; } = [];

    /// <summary>The example that a live installation takes, where the documented <see cref="Example"/> breaks the documented rule.</summary>
    public string? LiveExample { get; init; }

    /// <summary>
    /// Texts that break <see cref="Rules"/>, one for each sentence. Needed only where no usual wrong text breaks a rule; a test
    /// says so.
    /// </summary>
    public IReadOnlyList<string> Breaks { get; init; } = [];

    /// <summary>Another name under which the member is taken, where a table and an example disagree; the first name goes before it.</summary>
    public string? AlsoNamed { get; init; }

    /// <summary>Whether tabs and line breaks may occur. Other control characters never may.</summary>
    public bool TakesLineBreaks { get; init; }

    /// <summary><see cref="Name"/> as it stands in a body.</summary>
    public ReadOnlyMemory<byte> Utf8Name { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>
    /// A text as rules, content and rail see it. A code that can only be one of a few is spelt as the country spells it. Names, remarks,
    /// addresses and the merchant's own numbers stay as they came.
    /// </summary>
    public string Normal(string text) => Form is not null ? Form(text) : Role switch
    {
        FieldRole.Account or FieldRole.Identity => NormalForm.Account(text),
        FieldRole.Mobile => NormalForm.Phone(text),
        FieldRole.Way or FieldRole.Channel or FieldRole.Bank or FieldRole.AccountType or FieldRole.IdentityType => Spelt(NormalForm.Plain(text)),
        FieldRole.RailReference or FieldRole.IpAddress or FieldRole.BirthDate => NormalForm.Plain(text),
        _ => text,
    };

    private string Spelt(string text)
    {
        foreach (var rule in Rules)
        {
            foreach (var choice in RuleForm.Of(rule)?.Choices ?? [])
            {
                if (choice.Equals(text, StringComparison.OrdinalIgnoreCase))
                {
                    return choice;
                }
            }
        }

        return text;
    }

    /// <summary>Finds the member in a body, under either name.</summary>
    public bool TryFind(FlatBody body, out BodyMember member) =>
        (body.TryGet(Utf8Name.Span, out member) && member.Kind != ValueKind.Null && !member.Literal.IsEmpty)
        || (AlsoNamed is { } other && body.TryGet(Encoding.UTF8.GetBytes(other), out member) && member.Kind != ValueKind.Null && !member.Literal.IsEmpty);
}
