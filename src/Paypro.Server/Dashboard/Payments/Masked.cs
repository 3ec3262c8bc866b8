using Paypro.Channels;

namespace Paypro.Server.Dashboard.Payments;

/// <summary>Persons as everybody may see them who sees an order: enough to tell one from another, too little to reach anybody.</summary>
internal static class Masked
{
    private const int LastShown = 4, FirstShown = 2;

    /// <summary>What is known of a person, with what each is called in English.</summary>
    public static IReadOnlyList<(string Name, string Text)> Of(Person person, bool isRevealed)
    {
        (string Name, string? Text, Func<string, string> Mask)[] all =
        [
            ("Name", person.Name, Begin), ("E-mail", person.Email, Email), ("Phone", person.Mobile, End), ("Account", person.Account, AccountOf), ("Identity", person.Identity, End),
            ("Customer number", person.CustomerId, End),
        ];
        return [.. from one in all where !string.IsNullOrEmpty(one.Text) select (one.Name, isRevealed ? one.Text : one.Mask(one.Text))];
    }

    public static string Email(string text) => text.IndexOf('@', StringComparison.Ordinal) is > 0 and var at ? $"{text[..Math.Min(FirstShown, at)]}…@…" : "…";

    /// <summary>The last four, of what is long enough to hide more than it shows.</summary>
    public static string End(string text) => text.Length >= 2 * LastShown ? $"…{text[^LastShown..]}" : "…";

    /// <summary>An account may be somebody's e-mail address.</summary>
    private static string AccountOf(string text) => text.Contains('@', StringComparison.Ordinal) ? Email(text) : End(text);

    private static string Begin(string text) => text.Length > FirstShown ? $"{text[..FirstShown]}…" : "…";
}
