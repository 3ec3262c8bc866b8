namespace Paypro.Server.Platform;

/// <summary>
/// The public number of an order: 16 characters <c>a-z0-9</c>, about 77 bits of chance. The bucket hides in the first two
/// characters (their value modulo 64), so that a lookup by number goes to one bucket.
/// </summary>
internal static class OrderNumber
{
    public const int Length = 16;
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

    public static string Make(short bucket, IRandomness randomness)
    {
        Span<byte> random = stackalloc byte[24];
        randomness.Fill(random);
        Span<char> text = stackalloc char[Length];
        // 36² = 1296 = 20 × 64 + 16: twenty equally likely heads for each bucket.
        var head = bucket + 64 * (BitConverter.ToUInt16(random) % 20);
        text[0] = Alphabet[head / 36];
        text[1] = Alphabet[head % 36];
        var low = BitConverter.ToUInt64(random[2..]);
        var high = BitConverter.ToUInt64(random[10..]);
        for (var i = 2; i < Length; i++)
        {
            ref var source = ref (i < 9 ? ref low : ref high);
            text[i] = Alphabet[(int)(source % 36)];
            source /= 36;
        }

        return new string(text);
    }

    /// <summary>The bucket of a well-formed number; null for anything else.</summary>
    public static short? BucketOf(string? number)
    {
        if (number is not { Length: Length })
        {
            return null;
        }

        foreach (var c in number)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9')))
            {
                return null;
            }
        }

        return (short)((Alphabet.IndexOf(number[0]) * 36 + Alphabet.IndexOf(number[1])) % 64);
    }
}
