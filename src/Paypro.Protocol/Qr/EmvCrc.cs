using System.Globalization;
using System.Text;

namespace Paypro.Protocol.Qr;

/// <summary>
/// The checksum of a merchant-presented code: CRC-16 of ISO/IEC 13239 with polynomial 1021 and first value FFFF (known as
/// CCITT-FALSE), over the UTF-8 bytes of everything before its own value. It finds any single changed ASCII character.
/// </summary>
internal static class EmvCrc
{
    private const int Polynomial = 0x1021;

    /// <summary>Four upper-case hexadecimal digits.</summary>
    public static string Of(ReadOnlySpan<char> text)
    {
        Span<byte> bytes = stackalloc byte[EmvQr.MaxBytes];
        var count = Encoding.UTF8.GetBytes(text, bytes);
        var register = 0xFFFF;
        foreach (var value in bytes[..count])
        {
            register ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register & 0x8000) == 0 ? register << 1 : (register << 1) ^ Polynomial;
            }

            register &= 0xFFFF;
        }

        return register.ToString("X4", CultureInfo.InvariantCulture);
    }
}
