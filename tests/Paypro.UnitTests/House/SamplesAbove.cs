using Paypro.UnitTests.House.Samples.Below;

namespace Paypro.UnitTests.House.Samples.Above;

/// <summary>For <see cref="CompiledArrows"/>: uses what it never names, between awaits.</summary>
internal static class NamesNobody
{
    public static async Task<int> SumAsync()
    {
        await Task.Yield();
        return Source.Things.Sum(thing => thing.Number);
    }
}

/// <summary>Has it in a field alone.</summary>
internal sealed record Keeps(IReadOnlyList<Thing[]> All);

/// <summary>Names it as an argument of a method alone.</summary>
internal static class AsksForAKind
{
    public static int Count() => Array.Empty<Thing>().Length;
}

/// <summary>Uses nobody.</summary>
internal static class UsesNobody
{
    public static int Switch(int number) => number switch { 1 => 4, 2 => 6, 3 => 10, 4 => 2, _ => 0x06 };
}
