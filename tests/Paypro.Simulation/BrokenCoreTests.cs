namespace Paypro.Simulation;

/// <summary>What the checks of the simulation are worth. One world at a time.</summary>
[Collection("simulation")]
public sealed class BrokenCoreTests
{
    /// <summary>The names of the broken variants.</summary>
    public static TheoryData<string> Variants => [.. BrokenVariants.All.Select(v => v.Name)];

    /// <summary>Every variant that is broken on purpose is noticed, and by a check that is meant to.</summary>
    [Theory]
    [MemberData(nameof(Variants))]
    public void A_broken_core_is_noticed(string name)
    {
        var variant = BrokenVariants.Find(name)!;
        for (var seed = 1; seed <= 40; seed++)
        {
            try
            {
                using var world = new World(seed, BrokenVariants.Find(name));
                world.Run(SimulationTests.Hours, SimulationTests.OrdersPerHour);
            }
            catch (ViolationException violation)
            {
                Assert.Contains(violation.Check, variant.CaughtBy);
                return;
            }
        }

        Assert.Fail($"Forty runs did not notice that {name} is broken.");
    }
}
