using System.Security.Cryptography;

namespace Paypro.Server.Checkout;

/// <summary>
/// The page's stylesheet, script and icon. They are inside the program, so that no deployment can lose or mix them, and their
/// address carries a hash of their content, so that browsers keep them for a year.
/// </summary>
internal sealed class PageAssets
{
    public const string Folder = "/pay/assets/";
    private readonly Dictionary<string, PageAsset> _byName = new(StringComparer.Ordinal);

    public PageAssets()
    {
        Style = Add("pay", "css", "text/css; charset=utf-8");
        Script = Add("pay", "js", "text/javascript; charset=utf-8");
        Icon = Add("icon", "svg", "image/svg+xml");
    }

    /// <summary>Their paths.</summary>
    public string Style { get; }
    public string Script { get; }
    public string Icon { get; }

    /// <param name="name">The last segment of the path.</param>
    public PageAsset? Find(string name) => _byName.GetValueOrDefault(name);

    private string Add(string name, string ending, string type)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream($"checkout/{name}.{ending}")
            ?? throw new InvalidOperationException($"The program was built without {name}.{ending}.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        var file = $"{name}-{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}.{ending}";
        _byName.Add(file, new PageAsset(content, type));
        return Folder + file;
    }
}

/// <summary>A file of the page.</summary>
internal sealed record PageAsset(byte[] Content, string Type);
