using Microsoft.EntityFrameworkCore;
using Paypro.Channels.Sandbox;
using Paypro.Protocol.Countries;
using Paypro.Server.Merchants;
using Paypro.Server.Notifications;
using Paypro.Server.Platform;
using Paypro.Server.Sandbox;
using Paypro.Server.Storage;

namespace Paypro.Server.Demo;

/// <summary>Makes a demo in an application that is prepared and not started: its loops take their turns here, and its clock is moved here.</summary>
internal sealed class DemoMaker(DemoPlan plan, DemoClock clock, long endMs)
{
    /// <summary>A demo that ends at a time.</summary>
    public static DemoMaker Until(DemoPlan plan, long endMs) => new(plan, new DemoClock(StartOf(plan, endMs)), endMs);

    /// <summary>How much earlier its people begin to set it up.</summary>
    private const long SetUpMs = 2 * 3_600_000;

    private const long DayMs = 86_400_000;

    /// <summary>The last part in which the failing receiver fails.</summary>
    private const double FailingPart = 0.2;

    /// <summary>When the bad hours are.</summary>
    private const double BadPart = 0.8;
    private const long BadFromMs = 15 * 3_600_000, BadForMs = 8 * 3_600_000;

    /// <summary>When the history begins, Unix milliseconds UTC.</summary>
    public long StartMs => endMs - (plan.Days * DayMs);

    /// <summary>Puts the demo's clock and receivers in the place of the application's.</summary>
    public void Replace(IServiceCollection services)
    {
        services.AddSingleton<TimeProvider>(clock);
        services.AddSingleton(clock);
        services.AddSingleton(new NotificationSender(new DemoReceivers(clock, endMs - (long)((endMs - StartMs) * FailingPart)), TimeSpan.FromSeconds(10), clock));
        services.AddSingleton<SandboxRail>();
        services.AddSingleton<DemoBank>();
        services.AddSingleton<ISandboxRail>(s => s.GetRequiredService<DemoBank>());
        services.AddSingleton<DemoTurns>();
        services.AddSingleton<DemoHistory>();
        services.AddSingleton<DemoRequests>();
        services.AddSingleton<DemoPayouts>();
        services.AddSingleton<DemoOrders>();
        services.AddSingleton<DemoSetup>();
        services.AddSingleton<DemoPeople>();
    }

    /// <summary>Makes it.</summary>
    /// <param name="services">Of the application.</param>
    /// <param name="told">Told of each day that is over.</param>
    /// <param name="moved">Told of each new time.</param>
    public async Task RunAsync(IServiceProvider services, Action<int> told, Func<long, Task>? moved = null)
    {
        var (history, orders, snapshots) = (services.GetRequiredService<DemoHistory>(), services.GetRequiredService<DemoOrders>(), services.GetRequiredService<SnapshotStore>());
        await using (var context = services.GetRequiredService<IContexts>().Create())
        {
            if (await context.Orders.AnyAsync())
            {
                throw new InvalidOperationException("A history is made in a database without orders.");
            }
        }

        var (chance, turns) = (new DemoChance(plan.Seed), services.GetRequiredService<DemoTurns>());
        await turns.RefreshAsync(hasChanged: true);
        var numbers = await services.GetRequiredService<DemoSetup>().RunAsync(plan);
        await turns.RefreshAsync(hasChanged: true);
        clock.MoveTo(StartMs);
        services.GetRequiredService<DemoPeople>().Plan(chance, plan, numbers, StartMs);
        foreach (var (merchant, no) in plan.Merchants.Zip(numbers))
        {
            var zone = snapshots.Current.Merchant(no)!.Country.TimeZone;
            for (var day = -1; day <= plan.Days; day++)
            {
                orders.PlanDay(chance, merchant, no, MidnightMs(StartMs + (day * DayMs), zone), Growth(Math.Clamp(day, 0, plan.Days) / (double)plan.Days), endMs);
            }
        }

        PlanBadHours(history, services.GetRequiredService<SandboxFaultPlans>(), snapshots.Current.Merchant(numbers[^1])!.Country, snapshots.Current);
        await history.RunAsync(endMs, told, moved ?? (_ => Task.CompletedTask));
        await services.GetRequiredService<DemoBank>().StoreAsync();
    }

    /// <summary>An evening on which one bank takes what it is asked for, but neither answers nor calls back.</summary>
    private void PlanBadHours(DemoHistory history, SandboxFaultPlans faults, Country country, Snapshot snapshot)
    {
        var account = snapshot.Accounts.Values.First(a => a.Account.Country == country.IsoCode && a.Account.Channel == "sandbox" && a.Priority < 0).Account.Id;
        var beginMs = MidnightMs(StartMs + (long)(plan.Days * BadPart * DayMs), country.TimeZone) + BadFromMs;
        history.At(beginMs, () => SetAsync(SandboxFaults.None with { TimeoutAfterAcceptance = true, LoseCallbacksPercent = 80 }));
        history.At(beginMs + BadForMs, () => SetAsync(SandboxFaults.None));

        Task SetAsync(SandboxFaults bad)
        {
            faults.Set(account, bad);
            return Task.CompletedTask;
        }
    }

    /// <summary>From a seventh of the usual to nearly all of it, ever faster: the last weeks are what people look at.</summary>
    private static double Growth(double part) => 0.15 + (Math.Pow(part, 1.5) * 0.7);

    private static long StartOf(DemoPlan plan, long endMs) => endMs - (plan.Days * DayMs) - SetUpMs;

    private static long MidnightMs(long ms, TimeZoneInfo zone)
    {
        var day = Clock.LocalDate(ms, zone).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(day, zone.GetUtcOffset(day)).ToUnixTimeMilliseconds();
    }
}
