using System.Buffers;
using System.Buffers.Binary;

namespace Paypro.Channels.Pix;

/// <summary>
/// What we call an attempt: 28 characters, the first two for its kind, which is a charge's <c>txid</c>, a payout's <c>idEnvio</c> or a refund's <c>id</c>. A refund is
/// found only beneath the payment that it gives back, so that its reference carries the payment's name behind a full stop.
/// </summary>
internal static class PixReference
{
    /// <summary>Characters of what the bank is told.</summary>
    public const int Length = 28;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private const int RandomBytes = 16;

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

    /// <summary>Whether the bank's text is a number of ours of this kind.</summary>
    public static bool Is(string? text, Direction direction) =>
        text is { Length: Length } && text.StartsWith(MarkOf(direction), StringComparison.Ordinal) && !text.AsSpan().ContainsAnyExcept(Letters);

    /// <summary>A refund's reference.</summary>
    public static string OfRefund(string id, string endToEndId) => $"{id}.{endToEndId}";

    /// <summary>The two names in a refund's reference; null when it is none.</summary>
    public static (string Id, string EndToEndId)? Split(string reference) =>
        reference.Length > Length + 1 && reference[Length] == '.' && Is(reference[..Length], Direction.Refund) && IsName(reference[(Length + 1)..])
            ? (reference[..Length], reference[(Length + 1)..])
            : null;

    /// <summary>Whether a text may be a name of the rail's: letters and digits. Its length is not held against it, since documented examples have others than the standard.</summary>
    public static bool IsName(string? text) => text is { Length: >= 1 and <= 64 } && text.All(char.IsAsciiLetterOrDigit);

    private static string MarkOf(Direction direction) => direction switch
    {
        Direction.PayIn => "SI",
        Direction.Payout => "SO",
        _ => "SR",
    };
}
