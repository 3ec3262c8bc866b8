using Paypro.Server.Platform;

namespace Paypro.Server.Checkout;

/// <summary>The stylesheet, the script and the icon of the payment page.</summary>
internal sealed class PageAssets : EmbeddedFiles
{
    public const string Folder = "/pay/assets/";

    public PageAssets()
        : base(Folder, "checkout")
    {
        Style = Add("pay", "css", "text/css; charset=utf-8");
        Script = Add("pay", "js", "text/javascript; charset=utf-8");
        Icon = Add("icon", "svg", "image/svg+xml");
    }

    /// <summary>Their paths.</summary>
    public string Style { get; }
    public string Script { get; }
    public string Icon { get; }
}
