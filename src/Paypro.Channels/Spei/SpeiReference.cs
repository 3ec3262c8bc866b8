using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Paypro.Channels.Spei;

/// <summary>A payout's tracking key (<c>claveRastreo</c>): <c>SO</c> and 26 characters of base 32, which stays within the 29 that public clients keep to.</summary>
internal static class SpeiReference
{
    private const string Mark = "SO", Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    private const int Length = 28, RandomBytes = 16;

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>Base 32 of sixteen random bytes behind the mark.</summary>
    public static string Make(ReadOnlySpan<byte> random)
    {
        if (random.Length < RandomBytes)
        {
            throw new ArgumentException($"A reference needs at least {RandomBytes} random bytes.", nameof(random));
        }

        return string.Create(Length, BinaryPrimitives.ReadUInt128BigEndian(random), static (text, bits) =>
        {
            Mark.CopyTo(text);
            for (var at = Mark.Length; at < text.Length; at++, bits >>= 5)
            {
                text[at] = Alphabet[(int)(bits & 31)];
            }
        });
    }

    /// <summary>Whether the rail's text is a tracking key of ours.</summary>
    public static bool Is(string? text) =>
        text is { Length: Length } && text.StartsWith(Mark, StringComparison.Ordinal) && !text.AsSpan(Mark.Length).ContainsAnyExcept(Letters);

    /// <summary>The number that recipients see beside the payment, from 1 to 9,999,999: always the same for one key, since it is signed.</summary>
    public static int NumberOf(string reference) => 1 + (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes(reference))) % 9_999_999);
}
