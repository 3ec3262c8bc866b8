namespace Paypro.Protocol.Countries;

/// <summary>
/// What of a <see cref="FieldRule"/> a machine can read: the reference under <c>/openapi</c> and <c>/docs</c> shows it, and the
/// tests of every country compare it with what the rule answers. The sentence of a rule is not repeated here: it is what the
/// rule answers to a text that breaks it.
/// </summary>
/// <param name="Decide">The rule itself.</param>
public sealed record RuleForm(FieldRule Decide)
{
    /// <summary>A regular expression (in the common part of .NET and ECMA 262) that every right text matches; null when none says enough.</summary>
    public string? Pattern { get; init; }

    /// <summary>The only right texts; empty when they cannot be listed.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>A format of JSON Schema (<c>uri</c>, <c>email</c> …); null when there is none.</summary>
    public string? Format { get; init; }

    /// <summary>Whether a sandbox leaves the rule out.</summary>
    public bool OnlyLive { get; init; }

    /// <summary>Documented examples that break the rule and are taken by a sandbox all the same.</summary>
    public IReadOnlyList<string> SandboxTakes { get; init; } = [];

    /// <summary>The form of a rule.</summary>
    /// <returns>Null for a rule that is only code.</returns>
    public static RuleForm? Of(FieldRule rule) => rule.Target as RuleForm;

    /// <summary>The rule to be listed at a field; <see cref="Of"/> finds its form again.</summary>
    // A delegate that stands on its form keeps the shape of country files: a bare method is a rule as well.
    public FieldRule ToRule() => Find;

    private string? Find(string text, RequestContext context) => Decide(text, context);
}
