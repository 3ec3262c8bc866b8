using System.Globalization;
using Microsoft.Data.Sqlite;
using Paypro.Server.Demo;
using Paypro.Server.Orders;
using Paypro.Server.Platform;
using Paypro.Server.Storage;
using Paypro.Server.Storage.Sqlite;

namespace Paypro.Server;

/// <summary>
/// <c>--demo</c>: a sandbox with a database of its own, which holds ninety days. The file is made under another name and gets its own when it is whole, so
/// that one which was stopped halfway is never taken for a demo.
/// </summary>
internal static class DemoStart
{
    public const string Asked = "--demo", Again = "--again";

    private const string FileName = "paypro-demo.db", MakingName = "paypro-demo.making.db";
    private static readonly string[] Parts = ["", "-wal", "-shm"];

    /// <summary>Makes the demo where it is not there.</summary>
    /// <param name="args">Of the program, without a command.</param>
    /// <param name="plan">What is made; ninety days of twenty merchants where nothing else is said.</param>
    /// <returns>The arguments with which it is served; the same where no demo is asked for.</returns>
    /// <exception cref="BadSettingException">It cannot be made here.</exception>
    public static async Task<string[]> PrepareAsync(string[] args, DemoPlan? plan = null)
    {
        var rest = args.Except([Asked, Again]).ToArray();
        if (!args.Contains(Asked))
        {
            return args.Contains(Again) ? throw new BadSettingException($"{Again} is for {Asked} alone.") : args;
        }

        var folder = FolderOf(rest);
        var (file, making) = (Path.Combine(folder, FileName), Path.Combine(folder, MakingName));
        string[] settings = [.. rest, "--Paypro:Demo=true"];
        if (args.Contains(Again))
        {
            Delete(file);
        }

        if (!File.Exists(file))
        {
            if (File.Exists(making))
            {
                await Console.Out.WriteLineAsync("The last demo was stopped before it was whole. It is made anew.");
                Delete(making);
            }

            await MakeAsync([.. settings, SourceOf(making)], plan ?? DemoPlan.Full, making, file);
        }

        return [.. settings, SourceOf(file)];
    }

    private static async Task MakeAsync(string[] settings, DemoPlan plan, string making, string file)
    {
        var began = TimeProvider.System.GetTimestamp();
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Making a demo of {plan.Days} days, which takes about a minute …"));
        SqliteSettings.BeginMaking(making);
        var maker = DemoMaker.Until(plan, TimeProvider.System.NowMs());
        var app = Application.Build([.. settings, "--Logging:LogLevel:Default=Error", $"--Paypro:PublicUrl={RootOf(settings)}", "--Paypro:Roles=api,worker,checkout,portals"], maker.Replace);
        try
        {
            await app.Services.GetRequiredService<Start>().PrepareAsync(CancellationToken.None);
            await maker.RunAsync(app.Services, Tell);
        }
        finally
        {
            await app.DisposeAsync();
        }

        SqliteSettings.EndMaking(making);

        // The last connection has folded the log in and taken it away: the one file is all of it.
        File.Move(making, file);
        await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"It took {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0} seconds. It is kept in {file}; {Asked} {Again} makes it anew."));
    }

    private static void Tell(int day)
    {
        if (day % 10 == 0)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {day} days"));
        }
    }

    /// <summary>The folder of the usual sandbox.</summary>
    private static string FolderOf(string[] args)
    {
        var configuration = Configuration(args);
        if (configuration["Paypro:Database"] is { } engine && !engine.Equals("Sqlite", StringComparison.OrdinalIgnoreCase))
        {
            throw new BadSettingException("Paypro__Database: a demo has a SQLite file of its own, so leave this setting out.");
        }

        try
        {
            var usual = new SqliteConnectionStringBuilder(configuration.GetConnectionString("Paypro") ?? StorageSetup.DefaultSqlite);
            return Path.GetDirectoryName(Path.GetFullPath(usual.DataSource)) ?? ".";
        }
        catch (ArgumentException error)
        {
            throw new BadSettingException($"ConnectionStrings__Paypro: is not a SQLite connection string: {error.Message}");
        }
    }

    /// <summary>Where the demo will be reached: its payment pages and inboxes have addresses.</summary>
    private static string RootOf(string[] args)
    {
        var configuration = Configuration(args);
        return configuration["Paypro:PublicUrl"] ?? PageAddress.Reachable((configuration["urls"] ?? "http://localhost:5080").Split(';')[0]);
    }

    private static IConfigurationRoot Configuration(string[] args) =>
        new ConfigurationBuilder().AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().AddCommandLine(args).Build();

    private static string SourceOf(string file) => $"--ConnectionStrings:Paypro={new SqliteConnectionStringBuilder { DataSource = file }}";

    /// <summary>Deletes a demo that no process has open.</summary>
    private static void Delete(string file)
    {
        if (!File.Exists(file))
        {
            return;
        }

        try
        {
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
            }

            Array.ForEach(Parts, part => File.Delete(file + part));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BadSettingException($"{Asked}: '{file}' is in use, or cannot be deleted: {error.Message}");
        }
    }
}
