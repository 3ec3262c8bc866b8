namespace Paypro.UnitTests.House;

/// <summary>How the house's tests fail: with every problem at once, one a line.</summary>
internal static class Findings
{
    public static void AssertNone(IEnumerable<string> problems)
    {
        var all = problems.ToList();
        Assert.True(all.Count == 0, string.Join('\n', all));
    }
}
