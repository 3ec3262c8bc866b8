using System.Globalization;

namespace Paypro.Client;

/// <summary>Reads the members of an answer or a notification into a typed record, and notes whether one that must be there was missing or no number.</summary>
/// <param name="textOf">The text of a member; null when it is absent.</param>
internal sealed class MemberTexts(Func<string, string?> textOf)
{
    /// <summary>Whether every member that must be there could be read so far.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>A member that must be there, under the first of its names that is.</summary>
    public string Text(params ReadOnlySpan<string> names) => Optional(names) ?? Missing("");

    /// <summary>A member that may be absent.</summary>
    public string? Optional(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (textOf(name) is { } text)
            {
                return text;
            }
        }

        return null;
    }

    /// <summary>An amount that must be there, quoted or bare.</summary>
    public decimal Amount(params ReadOnlySpan<string> names) =>
        decimal.TryParse(Optional(names), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount) ? amount : Missing(0m);

    private T Missing<T>(T instead)
    {
        IsComplete = false;
        return instead;
    }
}

/// <summary>Amounts as requests carry them.</summary>
internal static class RequestText
{
    /// <summary>Whole units.</summary>
    public static string Of(long amount) => amount.ToString(CultureInfo.InvariantCulture);

    /// <summary>Units with decimals, in the shortest form.</summary>
    public static string Of(decimal amount) => amount.ToString("0.############################", CultureInfo.InvariantCulture);
}
