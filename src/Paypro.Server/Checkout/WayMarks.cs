using System.Globalization;
using System.Net;
using Paypro.Protocol.Countries;

namespace Paypro.Server.Checkout;

/// <summary>
/// The lettering by which a payer finds a way at a glance: its name in a colour that it is known by, set by us in the phone's own letters. Nobody's logo
/// is copied. A way without a line here has a drawing of its kind.
/// </summary>
internal static class WayMarks
{
    private const int Width = 56, Height = 36;

    /// <summary>Widest that letters may run, and how wide a bold letter is for its size.</summary>
    private const double Room = 51, LetterWidth = 0.62, LargestLetter = 15;

    /// <summary>By country and way: letters, ground, colour of the letters. Each pair can be read (4.5 to 1).</summary>
    private static readonly Dictionary<string, (string Letters, string Ground, string Ink)> Lettering = new(StringComparer.Ordinal)
    {
        ["MX.va"] = ("SPEI", "#1c2f5c", "#fff"),
        ["ID.QRIS"] = ("QRIS", "#fff", "#b3191f"),
        ["ID.DANA"] = ("DANA", "#0a6fd6", "#fff"),
        ["ID.OVO"] = ("OVO", "#4b2a86", "#fff"),
        ["ID.LINKAJA"] = ("LinkAja", "#c8161d", "#fff"),
        ["ID.SHOPEEPAY"] = ("Shopee", "#c93b1c", "#fff"),
        ["ID.BRI"] = ("BRI", "#00529b", "#fff"),
        ["ID.BNI"] = ("BNI", "#fff", "#b04a00"),
        ["ID.MANDIRI"] = ("mandiri", "#003a70", "#ffd35c"),
        ["ID.PERMATA"] = ("Permata", "#fff", "#0b6b3a"),
        ["ID.BCA"] = ("BCA", "#0060af", "#fff"),
        ["ID.CIMB"] = ("CIMB", "#8f1018", "#fff"),
        ["ID.DANAMON"] = ("Danamon", "#fff", "#a34700"),
        ["ID.BSI"] = ("BSI", "#006b63", "#fff"),
        ["PK.easypaisa"] = ("easypaisa", "#1a7a3c", "#fff"),
        ["PK.jazzcash"] = ("JazzCash", "#8f1016", "#fff"),
        ["PH.GCash"] = ("GCash", "#0057d9", "#fff"),
        ["PH.GrabPay"] = ("Grab", "#00703c", "#fff"),
        ["PH.Maya"] = ("maya", "#111", "#75eea5"),
        ["PH.QRPH"] = ("QR Ph", "#fff", "#12408f"),
        ["PH.GCash QR"] = ("GCash", "#0057d9", "#fff"),
        ["PH.Maya QR"] = ("maya", "#111", "#75eea5"),
        ["PH.Gotyme QR"] = ("GoTyme", "#103a3e", "#6fe3e1"),
        ["PH.UnionBank"] = ("Union", "#b34700", "#fff"),
        ["PH.BPI"] = ("BPI", "#a31621", "#fff"),
        ["PH.RCBC"] = ("RCBC", "#0059a3", "#fff"),
        ["KE.mpesa"] = ("M-PESA", "#217a27", "#fff"),
        ["IN.UPI"] = ("UPI", "#fff", "#4d4d4d"),
        ["BD.BKASH"] = ("bKash", "#c4106a", "#fff"),
        ["BD.NAGAD"] = ("Nagad", "#bf2418", "#fff"),
        ["NG.PALMPAY"] = ("PalmPay", "#5b22b5", "#fff"),
        ["BR.PIX"] = ("Pix", "#0f6e65", "#fff"),
        ["VN.VietQR"] = ("VietQR", "#fff", "#b3191f"),
    };

    /// <summary>An SVG image that says nothing to a screen reader: the name stands beside it.</summary>
    /// <param name="country">ISO 3166 code.</param>
    /// <param name="way">The way's code.</param>
    /// <param name="kind">One of <see cref="InstructionKinds"/>.</param>
    public static string Svg(string country, string way, string kind)
    {
        if (!Lettering.TryGetValue($"{country}.{way}", out var mark))
        {
            return $"""<svg class="mark" viewBox="0 0 {Width} {Height}" aria-hidden="true"><rect x=".5" y=".5" width="{Width - 1}" height="{Height - 1}" rx="6" class="ground"/><path d="{Drawing(kind)}" class="drawn"/></svg>""";
        }

        var size = Math.Min(LargestLetter, Room / (mark.Letters.Length * LetterWidth));
        return string.Create(CultureInfo.InvariantCulture,
            $"""<svg class="mark" viewBox="0 0 {Width} {Height}" aria-hidden="true"><rect x=".5" y=".5" width="{Width - 1}" height="{Height - 1}" rx="6" fill="{mark.Ground}" stroke="#8a97a3" stroke-opacity=".5"/><text x="{Width / 2}" y="{(Height / 2) + (size * 0.35):0.#}" font-size="{size:0.#}" font-weight="800" text-anchor="middle" fill="{mark.Ink}">{WebUtility.HtmlEncode(mark.Letters)}</text></svg>""");
    }

    /// <summary>The outline of a bank, a barcode, a code, a phone or a wallet.</summary>
    private static string Drawing(string kind) => kind switch
    {
        InstructionKinds.Clabe or InstructionKinds.VirtualAccount => "M18 15l10-7 10 7zM20 15v9M25.3 15v9M30.7 15v9M36 15v9M17 27h22",
        InstructionKinds.Barcode => "M17 9v18M21 9v18M23 9v18M28 9v18M32 9v18M34 9v18M39 9v18",
        InstructionKinds.Qr => "M19 9h7v7h-7zM30 9h7v7h-7zM19 20h7v7h-7zM30 20h3M35 20h2v4M30 24v3h4M37 27h.1",
        InstructionKinds.Prompt => "M23 7h10v22h-10zM26.5 26h3",
        _ => "M17 11h20v15h-20zM17 15h20M33 20.5h.1",
    };
}
