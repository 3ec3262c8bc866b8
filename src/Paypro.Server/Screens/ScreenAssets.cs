using Paypro.Server.Platform;

namespace Paypro.Server.Screens;

/// <summary>What every screen of operators and merchants needs: a stylesheet and an icon. There is no script.</summary>
internal sealed class ScreenAssets : EmbeddedFiles
{
    public const string Folder = "/screens/";

    public ScreenAssets()
        : base(Folder, "screens")
    {
        Style = Add("portal", "css", "text/css; charset=utf-8");
        Icon = Add("mark", "svg", "image/svg+xml");
    }

    public string Style { get; }

    public string Icon { get; }
}
