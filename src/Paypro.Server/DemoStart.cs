using System.Globalization;
using Paypro.Server.Demo;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;

namespace Paypro.Server;

/// <summary><c>--demo</c>: a sandbox with a database of its own, which holds ninety days and is made where it is not there.</summary>
internal static class DemoStart
{
    public const string Asked = "--demo", Again = "--again";

    /// <summary>Makes the demo where it is not there.</summary>
    /// <param name="args">Of the program, without a command.</param>
    /// <param name="plan">What is made; ninety days of twenty merchants where nothing else is said.</param>
    /// <returns>The arguments with which it is served; the same where no demo is asked for.</returns>
    /// <exception cref="BadSettingException">It cannot be made here.</exception>
    public static async Task<string[]> PrepareAsync(string[] args, DemoPlan? plan = null)
    {
        var rest = args.Where(a => a is not (Asked or Again)).ToArray();
        if (!args.Contains(Asked))
        {
            return args.Contains(Again) ? throw new BadSettingException($"{Again} is for {Asked} alone.") : args;
        }

        var configuration = new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().AddCommandLine(rest).Build();
        var making = StorageSetup.Making(configuration, "paypro-demo");
        string[] settings = [.. rest, "--Paypro:Demo=true"];
        if (args.Contains(Again) || !making.IsWhole)
        {
            // A bad setting is told before anything is deleted or made.
            await Application.Build([.. settings, SourceIs(making.Source)]).DisposeAsync();
            making.Delete();
            var began = TimeProvider.System.GetTimestamp();
            await Console.Out.WriteLineAsync(making.WasStopped
                ? "The last demo was stopped before it was whole. It is made anew, which takes about a minute …"
                : "A demo is being made, which takes about a minute …");
            await making.MakeAsync(source => MakeAsync([.. settings, SourceIs(source), $"--Paypro:PublicUrl={RootOf(configuration)}"], plan ?? DemoPlan.Full));
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"It took {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} seconds. It is kept in {making.File}; {Asked} {Again} makes it anew."));
        }

        return [.. settings, SourceIs(making.Source)];
    }

    private static async Task MakeAsync(string[] settings, DemoPlan plan)
    {
        var maker = DemoMaker.Until(plan, TimeProvider.System.NowMs());
        await using var app = Application.Build([.. settings, "--Logging:LogLevel:Default=Error", $"--Paypro:Roles={string.Join(',', Installation.AllRoles)}"], maker.Replace);
        await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
        await maker.RunAsync(app.Services, Tell);
    }

    private static void Tell(int day)
    {
        if (day % 10 == 0)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {day} days"));
        }
    }

    /// <summary>Where the demo will be reached: its payment pages and inboxes have addresses.</summary>
    private static string RootOf(IConfiguration configuration) =>
        configuration["Paypro:PublicUrl"] ?? PageAddress.Reachable((configuration["urls"] ?? "http://localhost:5080").Split(';')[0]);

    private static string SourceIs(string connectionString) => $"--ConnectionStrings:Paypro={connectionString}";
}
