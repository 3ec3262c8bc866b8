using System.IO.Compression;
using Paypro.Server.Platform;

namespace Paypro.Server.Checkout;

/// <summary>The stylesheet, the script and the icon of the payment page, and merchants' colours.</summary>
internal sealed class PageAssets : EmbeddedFiles
{
    public const string Folder = "/pay/assets/";
    private readonly Dictionary<string, PageAsset> _encoded = new(StringComparer.Ordinal);

    public PageAssets()
        : base(Folder, "checkout")
    {
        Style = Encode(Add("pay", "css", "text/css; charset=utf-8"));
        Wallet = Encode(Add("wallet", "css", "text/css; charset=utf-8"));
        Script = Encode(Add("pay", "js", "text/javascript; charset=utf-8"));
        Icon = Encode(Add("icon", "svg", "image/svg+xml"));
    }

    /// <summary>Their paths.</summary>
    public string Style { get; }
    public string Wallet { get; }
    public string Script { get; }
    public string Icon { get; }

    /// <param name="name">The last segment of the path.</param>
    public PageAsset? FindEncoded(string name) =>
        _encoded.GetValueOrDefault(name) ?? (BrandStyle.Find(name) is { } style ? PageAsset.Make(style, "text/css; charset=utf-8", CompressionLevel.Fastest) : null);

    private string Encode(string path)
    {
        var name = path[Folder.Length..];
        var file = Find(name) ?? throw new InvalidOperationException($"{name} was not added.");
        _encoded.Add(name, PageAsset.Make(file.Content, file.Type, CompressionLevel.SmallestSize));
        return path;
    }
}

/// <summary>A file of the page, with its encodings made once.</summary>
internal sealed record PageAsset(byte[] Content, byte[] Brotli, byte[] Gzip, string Type)
{
    public static PageAsset Make(byte[] content, string type, CompressionLevel level) =>
        new(content, Compressed.Encode(content, "br", level), Compressed.Encode(content, "gzip", level), type);

    public byte[] In(string? encoding) => encoding switch
    {
        "br" => Brotli,
        "gzip" => Gzip,
        _ => Content,
    };
}
