using System.Security.Cryptography;

namespace Paypro.Server.Platform;

/// <summary>The only source of randomness, so that a simulation can replay a run from its seed.</summary>
internal interface IRandomness
{
    void Fill(Span<byte> bytes);
}

/// <summary>The operating system's cryptographic generator.</summary>
internal sealed class SystemRandomness : IRandomness
{
    public void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
