namespace Paypro.Protocol.Countries;

/// <summary>Rules on one field's text, to be listed at a <see cref="Field"/>.</summary>
public static class Rules
{
    /// <summary>Printable ASCII without blanks.</summary>
    public static string? PrintableAscii(string text, RequestContext context) =>
        text.AsSpan().ContainsAnyExceptInRange('!', '~') ? "must be printable ASCII characters without blanks" : null;

    /// <summary>Decimal digits only.</summary>
    public static string? Digits(string text, RequestContext context) =>
        text.AsSpan().ContainsAnyExceptInRange('0', '9') ? "must be digits" : null;

    /// <summary>
    /// An absolute http or https address without user info. Whether it may be called (internal addresses) is decided on
    /// connecting, every time.
    /// </summary>
    public static string? HttpAddress(string text, RequestContext context)
    {
        // Uri forgives backslashes and blanks, which other readers of the same text take differently.
        var isClean = (text.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            && text.AsSpan().IndexOfAny(" \\\"<>") < 0;
        if (!isClean || !Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length == 0)
        {
            return "must be an absolute http or https address";
        }

        return address.UserInfo.Length > 0 || AuthorityOf(text).Contains('@') ? "must not contain a user name or password" : null;
    }

    /// <summary>One of a few texts, letter case included.</summary>
    public static FieldRule OneOf(params string[] choices)
    {
        var error = $"must be one of {string.Join(", ", choices)}";
        return (text, _) => Array.IndexOf(choices, text) < 0 ? error : null;
    }

    /// <summary>A rule that a sandbox leaves out, so that documented examples can be replayed there.</summary>
    public static FieldRule WhenLive(FieldRule rule) => (text, context) => context.IsSandbox ? null : rule(text, context);

    private static ReadOnlySpan<char> AuthorityOf(string text)
    {
        var rest = text.AsSpan(text.IndexOf("//", StringComparison.Ordinal) + 2);
        var end = rest.IndexOfAny('/', '?', '#');
        return end < 0 ? rest : rest[..end];
    }
}
