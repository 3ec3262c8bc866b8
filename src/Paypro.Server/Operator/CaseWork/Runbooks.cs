namespace Paypro.Server.Operator.CaseWork;

/// <summary>What to do about a case of one kind.</summary>
/// <param name="Kind">Of cases.</param>
/// <param name="Lines">Paragraphs, and steps that begin with <c>- </c>.</param>
internal sealed record Runbook(string Kind, IReadOnlyList<string> Lines);

/// <summary>The runbooks of <c>docs/operating/cases.md</c>, one for each kind of case.</summary>
internal static class Runbooks
{
    /// <summary>Begins the line that says what one person may do alone.</summary>
    public const string Alone = "Alone: ";

    private const string Heading = "### ";

    public static IReadOnlyDictionary<string, Runbook> All { get; } = Read();

    private static Dictionary<string, Runbook> Read()
    {
        using var stream = typeof(Runbooks).Assembly.GetManifestResourceStream("operator/cases.md")!;
        using var reader = new StreamReader(stream);
        var found = new Dictionary<string, Runbook>(StringComparer.Ordinal);
        var (kind, lines) = ("", new List<string>());
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                Keep();
                (kind, lines) = (line.StartsWith(Heading, StringComparison.Ordinal) ? line[Heading.Length..].Trim() : "", []);
            }
            else if (line.Trim().Length > 0 && kind.Length > 0)
            {
                lines.Add(line.Trim().Replace("`", "", StringComparison.Ordinal));
            }
        }

        Keep();
        return found;

        void Keep()
        {
            if (kind.Length > 0)
            {
                found.Add(kind, new Runbook(kind, lines));
            }
        }
    }
}
