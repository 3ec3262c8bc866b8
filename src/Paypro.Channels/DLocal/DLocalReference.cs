using System.Buffers;
using System.Buffers.Binary;

namespace Paypro.Channels.DLocal;

/// <summary>What we call an attempt: 28 characters, the first two for its kind, which is a pay-in's <c>order_id</c> and a payout's <c>external_id</c>. A refund has no number of ours at dLocal; its reference stands in the address that its notification comes to.</summary>
internal static class DLocalReference
{
    private const int Length = 28, RandomBytes = 16, LongestName = 64;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>Base 32 of sixteen random bytes behind the mark.</summary>
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

    /// <summary>Whether a text is a number of ours of this kind.</summary>
    public static bool Is(string? text, Direction direction) =>
        text is { Length: Length } && text.StartsWith(MarkOf(direction), StringComparison.Ordinal) && !text.AsSpan().ContainsAnyExcept(Letters);

    /// <summary>Whether a text may be a name of the rail's, which also may stand in an address: letters, digits and dashes.</summary>
    public static bool IsName(string? text) => text is { Length: >= 1 and <= LongestName } && text.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static string MarkOf(Direction direction) => direction switch
    {
        Direction.PayIn => "SI",
        Direction.Payout => "SO",
        _ => "SR",
    };
}
