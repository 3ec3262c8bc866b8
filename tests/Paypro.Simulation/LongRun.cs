using System.Diagnostics;
using System.Globalization;

namespace Paypro.Simulation;

/// <summary>
/// The run that has no end but the one it is given: seed after seed, each printed before it begins, so that one that fails can be
/// given again.
/// </summary>
internal static class LongRun
{
    /// <summary>Simulated hours of one seed.</summary>
    public const double HoursPerSeed = 96;

    public const double OrdersPerHour = 4;

    public static int Run(string[] arguments)
    {
        var seed = int.Parse(Value(arguments, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var hours = double.Parse(Value(arguments, "--hours") ?? "1000", CultureInfo.InvariantCulture);
        var perHour = double.Parse(Value(arguments, "--orders") ?? "4", CultureInfo.InvariantCulture);
        var name = Value(arguments, "--broken");
        var trace = arguments.Contains("--trace");
        if (name is not null && BrokenVariants.Find(name) is null)
        {
            Console.Error.WriteLine($"There is no variant {name}; there are {string.Join(", ", BrokenVariants.All.Select(v => v.Name))}.");
            return 2;
        }

        var started = Stopwatch.GetTimestamp();
        var (done, steps, commits, crashes, orders) = (0.0, 0L, 0L, 0, 0);
        for (; done < hours; seed++)
        {
            var length = Math.Min(HoursPerSeed, hours - done);
            try
            {
                using var world = new World(seed, name is null ? null : BrokenVariants.Find(name), trace ? Console.Out : null);
                var run = world.Run(length, perHour);
                done += length;
                (steps, commits, crashes, orders) = (steps + run.Steps, commits + run.Commits, crashes + run.Crashes, orders + run.Orders);
                Say($"seed {seed}: {length:0} h, {run.Orders} orders, {run.Sends} sends, {run.Refunds} refunds, {run.Disputes} disputes, {run.Withdrawals} withdrawals, {run.Retried} sent on, {run.Movements} movements, {run.NotificationsTaken} notifications, {run.Commits} commits, {run.Crashes} crashes, trace {run.TraceHash:x16}");
            }
            catch (ViolationException violation)
            {
                Say($"seed {seed} FAILED: {violation.Message}");
                Say($"again: eng/simulate --seed {seed} --hours {length:0}{(name is null ? "" : " --broken " + name)} --trace");
                return 1;
            }
        }

        Say($"{done:0} simulated hours in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s: {orders} orders, {commits} commits, {crashes} crashes, {steps} steps, nothing wrong");
        return 0;
    }

    private static string? Value(string[] arguments, string name) => Array.IndexOf(arguments, name) is var at and >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;

    private static void Say(FormattableString text) => Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
