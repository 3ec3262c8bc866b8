using System.Text.RegularExpressions;

namespace Paypro.UnitTests.House;

/// <summary>Rules of the house that one file can break: each takes a file and says, in sentences, what is wrong with it.</summary>
internal static partial class Rules
{
    /// <summary>Lines a file may have; what is longer says why in a comment.</summary>
    public const int LongestFile = 300;

    // Put together here, so that this file does not break its own rule.
    private static readonly string[] MachineWords = ["/wo" + "rk/", "/tmp" + "/wt", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", @"C:\Us" + "ers", "Debian." + "local"];

    public static IEnumerable<string> Names(SourceFile file) =>
        from Match match in EmptyName().Matches(file.Code)
        select $"{file}:{file.LineAt(match.Index)}: {match.Groups["name"].Value} says nothing; name it for what it does.";

    public static IEnumerable<string> Length(SourceFile file)
    {
        var lines = file.Text.AsSpan().Count('\n');
        return lines <= LongestFile || LongBecause().IsMatch(file.Text)
            ? []
            : [$"{file} has {lines} lines: split it, or say why in a line that starts with '// Long because'."];
    }

    public static IEnumerable<string> Unfinished(SourceFile file) =>
        from Match match in UnfinishedWord().Matches(file.Text)
        select $"{file}:{file.LineAt(match.Index)}: {match.Value}: finish it, or open an issue.";

    public static IEnumerable<string> MachinePaths(SourceFile file) =>
        from word in MachineWords
        where file.Text.Contains(word, StringComparison.Ordinal)
        select $"{file} names a place of one machine: {word}";

    public static IEnumerable<string> LocalRegistries(SourceFile file) =>
        from Match match in LocalRegistry().Matches(file.Text)
        select $"{file}:{file.LineAt(match.Index)}: {match.Value} is a package feed that nobody else has.";

    /// <summary>The database's own libraries and the engines' classes stay in Storage, so that both engines behave alike everywhere else.</summary>
    public static IEnumerable<string> EngineOutsideStorage(SourceFile file) => RoomOf(file) is "Storage"
        ? []
        : from Match match in EngineWord().Matches(file.Code)
          select $"{file}:{file.LineAt(match.Index)}: {match.Value} belongs in Storage alone.";

    public static IEnumerable<string> NamespaceIsRoom(SourceFile file)
    {
        if (RoomOf(file) is not { } room)
        {
            yield break;
        }

        if (!Rooms.Allowed.Any(entry => entry.Room == room))
        {
            yield return $"{file}: {room} is no room of the house; add it to the list of rooms.";
        }

        var name = NamespaceName().Match(file.Code).Groups["name"].Value;
        if (name.Length > 0 && name != "Paypro.Server." + room && !name.StartsWith($"Paypro.Server.{room}.", StringComparison.Ordinal))
        {
            yield return $"{file}: its namespace {name} does not begin with Paypro.Server.{room}.";
        }
    }

    /// <summary>Platform is the floor: clock, ids, loops. It knows no other room and no business.</summary>
    public static IEnumerable<string> PlatformKnowsNoBusiness(SourceFile file) => RoomOf(file) is not "Platform"
        ? []
        : from Match match in ProjectNamespace().Matches(file.Code)
          let name = match.Value
          where name != "Paypro.Server" && !name.StartsWith("Paypro.Server.Platform", StringComparison.Ordinal)
          select $"{file}:{file.LineAt(match.Index)}: Platform uses {name}.";

    /// <summary>Money moves through the journal. Storage carries rows, and is the only other place that may touch them.</summary>
    public static IEnumerable<string> MoneyOutsideJournal(SourceFile file) => RoomOf(file) is "Storage" || IsJournal(file)
        ? []
        : from Match match in MoneyWrite().Matches(file.Code)
          select $"{file}:{file.LineAt(match.Index)}: {match.Value.Trim()}: only Ledger/Journal moves money.";

    /// <summary>The country's field names end in MerchantApi and Protocol; the life of an order must not know HTTP.</summary>
    public static IEnumerable<string> HttpInBusiness(SourceFile file) => RoomOf(file) is not ("Ledger" or "Settlement" or "Storage" or "Platform")
        ? []
        : from Match match in HttpWord().Matches(file.Code)
          select $"{file}:{file.LineAt(match.Index)}: {match.Value} has no business in {RoomOf(file)}.";

    public static IEnumerable<string> TestsWithoutAssertion(SourceFile file)
    {
        foreach (Match attribute in TestAttribute().Matches(file.Code))
        {
            var (name, body) = MethodAfter(file.Code, attribute.Index);
            if (!Assertion().IsMatch(body))
            {
                yield return $"{file}:{file.LineAt(attribute.Index)}: {name} asserts nothing, so it cannot fail.";
            }
        }
    }

    private static (string Name, string Body) MethodAfter(string code, int attribute)
    {
        var i = attribute;
        while (code[i] == '[')
        {
            for (i = CodeText.AfterClosing(code, i); char.IsWhiteSpace(code[i]);)
            {
                i++;
            }
        }

        var parameters = code.IndexOf('(', i);
        var name = MethodName().Match(code[i..parameters]).Groups["name"].Value;
        var after = CodeText.AfterClosing(code, parameters);
        var brace = code.IndexOf('{', after);
        var arrow = code.IndexOf("=>", after, StringComparison.Ordinal);
        if (arrow < 0 || (brace >= 0 && brace < arrow))
        {
            return (name, code[brace..CodeText.AfterClosing(code, brace)]);
        }

        var end = arrow;
        while (code[end] != ';')
        {
            end = code[end] is '{' or '(' ? CodeText.AfterClosing(code, end) : end + 1;
        }

        return (name, code[arrow..end]);
    }

    /// <summary>The folder of the server that a file lies in; null for what lies beside the rooms, or elsewhere.</summary>
    public static string? RoomOf(SourceFile file) => file.Path.Split('/') is ["src", "Paypro.Server", var room, _, ..] ? room : null;

    private static bool IsJournal(SourceFile file) => file.Path.StartsWith("src/Paypro.Server/Ledger/Journal", StringComparison.Ordinal);

    [GeneratedRegex(@"\b(class|struct|interface|enum|record)\s+(?<name>(?!class\b|struct\b)\w*?(Manager|Helper|Util|Utility|Utilitie|Common)s?(?![a-z])\w*)")]
    private static partial Regex EmptyName();

    [GeneratedRegex("^[ \t]*// Long because", RegexOptions.Multiline)]
    private static partial Regex LongBecause();

    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|NotImplemented" + @"Exception)\b")]
    private static partial Regex UnfinishedWord();

    [GeneratedRegex(@"\bhttps?://(localhost|127\.0\.0\.1|10\.|192\.168\.)[^\s""<]*(v3/index\.json|/nuget|/npm|/pypi|/debian)")]
    private static partial Regex LocalRegistry();

    [GeneratedRegex(@"\b(Npgsql\w*|Microsoft\.Data\.Sqlite|UseNpgsql|UseSqlite|(Sqlite|Postgres)[A-Z]\w*|Paypro\.Server\.Storage\.(Sqlite|Postgres)\b)")]
    private static partial Regex EngineWord();

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceName();

    [GeneratedRegex(@"\bPaypro\.(Channels|Client|Protocol|Server)(\.\w+)?")]
    private static partial Regex ProjectNamespace();

    [GeneratedRegex(@"\bnew\s+(Transfer|Entry)Row\b|\.(Transfers|Entries)\.(Insert|Update|Add|AddRange)\(|\.Accounts\.(Insert|Update)\(")]
    private static partial Regex MoneyWrite();

    [GeneratedRegex(@"\b(HttpContext|HttpRequest|HttpResponse|IResult|Microsoft\.AspNetCore\.(Http|Mvc|Routing))\b")]
    private static partial Regex HttpWord();

    [GeneratedRegex(@"\[\s*(Fact|Theory)\b")]
    private static partial Regex TestAttribute();

    [GeneratedRegex(@"(?<name>\w+)\s*(<[^>]*>)?\s*$")]
    private static partial Regex MethodName();

    [GeneratedRegex(@"\bAssert\s*\.|\bSample\w*\s*[(<]|\bExpect\s*\(|\b(Assert|Verify|Check)\w*\s*[(<]")]
    private static partial Regex Assertion();
}
