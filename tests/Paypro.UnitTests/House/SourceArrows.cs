using System.Text.RegularExpressions;

namespace Paypro.UnitTests.House;

/// <summary>Finds the arrows that sources draw: by a using, by a whole name, or by a room's name before a type's.</summary>
internal static partial class SourceArrows
{
    /// <summary>The arrows between the rooms of the server.</summary>
    public static IReadOnlyList<Arrow> In(IReadOnlyCollection<SourceFile> files)
    {
        var rooms = files.Select(Rules.RoomOf).OfType<string>().ToHashSet();
        var types = files.SelectMany(file => Declaration().Matches(CodeOf(file)), (file, match) => (Rules.RoomOf(file), match.Groups["name"].Value)).ToHashSet();
        return [.. files.SelectMany(file => In(file, rooms, types))];
    }

    private static IEnumerable<Arrow> In(SourceFile file, HashSet<string> rooms, HashSet<(string?, string)> types)
    {
        if (Rules.RoomOf(file) is not { } from)
        {
            return [];
        }

        var whole = WholeName().Matches(CodeOf(file)).Select(match => (match.Index, Room: match.Groups["room"].Value)).Where(use => rooms.Contains(use.Room));
        var partly = PartName().Matches(CodeOf(file)).Where(match => types.Contains((match.Groups["room"].Value, match.Groups["type"].Value)))
            .Select(match => (match.Index, Room: match.Groups["room"].Value));
        return whole.Concat(partly).Where(use => use.Room != from).DistinctBy(use => use.Room)
            .Select(use => new Arrow(from, use.Room, $"{file}:{file.LineAt(use.Index)}"));
    }

    /// <summary>A page's text has apostrophes that begin no character, so it is read as it is.</summary>
    private static string CodeOf(SourceFile file) => file.Path.EndsWith(".cs", StringComparison.Ordinal) ? file.Code : file.Text;

    [GeneratedRegex(@"\b(class|struct|interface|enum|record|delegate\s+\w+)\s+(?<name>(?!class\b|struct\b)[A-Z]\w*)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(\bPaypro\.|(?<![\w.]))Server\.(?<room>[A-Z]\w*)")]
    private static partial Regex WholeName();

    [GeneratedRegex(@"(?<![\w.])(?<room>[A-Z]\w*)\.(?<type>[A-Z]\w*)")]
    private static partial Regex PartName();
}
