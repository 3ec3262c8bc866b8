using Paypro.Server.Platform;

namespace Paypro.Server.Reference;

/// <summary>The stylesheet and the script of the pages under <c>/docs</c>.</summary>
internal sealed class ReferenceAssets : EmbeddedFiles
{
    private const string JavaScript = "text/javascript; charset=utf-8";

    public const string Folder = "/docs/assets/";

    public ReferenceAssets()
        : base(Folder, "reference")
    {
        Style = Add("docs", "css", "text/css; charset=utf-8");
        Script = Add("docs", "js", JavaScript);
        Signer = Add("signer", "js", JavaScript);
        Steps = Add("steps", "js", JavaScript);
        Try = Add("try", "js", JavaScript);
        Inbox = Add("inbox", "js", JavaScript);
        Icon = Add("docs", "svg", "image/svg+xml");
    }

    /// <summary>Their paths.</summary>
    public string Style { get; }
    public string Script { get; }
    public string Signer { get; }
    public string Steps { get; }
    public string Try { get; }
    public string Inbox { get; }
    public string Icon { get; }
}
