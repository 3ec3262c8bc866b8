namespace Paypro.ServerTests.Infrastructure;

/// <summary>Where the tests find what lies beside them.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The configuration the tests were built in, and so the one of the server they start.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Paypro.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run from their build output inside the repository, and no folder above has Paypro.slnx.");
    }
}
