using System.Buffers.Binary;

namespace Paypro.Channels.Mpesa;

/// <summary>
/// What we call an attempt. The alphabet lacks M, O, Q and X, so that no reference makes a word that Safaricom forbids in an address, and none is misread.
/// </summary>
internal static class MpesaReference
{
    /// <summary>Characters that a payer sees and may have to type: at most 12 go out.</summary>
    public const int PayInLength = 12;

    /// <summary>Characters of the rest.</summary>
    public const int Length = 28;

    private const string Alphabet = "ABCDEFGHIJKLNPRSTUVWYZ0123456789";

    private const int RandomBytes = 16;

    /// <summary>A pay-in's twelve characters hold sixty of the random bits, the others' all of them behind a mark.</summary>
    public static string Make(Direction direction, ReadOnlySpan<byte> random)
    {
        if (random.Length < RandomBytes)
        {
            throw new ArgumentException($"A reference needs at least {RandomBytes} random bytes.", nameof(random));
        }

        var mark = direction switch { Direction.PayIn => "", Direction.Payout => "S0", _ => "SR" };
        return string.Create(direction == Direction.PayIn ? PayInLength : Length, (mark, bits: BinaryPrimitives.ReadUInt128BigEndian(random)), static (text, of) =>
        {
            of.mark.CopyTo(text);
            var bits = of.bits;
            for (var at = of.mark.Length; at < text.Length; at++, bits >>= 5)
            {
                text[at] = Alphabet[(int)(bits & 31)];
            }
        });
    }

    /// <summary>An account number as a payer has typed it; empty when nothing is left of it.</summary>
    public static string Typed(string? text) =>
        text is null || text.Length > 64 ? "" : string.Concat(text.Where(static letter => !char.IsWhiteSpace(letter))).ToUpperInvariant() is { Length: <= 64 } typed && typed.All(static letter => letter is > ' ' and <= '~') ? typed : "";
}
