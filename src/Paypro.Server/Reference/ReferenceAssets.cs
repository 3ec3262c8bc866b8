using Paypro.Server.Platform;

namespace Paypro.Server.Reference;

/// <summary>The stylesheet and the script of the pages under <c>/docs</c>.</summary>
internal sealed class ReferenceAssets : EmbeddedFiles
{
    public const string Folder = "/docs/assets/";

    public ReferenceAssets()
        : base(Folder, "reference")
    {
        Style = Add("docs", "css", "text/css; charset=utf-8");
        Script = Add("docs", "js", "text/javascript; charset=utf-8");
        Icon = Add("docs", "svg", "image/svg+xml");
    }

    /// <summary>Their paths.</summary>
    public string Style { get; }
    public string Script { get; }
    public string Icon { get; }
}
