namespace Paypro.UnitTests.House.Samples;

/// <summary>For <see cref="Constructions"/>: something that is made.</summary>
internal sealed record Made(int Number);

/// <summary>Makes it without writing its name after <c>new</c>, in a lambda.</summary>
internal static class MakesInALambda
{
    public static Func<int, Made> Maker { get; } = number => new(number);
}

/// <summary>Only reads it.</summary>
internal static class OnlyReads
{
    public static int NumberOf(Made made) => made.Number;
}
