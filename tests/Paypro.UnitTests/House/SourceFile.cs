namespace Paypro.UnitTests.House;

/// <summary>A file of the repository, by its path from the root with forward slashes.</summary>
internal sealed class SourceFile(string path, string text)
{
    private readonly Lazy<string> code = new(() => CodeText.WithoutCommentsAndStrings(text));

    public string Path { get; } = path;

    public string Text { get; } = text;

    /// <summary>The text with comments and strings blanked.</summary>
    public string Code => code.Value;

    public int LineAt(int index) => Text.AsSpan(0, index).Count('\n') + 1;

    public override string ToString() => Path;
}

/// <summary>The repository's files, without what building makes.</summary>
internal static class SourceTree
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    private static readonly string[] Made = ["bin", "obj", ".git", ".vs", ".idea", ".data", "artifacts", "TestResults", "node_modules", "dist"];

    private static readonly Lazy<IReadOnlyList<string>> AllPaths = new(() => [.. Walk(new DirectoryInfo(Root)).Order(StringComparer.Ordinal)]);

    private static readonly Lazy<IReadOnlyList<SourceFile>> AllCode = new(() => [.. Paths.Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).Select(Read)]);

    /// <summary>Every file, from the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Paths => AllPaths.Value;

    /// <summary>Every C# file.</summary>
    public static IReadOnlyList<SourceFile> Code => AllCode.Value;

    /// <summary>Every C# file below a folder, migrations that a tool has written left out.</summary>
    public static IEnumerable<SourceFile> Below(string folder) => Code.Where(file =>
        file.Path.StartsWith(folder + "/", StringComparison.Ordinal) && !file.Path.Contains("/Storage/Migrations/", StringComparison.Ordinal));

    public static SourceFile Read(string path) => new(path, File.ReadAllText(System.IO.Path.Combine(Root, path)));

    private static IEnumerable<string> Walk(DirectoryInfo folder) => folder.EnumerateFileSystemInfos().SelectMany(entry => entry switch
    {
        DirectoryInfo inner when Made.Contains(inner.Name) || inner.LinkTarget is not null => [],
        DirectoryInfo inner => Walk(inner),

        // A worktree's .git is a file that names a folder of the machine.
        _ when entry.Name == ".git" => [],
        _ => [System.IO.Path.GetRelativePath(Root, entry.FullName).Replace('\\', '/')],
    });

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Paypro.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run from their build output inside the repository, and no folder above has Paypro.slnx.");
    }
}
