using Paypro.Server.Platform;

namespace Paypro.Server.Screens;

/// <summary>What every screen of operators and merchants needs: a stylesheet, an icon and a small script that nothing depends on.</summary>
internal sealed class ScreenAssets : EmbeddedFiles
{
    public const string Folder = "/screens/";

    public ScreenAssets()
        : base(Folder, "screens")
    {
        Style = Add("portal", "css", "text/css; charset=utf-8");
        Script = Add("portal", "js", "text/javascript; charset=utf-8");
        Icon = Add("mark", "svg", "image/svg+xml");
    }

    public string Style { get; }

    public string Script { get; }

    public string Icon { get; }
}
