namespace Paypro.Simulation;

/// <summary>The share of the simulation that runs with every test run; <c>eng/simulate</c> runs it for as long as one likes.</summary>
[Collection("simulation")]
public sealed class SimulationTests
{
    internal const double Hours = 24;
    internal const double OrdersPerHour = 6;
    private const int Seeds = 4;

    /// <summary>How many runs have ended, and what happened in all of them.</summary>
    private static (int Runs, int Resumed, int Disputes, int Withdrawals, int Retried) all;

    /// <summary>The seeds of the runs.</summary>
    public static TheoryData<int> AnyWeather => [.. Enumerable.Range(1, Seeds)];

    /// <summary>Nothing is wrong, whatever the weather. In all runs together something waited for money and was resumed or sent on, and disputes and withdrawals ended.</summary>
    [Theory]
    [MemberData(nameof(AnyWeather))]
    public void The_money_is_right_in_any_weather(int seed)
    {
        using var world = new World(seed);
        var run = world.Run(Hours, OrdersPerHour);
        Assert.True(run is { Orders: > 50, Sends: > 10, NotificationsTaken: > 30, Refunds: > 0 }, run.ToString());
        all = (all.Runs + 1, all.Resumed + run.Resumed, all.Disputes + run.Disputes, all.Withdrawals + run.Withdrawals, all.Retried + run.Retried);
        Assert.True(all.Runs < Seeds || all is { Resumed: > 0, Disputes: > 5, Withdrawals: > 2, Retried: > 0 }, $"Too little happened in all the runs: {all}.");
    }

    /// <summary>A seed replays exactly: a failure can be looked at again.</summary>
    [Fact]
    public void A_seed_does_the_same_twice()
    {
        Assert.Equal(Once(), Once());

        static RunSummary Once()
        {
            using var world = new World(77);
            return world.Run(12, OrdersPerHour);
        }
    }
}
