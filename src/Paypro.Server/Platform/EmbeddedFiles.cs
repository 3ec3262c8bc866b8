using System.Security.Cryptography;

namespace Paypro.Server.Platform;

/// <summary>
/// Stylesheets, scripts and icons of pages. They are inside the program, so that no deployment can lose or mix them, and their
/// address carries a hash of their content, so that browsers keep them for a year.
/// </summary>
/// <param name="folder">The path under which they are served, with a slash at both ends.</param>
/// <param name="resources">Where they are among the program's resources.</param>
internal abstract class EmbeddedFiles(string folder, string resources)
{
    private readonly Dictionary<string, EmbeddedFile> byName = new(StringComparer.Ordinal);

    /// <param name="name">The last segment of the path.</param>
    public EmbeddedFile? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>Adds a resource; its path.</summary>
    protected string Add(string name, string ending, string type)
    {
        using var stream = typeof(EmbeddedFiles).Assembly.GetManifestResourceStream($"{resources}/{name}.{ending}")
            ?? throw new InvalidOperationException($"The program was built without {name}.{ending}.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var file = $"{name}-{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}.{ending}";
        byName.Add(file, new EmbeddedFile(content, type));
        return folder + file;
    }
}

/// <summary>A file of a page.</summary>
internal sealed record EmbeddedFile(byte[] Content, string Type);
