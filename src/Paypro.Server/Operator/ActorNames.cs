using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Paypro.Server.Screens;
using Paypro.Server.Storage;

namespace Paypro.Server.Operator;

/// <summary>
/// Who did something, as an operator reads it. Histories keep a user's number alone (<c>operator:12</c>, <c>user:12</c>), so that an address can be erased; a screen
/// shows the name that this user has now, and words for what is no person.
/// </summary>
/// <param name="Users">Names by the user's number.</param>
internal sealed partial record ActorNames(IReadOnlyDictionary<long, string> Users)
{
    public static readonly ActorNames None = new(new Dictionary<long, string>());

    /// <summary>Users whose names one screen reads at most; the others keep their numbers.</summary>
    private const int Most = 500;

    /// <summary>Reads the names of the users that texts name, wherever in them.</summary>
    public static async Task<ActorNames> ReadAsync(PayproContext context, IEnumerable<string> texts, CancellationToken cancellation = default)
    {
        var ids = texts.SelectMany(t => Person().Matches(t)).Select(IdOf).Distinct().Take(Most).ToList();
        return ids.Count == 0 ? None
            : new ActorNames(await context.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).ToDictionaryAsync(u => u.Id, u => u.Name.Length > 0 ? u.Name : u.Email, cancellation));
    }

    /// <summary>What caused something: a person, or a part of the program in words.</summary>
    public string Of(ScreenTexts texts, string actor) => actor switch
    {
        "api" => texts["The merchant's program"],
        "page" => texts["The payer"],
        "callback" or "channel" or "query" or "listing" => texts["The rail"],
        "clock" => texts["By its time"],
        "program" => texts["The program"],
        _ when actor.StartsWith("sandbox", StringComparison.Ordinal) => texts["The sandbox"],
        _ when actor.StartsWith("token:", StringComparison.Ordinal) => $"{texts["Token"]} {actor["token:".Length..]}",
        _ => In(actor),
    };

    /// <summary>A text with names in the place of numbers.</summary>
    public string In(string text) => Person().Replace(text, found => Users.GetValueOrDefault(IdOf(found), found.Value));

    private static long IdOf(Match found) => long.Parse(found.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\b(?:operator|user):([0-9]{1,18})\b(?: [^\s@]+@[^\s@]+)?")]
    private static partial Regex Person();
}
