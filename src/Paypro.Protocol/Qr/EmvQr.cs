using System.Text;

namespace Paypro.Protocol.Qr;

/// <summary>
/// Writes merchant-presented codes, the text under PIX, QRIS, VietQR and QR Ph. What each of them puts into it is in its own
/// file. Source: EMVCo, QR Code Specification for Payment Systems, Merchant-Presented Mode, section 4.
/// </summary>
public static class EmvQr
{
    /// <summary>The most bytes of a whole code; beyond them the picture becomes too fine for a phone's camera.</summary>
    public const int MaxBytes = 512;

    internal const string FormatId = "00";
    internal const string Format = "01";
    internal const string CrcId = "63";
    internal const string CrcHead = "6304";
    internal const int CrcLength = 4;

    /// <summary>Writes a code: payload format first, then the objects in the order given, then the checksum.</summary>
    /// <param name="objects">Everything between the payload format and the checksum; null ones are left out.</param>
    /// <exception cref="ArgumentException">An id comes twice or is one of those two, or the code would be longer than <see cref="MaxBytes"/>.</exception>
    public static string Encode(params ReadOnlySpan<EmvObject?> objects)
    {
        foreach (var each in objects)
        {
            if (each is { Id: FormatId or CrcId })
            {
                throw new ArgumentException($"Id {each.Id} is written by the encoder.", nameof(objects));
            }
        }

        var open = new EmvObject(FormatId, Format) + EmvObject.Join(objects) + CrcHead;
        if (Encoding.UTF8.GetByteCount(open) > MaxBytes - CrcLength)
        {
            throw new ArgumentException($"A code has at most {MaxBytes} bytes.", nameof(objects));
        }

        return open + EmvCrc.Of(open);
    }
}
