using System.IO.Compression;
using System.Text;
using Paypro.Server.Platform;

namespace Paypro.Server.Checkout;

/// <summary>The style, the script and the icon of the payment page, and the stylesheet of the sandbox's wallet.</summary>
internal sealed class PageAssets : EmbeddedFiles
{
    public const string Folder = "/pay/assets/";
    private readonly Dictionary<string, PageAsset> _encoded = new(StringComparer.Ordinal);

    public PageAssets()
        : base(Folder, "checkout")
    {
        var style = Add("pay", "css", "text/css; charset=utf-8");
        Style = Encoding.UTF8.GetString(Find(style[Folder.Length..])!.Content);
        Wallet = Encode(Add("wallet", "css", "text/css; charset=utf-8"));
        Script = Encode(Add("pay", "js", "text/javascript; charset=utf-8"));
        Icon = Encode(Add("icon", "svg", "image/svg+xml"));
    }

    /// <summary>Stands inside the page: on a slow network a file of its own would keep the page blank for one more round trip.</summary>
    public string Style { get; }

    /// <summary>The paths of the others.</summary>
    public string Wallet { get; }
    public string Script { get; }
    public string Icon { get; }

    /// <param name="name">The last segment of the path.</param>
    public PageAsset? FindEncoded(string name) => _encoded.GetValueOrDefault(name);

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
