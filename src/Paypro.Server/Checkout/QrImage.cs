using System.Globalization;
using System.Net;
using System.Text;
using QRCoder;

namespace Paypro.Server.Checkout;

/// <summary>A payload as a QR code (ISO/IEC 18004), error correction M as the payment networks ask for.</summary>
internal static class QrImage
{
    /// <summary>Pixels of one module in the picture that a payer saves: about 600 pixels for a usual payload.</summary>
    private const int PixelsPerModule = 8;

    /// <summary>An SVG image that scales to any width; one unit is one module. The quiet zone of four modules is part of it.</summary>
    /// <param name="payload">What the code says.</param>
    /// <param name="label">Its name for a screen reader.</param>
    public static string Svg(string payload, string label)
    {
        using var data = Encode(payload);
        var size = data.ModuleMatrix.Count;
        var dark = new StringBuilder();
        for (var y = 0; y < size; y++)
        {
            var row = data.ModuleMatrix[y];
            for (var x = 0; x < size; x++)
            {
                var start = x;
                while (x < size && row[x])
                {
                    x++;
                }

                if (x > start)
                {
                    dark.Append(CultureInfo.InvariantCulture, $"M{start} {y}h{x - start}v1h-{x - start}z");
                }
            }
        }

        return string.Create(CultureInfo.InvariantCulture,
            $"""<svg viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img" aria-label="{WebUtility.HtmlEncode(label)}"><path fill="#000" d="{dark}"/></svg>""");
    }

    /// <summary>The same as a picture, for the gallery of the phone that pays.</summary>
    public static byte[] Png(string payload)
    {
        using var data = Encode(payload);
        using var png = new PngByteQRCode(data);
        return png.GetGraphic(PixelsPerModule);
    }

    private static QRCodeData Encode(string payload)
    {
        using var generator = new QRCodeGenerator();
        return generator.CreateQrCode(payload, QRCodeGenerator.ECCLevel.M);
    }
}
