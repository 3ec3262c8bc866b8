using Paypro.Server.Platform;

namespace Paypro.UnitTests.Platform;

/// <summary>Chance that can be repeated.</summary>
internal sealed class SeededRandomness(byte seed) : IRandomness
{
    private uint state = (seed * 2654435761u) | 1;

    public void Fill(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            bytes[i] = (byte)(state >> 11);
        }
    }
}
