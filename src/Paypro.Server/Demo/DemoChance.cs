namespace Paypro.Server.Demo;

/// <summary>The chance of a history, from its seed: what is ordered, paid and forgotten is the same each time. No secret comes from here.</summary>
internal sealed class DemoChance(int seed)
{
    private readonly Random _random = new(seed);

    public bool Happens(double probability) => _random.NextDouble() < probability;

    public int Next(int below) => _random.Next(below);

    public T OneOf<T>(IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    /// <summary>A time between two, milliseconds.</summary>
    public long Between(TimeSpan least, TimeSpan most) => (long)(least + ((most - least) * _random.NextDouble())).TotalMilliseconds;

    /// <summary>A waiting time whose short ones are frequent, milliseconds.</summary>
    public long Around(TimeSpan mean) => (long)(-Math.Log(1 - _random.NextDouble()) * mean.TotalMilliseconds);

    /// <summary>A factor around 1: a third of all lie below 0.7, few above 4.</summary>
    public double Spread() => Math.Exp(Normal() * 0.7);

    /// <summary>How many of something come that come by themselves.</summary>
    public int CountAround(double mean) => (int)Math.Max(0, Math.Round(mean + (Normal() * Math.Sqrt(mean))));

    /// <summary>An index, by weight.</summary>
    public int Weighted(IReadOnlyList<double> weights)
    {
        var left = _random.NextDouble() * weights.Sum();
        for (var i = 0; i < weights.Count; i++)
        {
            if ((left -= weights[i]) < 0)
            {
                return i;
            }
        }

        return weights.Count - 1;
    }

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
