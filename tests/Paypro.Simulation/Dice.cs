using Paypro.Server.Platform;

namespace Paypro.Simulation;

/// <summary>All chance of a run, from its seed.</summary>
internal sealed class Dice(int seed) : IRandomness
{
    public Random Random { get; } = new(seed);

    public void Fill(Span<byte> bytes) => Random.NextBytes(bytes);

    public bool Happens(double probability) => probability > 0 && Random.NextDouble() < probability;

    public int Next(int below) => Random.Next(below);

    public double Fraction() => Random.NextDouble();

    public T OneOf<T>(IReadOnlyList<T> choices) => choices[Random.Next(choices.Count)];
}
