namespace Paypro.UnitTests.House.Samples.Below;

/// <summary>For <see cref="CompiledArrows"/>: something that another room uses.</summary>
internal sealed record Thing(int Number);

/// <summary>Where it comes from.</summary>
internal static class Source
{
    public static IEnumerable<Thing> Things => [new(1), new(2)];
}
