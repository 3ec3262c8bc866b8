using System.Diagnostics;
using OpenTelemetry;

namespace Paypro.Server.Platform;

/// <summary>
/// Takes secrets out of spans before they leave: the token in the path of a payment page or a voucher, every query, and of the addresses that we
/// call all but the host (a merchant may have put a key into its <c>notifyUrl</c>).
/// </summary>
internal sealed class SpanPaths : BaseProcessor<Activity>
{
    private static readonly string[] SecretFolders = ["/pay/", "/voucher/"];

    public override void OnEnd(Activity data)
    {
        foreach (var name in (string[])["url.path", "http.target"])
        {
            if (data.GetTagItem(name) is string path
                && Array.Find(SecretFolders, folder => path.StartsWith(folder, StringComparison.OrdinalIgnoreCase)) is { } folder)
            {
                data.SetTag(name, folder + "…");
            }
        }

        data.SetTag("url.query", null);
        foreach (var name in (string[])["url.full", "http.url"])
        {
            if (data.GetTagItem(name) is string full)
            {
                data.SetTag(name, Uri.TryCreate(full, UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.Authority}/…" : null);
            }
        }
    }
}
