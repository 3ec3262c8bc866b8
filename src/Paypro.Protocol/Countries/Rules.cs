using System.Text.RegularExpressions;

namespace Paypro.Protocol.Countries;

/// <summary>Rules on one field's text, to be listed at a <see cref="Field"/>.</summary>
public static class Rules
{
    /// <summary>Printable ASCII without blanks.</summary>
    public static FieldRule PrintableAscii { get; } = Formed(
        (text, _) => text.AsSpan().ContainsAnyExceptInRange('!', '~') ? "must be printable ASCII characters without blanks" : null,
        "^[!-~]+$");

    /// <summary>Decimal digits only.</summary>
    public static FieldRule Digits { get; } = Formed(
        (text, _) => text.AsSpan().ContainsAnyExceptInRange('0', '9') ? "must be digits" : null,
        "^[0-9]+$");

    /// <summary>
    /// An absolute http or https address without user info. Whether it may be called (internal addresses) is decided on
    /// connecting, every time.
    /// </summary>
    public static FieldRule HttpAddress { get; } = new RuleForm((text, _) => FindInAddress(text)) { Format = "uri" }.ToRule();

    /// <summary>One of a few texts, letter case included.</summary>
    public static FieldRule OneOf(params string[] choices)
    {
        var error = $"must be one of {string.Join(", ", choices)}";
        return new RuleForm((text, _) => Array.IndexOf(choices, text) < 0 ? error : null) { Choices = choices }.ToRule();
    }

    /// <summary>A text that a pattern describes wholly.</summary>
    /// <param name="pattern">Anchored at both ends; see <see cref="RuleForm.Pattern"/>.</param>
    /// <param name="error">What is said of another text, without the field's name: <c>must be 13 digits</c>.</param>
    public static FieldRule Matches(string pattern, string error)
    {
        var expression = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);
        return Formed((text, _) => expression.IsMatch(text) ? null : error, pattern);
    }

    /// <summary>A rule that code decides, such as one with a check digit, and the pattern that every right text matches.</summary>
    public static FieldRule Formed(FieldRule rule, string pattern) => new RuleForm(rule) { Pattern = pattern }.ToRule();

    /// <summary>A rule that a sandbox leaves out, so that documented examples can be replayed there.</summary>
    public static FieldRule WhenLive(FieldRule rule)
    {
        FieldRule live = (text, context) => context.IsSandbox ? null : rule(text, context);
        return ((RuleForm.Of(rule) ?? new RuleForm(live)) with { Decide = live, OnlyLive = true }).ToRule();
    }

    /// <summary>
    /// A rule that documented examples break. A sandbox takes those very texts, so that the examples can be replayed, and holds everything
    /// else to the rule.
    /// </summary>
    public static FieldRule ButExample(FieldRule rule, params string[] examples)
    {
        FieldRule lenient = (text, context) => context.IsSandbox && Array.IndexOf(examples, text) >= 0 ? null : rule(text, context);
        return ((RuleForm.Of(rule) ?? new RuleForm(lenient)) with { Decide = lenient, SandboxTakes = examples }).ToRule();
    }

    /// <summary>An IPv4 or IPv6 address as everybody writes it.</summary>
    public static FieldRule IpAddress { get; } = new RuleForm((text, _) =>
        System.Net.IPAddress.TryParse(text, out var address) && (text.Contains(':', StringComparison.Ordinal) || text == address.ToString())
            ? null
            : "must be an IP address") { Format = "ip" }.ToRule();

    private static string? FindInAddress(string text)
    {
        // Uri forgives backslashes and blanks, which other readers of the same text take differently.
        var isClean = (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            && text.AsSpan().IndexOfAny(" \\\"<>") < 0;
        if (!isClean || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0 || WebAddress.HostOf(address) is null)
        {
            return "must be an absolute http or https address";
        }

        return address.UserInfo.Length > 0 || AuthorityOf(text).Contains('@') ? "must not contain a user name or password" : null;
    }

    private static ReadOnlySpan<char> AuthorityOf(string text)
    {
        var rest = text.AsSpan(text.IndexOf("//", StringComparison.Ordinal) + 2);
        var end = rest.IndexOfAny('/', '?', '#');
        return end < 0 ? rest : rest[..end];
    }
}
