using System.Buffers;
using System.Buffers.Binary;

namespace Paypro.Channels.Paypro;

/// <summary>
/// What we and the upstream call an order: 28 characters <c>A-Z2-7</c>. A notification does not say its direction, and the upstream numbers
/// pay-ins and payouts apart, so that the first two characters tell it.
/// </summary>
internal static class PayproReference
{
    /// <summary>Characters of a reference.</summary>
    public const int Length = 28;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private const int RandomBytes = 16;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>Base 32 (RFC 4648) of sixteen random bytes, the last group first, behind the mark.</summary>
    public static string Make(Direction direction, ReadOnlySpan<byte> random)
    {
        if (random.Length < RandomBytes)
        {
            throw new ArgumentException($"A reference needs at least {RandomBytes} random bytes.", nameof(random));
        }

        var bits = BinaryPrimitives.ReadUInt128BigEndian(random);
        return string.Create(Length, (Mark: MarkOf(direction), bits), static (text, of) =>
        {
            of.Mark.CopyTo(text);
            var bits = of.bits;
            for (var at = of.Mark.Length; at < text.Length; at++, bits >>= 5)
            {
                text[at] = Alphabet[(int)(bits & 31)];
            }
        });
    }

    /// <summary>The direction of a reference of ours; null when it is none.</summary>
    public static Direction? DirectionOf(string reference) =>
        reference.Length != Length || reference.AsSpan().ContainsAnyExcept(Letters) ? null : reference[..2] switch
        {
            "SI" => Direction.PayIn,
            "SO" => Direction.Payout,
            "SR" => Direction.Refund,
            _ => null,
        };

    private static string MarkOf(Direction direction) => direction switch
    {
        Direction.PayIn => "SI",
        Direction.Payout => "SO",
        _ => "SR",
    };
}
