namespace Paypro.Server.Merchants;

/// <summary>The days of the week without settlement as they are stored: a bit for each, Sunday the lowest.</summary>
internal static class Weekends
{
    /// <summary>Days of a week that may be without settlement, at most.</summary>
    public const int Most = 3;

    /// <summary>What is stored past the program with more days than a week may lack counts as none: money has to be settled some day.</summary>
    public static IReadOnlyList<DayOfWeek> Of(int days) =>
        Enum.GetValues<DayOfWeek>().Where(day => (days & (1 << (int)day)) != 0).ToList() is { Count: <= Most } found ? found : [];

    public static int Of(IEnumerable<DayOfWeek> days) => days.Aggregate(0, static (bits, day) => bits | (1 << (int)day));
}
